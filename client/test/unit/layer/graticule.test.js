import { describe, expect, it } from 'vitest';
import { graticule, lineLabel, stepFor } from '../../../src/layer/graticule.js';
import { labelPlaces } from '../../../src/layer/labels.js';
import { ringsIn } from '../../../src/layer/mesh.js';
import { tanToSky } from '../../support/tan.js';

const BOX = { x: 0, y: 0, width: 800, height: 600 };
const KINDS = /** @type {const} */ ({ lon: 'hours', lat: 'sexagesimal' });
const FIELDS = {
  equator: { lon: 0.02, lat: 0, x: 400, y: 300, scale: 1 / 3600 }, // over the meridian of 0 hours
  north: { lon: 187.7, lat: 62, x: 400, y: 300, scale: 5 / 3600, angle: 33 },
  pole: { lon: 10, lat: 90, x: 300, y: 200, scale: 20 / 3600 },
  wide: { lon: 100, lat: -30, x: 400, y: 300, scale: 0.05, flipped: true },
};

describe.each(Object.entries(FIELDS))('a grid at the %s', (_, tan) => {
  const sky = (/** @type {number} */ x, /** @type {number} */ y) => tanToSky(tan, x, y);
  const found = /** @type {NonNullable<ReturnType<typeof graticule>>} */ (graticule(ringsIn(BOX, 10, sky), KINDS));

  it('runs along its longitudes and latitudes, to a quarter of a pixel', () => {
    for (const { axis, value, segments } of found.lines) {
      for (const { x, y } of segments.flat()) {
        const here = sky(x, y);
        const off = axis === 'lat' ? here.lat - value
          : (((here.lon - value + 540) % 360) - 180) * Math.cos((here.lat * Math.PI) / 180);
        expect(Math.abs(off) / tan.scale, `${axis} ${value} at ${x}, ${y}`).toBeLessThan(0.25);
      }
    }
  });

  it('has several lines each way, none of them twice', () => {
    for (const axis of ['lon', 'lat']) {
      const values = found.lines.filter((line) => line.axis === axis).map((line) => line.value);
      expect(values.length).toBeGreaterThan(1);
      expect(values.length).toBeLessThan(26);
      expect(new Set(values).size).toBe(values.length);
    }
  });

  it('has no label on another', () => {
    const places = labelPlaces(found.lines, 1, BOX);
    expect(places.length).toBeGreaterThan(3);
    // Those of meridians are written around their place, and shall not be cut off.
    for (const { line, at } of places) if (line.axis === 'lon') expect(Math.abs(at.x - 400)).toBeLessThanOrEqual(360);
    for (const a of places) {
      for (const b of places) {
        if (a !== b) expect(Math.abs(a.at.x - b.at.x) > 60 || Math.abs(a.at.y - b.at.y) > 12).toBe(true);
      }
    }
  });
});

it('a grid stays away from where there is no sky', () => {
  const tan = FIELDS.north;
  const found = graticule(ringsIn(BOX, 10, (x, y) => (x < 400 ? tanToSky(tan, x, y) : null)), KINDS);
  const points = (found?.lines ?? []).flatMap(({ segments }) => segments.flat());
  expect(points.length).toBeGreaterThan(50);
  expect(Math.max(...points.map(({ x }) => x))).toBeLessThan(400);
  expect(graticule(ringsIn(BOX, 10, () => null), KINDS)).toBeNull();
});

it('steps are round', () => {
  expect(stepFor('sexagesimal', 1)).toBe(10 / 60);
  expect(stepFor('hours', 360)).toBe(90);
  expect(stepFor('decimal', 0.009)).toBe(0.002);
  expect(stepFor('arcsec', 2500 / 3600)).toBe(500 / 3600);
});

it.each(/** @type {const} */ ([
  [187.5, 0.5 * 15, 'hours', false, '12h30m'],
  [187.5 + 1 / 240, 15 / 3600, 'hours', false, '12h30m01s'],
  [-25 - 59.9999999 / 60, 1 / 60, 'sexagesimal', true, '−26°00′'],
  [12.5, 0.5 / 3600, 'sexagesimal', true, '+12°30′00.0″'],
  [0, 30, 'sexagesimal', true, '0°'],
  [359.95, 0.05, 'decimal', false, '359.95°'],
  [-500 / 3600, 500 / 3600, 'arcsec', true, '−500″'],
]))('the line at %f with steps of %f in %s is labeled', (value, step, kind, signed, text) => {
  expect(lineLabel(value, step, kind, signed)).toBe(text);
});
