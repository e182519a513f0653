// The whole state in the fragment of the page's address, and back.
//
//   #image=dir/x.fits&view=frame=3;stretch=asinh:0.1&center=1500.5,700&zoom=-1.25&sky=10.68,-41.27

import { formatNumber } from '../view/values.js';
import { AUTOMATIC, formatView, parseView } from '../view/view.js';

/** @typedef {import('../types').State} State */

/** @type {State} */
export const EMPTY = Object.freeze({ image: null, view: AUTOMATIC, center: null, zoom: null, sky: null });

/** Percent-encode only the characters that would end a value. @param {string} text */
function encode(text) {
  return encodeURIComponent(text).replace(/%(2F|3B|3D|2C|3A|40)/g, (escape) => decodeURIComponent(escape));
}

/** @param {string} text */
function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign without digits
  }
}

/** @param {number} value @param {number} digits */
function rounded(value, digits) {
  return formatNumber(Number(value.toFixed(digits)));
}

/** @param {string} text @returns {[number, number] | null} */
function pair(text) {
  const numbers = text.split(',').map(Number);
  return numbers.length === 2 && numbers.every(Number.isFinite) && !/(^|,)(,|$)/.test(text)
    ? [numbers[0], numbers[1]] : null;
}

/**
 * State that an address describes, and a message for each part that is invalid.
 * @param {string} hash with or without its "#"
 * @returns {{state: State, problems: string[]}}
 */
export function parseAddress(hash) {
  /** @type {{-readonly [K in keyof State]: State[K]}} */
  const state = { ...EMPTY };
  /** @type {string[]} */
  const problems = [];
  for (const item of hash.replace(/^#/, '').split('&')) {
    if (!item) continue;
    const equals = item.indexOf('=');
    const key = item.slice(0, Math.max(equals, 0));
    const value = decode(item.slice(equals + 1));
    const numbers = pair(value);
    if (key === 'image') state.image = value || null;
    else if (key === 'view') {
      try {
        state.view = parseView(value);
      } catch (error) {
        problems.push(/** @type {Error} */ (error).message);
      }
    } else if (key === 'center' && numbers) state.center = { x: numbers[0], y: numbers[1] };
    else if (key === 'zoom' && value && Number.isFinite(Number(value))) state.zoom = Number(value);
    else if (key === 'sky' && numbers) state.sky = { lon: numbers[0], lat: numbers[1] };
    else problems.push(`“${item}” in the page's address is invalid.`);
  }
  return { state: Object.freeze(state), problems };
}

/** @param {State} state @returns {string} "#…", or '' when there is no image */
export function formatAddress(state) {
  if (!state.image) return '';
  const items = [`image=${encode(state.image)}`];
  const view = formatView(state.view);
  if (view) items.push(`view=${encode(view)}`);
  if (state.center) items.push(`center=${rounded(state.center.x, 2)},${rounded(state.center.y, 2)}`);
  if (state.zoom !== null) items.push(`zoom=${rounded(state.zoom, 3)}`);
  if (state.sky) items.push(`sky=${rounded(state.sky.lon, 6)},${rounded(state.sky.lat, 6)}`);
  return `#${items.join('&')}`;
}
