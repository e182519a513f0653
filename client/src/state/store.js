// One immutable state and its listeners.

/**
 * @template T
 * @typedef {(next: T, previous: T, how: Change) => void} Listener
 */
/** @typedef {{commit: boolean}} Change `commit` is false while a handle is still being dragged */

/** @template {object} T */
export class Store {
  /** @param {T} initial */
  constructor(initial) {
    this._state = Object.freeze(initial);
    /** @type {Set<Listener<T>>} */
    this._listeners = new Set();
  }

  get state() {
    return this._state;
  }

  /**
   * Replace some members. Listeners are called only if one of them differs, or on a commit.
   * @param {Partial<T>} changes
   * @param {Partial<Change>} [how]
   */
  set(changes, how = {}) {
    const previous = this._state;
    const keys = /** @type {(keyof T)[]} */ (Object.keys(changes));
    if (keys.every((key) => previous[key] === changes[key]) && !how.commit) return;
    this._state = Object.freeze({ ...previous, ...changes });
    for (const listener of [...this._listeners]) {
      listener(this._state, previous, { commit: how.commit ?? true });
    }
  }

  /** @param {Listener<T>} listener @returns {() => void} stops listening */
  subscribe(listener) {
    this._listeners.add(listener);
    return () => this._listeners.delete(listener);
  }
}
