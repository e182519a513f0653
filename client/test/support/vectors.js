// Planes of samples whose knots are given values.

/** Codes from one of 44 values to the next. */
export const CODE_STEP = 1524;

/** @param {readonly number[]} values */
export function planeOf(values) {
  const knots = [...values].sort((a, b) => a - b);
  /** @type {[number, number]} */
  const first = [1, 1];
  return { channel: first, frame: first, knots, ranks: knots.map((_, k) => k / (knots.length - 1)) };
}
