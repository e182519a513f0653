// Loops over pixels: tables by code are looked up and added. They are written plainly, since each takes
// some nanoseconds for every pixel in sight, 60 times a second.

import { CODES } from '../view/samples.js';

/**
 * @typedef {object} Target
 * @property {Uint32Array} pixels RGBA in the order of bytes, of every `stride`-th column and row
 * @property {number} columns of the codes
 * @property {number} rows
 * @property {number} stride
 * @property {number} missing color of missing pixels
 */
/** @typedef {{saturation: number, invert: boolean}} Finish */

const OPAQUE = 0xff000000;

/** One plane. @param {Target} target @param {Uint16Array} codes @param {Uint32Array} colors by code */
export function drawSingle({ pixels, columns, rows, stride }, codes, colors) {
  if (stride === 1) {
    for (let at = 0; at < codes.length; at += 1) pixels[at] = colors[codes[at]];
    return;
  }
  let at = 0;
  for (let row = 0; row < rows; row += stride) {
    const end = (row + 1) * columns;
    for (let from = row * columns; from < end; from += stride) {
      pixels[at] = colors[codes[from]];
      at += 1;
    }
  }
}

/** Three planes whose colors share no band. @param {Target} target @param {Uint16Array} codes of all planes @param {Uint32Array} tables colors by code, of all planes */
export function drawBands({ pixels, columns, rows, stride, missing }, codes, tables) {
  const size = columns * rows;
  const [a, b, c] = [0, 1, 2].map((plane) => codes.subarray(plane * size, (plane + 1) * size));
  const [x, y, z] = [0, 1, 2].map((plane) => tables.subarray(plane * CODES, (plane + 1) * CODES));
  let at = 0;
  for (let row = 0; row < rows; row += stride) {
    const end = (row + 1) * columns;
    for (let from = row * columns; from < end; from += stride) {
      const first = a[from];
      const second = b[from];
      const third = c[from];
      pixels[at] = (first | second | third) === 0 ? missing : OPAQUE | x[first] | y[second] | z[third];
      at += 1;
    }
  }
}

/**
 * Planes in any colors. @param {Target} target @param {Uint16Array} codes of all planes
 * @param {Uint16Array} levels by code, of all planes @param {Float64Array} weights RGB of one level of each plane, in 255ths
 * @param {Finish} finish
 */
export function drawSum({ pixels, columns, rows, stride, missing }, codes, levels, weights, { saturation, invert }) {
  const size = columns * rows;
  const count = weights.length / 3;
  const flip = invert ? 0x00ffffff : 0;
  const isVivid = saturation !== 1;
  let at = 0;
  for (let row = 0; row < rows; row += stride) {
    const end = (row + 1) * columns;
    for (let from = row * columns; from < end; from += stride) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let seen = 0;
      for (let plane = 0; plane < count; plane += 1) {
        const code = codes[plane * size + from];
        const level = levels[plane * CODES + code];
        seen |= code;
        red += weights[3 * plane] * level;
        green += weights[3 * plane + 1] * level;
        blue += weights[3 * plane + 2] * level;
      }
      pixels[at] = seen === 0 ? missing : (isVivid ? vivid(red, green, blue, saturation) : plain(red, green, blue)) ^ flip;
      at += 1;
    }
  }
}

/**
 * Planes mixed after Lupton et al. 2004, as the server does it. @param {Target} target @param {Uint16Array} codes of all planes
 * @param {Float32Array} places between the limits by code, of all planes @param {Float64Array} weights RGB of each plane
 * @param {(mean: number) => number} stretched @param {Finish} finish
 */
export function drawLupton({ pixels, columns, rows, stride, missing }, codes, places, weights, stretched, { saturation, invert }) {
  const size = columns * rows;
  const count = weights.length / 3;
  const flip = invert ? 0x00ffffff : 0;
  const isVivid = saturation !== 1;
  let at = 0;
  for (let row = 0; row < rows; row += stride) {
    const end = (row + 1) * columns;
    for (let from = row * columns; from < end; from += stride) {
      let red = 0;
      let green = 0;
      let blue = 0;
      let mean = 0;
      let seen = 0;
      for (let plane = 0; plane < count; plane += 1) {
        const code = codes[plane * size + from];
        const place = places[plane * CODES + code];
        seen |= code;
        mean += place;
        red += weights[3 * plane] * place;
        green += weights[3 * plane + 1] * place;
        blue += weights[3 * plane + 2] * place;
      }
      mean /= count;
      const factor = stretched(mean) / (mean > 1e-20 ? mean : 1e-20);
      const largest = factor * (red > green ? (red > blue ? red : blue) : green > blue ? green : blue);
      // The largest band is at most 1.
      const scale = (255 * factor) / (largest > 1 ? largest : 1);
      red *= scale;
      green *= scale;
      blue *= scale;
      pixels[at] = seen === 0 ? missing : (isVivid ? vivid(red, green, blue, saturation) : plain(red, green, blue)) ^ flip;
      at += 1;
    }
  }
}

/** @param {number} part of 255 */
function level(part) {
  return part > 0 ? (part < 255 ? (part + 0.5) | 0 : 255) : 0;
}

/** @param {number} red @param {number} green @param {number} blue */
function plain(red, green, blue) {
  return OPAQUE | (level(blue) << 16) | (level(green) << 8) | level(red);
}

/** Saturation about Rec. 601 luminance. @param {number} red @param {number} green @param {number} blue @param {number} saturation */
function vivid(red, green, blue, saturation) {
  const r = red < 255 ? red : 255;
  const g = green < 255 ? green : 255;
  const b = blue < 255 ? blue : 255;
  const gray = 0.299 * r + 0.587 * g + 0.114 * b;
  return plain(gray + saturation * (r - gray), gray + saturation * (g - gray), gray + saturation * (b - gray));
}
