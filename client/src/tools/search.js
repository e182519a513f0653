// One search for positions, objects, parts of the image, and images.

import { h, uniqueId } from '../ui/dom.js';
import { openDialog } from '../ui/dialog.js';
import { ObjectList } from '../wcs/objects.js';
import { withChanges } from '../view/view.js';
import { askResolver, findImages, findObjects, findPlaces, findTarget } from './finding.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('./finding.js').Finding} Finding */
/** @typedef {ReturnType<typeof import('./place.js').createPlace>} PlaceTool */

const PAUSE = 120; // ms without typing
/** The list, once somebody searched. @type {Promise<ObjectList | null> | null} */
let objects = null;

/** @param {App} app */
function objectList(app) {
  objects ??= app.api.objects().then((rows) => new ObjectList(rows), () => {
    objects = null; // it is tried again
    return null;
  });
  return objects;
}

/** Do what a finding asks for. @param {App} app @param {PlaceTool} place @param {Finding} finding */
function follow(app, place, finding) {
  const { image, hdu, point, region, title, size } = finding;
  if (image) app.open(image);
  else if (hdu) app.store.set({ view: withChanges(app.view, { hdu }), center: point ?? null, zoom: point ? Math.max(0, app.map.zoom) : null, sky: null });
  else if (region) {
    const [x, y, width, height] = region;
    app.map.look({ x: x + width / 2, y: y + height / 2 }, app.map.zoomOf(width, height));
  } else if (point) place.show(point, title, size);
}

/**
 * All findings for a text.
 * @param {App} app @param {string} text @param {import('../wcs/systems.js').System | null} shown
 * @param {() => Promise<import('../types').Header | null>} header @param {AbortSignal} signal
 */
async function findAll(app, text, shown, header, signal) {
  const places = findPlaces(app, text, shown);
  const hasLetters = /\p{L}/u.test(text);
  const list = hasLetters ? await objectList(app) : null;
  const found = await Promise.all([
    places,
    list ? findObjects(app, list, text) : [],
    hasLetters ? header().then((cards) => (cards ? findTarget(app, cards, list, text) : [])) : [],
    text.length > 1 ? findImages(app, text, signal).catch(() => []) : [],
  ]);
  const [positions, named, target, images] = found;
  const isKnown = Boolean(list?.find(text, 1)[0]?.isExact);
  return { findings: [...positions, ...target, ...named, ...images], mayAsk: hasLetters && !isKnown && !positions.length && Boolean(app.service?.resolver) };
}

/** @param {App} app @param {PlaceTool} place @param {() => import('../wcs/frames.js').Notation | null} notation the readout's */
export function openSearch(app, place, notation) {
  const { metadata } = app.scene;
  const id = uniqueId('search');
  const list = h('ul', { class: 'search-list', id, role: 'listbox', 'aria-label': 'Results' });
  const input = h('input', {
    type: 'text', role: 'combobox', 'aria-label': 'Search', 'aria-controls': id, 'aria-expanded': 'false', 'aria-autocomplete': 'list', autocomplete: 'off', spellcheck: false,
    placeholder: metadata ? 'Position, object, HDU, chip or image' : 'Image',
  });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const hint = h('p', { class: 'hint' }, 'For example M 51, Vega, 12:30:49.4 +12:23:28, 83.63 +22.01, J022511.0-253535, l=184.6 b=−5.8, ecliptic 84.1 −1.3, x=1024 y=512, hdu SCI,2, or part of a file’s name.');
  /** @type {{finding: Finding | null, element: HTMLElement}[]} */
  let options = [];
  let active = 0;
  let asking = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** The search for the present text. @type {Promise<void>} */
  let searching = Promise.resolve();
  /** @type {Promise<import('../types').Header | null> | null} */
  let header = null;
  const headerOf = () => {
    header ??= metadata ? app.api.header(metadata.id, metadata.hdu).catch(() => null) : Promise.resolve(null);
    return header;
  };

  /** @param {number} index */
  function activate(index) {
    active = Math.max(0, Math.min(options.length - 1, index));
    options.forEach(({ element }, k) => element.setAttribute('aria-selected', String(k === active)));
    const { element } = options[active] ?? {};
    element?.scrollIntoView({ block: 'nearest' });
    if (element) input.setAttribute('aria-activedescendant', element.id);
    else input.removeAttribute('aria-activedescendant');
  }

  /** @param {Finding[]} findings @param {boolean} mayAsk */
  function write(findings, mayAsk) {
    /** @type {(Finding | null)[]} */
    const all = [...findings, ...(mayAsk ? [null] : [])];
    options = all.map((finding, k) => ({
      finding,
      element: h('li', {
        role: 'option', id: `${id}-${k}`, 'aria-selected': 'false', class: finding?.problem ? 'is-off' : '',
        onclick: () => choose(k), onpointermove: () => { if (active !== k) activate(k); },
      }, h('span', { class: 'search-title' }, finding?.title ?? `Ask the name resolver for “${input.value.trim()}”`),
      h('span', { class: 'search-kind' }, finding ? [finding.kind, finding.problem].filter(Boolean).join(', ') : '')),
    }));
    list.replaceChildren(...options.map(({ element }) => element));
    input.setAttribute('aria-expanded', String(options.length > 0));
    const first = all.findIndex((finding) => !finding?.problem);
    activate(Math.max(0, first));
  }

  function search() {
    clearTimeout(timer);
    asking.abort();
    asking = new AbortController();
    const { signal } = asking;
    const text = input.value.trim();
    const way = notation();
    const shown = way && { frame: way.frame, equinox: way.equinox };
    searching = (text ? findAll(app, text, shown, headerOf, signal) : Promise.resolve({ findings: [], mayAsk: false })).then(({ findings, mayAsk }) => {
      if (signal.aborted) return;
      write(findings, mayAsk);
      problem.textContent = text && !findings.length && !mayAsk ? 'Nothing has this name, and it is not a position.' : '';
    });
  }

  /** @param {number} index */
  async function choose(index) {
    const option = options[index];
    if (!option) return;
    try {
      const finding = option.finding ?? await askResolver(app, input.value.trim());
      if (finding.problem) throw new Error(`${finding.title}: ${finding.problem}.`);
      dialog.close();
      app.map.element.focus({ preventScroll: true });
      follow(app, place, finding);
    } catch (error) {
      problem.textContent = /** @type {Error} */ (error).message;
    }
  }

  input.addEventListener('input', () => {
    problem.textContent = '';
    clearTimeout(timer);
    timer = setTimeout(search, PAUSE);
  });
  input.addEventListener('keydown', async (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) activate(active + step);
    else if (event.key === 'Enter') {
      search(); // what was typed last may not have been searched yet
      const mine = searching;
      const wanted = active;
      const before = options[wanted]?.finding?.title;
      await mine;
      if (mine !== searching) return;
      choose(options[wanted]?.finding?.title === before ? wanted : active);
    } else return;
    event.preventDefault();
  });
  const dialog = openDialog('Search', [h('div', { class: 'stack search-dialog' }, input, problem, list, hint)]);
  dialog.addEventListener('close', () => { clearTimeout(timer); asking.abort(); });
  input.focus();
}
