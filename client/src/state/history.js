// Undo and redo over immutable values.

/** @template T */
export class History {
  /** @param {T} present @param {number} [depth] */
  constructor(present, depth = 200) {
    this._depth = depth;
    /** @type {T} */
    this._present = present;
    /** @type {T[]} */
    this._past = [];
    /** @type {T[]} */
    this._future = [];
  }

  /** Forget everything. @param {T} present */
  reset(present) {
    this._past = [];
    this._future = [];
    this._present = present;
  }

  get present() {
    return this._present;
  }

  get canUndo() {
    return this._past.length > 0;
  }

  get canRedo() {
    return this._future.length > 0;
  }

  /** Record a new value; undone values can no longer be redone. @param {T} value */
  record(value) {
    if (value === this._present) return;
    this._past.push(this._present);
    if (this._past.length > this._depth) this._past.shift();
    this._future = [];
    this._present = value;
  }

  /** @returns {T} */
  undo() {
    if (this._past.length) {
      this._future.push(this._present);
      this._present = /** @type {T} */ (this._past.pop());
    }
    return this._present;
  }

  /** @returns {T} */
  redo() {
    if (this._future.length) {
      this._past.push(this._present);
      this._present = /** @type {T} */ (this._future.pop());
    }
    return this._present;
  }
}
