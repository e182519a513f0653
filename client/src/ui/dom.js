// Builds elements without parsing HTML: text from files and from the server becomes text nodes.

/** @typedef {Node | string | number | null | undefined | false} Child */

/**
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} tag
 * @param {Record<string, any>} [properties] on…: listener; class, for, aria-…, data-…, role: attribute;
 *   style: object; the rest are properties of the element
 * @param {...(Child | Child[])} children
 * @returns {HTMLElementTagNameMap[K]}
 */
export function h(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (name === 'class') element.className = value;
    else if (name === 'style') Object.assign(element.style, value);
    else if (/^(aria-|data-|role$|for$|list$)/.test(name)) element.setAttribute(name, String(value));
    else /** @type {any} */ (element)[name] = value;
  }
  element.append(...children.flat().filter((child) => child || child === 0).map(
    (child) => (child instanceof Node ? child : String(child)),
  ));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

/** @param {string} tag @param {Record<string, string | number>} attributes @param {...Node} children */
export function svg(tag, attributes, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, String(value));
  element.append(...children);
  return element;
}

/** Paths in a box of 24 × 24. */
const ICONS = {
  plus: 'M12 5v14M5 12h14',
  minus: 'M5 12h14',
  fit: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5M9 9h6v6H9z',
  full: 'M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5',
  images: 'M3 6.5A1.5 1.5 0 0 1 4.5 5H9l2 2.5h8.5A1.5 1.5 0 0 1 21 9v8.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5z',
  sliders: 'M4 7h9M17 7h3M4 17h3M11 17h9M15 5v4M9 15v4',
  share: 'M12 15V4M8 7.5 12 3.5l4 4M5 12v7.5h14V12',
  header: 'M6 3.5h9l4 4v13H6zM9 9h4M9 13h7M9 17h7',
  help: 'M9 9.2a3 3 0 1 1 4.2 2.8c-.8.4-1.2 1-1.2 1.9M12 17.5v.01',
  grid: 'M4 8c5 2.5 11 2.5 16 0M4 16c5-2.5 11-2.5 16 0M8.5 4c2 5 2 11 0 16M15.5 4c-2 5-2 11 0 16',
  ruler: 'M3.5 15.5l12-12 5 5-12 12zM7 12l2 2M10 9l2.5 2.5M13 6l2 2',
  undo: 'M9 6 4.5 10.5 9 15M5 10.5h9a5 5 0 0 1 0 10h-2',
  redo: 'M15 6l4.5 4.5L15 15M19 10.5h-9a5 5 0 0 0 0 10h2',
  play: 'M8 5.5v13l10.5-6.5z',
  stop: 'M8 6v12M16 6v12',
  back: 'M15 6l-6 6 6 6',
  next: 'M9 6l6 6-6 6',
  up: 'M6 15l6-6 6 6',
  close: 'M6 6l12 12M18 6 6 18',
  none: 'M5 5h14v14H5zM5 19 19 5',
  folder: 'M3 6.5A1.5 1.5 0 0 1 4.5 5H9l2 2.5h8.5A1.5 1.5 0 0 1 21 9v8.5a1.5 1.5 0 0 1-1.5 1.5h-15A1.5 1.5 0 0 1 3 17.5z',
  search: 'M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13zM15.5 15.5 20.5 20.5',
  copy: 'M9 9h11v11H9zM5 15H4V4h11v1',
  reset: 'M4.5 12a7.5 7.5 0 1 0 2.2-5.3L4 9.5M4 4.5v5h5',
};

/** @param {keyof typeof ICONS} name */
export function icon(name) {
  return svg('svg', {
    viewBox: '0 0 24 24', width: 18, height: 18, fill: 'none', stroke: 'currentColor',
    'stroke-width': 1.7, 'stroke-linecap': 'round', 'stroke-linejoin': 'round', 'aria-hidden': 'true',
    class: 'icon',
  }, svg('path', { d: ICONS[name] }));
}

/**
 * Button with an icon, and a name for tooltips and screen readers.
 * @param {keyof typeof ICONS} name @param {string} label @param {() => void} onclick
 * @param {Record<string, any>} [properties]
 */
export function iconButton(name, label, onclick, properties = {}) {
  return h('button', {
    type: 'button', class: 'icon-button', title: label, 'aria-label': label, onclick, ...properties,
  }, icon(name));
}

let serial = 0;

/** An id that is unique in the page. @param {string} prefix */
export function uniqueId(prefix) {
  serial += 1;
  return `${prefix}-${serial}`;
}

/**
 * Label beside a control.
 * @param {string} text @param {HTMLElement} control @param {...Child} more
 */
export function field(text, control, ...more) {
  if (!control.id) control.id = uniqueId('field');
  return h('div', { class: 'field' }, h('label', { for: control.id }, text), control, ...more);
}

/** @type {WeakMap<HTMLSelectElement, string>} */
const optionsOf = new WeakMap();

/** Set the options of a select, unless they are the same. @param {HTMLSelectElement} select @param {{value: string, label: string, disabled?: boolean}[]} options */
export function setOptions(select, options) {
  const key = JSON.stringify(options);
  if (optionsOf.get(select) === key) return;
  optionsOf.set(select, key);
  select.replaceChildren(...options.map(({ value, label, disabled }) => h('option', { value, disabled }, label)));
}

/** Set a value unless the user is typing in it. @param {HTMLInputElement} input @param {string} value */
export function setValue(input, value) {
  if (document.activeElement === input && input.dataset.editing) return;
  if (input.value !== value) input.value = value;
}
