// The gnomonic projection in closed form (Calabretta & Greisen 2002, section 5.1.3, and Smart's
// spherical trigonometry): an independent truth for the grids that the client interpolates.

const DEGREE = Math.PI / 180;

/**
 * @typedef {object} Tan
 * @property {number} lon of the tangent point, degrees
 * @property {number} lat
 * @property {number} x tangent point, continuous pixels from the top left corner
 * @property {number} y
 * @property {number} scale degrees per pixel
 * @property {number} [angle] of north, degrees counterclockwise from up
 * @property {boolean} [flipped] east to the right of north
 */

/** @param {Tan} tan @param {number} x @param {number} y @returns {{lon: number, lat: number}} */
export function tanToSky({ lon, lat, x: x0, y: y0, scale, angle = 0, flipped = false }, x, y) {
  const right = (x - x0) * scale * DEGREE;
  const up = (y0 - y) * scale * DEGREE;
  const [s, c] = [Math.sin(angle * DEGREE), Math.cos(angle * DEGREE)];
  const eta = c * up - s * right; // towards the north
  const across = c * right + s * up;
  const xi = flipped ? across : -across; // towards the east
  const [sinLat, cosLat] = [Math.sin(lat * DEGREE), Math.cos(lat * DEGREE)];
  const denominator = cosLat - eta * sinLat;
  const longitude = lon + Math.atan2(xi, denominator) / DEGREE;
  return {
    lon: ((longitude % 360) + 360) % 360,
    lat: Math.atan2(sinLat + eta * cosLat, Math.hypot(xi, denominator)) / DEGREE,
  };
}

/**
 * Grid of unit vectors as the server sends it.
 * @param {(x: number, y: number) => {lon: number, lat: number} | null} sky
 * @param {[number, number, number, number]} region @param {number} nodes
 * @returns {import('../../src/types').SkyGrid}
 */
export function makeGrid(sky, region, nodes) {
  const [x0, y0, width, height] = region;
  const dx = width / (nodes - 1);
  const dy = height / (nodes - 1);
  /** @type {(number | null)[]} */
  const vectors = [];
  for (let j = 0; j < nodes; j += 1) {
    for (let i = 0; i < nodes; i += 1) {
      const position = sky(x0 + i * dx, y0 + j * dy);
      if (!position) {
        vectors.push(null, null, null);
        continue;
      }
      const { lon, lat } = position;
      const c = Math.cos(lat * DEGREE);
      vectors.push(c * Math.cos(lon * DEGREE), c * Math.sin(lon * DEGREE), Math.sin(lat * DEGREE));
    }
  }
  let valid = '';
  for (let j = 0; j < nodes - 1; j += 1) {
    for (let i = 0; i < nodes - 1; i += 1) {
      const corners = [j * nodes + i, j * nodes + i + 1, (j + 1) * nodes + i, (j + 1) * nodes + i + 1];
      valid += corners.every((node) => vectors[3 * node] !== null) ? '1' : '0';
    }
  }
  return { name: null, region, nx: nodes, ny: nodes, x0, y0, dx, dy, vectors, valid };
}
