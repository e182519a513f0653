// Lines over the picture: the coordinate grid and marks of measurements.

import { DivIcon, LatLng, LatLngBounds, LayerGroup, Marker, Polyline, Rectangle } from 'leaflet';
import { toLatLng } from '../crs/PixelCRS.js';

/** @typedef {import('../types').Point} Point */
/** @typedef {{at: Point, axis: 'lon' | 'lat', text: string}} GridLabel */

/** Lines of short pieces, whose ends are not rounded to screen pixels: they would look like stairs. */
class FinePolyline extends Polyline {
  /** @param {any} latlngs @param {import('leaflet').Point[][]} result @param {import('leaflet').Bounds} bounds */
  _projectLatlngs(latlngs, result, bounds) {
    if (!(latlngs[0] instanceof LatLng)) {
      for (const piece of latlngs) this._projectLatlngs(piece, result, bounds);
      return;
    }
    const map = /** @type {any} */ (this)._map;
    const origin = map.getPixelOrigin();
    const points = latlngs.map((/** @type {LatLng} */ at) => map.project(at).subtract(origin));
    for (const point of points) bounds.extend(point);
    result.push(points);
  }
}

/** @param {[Point, Point][][]} lines each as its pieces @param {GridLabel[]} labels */
export function gridLines(lines, labels) {
  const pieces = lines.flat().map((piece) => piece.map(toLatLng));
  const drawn = new FinePolyline(pieces, { className: 'grid-line', weight: 1, interactive: false, smoothFactor: 0, noClip: true });
  const names = labels.map(({ at, axis, text }) => {
    const label = document.createElement('span');
    label.textContent = text;
    const icon = new DivIcon({ className: `grid-label grid-label-${axis}`, html: label, iconSize: [0, 0] });
    return new Marker(toLatLng(at), { icon, interactive: false, keyboard: false });
  });
  return new LayerGroup([drawn, ...names]);
}

/** @typedef {{line: [Point, Point]} | {box: {x: number, y: number, width: number, height: number}}} Mark in image pixels */

/** A mark that shows on any picture: light on dark. @param {Mark} mark */
export function markLines(mark) {
  return new LayerGroup(['mark-shade', 'mark-line'].map((className) => {
    const style = { className, interactive: false, fill: false };
    if ('line' in mark) return new Polyline(mark.line.map(toLatLng), style);
    const { x, y, width, height } = mark.box;
    return new Rectangle(new LatLngBounds(toLatLng({ x, y }), toLatLng({ x: x + width, y: y + height })), style);
  }));
}
