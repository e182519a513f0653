import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { isTransformable, transformation } from '../../../src/wcs/systems.js';
import { separation, toVector } from '../../../src/wcs/vectors.js';

/** astropy's, as `tests/pixels/sky/test_transformations.py` checks. @type {{from: any, to: any, places: number[][], found: number[][]}[]} */
const CASES = JSON.parse(readFileSync(new URL('../../../../tests/pixels/sky/transformations.json', import.meta.url), 'utf8'));

describe('transformations between frames', () => {
  it.each(CASES.map((entry) => [`${entry.from.frame} ${entry.from.equinox ?? ''}`, `${entry.to.frame} ${entry.to.equinox ?? ''}`, entry]))(
    'from %s to %s are astropy’s within a milliarcsecond', (_, __, { from, to, places, found }) => {
      const turn = transformation(from, to);
      places.forEach(([lon, lat], k) => {
        const here = turn?.({ lon, lat }) ?? { lon: NaN, lat: NaN };
        expect(separation(toVector(here.lon, here.lat), toVector(found[k][0], found[k][1])) * 3.6e6).toBeLessThan(1);
      });
    });

  it('do not exist without a time and a place', () => {
    expect(transformation({ frame: 'horizontal' }, { frame: 'icrs' })).toBeNull();
    expect(isTransformable('helioprojective')).toBe(false);
    expect(transformation({ frame: 'horizontal' }, { frame: 'horizontal' })?.({ lon: 1, lat: 2 })).toEqual({ lon: 1, lat: 2 });
  });
});
