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
  /** @type {Map<string, {row: HTMLElement, radio: HTMLInputElement}>} */
  const rows = new Map();
  let built = '';

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
    rows.clear();
    list.replaceChildren(...names.map((title) => {
      const radio = h('input', {
        type: 'radio', name: group, value: title, class: 'unseen',
        onchange: () => app.edit({ cmap: title }),
      });
      const row = h('label', { class: 'colormap', title },
        radio, h('img', { src: preview(title), alt: '', width: 256, height: 1 }), h('span', {}, title));
      rows.set(title, { row, radio });
      return row;
    }));
    filter.hidden = names.length < 12;
    sift();
  }

  function sift() {
    const text = filter.value.trim().toLowerCase();
    for (const [title, { row }] of rows) row.hidden = !title.includes(text);
  }

  function update() {
    build();
    const now = app.effective;
    element.hidden = !now || now.mix.length > 0 || now.bits !== null;
    if (!now) return;
    for (const [title, { radio }] of rows) radio.checked = title === now.cmap;
    name.textContent = now.invert ? `${now.cmap}, negative` : now.cmap;
    const source = preview(now.cmap);
    if (strip.getAttribute('src') !== source) strip.src = source;
    strip.hidden = !source;
    strip.classList.toggle('is-inverted', now.invert);
  }

  return { element, update };
}
