// Ignores all responses except that of the last request.

/** Runs a task after a delay; a newer call cancels the older task. */
export class Latest {
  /** @param {number} delay ms of quiet before the task is run */
  constructor(delay = 0) {
    this._delay = delay;
    /** @type {ReturnType<typeof setTimeout> | undefined} */
    this._timer = undefined;
    /** @type {AbortController | null} */
    this._controller = null;
  }

  cancel() {
    clearTimeout(this._timer);
    this._controller?.abort();
    this._controller = null;
  }

  /**
   * @template T
   * @param {(signal: AbortSignal) => Promise<T>} task
   * @param {(result: T) => void} done
   * @param {(error: Error) => void} failed
   */
  run(task, done, failed) {
    this.cancel();
    const controller = new AbortController();
    this._controller = controller;
    this._timer = setTimeout(() => {
      task(controller.signal).then(
        (result) => { if (!controller.signal.aborted) done(result); },
        (error) => { if (!controller.signal.aborted) failed(error); },
      );
    }, this._delay);
  }
}
