// Tables of the colormaps, from the server's previews: pictures of 256 by 1 pixels.

export class ColormapTables {
  /** @param {() => Record<string, string>} previews data: addresses by name */
  constructor(previews) {
    this._previews = previews;
    /** @type {Map<string, Uint8Array>} */
    this._tables = new Map([['gray', Uint8Array.from({ length: 768 }, (_, at) => Math.floor(at / 3))]]);
    /** @type {Map<string, Promise<void>>} */
    this._loading = new Map();
  }

  /** RGB of 256 levels, or null while it is loaded. @param {string} name */
  get(name) {
    return this._tables.get(name) ?? null;
  }

  /** @param {string} name @returns {Promise<void>} rejects where there is no such colormap */
  load(name) {
    if (this._tables.has(name)) return Promise.resolve();
    let loading = this._loading.get(name);
    if (!loading) {
      loading = this._load(name).finally(() => this._loading.delete(name));
      this._loading.set(name, loading);
    }
    return loading;
  }

  /** Load all, so that each is shown at once when it is chosen. */
  loadAll() {
    for (const name of Object.keys(this._previews())) this.load(name).catch(() => {});
  }

  /** @param {string} name */
  async _load(name) {
    const preview = this._previews()[name];
    if (!preview) throw new Error(`The colormap ${name} is not here yet.`);
    const image = new Image();
    image.src = preview;
    await image.decode();
    const canvas = new OffscreenCanvas(256, 1);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(image, 0, 0, 256, 1);
    const { data } = context.getImageData(0, 0, 256, 1);
    this._tables.set(name, Uint8Array.from({ length: 768 }, (_, at) => data[4 * Math.floor(at / 3) + (at % 3)]));
  }
}
