import { describe, expect, it } from 'vitest';
import { isValid, lagrangeWeights, pixelToVector, vectorToPixel } from '../../../src/wcs/grid.js';
import { SkyCoordinates } from '../../../src/wcs/sky.js';
import { separation, toPosition, toVector } from '../../../src/wcs/vectors.js';
import { makeGrid, tanToSky } from '../../support/tan.js';

const FIELDS = [
  { title: 'plain', lon: 187.7, lat: 12.4, x: 1024, y: 1024, scale: 0.4 / 3600 },
  { title: 'across 0h', lon: 0.001, lat: -30, x: 900.3, y: 1100.7, scale: 1 / 3600, angle: 33 },
  { title: 'at the pole', lon: 45, lat: 89.95, x: 1024, y: 1024, scale: 2 / 3600, angle: -120 },
  { title: 'mirrored', lon: 83.6, lat: 22, x: 0, y: 2048, scale: 0.2 / 3600, angle: 90, flipped: true },
  { title: 'wide', lon: 266, lat: -29, x: 1024, y: 1024, scale: 40 / 3600 },
];
const SIZE = 2048;

/** Points that are no nodes, the corners among them. */
const POINTS = [[0, 0], [SIZE, SIZE], [0.5, 2047.5], [1, 1023.25], [511.1, 700.9], [1500, 3], [1999.99, 1888.8]];

describe.each(FIELDS)('a $title grid', (field) => {
  const grid = makeGrid((x, y) => tanToSky(field, x, y), [0, 0, SIZE, SIZE], 19);

  it.each(POINTS)('gives the sky at %f, %f', (x, y) => {
    const truth = tanToSky(field, x, y);
    const vector = pixelToVector(grid, x, y);
    expect(vector).not.toBeNull();
    const error = separation(/** @type {any} */ (vector), toVector(truth.lon, truth.lat)) / field.scale;
    expect(error).toBeLessThan(2e-3);
  });

  it.each(POINTS)('gives back the pixel %f, %f', (x, y) => {
    const truth = tanToSky(field, x, y);
    const point = vectorToPixel(grid, toVector(truth.lon, truth.lat));
    expect(point?.x).toBeCloseTo(x, 2);
    expect(point?.y).toBeCloseTo(y, 2);
  });

  it('inverts itself', () => {
    const point = vectorToPixel(grid, /** @type {any} */ (pixelToVector(grid, 777.7, 1333.3)));
    expect(point?.x).toBeCloseTo(777.7, 6);
    expect(point?.y).toBeCloseTo(1333.3, 6);
  });

  it('knows nothing of the other side of the sky', () => {
    expect(vectorToPixel(grid, toVector(field.lon + 180, -field.lat))).toBeNull();
  });
});

describe('grids with holes', () => {
  const field = FIELDS[0];
  const whole = (/** @type {number} */ x, /** @type {number} */ y) => tanToSky(field, x, y);
  const grid = makeGrid((x, y) => (x > 1500 ? null : whole(x, y)), [0, 0, SIZE, SIZE], 19);

  it('are silent where nodes are missing', () => {
    expect(isValid(grid, 1700, 500)).toBe(false);
    expect(pixelToVector(grid, 1700, 500)).toBeNull();
    expect(pixelToVector(grid, 500, 500)).not.toBeNull();
    const { lon, lat } = whole(1700, 500);
    expect(vectorToPixel(grid, toVector(lon, lat))).toBeNull();
  });

  it('are silent outside', () => {
    for (const [x, y] of [[-1, 5], [5, -1], [SIZE + 1, 5], [5, SIZE + 1], [NaN, 5]]) {
      expect(pixelToVector(grid, x, y)).toBeNull();
    }
  });

  it('are silent in a cell that the server marked', () => {
    const marked = { ...makeGrid(whole, [0, 0, SIZE, SIZE], 19), valid: '0'.repeat(18 * 18) };
    expect(pixelToVector(marked, 100, 100)).toBeNull();
  });
});

it('small grids are interpolated with the nodes they have', () => {
  const field = { lon: 10, lat: 20, x: 5, y: 5, scale: 1 / 3600 };
  const grid = makeGrid((x, y) => tanToSky(field, x, y), [0, 0, 10, 10], 2);
  const truth = tanToSky(field, 3.3, 6.1);
  const found = toPosition(/** @type {any} */ (pixelToVector(grid, 3.3, 6.1)));
  expect(found.lon).toBeCloseTo(truth.lon, 7);
  expect(found.lat).toBeCloseTo(truth.lat, 7);
});

it('Lagrange weights reproduce cubics', () => {
  const cubic = (/** @type {number} */ t) => 2 - t + 0.5 * t ** 2 - 0.25 * t ** 3;
  for (const t of [0, 0.3, 1, 1.5, 2.9, 3]) {
    const sum = lagrangeWeights(4, t).reduce((total, weight, node) => total + weight * cubic(node), 0);
    expect(sum).toBeCloseTo(cubic(t), 12);
  }
});

describe('around a point', () => {
  /** @type {any} */
  const NOTHING = { frame: 'icrs', names: ['RA', 'Dec'], scale: null, north: null, parity: 1, linear: null };
  it.each([[0, false], [33, false], [-120, false], [33, true], [180, true]])('north is at %f°, mirrored: %s', (angle, flipped) => {
    const field = { lon: 50, lat: 60, x: 400, y: 300, scale: 0.5 / 3600, angle, flipped };
    const sky = new SkyCoordinates({ ...NOTHING, grids: [makeGrid((x, y) => tanToSky(field, x, y), [0, 0, 800, 600], 19)] });
    const local = sky.local(400, 300);
    expect(local.scale).toBeCloseTo(0.5, 5);
    expect(local.parity).toBe(flipped ? -1 : 1);
    const turn = ((Number(local.north) - angle + 540) % 360) - 180;
    expect(turn).toBeCloseTo(0, 2);
  });

  it('each chip has its own sky', () => {
    const left = { lon: 10, lat: 0, x: 50, y: 50, scale: 1 / 3600 };
    const right = { lon: 20, lat: 0, x: 150, y: 50, scale: 1 / 3600 };
    const sky = new SkyCoordinates({ ...NOTHING, grids: [
      makeGrid((x, y) => tanToSky(left, x, y), [0, 0, 100, 100], 5),
      makeGrid((x, y) => tanToSky(right, x, y), [110, 0, 100, 100], 5),
    ] });
    expect(sky.position(50, 50)?.lon).toBeCloseTo(10, 6);
    expect(sky.position(150, 50)?.lon).toBeCloseTo(20, 6);
    expect(sky.position(105, 50)).toBeNull();
    expect(sky.covers(105, 50)).toBe(false);
    expect(sky.point({ lon: 20, lat: 0 })?.x).toBeCloseTo(150, 4);
    expect(sky.point({ lon: 15, lat: 0 })).toBeNull();
  });
});
