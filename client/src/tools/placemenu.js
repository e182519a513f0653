// The menu of a place in the image, of a right click, a long press or the menu key: position, value
// and links to be copied.

import { copyText } from '../ui/clipboard.js';
import { formatValue } from '../ui/format.js';
import { openMenu } from '../ui/menu.js';
import { fitsPixel } from '../wcs/fits.js';
import { notations } from '../wcs/frames.js';
import { formatView } from '../view/view.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Point} Point */
/** @typedef {import('../wcs/frames.js').Notation} Notation */

/** A press of this long opens the menu, ms. */
const LONG = 550;
/** A pointer that moved farther drags, screen pixels. */
const STILL = 6;
/** Side of the picture around a place, image pixels. */
const CUTOUT = 512;

/** The picture around a point as an IIIF region. @param {Point} point @param {{width: number, height: number}} size */
export function cutout({ x, y }, { width, height }) {
  const [w, h] = [Math.min(CUTOUT, width), Math.min(CUTOUT, height)];
  const left = Math.max(0, Math.min(width - w, Math.round(x - w / 2)));
  const top = Math.max(0, Math.min(height - h, Math.round(y - h / 2)));
  return `${left},${top},${w},${h}`;
}

/** Position of a point, from the server where the viewer has none. @param {App} app @param {Point} point */
async function positionAt(app, { x, y }) {
  const { metadata, sky } = app.scene;
  const known = sky?.position(x, y);
  if (known || !metadata || !sky?.covers(x, y)) return known ?? null;
  const { lon, lat } = await app.api.world(metadata.id, app.view, x, y, new AbortController().signal).catch(() => ({ lon: null, lat: null }));
  return lon === null || lat === null ? null : { lon, lat };
}

/** @param {App} app @param {Point} point */
async function valueAt(app, point) {
  const { metadata } = app.scene;
  if (!metadata) return '';
  const { values } = await app.api.value(metadata.id, app.view, Math.floor(point.x), Math.floor(point.y), new AbortController().signal);
  return values.map(({ value, name, channel, unit }) => [
    values.length > 1 ? `${name || channel}:` : '', value === null ? 'missing' : formatValue(Number(value)), unit ?? '',
  ].filter(Boolean).join(' ')).join(', ');
}

/** Address of the page with this point in the middle. @param {App} app @param {Point} point */
function linkTo(app, { x, y }) {
  return app.address.link.replace(/&(center|sky)=[^&]*/g, '').replace(/(?=&zoom=|$)/, `&center=${x.toFixed(2)},${y.toFixed(2)}`);
}

/**
 * @param {App} app @param {() => Notation | null} notation the readout's
 * @param {ReturnType<typeof import('./place.js').createPlace>} place
 */
export function createPlaceMenu(app, notation, place) {
  const { element } = app.map;
  /** Where the right button, or a finger, went down. @type {{x: number, y: number} | null} */
  let down = null;
  let moved = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  let touchedAt = -Infinity;

  /** @param {string} what @param {string} text */
  async function copy(what, text) {
    if (await copyText(text)) app.messages.notice(`${what} copied: ${text.length > 90 ? `${text.slice(0, 90)}…` : text}`);
    else app.messages.error('The browser does not allow this page to copy.', 'copy');
  }

  /** @param {Point} point @param {{x: number, y: number}} at */
  async function open(point, at) {
    const { metadata, sky } = app.scene;
    if (!metadata || point.x < 0 || point.y < 0 || point.x >= metadata.width || point.y >= metadata.height) return;
    const scale = sky?.data.scale ?? null;
    const position = await positionAt(app, point);
    const way = notation();
    const pixel = fitsPixel(point, metadata.height, metadata.topDown).join(', ');
    const shown = way && position ? way.format(position, scale).join(' ') : '';
    const all = position && sky ? notations(sky.data.frame, sky.data.equinox, sky.data.names) : [];
    const degrees = all.find(({ id, frame }) => id === (all[0].frame === 'icrs' ? 'decimal' : 'icrs-decimal') && frame === 'icrs');
    const inDegrees = degrees && position ? degrees.format(position, scale).map((part) => part.replace('°', '').replace('−', '-')).join(' ') : '';
    const picture = app.api.picture(metadata.id, formatView(app.view), cutout(point, metadata), 'max', 'png');
    openMenu('Place in the image', [
      ...(shown ? [{ label: 'Copy position', detail: shown, run: () => copy('Position', shown.replace(/−/g, '-')) }] : []),
      ...(inDegrees && way?.id !== degrees?.id ? [{ label: 'Copy ICRS degrees', detail: inDegrees, run: () => copy('Position', inDegrees) }] : []),
      { label: 'Copy FITS pixel', detail: pixel, run: () => copy('Pixel', pixel) },
      { label: 'Copy value', run: () => valueAt(app, point).then((text) => copy('Value', text), (error) => app.fail(error, 'copy')) },
      null,
      { label: 'Copy link to this place', run: () => copy('Link', linkTo(app, point)) },
      { label: 'Copy link to the picture around it', detail: 'IIIF', run: () => copy('Link', new URL(picture, document.baseURI).href) },
      null,
      { label: 'Center here', run: () => app.map.look(point) },
      place.isMarked ? { label: 'Remove the mark', run: () => place.clear() } : { label: 'Mark this place', run: () => place.mark(point, shown || pixel) },
    ], at);
  }

  element.addEventListener('pointerdown', (event) => {
    clearTimeout(timer);
    moved = false;
    down = event.isPrimary ? { x: event.clientX, y: event.clientY } : null;
    if (event.pointerType !== 'touch' || !event.isPrimary || element.classList.contains('is-measuring')) return;
    const at = { clientX: event.clientX, clientY: event.clientY };
    timer = setTimeout(() => { touchedAt = performance.now(); open(app.map.pointOf(at), { x: at.clientX, y: at.clientY }); }, LONG);
  }, { capture: true });
  addEventListener('pointermove', (event) => {
    if (!down || Math.hypot(event.clientX - down.x, event.clientY - down.y) <= STILL) return;
    moved = true;
    clearTimeout(timer);
  }, { capture: true });
  for (const type of ['pointerup', 'pointercancel']) {
    addEventListener(type, (event) => {
      clearTimeout(timer);
      if (/** @type {PointerEvent} */ (event).pointerType === 'touch') touchedAt = performance.now();
    }, { capture: true });
  }
  // The map holds this event back until the right button is released, and after a drag (`rightdrags.js`).
  element.addEventListener('contextmenu', (event) => {
    event.preventDefault();
    if (performance.now() - touchedAt < 1000) return; // of a finger, see above
    if (event.button === 2) {
      if (!moved) open(app.map.pointOf(event), { x: event.clientX, y: event.clientY });
      return;
    }
    const box = element.getBoundingClientRect(); // of the menu key
    open(app.map.center, { x: box.left + box.width / 2, y: box.top + box.height / 2 });
  });
}
