import { describe, expect, it } from 'vitest';
import { contains, sightWithin } from '../../../src/layer/sight.js';

const IMAGE = { width: 3000, height: 2001 };

describe('the part in sight', () => {
  it('lies on the pixels of the tiles, and ends with the image', () => {
    const all = sightWithin(IMAGE, { left: -50, top: -50, right: 4000, bottom: 4000 }, -2, 1);
    expect(all).toEqual({ zoom: -2, x: 0, y: 0, width: 3000, height: 2001, step: 4, columns: 750, rows: 501 });
    const part = sightWithin(IMAGE, { left: 1001, top: 500.5, right: 1500, bottom: 700 }, -2, 1);
    expect(part).toMatchObject({ x: 896, y: 384, width: 640, height: 384, columns: 160, rows: 96 });
  });

  it('has more pixels on a dense screen, but none twice', () => {
    expect(sightWithin(IMAGE, { left: 0, top: 0, right: 512, bottom: 512 }, -2, 2)).toMatchObject({ step: 2, columns: 256 });
    expect(sightWithin(IMAGE, { left: 0, top: 0, right: 512, bottom: 512 }, 0, 2)).toMatchObject({ step: 1, columns: 512 });
  });

  it('is nothing beside the image', () => {
    expect(sightWithin(IMAGE, { left: 3200, top: 0, right: 3300, bottom: 10 }, 0, 1)).toBeNull();
  });

  it('holds smaller parts of the same pixels', () => {
    const large = /** @type {any} */ (sightWithin(IMAGE, { left: 0, top: 0, right: 2000, bottom: 2000 }, -1, 1));
    const small = /** @type {any} */ (sightWithin(IMAGE, { left: 600, top: 0, right: 900, bottom: 300 }, -1, 1));
    const other = /** @type {any} */ (sightWithin(IMAGE, { left: 600, top: 0, right: 900, bottom: 300 }, -2, 1));
    expect([contains(large, small), contains(small, large), contains(large, other)]).toEqual([true, false, false]);
  });
});
