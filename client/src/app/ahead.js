// Samples that are fetched before they are shown.

/** @typedef {import('../view/samples.js').Samples} Samples */

/** Bytes of codes that are kept: a loop of a few dozen frames is fetched once. */
const MOST_BYTES = 128e6;

/**
 * @template {{id: string, hdu: string | null, key: string, sight: import('../layer/sight.js').Sight}} Wanted
 */
export class Ahead {
  /** @param {(wanted: Wanted, signal: AbortSignal) => Promise<Samples>} ask */
  constructor(ask) {
    this._ask = ask;
    /** The least recently used first. @type {Map<string, {wanted: Wanted, ready: Promise<Samples>, samples: Samples | null, controller: AbortController}>} */
    this._entries = new Map();
  }

  /** @param {Wanted} wanted */
  _name({ id, hdu, key, sight }) {
    return JSON.stringify([id, hdu, key, sight]);
  }

  /** Samples that are here or requested now. @param {Wanted} wanted */
  fetch(wanted) {
    const name = this._name(wanted);
    let entry = this._entries.get(name);
    if (!entry) {
      const controller = new AbortController();
      const made = { wanted, ready: this._ask(wanted, controller.signal), samples: /** @type {Samples | null} */ (null), controller };
      made.ready.then((samples) => { made.samples = samples; }, () => { if (this._entries.get(name) === made) this._entries.delete(name); });
      entry = made;
    }
    this._entries.delete(name);
    this._entries.set(name, entry);
    this._evict();
    return entry.ready;
  }

  /** What was asked for, and its samples, if they are here. @param {Wanted} wanted */
  get(wanted) {
    const entry = this._entries.get(this._name(wanted));
    return entry?.samples ? { ...entry.wanted, samples: entry.samples } : null;
  }

  /** Forget samples, whose values in effect are not known any more. @param {Wanted} wanted */
  drop(wanted) {
    this._entries.delete(this._name(wanted));
  }

  _evict() {
    let bytes = 0;
    for (const [name, { samples }] of [...this._entries].reverse()) {
      bytes += samples?.codes.byteLength ?? 0;
      if (bytes > MOST_BYTES) this._entries.delete(name);
    }
  }

  clear() {
    for (const { controller } of this._entries.values()) controller.abort();
    this._entries.clear();
  }
}
