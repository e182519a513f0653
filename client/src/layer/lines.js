// Lines and labels of the coordinate grid, drawn on the map.

import { DivIcon, LayerGroup, Marker, Polyline } from 'leaflet';
import { toLatLng } from '../crs/PixelCRS.js';

/** @typedef {import('../types').Point} Point */
/** @typedef {{at: Point, axis: 'lon' | 'lat', text: string}} GridLabel */

/** @param {[Point, Point][][]} lines each as its pieces @param {GridLabel[]} labels */
export function gridLines(lines, labels) {
  const pieces = lines.flat().map((piece) => piece.map(toLatLng));
  const drawn = new Polyline(pieces, { className: 'grid-line', weight: 1, interactive: false, smoothFactor: 0, noClip: true });
  const names = labels.map(({ at, axis, text }) => {
    const label = document.createElement('span');
    label.textContent = text;
    const icon = new DivIcon({ className: `grid-label grid-label-${axis}`, html: label, iconSize: [0, 0] });
    return new Marker(toLatLng(at), { icon, interactive: false, keyboard: false });
  });
  return new LayerGroup([drawn, ...names]);
}
