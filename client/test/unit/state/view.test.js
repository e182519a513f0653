import { describe, expect, it } from 'vitest';
import {
  AUTOMATIC, formatNumber, formatView, parseView, viewPairs, withChanges, withLimits,
} from '../../../src/state/view.js';

// Spellings and the canonical text that the server gives for them.
const CANONICAL = [
  ['', ''],
  ['frame=3', 'frame=3'],
  ['frame=003;hdu=SCI,2', 'hdu=SCI,2;frame=3'],
  ['cmap=Viridis;stretch=ASINH:0.10', 'stretch=asinh;cmap=viridis'],
  ['stretch=asinh:0.05', 'stretch=asinh:0.05'],
  ['limits=0.1,250', 'limits=0.1,250'],
  ['limits=1:0,5~2:zscale', 'limits=1:0,5~2:zscale'],
  ['limits=1:percentile:99~2:minmax', 'limits=1:percentile:99~2:minmax'],
  ['limits=percentile:99.50', 'limits=percentile:99.5'],
  ['limits=minmax', 'limits=minmax'],
  ['mix=1:FF0000,2:00ff00', 'mix=1:ff0000,2:00ff00'],
  ['mix=10:ff0000,r:0000ff,2:00ff00', 'mix=2:00ff00,10:ff0000,r:0000ff'],
  ['limits=2:0,5~minmax~1:zscale', 'limits=minmax~1:zscale~2:0,5'],
  ['gamma=1;contrast=1.0;bias=.5;saturation=1', ''],
  ['gamma=2.20', 'gamma=2.2'],
  ['invert=0', ''],
  ['invert=1', 'invert=1'],
  ['nan=transparent', 'nan=transparent'],
  ['nan=ABCDEF', 'nan=abcdef'],
  ['view=deep-red;gamma=1', 'view=deep-red;gamma=1'],
  ['channel=100-120;collapse=mean', 'channel=100-120'],
  ['channel=100-120;collapse=sum', 'channel=100-120;collapse=sum'],
  ['limits=-1e-7,1e25', 'limits=-1e-7,1e25'],
  ['limits=1000000,12345678.5', 'limits=1000000,12345678.5'],
  ['limits=1e16,1e17', 'limits=1e16,1e17'],
  ['limits=1e-5,0.0001', 'limits=1e-5,0.0001'],
  ['bias=-0', 'bias=0'],
  ['stretch=power;invert=1;gamma=2;frame=2;nan=000000', 'frame=2;stretch=power;gamma=2;invert=1;nan=000000'],
];

describe('views', () => {
  it.each(CANONICAL)('%s is spelled %s', (text, canonical) => {
    expect(formatView(parseView(text))).toBe(canonical);
  });

  it.each(CANONICAL)('%s read, written and read again is the same', (text) => {
    const once = formatView(parseView(text));
    expect(formatView(parseView(once))).toBe(once);
  });

  it.each([
    ['gama=2', /gama=2.*keys are/],
    ['gamma', /gamma/],
    ['gamma=', /gamma= has no value/],
    ['gamma=fast', /gamma=fast: a number/],
    ['gamma=Infinity', /a number/],
    ['limits=1', /limits=1/],
    ['limits=1,2,3', /limits/],
    ['limits=a,b', /a number/],
    ['mix=ff0000', /mix/],
    ['mix=1:red', /red/],
    ['invert=yes', /1 or 0/],
    ['nan=12345', /12345/],
    ['__proto__=1', /not part of a view/],
    ['constructor=1', /not part of a view/],
    ['frame=1;frame=2', /twice/],
    ['channel=1;mix=1:ff0000', /mix/],
  ])('refuses %s with a sentence', (text, message) => {
    expect(() => parseView(text)).toThrow(message);
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
