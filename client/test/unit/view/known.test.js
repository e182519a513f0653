import { describe, expect, it } from 'vitest';
import { isKnown, planesKey } from '../../../src/view/known.js';
import { parseView } from '../../../src/view/view.js';

describe('values in effect', () => {
  /** @param {string} view @param {string} reported */
  const known = (view, reported) => isKnown(parseView(view), parseView(reported), []);

  it('are known where the view gives them, or leaves them to the same rules', () => {
    expect(known('', '')).toBe(true);
    expect(known('limits=1,2;gamma=2', '')).toBe(true);
    expect(known('limits=zscale;gamma=2', 'limits=zscale')).toBe(true);
    expect(known('stretch=log', 'stretch=sqrt')).toBe(true);
  });

  it('are not known where the server has to find them', () => {
    expect(known('limits=zscale', '')).toBe(false);
    expect(known('limits=percentile:99', 'limits=percentile:98')).toBe(false);
    expect(known('', 'limits=1,2')).toBe(false);
    expect(known('', 'gamma=2')).toBe(false);
    expect(known('limits=1,2', 'stretch=log')).toBe(false);
  });

  it('are asked for each part of a mix', () => {
    const mix = [{ channel: 1, last: 1 }, { channel: 2, last: 4 }];
    expect(isKnown(parseView('limits=1:0,5~2-4:1,2'), parseView(''), mix)).toBe(true);
    expect(isKnown(parseView('limits=1:0,5~2-4:zscale'), parseView(''), mix)).toBe(false);
    expect(isKnown(parseView('limits=1:0,5~2-4:zscale'), parseView('limits=2-4:zscale'), mix)).toBe(true);
  });
});

describe('views of the same planes', () => {
  /** @param {string} one @param {string} other @param {boolean} [mixed] */
  const same = (one, other, mixed = false) => planesKey(parseView(one), mixed) === planesKey(parseView(other), mixed);

  it('differ in tone and colors only', () => {
    expect(same('limits=0,1;stretch=log;cmap=heat', 'gamma=2')).toBe(true);
    expect(same('mix=1:ff0000,2:00ff00', 'mix=1:0000ff,2:00ffff')).toBe(true);
    expect(same('channel=2;cmap=heat', 'channel=2', true)).toBe(true);
  });

  it('do not differ in planes', () => {
    for (const other of ['frame=2', 'channel=2', 'hdu=1', 'stokes=Q', 'mix=1:ff0000', 'collapse=max']) expect(same('', other), other).toBe(false);
    expect(same('', 'cmap=heat', true)).toBe(false); // a colormap selects a single plane
  });
});
