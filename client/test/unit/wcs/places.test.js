import { describe, expect, it } from 'vitest';
import { parsePlaces } from '../../../src/wcs/places.js';

/** Right ascension of hours, minutes and seconds, degrees. @param {number} h @param {number} [m] @param {number} [s] */
const ra = (h, m = 0, s = 0) => 15 * (h + m / 60 + s / 3600);
/** @param {number} sign @param {number} d @param {number} [m] @param {number} [s] */
const dec = (sign, d, m = 0, s = 0) => sign * (d + m / 60 + s / 3600);

describe('positions on the sky', () => {
  it.each([
    ['J022511.0-253535', 'icrs', ra(2, 25, 11), dec(-1, 25, 35, 35)],
    ['2MASS J00424433+4116074', 'icrs', ra(0, 42, 44.33), dec(1, 41, 16, 7.4)],
    ['SDSS J123049.42+122328.0', 'icrs', ra(12, 30, 49.42), dec(1, 12, 23, 28)],
    ['PSR J1939+2134', 'icrs', ra(19, 39), dec(1, 21, 34)],
    ['B0531+219', 'fk4', ra(5, 31), 21.9],
    ['QSO B1226+023', 'fk4', ra(12, 26), 2.3],
    ['PSR J0437−4715', 'icrs', ra(4, 37), dec(-1, 47, 15)],
    ['J0000-0030', 'icrs', 0, -0.5],
    ['G184.55-05.78', 'galactic', 184.55, -5.78],
    ['SNR G111.7-02.1', 'galactic', 111.7, -2.1],
    ['l=184.5575 b=-5.7844', 'galactic', 184.5575, -5.7844],
    ['l = 184.5575°, b = −5.7844°', 'galactic', 184.5575, -5.7844],
    ['GLON 184.5 GLAT -5.7', 'galactic', 184.5, -5.7],
    ['galactic 184.5 -5.7', 'galactic', 184.5, -5.7],
    ['184.5 -5.7 (galactic)', 'galactic', 184.5, -5.7],
    ['λ=84.1 β=-1.29', 'ecliptic', 84.1, -1.29],
    ['ecliptic 84.1 -1.29', 'ecliptic', 84.1, -1.29],
    ['elon: 84.1, elat: -1.29', 'ecliptic', 84.1, -1.29],
    ['SGL=4.5 SGB=-2', 'supergalactic', 4.5, -2],
    ['supergalactic 104.2 -2.3', 'supergalactic', 104.2, -2.3],
    ['5h34m31.9s +22d00m52s', undefined, ra(5, 34, 31.9), dec(1, 22, 0, 52)],
    ['05 34 31.94 +22 00 52.2', undefined, ra(5, 34, 31.94), dec(1, 22, 0, 52.2)],
    ['05:34:31.94+22:00:52.2', undefined, ra(5, 34, 31.94), dec(1, 22, 0, 52.2)],
    ['05:34:31.94 -00:00:52.2', undefined, ra(5, 34, 31.94), dec(-1, 0, 0, 52.2)],
    ['RA=05:34:31.9 Dec=+22:00:52', undefined, ra(5, 34, 31.9), dec(1, 22, 0, 52)],
    ['α = 05ʰ 34ᵐ 31.9ˢ, δ = +22° 00′ 52″', undefined, ra(5, 34, 31.9), dec(1, 22, 0, 52)],
    ['ra 83.633 dec -22.014', undefined, 83.633, -22.014],
    ['12:30:49.4 +12:23:28 (J2000)', 'fk5', ra(12, 30, 49.4), dec(1, 12, 23, 28)],
    ['FK5 J2000 12:30:49.4 +12:23:28', 'fk5', ra(12, 30, 49.4), dec(1, 12, 23, 28)],
    ['B1950 12 28 17.6 +12 40 02', 'fk4', ra(12, 28, 17.6), dec(1, 12, 40, 2)],
    ['fk5;circle(83.633,22.014,10")', 'fk5', 83.633, 22.014],
    ['fk5; point(5:34:31.9,+22:00:52)', 'fk5', ra(5, 34, 31.9), dec(1, 22, 0, 52)],
  ])('%s', (text, frame, lon, lat) => {
    const [found, ...others] = parsePlaces(text);
    expect(others).toEqual([]);
    expect([found.kind, found.system?.frame]).toEqual(['sky', frame]);
    expect(found.position?.lon).toBeCloseTo(lon, 8);
    expect(found.position?.lat).toBeCloseTo(lat, 8);
  });
});

describe('other places', () => {
  it('plain numbers can be angles or a pixel', () => {
    const position = { lon: 83.63, lat: 22.01 };
    expect(parsePlaces('83.63 22.01')).toEqual([{ kind: 'sky', system: undefined, position }, { kind: 'pixel', pixel: [83.63, 22.01] }]);
    expect(parsePlaces('83.63 +22.01')).toEqual([{ kind: 'sky', system: undefined, position }]);
    expect(parsePlaces('1024, 2000')).toEqual([{ kind: 'pixel', pixel: [1024, 2000] }]);
  });

  it.each([
    ['x=100 y=200.5', { kind: 'pixel', pixel: [100, 200.5] }],
    ['100 200 px', { kind: 'pixel', pixel: [100, 200] }],
    ['pixel 100, 200', { kind: 'pixel', pixel: [100, 200] }],
    ['image;circle(100,200,5)', { kind: 'pixel', pixel: [100, 200] }],
    ['hdu 3', { kind: 'hdu', name: '3' }],
    ['hdu SCI,2', { kind: 'hdu', name: 'SCI,2' }],
    ['hdu=SCI,2 100 200', { kind: 'hdu', name: 'SCI,2', pixel: [100, 200] }],
    ['chip CCD5', { kind: 'chip', name: 'CCD5' }],
    ['ccd 17 x=10 y=20', { kind: 'chip', name: '17', pixel: [10, 20] }],
  ])('%s', (text, expected) => {
    expect(parsePlaces(text)).toEqual([expected]);
  });

  it.each(['M 31', 'NGC 5194', 'HD 209458', 'Vega', 'alpha Lyr', 'm51.fits', 'night1/field 2', '3C 273', 'J2599+9999', 'l=400 b=100', '', '30 Dor', 'ra'])('%s is the name of something', (text) => {
    expect(parsePlaces(text)).toEqual([]);
  });
});
