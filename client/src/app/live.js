// The picture follows limits, curve, colormap and mix while they are changed: it is drawn from samples
// of what is in sight, until the server's exact tiles replace it.

import { contains } from '../layer/sight.js';
import { Latest } from '../state/latest.js';
import { Ahead } from './ahead.js';
import { ColormapTables } from './colormaps.js';
import { keyOf, lookOf } from './look.js';

/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').View} View */
/** @typedef {import('../view/samples.js').Samples} Samples */
/** @typedef {import('../layer/sight.js').Sight} Sight */
/** @typedef {{id: string, hdu: string | null, key: string, view: View, sight: Sight}} Wanted */

/** From the last change to the request for tiles, ms: after a gesture, and during a pause in one. */
const [AFTER, DURING] = [160, 1000];
/** From the last change to a picture of all pixels, where the others are coarse, ms. */
const STILL = 100;
/** How long the samples stay over tiles that do not load, ms. */
const PATIENCE = 20000;

const nextFrame = () => new Promise((resolve) => { requestAnimationFrame(resolve); });

export class Live {
  /**
   * @param {object} parts
   * @param {import('../api.js').Api} parts.api
   * @param {import('../layer/PixelMap.js').PixelMap} parts.map
   * @param {import('../state/scene.js').Scene} parts.scene
   * @param {import('../state/store.js').Store<import('../types').State>} parts.store
   * @param {import('./drawing.js').Drawing} parts.drawing
   * @param {() => Record<string, string>} parts.previews of the colormaps
   */
  constructor({ api, map, scene, store, drawing, previews }) {
    this._api = api;
    this._map = map;
    this._scene = scene;
    this._store = store;
    this._drawing = drawing;
    this.colormaps = new ColormapTables(previews);
    this._requests = new Latest();
    /** @type {Ahead<Wanted>} */
    this._ahead = new Ahead((wanted, signal) => this._api.samples(wanted.id, wanted.view, wanted.sight, signal));
    this._isPlaying = false;
    /** @type {(Wanted & {samples: Samples}) | null} */
    this._held = null;
    /** @type {Wanted | null} */
    this._asked = null;
    /** What could not be had last. @type {Wanted | null} */
    this._refused = null;
    this._isWanted = false;
    /** Whether samples are shown, or about to be. */
    this._isOn = false;
    /** Whether a change waits for the next frame. */
    this._isDue = false;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._finer = undefined;
    this._changes = 0;
    this.isOff = new URLSearchParams(location.search).get('live') === 'off';
    map.onMoved(() => { if (this._isOn && !this._isPlaying) this._rest(); });
    // Limits that the server had to find are known now.
    scene.subscribe(() => { if (this._isOn) this._paintSoon(); });
  }

  /** Request samples of what is in sight, unless they are here: a change may follow. */
  prepare() {
    const wanted = this._wanted();
    if (!wanted || this._has(wanted) || (this._asked && isSame(this._asked, wanted)) || (this._refused && isSame(this._refused, wanted))) return;
    const planes = this._scene.effective(wanted.view)?.mix.length || 1;
    if (this.isOff || !this._map.suitsLive(wanted.sight, planes)) return;
    this._asked = wanted;
    this._requests.run(
      (signal) => this._api.samples(wanted.id, wanted.view, wanted.sight, signal),
      (samples) => {
        this._asked = null;
        this._held = { ...wanted, samples };
        this.colormaps.loadAll();
        const look = this._look(this._store.state.view);
        if (!look) return;
        if (this._isWanted) this.follow(this._store.state.view, false);
        else this._map.warmLive(samples, look);
      },
      () => { // the tiles report errors
        this._asked = null;
        this._refused = wanted;
      },
    );
  }

  /** @returns {Wanted | null} */
  _wanted(view = this._store.state.view) {
    const { metadata } = this._scene;
    const sight = this._map.sight();
    // Flags are drawn as such.
    return metadata && sight && !metadata.flags
      ? { id: metadata.id, hdu: metadata.hdu, key: keyOf(view, metadata), view, sight } : null;
  }

  /** Whether samples of this are held. @param {Wanted} wanted */
  _has(wanted) {
    return this._held !== null && isSame(this._held, wanted);
  }

  /** Style of a view of the planes that are held, or null if it is not known. @param {View} view */
  _look(view) {
    const { metadata } = this._scene;
    const held = this._held;
    if (!metadata || !held || keyOf(view, metadata) !== held.key) return null;
    const reports = [{ view: held.view, shown: held.samples.header.shown }];
    if (this._scene.view && keyOf(this._scene.view, metadata) === held.key) reports.unshift({ view: this._scene.view, shown: metadata.shown });
    return lookOf(view, metadata, reports, held.samples, (name) => {
      const table = this.colormaps.get(name);
      if (!table) this.colormaps.load(name).then(() => { if (this._isWanted) this.follow(this._store.state.view, false); }, () => {});
      return table;
    });
  }

  /**
   * Show a change of the view.
   * @param {View} view @param {boolean} commit whether the gesture is at its end
   * @returns {boolean} false if the tiles have to show it
   */
  follow(view, commit) {
    this._changes += 1;
    clearTimeout(this._timer);
    const wanted = this._wanted();
    const isHere = wanted && this._has(wanted);
    this._isWanted = !commit || Boolean(isHere);
    if (!isHere || !this._look(view)) {
      if (!isHere && !commit) this.prepare();
      if (!this._isOn) return false;
      this._rest(); // other planes, or limits that the server has to find
      return true;
    }
    this._isOn = true;
    this._paintSoon();
    this._timer = setTimeout(() => this._rest(), commit ? AFTER : DURING);
    return true;
  }

  /** Paint the view of the next frame. */
  async _paintSoon() {
    if (this._isDue) return;
    this._isDue = true;
    await nextFrame();
    this._isDue = false;
    this._paint(false);
    clearTimeout(this._finer);
    this._finer = setTimeout(() => this._paint(true), STILL);
  }

  /** @param {boolean} isFine */
  _paint(isFine) {
    const look = this._isOn && this._look(this._store.state.view);
    if (look && this._held) this._map.showLive(this._held.samples, this._held.sight, look, isFine);
  }

  /** Replace the samples by exact tiles, once these are drawn. */
  async _rest() {
    clearTimeout(this._timer);
    this._isWanted = false;
    const changes = this._changes;
    this._scene.refresh(this._store.state.view);
    await this._drawing.draw({ patience: PATIENCE }).catch(() => {});
    // The pictures of the tiles are in the page; they are on the screen a frame later.
    await nextFrame();
    await nextFrame();
    if (changes === this._changes) this._end();
  }

  /**
   * Fetch samples of views to be played, in their order.
   * @param {readonly View[]} views
   * @returns {Promise<boolean>} whether those of the first are here
   */
  async fetch(views) {
    const wanted = views.map((view) => this._wanted(view));
    const [first] = wanted;
    if (!first || this.isOff || !this._map.suitsLive(first.sight, this._scene.effective(first.view)?.mix.length || 1)) return false;
    const all = wanted.map((each) => each && this._ahead.fetch(each));
    for (const each of all) each?.catch(() => {});
    return Boolean(await all[0]?.catch(() => null));
  }

  /** Show samples that were fetched. @param {View} view @returns {boolean} false if the tiles have to */
  present(view) {
    const { metadata } = this._scene;
    const wanted = this._wanted(view);
    const held = wanted && this._ahead.get(wanted);
    if (!metadata || !held) return false;
    const table = (/** @type {string} */ name) => {
      this.colormaps.load(name).catch(() => {});
      return this.colormaps.get(name);
    };
    const look = lookOf(view, metadata, [{ view: held.view, shown: held.samples.header.shown }], held.samples, table);
    if (!look) {
      this._ahead.drop(held); // with limits of now, next time
      return false;
    }
    this._held = held;
    this._isOn = this._isPlaying = true;
    this._changes += 1;
    clearTimeout(this._timer);
    this._map.showLive(held.samples, held.sight, look);
    return true;
  }

  /** Playing ends: exact tiles of what is shown. */
  stop() {
    this._isPlaying = false;
    this._rest();
  }

  /** Forget all: another image is opened. */
  close() {
    this._changes += 1;
    clearTimeout(this._finer);
    clearTimeout(this._timer);
    this._requests.cancel();
    this._ahead.clear();
    this._isPlaying = false;
    this._held = null;
    this._asked = null;
    this._refused = null;
    this._isWanted = false;
    this._end();
  }

  _end() {
    this._isOn = false;
    clearTimeout(this._finer);
    this._map.endLive();
  }
}

/** Whether both are the same planes in the same sight, or a part of it. @param {Wanted} one @param {Wanted} other */
function isSame(one, other) {
  return one.id === other.id && one.hdu === other.hdu && one.key === other.key && contains(one.sight, other.sight);
}
