import { describe, expect, it } from 'vitest';
import { BLEED, coarsestZoom, tileFormat, tilePart } from '../../../src/layer/tiles.js';

const IMAGES = [[1, 1], [255, 256], [256, 257], [983, 1061], [3000, 3000], [1531, 983], [10007, 31], [257, 5003]];

/** Number of pixels of a coarse level under [start, end) of the image, counted one by one. */
function count(/** @type {number} */ start, /** @type {number} */ end, /** @type {number} */ step) {
  let pixels = 0;
  for (let at = start; at < end; at += step) pixels += 1;
  return pixels;
}

describe.each(IMAGES)('tiles of %i × %i pixels', (width, height) => {
  const image = { width, height };
  const coarsest = coarsestZoom(width, height, 256);

  it('are covered by one tile at the coarsest zoom, and by no finer one', () => {
    expect(tilePart(image, 256, { x: 0, y: 0, z: coarsest })?.region).toBe(`0,0,${width},${height}`);
    if (coarsest < 0) expect(Math.max(width, height) / 2 ** (-coarsest - 1)).toBeGreaterThan(256);
  });

  it.each([1, 2])('cover every pixel once at each zoom, at density %i', (density) => {
    for (let z = coarsest; z <= 0; z += 1) {
      const scale = 2 ** -z;
      const step = Math.max(1, scale / density);
      let area = 0;
      for (let y = 0; y * 256 * scale < height; y += 1) {
        for (let x = 0; x * 256 * scale < width; x += 1) {
          const part = tilePart(image, 256, { x, y, z }, density);
          const [left, top, w, h] = String(part?.region).split(',').map(Number);
          expect([left, top]).toEqual([x * 256 * scale, y * 256 * scale]);
          expect(part?.size).toBe(`${count(left, left + w, step)},${count(top, top + h, step)}`);
          // One pixel of the picture is as wide as every other: step / scale of a CSS pixel.
          expect(part?.width).toBe((count(left, left + w, step) * step) / scale);
          expect(part?.height).toBe((count(top, top + h, step) * step) / scale);
          expect(left + w).toBe(Math.min(width, (x + 1) * 256 * scale + BLEED * scale));
          expect(top + h).toBe(Math.min(height, (y + 1) * 256 * scale + BLEED * scale));
          area += Math.min(w, 256 * scale) * Math.min(h, 256 * scale);
        }
      }
      expect(area).toBe(width * height);
    }
  });

  it('do not exist outside', () => {
    expect(tilePart(image, 256, { x: -1, y: 0, z: 0 })).toBeNull();
    expect(tilePart(image, 256, { x: Math.ceil(width / 256), y: 0, z: 0 })).toBeNull();
    expect(tilePart(image, 256, { x: 0, y: Math.ceil(height / 256), z: 0 })).toBeNull();
  });
});

it('small and transparent pictures come without loss', () => {
  expect(tileFormat({ width: 3000, height: 3000 }, null)).toBe('jpg');
  expect(tileFormat({ width: 3000, height: 3000 }, 'transparent')).toBe('png');
  expect(tileFormat({ width: 40, height: 1024 }, null)).toBe('png');
});
