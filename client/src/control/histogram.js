// The histogram of a plane with its limits as two handles, moved by dragging or by arrow keys.

import { lighter } from '../ui/color.js';
import { h } from '../ui/dom.js';
import { formatValue } from '../ui/format.js';
import { brightness } from './curve.js';

/** @typedef {import('../types').Histogram} Histogram */
/** @typedef {{vmin: number, vmax: number}} Limits */
/** @typedef {Parameters<typeof brightness>[1]} Tone */

const HEIGHT = 96;

/** @param {HTMLElement} element @param {string} name */
const styled = (element, name) => getComputedStyle(element).getPropertyValue(name).trim();

/**
 * Range of values to draw: the server's histogram, extended to the limits.
 * @param {Histogram} histogram @param {Limits} limits
 * @returns {[number, number]}
 */
export function drawnRange({ edges: [low, high] }, { vmin, vmax }) {
  const start = Math.min(low, vmin, vmax);
  const end = Math.max(high, vmin, vmax);
  return end > start ? [start, end] : [start - 0.5, end + 0.5];
}

/**
 * Limits with one of them moved, but not past the other.
 * @param {Limits} limits @param {'vmin' | 'vmax'} which @param {number} value @param {number} least distance to keep
 * @returns {Limits}
 */
export function apart(limits, which, value, least) {
  const { vmin, vmax } = limits;
  if (vmin > vmax) return { ...limits, [which]: value }; // a negative, by its address
  // Limits that are closer already stay as they are, rather than to jump apart.
  const gap = Math.min(least, vmax - vmin);
  return which === 'vmin' ? { vmin: Math.min(value, vmax - gap), vmax } : { vmin, vmax: Math.max(value, vmin + gap) };
}

/** @param {(limits: Limits, commit: boolean) => void} onChange */
export function createHistogram(onChange) {
  const canvas = h('canvas', { height: HEIGHT, 'aria-hidden': 'true' });
  const handles = {
    vmin: handle('vmin', 'Lower limit'),
    vmax: handle('vmax', 'Upper limit'),
  };
  const element = h('div', { class: 'histogram' }, canvas, handles.vmin, handles.vmax);
  /** @type {{histogram: Histogram, limits: Limits, tone: Tone, color: string | null} | null} */
  let shown = null;
  /** The range is fixed while a handle is dragged. @type {[number, number]} */
  let range = [0, 1];
  let dragging = false;
  /** Request of the next drawing, 0 for none. */
  let isDue = 0;

  /** @param {'vmin' | 'vmax'} which @param {string} label */
  function handle(which, label) {
    const grip = h('div', {
      class: `handle handle-${which}`, role: 'slider', tabIndex: 0, 'aria-label': label, title: label,
      'aria-orientation': 'horizontal',
    });
    grip.addEventListener('pointerdown', (event) => {
      event.preventDefault();
      grip.focus();
      grip.setPointerCapture(event.pointerId);
      dragging = true;
    });
    grip.addEventListener('pointermove', (event) => {
      if (dragging && grip.hasPointerCapture(event.pointerId)) move(which, valueAt(event.clientX), false);
    });
    grip.addEventListener('lostpointercapture', () => {
      dragging = false;
      if (shown) onChange(shown.limits, true);
    });
    grip.addEventListener('keydown', (event) => {
      const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10 }[event.key];
      if (!steps || !shown) return;
      event.preventDefault();
      event.stopPropagation();
      const unit = (range[1] - range[0]) / 200;
      move(which, shown.limits[which] + steps * unit * (event.shiftKey ? 0.1 : 1), true);
    });
    return grip;
  }

  /** @param {number} clientX */
  function valueAt(clientX) {
    const box = canvas.getBoundingClientRect();
    const part = Math.max(0, Math.min(1, (clientX - box.left) / (box.width || 1)));
    return range[0] + part * (range[1] - range[0]);
  }

  /** @param {'vmin' | 'vmax'} which @param {number} value @param {boolean} commit */
  function move(which, value, commit) {
    if (!shown) return;
    const limits = apart(shown.limits, which, Number(value.toPrecision(6)), (range[1] - range[0]) / 1000);
    shown = { ...shown, limits };
    draw();
    onChange(limits, commit);
  }

  function place() {
    if (!shown) return;
    for (const which of /** @type {const} */ (['vmin', 'vmax'])) {
      const value = shown.limits[which];
      const part = (value - range[0]) / (range[1] - range[0]);
      const grip = handles[which];
      grip.style.left = `${(100 * Math.max(0, Math.min(1, part))).toFixed(3)}%`;
      grip.setAttribute('aria-valuemin', String(range[0]));
      grip.setAttribute('aria-valuemax', String(range[1]));
      grip.setAttribute('aria-valuenow', String(value));
      grip.setAttribute('aria-valuetext', formatValue(value));
    }
  }

  function draw() {
    if (!shown) {
      canvas.width = canvas.clientWidth || 280; // cleared
      return;
    }
    if (!dragging) range = drawnRange(shown.histogram, shown.limits);
    place();
    // Once a frame: a movement of a handle is reported back as an update.
    isDue ||= requestAnimationFrame(() => { isDue = 0; paint(); });
  }

  function paint() {
    if (!shown) return;
    const width = canvas.clientWidth || 280;
    const density = globalThis.devicePixelRatio || 1;
    canvas.width = Math.round(width * density);
    canvas.height = Math.round(HEIGHT * density);
    const context = canvas.getContext('2d');
    if (!context) return;
    context.scale(density, density);
    bars(context, width);
    curve(context, width);
  }

  /** @param {CanvasRenderingContext2D} context @param {number} width */
  function bars(context, width) {
    if (!shown) return;
    const { histogram: { counts, edges: [low, high] }, color, limits } = shown;
    const top = Math.log1p(Math.max(1, ...counts));
    const step = (high - low) / counts.length;
    const scale = width / (range[1] - range[0]);
    /** @param {number} value */
    const across = (value) => (value - range[0]) * scale;
    const left = across(Math.min(limits.vmin, limits.vmax));
    const right = across(Math.max(limits.vmin, limits.vmax));
    context.fillStyle = styled(element, '--histogram-range');
    context.fillRect(left, 0, right - left, HEIGHT);
    context.fillStyle = color ? lighter(color) : styled(element, '--histogram-bar');
    context.beginPath();
    counts.forEach((count, index) => {
      if (!count) return;
      const tall = (HEIGHT - 8) * (Math.log1p(count) / top);
      const start = across(low + index * step);
      context.rect(start, HEIGHT - tall, Math.max(0.75, step * scale), tall);
    });
    context.fill();
  }

  /** @param {CanvasRenderingContext2D} context @param {number} width */
  function curve(context, width) {
    if (!shown || brightness(0, shown.tone) === null) return;
    const { limits: { vmin, vmax }, tone } = shown;
    context.strokeStyle = styled(element, '--histogram-curve');
    context.lineWidth = 1.5;
    context.beginPath();
    for (let x = 0; x <= width; x += 1) {
      const value = range[0] + (x / width) * (range[1] - range[0]);
      const y = HEIGHT - 1.5 - (HEIGHT - 3) * (brightness((value - vmin) / (vmax - vmin || 1e-30), tone) ?? 0);
      context.lineTo(x, y);
    }
    context.stroke();
  }

  new ResizeObserver(() => draw()).observe(canvas);
  return {
    element,
    /** @param {typeof shown} next */
    update(next) {
      element.classList.toggle('is-empty', !next); // it keeps its place until the next one comes
      if (next && dragging && shown) next = { ...next, limits: shown.limits };
      shown = next;
      draw();
    },
  };
}
