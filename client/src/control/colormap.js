// Selects the colormap, with the server's preview of each.

import { h, uniqueId } from '../ui/dom.js';
import { section } from '../ui/section.js';

/** @typedef {import('../app/app.js').App} App */

/** @param {App} app */
export function createColormap(app) {
  const group = uniqueId('colormap');
  const filter = h('input', {
    type: 'search', placeholder: 'Filter', 'aria-label': 'Filter colormaps by name', autocomplete: 'off',
    spellcheck: false, oninput: () => sift(),
  });
  const list = h('div', { class: 'colormaps', role: 'radiogroup', 'aria-label': 'Colormap' });
  const strip = h('img', { class: 'colormap-strip', alt: '' });
  const name = h('span', { class: 'colormap-name' });
  const element = section('colormap', 'Colormap', [
    h('div', { class: 'colormap-now' }, strip, name), filter, list,
  ]);
  /** @type {Map<string, {row: HTMLElement, radio: HTMLInputElement, image: HTMLImageElement}>} */
  const rows = new Map();
  let built = '';
  /** The previews in the rows, which come later than the names. @type {Record<string, string> | null} */
  let painted = null;

  /** The server's previews are data: addresses; nothing else is loaded. @param {string} title */
  function preview(title) {
    const source = app.colormaps[title] ?? '';
    return source.startsWith('data:image/') ? source : '';
  }

  function build() {
    const names = Object.keys(app.colormaps).length ? Object.keys(app.colormaps) : app.service?.colormaps ?? [];
    const key = names.join();
    if (key === built) return;
    built = key;
    painted = null;
    rows.clear();
    list.replaceChildren(...names.map((title) => {
      const radio = h('input', {
        type: 'radio', name: group, value: title, class: 'unseen',
        onchange: () => app.edit({ cmap: title }),
      });
      const image = h('img', { alt: '', width: 256, height: 1 });
      const row = h('label', { class: 'colormap', title }, radio, image, h('span', {}, title));
      rows.set(title, { row, radio, image });
      return row;
    }));
    filter.hidden = names.length < 12;
    sift();
  }

  function paint() {
    if (painted === app.colormaps) return;
    painted = app.colormaps;
    for (const [title, { image }] of rows) show(image, preview(title));
  }

  /** Without a source, an image keeps its place. @param {HTMLImageElement} image @param {string} source */
  function show(image, source) {
    if (image.getAttribute('src') === source) return;
    if (source) image.src = source;
    else image.removeAttribute('src');
  }

  function sift() {
    const text = filter.value.trim().toLowerCase();
    for (const [title, { row }] of rows) row.hidden = !title.includes(text);
  }

  function update() {
    build();
    paint();
    const now = app.effective;
    element.hidden = !now || now.mix.length > 0 || now.bits !== null;
    if (!now) return;
    for (const [title, { radio }] of rows) radio.checked = title === now.cmap;
    name.textContent = now.invert ? `${now.cmap}, negative` : now.cmap;
    show(strip, preview(now.cmap));
    strip.classList.toggle('is-inverted', now.invert);
  }

  return { element, update };
}
