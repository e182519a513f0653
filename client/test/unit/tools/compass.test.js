import { describe, expect, it } from 'vitest';
import { arrows, scaleBar } from '../../../src/tools/compass.js';

describe('the scale bar', () => {
  it.each([
    [0.25, 1, 120, '30″'],
    [0.25, 16, 128, '2″'],
    [3600, 1, 90, '90°'],
    [0.001, 16, 80, '5 mas'],
    [null, 1, 100, '100 px'],
    [null, 0.25, 125, '500 px'],
    [null, 16, 80, '5 px'],
  ])('at %s arcsec per pixel, magnified %f times', (scale, magnification, width, label) => {
    const bar = scaleBar(scale, magnification);
    expect(bar.label).toBe(label);
    expect(bar.width).toBeCloseTo(width, 6);
  });
});

it('the arrows point as north and parity say', () => {
  const plain = arrows(0, 1, 10);
  expect(plain.north.y).toBeCloseTo(-10);
  expect(plain.east.x).toBeCloseTo(-10);
  const turned = arrows(90, -1, 10); // north to the left, east up
  expect(turned.north.x).toBeCloseTo(-10);
  expect(turned.east.y).toBeCloseTo(-10);
});
