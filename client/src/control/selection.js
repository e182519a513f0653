// The selected images of the list, and what can be made of several.

import { h, iconButton } from '../ui/dom.js';
import { remember, remembered } from '../ui/memory.js';
import { MOST_MEMBERS, formatSet } from '../view/sets.js';

/** @typedef {import('../types').ImageEntry} Entry */
/** @typedef {import('../view/sets.js').SetKind} SetKind */

/**
 * @param {object} events
 * @param {(image: string) => void} events.onOpen
 * @param {(image: string) => void} events.onPlay opens an image and plays its frames
 * @param {(image: string) => void} events.onBlink opens an image and shows its channels in turn, or stops that
 * @param {() => boolean} events.isBlinking
 * @param {() => void} events.onChange
 */
export function createSelection({ onOpen, onPlay, onBlink, isBlinking, onChange }) {
  /** In the order in which they were selected. @type {Set<string>} */
  const selected = new Set();
  const align = h('input', { type: 'checkbox', checked: remembered('align') !== 'false', onchange: () => remember('align', String(align.checked)) });
  const count = h('p', { class: 'selection-count', role: 'status' });
  const frames = () => (align.checked ? 'aligned' : 'frames');
  /** @type {{button: HTMLButtonElement, most: number}[]} */
  const actions = [
    action('Blink', 'Show the images in turn, each with its own limits, two a second', MOST_MEMBERS.bands, () => onBlink(set('bands'))),
    action('Combine as color', 'Each image is a channel, in order of wavelength', MOST_MEMBERS.bands, () => onOpen(set('bands'))),
    action('Play as frames', 'In order of time, with a slider', MOST_MEMBERS.frames, () => onPlay(set(frames()))),
  ];
  // The place of `Side by side`.
  const choices = h('div', { class: 'row wrap' }, ...actions.map(({ button }) => button),
    h('label', { class: 'check', title: 'Frames are resampled onto the sky of the first' }, align, 'Align frames on the sky'));
  const element = h('div', { class: 'selection', role: 'group', 'aria-label': 'Selected images' },
    h('div', { class: 'row' }, count, iconButton('close', 'Clear the selection', () => clear(), { class: 'icon-button small' })),
    choices);

  /** @param {SetKind} kind */
  const set = (kind) => formatSet(kind, [...selected]);

  /** @param {string} label @param {string} title @param {number} most @param {() => void} onclick */
  function action(label, title, most, onclick) {
    return { button: h('button', { type: 'button', class: 'button', title, onclick }, label), most };
  }

  function update() {
    const { size } = selected;
    element.hidden = size < 1;
    choices.hidden = size < 2 && !isBlinking();
    count.textContent = size === 1 ? '1 selected; select more to combine' : `${size} selected`;
    for (const { button, most } of actions) {
      button.disabled = size < 2 || size > most;
      if (size > most) count.textContent = `${size} selected; at most ${MOST_MEMBERS.bands} blink or are colors, and ${MOST_MEMBERS.frames} are frames`;
    }
    const [{ button: blink }] = actions;
    blink.textContent = isBlinking() ? 'Stop blinking' : 'Blink';
    if (isBlinking()) blink.disabled = false;
    onChange();
  }

  function clear() {
    selected.clear();
    update();
  }

  return {
    element,
    update,
    clear,
    /** @param {string} id */
    has: (id) => selected.has(id),
    get size() {
      return selected.size;
    },
    /** @param {string} id @param {boolean} [on] */
    toggle(id, on = !selected.has(id)) {
      if (on) selected.add(id);
      else selected.delete(id);
      update();
    },
    /** @param {string[]} ids */
    add(ids) {
      for (const id of ids) selected.add(id);
      update();
    },
  };
}
