// Modal dialogs with the <dialog> element: it keeps the focus, returns it, and closes with Escape.

import { h, iconButton, uniqueId } from './dom.js';

/**
 * @param {string} title @param {Node[]} content
 * @param {{wide?: boolean}} [options]
 */
export function openDialog(title, content, { wide = false } = {}) {
  const id = uniqueId('dialog');
  const dialog = h('dialog', { class: wide ? 'dialog dialog-wide' : 'dialog', 'aria-labelledby': id },
    h('header', { class: 'dialog-head' }, h('h2', { id }, title),
      iconButton('close', 'Close', () => dialog.close())),
    h('div', { class: 'dialog-body', tabIndex: 0 }, ...content));
  dialog.addEventListener('close', () => dialog.remove());
  // A click on the backdrop is a click on the dialog itself, outside its box.
  dialog.addEventListener('click', (event) => {
    if (event.target !== dialog) return;
    const box = dialog.getBoundingClientRect();
    const { clientX: x, clientY: y } = event;
    if (x < box.left || x > box.right || y < box.top || y > box.bottom) dialog.close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}
