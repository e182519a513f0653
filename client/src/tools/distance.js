// Angles between two positions on the sky.

import { separation, toVector } from '../wcs/vectors.js';

/** @typedef {import('../types').SkyPosition} SkyPosition */

const DEGREE = Math.PI / 180;

/**
 * Distance, and position angle of the second position from the first (from north over east).
 * @param {SkyPosition} from @param {SkyPosition} to
 * @returns {{distance: number, angle: number}} degrees, angle in [0, 360)
 */
export function skyDistance(from, to) {
  const [lat1, lat2, turn] = [from.lat * DEGREE, to.lat * DEGREE, (to.lon - from.lon) * DEGREE];
  const angle = Math.atan2(
    Math.sin(turn) * Math.cos(lat2),
    Math.cos(lat1) * Math.sin(lat2) - Math.sin(lat1) * Math.cos(lat2) * Math.cos(turn),
  ) / DEGREE;
  return { distance: separation(toVector(from.lon, from.lat), toVector(to.lon, to.lat)), angle: (angle + 360) % 360 };
}
