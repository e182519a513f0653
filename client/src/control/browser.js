// The list of images: folders, search, order, thumbnails, selection.

import { h, icon, iconButton } from '../ui/dom.js';
import { remember, remembered } from '../ui/memory.js';
import { createVirtualList } from '../ui/virtual.js';
import { Listing } from '../state/listing.js';
import { Thumbnails } from '../state/thumbnails.js';
import { MOST_MEMBERS, folderOf, listFolderOf, parseSet } from '../view/sets.js';
import { createBlink } from './blink.js';
import { blankRow, folderRow, imageRow } from './rows.js';
import { createSelection } from './selection.js';

/** @typedef {import('../app/app.js').App} App */

const ROW = 60;
const QUIET = 150;
const SORTS = /** @type {const} */ ([
  ['name', 'Name'], ['object', 'Object'], ['filter', 'Filter'], ['exposure', 'Exposure'], ['instrument', 'Instrument'],
  ['date', 'Date'], ['bytes', 'Size'], ['modified', 'Changed'],
]);
const SEARCH_HELP = 'Words of names and headers; * and ? stand for other characters; filter:R, object:M51, date:2024-03, exposure:>60';

/** @param {number} count @param {string} noun */
const plural = (count, noun) => (count ? `${count.toLocaleString('en')} ${noun}${count === 1 ? '' : 's'}` : '');

/**
 * @param {App} app
 * @param {object} events
 * @param {() => void} events.onOpened
 * @param {(found: {isEmpty: boolean, isAlone: boolean}) => void} events.onListed after the list of the top folder arrived
 * @param {() => void} events.onPlay plays the frames of the image that is being opened
 */
export function createBrowser(app, { onOpened, onListed, onPlay }) {
  const listing = new Listing((query, signal) => app.api.images(query, signal), {
    onChange: () => show(),
    onError: (error) => { isFailed = true; app.fail(error, 'images'); show(); },
  });
  const thumbnails = new Thumbnails((id, signal) => app.api.thumbnail(id, signal), (id) => {
    const index = listing.indexOf(id);
    if (index >= 0) list.change(index + shift());
  });
  const selection = createSelection({
    onOpen: (image) => { app.open(image); onOpened(); },
    onPlay: (image) => { app.open(image); onPlay(); onOpened(); },
    onBlink: (image) => {
      if (blink.stop()) return;
      blink.start(image);
      onOpened();
    },
    isBlinking: () => blink.isOn,
    onChange: () => {
      list.element.classList.toggle('has-selection', selection.size > 0);
      list.update();
    },
  });
  const blink = createBlink(app, () => selection.update());
  const list = createVirtualList({ label: 'Images', height: ROW, render, onSight });
  let isLoaded = false;
  let isFailed = false;
  /** Index of the image that was selected last, from which Shift selects. */
  let anchor = -1;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  const search = h('input', {
    type: 'search', placeholder: 'Search names and headers', 'aria-label': 'Search images', title: SEARCH_HELP,
    autocomplete: 'off', spellcheck: false,
    oninput: () => { clearTimeout(timer); timer = setTimeout(() => load(), QUIET); },
    onkeydown: (/** @type {KeyboardEvent} */ event) => { if (event.key === 'ArrowDown') { event.preventDefault(); list.focus(0); } },
  });
  const path = h('nav', { class: 'crumbs', 'aria-label': 'Folder' });
  const order = h('select', { 'aria-label': 'Sort by', onchange: () => load() }, ...SORTS.map(([value, label]) => h('option', { value }, label)));
  const direction = iconButton('up', 'Reverse the order', () => { isDescending = !isDescending; load(); }, { 'aria-pressed': 'false' });
  let isDescending = false;
  const summary = h('p', { class: 'hint', role: 'status' });
  const nothing = h('div', { class: 'list-empty' });
  const keep = h('input', { type: 'checkbox', onchange: () => keepSky(keep.checked) });
  const keepField = h('label', { class: 'check keep-sky', title: 'Open the next image at the same place in the sky, at the same scale' }, keep, 'Stay at this place in the sky');

  /** @param {boolean} keeps */
  function keepSky(keeps) {
    app.keepsSky = keep.checked = keeps;
    remember('keepsSky', String(keeps));
  }
  keepSky(remembered('keepsSky') === 'true');

  let prefix = '';
  /** Rows before the first image. */
  const shift = () => listing.folders.length;

  /** Show a folder, with the open image in sight. @param {string} folder */
  function enter(folder) {
    prefix = folder;
    search.value = '';
    return load(shownFile());
  }

  /** @param {string | null} [at] an image to reveal; without it, the list begins at its top */
  async function load(at = null) {
    clearTimeout(timer);
    isFailed = false;
    const sort = `${isDescending ? '-' : ''}${order.value}`;
    direction.setAttribute('aria-pressed', String(isDescending));
    list.toTop();
    anchor = -1;
    const words = search.value.trim();
    // A search is one of all folders.
    await listing.open({ prefix: words ? '' : prefix, search: words, sort }, at);
    if (at !== null) reveal();
  }

  /** Bring the open image into sight. */
  function reveal() {
    const index = listing.indexOf(shownFile());
    if (index < 0) return;
    list.aim(index + shift());
    list.reveal(index + shift());
    list.update();
  }

  /** The open image, or the first file of an open set. */
  function shownFile() {
    const { image } = app.store.state;
    return image && (parseSet(image)?.members[0] ?? image);
  }

  function crumbs() {
    const parts = prefix.split('/').filter(Boolean);
    path.replaceChildren(
      h('button', { type: 'button', class: 'crumb', onclick: () => enter('') }, 'All images'),
      ...parts.flatMap((part, index) => [
        h('span', { 'aria-hidden': 'true' }, '/'),
        h('button', { type: 'button', class: 'crumb', onclick: () => enter(`${parts.slice(0, index + 1).join('/')}/`) }, part),
      ]),
    );
    path.hidden = Boolean(listing.query.search);
  }

  function show() {
    crumbs();
    const { total, folders, query, headers } = listing;
    list.element.setAttribute('aria-busy', String(!listing.isLoaded && !isFailed));
    list.update(listing.isLoaded ? total + folders.length : 0);
    const isEmpty = listing.isLoaded && !total && !folders.length;
    nothing.hidden = !isEmpty;
    const isReading = headers.read < headers.wanted;
    if (isEmpty && query.search) {
      nothing.replaceChildren(h('p', {}, isReading ? `Searching for “${query.search}” …` : `Nothing matches “${query.search}”.`),
        h('button', { type: 'button', class: 'button', onclick: () => { search.value = ''; load(); search.focus(); } }, 'Clear the search'));
    } else if (isEmpty) nothing.replaceChildren(h('p', {}, 'There are no images in this folder.'));
    summary.textContent = !listing.isLoaded || isEmpty ? '' : isReading && headers.wanted > 100
      ? `${plural(total, 'image')}; headers read: ${headers.read.toLocaleString('en')} of ${headers.wanted.toLocaleString('en')}`
      : [plural(folders.length, 'folder'), plural(total, 'image')].filter(Boolean).join(', ');
    if (listing.isLoaded && !query.search && !prefix) {
      app.messages.clear('images');
      onListed({ isEmpty, isAlone: total === 1 && !folders.length });
    }
  }

  /** @param {number} first @param {number} last rows in sight */
  function onSight(first, last) {
    const from = Math.max(0, first - shift());
    const to = last - shift();
    listing.need(from, to);
    const entries = [];
    for (let index = from; index <= to; index += 1) {
      const entry = listing.entry(index);
      if (entry && !entry.facts?.problem) entries.push(entry);
    }
    thumbnails.want(entries);
  }

  /** @param {number} row @returns {HTMLElement[]} */
  function render(row) {
    const folder = listing.folders[row];
    if (folder !== undefined) return [folderRow(folder, prefix, () => enter(folder))];
    const index = row - shift();
    const entry = listing.entry(index);
    if (!entry) return [blankRow()];
    const { image } = app.store.state;
    return imageRow(entry, {
      thumbnail: thumbnails.of(entry),
      isCurrent: entry.id === image || Boolean(image && parseSet(image)?.members.includes(entry.id)),
      isSelected: selection.has(entry.id),
      withFolder: Boolean(listing.query.search) && folderOf(entry.id) !== '',
      onOpen: (event) => {
        if (event.shiftKey) selectTo(index);
        else if (event.ctrlKey || event.metaKey) select(index, entry.id);
        else {
          anchor = index;
          app.open(entry.id);
          onOpened();
        }
      },
      onSelect: (event) => { if (event.shiftKey) selectTo(index); else select(index, entry.id); },
    });
  }

  /** @param {number} index @param {string} id */
  function select(index, id) {
    anchor = index;
    selection.toggle(id);
  }

  /** Select all from the last one to this. @param {number} index */
  async function selectTo(index) {
    const from = anchor < 0 ? Math.max(0, listing.indexOf(shownFile())) : anchor;
    const to = Math.max(from - MOST_MEMBERS.frames, Math.min(from + MOST_MEMBERS.frames, index));
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    const found = [];
    for (let at = first; at <= last; at += 1) found.push((await listing.get(at))?.id ?? '');
    selection.add((index < from ? found.reverse() : found).filter(Boolean));
  }

  /** Open the next or previous image in the list. @param {number} by */
  async function step(by) {
    await fillList();
    const shown = shownFile();
    const now = shown ? await listing.find(shown) : -1;
    const index = now < 0 ? 0 : now + by;
    const next = await listing.get(index);
    if (!next) return;
    app.open(next.id);
    list.aim(index + shift());
    list.reveal(index + shift());
    list.update();
  }

  app.store.subscribe(({ image }, before) => {
    if (image === before.image || !isLoaded) return;
    const isListed = listing.indexOf(shownFile()) >= 0;
    if (image !== null && !isListed && !search.value) filling = enter(listFolderOf(image));
    else if (isListed) reveal();
    else list.update();
  });
  const element = h('div', { class: 'browser' },
    h('div', { class: 'search' }, icon('search'), search),
    h('div', { class: 'list-head' }, path, h('div', { class: 'sort' }, order, direction)),
    nothing, list.element, selection.element, keepField, h('div', { class: 'pages' }, summary));
  selection.update();

  /** @type {Promise<void> | null} */
  let filling = null;

  /** The list starts in the folder of the open image. */
  function fillList() {
    isLoaded = true;
    filling ??= enter(listFolderOf(app.store.state.image ?? ''));
    return filling;
  }

  return { element, step, stopBlinking: blink.stop, /** Fill the list when it is first shown. */ show: () => { fillList(); }, focus: () => search.focus() };
}
