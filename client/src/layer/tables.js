// Tables by code: the level of a pixel in a curve, its place between the limits, its color.

import { thresholds } from '../view/thresholds.js';
import { STRETCH_PARAMETERS } from '../view/values.js';
import { ABOVE, CODES, FIRST, LAST, MISSING, codeOf, rankedPlaces } from '../view/samples.js';

/** @typedef {import('../view/samples.js').SampledPlane} SampledPlane */
/** @typedef {import('../view/thresholds.js').Curve} Curve */
/** @typedef {{vmin: number, vmax: number}} Limits */

/**
 * @typedef {import('../view/thresholds.js').Curve & {
 *   components: {plane: number, vmin: number, vmax: number, color: string | null}[],
 *   saturation: number, invert: boolean, colormap: ArrayLike<number>, missing: readonly number[],
 * }} Look the style of a picture; `colormap` is 256 times RGB, `missing` the RGB of missing pixels
 */

export const LEVELS = 256;
export const FINE_LEVELS = 4096;
/** Infinity is drawn as this many times vmax, as the server does. */
const BRIGHTEST = 1e20;
const STEEPEST = 1e300;
const [RED, GREEN, BLUE] = [0.299, 0.587, 0.114]; // Rec. 601

/**
 * Where levels begin, between the limits of each plane; for most stretches the same for all planes.
 * @param {Curve} curve @param {number} steps number of levels, less one
 * @returns {(plane: SampledPlane, limits: Limits) => Float64Array}
 */
export function placesOf(curve, steps) {
  if (curve.stretch.name === 'histeq') return (plane, limits) => thresholds(curve, steps, rankedPlaces(plane, limits));
  const places = thresholds(curve, steps);
  return () => places;
}

/**
 * Fill a table with the entry of each code's level.
 * @param {Uint16Array | Uint32Array} table of CODES entries @param {ArrayLike<number>} entries of the levels
 * @param {SampledPlane} plane @param {Limits} limits @param {Float64Array} places where levels begin
 */
export function fillLevels(table, entries, plane, limits, places) {
  if (limits.vmax < limits.vmin) fillDownward(table, entries, plane, limits, places);
  else fillUpward(table, entries, plane, limits, places);
  // Missing pixels count as the lower limit.
  table[MISSING] = entries[places.findLastIndex((place) => place <= 0) + 1];
}

/** @type {typeof fillLevels} */
function fillUpward(table, entries, { knots }, { vmin, vmax }, places) {
  let from = 0;
  for (let level = 0; level < places.length && from < CODES; level += 1) {
    const place = places[level];
    let code = 0;
    if (place === Infinity) code = CODES;
    // Equal limits are a step above their value.
    else if (place > 0) code = vmin === vmax ? Math.floor(codeOf(knots, vmin)) + 1 : Math.ceil(codeOf(knots, vmin * (1 - place) + vmax * place) - 1e-9);
    if (place > 0 && place < Infinity) code = Math.min(ABOVE, Math.max(FIRST, code));
    if (code <= from) continue;
    table.fill(entries[level], from, code);
    from = code;
  }
  table.fill(entries[places.length], from);
}

/** @type {typeof fillLevels} */
function fillDownward(table, entries, { knots }, { vmin, vmax }, places) {
  let to = CODES;
  for (let level = 0; level < places.length && to > 0; level += 1) {
    const place = places[level];
    let start = 0;
    if (place <= 0) start = CODES;
    else if (place < Infinity) start = Math.max(FIRST, Math.min(LAST + 1, Math.floor(codeOf(knots, vmin * (1 - place) + vmax * place) + 1e-9) + 1));
    if (start >= to) continue;
    table.fill(entries[level], start, to);
    to = start;
  }
  table.fill(entries[places.length], 0, to);
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

const OCTAVES = 30;
const BITS = 9; // of the mantissa: steps of 1/512 of a value
const FLOATS = new Float32Array(1);
const WORDS = new Uint32Array(FLOATS.buffer);

/**
 * Brightness of a mix after Lupton et al. by the mean of its places, from a table in equal ratios.
 * @param {Curve} curve @returns {(mean: number) => number}
 */
export function luptonCurve({ stretch: { parameter }, gamma, contrast, bias }) {
  const softening = parameter ?? STRETCH_PARAMETERS.lupton;
  /** @param {number} mean */
  const exact = (mean) => {
    const y = (Math.asinh(softening * mean) / Math.asinh(softening) - bias) * contrast + 0.5;
    return Math.max(0, Math.min(1, y)) ** (1 / gamma);
  };
  const shift = 23 - BITS;
  const first = (127 - OCTAVES) << BITS;
  const table = new Float32Array((OCTAVES << BITS) + 1);
  for (let at = 1; at < table.length; at += 1) {
    WORDS[0] = ((first + at) << shift) + (1 << (shift - 1));
    table[at] = exact(Math.min(1, FLOATS[0]));
  }
  table[0] = exact(0);
  const last = table.length - 1;
  return (mean) => {
    FLOATS[0] = mean;
    const at = (WORDS[0] >>> shift) - first;
    return table[at < 0 ? 0 : at > last ? last : at];
  };
}
