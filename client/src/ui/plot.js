// A small plot of one or more curves, with a readout of the values under the pointer.

import { h } from './dom.js';
import { formatValue } from './format.js';

/** @typedef {{name: string, color: string, values: readonly (number | null)[]}} Curve */
/** @typedef {{title: string, texts: readonly string[]}} Axis labels of the points along the curves */

const HEIGHT = 120;

/** Extent of all values; a little more where there is only one. @param {readonly Curve[]} curves @returns {[number, number] | null} */
export function extent(curves) {
  let [low, high] = [Infinity, -Infinity];
  for (const { values } of curves) {
    for (const value of values) {
      if (value === null) continue;
      low = Math.min(low, value);
      high = Math.max(high, value);
    }
  }
  if (low > high) return null;
  return high > low ? [low, high] : [low - 0.5, high + 0.5];
}

/** Curves as comma-separated values. @param {readonly Curve[]} curves @param {Axis} axis */
export function asCsv(curves, axis) {
  const quoted = (/** @type {string} */ text) => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = axis.texts.map((text, k) => [quoted(text), ...curves.map(({ values }) => values[k] ?? '')].join(','));
  return [[axis.title, ...curves.map(({ name }) => name)].map(quoted).join(','), ...rows, ''].join('\n');
}

/** @param {string} label @param {readonly Curve[]} curves @param {Axis} axis @param {string} unit */
export function createPlot(label, curves, axis, unit) {
  const canvas = h('canvas', { role: 'img', height: HEIGHT, 'aria-label': label });
  const readout = h('p', { class: 'plot-readout' });
  const range = extent(curves);
  const last = axis.texts.length - 1;
  const element = h('figure', { class: 'plot' }, canvas,
    h('div', { class: 'plot-ends' }, h('span', {}, axis.texts[0] ?? ''), h('span', {}, axis.texts[last] ?? '')), readout);

  /** @param {number | null} at index to mark */
  function draw(at) {
    const ratio = globalThis.devicePixelRatio ?? 1;
    const width = canvas.clientWidth || 280;
    canvas.width = width * ratio;
    canvas.height = HEIGHT * ratio;
    const context = canvas.getContext('2d');
    if (!context || !range) return;
    context.scale(ratio, ratio);
    const x = (/** @type {number} */ k) => 2 + (k / Math.max(1, last)) * (width - 4);
    const y = (/** @type {number} */ value) => 4 + ((range[1] - value) / (range[1] - range[0])) * (HEIGHT - 8);
    context.strokeStyle = '#ffffff30';
    if (range[0] < 0 && range[1] > 0) context.strokeRect(0, y(0), width, 0);
    if (at !== null) context.strokeRect(x(at), 0, 0, HEIGHT);
    for (const { values, color } of curves) {
      context.strokeStyle = color;
      context.lineWidth = 1.3;
      context.beginPath();
      let isOn = false;
      values.forEach((value, k) => {
        if (value !== null) context[isOn ? 'lineTo' : 'moveTo'](x(k), y(value));
        isOn = value !== null;
      });
      context.stroke();
    }
  }

  /** @param {number | null} at */
  function show(at) {
    draw(at);
    if (!range) readout.textContent = 'No values.';
    else if (at === null) readout.textContent = `${formatValue(range[0])} to ${formatValue(range[1])} ${unit}`.trim();
    else {
      const numbers = curves.map(({ name, values }) => `${curves.length > 1 ? `${name}: ` : ''}${values[at] === null ? 'missing' : formatValue(Number(values[at]))}`);
      readout.textContent = `${axis.texts[at]} · ${numbers.join('  ')} ${unit}`.trim();
    }
  }
  canvas.addEventListener('pointermove', (event) => {
    const box = canvas.getBoundingClientRect();
    show(Math.max(0, Math.min(last, Math.round(((event.clientX - box.left) / box.width) * last))));
  });
  canvas.addEventListener('pointerleave', () => show(null));
  requestAnimationFrame(() => show(null)); // the width is known once it is on the page
  return element;
}
