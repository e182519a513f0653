import { describe, expect, it, vi } from 'vitest';
import { History } from '../../../src/state/history.js';
import { Latest } from '../../../src/state/latest.js';
import { Store } from '../../../src/state/store.js';
import { effective, intervalOf, limitsOf, picksOf } from '../../../src/view/effective.js';
import { parseRange } from '../../../src/view/values.js';
import { parseView } from '../../../src/view/view.js';

describe('the store', () => {
  it('tells what was and what is', () => {
    const store = new Store({ a: 1, b: 2 });
    const heard = vi.fn();
    const stop = store.subscribe(heard);
    store.set({ a: 3 }, { commit: false });
    expect(heard).toHaveBeenCalledWith({ a: 3, b: 2 }, { a: 1, b: 2 }, { commit: false });
    store.set({ a: 3 });
    expect(heard).toHaveBeenCalledTimes(1);
    stop();
    store.set({ a: 4 });
    expect(heard).toHaveBeenCalledTimes(1);
    expect(() => { /** @type {any} */ (store.state).a = 5; }).toThrow(TypeError);
  });
});

describe('the history', () => {
  it('goes back and forth', () => {
    const history = new History('a');
    history.record('b');
    history.record('b');
    history.record('c');
    expect([history.undo(), history.undo(), history.undo()]).toEqual(['b', 'a', 'a']);
    expect(history.redo()).toBe('b');
    history.record('d');
    expect(history.canRedo).toBe(false);
    expect(history.undo()).toBe('b');
  });

  it('forgets what is too long ago', () => {
    const history = new History(0, 3);
    for (let value = 1; value <= 10; value += 1) history.record(value);
    for (let step = 0; step < 10; step += 1) history.undo();
    expect(history.present).toBe(7);
  });
});

describe('the latest of several requests', () => {
  it('is the only one that is answered', async () => {
    vi.useFakeTimers();
    const latest = new Latest(50);
    const done = vi.fn();
    const failed = vi.fn();
    /** @param {string} name @param {number} time */
    const task = (name, time) => () => new Promise((resolve) => { setTimeout(() => resolve(name), time); });
    latest.run(task('slow', 500), done, failed);
    await vi.advanceTimersByTimeAsync(60);
    latest.run(task('never', 0), done, failed);
    await vi.advanceTimersByTimeAsync(20);
    latest.run(task('last', 10), done, failed);
    await vi.advanceTimersByTimeAsync(1000);
    expect(done.mock.calls).toEqual([['last']]);
    expect(failed).not.toHaveBeenCalled();
    vi.useRealTimers();
  });
});

/** @type {any} */
const METADATA = {
  channels: [{ index: 1, name: 'g' }, { index: 2, name: 'r' }, { index: 3, name: 'i' }],
  stokes: [],
  automatic: { mix: [{ channel: 1, last: 1, color: '0000ff' }, { channel: 3, last: 3, color: 'ff0000' }] },
  shown: {
    frame: [1, 1], channel: [1, 1], stretch: 'asinh:0.05', gamma: 1, contrast: 1, bias: 0.5, saturation: 1, cmap: 'gray',
    invert: false, nan: null, mix: [{ channel: 1, last: 1, color: '0000ff' }],
    limits: [{ channel: 1, last: 1, vmin: 0, vmax: 9, automatic: null }, { channel: 3, last: 3, vmin: 1, vmax: 8, automatic: null }],
  },
};

describe('what is in effect', () => {
  it('is the automatic view where nothing else is said', () => {
    const now = effective({}, METADATA);
    expect(now.mix).toEqual(METADATA.automatic.mix);
    expect(now.stretch).toEqual({ name: 'asinh', parameter: 0.05 });
  });

  it('is the view before the server has answered', () => {
    expect(effective(parseView('mix=r:ff8800;gamma=2;stretch=log'), METADATA)).toMatchObject({
      mix: [{ channel: 2, last: 2, color: 'ff8800' }], gamma: 2, stretch: { name: 'log', parameter: null },
    });
    expect(effective(parseView('channel=2'), METADATA).mix).toEqual([]);
    expect(effective(parseView('cmap=viridis'), METADATA).mix).toEqual([]);
    expect(effective(parseView('channel=2-3'), METADATA).channel).toEqual([2, 3]);
  });

  it('has the flags of the view, or none where numbers are drawn', () => {
    const items = [0, 1, 5].map((number) => ({ number, name: `F${number}` }));
    const quality = { ...METADATA, flags: { kind: 'bits', items }, shown: { ...METADATA.shown, bits: [0, 1, 5] } };
    expect(effective({}, METADATA).bits).toBe(null);
    expect(effective({}, quality).bits).toEqual([0, 1, 5]);
    expect(effective(parseView('bits=f5,0'), quality).bits).toEqual([0, 5]);
    expect(effective(parseView('bits=all;limits=0,4'), quality).bits).toEqual([0, 1, 5]);
    expect(effective(parseView('bits=none'), quality).bits).toEqual([]);
    for (const text of ['bits=off', 'limits=0,4', 'cmap=viridis', 'stretch=log']) expect(effective(parseView(text), quality).bits).toBe(null);
  });

  it('mixes ranges of channels', () => {
    expect(effective(parseView('mix=2-3:ff0000,1:0000ff'), METADATA).mix).toEqual([
      { channel: 1, last: 1, color: '0000ff' }, { channel: 2, last: 3, color: 'ff0000' },
    ]);
  });

  it('has a Stokes parameter where the image has', () => {
    const stokes = ['I', 'Q', 'PA'].map((name) => ({ name }));
    const metadata = { ...METADATA, stokes, shown: { ...METADATA.shown, stokes: 'I' } };
    expect(effective({}, metadata).stokes).toBe('I');
    expect(effective(parseView('stokes=PA'), metadata).stokes).toBe('PA');
    expect(effective(parseView('stokes=pangle'), metadata).stokes).toBe('I'); // until the server answers
    expect(effective({}, { ...METADATA, shown: { ...METADATA.shown, stokes: null } }).stokes).toBeNull();
  });

  const ASINH = {
    ...METADATA,
    shown: {
      ...METADATA.shown, mix: [], stretch: 'asinh:0.05',
      limits: [{ channel: 1, last: 1, vmin: 0, vmax: 10, automatic: { vmin: 0, vmax: 10, softening: 0.05 } }],
    },
  };

  // The softening is 0.5 in the unit of the image; below 0, the distance is added.
  it.each([
    ['', 0.05], ['limits=0,10', 0.05], ['limits=0,5', 0.1], ['limits=0,100', 0.005], ['limits=2,12', 0.05],
    ['limits=-10,10', 10.5 / 20], ['limits=10,0', 1.05], ['limits=3,3', 1000], ['limits=zscale', 0.05],
  ])('the automatic stretch follows limits: %s', (text, parameter) => {
    const now = effective(parseView(text), ASINH).stretch;
    expect(now.name).toBe('asinh');
    expect(now.parameter).toBeCloseTo(parameter, 9);
  });

  it('a stretch of the view follows nothing', () => {
    expect(effective(parseView('limits=0,5;stretch=asinh:0.3'), ASINH).stretch).toEqual({ name: 'asinh', parameter: 0.3 });
    expect(effective(parseView('limits=0,5'), METADATA).stretch).toEqual({ name: 'asinh', parameter: 0.05 }); // of the operator
  });

  it('a mix has the median parameter of its channels', () => {
    const limits = [1, 2, 3].map((channel) => ({
      channel, last: channel, vmin: 0, vmax: 10, automatic: { vmin: 0, vmax: 10, softening: 0.01 * channel },
    }));
    const mix = limits.map(({ channel }) => ({ channel, last: channel, color: 'ffffff' }));
    const metadata = { ...METADATA, shown: { ...METADATA.shown, mix, limits } };
    expect(effective({}, metadata).stretch.parameter).toBeCloseTo(0.02, 9);
    expect(effective(parseView('limits=1:0,4'), metadata).stretch.parameter).toBeCloseTo(0.025, 9);
    expect(effective(parseView('limits=0,100'), metadata).stretch.parameter).toBeCloseTo(0.002, 9);
  });

  it('tells limits by channel', () => {
    const view = parseView('limits=1:3,4~3:zscale');
    expect(limitsOf(view, METADATA, '1', 1)).toEqual({ vmin: 3, vmax: 4 });
    expect(limitsOf(view, METADATA, '3', 3)).toMatchObject({ vmin: 1, vmax: 8 });
    expect(intervalOf(view, METADATA, '3')).toEqual({ kind: 'zscale' });
    expect(intervalOf(parseView('limits=minmax'), METADATA, '3')).toEqual({ kind: 'minmax' });
    expect(intervalOf({}, METADATA, null)).toBeNull();
  });

  it('finds limits by the names of channels, whatever their case', () => {
    const channels = ['g', 'r', 'R'].map((name, at) => ({ ...METADATA.channels[0], index: at + 1, name }));
    const metadata = { ...METADATA, channels };
    const view = parseView('mix=g:0000ff,R:ff0000;limits=R:0,2~G:0,1');
    expect(effective(view, metadata).mix.map(({ channel }) => channel)).toEqual([1, 3]);
    expect(limitsOf(view, metadata, '3', 3)).toEqual({ vmin: 0, vmax: 2 });
    expect(limitsOf(view, metadata, '1', 1)).toEqual({ vmin: 0, vmax: 1 });
    expect(intervalOf(view, metadata, '2')).toBeNull();
  });

  it('finds limits that name the only plane', () => {
    const channels = ['g', 'r'].map((name, at) => ({ ...METADATA.channels[0], index: at + 1, name }));
    const metadata = { ...METADATA, channels };
    const view = parseView('channel=2;limits=r:5,6');
    const [pick] = picksOf(effective(view, metadata), metadata);
    expect(pick).toBe('2');
    expect(limitsOf(view, metadata, pick, 2)).toEqual({ vmin: 5, vmax: 6 });
  });

  it('finds limits by the names of frames where an image has no channels', () => {
    const frames = ['night-a', 'night-b'].map((name, at) => ({ index: at + 1, name, time: null }));
    const metadata = { ...METADATA, channels: METADATA.channels.slice(0, 1), frames };
    const view = parseView('mix=night-a:0000ff,night-b:ff0000;limits=night-b:3,4');
    expect(limitsOf(view, metadata, '2', 2)).toEqual({ vmin: 3, vmax: 4 });
    expect(effective(view, metadata).mix.map(({ channel }) => channel)).toEqual([1, 2]);
  });

  it.each([['3', [3, 3]], ['3-7', [3, 7]], ['red', null], [undefined, null], ['3-', null]])('reads %s as numbers %j', (text, range) => {
    expect(parseRange(text)).toEqual(range);
  });
});
