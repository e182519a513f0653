// A section of the sidebar that can be folded; the browser stores which are.

import { h } from './dom.js';
import { remember, remembered } from './memory.js';

/**
 * @param {string} id @param {string} title @param {Node[]} content @param {{open?: boolean}} [options]
 */
export function section(id, title, content, { open = true } = {}) {
  const element = h('details', { class: 'section', 'data-section': id },
    h('summary', {}, h('h3', {}, title)),
    h('div', { class: 'section-body' }, ...content));
  element.open = (remembered(`section.${id}`) ?? String(open)) === 'true';
  element.addEventListener('toggle', () => remember(`section.${id}`, String(element.open)));
  return element;
}
