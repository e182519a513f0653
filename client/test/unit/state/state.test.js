import { describe, expect, it, vi } from 'vitest';
import { History } from '../../../src/state/history.js';
import { Latest } from '../../../src/state/latest.js';
import { Store } from '../../../src/state/store.js';
import { effective, intervalOf, limitsOf } from '../../../src/view/effective.js';
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
  automatic: { mix: [{ channel: 1, color: '0000ff' }, { channel: 3, color: 'ff0000' }] },
  shown: {
    frame: [1, 1], channel: [1, 1], stretch: 'asinh:0.05', gamma: 1, contrast: 1, bias: 0.5, saturation: 1, cmap: 'gray',
    invert: false, nan: null, mix: [{ channel: 1, color: '0000ff' }],
    limits: [{ channel: 1, vmin: 0, vmax: 9 }, { channel: 3, vmin: 1, vmax: 8 }],
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
      mix: [{ channel: 2, color: 'ff8800' }], gamma: 2, stretch: { name: 'log', parameter: null },
    });
    expect(effective(parseView('channel=2'), METADATA).mix).toEqual([]);
    expect(effective(parseView('cmap=viridis'), METADATA).mix).toEqual([]);
    expect(effective(parseView('channel=2-3'), METADATA).channel).toEqual([2, 3]);
  });

  it('tells limits by channel', () => {
    const view = parseView('limits=1:3,4~3:zscale');
    expect(limitsOf(view, METADATA, '1', 1)).toEqual({ vmin: 3, vmax: 4 });
    expect(limitsOf(view, METADATA, '3', 3)).toMatchObject({ vmin: 1, vmax: 8 });
    expect(intervalOf(view, '3')).toEqual({ kind: 'zscale' });
    expect(intervalOf(parseView('limits=minmax'), '3')).toEqual({ kind: 'minmax' });
    expect(intervalOf({}, null)).toBeNull();
  });

  it.each([['3', [3, 3]], ['3-7', [3, 7]], ['red', null], [undefined, null], ['3-', null]])('reads %s as numbers %j', (text, range) => {
    expect(parseRange(text)).toEqual(range);
  });
});
