// Keyboard shortcuts, and the dialog that lists them.

import { h } from '../ui/dom.js';
import { openDialog } from '../ui/dialog.js';

/** @typedef {{keys: string[], title: string, run: (event: KeyboardEvent) => void, isFor?: () => boolean}} Command isFor: whether it applies now */

/** Whether the focused element needs the key itself. @param {EventTarget | null} target */
function isEditing(target) {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest('dialog')) return true;
  if (target instanceof HTMLInputElement) return !['checkbox', 'radio', 'button', 'color', 'range'].includes(target.type);
  return target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement;
}

/** @param {Command[]} commands */
export function installKeys(commands) {
  const byKey = new Map(commands.flatMap((command) => command.keys.map((key) => [key, command])));
  document.addEventListener('keydown', (event) => {
    if (event.altKey || event.defaultPrevented || isEditing(event.target)) return;
    const pressed = event.ctrlKey || event.metaKey ? `Ctrl+${event.shiftKey ? 'Shift+' : ''}${event.key.toUpperCase()}` : event.key;
    const command = byKey.get(pressed) ?? byKey.get(pressed.length === 1 ? pressed.toLowerCase() : pressed);
    if (!command || command.isFor?.() === false) return;
    // The space bar presses the focused button; sliders do not use it.
    if (pressed === ' ' && event.target instanceof HTMLElement && event.target.closest('button, summary, input:not([type=range]), a')) return;
    event.preventDefault();
    command.run(event);
  });
}

/** @param {string} key */
function keyName(key) {
  if (key === ' ') return 'Space';
  return key.length === 1 ? key.toUpperCase() : key;
}

/** @param {Command[]} commands */
export function openHelp(commands) {
  const rows = [
    { keys: ['←', '↑', '→', '↓'], title: 'Move the map, when it has the focus' },
    { keys: ['Shift + drag'], title: 'Zoom to a box' },
    { keys: ['right drag'], title: 'Bias to the right, contrast upwards' },
    { keys: ['double click'], title: 'Zoom in; with Shift, out. A double click on a slider resets it' },
    ...commands,
  ];
  openDialog('Keys', [h('dl', { class: 'keys' }, ...rows.flatMap(({ keys, title }) => [
    h('dt', {}, ...keys.map((key) => h('kbd', {}, keyName(key)))),
    h('dd', {}, title),
  ])), h('p', { class: 'hint' }, 'Pixels are numbered as in FITS: the center of the first one, at the bottom left, is 1, 1.'),
  h('p', { class: 'hint' }, 'The map is drawn with Leaflet (', h('a', { href: 'licenses.txt', target: '_blank' }, 'BSD 2-Clause license'), ').')]);
}
