// A place in the sky that is kept when another image is opened: same position, same scale.

import { isIcrs, rotation } from '../wcs/frames.js';

/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {import('../types').Sky} Sky */

/**
 * @typedef {object} Carried
 * @property {SkyPosition} position in the frame below
 * @property {string} frame
 * @property {number | null} equinox
 * @property {number} density screen pixels per arcsecond
 */

/** Name that frames share whose positions are the same. @param {string} frame @param {number | null} equinox */
function system(frame, equinox) {
  if (isIcrs(frame, equinox)) return 'icrs';
  return frame === 'galactic' ? frame : `${frame} ${equinox ?? ''}`.trim();
}

/**
 * A carried position in the frame of another image, or null where the two frames are not related.
 * @param {Carried} carried @param {Pick<Sky, 'frame' | 'equinox'>} sky
 * @returns {SkyPosition | null}
 */
export function positionIn({ position, frame, equinox }, sky) {
  const [from, to] = [system(frame, equinox), system(sky.frame, sky.equinox)];
  if (from === to) return position;
  const areRelated = [from, to].every((name) => name === 'icrs' || name === 'galactic');
  return areRelated ? rotation(from, to)?.(position) ?? null : null;
}
