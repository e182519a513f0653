import { describe, expect, it } from 'vitest';
import { apart } from '../../../src/control/histogram.js';

describe('handles of the limits', () => {
  it('move freely between the other and the end', () => {
    expect(apart({ vmin: 0, vmax: 10 }, 'vmin', 4, 0.01)).toEqual({ vmin: 4, vmax: 10 });
    expect(apart({ vmin: 0, vmax: 10 }, 'vmax', 40, 0.01)).toEqual({ vmin: 0, vmax: 40 });
  });

  it('cannot pass each other', () => {
    expect(apart({ vmin: 0, vmax: 10 }, 'vmin', 12, 0.5)).toEqual({ vmin: 9.5, vmax: 10 });
    expect(apart({ vmin: 0, vmax: 10 }, 'vmax', -3, 0.5)).toEqual({ vmin: 0, vmax: 0.5 });
  });

  it('do not jump apart where the limits are close', () => {
    expect(apart({ vmin: 1, vmax: 1.1 }, 'vmin', 1.05, 0.5).vmin).toBeCloseTo(1);
    expect(apart({ vmin: 1, vmax: 1 }, 'vmin', 5, 0.5)).toEqual({ vmin: 1, vmax: 1 });
  });

  it('may be in either order where the address says so', () => {
    expect(apart({ vmin: 10, vmax: 0 }, 'vmin', 8, 0.5)).toEqual({ vmin: 8, vmax: 0 });
  });
});
