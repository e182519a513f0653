// The stretches as functions on [0, 1], to be drawn over the histogram. The formulas are those of
// astropy.visualization; the server stretches the pictures.

import { STRETCH_PARAMETERS } from '../view/values.js';

/** Names and useful ranges of the stretches' parameters. @type {Record<string, {name: string, min: number, max: number, step: number}>} */
export const PARAMETERS = {
  asinh: { name: 'Softening', min: 0.001, max: 1, step: 0.001 },
  sinh: { name: 'Softening', min: 0.01, max: 1, step: 0.01 },
  log: { name: 'Strength', min: 1, max: 10000, step: 1 },
  power: { name: 'Exponent', min: 0.1, max: 5, step: 0.01 },
  lupton: { name: 'Q', min: 0.1, max: 30, step: 0.1 },
};

/** @type {Record<string, (x: number, parameter: number) => number>} */
const FORMULAS = {
  linear: (x) => x,
  sqrt: (x) => Math.sqrt(x),
  log: (x, a) => Math.log(a * x + 1) / Math.log(a + 1),
  asinh: (x, a) => Math.asinh(x / a) / Math.asinh(1 / a),
  sinh: (x, a) => Math.sinh(x / a) / Math.sinh(1 / a),
  power: (x, a) => x ** a,
  lupton: (x, q) => Math.asinh(q * x) / Math.asinh(q),
};

/** @param {number} value */
const clip = (value) => Math.max(0, Math.min(1, value));

/**
 * Brightness in [0, 1] of a value, or null where the curve depends on the pixels.
 * @param {number} x the value's place between the limits
 * @param {{stretch: {name: string, parameter: number | null}, contrast: number, bias: number, gamma: number}} tone
 */
export function brightness(x, { stretch: { name, parameter }, contrast, bias, gamma }) {
  const formula = FORMULAS[name];
  if (!formula) return null;
  const stretched = formula(clip(x), parameter ?? STRETCH_PARAMETERS[name] ?? 0);
  return clip((stretched - bias) * contrast + 0.5) ** (1 / gamma);
}
