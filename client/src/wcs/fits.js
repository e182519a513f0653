// FITS pixel numbers: 1-based, from the bottom left, or from the top left where the header has
// ROWORDER = TOP-DOWN; the center of the first pixel is (1, 1).

/** @typedef {import('../types').Point} Point */

/** Column and row of the pixel at a point. @param {Point} point continuous, from the top left corner @param {number} height of the image @param {boolean} [topDown] @returns {[number, number]} */
export function fitsPixel({ x, y }, height, topDown = false) {
  return [Math.floor(x) + 1, topDown ? Math.floor(y) + 1 : height - Math.floor(y)];
}

/** @param {Point} point FITS @param {number} height of the image @param {boolean} [topDown] @returns {Point} continuous, from the top left corner */
export function fromFits({ x, y }, height, topDown = false) {
  return { x: x - 0.5, y: topDown ? y - 0.5 : height - y + 0.5 };
}
