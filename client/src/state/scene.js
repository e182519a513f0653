// Data about the open image from the server: metadata, statistics, sky.

import { effective, selectionKey } from '../view/effective.js';
import { SkyCoordinates } from '../wcs/sky.js';
import { Latest } from './latest.js';

/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').Statistics} Statistics */
/** @typedef {import('../types').View} View */

/** Whether both are of one image on one grid of pixels. @param {Metadata} one @param {Metadata} other */
export function isSameField(one, other) {
  return one.id === other.id && one.width === other.width && one.height === other.height;
}

export class Scene {
  /**
   * @param {import('../api.js').Api} api
   * @param {(error: Error) => void} onError
   * @param {(news: Metadata) => void} onReplaced called when the image has another size than before
   */
  constructor(api, onError, onReplaced) {
    this._api = api;
    this._onError = onError;
    this._onReplaced = onReplaced;
    this._details = new Latest(120);
    this._statistics = new Latest(200);
    /** @type {Set<() => void>} */
    this._listeners = new Set();
    /** @type {Metadata | null} */
    this.metadata = null;
    /** @type {Statistics | null} */
    this.statistics = null;
    /** @type {SkyCoordinates | null} */
    this.sky = null;
    /** The view that the metadata are of. @type {View | null} */
    this.view = null;
    this._selection = '';
    /** Number of images opened so far; an image whose file is replaced counts again. */
    this.opened = 0;
  }

  /** @param {() => void} listener called after news from the server */
  subscribe(listener) {
    this._listeners.add(listener);
  }

  notify() {
    for (const listener of this._listeners) listener();
  }

  close() {
    this._details.cancel();
    this._statistics.cancel();
    this.metadata = null;
    this.statistics = null;
    this.sky = null;
    this.notify();
  }

  /** @param {Metadata} metadata of a newly opened image @param {View} view */
  open(metadata, view) {
    this._details.cancel();
    this.opened += 1;
    this.metadata = metadata;
    this.view = view;
    this.statistics = null;
    this.sky = new SkyCoordinates(metadata.sky);
    this.notify();
    this._askStatistics(view);
  }

  /** The values in effect in a view, or null while no image is open. @param {View} view */
  effective(view) {
    return this.metadata && effective(view, this.metadata);
  }

  /**
   * Point of a position in the image's own frame, from the server where the grid does not give it.
   * @param {import('../types').SkyPosition} position @param {View} view
   * @returns {Promise<import('../types').Point>}
   */
  async pointAt(position, view) {
    const { metadata, sky } = this;
    if (!metadata) throw new Error('No image is open.');
    return sky?.point(position) ?? this._api.pixel(metadata.id, view, position.lon, position.lat);
  }

  /** The view changed: request the metadata of the new one. @param {View} view */
  refresh(view) {
    const { metadata } = this;
    if (!metadata) return;
    this._details.run(
      (signal) => this._api.metadata(metadata.id, view, signal),
      (news) => {
        if (!isSameField(news, metadata)) {
          this._onReplaced(news);
          return;
        }
        this.metadata = news;
        this.view = view;
        this.notify();
      },
      this._onError,
    );
    if (selectionKey(view) !== this._selection) this._askStatistics(view);
  }

  /** @param {View} view */
  _askStatistics(view) {
    const { metadata } = this;
    if (!metadata) return;
    this._selection = selectionKey(view);
    this._statistics.run(
      (signal) => this._api.statistics(metadata.id, view, signal),
      (news) => {
        this.statistics = news;
        this.notify();
      },
      this._onError,
    );
  }
}
