import { describe, expect, it } from 'vitest';
import { arrows, scaleBar } from '../../../src/tools/compass.js';
import { brightness } from '../../../src/control/curve.js';
import { drawnRange } from '../../../src/control/histogram.js';
import { defaultMix } from '../../../src/control/mix.js';
import { channelLabel } from '../../../src/ui/format.js';

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

describe('the scale bar', () => {
  it.each([
    [0.25, 1, 120, '30″'],
    [0.25, 16, 128, '2″'],
    [3600, 1, 90, '90°'],
    [0.001, 16, 80, '5 mas'],
    [null, 1, 100, '100 px'],
    [null, 0.25, 125, '500 px'],
    [null, 16, 80, '5 px'],
  ])('at %s arcsec per pixel, magnified %f times', (scale, magnification, width, label) => {
    const bar = scaleBar(scale, magnification);
    expect(bar.label).toBe(label);
    expect(bar.width).toBeCloseTo(width, 6);
  });
});

it('the arrows point as north and parity say', () => {
  const plain = arrows(0, 1, 10);
  expect(plain.north.y).toBeCloseTo(-10);
  expect(plain.east.x).toBeCloseTo(-10);
  const turned = arrows(90, -1, 10); // north to the left, east up
  expect(turned.north.x).toBeCloseTo(-10);
  expect(turned.east.y).toBeCloseTo(-10);
});

it('the histogram shows the limits, wherever they are', () => {
  const histogram = { edges: /** @type {[number, number]} */ ([0, 10]), counts: [] };
  expect(drawnRange(histogram, { vmin: 2, vmax: 4 })).toEqual([0, 10]);
  expect(drawnRange(histogram, { vmin: 20, vmax: -4 })).toEqual([-4, 20]);
  expect(drawnRange({ edges: [3, 3], counts: [] }, { vmin: 3, vmax: 3 })).toEqual([2.5, 3.5]);
});

describe('channels', () => {
  it('are called by name and physical value', () => {
    const plain = { index: 4, name: '4', value: null, unit: null, wavelength: null, color: null };
    expect(channelLabel(plain)).toBe('Channel 4');
    expect(channelLabel({ ...plain, value: 1.420405e9, unit: 'Hz' })).toBe('1.420405 GHz');
    expect(channelLabel({ ...plain, value: 6.5628e-7, unit: 'm' })).toBe('656.28 nm');
    expect(channelLabel({ ...plain, value: -12500, unit: 'm/s' })).toBe('−12.5 km/s');
    expect(channelLabel({ ...plain, name: 'I' })).toBe('I');
    expect(channelLabel({ ...plain, name: 'r', value: 0 })).toBe('r · 0');
  });

  it('are mixed with the longest waves in red', () => {
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
});
