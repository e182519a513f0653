// Copying texts.

import { h } from './dom.js';

/** @param {string} text @returns {Promise<boolean>} whether the browser copied it */
export async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // The clipboard API needs a secure page; this older way needs a selection.
    const area = h('textarea', { value: text, readOnly: true, style: { position: 'fixed', opacity: '0' } });
    document.body.append(area);
    area.select();
    const isCopied = document.execCommand('copy');
    area.remove();
    return isCopied;
  }
}
