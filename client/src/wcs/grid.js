// Sky coordinates from a grid of directions that the server computed with the image's real WCS:
// 4-point Lagrange interpolation one way, Newton's method the other. Points are continuous pixel
// coordinates whose origin is the top left corner of the image.

import { dot, normalize, tangentBasis } from './vectors.js';

/** @typedef {import('../types').SkyGrid} SkyGrid */
/** @typedef {import('../types').Point} Point */
/** @typedef {import('./vectors.js').Vector} Vector */

const STENCIL = 4;
const STARTS = 6;
const ITERATIONS = 25;
const TOLERANCE = 1e-7; // pixels

/**
 * Weights of equally spaced nodes 0, 1, … for the value at t.
 * @param {number} count @param {number} t
 */
export function lagrangeWeights(count, t) {
  const weights = new Array(count).fill(1);
  for (let i = 0; i < count; i += 1) {
    for (let j = 0; j < count; j += 1) if (j !== i) weights[i] *= (t - j) / (i - j);
  }
  return weights;
}

/** First node of the stencil around cell, shifted inward at the border. @param {number} cell @param {number} nodes */
function stencilStart(cell, nodes) {
  return Math.max(0, Math.min(cell - 1, nodes - STENCIL));
}

/**
 * Interpolated direction, whether its cell is good or not; null where nodes are missing.
 * @param {SkyGrid} grid @param {number} x @param {number} y
 * @returns {Vector | null}
 */
function interpolate(grid, x, y) {
  const u = (x - grid.x0) / grid.dx;
  const v = (y - grid.y0) / grid.dy;
  const column = stencilStart(clampCell(u, grid.nx), grid.nx);
  const row = stencilStart(clampCell(v, grid.ny), grid.ny);
  const along = lagrangeWeights(Math.min(STENCIL, grid.nx), u - column);
  const down = lagrangeWeights(Math.min(STENCIL, grid.ny), v - row);
  const sum = [0, 0, 0];
  for (let j = 0; j < down.length; j += 1) {
    for (let i = 0; i < along.length; i += 1) {
      const node = 3 * ((row + j) * grid.nx + column + i);
      const weight = along[i] * down[j];
      for (let k = 0; k < 3; k += 1) {
        const value = grid.vectors[node + k];
        if (value === null || value === undefined) return null;
        sum[k] += weight * value;
      }
    }
  }
  return normalize(sum);
}

/** @param {number} position in units of cells @param {number} nodes */
function clampCell(position, nodes) {
  return Math.max(0, Math.min(Math.floor(position), nodes - 2));
}

/** Whether interpolation is good at a point. @param {SkyGrid} grid @param {number} x @param {number} y */
export function isValid(grid, x, y) {
  const u = (x - grid.x0) / grid.dx;
  const v = (y - grid.y0) / grid.dy;
  if (!(u >= 0 && v >= 0 && u <= grid.nx - 1 && v <= grid.ny - 1)) return false;
  return grid.valid[clampCell(v, grid.ny) * (grid.nx - 1) + clampCell(u, grid.nx)] === '1';
}

/**
 * Whether interpolation is good everywhere between two points of the grid's region.
 * @param {SkyGrid} grid @param {number} left @param {number} top @param {number} right @param {number} bottom
 */
export function isValidIn(grid, left, top, right, bottom) {
  const cell = (/** @type {number} */ at, /** @type {number} */ origin, /** @type {number} */ step, /** @type {number} */ nodes) => clampCell((at - origin) / step, nodes);
  const [first, last] = [left, right].map((x) => cell(x, grid.x0, grid.dx, grid.nx));
  for (let row = cell(top, grid.y0, grid.dy, grid.ny); row <= cell(bottom, grid.y0, grid.dy, grid.ny); row += 1) {
    const start = row * (grid.nx - 1);
    if (grid.valid.slice(start + first, start + last + 1).includes('0')) return false;
  }
  return true;
}

/**
 * Direction at a point, or null where the grid is not valid.
 * @param {SkyGrid} grid @param {number} x @param {number} y
 * @returns {Vector | null}
 */
export function pixelToVector(grid, x, y) {
  return isValid(grid, x, y) ? interpolate(grid, x, y) : null;
}

/** The nodes nearest to a direction, nearest first. @param {SkyGrid} grid @param {Vector} target */
function nearestNodes(grid, target) {
  /** @type {{cosine: number, x: number, y: number}[]} */
  const best = [];
  const { vectors } = grid;
  for (let node = 0; node < grid.nx * grid.ny; node += 1) {
    const x = vectors[3 * node];
    const y = vectors[3 * node + 1];
    const z = vectors[3 * node + 2];
    if (x === null || y === null || z === null) continue;
    const cosine = target[0] * x + target[1] * y + target[2] * z;
    if (best.length === STARTS && cosine <= best[STARTS - 1].cosine) continue;
    best.push({
      cosine,
      x: grid.x0 + (node % grid.nx) * grid.dx,
      y: grid.y0 + Math.floor(node / grid.nx) * grid.dy,
    });
    best.sort((a, b) => b.cosine - a.cosine);
    best.length = Math.min(best.length, STARTS);
  }
  return best;
}

/**
 * Newton's method on the offsets from the target along two axes of its tangent plane.
 * @param {SkyGrid} grid @param {Vector} target @param {Point} start
 * @returns {Point | null}
 */
function newton(grid, target, start) {
  const [first, second] = tangentBasis(target);
  /** @param {number} x @param {number} y */
  const offset = (x, y) => {
    const vector = interpolate(grid, x, y);
    return vector && [dot(vector, first), dot(vector, second), dot(vector, target)];
  };
  // Wide enough for rounding to be harmless, narrow enough for the slope to be local.
  const step = Math.min(grid.dx, grid.dy) * 1e-4;
  let { x, y } = start;
  for (let iteration = 0; iteration < ITERATIONS; iteration += 1) {
    const here = offset(x, y);
    const right = offset(x + step, y);
    const left = offset(x - step, y);
    const below = offset(x, y + step);
    const above = offset(x, y - step);
    if (!here || !right || !left || !below || !above) return null;
    const a = (right[0] - left[0]) / (2 * step);
    const b = (below[0] - above[0]) / (2 * step);
    const c = (right[1] - left[1]) / (2 * step);
    const d = (below[1] - above[1]) / (2 * step);
    const determinant = a * d - b * c;
    if (!determinant) return null;
    const dx = limit((d * here[0] - b * here[1]) / determinant, 2 * grid.dx);
    const dy = limit((a * here[1] - c * here[0]) / determinant, 2 * grid.dy);
    x = within(x - dx, grid.x0, grid.dx, grid.nx);
    y = within(y - dy, grid.y0, grid.dy, grid.ny);
    if (Math.hypot(dx, dy) < TOLERANCE) return here[2] > 0 ? { x, y } : null;
  }
  return null;
}

/** @param {number} value @param {number} most */
function limit(value, most) {
  return Math.max(-most, Math.min(most, value));
}

/** Keep an iterate near the grid. @param {number} value @param {number} origin @param {number} step @param {number} nodes */
function within(value, origin, step, nodes) {
  return Math.max(origin - step / 2, Math.min(origin + (nodes - 0.5) * step, value));
}

/**
 * Point at a direction, or null where the grid is not valid.
 * @param {SkyGrid} grid @param {Vector} target
 * @returns {Point | null}
 */
export function vectorToPixel(grid, target) {
  for (const start of nearestNodes(grid, target)) {
    const point = newton(grid, target, start);
    if (point && isValid(grid, point.x, point.y)) return point;
  }
  return null;
}
