// FITS pixel numbers: 1-based, from the bottom left; the center of the first pixel is (1, 1).

/** @typedef {import('../types').Point} Point */

/** Column and row of the pixel at a point. @param {Point} point continuous, from the top left corner @param {number} height of the image @returns {[number, number]} */
export function fitsPixel({ x, y }, height) {
  return [Math.floor(x) + 1, height - Math.floor(y)];
}

/** @param {Point} point FITS @param {number} height of the image @returns {Point} continuous, from the top left corner */
export function fromFits({ x, y }, height) {
  return { x: x - 0.5, y: height - y + 0.5 };
}
