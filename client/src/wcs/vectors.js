// Directions on the sky as unit vectors: no wrap at 360°, no pole.

/** @typedef {[number, number, number]} Vector */

const DEGREE = Math.PI / 180;

/** @param {number} lon @param {number} lat degrees @returns {Vector} */
export function toVector(lon, lat) {
  const cosine = Math.cos(lat * DEGREE);
  return [cosine * Math.cos(lon * DEGREE), cosine * Math.sin(lon * DEGREE), Math.sin(lat * DEGREE)];
}

/** @param {Vector} vector @returns {import('../types').SkyPosition} degrees, lon in [0, 360) */
export function toPosition([x, y, z]) {
  const lon = Math.atan2(y, x) / DEGREE;
  return { lon: lon < 0 ? lon + 360 : lon, lat: Math.atan2(z, Math.hypot(x, y)) / DEGREE };
}

/** @param {readonly number[]} a @param {readonly number[]} b */
export function dot(a, b) {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

/** @param {readonly number[]} a @param {readonly number[]} b @returns {Vector} */
export function cross(a, b) {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

/** @param {readonly number[]} vector @returns {Vector} */
export function normalize(vector) {
  const length = Math.hypot(vector[0], vector[1], vector[2]);
  return [vector[0] / length, vector[1] / length, vector[2] / length];
}

/** Angle between two directions in degrees; exact for small and large ones. @param {Vector} a @param {Vector} b */
export function separation(a, b) {
  return Math.atan2(Math.hypot(...cross(a, b)), dot(a, b)) / DEGREE;
}

/** Two unit vectors that span the plane tangent to a direction. @param {Vector} direction @returns {[Vector, Vector]} */
export function tangentBasis(direction) {
  const [x, y, z] = direction.map(Math.abs);
  const axis = x <= y && x <= z ? [1, 0, 0] : y <= z ? [0, 1, 0] : [0, 0, 1];
  const first = normalize(cross(axis, direction));
  return [first, cross(direction, first)];
}
