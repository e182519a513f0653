// Celestial frames: names and notations of their coordinates.

import {
  decimalsFor, formatDegrees, formatLongitude, formatSexagesimal,
} from './angles.js';
import { isTransformable, transformation } from './systems.js';

/** @typedef {import('../types').SkyPosition} SkyPosition */

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
    case 'ecliptic': return (equinox ?? 2000) === 2000 ? 'Ecliptic' : `Ecliptic J${equinox}`;
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
 * @property {string} frame
 * @property {number | null} equinox
 * @property {[string, string]} names of the two coordinates
 * @property {'hours' | 'sexagesimal' | 'decimal' | 'solar'} style of the longitude; latitudes of hours are sexagesimal
 * @property {(position: SkyPosition) => SkyPosition} turn from the image's own frame to this one
 * @property {(position: SkyPosition, scale: number | null) => [string, string]} format of a position in the image's own frame
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

/** Frames in which positions of all images can be shown. @type {[string, number | null, [string, string]][]} */
const SHOWN = [
  ['icrs', null, ['RA', 'Dec']],
  ['fk5', 2000, ['RA', 'Dec']],
  ['fk4', 1950, ['RA', 'Dec']],
  ['galactic', null, ['l', 'b']],
  ['ecliptic', 2000, ['λ', 'β']],
  ['supergalactic', null, ['SGL', 'SGB']],
];

/** @param {SkyPosition} position */
const itself = (position) => position;

/**
 * @param {string} frame @param {number | null} equinox @param {[string, string]} names
 * @param {(position: SkyPosition) => SkyPosition} turn @param {boolean} isOwn
 * @returns {Notation[]}
 */
function notationsIn(frame, equinox, names, turn, isOwn) {
  const title = frameTitle(frame, equinox);
  const id = isOwn ? '' : `${frame}-`;
  const common = { frame, equinox, names, turn };
  /** @type {Notation} */
  const degrees = { ...common, id: `${id}decimal`, title: isEquatorial(frame) || isOwn ? `${title} degrees` : title, style: 'decimal', format: (p, s) => decimal(turn(p), s) };
  if (!isEquatorial(frame)) return [degrees];
  return [{ ...common, id: `${id}sexagesimal`, title: `${title} h m s`, style: 'hours', format: (p, s) => sexagesimal(turn(p), s) }, degrees];
}

/**
 * The notations that positions in a frame can be shown in; the first is the frame's own.
 * @param {string} frame @param {number | null} equinox @param {string[]} names
 * @returns {Notation[]}
 */
export function notations(frame, equinox, names) {
  /** @type {[string, string]} */
  const own = [names[0] ?? 'lon', names[1] ?? 'lat'];
  if (frame === 'helioprojective') return [{ id: 'solar', title: frameTitle(frame, equinox), frame, equinox, names: own, style: 'solar', turn: itself, format: solar }];
  const list = notationsIn(frame, equinox, own, itself, true);
  if (!isTransformable(frame)) return list;
  for (const [other, year, axes] of SHOWN) {
    const isOwn = other === frame && (year === null || (equinox ?? year) === year);
    const turn = isOwn ? null : transformation({ frame, equinox }, { frame: other, equinox: year });
    if (turn) list.push(...notationsIn(other, year, axes, turn, false));
  }
  return list;
}

/**
 * The chosen notation among those of an image: of the same frame and style, else the image's own.
 * @param {Notation[]} list @param {string} id
 */
export function chosenNotation(list, id) {
  const ownId = list[0] && id.startsWith(`${list[0].frame}-`) ? id.slice(list[0].frame.length + 1) : id;
  return list.find((entry) => entry.id === id) ?? list.find((entry) => entry.id === ownId) ?? list[0] ?? null;
}

/** The notations that a key goes through: the image's own, and galactic or ICRS coordinates. @param {Notation[]} list */
export function usualNotations(list) {
  const others = list[0] && isEquatorial(list[0].frame) ? ['galactic-decimal'] : ['icrs-sexagesimal', 'icrs-decimal'];
  return list.filter(({ id }) => !id.includes('-') || others.includes(id));
}
