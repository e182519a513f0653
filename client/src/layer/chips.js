// The chips of a mosaic: an outline and a name for each, drawn on the map.

import { LatLngBounds, LayerGroup, Rectangle } from 'leaflet';
import { toLatLng } from '../crs/PixelCRS.js';

/** @typedef {import('../types').Chip} Chip */

/** @param {readonly Chip[]} chips */
export function chipOutlines(chips) {
  return new LayerGroup(chips.flatMap(({ name, region, problem }) => {
    if (!region) return [];
    const [x, y, width, height] = region;
    const label = document.createElement('span'); // names come from files: text, never HTML
    label.textContent = problem ? `${name} (${problem})` : name;
    const corners = new LatLngBounds(toLatLng({ x, y }), toLatLng({ x: x + width, y: y + height }));
    return new Rectangle(corners, { className: 'chip-outline', fill: false, interactive: false, weight: 1 })
      .bindTooltip(label, { permanent: true, direction: 'center', className: 'chip-name' });
  }));
}
