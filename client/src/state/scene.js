// What the server told of the image in the state: metadata, statistics, sky.

import { SkyCoordinates } from '../wcs/sky.js';
import { Latest } from './latest.js';
import { selectionKey } from '../view/effective.js';

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
   * @param {(news: Metadata) => void} onReplaced hears of an image that has another size than it had
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
    this._selection = '';
  }

  /** @param {() => void} listener hears of news from the server */
  subscribe(listener) {
    this._listeners.add(listener);
  }

  tell() {
    for (const listener of this._listeners) listener();
  }

  close() {
    this._details.cancel();
    this._statistics.cancel();
    this.metadata = null;
    this.statistics = null;
    this.sky = null;
    this.tell();
  }

  /** @param {Metadata} metadata of a newly opened image @param {View} view */
  open(metadata, view) {
    this._details.cancel();
    this.metadata = metadata;
    this.statistics = null;
    this.sky = new SkyCoordinates(metadata.sky);
    this.tell();
    this._askStatistics(view);
  }

  /** The view changed: ask what it comes to. @param {View} view */
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
        this.tell();
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
        this.tell();
      },
      this._onError,
    );
  }
}
