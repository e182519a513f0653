// Selects the Stokes parameter, or one that is computed from others, and keeps the channel and the frame.

import { h } from '../ui/dom.js';
import { section } from '../ui/section.js';
import { pickOf } from '../view/effective.js';
import { formatRange, parseRange } from '../view/values.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Stokes} Stokes */

/** @param {string | undefined} pick */
const isName = (pick) => pick !== undefined && parseRange(pick) === null;

/**
 * Channels by number: older addresses have names such as Q_3, which are of one Stokes parameter.
 * @param {import('../types').View} view @param {import('../types').Metadata} metadata
 * @returns {Partial<import('../types').View>}
 */
export function planesInNumbers(view, { channels, shown }) {
  if (channels.length < 2) return { channel: undefined };
  if (isName(view.channel)) return { channel: formatRange(shown.channel[0], shown.channel[1]) };
  if (!view.mix?.some((part) => isName(part.channel))) return {};
  return { mix: shown.mix.map((part) => ({ channel: pickOf(part), color: part.color })) };
}

/** @param {App} app */
export function createPolarization(app) {
  const measured = h('div', { class: 'choices', role: 'group', 'aria-label': 'Stokes parameter' });
  const derived = h('div', { class: 'choices', role: 'group', 'aria-label': 'Computed from Stokes parameters' });
  const label = h('output', { class: 'stepper-label' });
  const element = section('polarization', 'Polarization', [measured, derived, label]);
  let built = '';

  const offered = () => app.scene.metadata?.stokes ?? [];

  /** The limits of one parameter do not suit another. @param {string} stokes */
  function show(stokes) {
    const { metadata } = app.scene;
    if (metadata) app.edit({ stokes, limits: undefined, ...planesInNumbers(app.view, metadata) });
  }

  /** @param {Stokes} stokes */
  function button({ name, title }) {
    return h('button', { type: 'button', class: 'choice', title, 'data-stokes': name, onclick: () => show(name) }, name);
  }

  function update() {
    const now = app.effective?.stokes;
    element.hidden = offered().length < 2;
    if (element.hidden) return;
    const key = JSON.stringify(offered());
    if (key !== built) {
      built = key;
      measured.replaceChildren(...offered().filter((each) => !each.derived).map(button));
      derived.replaceChildren(...offered().filter((each) => each.derived).map(button));
      derived.hidden = !derived.childElementCount;
    }
    for (const each of element.querySelectorAll('button.choice')) {
      each.setAttribute('aria-pressed', String(/** @type {HTMLElement} */ (each).dataset.stokes === now));
    }
    const shown = offered().find(({ name }) => name === now);
    label.textContent = shown ? [shown.title, shown.unit].filter(Boolean).join(', ') : '';
  }

  return {
    element,
    update,
    /** @param {number} by */
    step(by) {
      const names = offered().map(({ name }) => name);
      if (names.length < 2) return;
      const at = names.indexOf(app.effective?.stokes ?? names[0]);
      show(names[(at + by + names.length) % names.length]);
    },
  };
}
