// Lines on a mesh that the sky does not fill: a globe seen from far away, whose edge is a circle.

import { describe, expect, it } from 'vitest';
import { graticule } from '../../../src/layer/graticule.js';
import { labelPlaces } from '../../../src/layer/labels.js';
import { ringsOf } from '../../../src/layer/mesh.js';

const [RADIUS, STEP, NODES] = [97.3, 10, 25];
const CENTER = 120;

/** @param {number} x @param {number} y @returns {[number, number, number] | null} towards (1, 0, 0) at the center */
function direction(x, y) {
  const [east, north] = [(CENTER - x) / RADIUS, (CENTER - y) / RADIUS];
  const rest = 1 - east * east - north * north;
  return rest < 0 ? null : [Math.sqrt(rest), east, north];
}

/** @returns {import('../../../src/types').Mesh} */
function globe() {
  const places = Array.from({ length: NODES }, (_, k) => k * STEP);
  const vectors = places.flatMap((y) => places.flatMap((x) => direction(x, y) ?? [null, null, null]));
  /** @type {import('../../../src/types').Mesh['borders']} */
  const borders = [];
  for (const down of [false, true]) {
    places.forEach((fixed, line) => {
      const half = Math.sqrt(RADIUS ** 2 - (fixed - CENTER) ** 2);
      if (Number.isNaN(half)) return;
      for (const end of [CENTER - half, CENTER + half]) {
        const node = Math.floor(end / STEP);
        if (Math.abs(end - Math.round(end / STEP) * STEP) < 1e-9) continue;
        const [x, y] = down ? [fixed, end] : [end, fixed];
        const vector = direction(x, y) ?? [0, (CENTER - x) / RADIUS, (CENTER - y) / RADIUS];
        borders.push({ row: down ? node : line, column: down ? line : node, down, fraction: end / STEP - node, vector });
      }
    });
  }
  return { frame: 'galactic', nx: NODES, ny: NODES, x0: 0, y0: 0, dx: STEP, dy: STEP, vectors, borders };
}

describe('lines on a globe', () => {
  const rings = ringsOf(globe(), null);
  const found = /** @type {NonNullable<ReturnType<typeof graticule>>} */ (graticule(rings, { lon: 'decimal', lat: 'decimal' }));
  const distance = (/** @type {{x: number, y: number}} */ { x, y }) => Math.hypot(x - CENTER, y - CENTER);

  it('reach the edge and do not pass it', () => {
    for (const { axis, value, segments } of found.lines) {
      const farthest = Math.max(...segments.flat().map(distance));
      expect(farthest).toBeLessThan(RADIUS + 0.01);
      if (axis === 'lat') expect(farthest, `parallel ${value}`).toBeGreaterThan(RADIUS - 0.3);
    }
  });

  it('are unbroken', () => {
    const equator = found.lines.find(({ axis, value }) => axis === 'lat' && value === 0);
    const length = (equator?.segments ?? []).reduce((sum, [a, b]) => sum + Math.hypot(a.x - b.x, a.y - b.y), 0);
    expect(length).toBeGreaterThan(2 * RADIUS - 1);
    expect(length).toBeLessThan(2 * RADIUS + 1);
  });

  it('include the edge, once', () => {
    const edge = found.lines.find(({ axis }) => axis === 'edge');
    const length = (edge?.segments ?? []).reduce((sum, [a, b]) => sum + Math.hypot(a.x - b.x, a.y - b.y), 0);
    expect(length).toBeGreaterThan(0.97 * 2 * Math.PI * RADIUS);
    expect(length).toBeLessThanOrEqual(2 * Math.PI * RADIUS);
  });

  it('have a label each, clear of each other and of what lies over the map', () => {
    const box = { x: 0, y: 0, width: 240, height: 240 };
    const tool = { x: 0, y: 200, width: 60, height: 40 };
    const places = labelPlaces(found.lines, 6, box, [tool]);
    expect(places.length).toBe(found.lines.filter(({ axis }) => axis !== 'edge').length);
    for (const { at } of places) expect(at.x < tool.width && at.y > tool.y).toBe(false);
    for (const a of places) {
      for (const b of places) {
        if (a !== b) expect(Math.abs(a.at.x - b.at.x) * 6 > 84 || Math.abs(a.at.y - b.at.y) * 6 > 26).toBe(true);
      }
    }
  });
});
