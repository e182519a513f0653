// The mark of the place that the user went to.

import { DivIcon, Marker } from 'leaflet';
import { toLatLng } from '../crs/PixelCRS.js';

/** @param {import('../types').Point} at @param {string} text */
export function placeMark(at, text) {
  const ring = document.createElement('div');
  ring.className = 'place-ring';
  const label = document.createElement('span'); // names come from files and servers: text, never HTML
  label.textContent = text;
  const mark = document.createElement('div');
  mark.append(ring, label);
  const icon = new DivIcon({ className: 'place-mark', html: mark, iconSize: [0, 0] });
  return new Marker(toLatLng(at), { icon, interactive: false, keyboard: false });
}
