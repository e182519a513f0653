import { describe, expect, it } from 'vitest';
import {
  decimalsFor, formatDegrees, formatLongitude, formatSexagesimal, parsePair, parsePosition,
} from '../../../src/wcs/angles.js';
import { fitsPixel, fromFits } from '../../../src/wcs/fits.js';
import { separation, toVector } from '../../../src/wcs/vectors.js';
import { chosenNotation, notations, usualNotations } from '../../../src/wcs/frames.js';
import { transformation } from '../../../src/wcs/systems.js';

describe('sexagesimal text', () => {
  it.each([
    [0, { decimals: 2 }, '00:00:00.00'],
    [12.5137286667, { decimals: 3, wrap: 24 }, '12:30:49.423'],
    [1 - 1e-9, { decimals: 2 }, '01:00:00.00'],
    [0.9999999, { decimals: 3 }, '01:00:00.000'],
    [59.99999 / 3600, { decimals: 2 }, '00:01:00.00'],
    [23.9999999999, { decimals: 2, wrap: 24 }, '00:00:00.00'],
    [-0.0000000001, { decimals: 2, sign: true }, '+00:00:00.00'],
    [-0.5, { decimals: 0, sign: true }, '−00:30:00'],
    [89.99999999, { decimals: 1, sign: true }, '+90:00:00.0'],
    [5.123, { decimals: 0 }, '05:07:23'],
    [-1 / 3600, { decimals: 0, wrap: 24 }, '23:59:59'],
  ])('%f is %s', (value, format, text) => {
    expect(formatSexagesimal(value, format)).toBe(text);
  });

  it('never shows sixty', () => {
    for (let k = 0; k < 20000; k += 1) {
      const value = k / 3600 + ((k % 7) - 3) * 1e-8;
      expect(formatSexagesimal(value, { decimals: k % 5 })).not.toMatch(/:60/);
    }
  });
});

describe('decimal text', () => {
  it('wraps after rounding', () => {
    expect(formatLongitude(359.9999999, 4)).toBe('0.0000');
    expect(formatLongitude(-0.25, 2)).toBe('359.75');
  });

  it('has no negative zero', () => {
    expect(formatDegrees(-0.00001, 3, true)).toBe('+0.000');
    expect(formatDegrees(-12.5, 1, true)).toBe('−12.5');
  });

  it.each([[1, 1, 1], [0.25, 1, 2], [0.01, 1, 3], [1, 15, 3], [3600, 1, 0], [0.262, 3600, 6], [null, 1, 2]])(
    'of %s arcsec per pixel in units of %f has %f decimals', (scale, unit, decimals) => {
      expect(decimalsFor(scale, unit)).toBe(decimals);
    });
});

describe('typed positions', () => {
  it.each([
    ['12:30:49.423 +12:23:28.04', true, 187.7059292, 12.3911222],
    ['12 30 49.423 12 23 28.04', true, 187.7059292, 12.3911222],
    ['12h30m49.423s +12d23m28.04s', true, 187.7059292, 12.3911222],
    ['12h30m49.423s, 12°23′28.04″', true, 187.7059292, 12.3911222],
    ['187.7059292 12.3911222', true, 187.7059292, 12.3911222],
    ['187.7059292, -12.3911222', true, 187.7059292, -12.3911222],
    ['187.7059292d −12.3911222d', true, 187.7059292, -12.3911222],
    ['00:42:44.3 -00:16:09', true, 10.6845833, -0.2691667],
    ['5h 30', true, 75, 30],
    ['12:30:49.423+12:23:28.04', true, 187.7059292, 12.3911222],
    ['12h30m49.423s−12d23m28.04s', true, 187.7059292, -12.3911222],
    ['187.7059292-12.3911222', true, 187.7059292, -12.3911222],
    ['120.5 -3.25', false, 120.5, -3.25],
    ['120:30:00 -3:15:00', false, 120.5, -3.25],
    ['-10 5', false, 350, 5],
    ["10d 30' 0\" 5d", false, 10.5, 5],
  ])('%s', (text, hours, lon, lat) => {
    const position = parsePosition(text, hours);
    expect(position?.lon).toBeCloseTo(lon, 6);
    expect(position?.lat).toBeCloseTo(lat, 6);
  });

  it.each(['', '12', 'M 31', '12:60:00 1:0:0', '10 91', '1,2,3', '10.5 30 20', 'NaN 5', '1e3 5', '1e-3 5', '1-2-3'])('refuses “%s”', (text) => {
    expect(parsePosition(text, true)).toBeNull();
  });

  it('reads pairs of pixels', () => {
    expect(parsePair('1024, 512.5')).toEqual([1024, 512.5]);
    expect(parsePair(' 1024 −3 ')).toEqual([1024, -3]);
    expect(parsePair('1024')).toBeNull();
    expect(parsePair('1:2 3')).toBeNull();
  });
});

it('FITS counts from the middle of the bottom left pixel', () => {
  expect(fromFits({ x: 1, y: 1 }, 100)).toEqual({ x: 0.5, y: 99.5 });
  expect(fromFits({ x: 0.5, y: 100.5 }, 100)).toEqual({ x: 0, y: 0 });
  expect(fitsPixel({ x: 0, y: 0 }, 100)).toEqual([1, 100]);
  expect(fitsPixel({ x: 12.99, y: 99.99 }, 100)).toEqual([13, 1]);
  // ROWORDER = TOP-DOWN
  expect(fitsPixel({ x: 12.99, y: 0.5 }, 100, true)).toEqual([13, 1]);
  expect(fromFits({ x: 1, y: 100 }, 100, true)).toEqual({ x: 0.5, y: 99.5 });
});

describe('galactic coordinates', () => {
  // ICRS and galactic positions as astropy 8.0.2 has them.
  it.each([
    [0, 0, 96.3372834, -60.1885519],
    [187.7059304, 12.3911231, 283.7777539, 74.4911543],
    [266.4051, -28.936175, 5.33e-5, -8.2e-5],
    [83.633, 22.0145, 184.5574163, -5.784422],
    [10, -89.9, 302.9375356, -27.2281278],
  ])('of %f %f', (ra, dec, l, b) => {
    const galactic = transformation({ frame: 'icrs' }, { frame: 'galactic' })?.({ lon: ra, lat: dec }) ?? { lon: NaN, lat: NaN };
    expect(galactic.lon).toBeCloseTo(l, 6);
    expect(galactic.lat).toBeCloseTo(b, 6);
    const back = transformation({ frame: 'galactic' }, { frame: 'icrs' })?.({ lon: l, lat: b }) ?? { lon: NaN, lat: NaN };
    expect(separation(toVector(back.lon, back.lat), toVector(ra, dec))).toBeLessThan(1e-6);
  });
});

describe('notations', () => {
  it('write one position in several ways', () => {
    const at = { lon: 187.7059304, lat: 12.3911231 };
    const written = (/** @type {string} */ id) => notations('icrs', 2000, ['RA', 'Dec']).find((notation) => notation.id === id)?.format(at, 0.4).join(' ');
    // astropy 8: SkyCoord(187.7059304, 12.3911231, unit='deg')
    expect(written('sexagesimal')).toBe('12:30:49.423 +12:23:28.04');
    expect(written('decimal')).toBe('187.70593° +12.39112°');
    expect(written('galactic-decimal')).toBe('283.77775° +74.49115°');
  });

  it('count hours only where the sky is equatorial', () => {
    expect(notations('galactic', null, ['l', 'b'])[0].format({ lon: 359.5, lat: -1 }, 3600)).toEqual(['359.5°', '−1.0°']);
    expect(notations('helioprojective', null, ['Tx', 'Ty'])[0].format({ lon: 359.75, lat: 0.1 }, 2)).toEqual(['−900.0″', '+360.0″']);
    expect(notations('fk4', 1950, ['RA', 'Dec']).map(({ id }) => id)).toEqual([
      'sexagesimal', 'decimal', 'icrs-sexagesimal', 'icrs-decimal', 'fk5-sexagesimal', 'fk5-decimal', 'galactic-decimal', 'ecliptic-decimal', 'supergalactic-decimal',
    ]);
    expect(notations('horizontal', null, ['Az', 'Alt']).map(({ id }) => id)).toEqual(['decimal']);
  });

  it('stay chosen from image to image', () => {
    const [icrs, galactic] = [notations('icrs', null, ['RA', 'Dec']), notations('galactic', null, ['l', 'b'])];
    expect(chosenNotation(icrs, 'galactic-decimal')?.frame).toBe('galactic');
    expect(chosenNotation(galactic, 'galactic-decimal')?.id).toBe('decimal');
    expect(chosenNotation(icrs, 'icrs-decimal')?.id).toBe('decimal');
    expect(chosenNotation(icrs, 'unheard-of')?.id).toBe('sexagesimal');
    expect(chosenNotation([], 'decimal')).toBeNull();
    expect(usualNotations(icrs).map(({ id }) => id)).toEqual(['sexagesimal', 'decimal', 'galactic-decimal']);
    expect(usualNotations(galactic).map(({ id }) => id)).toEqual(['decimal', 'icrs-sexagesimal', 'icrs-decimal']);
  });
});
