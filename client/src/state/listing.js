// The list of images, of which only the parts in sight are requested.

/** @typedef {import('../types').ImageEntry} Entry */
/** @typedef {import('../types').Listing} Page */
/** @typedef {{prefix: string, search: string, sort: string}} Query */

const PAGE = 100;
/** Entries that are kept. */
const MOST = 10_000;
/** Between two requests while the server still reads headers, ms. */
const AGAIN = 700;
/** Before a request that no answer came to is repeated, ms. */
const BACK = 2500;

export class Listing {
  /**
   * @param {(query: Query & {offset: number, limit: number, at?: string}, signal: AbortSignal) => Promise<Page>} ask
   * @param {{onChange: () => void, onError: (error: Error) => void}} listeners
   */
  constructor(ask, { onChange, onError }) {
    this._ask = ask;
    this._onChange = onChange;
    this._onError = onError;
    /** @type {Query} */
    this.query = { prefix: '', search: '', sort: 'name' };
    /** @type {Map<number, Entry>} */
    this._entries = new Map();
    /** Requests under way, by the first index of their page. @type {Map<number, {controller: AbortController, done: Promise<void>}>} */
    this._running = new Map();
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
    this._sight = [0, 0];
    this.total = 0;
    /** @type {string[]} */
    this.folders = [];
    this.headers = { read: 0, wanted: 0 };
    this.isLoaded = false;
  }

  _clear() {
    this._entries.clear();
    this.total = 0;
    this.folders = [];
    this.headers = { read: 0, wanted: 0 };
    this.isLoaded = false;
  }

  /** Show another list. @param {Query} query @param {string | null} [at] an image that shall be among the first that are loaded */
  open(query, at = null) {
    for (const start of [...this._running.keys()]) this._cancel(start);
    clearTimeout(this._timer);
    this._clear();
    this.query = query;
    this._sight = [0, 0];
    this._onChange();
    return this._load(0, at);
  }

  /** @param {number} index @returns {Entry | undefined} */
  entry(index) {
    return this._entries.get(index);
  }

  /** Index of an image among those that are loaded; -1 for others. @param {string | null} id */
  indexOf(id) {
    for (const [index, entry] of this._entries) if (entry.id === id) return index;
    return -1;
  }

  /** Index of an image, from the server if need be; -1 if the list does not have it. @param {string} id */
  async find(id) {
    const known = this.indexOf(id);
    if (known >= 0) return known;
    await this._load(0, id, false);
    return this.indexOf(id);
  }

  /** Entry at an index, once it is loaded. @param {number} index @returns {Promise<Entry | undefined>} */
  async get(index) {
    if (!this._entries.has(index) && index >= 0 && index < this.total) {
      const start = index - (index % PAGE);
      await (this._running.get(start)?.done ?? this._load(start));
    }
    return this._entries.get(index);
  }

  /** Request what is in sight and not loaded, and cancel requests for what no longer is. @param {number} first @param {number} last */
  need(first, last) {
    this._sight = [first, last];
    const begin = first - (first % PAGE);
    for (const start of [...this._running.keys()]) {
      if (this.isLoaded && (start < begin || start > last)) this._cancel(start);
    }
    if (!this.isLoaded) return;
    for (let start = begin; start <= Math.min(last, this.total - 1); start += PAGE) {
      const from = Math.max(start, first);
      const to = Math.min(start + PAGE - 1, last, this.total - 1);
      for (let index = from; index <= to; index += 1) {
        if (!this._entries.has(index)) {
          if (!this._running.has(start)) this._load(start);
          break;
        }
      }
    }
  }

  /** @param {number} start */
  _cancel(start) {
    this._running.get(start)?.controller.abort();
    this._running.delete(start);
  }

  /** @param {number} start @param {string | null} [at] @param {boolean} [cancels] whether another request for the same page is replaced */
  _load(start, at = null, cancels = true) {
    const controller = new AbortController();
    const { signal } = controller;
    const done = this._ask({ ...this.query, offset: start, limit: PAGE, ...(at === null ? {} : { at }) }, signal).then(
      (page) => { if (!signal.aborted) this._take(page); },
      (error) => {
        if (signal.aborted) return;
        this._onError(error);
        if (error.status === 0) this._later(() => (this.isLoaded ? this.need(this._sight[0], this._sight[1]) : this._load(start, at)), BACK);
      },
    ).finally(() => { if (this._running.get(start)?.controller === controller) this._running.delete(start); });
    if (cancels) {
      this._cancel(start);
      this._running.set(start, { controller, done });
    }
    return done;
  }

  /** @param {Page} page */
  _take(page) {
    const isMoved = page.total !== this.total || this.headers.read < this.headers.wanted;
    if (isMoved || this._entries.size > MOST) this._entries.clear(); // what is known may be elsewhere now
    this.total = page.total;
    this.folders = page.folders;
    this.headers = page.headers;
    this.isLoaded = true;
    page.images.forEach((entry, index) => this._entries.set(page.offset + index, entry));
    clearTimeout(this._timer);
    if (page.headers.read < page.headers.wanted) this._later(() => this._load(this._sight[0] - (this._sight[0] % PAGE)), AGAIN);
    this._onChange();
  }

  /** @param {() => void} task @param {number} delay ms */
  _later(task, delay) {
    clearTimeout(this._timer);
    this._timer = setTimeout(task, delay);
  }
}
