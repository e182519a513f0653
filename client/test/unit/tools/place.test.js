import { describe, expect, it } from 'vitest';
import { boxOf } from '../../../src/tools/overview.js';
import { zoomFor } from '../../../src/tools/place.js';
import { cutout } from '../../../src/tools/placemenu.js';
import { ObjectList, catalogName, plainName } from '../../../src/wcs/objects.js';

describe('the zoom of a place', () => {
  const map = { zoom: -2, whole: -3, side: 800, scale: 0.5 };
  it('shows a point at full size, or as near as before', () => {
    expect(zoomFor({ ...map, size: 0 })).toBe(0);
    expect(zoomFor({ ...map, zoom: 2.5, size: 0 })).toBe(2.5);
    expect(zoomFor({ ...map, whole: 1.5, size: 0 })).toBe(1.5); // a small image
  });
  it('lets an object fill two fifths of the map', () => {
    expect(zoomFor({ ...map, size: 320 })).toBeCloseTo(-1, 9); // 640 pixels become 320
    expect(zoomFor({ ...map, size: 1e5 })).toBe(-3); // larger than the image
    expect(zoomFor({ ...map, size: 1 })).toBe(2);
    expect(zoomFor({ ...map, scale: null, size: 320 })).toBe(0);
  });
});

it('the overview’s box covers the part in sight, and can always be seen', () => {
  const image = { width: 3000, height: 1500 };
  expect(boxOf({ x: 1000, y: 500, width: 600, height: 300 }, image, 150)).toEqual({ left: 50, top: 25, width: 30, height: 15 });
  const small = boxOf({ x: 2990, y: 0, width: 10, height: 10 }, image, 150);
  expect([small.width, small.height, small.left, small.top]).toEqual([7, 7, 143, 0]);
});

it('the picture around a place stays within the image', () => {
  const image = { width: 1000, height: 300 };
  expect(cutout({ x: 500, y: 150 }, image)).toBe('244,0,512,300');
  expect(cutout({ x: 5, y: 5 }, image)).toBe('0,0,512,300');
  expect(cutout({ x: 999, y: 299 }, image)).toBe('488,0,512,300');
});

describe('the list of objects', () => {
  const list = new ObjectList([
    ['M 31|NGC 224|Andromeda Galaxy', 10.68, 41.27, 178], ['M 3|NGC 5272', 205.5, 28.4, 18], ['NGC 2240', 98.3, 35.2, 0], ['Vega|α Lyr|alpha Lyr|HD 172167', 279.23, 38.78, 0],
  ]);
  it.each(['M31', 'm 31', 'Messier 31', 'M031', 'NGC224', 'ngc 0224', 'andromeda galaxy', 'Andromeda'])('%s is M 31', (text) => {
    expect(list.find(text)[0].names[0]).toBe('M 31');
  });
  it('has whole names first, then the shorter of those that begin so', () => {
    expect(list.find('m3').map(({ names, isExact }) => [names[0], isExact])).toEqual([['M 3', true], ['M 31', false]]);
    expect(list.find('NGC 224').map(({ names }) => names[0])).toEqual(['M 31', 'NGC 2240']);
    expect(list.find('α Lyr')[0].position).toEqual({ lon: 279.23, lat: 38.78 });
    expect(list.find('M31')[0].size).toBe(178 * 60);
    for (const text of ['', '31', '12:30 +12', 'xyzzy']) expect(list.find(text)).toEqual([]);
  });
  it('understands names of headers', () => {
    expect(plainName('NGC_1365')).toBe('ngc1365');
    expect(catalogName('M51_V_60s')).toBe('M51');
    expect(catalogName('NGC 1365 (center)')).toBe('NGC 1365');
    expect(catalogName('MRK 421')).toBe('MRK 421');
  });
});
