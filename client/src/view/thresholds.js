// Where the levels of a curve begin, as the server computes them (src/celestile/render/tone.py):
// limits, stretch, contrast, bias, gamma. tests/render/tone_vectors.json holds both to each other.

import { STRETCH_PARAMETERS } from './values.js';

/**
 * @typedef {object} Curve
 * @property {{name: string, parameter: number | null}} stretch
 * @property {number} gamma
 * @property {number} contrast
 * @property {number} bias
 */

const SMALLEST = 5e-324;

/** @param {number} value @param {number} least @param {number} most */
const clip = (value, least, most) => Math.min(Math.max(value, least), most);

/** Inverses of the stretches on [0, 1]. @type {Readonly<Record<string, (y: number, parameter: number) => number>>} */
const INVERSES = Object.freeze({
  linear: (y) => y,
  sqrt: (y) => y * y,
  log: (y, a) => Math.expm1(y * Math.log1p(a)) / a,
  asinh: (y, a) => a * Math.sinh(y * Math.asinh(1 / a)),
  // Below, sinh(1 / a) would overflow, and equals an exponential.
  sinh: (y, a) => (a < 1 / 300 ? 1 + a * Math.log(y) : a * Math.asinh(y * Math.sinh(1 / a))),
  power: (y, a) => y ** (1 / a),
  lupton: (y, q) => Math.sinh(y * Math.asinh(q)) / q,
});

/** Whether the pictures of a stretch can be computed here. @param {string} name */
export const isKnownStretch = (name) => name === 'histeq' || Object.hasOwn(INVERSES, name);

/**
 * Places at which the next level begins, ascending in [0, 1]; infinite for levels that are not reached.
 * @param {Curve} curve
 * @param {number} steps number of levels, less one
 * @param {((y: number) => number) | null} [ranked] for histeq: the place of a rank among the values of the plane
 * @returns {Float64Array}
 */
export function thresholds({ stretch: { name, parameter }, gamma, contrast, bias }, steps, ranked = null) {
  const inverse = name === 'histeq' ? ranked ?? INVERSES.linear : INVERSES[name];
  const amount = clip(parameter ?? STRETCH_PARAMETERS[name] ?? 1, 1e-300, 1e300);
  const power = clip(gamma, 1e-300, 1e300);
  const found = new Float64Array(steps);
  let largest = 0;
  for (let k = 0; k < steps; k += 1) {
    let wanted = Math.max(((k + 0.5) / steps) ** power, SMALLEST);
    if (contrast === 0) wanted = wanted <= 0.5 ? 0 : Infinity;
    else if (contrast !== 1 || bias !== 0.5) wanted = (wanted - 0.5) / contrast + bias;
    let place = inverse(clip(wanted, 0, 1), amount);
    if (name !== 'histeq') place = Math.max(place, SMALLEST);
    largest = Math.max(largest, clip(place, 0, 1));
    if (wanted <= 0) found[k] = 0;
    else found[k] = wanted > 1 ? Infinity : largest;
  }
  return found;
}
