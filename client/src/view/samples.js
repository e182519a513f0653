// Values of what is in sight, as 16-bit codes on a broken line between knots (`/api/…/samples`).

/** @typedef {import('../types').SamplesHeader} SamplesHeader */
/** @typedef {import('../types').SamplesHeader['planes'][number]} SampledPlane */

/** Codes of missing pixels, of minus infinity, of the first and last knot, and of infinity. */
export const MISSING = 0;
export const BELOW = 1;
export const FIRST = 2;
export const LAST = 65534;
export const ABOVE = 65535;
export const CODES = 65536;

/**
 * @typedef {object} Samples
 * @property {SamplesHeader} header
 * @property {number} columns
 * @property {number} rows
 * @property {Uint16Array} codes of all planes, one after the other, row by row from the top
 * @property {Uint16Array[]} planes the same of each plane
 */

/** @param {ArrayBuffer} body @returns {Samples} */
export function readSamples(body) {
  const length = new DataView(body).getUint32(0, true);
  /** @type {SamplesHeader} */
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(body, 4, length)));
  const [columns, rows] = header.size;
  const count = columns * rows;
  const codes = new Uint16Array(body, 4 + length, header.planes.length * count);
  const planes = header.planes.map((_, index) => codes.subarray(index * count, (index + 1) * count));
  return { header, columns, rows, codes, planes };
}

/** Index of the knot at or before a value. @param {readonly number[]} knots ascending @param {number} value */
function knotBefore(knots, value) {
  let low = 0;
  let high = knots.length - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (knots[middle] <= value) low = middle;
    else high = middle;
  }
  return low;
}

/**
 * Place of a value in codes, not rounded; infinite outside the knots.
 * @param {readonly number[]} knots @param {number} value
 */
export function codeOf(knots, value) {
  if (value < knots[0]) return -Infinity;
  if (value > knots[knots.length - 1]) return Infinity;
  const at = knotBefore(knots, value);
  const span = knots[at + 1] - knots[at];
  return FIRST + (at + (span > 0 ? (value - knots[at]) / span : 0)) * ((LAST - FIRST) / (knots.length - 1));
}

/** Values of all codes, into `out`. @param {readonly number[]} knots @param {Float64Array} out */
export function valuesOf(knots, out) {
  const step = (LAST - FIRST) / (knots.length - 1);
  out[MISSING] = NaN;
  out[BELOW] = -Infinity;
  out[ABOVE] = Infinity;
  for (let code = FIRST; code <= LAST; code += 1) {
    const at = Math.min(Math.floor((code - FIRST) / step), knots.length - 2);
    out[code] = knots[at] + (knots[at + 1] - knots[at]) * ((code - FIRST) / step - at);
  }
}

/** Share of the plane's values below a value. @param {SampledPlane} plane @param {number} value */
function rankOf({ knots, ranks }, value) {
  if (value <= knots[0]) return 0;
  if (value >= knots[knots.length - 1]) return 1;
  const at = knotBefore(knots, value);
  const span = knots[at + 1] - knots[at];
  return ranks[at] + (span > 0 ? (value - knots[at]) / span : 0) * (ranks[at + 1] - ranks[at]);
}

/**
 * For histogram equalization: the place between the limits of the value with a rank among those between them.
 * @param {SampledPlane} plane @param {{vmin: number, vmax: number}} limits
 * @returns {(y: number) => number}
 */
export function rankedPlaces(plane, { vmin, vmax }) {
  const { knots, ranks } = plane;
  const [low, high] = [Math.min(vmin, vmax), Math.max(vmin, vmax)];
  const first = rankOf(plane, low);
  const share = rankOf(plane, high) - first;
  if (!(share > 0)) return (y) => y;
  /** @param {number} wanted */
  const valueAt = (wanted) => {
    if (wanted >= 1) return high;
    const at = knotBefore(ranks, wanted);
    const step = ranks[at + 1] - ranks[at];
    const part = step > 0 ? Math.max(0, Math.min(1, (wanted - ranks[at]) / step)) : 0;
    return Math.min(high, Math.max(low, knots[at] + part * (knots[at + 1] - knots[at])));
  };
  // Negative limits count ranks from above.
  return vmax < vmin
    ? (y) => (valueAt(first + (1 - y) * share) - vmin) / (vmax - vmin)
    : (y) => (valueAt(first + y * share) - vmin) / (vmax - vmin);
}
