// The whole image, coarse, under its tiles: it shows wherever a tile is not drawn yet.

import { SVGOverlay } from 'leaflet';
import { coarsestZoom, tilePart } from './tiles.js';

/** @typedef {import('./tiles.js').TilePart} TilePart */

/**
 * The part of the coarsest level, which is one tile, so that both share a request.
 * @param {{width: number, height: number, tileSize: number}} source @param {number} density
 */
export function wholePart(source, density) {
  const z = coarsestZoom(source.width, source.height, source.tileSize);
  return /** @type {TilePart} */ (tilePart(source, source.tileSize, { x: 0, y: 0, z }, density));
}

/**
 * Put an element under all tiles, over the whole image.
 * @param {HTMLElement} element
 * @param {{width: number, height: number, tileSize: number}} source
 * @param {TilePart} part of the image that the element shows
 */
export function underlay(element, source, part) {
  const scale = 2 ** -coarsestZoom(source.width, source.height, source.tileSize);
  // Leaflet positions any element in this way; only its types insist on SVG.
  return new SVGOverlay(/** @type {any} */ (element), [[0, 0], [part.height * scale, part.width * scale]], {
    pane: 'tilePane', zIndex: 0, className: 'iiif-underlay',
  });
}
