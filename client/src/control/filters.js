// The mosaic of a color camera: in colors by the pattern of its header or another one, or as it is.

import { field, h, setOptions } from '../ui/dom.js';
import { section } from '../ui/section.js';
import { CFA_VALUES } from '../view/values.js';

/** @typedef {import('../app/app.js').App} App */

/** @param {App} app */
export function createFilters(app) {
  const select = h('select', { onchange: () => choose(select.value) });
  const element = section('filters', 'Color camera', [field('Mosaic', select)]);

  /** The channels are others afterwards. @param {string} value */
  function choose(value) {
    const isDefault = value === app.scene.metadata?.cfaDefault;
    app.edit({ cfa: isDefault ? undefined : value, channel: undefined, mix: undefined, limits: undefined, cmap: undefined });
  }

  function update() {
    const { metadata } = app.scene;
    // Any image of one channel may be a mosaic; the section is for those that are.
    const isMosaic = Boolean(metadata?.cfa) && (metadata?.cfa !== 'none' || metadata?.cfaDefault !== 'none');
    element.hidden = !isMosaic;
    if (!metadata || !isMosaic) return;
    setOptions(select, CFA_VALUES.map((value) => ({ value, label: label(value, metadata.cfaDefault) })));
    select.value = metadata.cfa ?? 'none';
  }

  return { element, update };
}

/** @param {string} value @param {string | null} header */
function label(value, header) {
  if (value === 'none') return 'Without colors';
  return `${value.toUpperCase()}${value === header ? ' (header)' : ''}`;
}
