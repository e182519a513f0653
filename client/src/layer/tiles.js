// Which part of an image a tile shows, in integers, by the rules of the IIIF Image API.

/**
 * CSS pixels by which a tile's picture reaches into its right and lower neighbors. Between the zoom
 * levels, tiles meet at fractions of a screen pixel, where the background would show as a seam.
 */
export const BLEED = 2;

/**
 * @typedef {object} TilePart
 * @property {string} region "x,y,w,h" in pixels of the image
 * @property {string} size "w,h" of the picture
 * @property {number} width of the tile's picture on the map, in CSS pixels
 * @property {number} height
 */

/**
 * @param {{width: number, height: number}} image
 * @param {number} tileSize width and height of a whole tile, CSS pixels
 * @param {{x: number, y: number, z: number}} tile column, row, zoom; zoom 0 is full size, -1 half
 * @param {number} [density] pixels of the screen per CSS pixel, a power of two
 * @returns {TilePart | null} null where there is no image
 */
export function tilePart(image, tileSize, { x, y, z }, density = 1) {
  const scale = 2 ** Math.max(0, -z);
  const extent = tileSize * scale;
  const left = x * extent;
  const top = y * extent;
  const reach = extent + BLEED * scale;
  const width = Math.min(reach, image.width - left);
  const height = Math.min(reach, image.height - top);
  if (left < 0 || top < 0 || width <= 0 || height <= 0) return null;
  const step = Math.max(1, scale / density);
  const columns = Math.ceil(width / step);
  const rows = Math.ceil(height / step);
  return {
    region: `${left},${top},${width},${height}`,
    size: `${columns},${rows}`,
    // The last column may cover fewer than `step` pixels, but is as wide as the others.
    width: (columns * step) / scale,
    height: (rows * step) / scale,
  };
}

/** Zoom of the coarsest level that still fills a tile. @param {number} width @param {number} height @param {number} tileSize */
export function coarsestZoom(width, height, tileSize) {
  let longest = Math.max(width, height);
  let zoom = 0;
  while (longest > tileSize) {
    longest = Math.ceil(longest / 2);
    zoom -= 1;
  }
  return zoom;
}

const LOSSLESS_SIDE = 1024;

/**
 * Format of the tiles: lossless for small images, whose single pixels are inspected, and where
 * missing pixels are transparent.
 * @param {{width: number, height: number}} image @param {string | null | undefined} nan
 */
export function tileFormat(image, nan) {
  return nan === 'transparent' || Math.max(image.width, image.height) <= LOSSLESS_SIDE ? 'png' : 'jpg';
}
