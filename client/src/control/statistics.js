// Statistics of the plane shown, as a table that keeps its size while they are fetched.

import { h } from '../ui/dom.js';
import { formatValue } from '../ui/format.js';
import { formatUnit } from '../ui/units.js';

/** @typedef {import('../types').PlaneStatistics} PlaneStatistics */
/** @typedef {{name: string, value: number | null, isExact: boolean}} Entry */

/** @param {PlaneStatistics} plane @returns {Entry[]} */
export function entriesOf({ min, max, median, std, exact = true, range_exact: isRangeExact = exact }) {
  return [
    { name: 'Min', value: min, isExact: isRangeExact }, { name: 'Median', value: median, isExact: exact },
    { name: 'Max', value: max, isExact: isRangeExact }, { name: 'σ', value: std, isExact: exact },
  ];
}

/** Share of missing pixels in percent; never 0 where some are. @param {number} valid */
function missing(valid) {
  const share = (1 - valid) * 100;
  return valid < 1 ? `${formatValue(Math.max(share, 1e-4), 2)} %` : 'none';
}

export function createStatistics() {
  const cells = Array.from({ length: 4 }, () => h('td'));
  const names = cells.map(() => h('th', { scope: 'row' }));
  const note = h('p', { class: 'hint statistics-note' });
  const row = (/** @type {number} */ k) => h('tr', {}, names[k], cells[k], names[k + 1], cells[k + 1]);
  const table = h('table', { class: 'statistics' }, h('caption', { class: 'unseen' }, 'Statistics of the pixels'), h('tbody', {}, row(0), row(2)));
  return {
    element: h('div', {}, table, note),
    /** @param {PlaneStatistics | null} plane null while they are not known @param {string | null} unit */
    update(plane, unit) {
      const entries = plane ? entriesOf(plane) : ['Min', 'Median', 'Max', 'σ'].map((name) => ({ name, value: null, isExact: true }));
      entries.forEach(({ name, value, isExact }, k) => {
        names[k].textContent = name;
        const text = value === null ? (plane ? '–' : '…') : formatValue(value, 5);
        cells[k].textContent = isExact ? text : `≈ ${text}`;
        cells[k].title = isExact ? '' : 'Estimated from a sample of the pixels';
      });
      const shown = formatUnit(unit);
      note.textContent = [shown && `in ${shown}`, plane && `missing: ${missing(plane.valid)}`].filter(Boolean).join(' · ') || ' ';
      note.title = unit ?? '';
    },
  };
}
