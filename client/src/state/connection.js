// Watches a server that cannot be reached: reports it once and retries until it answers.

/** Between two attempts, ms. */
const AGAIN = 2500;

export class Connection {
  /**
   * @param {() => Promise<unknown>} ask sends any request to the server
   * @param {{onLost: () => void, onBack: () => void}} listeners
   */
  constructor(ask, { onLost, onBack }) {
    this._ask = ask;
    this._listeners = { onLost, onBack };
    this.isLost = false;
  }

  /** Note that a request was not answered. */
  lost() {
    if (this.isLost) return;
    this.isLost = true;
    this._listeners.onLost();
    this._later();
  }

  _later() {
    setTimeout(() => this._ask().then(() => {
      this.isLost = false;
      this._listeners.onBack();
    }, () => this._later()), AGAIN);
  }
}
