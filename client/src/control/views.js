// Named views, reset, undo and redo.

import { field, h, icon, iconButton, setOptions } from '../ui/dom.js';
import { AUTOMATIC, formatView, parseView, withChanges } from '../view/view.js';

/** @typedef {import('../app/app.js').App} App */

/** @param {App} app */
export function createViews(app) {
  const select = h('select', { onchange: choose });
  const choice = field('View', select);
  const undo = iconButton('undo', 'Undo (Ctrl+Z)', () => app.undo());
  const redo = iconButton('redo', 'Redo (Ctrl+Shift+Z)', () => app.redo());
  const reset = h('button', { type: 'button', class: 'button', onclick: toAutomatic }, icon('reset'), 'Reset');
  reset.title = 'Back to the automatic view';
  const element = h('div', { class: 'views' }, choice, h('div', { class: 'row' }, reset, undo, redo));

  /** Return to the automatic view, of the same HDU and frame. */
  function toAutomatic() {
    const { hdu, frame } = app.view;
    app.setView(withChanges(AUTOMATIC, { hdu, frame }));
  }

  function choose() {
    const { hdu, frame } = app.view;
    if (!select.value) toAutomatic();
    else app.setView(withChanges(AUTOMATIC, { hdu, frame, view: select.value }));
  }

  function update() {
    const { metadata } = app.scene;
    element.hidden = !metadata;
    const named = metadata?.views ?? [];
    choice.hidden = !named.length;
    const text = formatView(app.view);
    const { hdu, frame } = app.view;
    const rest = formatView(withChanges(app.view, { hdu: undefined, frame: undefined }));
    const match = named.find((view) => rest === `view=${view.name}` || sameView(view.view, rest));
    const options = [{ value: '', label: 'Automatic' }, ...named.map(({ name, title }) => ({ value: name, label: title || name }))];
    const changed = Boolean(rest) && !match;
    if (changed) options.push({ value: '*', label: 'Custom' });
    setOptions(select, options);
    select.value = changed ? '*' : match?.name ?? '';
    reset.disabled = !metadata || text === formatView(withChanges(AUTOMATIC, { hdu, frame }));
    undo.disabled = !app.undoable.canUndo;
    redo.disabled = !app.undoable.canRedo;
  }

  return { element, update, toAutomatic };
}

/** @param {string} definition @param {string} text */
function sameView(definition, text) {
  try {
    return formatView(parseView(definition)) === text;
  } catch {
    return false; // of a newer server
  }
}
