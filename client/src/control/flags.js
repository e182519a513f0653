// The legend of a quality plane: names and colors of its flags, each of which can be hidden.

import { h } from '../ui/dom.js';
import { section } from '../ui/section.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Flag} Flag */

/** @param {App} app */
export function createFlags(app) {
  const colored = h('button', { type: 'button', class: 'choice', onclick: () => setMode(true) }, 'Flags');
  const numbers = h('button', { type: 'button', class: 'choice', onclick: () => setMode(false) }, 'Numbers');
  const mode = h('div', { class: 'choices', role: 'group', 'aria-label': 'Quality plane shown as' }, colored, numbers);
  const list = h('ul', { class: 'flags' });
  const all = h('button', { type: 'button', class: 'button', onclick: () => app.edit({ bits: isNumeric() ? ['all'] : undefined }) }, 'Show all');
  const none = h('button', { type: 'button', class: 'button', onclick: () => app.edit({ bits: ['none'] }) }, 'Hide all');
  const rest = h('button', { type: 'button', class: 'button', onclick: () => { isWhole = !isWhole; update(); } });
  const legend = h('div', { class: 'stack' }, list, h('div', { class: 'row' }, all, none, rest));
  const element = section('flags', 'Flags', [mode, legend]);
  /** @type {Map<number, HTMLInputElement>} */
  const checks = new Map();
  let isWhole = false;
  let built = '';

  /** Whether the view has a key by which numbers are drawn without bits. */
  const isNumeric = () => Boolean(app.view.cmap || app.view.limits || app.view.stretch);

  /** @param {boolean} isColored */
  function setMode(isColored) {
    app.edit({ bits: isColored ? undefined : ['off'], ...(isColored && { cmap: undefined, limits: undefined, stretch: undefined }) });
  }

  /** @param {number} number @param {boolean} on */
  function toggle(number, on) {
    const items = app.scene.metadata?.flags?.items ?? [];
    const shown = new Set(app.effective?.bits ?? []);
    if (on) shown.add(number);
    else shown.delete(number);
    const every = items.every((flag) => shown.has(flag.number));
    const bits = shown.size ? [...shown].sort((a, b) => a - b) : ['none'];
    app.edit({ bits: every && !isNumeric() ? undefined : bits });
  }

  /** @param {Flag} flag */
  function row({ number, name, description, color, seen }) {
    const check = h('input', { type: 'checkbox', 'data-flag': number, onchange: () => toggle(number, check.checked) });
    checks.set(number, check);
    return h('li', { class: seen ? '' : 'is-off' }, h('label', { title: description },
      check, h('span', { class: 'flag-color', style: { background: `#${color}` }, 'aria-hidden': 'true' }),
      h('span', { class: 'flag-name' }, name), h('span', { class: 'flag-number' }, String(number))));
  }

  function update() {
    const { metadata } = app.scene;
    const flags = metadata?.flags;
    element.hidden = !flags;
    if (!metadata || !flags) return;
    const shown = app.effective?.bits ?? null;
    colored.setAttribute('aria-pressed', String(shown !== null));
    numbers.setAttribute('aria-pressed', String(shown === null));
    legend.hidden = shown === null;
    if (shown === null) return;
    const seen = flags.items.filter((flag) => flag.seen);
    const listed = isWhole || !seen.length ? flags.items : seen;
    const key = JSON.stringify([metadata.id, metadata.hdu, listed]);
    if (key !== built) {
      built = key;
      checks.clear();
      list.replaceChildren(...listed.map(row));
    }
    for (const [number, check] of checks) check.checked = shown.includes(number);
    rest.hidden = seen.length === flags.items.length || !seen.length;
    rest.textContent = isWhole ? 'Only those seen' : `${flags.items.length - seen.length} more`;
  }

  return { element, update };
}
