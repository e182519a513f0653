// A small map of the whole image with the part in sight, while only a part is in sight.

import { h, iconButton } from '../ui/dom.js';
import { remember, remembered } from '../ui/memory.js';
import { formatView } from '../view/view.js';

/** @typedef {import('../app/app.js').App} App */

/** Longer side of the picture, screen pixels. */
const SIDE = 150;
/** Smallest side of the box of the part in sight. */
const LEAST = 7;
/** The picture is fetched when the view has rested this long, ms. */
const REST = 500;
/** Share of the image's sides from which on it counts as whole. */
const WHOLE = 0.98;

/**
 * Box of the part in sight, in pixels of the overview.
 * @param {{x: number, y: number, width: number, height: number}} seen in image pixels
 * @param {{width: number, height: number}} image @param {number} width of the overview
 */
export function boxOf(seen, image, width) {
  const scale = width / image.width;
  const along = (/** @type {number} */ from, /** @type {number} */ length, /** @type {number} */ all) => {
    const size = Math.min(all * scale, Math.max(LEAST, length * scale));
    return [Math.max(0, Math.min(all * scale - size, (from + length / 2) * scale - size / 2)), size];
  };
  const [left, w] = along(seen.x, seen.width, image.width);
  const [top, h_] = along(seen.y, seen.height, image.height);
  return { left, top, width: w, height: h_ };
}

/** @param {App} app */
export function createOverview(app) {
  let on = remembered('overview') !== 'false';
  const picture = h('img', { alt: '', draggable: false });
  const box = h('div', { class: 'overview-box' });
  const frame = h('div', { class: 'overview-frame', 'aria-hidden': 'true' }, picture, box);
  const hide = iconButton('close', 'Hide the overview (O)', () => toggle(), { class: 'icon-button overview-hide' });
  const element = h('div', { class: 'overview', role: 'group', 'aria-label': 'Overview of the whole image', hidden: true }, frame, hide);
  let wanted = '';
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function place() {
    const { metadata } = app.scene;
    const seen = app.map.isOpen ? app.map.visibleRegion() : null;
    const isWhole = metadata && seen && seen.width >= metadata.width * WHOLE && seen.height >= metadata.height * WHOLE;
    element.hidden = !on || !metadata || !seen || Boolean(isWhole);
    if (element.hidden || !metadata || !seen) return;
    const scale = SIDE / Math.max(metadata.width, metadata.height);
    const size = { width: Math.max(LEAST, metadata.width * scale), height: Math.max(LEAST, metadata.height * scale) };
    Object.assign(frame.style, { width: `${size.width}px`, height: `${size.height}px` });
    const found = boxOf(seen, metadata, size.width);
    for (const [key, value] of Object.entries(found)) box.style.setProperty(key, `${value}px`);
    fetchPicture(metadata);
  }

  /** @param {import('../types').Metadata} metadata */
  function fetchPicture({ id, width, height }) {
    const side = Math.min(Math.max(width, height), SIDE * Math.ceil(devicePixelRatio));
    const scale = side / Math.max(width, height);
    const size = `${Math.max(1, Math.round(width * scale))},${Math.max(1, Math.round(height * scale))}`;
    const url = app.api.picture(id, formatView(app.view), 'full', size, 'jpg');
    if (url === wanted || app.playing) return;
    const isOther = !wanted.includes(encodeURIComponent(id).slice(0, 40));
    wanted = url;
    clearTimeout(timer);
    timer = setTimeout(() => { picture.src = url; }, isOther ? 0 : REST);
  }

  /** Look where the pointer is in the overview. @param {PointerEvent} event */
  function look(event) {
    const { metadata } = app.scene;
    if (!metadata) return;
    const { left, top, width, height } = frame.getBoundingClientRect();
    const share = (/** @type {number} */ at, /** @type {number} */ from, /** @type {number} */ length) => Math.max(0, Math.min(1, (at - from) / length));
    app.map.look({ x: share(event.clientX, left, width) * metadata.width, y: share(event.clientY, top, height) * metadata.height }, undefined, { animate: false });
  }

  frame.addEventListener('pointerdown', (event) => {
    if (event.button) return;
    frame.setPointerCapture(event.pointerId);
    look(event);
    event.preventDefault();
  });
  frame.addEventListener('pointermove', (event) => { if (frame.hasPointerCapture(event.pointerId)) look(event); });
  frame.addEventListener('wheel', (event) => {
    event.preventDefault();
    app.map.zoomBy(event.deltaY < 0 ? 1 : -1);
  }, { passive: false });

  function toggle() {
    on = !on;
    remember('overview', String(on));
    place();
  }

  app.map.onMoving(place);
  return { element, update: place, toggle };
}
