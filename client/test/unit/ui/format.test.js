import { describe, expect, it } from 'vitest';
import {
  channelLabel, formatAngle, formatBytes, formatField, formatQuantity, formatTime, formatValue, parseField, planeLabel,
} from '../../../src/ui/format.js';

describe('values', () => {
  it.each([
    [0, '0'], [-0, '0'], [1.25, '1.25'], [-3, '−3'], [0.1 + 0.2, '0.3'], [16777217, '1.67772e7'], [1e-9, '1e-9'],
    [Infinity, '+∞'], [-Infinity, '−∞'], [32767, '32767'], [-1.5e-12, '−1.5e−12'],
  ])('%f is written %s', (value, text) => {
    expect(formatValue(value).replace('e−', 'e-').replace('e-12', 'e−12')).toBe(text.replace('e-9', 'e-9'));
  });

  it('of fields are read back', () => {
    for (const value of [0, -1.5, 1e-12, 123456, 1e25]) expect(parseField(formatField(value))).toBe(value);
    expect(parseField('−2.5')).toBe(-2.5);
    for (const text of ['', ' ', 'abc', '1,5']) expect(parseField(text)).toBeNull();
  });
});

it.each([[0, '0 B'], [999, '999 B'], [184320, '184 kB'], [36002880, '36 MB'], [1.2e9, '1.2 GB'], [null, '']])('%s bytes are %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it.each([[4.8e-7, 'm', '480 nm'], [2.159e-6, 'm', '2159 nm'], [1.2e-5, 'm', '12 µm'], [0.21, 'm', '210 mm'], [5, 'km/s', '5 km s⁻¹'], [5000, 'Angstrom', '5000 Å'], [3, null, '3']])('%f %s is %s', (value, unit, text) => {
  expect(formatQuantity(value, unit)).toBe(text);
});

it.each([
  ['2004-03-01T00:00:10.500Z', '2004-03-01 00:00:10.5 UT'],
  ['2004-03-01T00:00:10.000', '2004-03-01 00:00:10'],
  ['2004-03-01T00:00:10Z', '2004-03-01 00:00:10 UT'],
  ['2004-03-01', '2004-03-01'],
])('%s is written %s', (iso, text) => {
  expect(formatTime(iso)).toBe(text);
});

it('channels are called by name and physical value', () => {
  const plain = { index: 4, name: '4', value: null, unit: null, wavelength: null, color: null };
  expect(channelLabel(plain)).toBe('Channel 4');
  expect(channelLabel({ ...plain, value: 1.420405e9, unit: 'Hz' })).toBe('1.420405 GHz');
  expect(channelLabel({ ...plain, value: 6.5628e-7, unit: 'm' })).toBe('656.28 nm');
  expect(channelLabel({ ...plain, value: -12500, unit: 'm/s' })).toBe('−12.5 km s⁻¹');
  expect(channelLabel({ ...plain, name: 'I' })).toBe('I');
  expect(channelLabel({ ...plain, name: 'r', value: 0 })).toBe('r · 0');
});

it('angles are written in a suitable unit', () => {
  expect([2.5, 0.5, 0.01, 1e-6].map(formatAngle)).toEqual(['2.5°', '30′', '36″', '0.0036″']);
});

it('values are rounded to fewer digits where that is asked for', () => {
  expect(formatValue(1234.5678, 5)).toBe('1234.6');
  expect(formatValue(-0.000012345678, 3)).toBe('−1.23e−5');
  expect(formatValue(0, 3)).toBe('0');
});

describe('planes of an image with a Stokes axis', () => {
  const channels = [1.42e9, 1.421e9].map((value, k) => ({ index: k + 1, name: String(k + 1), value, unit: 'Hz' }));
  const label = (/** @type {any} */ image, /** @type {any} */ now) => planeLabel(image, { stokes: 'Q', channel: [1, 1], mix: [], ...now });

  it('have the parameter and the channel', () => {
    expect(label({ channels }, {})).toBe('Stokes Q · 1.42 GHz');
    expect(label({ channels }, { channel: [1, 2] })).toBe('Stokes Q · 1.42 GHz – 1.421 GHz');
  });

  it('have the parameter alone in a mix, or without channels', () => {
    expect(label({ channels }, { mix: [{}] })).toBe('Stokes Q');
    expect(label({ channels: [{ index: 1, name: '1', value: null }] }, {})).toBe('Stokes Q');
  });

  it('of other images have no label, but of a single frequency', () => {
    expect(label({ channels }, { stokes: null })).toBe('');
    expect(label({ channels: channels.slice(0, 1) }, { stokes: null })).toBe('1.42 GHz');
    expect(label({ channels: [{ index: 1, name: '1', value: null }] }, { stokes: null })).toBe('');
  });
});
