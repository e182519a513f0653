// The whole image, coarse, under its tiles: it shows wherever a tile is not drawn yet.

import { DomUtil, SVGOverlay } from 'leaflet';
import { coarsestZoom, tilePart } from './tiles.js';

/** @typedef {import('./tiles.js').TilePart} TilePart */
/** @typedef {{width: number, height: number, tileSize: number}} Extent of the image and its tiles */

/** The part of the coarsest level, which is one tile, so that both share a request. @param {Extent} source @param {number} density */
export function wholePart(source, density) {
  return /** @type {TilePart} */ (tilePart(source, source.tileSize, { x: 0, y: 0, z: levelOf(source) }, density));
}

/** @param {Extent} source */
const levelOf = ({ width, height, tileSize }) => coarsestZoom(width, height, tileSize);

/**
 * An element of constant size that is moved and scaled by a transform alone. The browser draws it once
 * and keeps it: an element as large as the magnified image would be drawn again at every zoom, too late.
 */
export class Underlay extends SVGOverlay {
  /** @param {HTMLElement} element @param {Extent} source @param {TilePart} part of the image that the element shows */
  constructor(element, source, part) {
    const level = levelOf(source);
    // Leaflet positions any element in this way; only its types insist on SVG.
    super(/** @type {any} */ (element), [[0, 0], [part.height * 2 ** -level, part.width * 2 ** -level]], {
      pane: 'tilePane', zIndex: 0, className: 'iiif-underlay',
    });
    this._level = level;
    element.style.width = `${part.width}px`;
    element.style.height = `${part.height}px`;
  }

  /** Called by Leaflet when a zoom is over. */
  _reset() {
    const { _map: map, _bounds: bounds } = /** @type {any} */ (this);
    this._place(map.latLngToLayerPoint(bounds.getSouthWest()), map.getZoom()); // the upper left: y points down
  }

  /** Called by Leaflet during a zoom. @param {{zoom: number, center: import('leaflet').LatLng}} event */
  _animateZoom({ zoom, center }) {
    const { _map: map, _bounds: bounds } = /** @type {any} */ (this);
    this._place(map._latLngBoundsToNewLayerBounds(bounds, zoom, center).min, zoom);
  }

  /** @param {import('leaflet').Point} corner @param {number} zoom */
  _place(corner, zoom) {
    DomUtil.setTransform(/** @type {any} */ (this)._image, corner, 2 ** (zoom - this._level));
  }
}
