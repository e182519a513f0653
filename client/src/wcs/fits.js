// FITS pixel numbers: 1-based, from the bottom left; the middle of the first pixel is (1, 1).

/** @typedef {import('../types').Point} Point */

/** @param {Point} point continuous, from the top left corner @param {number} height of the image */
export function toFits({ x, y }, height) {
  return { x: x + 0.5, y: height - y + 0.5 };
}

/** @param {Point} point FITS @param {number} height @returns {Point} */
export function fromFits({ x, y }, height) {
  return { x: x - 0.5, y: height - y + 0.5 };
}
