// The sky coordinates of one image: a grid for each chip, or linear coordinates where there is no sky.

import { isValidIn, pixelToVector, vectorToPixel } from './grid.js';
import { cross, dot, normalize, separation, toPosition, toVector } from './vectors.js';

/** @typedef {import('../types').Sky} SkyData */
/** @typedef {import('../types').Point} Point */
/** @typedef {import('../types').SkyPosition} SkyPosition */

const DEGREE = Math.PI / 180;

/** @param {readonly number[]} region @param {number} x @param {number} y */
function inside([left, top, width, height], x, y) {
  return x >= left && y >= top && x < left + width && y < top + height;
}

export class SkyCoordinates {
  /** @param {SkyData} data */
  constructor(data) {
    this.data = data;
  }

  /** Whether the image has sky positions, if only from the server. */
  get exists() {
    return this.data.grids.length > 0;
  }

  /** @param {number} x @param {number} y */
  _grid(x, y) {
    return this.data.grids.find((grid) => inside(grid.region, x, y));
  }

  /** Whether a point is in a part of the image that has sky coordinates. @param {number} x @param {number} y */
  covers(x, y) {
    return this._grid(x, y) !== undefined;
  }

  /**
   * Whether all positions in a box are known here. Those of several chips count as known, since the
   * gaps between them have none.
   * @param {{x: number, y: number, width: number, height: number}} box
   */
  isCertain({ x, y, width, height }) {
    const [grid, ...others] = this.data.grids;
    return others.length > 0 || !grid || isValidIn(grid, x, y, x + width, y + height);
  }

  /** Position at a point, null where only the server has it. @param {number} x @param {number} y @returns {SkyPosition | null} */
  position(x, y) {
    const grid = this._grid(x, y);
    const vector = grid && pixelToVector(grid, x, y);
    return vector ? toPosition(vector) : null;
  }

  /** Point at a position, null where only the server has it. @param {SkyPosition} position @returns {Point | null} */
  point({ lon, lat }) {
    const target = toVector(lon, lat);
    /** @type {Point | null} */
    let outside = null;
    for (const grid of this.data.grids) {
      const point = vectorToPixel(grid, target);
      if (point && inside(grid.region, point.x, point.y)) return point;
      outside ??= point;
    }
    return outside;
  }

  /**
   * Scale (arcsec per pixel), direction of north (degrees from up, counterclockwise) and parity
   * (1: east is left of north) around a point; the image's where the grid is not valid.
   * @param {number} x @param {number} y
   * @param {(position: SkyPosition) => SkyPosition} [turn] to the frame whose north is asked for
   */
  local(x, y, turn = (position) => position) {
    const grid = this._grid(x, y);
    const at = (/** @type {number} */ column, /** @type {number} */ row) => {
      const vector = grid && pixelToVector(grid, column, row);
      const place = vector && turn(toPosition(vector));
      return place && toVector(place.lon, place.lat);
    };
    const [here, right, down] = [at(x, y), at(x + 1, y), at(x, y + 1)];
    const { scale, north, parity } = this.data;
    if (!here || !right || !down || Math.hypot(here[0], here[1]) < 1e-9) return { scale, north, parity };
    const east = normalize([-here[1], here[0], 0]);
    const pole = cross(here, east);
    // How far one pixel to the right, and one up, lead to the east and to the north.
    const alongX = [dot(right, east), dot(right, pole)];
    const alongY = [-dot(down, east), -dot(down, pole)];
    const area = alongX[0] * alongY[1] - alongX[1] * alongY[0];
    if (!area) return { scale, north, parity };
    // The screen direction (right, up) that leads due north solves alongX·u + alongY·v = (0, 1).
    const u = -alongY[0] / area;
    const v = alongX[0] / area;
    return {
      scale: Math.sqrt(separation(here, right) * separation(here, down)) * 3600,
      north: Math.atan2(-u, v) / DEGREE,
      parity: area < 0 ? 1 : -1,
    };
  }

  /** Values of the linear coordinates at a point. @param {number} x @param {number} y @returns {number[] | null} */
  linear(x, y) {
    const { linear } = this.data;
    if (!linear) return null;
    return linear.origin.map((start, k) => start + linear.matrix[k][0] * x + linear.matrix[k][1] * y);
  }
}
