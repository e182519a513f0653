// Tiles from a IIIF Image API service. A change of the view never blanks the map: every tile keeps
// its picture until the new one is decoded, and all visible tiles change at the same moment. Under the
// tiles lies the whole image, which is handled as one more tile.

import { Bounds, GridLayer, Point as LeafletPoint } from 'leaflet';
import { coarsestZoom, tileFormat, tilePart } from './tiles.js';
import { Underlay, wholePart } from './underlay.js';

/** @typedef {import('./tiles.js').TilePart} TilePart */

/**
 * @typedef {object} Source
 * @property {number} width
 * @property {number} height
 * @property {number} tileSize
 * @property {(view: string, region: string, size: string, format: string) => string} url
 */

/**
 * @typedef {object} Tile
 * @property {HTMLElement} element
 * @property {TilePart} part
 * @property {string} shown address of the picture shown, '' for none
 * @property {{url: string, image: HTMLImageElement} | null} loading
 * @property {boolean} [isWhole] whether it is the one under the others
 */

/** How long the visible tiles wait for each other before those that are loaded change, ms. */
const PATIENCE = 400;

/** How long a newer view waits for tiles that do not load, ms. */
const LONGEST = 8000;

const BLANK = 'data:image/gif;base64,R0lGODlhAQABAAAAACH5BAEKAAEALAAAAAABAAEAAAICTAEAOw==';

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => { setTimeout(resolve, milliseconds); });

export class IIIFTileLayer extends GridLayer {
  /** @param {Source} source @param {{view: string, nan: string | null | undefined}} start */
  constructor(source, { view, nan }) {
    super({
      tileSize: source.tileSize,
      minNativeZoom: coarsestZoom(source.width, source.height, source.tileSize),
      maxNativeZoom: 0,
      minZoom: -40,
      maxZoom: 40,
      bounds: [[0, 0], [source.height, source.width]],
      noWrap: true,
      keepBuffer: 1,
      updateWhenZooming: false,
      className: 'iiif-tiles',
    });
    this._source = source;
    this._view = view;
    this._format = tileFormat(source, nan);
    this._epoch = 0;
    this._density = (globalThis.devicePixelRatio ?? 1) > 1.25 ? 2 : 1;
    /** @type {Map<HTMLElement, Tile>} */
    this._pictures = new Map();
    /** @type {Map<string, HTMLImageElement>} */
    this._ahead = new Map();
    /** @type {{view: string, nan: string | null | undefined, patience: number} | null} */
    this._queued = null;
    /** @type {Promise<void> | null} */
    this._running = null;
    /** @type {Tile} */
    this._whole = { element: document.createElement('div'), part: wholePart(source, this._density), shown: '', loading: null, isWhole: true };
    this._underlay = new Underlay(this._whole.element, source, this._whole.part);
    this.on('tileunload', (/** @type {any} */ event) => this._forget(event.tile));
    this.on('load', () => this._refreshStale());
    this.on('loading load', () => this._cover());
  }

  /** Called by Leaflet. @param {import('leaflet').Map} map */
  onAdd(map) {
    this._underlay.addTo(map);
    this._refresh(this._whole);
    map.on('zoomstart zoomend', this._onZoom, this);
    return super.onAdd(map);
  }

  /** Called by Leaflet. @param {import('leaflet').Map} map */
  onRemove(map) {
    this._cancel(this._whole);
    this._underlay.remove();
    map.off('zoomstart zoomend', this._onZoom, this);
    return super.onRemove(map);
  }

  /** @param {{type: string}} event */
  _onZoom({ type }) {
    this._cover(type === 'zoomstart');
  }

  /**
   * Hide the whole image behind complete tiles that are transparent where pixels are missing. Coarse
   * pixels reach farther and would show there.
   * @param {boolean} [isZooming]
   */
  _cover(isZooming = false) {
    const isComplete = !isZooming && !this.isLoading();
    this._whole.element.classList.toggle('is-covered', isComplete && this._format === 'png');
  }

  /** Called by Leaflet. @param {import('leaflet').Coords} coords @param {(error?: Error, tile?: HTMLElement) => void} done */
  createTile(coords, done) {
    const element = document.createElement('div');
    const part = tilePart(this._source, this._source.tileSize, coords, this._density);
    if (!part) {
      setTimeout(() => done(undefined, element));
      return element;
    }
    /** @type {Tile} */
    const tile = { element, part, shown: '', loading: null };
    this._pictures.set(element, tile);
    this._load(tile, this._view).then(
      () => {
        this._swap(tile);
        done(undefined, element);
      },
      (error) => done(error, element),
    );
    return element;
  }

  /**
   * Show another view of the same image. Of the views requested while one loads, only the last is shown.
   * @param {string} view canonical text
   * @param {{nan?: string | null, patience?: number}} [options]
   * @returns {Promise<void>} when the visible tiles show it, or have waited long enough
   */
  show(view, { nan = null, patience = PATIENCE } = {}) {
    this._queued = { view, nan, patience };
    this._running ??= this._run().finally(() => { this._running = null; });
    return this._running;
  }

  /** Fetch the visible tiles of the view that will be shown next. @param {string} view @returns {Promise<unknown>} */
  preload(view) {
    this._ahead.clear();
    return Promise.allSettled(this._inSight().map((tile) => {
      const image = new Image();
      image.src = this._url(tile, view);
      this._ahead.set(image.src, image);
      return image.decode();
    }));
  }

  /** Fetch all tiles again: the server has final pictures now. */
  renew() {
    this._epoch += 1;
    this._refreshStale();
  }

  async _run() {
    while (this._queued) {
      const { view, nan, patience } = this._queued;
      this._queued = null;
      this._view = view; // tiles that become visible from now on show it at once
      this._format = tileFormat(this._source, nan);
      const loads = this._inSight().map((tile) => {
        const ready = this._load(tile, view);
        ready.catch(() => {});
        return { tile, ready };
      });
      // Tiles that load later than the others change on their own, unless a newer view came.
      let late = false;
      for (const { tile, ready } of loads) {
        ready.then(() => late && this._swap(tile), (error) => this._report(tile, error));
      }
      const all = Promise.allSettled(loads.map(({ ready }) => ready));
      await Promise.race([all, pause(patience)]);
      for (const { tile } of loads) if (tile.loading?.image.complete) this._swap(tile);
      late = true;
      // A newer view waits for these: requests are never made faster than they are answered.
      if (this._queued) await Promise.race([all, pause(LONGEST)]);
    }
    this._refreshStale();
  }

  /** Visible tiles of the present zoom, and the one under them. @returns {Tile[]} */
  _inSight() {
    const self = /** @type {any} */ (this);
    if (!self._map) return [];
    const view = self._map.getPixelBounds();
    const scale = self._map.getZoomScale(self._map.getZoom(), self._tileZoom);
    const size = this._source.tileSize * scale;
    const tiles = Object.values(self._tiles)
      .filter(({ current, coords }) => current && new Bounds(
        new LeafletPoint(coords.x * size, coords.y * size),
        new LeafletPoint((coords.x + 1) * size, (coords.y + 1) * size),
      ).intersects(view))
      .map(({ el }) => this._pictures.get(el))
      .filter((tile) => tile !== undefined);
    return [...tiles, this._whole];
  }

  /** Update tiles that were not visible, or of another zoom, when the view changed. */
  _refreshStale() {
    if (this._running) return;
    for (const { el, current } of Object.values(/** @type {any} */ (this)._tiles)) {
      const tile = current && this._pictures.get(el);
      if (tile) this._refresh(tile);
    }
    this._refresh(this._whole);
  }

  /** Let a tile show the present view. @param {Tile} tile */
  _refresh(tile) {
    if (this._isOrWillBe(tile, this._url(tile, this._view))) return;
    this._load(tile, this._view).then(() => this._swap(tile), (error) => this._report(tile, error));
  }

  /** @param {Tile} tile @param {string} url */
  _isOrWillBe(tile, url) {
    return tile.loading ? tile.loading.url === url : tile.shown === url;
  }

  /** @param {Tile} tile @param {string} view */
  _url({ part }, view) {
    const url = this._source.url(view, part.region, part.size, this._format);
    // Browsers reuse a `no-store` picture of the page while its address is the same.
    return this._epoch ? `${url}?epoch=${this._epoch}` : url;
  }

  /**
   * Fetch and decode a tile's picture, and cancel the request that it replaces.
   * @param {Tile} tile @param {string} view
   * @returns {Promise<void>} rejects when the picture cannot be loaded; never settles when it is replaced
   */
  _load(tile, view) {
    const url = this._url(tile, view);
    if (tile.loading?.url === url || (!tile.loading && tile.shown === url)) {
      return tile.loading ? tile.loading.image.decode() : Promise.resolve();
    }
    this._cancel(tile);
    const image = this._ahead.get(url) ?? new Image();
    this._ahead.delete(url);
    image.alt = '';
    image.decoding = 'async';
    image.style.width = tile.isWhole ? '100%' : `${tile.part.width}px`;
    image.style.height = tile.isWhole ? '100%' : `${tile.part.height}px`;
    tile.loading = { url, image };
    if (image.src !== url) image.src = url;
    return image.decode().catch((error) => {
      if (tile.loading?.image !== image) return new Promise(() => {}); // replaced
      tile.loading = null;
      throw Object.assign(new Error('A tile could not be loaded.', { cause: error }), { url });
    });
  }

  /** Replace the picture by the one that was decoded. @param {Tile} tile */
  _swap(tile) {
    if (!tile.loading) return;
    const { url, image } = tile.loading;
    tile.loading = null;
    tile.shown = url;
    tile.element.replaceChildren(image);
    // Leaflet keeps a tile hidden whose first picture failed.
    tile.element.classList.add('leaflet-tile-loaded');
  }

  /** @param {Tile} tile @param {any} error */
  _report(tile, error) {
    if (tile.isWhole) return; // the tiles over it report the same
    this.fire('tileerror', { tile: tile.element, error });
  }

  /** @param {Tile} tile */
  _cancel(tile) {
    if (!tile.loading) return;
    const { image } = tile.loading;
    tile.loading = null;
    if (!image.complete) image.src = BLANK; // ends the request
  }

  /** @param {HTMLElement} element */
  _forget(element) {
    const tile = this._pictures.get(element);
    if (!tile) return;
    this._cancel(tile);
    this._pictures.delete(element);
  }
}
