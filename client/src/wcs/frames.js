// Celestial frames: names and notations of their coordinates, and the rotation between ICRS and
// galactic coordinates.

import {
  decimalsFor, formatDegrees, formatLongitude, formatSexagesimal,
} from './angles.js';
import { toPosition, toVector } from './vectors.js';

/** @typedef {import('../types').SkyPosition} SkyPosition */

// Rows: the galactic axes in ICRS as astropy has them: the pole and center of the IAU's definition
// in FK5 (Reid & Brunthaler 2004, ApJ 616, 872), seen from ICRS.
const GALACTIC = [
  [-0.05487565771259163, -0.8734370519556159, -0.48383507361671546],
  [0.4941094371927268, -0.4448297212232952, 0.7469821839866676],
  [-0.8676661375596576, -0.19807633727300053, 0.4559838136873016],
];

/** @param {SkyPosition} position ICRS @returns {SkyPosition} */
export function icrsToGalactic({ lon, lat }) {
  const v = toVector(lon, lat);
  const turned = GALACTIC.map((row) => row[0] * v[0] + row[1] * v[1] + row[2] * v[2]);
  return toPosition(/** @type {import('./vectors.js').Vector} */ (turned));
}

/** @param {SkyPosition} position galactic @returns {SkyPosition} */
export function galacticToIcrs({ lon, lat }) {
  const v = toVector(lon, lat);
  const turned = [0, 1, 2].map((k) => GALACTIC[0][k] * v[0] + GALACTIC[1][k] * v[1] + GALACTIC[2][k] * v[2]);
  return toPosition(/** @type {import('./vectors.js').Vector} */ (turned));
}

/**
 * Rotation of positions from one frame to another, of which at most one is galactic and the other is ICRS or
 * as good as that; null where none is needed.
 * @param {string} from @param {string} to
 */
export function rotation(from, to) {
  if ((from === 'galactic') === (to === 'galactic')) return null;
  return from === 'galactic' ? galacticToIcrs : icrsToGalactic;
}

/** Whether a frame is ICRS, or FK5 J2000, which agrees with it to a fortieth of an arcsecond. @param {string} frame @param {number | null} equinox */
export function isIcrs(frame, equinox) {
  return frame === 'icrs' || (frame === 'fk5' && (equinox ?? 2000) === 2000);
}

const EQUATORIAL = new Set(['icrs', 'fk5', 'fk4', 'fk4-no-e', 'apparent', 'hour-angle']);

/** Whether longitudes are written in hours. @param {string} frame */
export function isEquatorial(frame) {
  return EQUATORIAL.has(frame);
}

/** @param {string} frame @param {number | null} equinox */
export function frameTitle(frame, equinox) {
  switch (frame) {
    case 'icrs': return 'ICRS';
    case 'fk5': return `FK5 J${equinox ?? 2000}`;
    case 'fk4': return `FK4 B${equinox ?? 1950}`;
    case 'fk4-no-e': return `FK4 B${equinox ?? 1950}, no E-terms`;
    case 'galactic': return 'Galactic';
    case 'supergalactic': return 'Supergalactic';
    case 'ecliptic': return 'Ecliptic';
    case 'helioprojective': return 'Helioprojective';
    case 'helioecliptic': return 'Helioecliptic';
    case 'heliographic': return 'Heliographic (Stonyhurst)';
    case 'carrington': return 'Heliographic (Carrington)';
    case 'apparent': return 'Apparent';
    case 'hour-angle': return 'Hour angle';
    case 'horizontal': return 'Horizontal';
    case 'terrestrial': return 'Terrestrial';
    case 'body-fixed': return 'Body-fixed';
    default: return 'Sky';
  }
}

/**
 * @typedef {object} Notation a notation of positions
 * @property {string} id
 * @property {string} title
 * @property {[string, string]} names of the two coordinates
 * @property {(position: SkyPosition, scale: number | null) => [string, string]} format
 */

/** @param {SkyPosition} position @param {number | null} scale @returns {[string, string]} */
function sexagesimal({ lon, lat }, scale) {
  return [
    formatSexagesimal(lon / 15, { decimals: decimalsFor(scale, 15), wrap: 24 }),
    formatSexagesimal(lat, { decimals: decimalsFor(scale, 1), sign: true }),
  ];
}

/** @param {SkyPosition} position @param {number | null} scale @returns {[string, string]} */
function decimal({ lon, lat }, scale) {
  const decimals = decimalsFor(scale, 3600);
  return [`${formatLongitude(lon, decimals)}°`, `${formatDegrees(lat, decimals, true)}°`];
}

/** Coarsest pixels, in arcsec, of images whose positions are written in arcsec from the Sun's center. */
const SOLAR_DISK = 30;

/** @param {SkyPosition} position @param {number | null} scale @returns {[string, string]} */
function solar({ lon, lat }, scale) {
  const signed = lon > 180 ? lon - 360 : lon;
  if (scale && scale > SOLAR_DISK) {
    const decimals = decimalsFor(scale, 3600);
    return [`${formatDegrees(signed, decimals, true)}°`, `${formatDegrees(lat, decimals, true)}°`];
  }
  return [`${formatDegrees(signed * 3600, 1, true)}″`, `${formatDegrees(lat * 3600, 1, true)}″`];
}

/**
 * The notations that positions in a frame can be shown in; the first is the frame's own.
 * @param {string} frame @param {number | null} equinox @param {string[]} names
 * @returns {Notation[]}
 */
export function notations(frame, equinox, names) {
  const title = frameTitle(frame, equinox);
  /** @type {[string, string]} */
  const own = [names[0] ?? 'lon', names[1] ?? 'lat'];
  if (frame === 'helioprojective') return [{ id: 'solar', title, names: own, format: solar }];
  if (frame === 'galactic') {
    return [
      { id: 'galactic', title, names: own, format: decimal },
      { id: 'sexagesimal', title: 'ICRS h m s', names: ['RA', 'Dec'], format: (p, s) => sexagesimal(galacticToIcrs(p), s) },
      { id: 'decimal', title: 'ICRS degrees', names: ['RA', 'Dec'], format: (p, s) => decimal(galacticToIcrs(p), s) },
    ];
  }
  if (!isEquatorial(frame)) return [{ id: 'degrees', title: `${title} degrees`, names: own, format: decimal }];
  /** @type {Notation[]} */
  const list = [
    { id: 'sexagesimal', title: `${title} h m s`, names: own, format: sexagesimal },
    { id: 'decimal', title: `${title} degrees`, names: own, format: decimal },
  ];
  if (isIcrs(frame, equinox)) {
    list.push({ id: 'galactic', title: 'Galactic', names: ['l', 'b'], format: (p, s) => decimal(icrsToGalactic(p), s) });
  }
  return list;
}
