// Going to a place: the map moves there, shows enough of it, and marks it.

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Point} Point */

/** Part of the map's shorter side that an object of known size fills. */
const FILLED = 0.4;
/** Greatest zoom for an object: four screen pixels for one of the image. */
const CLOSEST = 2;

/**
 * Zoom at which a place is shown.
 * @param {object} from
 * @param {number} from.zoom present zoom
 * @param {number} from.whole zoom of the whole image
 * @param {number} from.side shorter side of the map, screen pixels
 * @param {number | null} from.scale arcsec per image pixel
 * @param {number} from.size of the object, arcsec; 0 where it has none
 */
export function zoomFor({ zoom, whole, side, scale, size }) {
  // A point: as near as now, at least one screen pixel for each of the image.
  if (!size || !scale) return Math.max(zoom, 0, whole);
  const filling = Math.log2((side * FILLED) / (size / scale));
  return Math.max(whole, Math.min(filling, Math.max(CLOSEST, zoom)));
}

/** @param {App} app */
export function createPlace(app) {
  /** @type {{image: string | null, hdu: string} | null} */
  let marked = null;

  function clear() {
    marked = null;
    app.map.drawPlace(null);
  }

  return {
    get isMarked() { return marked !== null; },
    clear,
    /** Mark a point. @param {Point} point @param {string} label */
    mark(point, label) {
      marked = { image: app.store.state.image, hdu: app.scene.metadata?.hdu ?? '' };
      app.map.drawPlace({ at: point, label });
    },
    /** Go to a point and mark it. @param {Point} point @param {string} label @param {number} [size] of the object, arcsec */
    show(point, label, size = 0) {
      const { scale } = app.scene.sky?.local(point.x, point.y) ?? { scale: null };
      const { width, height } = app.map.element.getBoundingClientRect();
      app.map.look(point, zoomFor({ zoom: app.map.zoom, whole: app.map.wholeZoom, side: Math.min(width, height), scale, size }));
      this.mark(point, label);
    },
    /** The mark belongs to one image. */
    update() {
      const { metadata } = app.scene;
      if (marked && (marked.image !== app.store.state.image || (metadata && marked.hdu !== metadata.hdu))) clear();
    },
  };
}
