// The stretches as functions on [0, 1], to be drawn over the histogram. The formulas are those of
// astropy.visualization; pictures themselves are stretched by the server.

/** Parameters that a stretch has by default, and what they are called. @type {Record<string, {name: string, value: number, min: number, max: number, step: number}>} */
export const PARAMETERS = {
  asinh: { name: 'Softening', value: 0.1, min: 0.001, max: 1, step: 0.001 },
  sinh: { name: 'Softening', value: 1 / 3, min: 0.01, max: 1, step: 0.01 },
  log: { name: 'Strength', value: 1000, min: 1, max: 10000, step: 1 },
  power: { name: 'Exponent', value: 2, min: 0.1, max: 5, step: 0.01 },
  lupton: { name: 'Q', value: 8, min: 0.1, max: 30, step: 0.1 },
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
 * Brightness in [0, 1] of a value, or null where the curve depends on the pixels themselves.
 * @param {number} x the value's place between the limits
 * @param {{stretch: {name: string, parameter: number | null}, contrast: number, bias: number, gamma: number}} tone
 */
export function brightness(x, { stretch: { name, parameter }, contrast, bias, gamma }) {
  const formula = FORMULAS[name];
  if (!formula) return null;
  const stretched = formula(clip(x), parameter ?? PARAMETERS[name]?.value ?? 0);
  return clip((stretched - bias) * contrast + 0.5) ** (1 / gamma);
}
