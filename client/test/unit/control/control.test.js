import { describe, expect, it } from 'vitest';
import { brightness } from '../../../src/control/curve.js';
import { drawnRange } from '../../../src/control/histogram.js';
import { defaultMix } from '../../../src/control/mix.js';

const PLAIN = { contrast: 1, bias: 0.5, gamma: 1 };
const AT = [0, 0.1, 0.25, 0.5, 0.9, 1];

describe('curves', () => {
  // As astropy 8.0.2 has them, with its own default parameters.
  it.each([
    ['linear', null, AT],
    ['sqrt', null, [0, 0.3162278, 0.5, 0.7071068, 0.9486833, 1]],
    ['log', null, [0, 0.6680105, 0.7997755, 0.8998157, 0.9847658, 1]],
    ['asinh', null, [0, 0.2939653, 0.5494025, 0.7712696, 0.965053, 1]],
    ['sinh', null, [0, 0.0303977, 0.0820849, 0.212548, 0.7393048, 1]],
    ['power', 2, [0, 0.01, 0.0625, 0.25, 0.81, 1]],
  ])('%s', (name, parameter, expected) => {
    const found = AT.map((x) => brightness(x, { stretch: { name, parameter }, ...PLAIN }));
    found.forEach((value, k) => expect(value).toBeCloseTo(expected[k], 6));
  });

  it('contrast and bias come before gamma', () => {
    const tone = { stretch: { name: 'linear', parameter: null }, contrast: 2, bias: 0.3, gamma: 2 };
    const expected = [0, 0.1, 0.4, 0.9, 1, 1].map(Math.sqrt);
    AT.forEach((x, k) => expect(brightness(x, tone)).toBeCloseTo(expected[k], 6));
  });

  it('are clipped, and unknown where pixels decide', () => {
    expect(brightness(-3, { stretch: { name: 'log', parameter: null }, ...PLAIN })).toBe(0);
    expect(brightness(0.5, { stretch: { name: 'histeq', parameter: null }, ...PLAIN })).toBeNull();
  });
});

it('the histogram shows the limits, wherever they are', () => {
  const histogram = { edges: /** @type {[number, number]} */ ([0, 10]), counts: [] };
  expect(drawnRange(histogram, { vmin: 2, vmax: 4 })).toEqual([0, 10]);
  expect(drawnRange(histogram, { vmin: 20, vmax: -4 })).toEqual([-4, 20]);
  expect(drawnRange({ edges: [3, 3], counts: [] }, { vmin: 3, vmax: 3 })).toEqual([2.5, 3.5]);
});

it('channels are mixed with the longest waves in red', () => {
  const channels = [4.8e-7, 6.2e-7, 7.7e-7].map((wavelength, k) => ({
    index: k + 1, name: 'gri'[k], value: null, unit: null, wavelength, color: null,
  }));
  const metadata = /** @type {any} */ ({ channels, automatic: {} });
  expect(defaultMix(metadata)).toEqual([
    { channel: '3', color: 'ff0000' }, { channel: '2', color: '00ff00' }, { channel: '1', color: '0000ff' },
  ]);
  expect(defaultMix({ ...metadata, automatic: { mix: [{ channel: 2, color: 'abcdef' }] } })).toEqual([
    { channel: '2', color: 'abcdef' },
  ]);
});
