import { describe, expect, it } from 'vitest';
import { brightness } from '../../../src/control/curve.js';
import { drawnRange } from '../../../src/control/histogram.js';
import { defaultMix } from '../../../src/control/mix.js';
import { planesInNumbers } from '../../../src/control/polarization.js';
import { parseView } from '../../../src/view/view.js';

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
  const metadata = /** @type {any} */ ({ channels, channelAxis: 'band', width: 10, height: 10, automatic: {} });
  expect(defaultMix(metadata)).toEqual([
    { channel: '3', color: 'ff0000' }, { channel: '2', color: '00ff00' }, { channel: '1', color: '0000ff' },
  ]);
  expect(defaultMix({ ...metadata, automatic: { mix: [{ channel: 2, last: 2, color: 'abcdef' }] } })).toEqual([
    { channel: '2', color: 'abcdef' },
  ]);
});

describe('a long spectrum is mixed of three averages', () => {
  /** @param {number} count @param {(k: number) => any} step @param {number} [side] @returns {any} */
  const cube = (count, step, side = 100) => ({
    channelAxis: 'spectral', width: side, height: side, automatic: { mix: [] },
    channels: Array.from({ length: count }, (_, k) => ({ index: k + 1, name: String(k + 1), value: k, unit: null, wavelength: null, color: null, ...step(k) })),
  });
  const ranges = (/** @type {any} */ metadata) => defaultMix(metadata).map(({ channel, color }) => `${channel}:${color}`).join();

  it('of all channels, long wavelengths in red', () => {
    expect(ranges(cube(300, (k) => ({ wavelength: 4e-7 + k * 1e-9 })))).toBe('201-300:ff0000,101-200:00ff00,1-100:0000ff');
    expect(ranges(cube(300, (k) => ({ wavelength: 1 / (1 + k) })))).toBe('1-100:ff0000,101-200:00ff00,201-300:0000ff');
    expect(ranges(cube(10, () => ({})))).toBe('7-10:ff0000,4-6:00ff00,1-3:0000ff');
  });

  it('each channel once', () => {
    for (let count = 9; count < 60; count += 1) {
      const found = defaultMix(cube(count, () => ({}))).map(({ channel }) => channel.split('-').map(Number)).reverse();
      const numbers = found.flatMap(([first, last]) => Array.from({ length: last - first + 1 }, (_, k) => first + k));
      expect(numbers).toEqual(Array.from({ length: count }, (_, k) => k + 1));
    }
  });

  it('of the middle of each third if there are too many values', () => {
    const found = defaultMix(cube(3000, () => ({}), 2048)).map(({ channel }) => channel.split('-').map(Number));
    expect(found.map(([first, last]) => last - first + 1)).toEqual([8, 8, 8]);
    expect(found.map(([first]) => Math.round(first / 500))).toEqual([5, 3, 1]);
  });

  it('but not of a few channels, of bands or of several Stokes parameters', () => {
    expect(ranges(cube(8, () => ({})))).toBe('8:ff0000,4:00ff00,1:0000ff');
    expect(ranges({ ...cube(30, () => ({})), channelAxis: 'band' })).toBe('30:ff0000,15:00ff00,1:0000ff');
    expect(ranges(cube(30, (k) => ({ value: k % 15 })))).toBe('30:ff0000,15:00ff00,1:0000ff');
  });
});

describe('another Stokes parameter', () => {
  const mix = [{ channel: 2, last: 2, color: 'ff0000' }, { channel: 4, last: 5, color: '0000ff' }];
  const planes = (/** @type {string} */ view, channels = 6) => planesInNumbers(parseView(view), /** @type {any} */ ({
    channels: Array.from({ length: channels }), shown: { channel: [3, 3], mix },
  }));

  it('keeps the channels', () => {
    expect(planes('stokes=Q')).toEqual({});
    expect(planes('stokes=Q;channel=2-5')).toEqual({});
    expect(planes('mix=2:ff0000,4-5:0000ff')).toEqual({});
  });

  it('keeps the channels of older addresses, which name a parameter', () => {
    expect(planes('channel=Q_3')).toEqual({ channel: '3' });
    expect(planes('mix=Q_2:ff0000,4-5:0000ff')).toEqual({ mix: [{ channel: '2', color: 'ff0000' }, { channel: '4-5', color: '0000ff' }] });
  });

  it('replaces the channel that was a parameter', () => {
    expect(planes('channel=Q', 1)).toEqual({ channel: undefined });
    expect(planes('channel=2', 1)).toEqual({ channel: undefined });
  });
});
