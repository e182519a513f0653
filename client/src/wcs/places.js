// Positions in the notations that people paste: names made of coordinates, labelled angles, angles
// with the name of a frame, regions of DS9, pixels, HDUs and chips.

import { parsePair, parsePosition } from './angles.js';

/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {import('./systems.js').System} System */

/**
 * @typedef {object} Place what a text means; a pair of plain numbers means several things
 * @property {'sky' | 'pixel' | 'hdu' | 'chip'} kind
 * @property {System} [system] of a position on the sky; left out: that of the image or of the readout
 * @property {SkyPosition} [position]
 * @property {[number, number]} [pixel] FITS x, y
 * @property {string} [name] of an HDU or chip
 */

/** @type {System} */ const ICRS = { frame: 'icrs' };
/** @type {System} */ const B1950 = { frame: 'fk4', equinox: 1950 };

/** Names of frames, in lower case. @type {Record<string, System | null>} */
const FRAMES = {
  icrs: ICRS, j2000: { frame: 'fk5', equinox: 2000 }, fk5: { frame: 'fk5', equinox: 2000 }, b1950: B1950, fk4: B1950,
  galactic: { frame: 'galactic' }, gal: { frame: 'galactic' }, supergalactic: { frame: 'supergalactic' }, sgal: { frame: 'supergalactic' },
  ecliptic: { frame: 'ecliptic', equinox: 2000 }, ecl: { frame: 'ecliptic', equinox: 2000 },
  pixel: null, pixels: null, px: null, pix: null, image: null, physical: null,
};

/** Labels of coordinates, in lower case; null: pixels, undefined: the image's equatorial frame. @type {[string, string, System | null | undefined][]} */
const LABELS = [
  ['sgl', 'sgb', { frame: 'supergalactic' }],
  ['glon|l', 'glat|b', { frame: 'galactic' }],
  ['elon|lambda|λ', 'elat|beta|β', { frame: 'ecliptic', equinox: 2000 }],
  ['ra|r\\.a\\.|alpha|α', 'dec|decl|de|delta|δ', undefined],
  ['x', 'y', null],
];

/** @param {string} text */
const minus = (text) => text.replace(/[−–]/g, '-');

/** Digits of sexagesimal units, the rest a fraction of the last one. @param {string} digits @param {string} fraction with its point, or empty */
function packed(digits, fraction) {
  const whole = digits.length % 2 ? digits.length - 1 : digits.length;
  const count = Math.min(whole, 6) / 2;
  const units = Array.from({ length: count }, (_, k) => Number(digits.slice(2 * k, 2 * k + 2)));
  const rest = digits.slice(2 * count) + fraction.replace('.', '');
  units[count - 1] += rest ? Number(`0.${rest}`) : 0;
  return units.some((unit, k) => k > 0 && unit >= 60) ? NaN : units.reduce((sum, unit, k) => sum + unit / 60 ** k, 0);
}

/** A name such as J022511.0-253535, SDSS J1230+1223, B0531+219 or G184.55-05.78. @param {string} text @returns {Place | null} */
function designation(text) {
  const galactic = /^(?:[\w-]+\s+)?G(\d{1,3}(?:\.\d+)?)([+-]\d{1,2}(?:\.\d+)?)$/.exec(text);
  if (galactic) {
    const position = { lon: Number(galactic[1]), lat: Number(galactic[2]) };
    return position.lon < 360 && Math.abs(position.lat) <= 90 ? { kind: 'sky', system: { frame: 'galactic' }, position } : null;
  }
  const found = /^(?:[\w.-]+\s+)*?(?:[A-Z0-9]*[A-Z])??([JB])(\d{4,9})(\.\d*)?([+-])(\d{2,8})(\.\d*)?[a-z]?$/.exec(text);
  if (!found) return null;
  const [, epoch, right, rightRest = '', sign, up, upRest = ''] = found;
  const hours = packed(right, rightRest);
  const lat = packed(up, upRest);
  if (!(hours < 24) || !(lat <= 90)) return null;
  return { kind: 'sky', system: epoch === 'B' ? B1950 : ICRS, position: { lon: hours * 15, lat: sign === '-' ? -lat : lat } };
}

/** @param {string} text @param {System | null | undefined} system @param {boolean} hours @returns {Place[]} */
function pair(text, system, hours) {
  if (system === null) {
    const pixel = parsePair(text.replace(/[xy]\s*[=:]/gi, ' '));
    return pixel ? [{ kind: 'pixel', pixel }] : [];
  }
  const position = parsePosition(text, hours);
  return position ? [{ kind: 'sky', system, position }] : [];
}

/** Angles after their labels: l=184.55 b=-5.78. @param {string} text @returns {Place[]} */
function labelled(text) {
  for (const [first, second, system] of LABELS) {
    const found = new RegExp(`^(?:${first})\\s*[=:]?\\s*([-+\\d.].*?)[\\s,;]*(?<![a-zα-ω])(?:${second})\\s*[=:]?\\s*([-+\\d.].*)$`, 'i').exec(text);
    if (found) return pair(`${found[1]}, ${found[2]}`, system, system === undefined);
  }
  return [];
}

/** An HDU or a chip, and perhaps a pixel: hdu SCI,2 · hdu 3 100 200 · chip CCD5. @param {string} text @returns {Place | null} */
function part(text) {
  const found = /^(hdu|ext|extension|chip|ccd|detector)\s*[=:]?\s*(\S+)(?:\s+(.+))?$/i.exec(text);
  if (!found) return null;
  const [, word, name, rest] = found;
  const pixel = rest ? parsePair(rest.replace(/[xy]\s*[=:]/gi, ' ')) : undefined;
  return pixel === null ? null : { kind: /^(hdu|ext)/i.test(word) ? 'hdu' : 'chip', name, pixel };
}

/** The two coordinates of a region of DS9, or of STC-S: fk5;circle(83.6,22.0,10"). @param {string} text */
function regionless(text) {
  const found = /^(?:([\w-]+)\s*[;\s]\s*)?(?:point|circle|box|ellipse|annulus|position)\s*\(?\s*(.+?)\)?$/i.exec(text);
  if (!found) return text;
  const parts = found[2].split(',');
  return `${found[1] ?? ''} ${parts.length > 2 ? parts.slice(0, 2).join(',') : found[2]}`.trim();
}

/** The name of a frame in a text, and the text without it. @param {string} text @returns {{rest: string, system: System | null | undefined, isNamed: boolean}} */
function framed(text) {
  const words = text.replace(/[()[\]]/g, ' ').split(/[\s;]+/).filter(Boolean);
  const at = words.findIndex((word) => word.replace(/[:,]$/, '').toLowerCase() in FRAMES);
  if (at < 0) return { rest: text, system: undefined, isNamed: false };
  const [word] = words.splice(at, 1);
  // A second one, as in "FK5 J2000", says the same.
  const rest = words.filter((each) => !(each.replace(/[:,]$/, '').toLowerCase() in FRAMES)).join(' ');
  return { rest, system: FRAMES[word.replace(/[:,]$/, '').toLowerCase()], isNamed: true };
}

/** Whether angles have a mark that says what they are. @param {string} text */
const isMarked = (text) => /[:hʰdms°º'"′″ˢᵐ]/i.test(text);

/**
 * Places that a text can mean, the most likely first; none if it is the name of something.
 * @param {string} input
 * @returns {Place[]}
 */
export function parsePlaces(input) {
  const text = minus(input).trim().replace(/\s+/g, ' ');
  if (!/\d/.test(text)) return /^(hdu|ext|chip|ccd|detector)\b/i.test(text) ? [part(text)].filter((found) => found !== null) : [];
  const chosen = part(text) ?? designation(text);
  if (chosen) return [chosen];
  const named = labelled(text);
  if (named.length) return named;
  const { rest, system, isNamed } = framed(regionless(text));
  if (isNamed) {
    const inside = labelled(rest).map((found) => (found.kind === 'sky' && system ? { ...found, system } : found));
    return inside.length ? inside : pair(rest, system, system === null || !system || ['icrs', 'fk5', 'fk4'].includes(system.frame));
  }
  const onSky = pair(rest, undefined, true);
  // A sign belongs to a latitude.
  const pixel = isMarked(rest) || /[-+]/.test(rest) ? null : parsePair(rest);
  return [...onSky, ...(pixel ? [{ kind: /** @type {const} */ ('pixel'), pixel }] : [])];
}
