// A list of any number of rows of one height, of which only those in sight are in the page.

import { h } from './dom.js';

/** Rows beyond the edges. */
const SPARE = 6;
/** Browsers do not lay out elements that are higher than some tens of millions of pixels. */
const HIGHEST = 8_000_000;

/**
 * @param {object} options
 * @param {string} options.label
 * @param {number} options.height of a row, px
 * @param {(index: number) => HTMLElement[]} options.render content of a row; the first focusable element takes the focus
 * @param {(first: number, last: number) => void} options.onSight called with the rows in sight
 */
export function createVirtualList({ label, height, render, onSight }) {
  const list = h('ul', { class: 'image-list', 'aria-label': label });
  const element = h('div', { class: 'list-scroll' }, list);
  /** @type {Map<number, HTMLElement>} */
  const rows = new Map();
  let count = 0;
  let focused = 0;
  let planned = false;

  /** Pixels of the list for each pixel that the bar moves. */
  function ratio() {
    const view = element.clientHeight;
    const drawn = Math.min(count * height, HIGHEST);
    return drawn > view ? (count * height - view) / (drawn - view) : 1;
  }

  /** Rows in sight. */
  function sight() {
    const top = element.scrollTop * ratio();
    const first = Math.max(0, Math.min(count - 1, Math.floor(top / height)));
    return { top, first, last: Math.min(count - 1, Math.ceil((top + element.clientHeight) / height)) };
  }

  /** @param {number} index */
  function make(index) {
    const row = h('li', { 'aria-setsize': count, 'aria-posinset': index + 1, 'data-index': index }, ...render(index));
    const old = rows.get(index);
    const active = document.activeElement;
    const kind = old?.contains(active) ? active?.tagName : null;
    if (old) old.replaceWith(row);
    else list.append(row);
    rows.set(index, row);
    if (kind) /** @type {HTMLElement | null} */ (row.querySelector(kind) ?? row.querySelector('button'))?.focus({ preventScroll: true });
  }

  /** @param {boolean} anew whether the contents may have changed */
  function draw(anew) {
    planned = false;
    const { top, first, last } = sight();
    const begin = Math.max(0, first - SPARE);
    const end = Math.min(count - 1, last + SPARE);
    const hadFocus = list.contains(document.activeElement);
    for (const [index, row] of rows) {
      if ((index < begin || index > end) && !(hadFocus && index === focused && index < count)) {
        row.remove();
        rows.delete(index);
      }
    }
    for (let index = begin; index <= end; index += 1) if (anew || !rows.has(index)) make(index);
    for (const [index, row] of rows) {
      row.style.transform = `translateY(${element.scrollTop + index * height - top}px)`;
      for (const control of row.querySelectorAll('button, input')) /** @type {HTMLElement} */ (control).tabIndex = index === focused ? 0 : -1;
    }
    if (count) onSight(first, last);
  }

  function plan() {
    if (planned) return;
    planned = true;
    requestAnimationFrame(() => { if (planned) draw(false); });
  }
  element.addEventListener('scroll', plan, { passive: true });
  new ResizeObserver(plan).observe(element);
  list.addEventListener('focusin', (event) => {
    const row = /** @type {HTMLElement} */ (event.target).closest('li');
    if (row) focused = Number(row.dataset.index);
  });

  /** Bring a row into sight. @param {number} index */
  function reveal(index) {
    const { top } = sight();
    const view = element.clientHeight;
    const at = index * height;
    if (at >= top && at + height <= top + view) return;
    const wanted = Math.abs(at - top) > 2 * view ? at - (view - height) / 2 : at < top ? at : at + height - view;
    element.scrollTop = wanted / ratio();
    draw(false);
  }

  /** @param {number} index */
  function focus(index) {
    focused = Math.max(0, Math.min(count - 1, index));
    reveal(focused);
    draw(false);
    /** @type {HTMLElement | null | undefined} */ (rows.get(focused)?.querySelector('button'))?.focus({ preventScroll: true });
  }

  list.addEventListener('keydown', (event) => {
    const page = Math.max(1, Math.floor(element.clientHeight / height) - 1);
    const target = { ArrowDown: focused + 1, ArrowUp: focused - 1, PageDown: focused + page, PageUp: focused - page, Home: 0, End: count - 1 }[event.key];
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    focus(target);
  });

  return {
    element,
    reveal,
    focus,
    /** Draw all rows anew. @param {number} [total] number of rows */
    update(total = count) {
      count = total;
      focused = Math.max(0, Math.min(focused, count - 1));
      list.style.height = `${Math.min(count * height, HIGHEST)}px`;
      draw(true);
    },
    /** Draw one row anew, if it is in the page. @param {number} index */
    change(index) {
      if (rows.has(index)) {
        make(index);
        draw(false);
      }
    },
    /** @param {number} index the row that the Tab key leads to */
    aim: (index) => { focused = index; },
    toTop: () => { element.scrollTop = 0; },
  };
}
