// A place in the sky that is kept when another image is opened: same position, same scale.

import { transformation } from '../wcs/systems.js';

/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {import('../types').Sky} Sky */

/**
 * @typedef {object} Carried
 * @property {SkyPosition} position in the frame below
 * @property {string} frame
 * @property {number | null} equinox
 * @property {number} density screen pixels per arcsecond
 */

/**
 * A carried position in the frame of another image, or null where the two frames are not related.
 * @param {Carried} carried @param {Pick<Sky, 'frame' | 'equinox'>} sky
 * @returns {SkyPosition | null}
 */
export function positionIn({ position, frame, equinox }, sky) {
  return transformation({ frame, equinox }, sky)?.(position) ?? null;
}
