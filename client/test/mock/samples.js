// Values of a region as 16-bit codes, as the server sends them.

import { FIRST, LAST, codeOf } from '../../src/view/samples.js';

const KNOTS = 255;
/** @type {Map<Float32Array, Float32Array>} */
const memory = new Map();

/** @param {Float32Array} plane */
function orderedOf(plane) {
  const known = memory.get(plane) ?? plane.filter((value) => !Number.isNaN(value)).sort();
  memory.set(plane, known);
  return known;
}

/** Pixels of the image for one of a picture: on the grid of a level, where the last one is partly outside, a power of two. @param {number} length @param {number} count */
export function stepOf(length, count) {
  const step = 2 ** Math.round(Math.log2(length / count));
  return Math.ceil(length / step) === count ? step : length / count;
}

/**
 * @param {Float32Array[]} sources whole planes @param {{width: number, height: number}} image
 * @param {string} region @param {string} size
 * @param {{channels: number[], frame: number, shown: import('../../src/schemas').Shown}} view
 */
export function samples(sources, image, region, size, { channels, frame, shown }) {
  const [left, top, width, height] = region.split(',').map(Number);
  const [columns, rows] = size.split(',').map(Number);
  const planes = channels.map((channel, k) => {
    const ordered = orderedOf(sources[k]);
    const [low, high] = [ordered[0], ordered[ordered.length - 1]];
    // Most densely at the faint end.
    const knots = Array.from({ length: KNOTS }, (_, at) => low + (high - low) * (at / (KNOTS - 1)) ** 3);
    let below = 0;
    const ranks = knots.map((knot) => {
      while (below < ordered.length && ordered[below] < knot) below += 1;
      return below / ordered.length;
    });
    const pick = /** @type {[number, number]} */ ([channel, channel]);
    return { channel: pick, frame: /** @type {[number, number]} */ ([frame, frame]), knots, ranks };
  });
  const header = { region: [left, top, width, height], size: [columns, rows], final: true, shown, planes };
  const text = Buffer.from(JSON.stringify(header));
  const padded = Buffer.concat([text, Buffer.alloc((8 - ((text.length + 4) % 8)) % 8, ' ')]);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(padded.length);
  const codes = new Uint16Array(columns * rows * planes.length);
  let at = 0;
  for (const [k, { knots }] of planes.entries()) {
    for (let y = 0; y < rows; y += 1) {
      for (let x = 0; x < columns; x += 1) {
        // The pixel that the mock's pictures show.
        const column = Math.min(image.width - 1, left + Math.floor((x + 0.5) * stepOf(width, columns)));
        const row = Math.min(image.height - 1, top + Math.floor((y + 0.5) * stepOf(height, rows)));
        const value = sources[k][row * image.width + column];
        codes[at] = Number.isNaN(value) ? 0 : Math.max(FIRST, Math.min(LAST, Math.round(codeOf(knots, value))));
        at += 1;
      }
    }
  }
  return Buffer.concat([length, padded, Buffer.from(codes.buffer)]);
}
