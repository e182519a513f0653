// The panels beside the map: the images at the left, the controls at the right.

import { h, iconButton } from './dom.js';
import { remember, remembered } from './memory.js';

/** @typedef {'images' | 'controls'} Panel */

const NARROW = matchMedia('(max-width: 820px)');

/** Whether the screen has no room for panels beside the map. */
export const isNarrow = () => NARROW.matches;

/** @param {string} title @param {() => void} onClose */
export function panelHead(title, onClose) {
  return h('div', { class: 'panel-head' }, h('h2', {}, title), iconButton('close', `Close ${title.toLowerCase()}`, onClose));
}

/** Side panels; on a narrow screen one at a time covers a part of the map. @param {() => void} onResized */
export function createPanels(onResized) {
  /** @type {Record<Panel, {element: HTMLElement, button: HTMLElement}>} */
  let parts;
  let onImages = () => {};

  /** @param {Panel} name @param {boolean} open @param {boolean} [keep] */
  function set(name, open, keep = true) {
    const { element, button } = parts[name];
    const hadFocus = element.contains(document.activeElement);
    element.hidden = !open;
    button.setAttribute('aria-expanded', String(open));
    document.body.classList.toggle(`has-${name}`, open);
    if (open && name === 'images') onImages();
    if (open && isNarrow()) set(name === 'images' ? 'controls' : 'images', false, false);
    if (!open && hadFocus) button.focus();
    if (keep && !isNarrow()) remember(`panel.${name}`, String(open));
    onResized();
  }

  return {
    set,
    /** Hide a panel that is of no use now, unless the user opened it. @param {Panel} name */
    spare(name) {
      if (remembered(`panel.${name}`) !== 'true' && !parts[name].element.contains(document.activeElement)) set(name, false, false);
    },
    /** @param {Panel} name */
    toggle: (name) => set(name, Boolean(parts[name].element.hidden)),
    /** @param {typeof parts} all @param {() => void} showImages called when the panel of images opens */
    install(all, showImages) {
      parts = all;
      onImages = showImages;
      for (const name of /** @type {const} */ (['images', 'controls'])) {
        all[name].button.setAttribute('aria-controls', name);
        set(name, !isNarrow() && remembered(`panel.${name}`) !== 'false', false);
      }
    },
  };
}
