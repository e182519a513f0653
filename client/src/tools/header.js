// The FITS header of the HDU shown.

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

/** @param {App} app */
export async function openHeader(app) {
  const { metadata } = app.scene;
  if (!metadata) return;
  let header;
  try {
    header = await app.api.header(metadata.id, metadata.hdu);
  } catch (error) {
    app.fail(error, 'header');
    return;
  }
  const rows = header.cards.map(([keyword, value, comment]) => {
    const text = `${keyword} ${valueText(value)} ${comment ?? ''}`;
    const kind = typeof value === 'string' ? 'is-text' : 'is-number';
    return {
      text: text.toLowerCase(),
      row: h('tr', {}, h('th', { scope: 'row' }, keyword), ...(COMMENTARY.has(keyword)
        ? [h('td', { colSpan: 2 }, valueText(value))]
        : [h('td', { class: kind }, valueText(value)), h('td', { class: 'comment' }, comment ?? '')])),
    };
  });
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
      count.textContent = words.length ? `${left} of ${rows.length} cards` : `${rows.length} cards`;
    },
  });
  const hdu = metadata.hdus.find((entry) => entry.selector === metadata.hdu);
  const title = `Header · ${hdu?.name || `HDU ${metadata.hdu}`}`;
  openDialog(title, [
    h('div', { class: 'row header-tools' }, filter, count),
    h('div', { class: 'header-cards', tabIndex: 0, role: 'region', 'aria-label': 'Header cards' },
      h('table', {}, h('thead', { class: 'unseen' }, h('tr', {}, h('th', { scope: 'col' }, 'Keyword'),
        h('th', { scope: 'col' }, 'Value'), h('th', { scope: 'col' }, 'Comment'))),
      h('tbody', {}, ...rows.map(({ row }) => row)))),
  ], { wide: true });
  filter.focus();
}
