// Scale bar and north/east arrows, valid at the center of the map.

import { h, svg } from '../ui/dom.js';

/** @typedef {import('../app/app.js').App} App */

const WIDEST = 140; // CSS pixels

/** Directions in which latitude and longitude increase; on the Sun longitude increases to the west (Thompson 2006, A&A 449, 791). @type {Record<string, [string, string]>} */
const AXES = { galactic: ['b', 'l'], supergalactic: ['SGB', 'SGL'], ecliptic: ['β', 'λ'], helioprojective: ['N', 'W'] };

/** Round lengths, arcsec. */
const LENGTHS = [
  ...[1, 2, 5, 10, 20, 50, 100, 200, 500].map((n) => [n / 1000, `${n} mas`]),
  ...[1, 2, 5, 10, 20, 30].map((n) => [n, `${n}″`]),
  ...[1, 2, 5, 10, 20, 30].map((n) => [n * 60, `${n}′`]),
  ...[1, 2, 5, 10, 20, 30, 60, 90].map((n) => [n * 3600, `${n}°`]),
].map(([length, label]) => ({ length: Number(length), label: String(label) }));

/**
 * Longest round length that fits.
 * @param {number | null} scale arcsec per image pixel; null counts image pixels
 * @param {number} magnification CSS pixels per image pixel
 * @returns {{width: number, label: string}} width in CSS pixels
 */
export function scaleBar(scale, magnification) {
  if (scale) {
    const perPixel = scale / magnification;
    const fitting = LENGTHS.filter(({ length }) => length / perPixel <= WIDEST);
    const { length, label } = fitting[fitting.length - 1] ?? LENGTHS[0];
    return { width: length / perPixel, label };
  }
  const most = WIDEST / magnification;
  const power = 10 ** Math.floor(Math.log10(most));
  const length = Math.max(1, [5, 2, 1].map((n) => n * power).find((n) => n <= most) ?? 1);
  return { width: length * magnification, label: `${length} px` };
}

/**
 * End points of the arrows; y points down.
 * @param {number} north degrees from up, counterclockwise @param {number} parity 1: east is left of north
 * @param {number} length
 */
export function arrows(north, parity, length) {
  const angle = (north * Math.PI) / 180;
  const east = angle + (parity * Math.PI) / 2;
  return {
    north: { x: -Math.sin(angle) * length, y: -Math.cos(angle) * length },
    east: { x: -Math.sin(east) * length, y: -Math.cos(east) * length },
  };
}

/** @param {App} app @param {() => import('../wcs/frames.js').Notation | null} notation the readout's */
export function createCompass(app, notation) {
  const bar = h('div', { class: 'scale-line' });
  const label = h('div', { class: 'scale-label' });
  const scale = h('div', { class: 'scale', role: 'img' }, label, bar);
  const compass = h('div', { class: 'compass', role: 'img' });
  const element = h('div', { class: 'map-corner' }, compass, scale);

  /** @param {string} text @param {{x: number, y: number}} tip */
  function arrow(text, { x, y }) {
    const letter = svg('text', { x: x * 1.45, y: y * 1.45, 'text-anchor': 'middle', 'dominant-baseline': 'central' });
    letter.textContent = text;
    return [svg('line', { x1: 0, y1: 0, x2: x, y2: y, 'marker-end': 'url(#arrow-tip)' }), letter];
  }

  function update() {
    const { metadata, sky } = app.scene;
    element.hidden = !metadata || !app.map.isOpen;
    if (!metadata || !sky || element.hidden) return;
    const center = app.map.center;
    const way = notation();
    const local = sky.local(center.x, center.y, way?.turn);
    const { width, label: text } = scaleBar(local.scale, app.map.magnification);
    bar.style.width = `${width.toFixed(1)}px`;
    label.textContent = text;
    scale.setAttribute('aria-label', `Scale bar: ${text}`);
    // Hidden, it keeps its place, so that the scale bar keeps its own.
    compass.style.visibility = local.north === null ? 'hidden' : '';
    if (local.north === null) return;
    const tips = arrows(local.north, local.parity, 20);
    const [up, left] = AXES[way?.frame ?? metadata.sky.frame] ?? ['N', 'E'];
    const tip = svg('marker', {
      id: 'arrow-tip', viewBox: '0 0 6 6', refX: 3, refY: 3, markerWidth: 5, markerHeight: 5, orient: 'auto',
    }, svg('path', { d: 'M0 0 6 3 0 6z' }));
    compass.replaceChildren(svg('svg', { viewBox: '-38 -38 76 76', width: 68, height: 68, 'aria-hidden': 'true' },
      svg('defs', {}, tip), ...arrow(up, tips.north), ...arrow(left, tips.east)));
    const names = /** @type {Record<string, string>} */ ({ N: 'North', E: 'east', W: 'west' });
    compass.setAttribute('aria-label', `${names[up] ?? up} is ${Math.round(local.north)}° counterclockwise from up, `
      + `${names[left] ?? left} is ${local.parity === 1 ? 'left' : 'right'} of it`);
  }

  app.map.onMoving(update);
  return { element, update };
}
