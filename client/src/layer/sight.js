// The part of an image that is in sight, on the pixels of the tiles shown.

/** @typedef {import('./IIIFTileLayer.js').IIIFTileLayer} IIIFTileLayer */

/**
 * @typedef {object} Sight
 * @property {number} zoom of the tiles
 * @property {number} x in pixels of the image
 * @property {number} y
 * @property {number} width
 * @property {number} height
 * @property {number} columns pixels of the tiles
 * @property {number} rows
 * @property {number} step pixels of the image for one of a tile
 */

/** Edges are multiples of so many pixels of a tile: small movements stay in the same part. */
const GRAIN = 32;

/**
 * @param {{width: number, height: number}} image
 * @param {{left: number, top: number, right: number, bottom: number}} bounds of the window, in pixels of the image
 * @param {number} zoom of the tiles @param {number} density pixels of the screen per CSS pixel
 * @returns {Sight | null} null where there is no image
 */
export function sightWithin(image, { left, top, right, bottom }, zoom, density) {
  const step = Math.max(1, 2 ** -zoom / density);
  const grain = GRAIN * step;
  const x = Math.max(0, Math.floor(left / grain) * grain);
  const y = Math.max(0, Math.floor(top / grain) * grain);
  const width = Math.min(image.width, Math.ceil(right / grain) * grain) - x;
  const height = Math.min(image.height, Math.ceil(bottom / grain) * grain) - y;
  if (width <= 0 || height <= 0) return null;
  return { zoom, x, y, width, height, step, columns: Math.ceil(width / step), rows: Math.ceil(height / step) };
}

/** Whether the first contains the second, on the same pixels. @param {Sight} one @param {Sight} other */
export function contains(one, other) {
  return one.zoom === other.zoom && one.step === other.step && one.x <= other.x && one.y <= other.y
    && one.x + one.width >= other.x + other.width && one.y + one.height >= other.y + other.height;
}

/** What a layer of tiles shows now. @param {IIIFTileLayer} layer @returns {Sight | null} */
export function sightOf(layer) {
  const { _map: map, _tileZoom: zoom, _source: source, _density: density } = /** @type {any} */ (layer);
  if (!map || zoom === undefined) return null;
  const { min, max } = map.getPixelBounds();
  const scale = 2 ** -map.getZoom();
  return sightWithin(source, { left: min.x * scale, top: min.y * scale, right: max.x * scale, bottom: max.y * scale }, zoom, density);
}

/**
 * Lay a canvas over the tiles; it moves and zooms with them.
 * @param {HTMLCanvasElement} canvas @param {IIIFTileLayer} layer @param {Sight} sight
 */
export function layOver(canvas, layer, { zoom, x, y, columns, rows, step }) {
  const level = /** @type {any} */ (layer)._levels[zoom];
  if (!level) return;
  const scale = 2 ** -zoom;
  Object.assign(canvas.style, {
    left: `${x / scale - level.origin.x}px`,
    top: `${y / scale - level.origin.y}px`,
    width: `${(columns * step) / scale}px`,
    height: `${(rows * step) / scale}px`,
  });
  if (canvas.parentElement !== level.el) level.el.append(canvas);
}
