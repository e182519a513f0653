// Made-up images for the mock server: stars, a galaxy, noise.

import { makeGrid, tanToSky } from '../support/tan.js';

/**
 * @typedef {object} MockImage
 * @property {string} id
 * @property {number} width
 * @property {number} height
 * @property {number} channels
 * @property {number} frames
 * @property {'spectral' | 'band' | ''} axis
 * @property {boolean} sky
 * @property {boolean} mixed automatic view is a color mix
 * @property {import('../../src/types').View} [defaults] the operator's view for such images
 */

/** @type {MockImage[]} */
export const IMAGES = [
  { id: 'field.fits', width: 1531, height: 983, channels: 3, frames: 1, axis: 'band', sky: true, mixed: true },
  { id: 'cube/lines.fits', width: 61, height: 47, channels: 60, frames: 1, axis: 'spectral', sky: true, mixed: false },
  { id: 'time/sequence.fits', width: 700, height: 523, channels: 1, frames: 6, axis: '', sky: false, mixed: false },
  { id: 'flat.fits', width: 1400, height: 1100, channels: 1, frames: 1, axis: '', sky: false, mixed: false },
  {
    id: 'plate.fits', width: 900, height: 700, channels: 1, frames: 1, axis: '', sky: false, mixed: false,
    defaults: { invert: true, gamma: 2 },
  },
  { id: '<svg onmouseover=alert(1)>.fits', width: 300, height: 200, channels: 1, frames: 1, axis: '', sky: false, mixed: false },
  ...Array.from({ length: 250 }, (_, k) => ({
    id: `night/FIELD_${k + 1}.fits`, width: 60, height: 40, channels: 1, frames: 1, axis: /** @type {const} */ (''), sky: false, mixed: false,
  })),
  { id: 'night/table.fits', width: 0, height: 0, channels: 1, frames: 1, axis: '', sky: false, mixed: false },
];

/** Repeatable noise in [0, 1). @param {number} n */
function noise(n) {
  let h = (n ^ 0x9e3779b9) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return ((h ^ (h >>> 16)) >>> 0) / 2 ** 32;
}

/** @type {Map<string, Float32Array>} */
const planes = new Map();

/** @param {MockImage} image @param {number} channel @param {number} frame @returns {Float32Array} row 0 at the top */
export function plane(image, channel, frame) {
  const key = `${image.id}/${channel}/${frame}`;
  let data = planes.get(key);
  if (!data) {
    data = draw(image, channel, frame);
    planes.set(key, data);
  }
  return data;
}

/** @param {MockImage} image @param {number} channel @param {number} frame */
function draw({ id, width, height, frames, channels }, channel, frame) {
  const data = new Float32Array(width * height);
  if (id === 'flat.fits') return data.fill(200);
  for (let i = 0; i < data.length; i += 1) data[i] = 100 + 6 * (noise(i + channel * 7919 + frame * 104729) - 0.5);
  const stars = Math.round((width * height) / 4000);
  for (let s = 0; s < stars; s += 1) {
    const color = noise(s * 5 + 3);
    const tint = channels > 1 ? 0.3 + 1.4 * Math.abs(color - (channel - 1) / (channels - 1)) : 1;
    const flux = tint * 12 / (0.0008 + noise(s * 5 + 2) ** 2);
    spot(data, width, height, noise(s * 5) * width + (frame - 1) * 3 * (frames > 1 ? 1 : 0), noise(s * 5 + 1) * height, 1.4, flux);
  }
  const size = Math.min(width, height) / 8;
  spot(data, width, height, width * 0.55, height * 0.45, size, channels > 3 ? 60 * Math.exp(-(((channel - 30) / 8) ** 2)) : 60 + 20 * channel);
  // A few dead pixels.
  for (let y = 10; y < 20 && y < height; y += 1) for (let x = 10; x < 40 && x < width; x += 1) data[y * width + x] = NaN;
  return data;
}

/** @param {Float32Array} data @param {number} width @param {number} height @param {number} cx @param {number} cy @param {number} sigma @param {number} peak */
function spot(data, width, height, cx, cy, sigma, peak) {
  const reach = Math.ceil(sigma * 4);
  for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(height, cy + reach); y += 1) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(width, cx + reach); x += 1) {
      data[y * width + x] += peak * Math.exp(-(((x + 0.5 - cx) ** 2 + (y + 0.5 - cy) ** 2) / (2 * sigma ** 2)));
    }
  }
}

/** @param {MockImage} image */
export function tanOf(image) {
  return { lon: 187.7059, lat: 12.3911, x: image.width / 2, y: image.height / 2, scale: 0.4 / 3600, angle: 12 };
}

/** @param {MockImage} image @returns {import('../../src/types').Sky} */
export function skyOf(image) {
  /** @type {Pick<import('../../src/types').Sky, 'names' | 'projection' | 'scale' | 'north' | 'parity' | 'equinox' | 'grids' | 'linear'>} */
  const nothing = { names: ['lon', 'lat'], projection: null, scale: null, north: null, parity: 1, equinox: null, grids: [], linear: null };
  if (!image.sky) return { frame: 'unknown', frameTitle: null, reason: 'the header has no celestial axes', ...nothing };
  const tan = tanOf(image);
  return {
    frame: 'icrs', frameTitle: 'ICRS', reason: null, names: ['RA', 'Dec'], projection: 'TAN', scale: 0.4, north: 12, parity: 1, equinox: 2000,
    grids: [makeGrid((x, y) => tanToSky(tan, x, y), [0, 0, image.width, image.height], 19)], linear: null,
  };
}
