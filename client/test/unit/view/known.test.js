import { describe, expect, it } from 'vitest';
import { isKnown, planesKey } from '../../../src/view/known.js';
import { parseView } from '../../../src/view/view.js';

const METADATA = /** @type {import('../../../src/types').Metadata} */ (/** @type {unknown} */ ({
  channels: ['g', 'r', 'i', 'z'].map((name, at) => ({ index: at + 1, name })), frames: [{ index: 1, name: '1' }],
}));

describe('values in effect', () => {
  /** @param {string} view @param {string} reported */
  const known = (view, reported) => isKnown(parseView(view), parseView(reported), ['1'], METADATA);

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

  it('are those of channels by their names', () => {
    expect(known('limits=g:0,5', '')).toBe(true);
    expect(known('limits=g:zscale', '')).toBe(false);
    expect(known('limits=g:zscale', 'limits=1:zscale')).toBe(true);
  });

  it('are asked for each part of a mix', () => {
    const picks = ['1', '2-4'];
    expect(isKnown(parseView('limits=1:0,5~2-4:1,2'), parseView(''), picks, METADATA)).toBe(true);
    expect(isKnown(parseView('limits=1:0,5~2-4:zscale'), parseView(''), picks, METADATA)).toBe(false);
    expect(isKnown(parseView('limits=1:0,5~2-4:zscale'), parseView('limits=2-4:zscale'), picks, METADATA)).toBe(true);
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
