import { expect, it } from 'vitest';
import { skyDistance } from '../../../src/tools/distance.js';
import { boxOf } from '../../../src/tools/measure.js';
import { asCsv, extent } from '../../../src/ui/plot.js';

// astropy 8: SkyCoord.separation and SkyCoord.position_angle
it.each([
  [[10.6847, 41.269], [23.4621, 30.6599], 14.78385070527512, 131.79269568453347],
  [[359.9, -60], [0.3, -59.7], 0.36105715856602816, 33.98280229319238],
  [[120, 89.5], [300, 89.2], 1.3, 0],
  [[50, -30], [50.000001, -30], 8.660254015979347e-7, 90.00000021],
])('distance and position angle from %j to %j', ([lon1, lat1], [lon2, lat2], distance, angle) => {
  const found = skyDistance({ lon: lon1, lat: lat1 }, { lon: lon2, lat: lat2 });
  expect(found.distance / distance).toBeCloseTo(1, 7);
  expect((((found.angle - angle + 540) % 360) - 180)).toBeCloseTo(0, 6);
});

it('a box holds whole pixels of the image', () => {
  const size = { width: 100, height: 50 };
  expect(boxOf({ from: { x: 10.2, y: 20.9 }, to: { x: 5.5, y: 22 } }, size)).toEqual({ x: 5, y: 20, width: 6, height: 2 });
  expect(boxOf({ from: { x: 7.5, y: 8.5 }, to: { x: 7.5, y: 8.5 } }, size)).toEqual({ x: 7, y: 8, width: 1, height: 1 });
  expect(boxOf({ from: { x: -9, y: -9 }, to: { x: 500, y: 500 } }, size)).toEqual({ x: 0, y: 0, width: 100, height: 50 });
  expect(boxOf({ from: { x: 120, y: 1 }, to: { x: 130, y: 9 } }, size)).toBeNull();
});

it('curves have a common extent, missing values left out', () => {
  const curve = (/** @type {(number | null)[]} */ ...values) => ({ name: '', color: '', values });
  expect(extent([curve(1, null, 3), curve(-2)])).toEqual([-2, 3]);
  expect(extent([curve(4, 4)])).toEqual([3.5, 4.5]);
  expect(extent([curve(null)])).toBeNull();
});

it('curves become a table', () => {
  const curves = [{ name: 'a "b", c', color: '', values: [1.5, null] }];
  expect(asCsv(curves, { title: 'Distance', texts: ['0 px', '1 px'] })).toBe('Distance,"a ""b"", c"\n0 px,1.5\n1 px,\n');
});
