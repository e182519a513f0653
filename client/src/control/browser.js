// The list of images: folders, search, pages.

import { formatBytes } from '../ui/format.js';
import { h, icon, iconButton } from '../ui/dom.js';
import { Latest } from '../state/latest.js';
import { remember, remembered } from '../ui/memory.js';

/** @typedef {import('../app/app.js').App} App */

const PAGE = 100;

/** Folder of an identifier, with its final slash. @param {string} image */
const folderOf = (image) => image.slice(0, image.lastIndexOf('/') + 1);

/** @param {number} count @param {string} noun */
const plural = (count, noun) => (count ? `${count} ${noun}${count === 1 ? '' : 's'}` : '');

/** @param {App} app @param {{onOpened: () => void, onListed: (isEmpty: boolean) => void}} events onListed: whether the server has no image */
export function createBrowser(app, { onOpened, onListed }) {
  const requests = new Latest(120);
  let prefix = '';
  let offset = 0;
  /** @type {{id: string, button: HTMLElement}[]} */
  let rows = [];

  const search = h('input', {
    type: 'search', placeholder: 'Search all folders', 'aria-label': 'Search images by name',
    autocomplete: 'off', spellcheck: false,
    oninput: () => { offset = 0; load(); },
  });
  const path = h('nav', { class: 'crumbs', 'aria-label': 'Folder' });
  const list = h('ul', { class: 'image-list' });
  const summary = h('p', { class: 'hint', role: 'status' });
  const previous = iconButton('back', 'Previous page', () => { offset = Math.max(0, offset - PAGE); load(); });
  const following = iconButton('next', 'Next page', () => { offset += PAGE; load(); });
  const keep = h('input', { type: 'checkbox', onchange: () => keepSky(keep.checked) });
  const keepField = h('label', { class: 'check keep-sky', title: 'Open the next image at the same place in the sky, at the same scale' }, keep, 'Stay at this place in the sky');
  const pages = h('div', { class: 'pages' }, previous, summary, following);

  /** @param {boolean} keeps */
  function keepSky(keeps) {
    app.keepsSky = keep.checked = keeps;
    remember('keepsSky', String(keeps));
  }
  keepSky(remembered('keepsSky') === 'true');

  /** Steps along the list to make once it is loaded. */
  let waiting = 0;

  /** Open the next or previous image in the list. @param {number} by */
  function step(by) {
    if (!loaded) {
      waiting = by;
      fillList();
      return;
    }
    const now = rows.findIndex(({ id }) => id === app.store.state.image);
    const next = rows[now < 0 ? 0 : now + by];
    if (!next) return;
    app.open(next.id);
    next.button.scrollIntoView({ block: 'nearest' });
  }

  /** @param {string} folder */
  function enter(folder) {
    prefix = folder;
    offset = 0;
    search.value = '';
    load();
  }

  function crumbs() {
    const parts = prefix.split('/').filter(Boolean);
    path.replaceChildren(
      h('button', { type: 'button', class: 'crumb', onclick: () => enter('') }, 'All images'),
      ...parts.flatMap((part, index) => [
        h('span', { 'aria-hidden': 'true' }, '/'),
        h('button', {
          type: 'button', class: 'crumb',
          onclick: () => enter(`${parts.slice(0, index + 1).join('/')}/`),
        }, part),
      ]),
    );
    path.hidden = Boolean(search.value.trim());
  }

  function load() {
    const text = search.value.trim();
    crumbs();
    list.setAttribute('aria-busy', 'true');
    requests.run(
      (signal) => app.api.images(text ? { search: text, offset, limit: PAGE } : { prefix, offset, limit: PAGE }, signal),
      (listing) => { app.messages.clear('images'); show(listing, text); },
      (error) => { list.removeAttribute('aria-busy'); app.fail(error, 'images'); },
    );
  }

  /** @param {import('../types').Listing} listing @param {string} text */
  function show(listing, text) {
    list.removeAttribute('aria-busy');
    const folders = text || offset ? [] : listing.folders.map((folder) => h('li', {}, h('button', {
      type: 'button', class: 'image-row is-folder', onclick: () => enter(folder),
    }, icon('folder'), h('span', { class: 'image-name' }, folder.slice(prefix.length).replace(/\/$/, '')))));
    rows = listing.images.map((image) => ({ id: image.id, button: row(image, text) }));
    list.replaceChildren(...folders, ...rows.map(({ button }) => h('li', {}, button)));
    const last = offset + listing.images.length;
    const several = listing.total > PAGE;
    previous.hidden = following.hidden = !several;
    previous.disabled = offset === 0;
    following.disabled = last >= listing.total;
    if (!listing.images.length && !folders.length) {
      summary.textContent = text ? 'No images match.' : 'No images in this folder.';
    } else if (several) summary.textContent = `${offset + 1}–${last} of ${listing.total}`;
    else {
      summary.textContent = [plural(listing.folders.length, 'folder'), plural(listing.total, 'image')]
        .filter(Boolean).join(', ');
    }
    if (!text && !prefix) onListed(!listing.total && !folders.length);
    mark();
    if (waiting) step(waiting);
    waiting = 0;
  }

  /** @param {import('../types').ImageEntry} image @param {string} text */
  function row(image, text) {
    const folder = folderOf(image.id);
    const name = image.id.slice(folder.length);
    const titled = image.title && image.title !== name && image.title !== image.id;
    const details = [text && folder, titled && name, formatBytes(image.bytes), image.modified?.slice(0, 10)];
    return h('button', {
      type: 'button', class: 'image-row', title: image.id,
      onclick: () => { app.open(image.id); onOpened(); },
    }, h('span', { class: 'image-name' }, titled ? image.title : name),
    h('span', { class: 'image-details' }, details.filter(Boolean).join(' · ')));
  }

  function mark() {
    for (const { id, button } of rows) {
      if (id === app.store.state.image) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
  }

  let loaded = false;
  app.store.subscribe(({ image }, before) => {
    if (image === before.image) return;
    const isElsewhere = image !== null && folderOf(image) !== prefix;
    if (loaded && isElsewhere && !search.value) enter(folderOf(image));
    else mark();
  });
  const element = h('div', { class: 'browser' },
    h('div', { class: 'search' }, icon('search'), search), path, list, keepField, pages);

  /** The list starts in the folder of the open image. */
  function fillList() {
    if (loaded) return;
    loaded = true;
    enter(folderOf(app.store.state.image ?? ''));
  }

  return {
    element,
    step,
    /** Fill the list when it is first shown. */
    show: fillList,
    focus: () => search.focus(),
  };
}
