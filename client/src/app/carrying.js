// The place in the sky that is carried from one image to the next.

import { positionIn } from '../state/carry.js';

/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').Point} Point */
/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {import('../types').View} View */

export class CarriedPlace {
  /** @param {import('../state/scene.js').Scene} scene @param {import('../layer/PixelMap.js').PixelMap} map */
  constructor(scene, map) {
    this._scene = scene;
    this._map = map;
    /** @type {import('../state/carry.js').Carried | null} */
    this._carried = null;
  }

  get isKept() {
    return this._carried !== null;
  }

  /** Keep the center of the map; without an image on the map, keep the last place. @param {SkyPosition | null} position of the center */
  keep(position) {
    const { metadata, sky } = this._scene;
    if (!metadata || !sky || !position || !this._map.isOpen) return;
    const { scale } = sky.local(this._map.center.x, this._map.center.y);
    const { frame, equinox } = metadata.sky;
    this._carried = scale ? { position, frame, equinox, density: this._map.magnification / scale } : null;
  }

  drop() {
    this._carried = null;
  }

  /**
   * Center and zoom that show the kept place in the image that was just opened; null where it is outside.
   * @param {Metadata} metadata @param {View} view
   * @returns {Promise<{center: Point, zoom: number | null} | null>}
   */
  async placeIn(metadata, view) {
    const carried = this._carried;
    const position = carried && positionIn(carried, metadata.sky);
    const point = position && await this._scene.pointAt(position, view).catch(() => null);
    const isInside = point && point.x >= 0 && point.y >= 0 && point.x <= metadata.width && point.y <= metadata.height;
    if (!carried || !isInside) return null;
    const { scale } = this._scene.sky?.local(point.x, point.y) ?? { scale: null };
    return { center: point, zoom: scale ? Math.log2(carried.density * scale) : null };
  }
}
