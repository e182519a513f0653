// Draws samples in any limits, stretch, colormap or mix without a graphics processor.

import { CODES, valuesOf } from '../view/samples.js';
import { FINE, FINE_LEVELS, LEVELS, fillLevels, fillPlaces, levelColors, luptonCurve, packedColor, placesOf, rgbOf } from './tables.js';
import { drawBands, drawLupton, drawSingle, drawSum } from './loops.js';

/** @typedef {import('../view/samples.js').Samples} Samples */
/** @typedef {import('./tables.js').Look} Look */

/** More would take longer than a frame, at any stride. */
const MOST_SAMPLES = 1 << 24;
/** Pictures that take longer than this, in ms, are drawn from every second pixel along both axes. */
const TOO_LONG = 13;
const PRIMARIES = ['ff0000', '00ff00', '0000ff'];

export class CpuPainter {
  static create() {
    return new CpuPainter(document.createElement('canvas'));
  }

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.isLost = false;
    this._context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext('2d', { alpha: false, willReadFrequently: true }));
    /** @type {Samples | null} */
    this._samples = null;
    this._stride = 1;
    this._image = new ImageData(1, 1);
    /** Durations of the last pictures, ms. @type {number[]} */
    this._durations = [];
    /** Entries by code, of all planes. */
    this._colors = new Uint32Array(0);
    this._levels = new Uint16Array(0);
    this._places = new Float32Array(0);
    /** @type {Float64Array[]} */
    this._values = [];
  }

  /** @param {number} columns @param {number} rows @param {number} planes */
  fits(columns, rows, planes) {
    return columns * rows * planes <= MOST_SAMPLES;
  }

  /** @param {Samples} samples */
  load(samples) {
    if (this._samples === samples) return;
    this._samples = samples;
    this._values = [];
    this._durations = [];
    this._stride = 1;
  }

  /** @param {Look} look @param {boolean} isFine whether to draw every pixel, however long it takes */
  paint(look, isFine) {
    const samples = this._samples;
    if (!samples) return;
    const start = performance.now();
    const stride = isFine ? 1 : this._stride;
    this._resize(samples, stride);
    const pixels = new Uint32Array(this._image.data.buffer);
    const target = { pixels, columns: samples.columns, rows: samples.rows, stride, missing: packedColor(look.missing) };
    if (look.components[0].color === null) this._single(look, samples, target);
    else if (look.stretch.name === 'lupton') this._lupton(look, samples, target);
    else if (areBands(look, samples)) this._bands(look, samples, target);
    else this._sum(look, samples, target);
    this._context.putImageData(this._image, 0, 0);
    this._durations.push(performance.now() - start);
    // The first ones are slower, until the browser has compiled the loops.
    if (this._durations.length > 6 && this._stride === 1) {
      const [, middle] = this._durations.slice(-3).sort((a, b) => a - b);
      if (middle > TOO_LONG) this._stride = 2;
    }
  }

  /** @param {Samples} samples @param {number} stride */
  _resize({ columns, rows }, stride) {
    const width = Math.ceil(columns / stride);
    const height = Math.ceil(rows / stride);
    if (this._image.width !== width || this._image.height !== height) this._image = new ImageData(width, height);
    if (this.canvas.width !== width || this.canvas.height !== height) Object.assign(this.canvas, { width, height });
  }

  /** @param {Look} look @param {Samples} samples @param {import('./loops.js').Target} target */
  _single(look, { header, planes }, target) {
    const [{ plane, ...limits }] = look.components;
    const table = this._tables('_colors', 1);
    fillLevels(table, levelColors(look.colormap, look), header.planes[plane], limits, placesOf(look, LEVELS - 1)(header.planes[plane], limits));
    table[0] = target.missing;
    drawSingle(target, planes[plane], table);
  }

  /** Pure red, green and blue. @param {Look} look @param {Samples} samples @param {import('./loops.js').Target} target */
  _bands(look, { header, codes }, target) {
    const tables = this._tables('_colors', 3);
    const places = placesOf(look, LEVELS - 1);
    for (const { plane, color, ...limits } of look.components) {
      const shift = 8 * PRIMARIES.indexOf(String(color));
      const shades = Uint32Array.from({ length: LEVELS }, (_, level) => (look.invert ? 255 - level : level) << shift);
      fillLevels(tables.subarray(plane * CODES, (plane + 1) * CODES), shades, header.planes[plane], limits, places(header.planes[plane], limits));
    }
    drawBands(target, codes, tables);
  }

  /** Planes in any colors. @param {Look} look @param {Samples} samples @param {import('./loops.js').Target} target */
  _sum(look, { header, codes }, target) {
    const levels = this._tables('_levels', header.planes.length);
    const places = placesOf(look, FINE_LEVELS - 1);
    for (const { plane, ...limits } of look.components) {
      fillLevels(levels.subarray(plane * CODES, (plane + 1) * CODES), FINE, header.planes[plane], limits, places(header.planes[plane], limits));
    }
    drawSum(target, codes, levels, weightsOf(look, 255 / (FINE_LEVELS - 1)), look);
  }

  /** After Lupton et al. 2004. @param {Look} look @param {Samples} samples @param {import('./loops.js').Target} target */
  _lupton(look, { header, codes }, target) {
    const places = this._tables('_places', header.planes.length);
    for (const { plane, ...limits } of look.components) {
      if (!this._values[plane]) valuesOf(header.planes[plane].knots, (this._values[plane] = new Float64Array(CODES)));
      fillPlaces(places.subarray(plane * CODES, (plane + 1) * CODES), this._values[plane], limits);
    }
    drawLupton(target, codes, places, weightsOf(look, 1), luptonCurve(look), look);
  }

  /**
   * Tables by code for some planes, made once.
   * @template {'_colors' | '_levels' | '_places'} Name
   * @param {Name} name @param {number} count @returns {CpuPainter[Name]}
   */
  _tables(name, count) {
    if (this[name].length !== CODES * count) this[name] = new /** @type {any} */ (this[name].constructor)(CODES * count);
    return this[name];
  }
}

/** Whether planes are pure red, green and blue, without further mixing. @param {Look} look @param {Samples} samples */
function areBands({ components, saturation }, { planes }) {
  return saturation === 1 && planes.length === 3 && PRIMARIES.every((color) => components.some((part) => part.color === color));
}

/** Red, green and blue of each plane, in some unit. @param {Look} look @param {number} unit */
function weightsOf({ components }, unit) {
  const weights = new Float64Array(3 * components.length);
  for (const { plane, color } of components) weights.set(rgbOf(color ?? 'ffffff').map((part) => (part / 255) * unit), 3 * plane);
  return weights;
}
