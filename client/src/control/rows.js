// A row of the list of images: thumbnail, name, facts of the header; or the reason why it is no image.

import { h, icon } from '../ui/dom.js';
import { formatBytes, formatValue } from '../ui/format.js';
import { folderOf } from '../view/sets.js';

/** @typedef {import('../types').ImageEntry} Entry */

/** @param {string} folder as a prefix @param {string} parent @param {() => void} onEnter */
export function folderRow(folder, parent, onEnter) {
  return h('button', { type: 'button', class: 'image-row is-folder', title: folder, onclick: onEnter },
    h('span', { class: 'thumb' }, icon('folder')), h('span', { class: 'image-name' }, folder.slice(parent.length).replace(/\/$/, '')));
}

/** A row whose entry is still on its way. */
export function blankRow() {
  return h('button', { type: 'button', class: 'image-row is-blank', 'aria-label': 'Loading', 'aria-disabled': 'true' }, h('span', { class: 'thumb' }), h('span', { class: 'image-name' }, '…'));
}

/** @param {Entry} entry @param {boolean} withFolder */
function names({ id, title }, withFolder) {
  const folder = folderOf(id);
  const name = id.slice(folder.length);
  const isTitled = title && title !== name && title !== id;
  return { shown: isTitled ? title : name, more: [withFolder && folder, isTitled && name].filter(Boolean).join(' ') };
}

/** @param {string} iso */
const shortDate = (iso) => iso.replace('T', ' ').slice(0, 16).replace(' 00:00', '');

/** Facts in the order of the columns of a wide list. @param {Entry} entry */
function facts({ facts: found, bytes, modified }) {
  const { object, filter, exposure, instrument, date } = found ?? {};
  const texts = [
    ['object', object], ['filter', filter], ['exposure', exposure ? `${formatValue(exposure, 4)} s` : ''],
    ['instrument', instrument], ['date', date ? shortDate(date) : ''],
  ];
  const isBare = texts.every(([, text]) => !text);
  if (isBare) texts.push(['size', [formatBytes(bytes), modified?.slice(0, 10)].filter(Boolean).join(' · ')]);
  return texts.map(([name, text]) => h('span', { class: `fact fact-${name}`, title: text || undefined }, text || ''));
}

/**
 * @param {Entry} entry
 * @param {object} state
 * @param {import('../state/thumbnails.js').Thumbnail | undefined} state.thumbnail
 * @param {boolean} state.isCurrent @param {boolean} state.isSelected @param {boolean} state.withFolder
 * @param {(event: MouseEvent) => void} state.onOpen @param {(event: MouseEvent) => void} state.onSelect
 */
export function imageRow(entry, { thumbnail, isCurrent, isSelected, withFolder, onOpen, onSelect }) {
  // The row has the name already.
  const reason = (entry.facts?.problem ?? thumbnail?.reason)?.replace(/^image '.*' cannot be served: /i, '') ?? null;
  const { shown, more } = names(entry, withFolder);
  const picture = thumbnail?.url ? h('img', { src: thumbnail.url, alt: '', draggable: false }) : reason ? icon('none') : null;
  const button = h('button', {
    type: 'button', class: `image-row${reason ? ' is-broken' : ''}`, title: reason ? `${entry.id}\n${reason}` : entry.id,
    'aria-current': isCurrent ? 'true' : undefined, onclick: onOpen,
  }, h('span', { class: 'thumb' }, picture),
  h('span', { class: 'image-name' }, more ? [h('span', { class: 'image-more' }, more), ' '] : [], h('span', {}, shown)),
  reason
    ? h('span', { class: 'image-details image-reason' }, `Not shown: ${reason}`)
    : h('span', { class: 'image-details' }, ...facts(entry)));
  const box = h('input', { type: 'checkbox', class: 'image-select', checked: isSelected, 'aria-label': `Select ${shown}`, onclick: onSelect });
  return [button, box];
}
