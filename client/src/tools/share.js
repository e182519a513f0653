// Addresses of the present view, for other people and programs.

import { copyText } from '../ui/clipboard.js';
import { h, icon, uniqueId } from '../ui/dom.js';
import { openDialog } from '../ui/dialog.js';
import { declaration } from '../view/declaration.js';
import { formatView } from '../view/view.js';

/** @typedef {import('../app/app.js').App} App */

/** @param {string} label @param {string} text @param {string} hint @param {number} [lines] */
function entry(label, text, hint, lines = 1) {
  const id = uniqueId('share');
  const shown = { id, readOnly: true, value: text, onfocus: () => input.select(), 'aria-describedby': `${id}-hint` };
  const input = lines > 1 ? h('textarea', { ...shown, rows: Math.min(lines, 8), wrap: 'off' }) : h('input', { ...shown, type: 'text' });
  const button = h('button', {
    type: 'button', class: 'button', 'aria-label': `Copy: ${label}`,
    onclick: async () => {
      state.textContent = (await copyText(input.value)) ? 'Copied' : 'Press Ctrl+C';
      setTimeout(() => { state.textContent = 'Copy'; }, 1600);
    },
  });
  const state = h('span', { role: 'status' }, 'Copy');
  button.append(icon('copy'), state);
  return h('div', { class: 'share-entry' }, h('label', { for: id }, label),
    h('div', { class: 'row' }, input, button), h('p', { class: 'hint', id: `${id}-hint` }, hint));
}

/** @param {App} app */
export function openShare(app) {
  const { metadata } = app.scene;
  if (!metadata) return;
  const view = formatView(app.view);
  const region = app.map.visibleRegion();
  /** @param {string} area @param {string} format */
  const picture = (area, format) => app.api.picture(metadata.id, view, area, 'max', format);
  const seen = region && `${region.x},${region.y},${region.width},${region.height}`;
  /** @param {string} href @param {string} label */
  const link = (href, label) => h('a', { href, target: '_blank', rel: 'noopener', class: 'button' }, label);
  const yaml = declaration(metadata);
  openDialog('Share', [
    entry('This page', app.address.link, 'Opens the same image, view, position and zoom.'),
    entry('IIIF image (info.json)', app.api.info(metadata.id, view), 'This view as a deep-zoom image, for OpenSeadragon, Mirador and Universal Viewer.'),
    entry('WMTS capabilities', metadata.wmts, 'For QGIS, GDAL and OpenLayers.'),
    ...(yaml ? [entry('Settings (YAML)', yaml, 'Declares this set in the settings file of the server, under a name of your choice.', yaml.split('\n').length)] : []),
    h('div', { class: 'share-entry' }, h('h3', {}, 'Picture'),
      h('div', { class: 'row wrap' },
        link(picture('full', 'jpg'), 'Whole image, JPEG'), link(picture('full', 'png'), 'Whole image, PNG'),
        ...(seen ? [link(picture(seen, 'png'), 'Visible part, PNG')] : []),
        ...(app.service?.download ? [link(app.api.fits(metadata.id, app.view), 'FITS file')] : [])),
      h('p', { class: 'hint' }, 'At full resolution, or as large as the server allows.')),
  ]);
}
