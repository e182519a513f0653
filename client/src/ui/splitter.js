// The edge of a panel, by which its width is changed: drag, arrow keys, double click.

import { h } from './dom.js';
import { remember, remembered } from './memory.js';

const STEP = 24;

/**
 * @param {object} options
 * @param {string} options.name for the memory, and of the CSS variable
 * @param {string} options.label @param {string} options.controls id of the panel @param {number} options.least px
 * @param {() => number} options.most px
 * @param {() => void} options.onResized
 */
export function createSplitter({ name, label, controls, least, most, onResized }) {
  const element = h('div', {
    class: 'splitter', role: 'separator', tabIndex: 0, 'aria-orientation': 'vertical', 'aria-label': label, 'aria-controls': controls,
    'aria-valuemin': least, title: `${label}: drag, or use the arrow keys. A double click resets it.`,
  });
  const key = `width.${name}`;
  const width = () => /** @type {HTMLElement} */ (element.parentElement).getBoundingClientRect().width;

  function describe() {
    element.setAttribute('aria-valuemax', String(Math.round(most())));
    element.setAttribute('aria-valuenow', String(Math.round(element.parentElement ? width() : least)));
  }

  /** @param {number | null} wanted null for the default width */
  function set(wanted) {
    const style = document.documentElement.style;
    if (wanted === null) style.removeProperty(`--${name}`);
    else style.setProperty(`--${name}`, `${Math.round(Math.max(least, Math.min(most(), wanted)))}px`);
    describe();
    onResized();
  }

  element.addEventListener('pointerdown', (down) => {
    down.preventDefault();
    element.focus();
    element.setPointerCapture(down.pointerId);
    const start = width() - down.clientX;
    const move = (/** @type {PointerEvent} */ event) => set(start + event.clientX);
    element.addEventListener('pointermove', move);
    element.addEventListener('lostpointercapture', () => {
      element.removeEventListener('pointermove', move);
      remember(key, String(Math.round(width())));
    }, { once: true });
  });
  element.addEventListener('dblclick', () => { set(null); remember(key, ''); });
  element.addEventListener('keydown', (event) => {
    const wanted = { ArrowLeft: width() - STEP, ArrowRight: width() + STEP, Home: least, End: most() }[event.key];
    if (wanted === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    set(wanted);
    remember(key, String(Math.round(width())));
  });
  const known = Number(remembered(key));
  if (known) requestAnimationFrame(() => set(known));
  return { element, describe };
}
