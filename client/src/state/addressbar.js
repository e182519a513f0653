// Keeps the address bar and the state in step.

import { formatAddress, parseAddress } from './address.js';

/** @typedef {import('../types').State} State */

/** Changes of a view within this time are one step of the browser's history, ms. */
const ONE_STEP = 1500;
/** Browsers refuse more than about three rewrites a second. */
const REWRITE = 350;

export class AddressBar {
  /**
   * @param {import('./store.js').Store<State>} store
   * @param {(problem: string) => void} onProblem
   */
  constructor(store, onProblem) {
    this._store = store;
    this._onProblem = onProblem;
    this._lastPush = -Infinity;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
    this._reading = false;
    store.subscribe((next, previous, how) => this._write(next, previous, how.commit));
    // Both forward and back, and an address typed or pasted over the present one.
    addEventListener('popstate', () => this.read());
  }

  /** Take the state from the address. @returns {State} */
  read() {
    clearTimeout(this._timer);
    const { state, problems } = parseAddress(location.hash);
    for (const problem of problems) this._onProblem(problem);
    this._reading = true;
    this._store.set(state);
    this._reading = false;
    return state;
  }

  /** @param {State} next @param {State} previous @param {boolean} commit */
  _write(next, previous, commit) {
    if (this._reading) return;
    const opened = next.image !== previous.image && previous.image !== null;
    const changed = next.view !== previous.view && commit;
    const now = performance.now();
    if (opened || (changed && now - this._lastPush > ONE_STEP)) {
      this._flush(previous);
      history.pushState(null, '', this._address(next));
    }
    if (opened || changed) this._lastPush = now;
    clearTimeout(this._timer);
    this._timer = setTimeout(() => this._flush(this._store.state), REWRITE);
  }

  /** @param {State} state */
  _address(state) {
    return formatAddress(state) || location.pathname + location.search;
  }

  /** @param {State} state */
  _flush(state) {
    clearTimeout(this._timer);
    const address = this._address(state);
    if (address !== location.hash) history.replaceState(history.state, '', address);
  }

  /** The address of the present state. */
  get link() {
    this._flush(this._store.state);
    return location.href;
  }
}
