// Thumbnails of what is in sight: few requests at a time, cancelled when scrolled past.

/** @typedef {{url: string | null, reason: string | null}} Thumbnail a picture, or why there is none */

const AT_A_TIME = 4;
/** Pictures that are kept. */
const MOST = 800;
/** Time of rest before pictures are requested, ms. */
const REST = 90;
/** Before a request that the server was too busy for is repeated, ms. */
const AGAIN = 1500;

export class Thumbnails {
  /**
   * @param {(id: string, signal: AbortSignal) => Promise<Blob>} ask
   * @param {(id: string) => void} onLoaded
   */
  constructor(ask, onLoaded) {
    this._ask = ask;
    this._onLoaded = onLoaded;
    /** @type {Map<string, Thumbnail>} */
    this._known = new Map();
    /** @type {Map<string, AbortController>} */
    this._running = new Map();
    /** Keys by identifier, of what is in sight, the first at the top. @type {Map<string, string>} */
    this._wanted = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
  }

  /** A changed file has another picture. @param {import('../types').ImageEntry} entry */
  static key(entry) {
    return `${entry.id}\n${entry.modified}\n${entry.bytes}`;
  }

  /** @param {import('../types').ImageEntry} entry @returns {Thumbnail | undefined} */
  of(entry) {
    return this._known.get(Thumbnails.key(entry));
  }

  /** Note what is in sight. @param {import('../types').ImageEntry[]} entries */
  want(entries) {
    this._wanted = new Map(entries.map((entry) => [entry.id, Thumbnails.key(entry)]));
    for (const [id, controller] of this._running) {
      if (this._wanted.has(id)) continue;
      controller.abort();
      this._running.delete(id);
    }
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._next(), REST);
  }

  _next() {
    for (const [id, key] of this._wanted) {
      if (this._running.size >= AT_A_TIME) return;
      if (!this._known.has(key) && !this._running.has(id)) this._load(id, key);
    }
  }

  /** @param {string} id @param {string} key */
  async _load(id, key) {
    const controller = new AbortController();
    this._running.set(id, controller);
    /** @type {Thumbnail | null} */
    let found = null;
    try {
      found = { url: URL.createObjectURL(await this._ask(id, controller.signal)), reason: null };
    } catch (error) {
      const { status, message } = /** @type {import('../api.js').ApiError} */ (error);
      if (status && status !== 503) found = { url: null, reason: message };
    }
    if (this._running.get(id) === controller) this._running.delete(id);
    if (controller.signal.aborted && !found) return;
    if (found) {
      this._keep(key, found);
      this._onLoaded(id);
      this._next();
    } else {
      clearTimeout(this._timer);
      this._timer = setTimeout(() => this._next(), AGAIN);
    }
  }

  /** @param {string} key @param {Thumbnail} thumbnail */
  _keep(key, thumbnail) {
    this._known.set(key, thumbnail);
    for (const [old, { url }] of this._known) {
      if (this._known.size <= MOST) return;
      this._known.delete(old);
      if (url) URL.revokeObjectURL(url);
    }
  }
}
