// A small menu at a point of the page, as of a right click.

import { h } from './dom.js';

/** @typedef {{label: string, detail?: string, run: () => void | Promise<void>}} Item */

/**
 * Open a menu; Escape, a click elsewhere, scrolling or another menu close it.
 * @param {string} name for screen readers @param {(Item | null)[]} items null: a line
 * @param {{x: number, y: number}} at of the page's window
 * @returns {{element: HTMLElement, close: () => void}}
 */
export function openMenu(name, items, at) {
  document.querySelector('.menu')?.dispatchEvent(new Event('close'));
  const before = /** @type {HTMLElement | null} */ (document.activeElement);
  const ending = new AbortController();
  const close = () => {
    if (ending.signal.aborted) return;
    ending.abort();
    const hadFocus = element.contains(document.activeElement);
    element.remove();
    if (hadFocus) before?.focus({ preventScroll: true });
  };
  const buttons = items.map((item) => item && h('button', {
    type: 'button', role: 'menuitem', tabIndex: -1, class: 'menu-item',
    onclick: () => { close(); item.run(); },
  }, h('span', {}, item.label), h('span', { class: 'menu-detail' }, item.detail ?? '')));
  const list = buttons.filter((button) => button !== null);
  const element = h('div', { class: 'menu', role: 'menu', 'aria-label': name }, ...buttons.map((button) => button ?? h('hr', { role: 'separator' })));
  document.body.append(element);
  const { width, height } = element.getBoundingClientRect();
  element.style.left = `${Math.max(4, Math.min(at.x, innerWidth - width - 4))}px`;
  element.style.top = `${Math.max(4, Math.min(at.y, innerHeight - height - 4))}px`;
  list[0]?.focus();
  const { signal } = ending;
  element.addEventListener('close', close, { signal });
  element.addEventListener('contextmenu', (event) => event.preventDefault(), { signal });
  element.addEventListener('keydown', (event) => {
    event.stopPropagation();
    const now = list.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
    const next = { ArrowDown: now + 1, ArrowUp: now - 1 + list.length, Home: 0, End: list.length - 1 }[event.key];
    if (next !== undefined) list[next % list.length].focus();
    else if (event.key === 'Escape' || event.key === 'Tab') close();
    else return;
    event.preventDefault();
  }, { signal });
  document.addEventListener('pointerdown', (event) => { if (!element.contains(/** @type {Node} */ (event.target))) close(); }, { signal, capture: true });
  addEventListener('wheel', close, { signal, passive: true });
  addEventListener('resize', close, { signal });
  return { element, close };
}
