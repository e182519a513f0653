import { expect, it } from 'vitest';
import { draggedTone } from '../../../src/tools/tonedrag.js';

it('a right drag changes bias across and contrast upwards', () => {
  const start = { contrast: 1, bias: 0.5 };
  expect(draggedTone(start, 0, 0)).toEqual(start);
  expect(draggedTone(start, 0.25, 0)).toEqual({ contrast: 1, bias: 0.75 });
  expect(draggedTone(start, 0, 0.5).contrast).toBeCloseTo(Math.sqrt(20), 2);
  expect(draggedTone(start, 0, -0.5).contrast).toBeCloseTo(1 / Math.sqrt(20), 2);
  expect(draggedTone(start, 0, 3).contrast).toBe(10);
  expect(draggedTone({ contrast: 0, bias: 0.5 }, 0, 0.2).contrast).toBeGreaterThan(0);
});
