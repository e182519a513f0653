// The FITS headers: of the HDU shown and the primary one, of all chips of a mosaic, or of any HDU.

import { h } from '../ui/dom.js';
import { openDialog } from '../ui/dialog.js';

/** @typedef {import('../app/app.js').App} App */

/** Keywords of cards without a value. */
const COMMENTARY = new Set(['COMMENT', 'HISTORY', '']);

/** @param {import('../types').CardValue} value */
function valueText(value) {
  if (value === true) return 'T';
  if (value === false) return 'F';
  return value === null || value === undefined ? '' : String(value);
}

/** @param {import('../types').Header['cards']} cards */
function cardRows(cards) {
  return cards.map(([keyword, value, comment]) => {
    const text = `${keyword} ${valueText(value)} ${comment ?? ''}`;
    const kind = typeof value === 'string' ? 'is-text' : 'is-number';
    return {
      text: text.toLowerCase(),
      row: h('tr', {}, h('th', { scope: 'row' }, keyword), ...(COMMENTARY.has(keyword)
        ? [h('td', { colSpan: 2 }, valueText(value))]
        : [h('td', { class: kind }, valueText(value)), h('td', { class: 'comment' }, comment ?? '')])),
    };
  });
}

/** @param {import('../types').HduHeader} hdu */
function hduTitle({ index, name, version, kind }) {
  const called = name ? `${name}${version > 1 ? `,${version}` : ''}` : `HDU ${index}`;
  return `${index} · ${called}${kind.includes('TABLE') ? ' (table)' : ''}`;
}

/** Choice of all HDUs instead of one. */
const ALL = 'all';

/** Headers below each other, each with its title. @typedef {{title: string, cards: import('../types').Header['cards']}} Part */

/**
 * The headers to show, and the answer that lists all HDUs.
 * @param {App} app @param {string} image @param {string | undefined} hdu
 */
async function fetchParts(app, image, hdu) {
  const answer = await app.api.header(image, hdu === ALL ? app.scene.metadata?.hdu : hdu);
  const { cards, primary } = answer;
  if (hdu !== ALL) {
    const first = { title: '', cards };
    return { answer, parts: primary.length ? [first, { title: 'Primary header', cards: primary }] : [first] };
  }
  const parts = await Promise.all(answer.hdus.map(async (entry) => {
    const index = String(entry.index);
    if (index === answer.hdu) return { title: hduTitle(entry), cards };
    if (index === '0') return { title: hduTitle(entry), cards: primary };
    return { title: hduTitle(entry), cards: (await app.api.header(image, index)).cards };
  }));
  return { answer, parts };
}

/** Table of the cards, with a filter. @param {Part[]} parts */
function cardTable(parts) {
  const groups = parts.map(({ title, cards }) => {
    const rows = cardRows(cards);
    const heading = title ? h('tr', { class: 'part' }, h('th', { colSpan: 3, scope: 'rowgroup' }, title)) : null;
    return { rows, heading, body: h('tbody', {}, heading, ...rows.map(({ row }) => row)) };
  });
  const total = groups.reduce((sum, { rows }) => sum + rows.length, 0);
  const count = h('span', { class: 'hint', role: 'status' }, `${total} cards`);

  /** @param {string} text */
  function sift(text) {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const { rows, heading } of groups) {
      let here = 0;
      for (const { text: card, row } of rows) {
        row.hidden = !words.every((word) => card.includes(word));
        here += row.hidden ? 0 : 1;
      }
      if (heading) heading.hidden = !here;
      left += here;
    }
    count.textContent = words.length ? `${left} of ${total} cards` : `${total} cards`;
  }
  const filter = h('input', {
    type: 'search', placeholder: 'Filter by keyword, value or comment', 'aria-label': 'Filter header cards',
    autocomplete: 'off', spellcheck: false, oninput: () => sift(filter.value),
  });
  const table = h('table', {}, h('thead', { class: 'unseen' }, h('tr', {}, h('th', { scope: 'col' }, 'Keyword'),
    h('th', { scope: 'col' }, 'Value'), h('th', { scope: 'col' }, 'Comment'))), ...groups.map(({ body }) => body));
  return { filter, count, table };
}

/**
 * Select of an HDU: the chips of a mosaic first, then the others.
 * @param {import('../types').HduHeader[]} hdus @param {ReadonlySet<string>} chips indices @param {string} now
 * @param {(hdu: string) => void} onChoice
 */
function hduChoice(hdus, chips, now, onChoice) {
  const option = (/** @type {import('../types').HduHeader} */ hdu) => h('option', { value: String(hdu.index) }, hduTitle(hdu));
  const [inside, outside] = [true, false].map((isChip) => hdus.filter(({ index }) => chips.has(String(index)) === isChip));
  const groups = inside.length
    ? [h('optgroup', { label: 'Chips of the mosaic' }, ...inside.map(option)), h('optgroup', { label: 'Other HDUs' }, ...outside.map(option))]
    : hdus.map(option);
  const choice = h('select', { 'aria-label': 'HDU', onchange: () => onChoice(choice.value) },
    h('option', { value: ALL }, `All ${hdus.length} HDUs`), ...groups);
  choice.value = now;
  return choice;
}

/**
 * Headers of the image shown, or of a file that cannot be shown: its header may hold the reason.
 * @param {App} app
 * @param {string} [hdu] index of an HDU, or `all`; by default the one shown, and all of a mosaic
 */
export async function openHeader(app, hdu) {
  const { metadata } = app.scene;
  const image = metadata?.id ?? app.store.state.image;
  if (!image) return;
  const chips = new Set(metadata?.chips.map(({ selector }) => selector));
  const asked = hdu ?? (chips.size > 1 ? ALL : metadata?.hdu);
  let found;
  try {
    found = await fetchParts(app, image, asked);
  } catch (error) {
    app.fail(error, 'header');
    return;
  }
  const { answer: { hdus, hdu: index }, parts } = found;
  const shown = hdus.find((entry) => String(entry.index) === index);
  const { filter, count, table } = cardTable(parts);
  const now = asked === ALL ? ALL : index;
  const choice = hduChoice(hdus, chips, now, (next) => {
    dialog.close();
    openHeader(app, next);
  });
  const title = now === ALL ? `Header · ${hdus.length} HDUs` : `Header · ${shown?.name || `HDU ${index}`}`;
  const dialog = openDialog(title, [
    h('div', { class: 'row header-tools' }, ...(hdus.length > 1 ? [choice] : []), filter, count),
    h('div', { class: 'header-cards', tabIndex: 0, role: 'region', 'aria-label': 'Header cards' }, table),
  ], { wide: true });
  filter.focus();
}
