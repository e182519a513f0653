// Leaflet's map plane as the image's own pixels: x to the right, y down, zoom 0 at full size.

import { CRS, LatLng, Transformation, extend } from 'leaflet';

/** @typedef {import('../types').Point} Point */

/** @type {CRS} */
export const PixelCRS = extend({}, CRS.Simple, { transformation: new Transformation(1, 0, 1, 0) });

/** @param {Point} point */
export function toLatLng({ x, y }) {
  return new LatLng(y, x);
}

/** @param {LatLng} position @returns {Point} */
export function toPoint(position) {
  return { x: position.lng, y: position.lat };
}
