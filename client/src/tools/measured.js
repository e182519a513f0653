// Results of measurements as plots and tables.

import { lighter } from '../ui/color.js';
import { h } from '../ui/dom.js';
import { channelLabel, formatQuantity, formatValue } from '../ui/format.js';
import { formatUnit } from '../ui/units.js';
import { asCsv, createPlot } from '../ui/plot.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../ui/plot.js').Curve} Curve */
/** @typedef {import('../ui/plot.js').Axis} Axis */

const PLAIN = '#93bdf5';
const ROWS = /** @type {const} */ ([['mean', 'Mean'], ['median', 'Median'], ['std', 'σ'], ['min', 'Min'], ['max', 'Max'], ['sum', 'Sum']]);

/** Color of a channel in the mix, light enough for a dark background. @param {App} app @param {number} channel */
function colorOf(app, channel) {
  const color = app.effective?.mix.find((part) => part.channel === channel)?.color;
  return color ? lighter(color) : PLAIN;
}

/** @param {App} app @param {number} channel */
const nameOf = (app, channel) => channelLabel(app.scene.metadata?.channels[channel - 1]) || 'Value';

/** @param {string} name @param {Curve[]} curves @param {Axis} axis @param {string | null} unit @returns {Node[]} */
function plotted(name, curves, axis, unit) {
  const href = `data:text/csv;charset=utf-8,${encodeURIComponent(asCsv(curves, axis))}`;
  return [createPlot(name, curves, axis, formatUnit(unit)), h('a', { class: 'button', href, download: `${name.toLowerCase()}.csv` }, 'Save as CSV')];
}

export const measured = {
  /** @param {App} app @param {import('../types').Profiles} news */
  profile(app, { length, unit, profiles }) {
    const count = profiles[0].values.length;
    const texts = Array.from({ length: count }, (_, k) => `${Number(((length * k) / Math.max(1, count - 1)).toFixed(2))} px`);
    const curves = profiles.map(({ channel, values }) => ({ name: nameOf(app, channel), color: colorOf(app, channel), values }));
    return plotted('Profile', curves, { title: 'Distance', texts }, unit);
  },

  /** @param {App} app @param {import('../types').RegionStatistics} news */
  box(app, { planes, unit }) {
    const heads = planes.length > 1 ? [h('thead', {}, h('tr', {}, h('td'), ...planes.map(({ channel }) => h('th', { scope: 'col' }, nameOf(app, channel)))))] : [];
    const cell = (/** @type {number | null} */ value) => h('td', {}, value === null ? '–' : formatValue(value));
    const rows = ROWS.map(([key, title]) => h('tr', {}, h('th', { scope: 'row' }, title), ...planes.map((plane) => cell(plane[key]))));
    const valid = h('tr', {}, h('th', { scope: 'row' }, 'Pixels'), ...planes.map((plane) => h('td', {}, plane.valid === plane.pixels ? String(plane.valid) : `${plane.valid} of ${plane.pixels}`)));
    return [h('table', { class: 'measure-table' }, ...heads, h('tbody', {}, ...rows, valid)), ...(unit ? [h('p', { class: 'hint' }, `in ${formatUnit(unit)}`)] : [])];
  },

  /** @param {App} app @param {import('../types').Spectrum} news */
  spectrum(app, { values, unit }) {
    const channels = app.scene.metadata?.channels ?? [];
    const texts = channels.map((channel) => (channel.value === null ? channelLabel(channel) : formatQuantity(channel.value, channel.unit)));
    return plotted('Spectrum', [{ name: 'Value', color: PLAIN, values }], { title: 'Channel', texts }, unit);
  },
};
