// The picture on the map: drawn in the state's view, kept at the state's place, replaced when better
// pixels exist.

import { Latest } from '../state/latest.js';
import { formatView } from '../view/view.js';

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').Point} Point */

/** Pictures drawn before an answer that took longer than this, in ms, were provisional. */
const WAITED = 50;

/** @param {boolean} isLoading */
export function showLoading(isLoading) {
  document.body.classList.toggle('is-loading', isLoading);
}

/** @param {Metadata} metadata */
const pictured = ({ id, hdu, width, height }) => JSON.stringify([id, hdu, width, height]);

export class Drawing {
  /**
   * @param {object} parts
   * @param {import('../api.js').Api} parts.api
   * @param {import('../layer/PixelMap.js').PixelMap} parts.map
   * @param {import('../state/scene.js').Scene} parts.scene
   * @param {import('../state/store.js').Store<State>} parts.store
   * @param {(error: unknown, topic: string) => void} fail reports an error
   */
  constructor({ api, map, scene, store }, fail) {
    this._api = api;
    this._map = map;
    this._scene = scene;
    this._store = store;
    this._fail = fail;
    this._settling = new Latest();
    this._moving = false;
    /** Image and HDU on the map. */
    this._shown = '';
    map.onMoved(() => this.rememberPlace());
  }

  /** Whether the map shows the image that the scene describes; an image is described before it is shown. */
  get isCurrent() {
    const { metadata } = this._scene;
    return metadata !== null && this._shown === pictured(metadata);
  }

  /** The state's view, as the map takes it. */
  get _look() {
    const { view } = this._store.state;
    return { view: formatView(view), nan: this._scene.effective(view)?.nan ?? null };
  }

  /** Show an image. @param {Metadata} metadata @param {{center: Point | null, zoom: number | null}} place */
  open(metadata, { center, zoom }) {
    const { width, height, tile, id } = metadata;
    this._map.open({
      width,
      height,
      tileSize: tile.size,
      url: (text, region, size, format) => this._api.picture(id, text, region, size, format),
    }, { ...this._look, center, zoom }, {
      onError: (url) => this._explain(url),
      onLoad: () => showLoading(false),
    });
    this._shown = pictured(metadata);
    this.rememberPlace();
    this._settle();
  }

  /** Bring the map to the state's view. @param {{patience?: number}} [options] @returns {Promise<void>} */
  draw(options = {}) {
    this._settle();
    const { view, nan } = this._look;
    return this._map.show(view, { nan, ...options });
  }

  /** Fetch all pictures again: the file may have changed. */
  renew() {
    showLoading(false);
    this._map.renew();
  }

  close() {
    this._shown = '';
    this._map.close();
  }

  /** Replace provisional pictures of a large image as soon as the server has better ones. */
  _settle() {
    const { metadata } = this._scene;
    if (!metadata?.tile.provisional) return;
    const start = performance.now();
    this._settling.run(
      (signal) => this._api.ready(metadata.id, this._store.state.view, signal),
      () => { if (performance.now() - start > WAITED) this._map.renew(); },
      () => {}, // the tiles report errors
    );
  }

  /** Report why a tile is missing. @param {string} url */
  async _explain(url) {
    showLoading(false);
    try {
      const reason = url ? await this._api.refusal(url) : '';
      if (reason !== null) this._fail(new Error(`Part of the picture is missing. ${reason}`.trim()), 'tiles');
    } catch (error) {
      this._fail(error, 'tiles');
    }
  }

  /** The map was moved: so is the state. */
  rememberPlace() {
    if (!this._map.isOpen || !this._scene.metadata) return;
    const { center: exact, zoom } = this._map;
    // As the address rounds it: the sky position beside it is then the same where the address is opened.
    const center = { x: Number(exact.x.toFixed(2)), y: Number(exact.y.toFixed(2)) };
    this._moving = true;
    this._store.set({ center, zoom, sky: this._scene.sky?.position(center.x, center.y) ?? null }, { commit: false });
    this._moving = false;
  }

  /** The state was moved, by an address: so is the map. @param {State} next @param {State} previous */
  follow(next, previous) {
    const isElsewhere = next.center !== previous.center || next.zoom !== previous.zoom;
    if (this._moving || !next.center || !isElsewhere) return;
    this._map.look(next.center, next.zoom ?? undefined, { animate: false });
  }
}
