// A canvas over the tiles that shows samples in any limits, curve, colormap or mix at once.

import { createPainter } from './painter.js';
import { layOver } from './sight.js';
import { rgbOf } from './tables.js';
import { tileFormat } from './tiles.js';

/** @typedef {import('./IIIFTileLayer.js').IIIFTileLayer} IIIFTileLayer */
/** @typedef {import('../view/samples.js').Samples} Samples */
/** @typedef {import('./sight.js').Sight} Sight */
/** @typedef {Omit<import('./tables.js').Look, 'missing'> & {nan: string | null}} LiveLook */

export class LiveLayer {
  /** @param {HTMLElement} element of the map */
  constructor(element) {
    this._element = element;
    /** @type {import('./painter.js').Painter | null} null until it is first needed */
    this._painter = null;
  }

  /** Whether the browser can draw samples of this sight. @param {Sight} sight @param {number} planes */
  suits({ columns, rows }, planes) {
    return this._ready().fits(columns, rows, planes);
  }

  _ready() {
    if (this._painter?.isLost) {
      this.hide();
      this._painter = null;
    }
    this._painter ??= createPainter();
    this._painter.canvas.className = 'live';
    return this._painter;
  }

  get isShown() {
    return Boolean(this._painter?.canvas.isConnected);
  }

  /** Draw samples, so that the first picture takes no longer than the others. @param {IIIFTileLayer} layer @param {Samples} samples @param {LiveLook} look @param {boolean} isFine */
  paint(layer, samples, look, isFine) {
    const painter = this._ready();
    painter.load(samples);
    painter.paint({ ...look, missing: this._missing(layer, look.nan) }, isFine);
  }

  /** Draw samples and show them. @param {IIIFTileLayer} layer @param {Samples} samples @param {Sight} sight @param {LiveLook} look @param {boolean} isFine */
  show(layer, samples, sight, look, isFine) {
    this.paint(layer, samples, look, isFine);
    if (this._painter) layOver(this._painter.canvas, layer, sight);
  }

  hide() {
    this._painter?.canvas.remove();
  }

  /** Color of missing pixels: where tiles are transparent, the color below them. @param {IIIFTileLayer} layer @param {string | null} nan */
  _missing(layer, nan) {
    if (nan && nan !== 'transparent') return rgbOf(nan);
    if (tileFormat(/** @type {any} */ (layer)._source, nan) !== 'png') return [0, 0, 0];
    const numbers = getComputedStyle(this._element).backgroundColor.match(/[\d.]+/g) ?? [];
    return [0, 1, 2].map((index) => Number(numbers[index] ?? 0));
  }
}
