// Positions on the sky at the corners of the cells of a mesh: from the viewer's own coordinates, or
// from the server's where a map of the sky ends. A ring is the outline of one cell's part on the sky.

import { toPosition } from '../wcs/vectors.js';

/** @typedef {import('../types').Point} Point */
/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {{x: number, y: number, width: number, height: number}} Box in image pixels */
/** @typedef {{point: Point, sky: SkyPosition, isBorder?: boolean}} Corner `isBorder`: where the sky ends */
/** @typedef {Corner[]} Ring */

/**
 * Rings of the cells that lie on the sky with all corners.
 * @param {Box} box @param {number} cell size in image pixels
 * @param {(x: number, y: number) => SkyPosition | null} position
 * @returns {Ring[]}
 */
export function ringsIn(box, cell, position) {
  const columns = Math.max(2, Math.ceil(box.width / cell));
  const rows = Math.max(2, Math.ceil(box.height / cell));
  /** @type {(Corner | null)[][]} */
  const corners = [];
  for (let row = 0; row <= rows; row += 1) {
    // The box's right and lower edges belong to the next pixels, which may have no sky.
    const y = Math.min(box.y + (row * box.height) / rows, box.y + box.height - 1e-6);
    corners.push(Array.from({ length: columns + 1 }, (_, column) => {
      const x = Math.min(box.x + (column * box.width) / columns, box.x + box.width - 1e-6);
      const sky = position(x, y);
      return sky && { point: { x, y }, sky };
    }));
  }
  return cells(corners, (ring) => ring).filter((ring) => ring.length === 4);
}

/**
 * Rings of the server's mesh: cells that the sky ends in are cut there.
 * @param {import('../types').Mesh} mesh
 * @param {((position: SkyPosition) => SkyPosition) | null} turn to the frame of the lines
 * @returns {Ring[]}
 */
export function ringsOf({ nx, ny, x0, y0, dx, dy, vectors, borders }, turn) {
  /** @param {number} x @param {number} y @param {readonly (number | null)[]} vector @returns {Corner} */
  const corner = (x, y, vector) => {
    const sky = toPosition(/** @type {[number, number, number]} */ (vector));
    return { point: { x, y }, sky: turn ? turn(sky) : sky };
  };
  const corners = Array.from({ length: ny }, (_row, row) => Array.from({ length: nx }, (_column, column) => {
    const at = 3 * (row * nx + column);
    return vectors[at] === null ? null : corner(x0 + column * dx, y0 + row * dy, vectors.slice(at, at + 3));
  }));
  /** @type {Map<string, Corner>} */
  const ends = new Map(borders.map(({ row, column, down, fraction, vector }) => [`${row} ${column} ${down}`, {
    ...corner(x0 + (column + (down ? 0 : fraction)) * dx, y0 + (row + (down ? fraction : 0)) * dy, vector),
    isBorder: true,
  }]));
  return cells(corners, (ring, row, column) => {
    const sides = [`${row} ${column} false`, `${row} ${column + 1} true`, `${row + 1} ${column} false`, `${row} ${column} true`];
    return ring.flatMap((here, side) => [here, ends.get(sides[side]) ?? null]);
  }).filter((ring) => ring.length > 2);
}

/**
 * The corners of each cell, clockwise from the upper left, without those off the sky.
 * @param {(Corner | null)[][]} corners
 * @param {(ring: (Corner | null)[], row: number, column: number) => (Corner | null)[]} complete
 */
function cells(corners, complete) {
  /** @type {Ring[]} */
  const rings = [];
  for (let row = 0; row + 1 < corners.length; row += 1) {
    for (let column = 0; column + 1 < corners[row].length; column += 1) {
      const [above, below] = [corners[row], corners[row + 1]];
      const ring = complete([above[column], above[column + 1], below[column + 1], below[column]], row, column);
      rings.push(ring.filter((each) => each !== null));
    }
  }
  return rings;
}
