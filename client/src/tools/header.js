// The FITS headers of the HDU shown, of the primary one, and of any other HDU of the file.

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

/**
 * @param {App} app
 * @param {string} [hdu] index of an HDU; the one shown by default
 */
export async function openHeader(app, hdu) {
  const { metadata } = app.scene;
  if (!metadata) return;
  let header;
  try {
    header = await app.api.header(metadata.id, hdu ?? metadata.hdu);
  } catch (error) {
    app.fail(error, 'header');
    return;
  }
  const own = cardRows(header.cards);
  const primary = cardRows(header.primary);
  const rows = [...own, ...primary];
  const heading = h('tr', { class: 'part' },
    h('th', { colSpan: 3, scope: 'rowgroup' }, 'Primary header'));
  const parts = [h('tbody', {}, ...own.map(({ row }) => row))];
  if (primary.length) parts.push(h('tbody', {}, heading, ...primary.map(({ row }) => row)));
  const count = h('span', { class: 'hint', role: 'status' }, `${rows.length} cards`);
  const filter = h('input', {
    type: 'search', placeholder: 'Filter by keyword, value or comment', 'aria-label': 'Filter header cards',
    autocomplete: 'off', spellcheck: false,
    oninput: () => {
      const words = filter.value.toLowerCase().split(/\s+/).filter(Boolean);
      let left = 0;
      for (const { text, row } of rows) {
        row.hidden = !words.every((word) => text.includes(word));
        left += row.hidden ? 0 : 1;
      }
      heading.hidden = primary.every(({ row }) => row.hidden);
      count.textContent = words.length ? `${left} of ${rows.length} cards` : `${rows.length} cards`;
    },
  });
  const shown = header.hdus.find((entry) => String(entry.index) === header.hdu);
  const choice = h('select', {
    'aria-label': 'HDU',
    onchange: () => {
      dialog.close();
      openHeader(app, choice.value);
    },
  }, ...header.hdus.map((entry) => h('option', {
    value: String(entry.index), selected: entry === shown,
  }, hduTitle(entry))));
  const several = header.hdus.length > 1 ? [choice] : [];
  const title = `Header · ${shown?.name || `HDU ${header.hdu}`}`;
  const dialog = openDialog(title, [
    h('div', { class: 'row header-tools' }, ...several, filter, count),
    h('div', { class: 'header-cards', tabIndex: 0, role: 'region', 'aria-label': 'Header cards' },
      h('table', {}, h('thead', { class: 'unseen' }, h('tr', {}, h('th', { scope: 'col' }, 'Keyword'),
        h('th', { scope: 'col' }, 'Value'), h('th', { scope: 'col' }, 'Comment'))),
      ...parts)),
  ], { wide: true });
  filter.focus();
}
