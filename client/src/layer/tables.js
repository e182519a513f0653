// Tables by code: the level of a pixel in a curve, its place between the limits, its color.

import { thresholds } from '../view/thresholds.js';
import { ABOVE, BELOW, CODES, FIRST, LAST, MISSING, codeOf, rankedPlaces } from '../view/samples.js';

/** @typedef {import('../view/samples.js').SampledPlane} SampledPlane */
/** @typedef {import('../view/thresholds.js').Curve} Curve */
/** @typedef {{vmin: number, vmax: number}} Limits */

const LEVELS = 256;
export const FINE_LEVELS = 4096;
/** Infinity is drawn as this many times vmax, as the server does. */
const BRIGHTEST = 1e20;
const STEEPEST = 1e300;
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114]; // Rec. 601

/** First code with each level after the first, ascending; CODES if none has it. @param {SampledPlane} plane @param {Limits} limits @param {Float64Array} places */
function upward({ knots }, { vmin, vmax }, places) {
  return Array.from(places, (place) => {
    if (place <= 0) return 0;
    if (place === Infinity) return CODES;
    const value = vmin * (1 - place) + vmax * place;
    const code = codeOf(knots, value);
    // Equal limits are a step above their value.
    if (vmin === vmax) return Math.max(FIRST, Math.floor(code) + 1);
    return Math.min(ABOVE, Math.max(FIRST, Math.ceil(code - 1e-9)));
  });
}

/** Last code with each level after the first, descending; -1 if none has it. @param {SampledPlane} plane @param {Limits} limits @param {Float64Array} places */
function downward({ knots }, { vmin, vmax }, places) {
  return Array.from(places, (place) => {
    if (place <= 0) return ABOVE;
    if (place === Infinity) return -1;
    const code = codeOf(knots, vmin * (1 - place) + vmax * place);
    return Math.max(BELOW, Math.min(LAST, Math.floor(code + 1e-9)));
  });
}

/**
 * Fill a table with the entry of each code's level.
 * @param {Uint16Array | Uint32Array} table of CODES entries @param {ArrayLike<number>} entries of the levels
 * @param {SampledPlane} plane @param {Limits} limits @param {Curve} curve
 */
export function fillLevels(table, entries, plane, limits, curve) {
  const ranked = curve.stretch.name === 'histeq' ? rankedPlaces(plane, limits) : null;
  const places = thresholds(curve, entries.length - 1, ranked);
  const isUpward = limits.vmax >= limits.vmin;
  let from = isUpward ? 0 : CODES;
  (isUpward ? upward : downward)(plane, limits, places).forEach((code, level) => {
    if (isUpward) {
      const end = Math.max(from, Math.min(CODES, code));
      table.fill(entries[level], from, end);
      from = end;
    } else {
      const start = Math.min(from, code + 1);
      table.fill(entries[level], start, from);
      from = start;
    }
  });
  const last = entries[entries.length - 1];
  if (isUpward) table.fill(last, from);
  else table.fill(last, 0, from);
  // Missing pixels count as the lower limit.
  table[MISSING] = entries[places.findLastIndex((place) => place <= 0) + 1];
}

/**
 * Fill a table with the place of each code between the limits, at least 0 and not bounded above.
 * @param {Float32Array} table @param {Float64Array} values of the codes @param {Limits} limits
 */
export function fillPlaces(table, values, { vmin, vmax }) {
  const half = vmax / 2 - vmin / 2;
  const steep = vmax < vmin ? -STEEPEST : STEEPEST;
  const slope = Math.abs(half) < 1 / STEEPEST ? steep : 0.5 / half;
  for (let code = 0; code < CODES; code += 1) {
    const place = (values[code] - vmin) * slope;
    table[code] = place > 0 ? Math.min(place, BRIGHTEST) : 0;
  }
}

/** @param {number} red @param {number} green @param {number} blue */
const packed = (red, green, blue) => ((255 << 24) | (blue << 16) | (green << 8) | red) >>> 0;

/**
 * Colors of the levels of a single plane, as RGBA in the order of bytes.
 * @param {ArrayLike<number>} colormap 256 times RGB @param {{invert: boolean, saturation: number}} style
 */
export function levelColors(colormap, { invert, saturation }) {
  const colors = new Uint32Array(LEVELS);
  for (let level = 0; level < LEVELS; level += 1) {
    const at = 3 * (invert ? LEVELS - 1 - level : level);
    const rgb = [colormap[at], colormap[at + 1], colormap[at + 2]];
    const gray = RED * rgb[0] + GREEN * rgb[1] + BLUE * rgb[2];
    const [red, green, blue] = saturation === 1 ? rgb
      : rgb.map((part) => Math.round(Math.max(0, Math.min(255, gray + saturation * (part - gray)))));
    colors[level] = packed(red, green, blue);
  }
  return colors;
}

/** RRGGBB as red, green and blue. @param {string} hex @returns {[number, number, number]} */
export function rgbOf(hex) {
  const number = parseInt(hex, 16);
  return [number >> 16, (number >> 8) & 255, number & 255];
}

/** @param {readonly number[]} rgb */
export const packedColor = ([red, green, blue]) => packed(red, green, blue);

export const FINE = Uint16Array.from({ length: FINE_LEVELS }, (_, level) => level);
