import { describe, expect, it } from 'vitest';
import { formatNumber } from '../../../src/view/values.js';
import { AUTOMATIC, formatView, parseView, viewPairs, withChanges, withLimits } from '../../../src/view/view.js';

describe('views', () => {
  it.each([
    ['gama=2', ['gama=2', 'gamma, contrast']],
    ['gamma=fast', ['gamma=fast', 'decimal number > 0']],
    ['limits=1', ['limits=1', 'percentile:p']],
    ['mix=1:red', ['mix=1:red', 'RRGGBB']],
    ['invert=yes', ['invert=yes', '1, 0']],
    ['nan=12345', ['nan=12345', 'transparent']],
    ['stretch=cubic', ['stretch=cubic', 'asinh']],
    ['frame=1;frame=2', ['frame', 'twice']],
    ['channel=1;mix=1:ff0000', ['channel', 'mix']],
  ])('refuses %s with the facts %j', (text, facts) => {
    for (const fact of facts) expect(() => parseView(text)).toThrow(fact);
  });

  it('keeps neutral values, which undo a default of the operator', () => {
    const view = parseView('gamma=2;invert=1');
    expect(formatView(withChanges(view, { invert: false, gamma: 1, bias: 0.5 }))).toBe('gamma=1;bias=0.5;invert=0');
    expect(formatView(withChanges(view, { invert: undefined, gamma: undefined }))).toBe('');
    expect(viewPairs(parseView('collapse=mean;saturation=1'))).toEqual([['collapse', 'mean'], ['saturation', '1']]);
  });

  it('cannot be changed in place', () => {
    const view = parseView('gamma=2');
    expect(() => { /** @type {any} */ (view).gamma = 3; }).toThrow(TypeError);
    expect(withChanges(view, { gamma: undefined, cmap: 'magma' })).toEqual({ cmap: 'magma' });
    expect(view).toEqual({ gamma: 2 });
  });

  it('keeps the limits of the other channels of a mix', () => {
    const mixed = parseView('mix=1:ff0000,2:00ff00;limits=1:0,5~2:zscale');
    const changed = withLimits(mixed, '2', { kind: 'manual', vmin: 1, vmax: 2 });
    expect(formatView(changed)).toBe('mix=1:ff0000,2:00ff00;limits=1:0,5~2:1,2');
    expect(formatView(withLimits(changed, '1', null))).toBe('mix=1:ff0000,2:00ff00;limits=2:1,2');
    expect(formatView(withLimits(withLimits(changed, '1', null), '2', null))).toBe('mix=1:ff0000,2:00ff00');
  });

  it('has one interval where there is one plane', () => {
    const view = withLimits(AUTOMATIC, null, { kind: 'percentile', percentile: 99.5 });
    expect(formatView(view)).toBe('limits=percentile:99.5');
    expect(withLimits(view, null, null)).toEqual({});
  });

  it('parts values that hold an equals sign no further', () => {
    expect(viewPairs(parseView('hdu=SCI,2;gamma=2'))).toEqual([['hdu', 'SCI,2'], ['gamma', '2']]);
    expect(viewPairs(AUTOMATIC)).toEqual([]);
  });
});

describe('numbers', () => {
  it('read back as the same number', () => {
    for (let k = -320; k < 308; k += 7) {
      for (const digit of [1, 1.5, -Math.PI, 0.1 + 0.2]) {
        const value = digit * 10 ** k;
        const text = formatNumber(value);
        expect(Number(text)).toBe(value + 0);
        expect(text).not.toContain('+');
      }
    }
  });
});
