// The place that is kept when another image is opened: the same sky at the same size.

import { galacticToIcrs, icrsToGalactic } from '../wcs/frames.js';

/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {import('../types').Sky} Sky */

/**
 * @typedef {object} Carried
 * @property {SkyPosition} position in the frame below
 * @property {string} frame
 * @property {number | null} equinox
 * @property {number} density screen pixels per arcsecond
 */

/** FK5 of J2000 and ICRS are the same to a fortieth of an arcsecond. @param {string} frame @param {number | null} equinox */
function system(frame, equinox) {
  return frame === 'icrs' || (frame === 'fk5' && (equinox ?? 2000) === 2000) ? 'icrs' : `${frame} ${equinox ?? ''}`.trim();
}

/**
 * A carried position in the frame of another image, or null where the two frames are not related.
 * @param {Carried} carried @param {Pick<Sky, 'frame' | 'equinox'>} sky
 * @returns {SkyPosition | null}
 */
export function positionIn({ position, frame, equinox }, sky) {
  const from = frame === 'galactic' ? frame : system(frame, equinox);
  const to = sky.frame === 'galactic' ? sky.frame : system(sky.frame, sky.equinox);
  if (from === to) return position;
  if (from === 'galactic' && to === 'icrs') return galacticToIcrs(position);
  if (from === 'icrs' && to === 'galactic') return icrsToGalactic(position);
  return null;
}
