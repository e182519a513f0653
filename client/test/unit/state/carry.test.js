import { expect, it } from 'vitest';
import { positionIn } from '../../../src/state/carry.js';

// astropy 8: SkyCoord(266.4, -28.93, frame='icrs').galactic
const ICRS = { lon: 266.4, lat: -28.93 };
const GALACTIC = { lon: 0.0029981663796070602, lat: 0.006945131890156267 };

/** @param {{lon: number, lat: number}} position @param {string} frame @param {number | null} equinox */
const carried = (position, frame, equinox = null) => ({ position, frame, equinox, density: 1 });

it('a place is found again in other frames', () => {
  const there = positionIn(carried(ICRS, 'icrs'), { frame: 'galactic', equinox: null });
  expect(there?.lon).toBeCloseTo(GALACTIC.lon, 8);
  expect(there?.lat).toBeCloseTo(GALACTIC.lat, 8);
  const back = positionIn(carried(GALACTIC, 'galactic'), { frame: 'icrs', equinox: 2000 });
  expect(back?.lon).toBeCloseTo(ICRS.lon, 8);
  expect(back?.lat).toBeCloseTo(ICRS.lat, 8);
});

it('equal frames need no turn, whatever they are', () => {
  expect(positionIn(carried(ICRS, 'fk4', 1950), { frame: 'fk4', equinox: 1950 })).toEqual(ICRS);
  expect(positionIn(carried(ICRS, 'helioprojective'), { frame: 'helioprojective', equinox: null })).toEqual(ICRS);
});

it('FK5 J2000 is ICRS but for a fortieth of an arcsecond', () => {
  const there = positionIn(carried(ICRS, 'icrs'), { frame: 'fk5', equinox: 2000 });
  expect(there?.lon).toBeCloseTo(ICRS.lon, 4);
  expect(there?.lat).toBeCloseTo(ICRS.lat, 4);
});

it('a place is not taken for one in a frame that is not related', () => {
  for (const [frame, equinox] of /** @type {[import('../../../src/types').Sky['frame'], number | null][]} */ ([['horizontal', null], ['helioprojective', null], ['unknown', null]])) {
    expect(positionIn(carried(ICRS, 'icrs'), { frame, equinox })).toBeNull();
    expect(positionIn(carried(ICRS, frame, equinox), { frame: 'galactic', equinox: null })).toBeNull();
  }
});
