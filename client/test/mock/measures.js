// What the mock server answers to those who measure.

import { plane } from './sky.js';

/** @typedef {import('./sky.js').MockImage} MockImage */

/** @param {number} value */
const number = (value) => (Number.isNaN(value) ? null : value);

/** @param {MockImage} image @param {number[]} channels @param {number} frame @param {URLSearchParams} query @returns {import('../../src/types').Profiles} */
export function profile(image, channels, frame, query) {
  const [x1, y1, x2, y2] = ['x1', 'y1', 'x2', 'y2'].map((key) => Number(query.get(key)));
  const length = Math.hypot(x2 - x1, y2 - y1);
  const count = Math.ceil(length) + 1;
  return {
    length,
    unit: 'adu',
    profiles: channels.map((channel) => ({
      channel,
      frame,
      values: Array.from({ length: count }, (_, k) => {
        const [x, y] = [[x1, x2], [y1, y2]].map(([a, b]) => Math.floor(a + ((b - a) * k) / Math.max(1, count - 1)));
        return number(plane(image, channel, frame)[y * image.width + x]);
      }),
    })),
  };
}

/** @param {MockImage} image @param {number[]} channels @param {number} frame @param {URLSearchParams} query @returns {import('../../src/types').RegionStatistics} */
export function region(image, channels, frame, query) {
  const [x, y, width, height] = ['x', 'y', 'width', 'height'].map((key) => Number(query.get(key)));
  return {
    region: [x, y, width, height],
    unit: 'adu',
    planes: channels.map((channel) => {
      const values = [];
      for (let row = y; row < y + height; row += 1) values.push(...plane(image, channel, frame).subarray(row * image.width + x, row * image.width + x + width));
      const valid = values.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
      const sum = valid.reduce((total, value) => total + value, 0);
      return {
        channel, frame, pixels: values.length, valid: valid.length, sum, mean: sum / valid.length, median: valid[valid.length >> 1],
        std: 1, min: valid[0], max: valid[valid.length - 1],
      };
    }),
  };
}

/** @param {MockImage} image @param {number} frame @param {number} x @param {number} y @returns {import('../../src/types').Spectrum} */
export function spectrum(image, frame, x, y) {
  const values = Array.from({ length: image.channels }, (_, k) => number(plane(image, k + 1, frame)[y * image.width + x]));
  return { x, y, frame, stokes: null, unit: 'adu', values };
}
