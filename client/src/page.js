// The page: bar at the top, images at the left, map, controls at the right, readout at the bottom.

import { createAbout } from './control/about.js';
import { createBrowser } from './control/browser.js';
import { createChannels } from './control/channels.js';
import { createColormap } from './control/colormap.js';
import { createCompass } from './tools/compass.js';
import { createFilters } from './control/filters.js';
import { createFlags } from './control/flags.js';
import { createFrames } from './control/frames.js';
import { createGrid } from './tools/grid.js';
import { openHeader } from './tools/header.js';
import { installKeys, openHelp } from './tools/keys.js';
import { createLimits } from './control/limits.js';
import { createMeasure } from './tools/measure.js';
import { createPolarization } from './control/polarization.js';
import { createReadout } from './tools/readout.js';
import { createOverview } from './tools/overview.js';
import { createPlace } from './tools/place.js';
import { createPlaceMenu } from './tools/placemenu.js';
import { openSearch } from './tools/search.js';
import { openShare } from './tools/share.js';
import { installToneDrag } from './tools/tonedrag.js';
import { createTone } from './control/tone.js';
import { createViews } from './control/views.js';
import { h, iconButton, svg } from './ui/dom.js';
import { createPanels, isNarrow, panelHead } from './ui/panels.js';
import { createSplitter } from './ui/splitter.js';

/** @typedef {import('./app/app.js').App} App */

/** Time that the cross at the center stays after a key, ms. */
const CROSSHAIR_LIFE = 2500;
const CHOOSE = 'Choose an image from the list.';

/** Four tiles, one of them a star. */
function logo() {
  const square = (/** @type {number} */ x, /** @type {number} */ y, /** @type {number} */ opacity) => svg('rect', {
    x, y, width: 9, height: 9, rx: 1.5, opacity,
  });
  return svg('svg', { viewBox: '5 5 22 22', width: 22, height: 22, fill: 'currentColor', 'aria-hidden': 'true', class: 'logo' },
    square(6, 6, 1), square(17, 6, 0.45), square(6, 17, 0.45), svg('circle', { cx: 21.5, cy: 21.5, r: 4.5 }));
}

/** @param {import('./ui/messages.js').Messages} messages */
export function createPage(messages) {
  const map = h('div', { class: 'map', tabIndex: 0, role: 'application', 'aria-label': 'Image. Arrow keys move, plus and minus zoom.' });
  // Leaflet reads the styles of its element, which apply only once it is in the page.
  const stage = h('main', { class: 'stage' }, map, messages.element);
  document.body.append(stage);
  return {
    map,
    /** @param {App} app */
    fill: (app) => fill(app, map, stage),
  };
}

/** @param {App} app @param {HTMLElement} map @param {HTMLElement} stage */
function fill(app, map, stage) {
  const panels = createPanels(() => app.map.resized());
  const empty = h('p', { class: 'empty' }, CHOOSE);
  let isListed = false;
  const browser = createBrowser(app, {
    onOpened: () => { if (isNarrow()) panels.set('images', false); map.focus({ preventScroll: true }); },
    onListed: ({ isEmpty, isAlone }) => {
      empty.textContent = isEmpty ? 'There is no FITS file in this folder yet.' : CHOOSE;
      if (isAlone && !isListed) panels.spare('images');
      isListed = true;
    },
    onPlay: () => parts.frames.playNext(),
  });
  const parts = createParts(app, () => update());
  const { controls, readout, compass, grid, measure, place, overview, search } = parts;
  createPlaceMenu(app, () => readout.notation, place);
  const toggleGrid = () => { grid.toggle(); update(); };
  const commands = commandsOf(app, { ...parts, browser, panels, toggleGrid, isMapFocused: () => document.activeElement === map });
  const bar = createBar(app, panels, search, () => openHelp(commands));
  const buttons = createMapButtons(app, toggleGrid, measure.toggle);

  const progress = h('div', { class: 'progress', 'aria-hidden': 'true' });
  const crosshair = h('div', { class: 'crosshair', 'aria-hidden': 'true' });
  wakeWithKeys(map, crosshair);
  stage.append(progress, empty, crosshair, buttons.element, compass.element, overview.element, measure.element);
  const images = h('aside', { class: 'panel panel-images', id: 'images', 'aria-label': 'Images' }, panelHead('Images', () => panels.set('images', false)), browser.element);
  const splitter = createSplitter({
    name: 'list', label: 'Width of the list', controls: 'images', least: 200, most: () => Math.max(320, innerWidth * 0.8), onResized: () => app.map.resized(),
  });
  images.append(splitter.element);
  const sidebar = h('aside', { class: 'panel panel-controls', id: 'controls', 'aria-label': 'Controls' },
    panelHead('Controls', () => panels.set('controls', false)), h('div', { class: 'panel-scroll' }, ...controls.map(({ element }) => element)));
  for (const event of ['pointerenter', 'focusin']) sidebar.addEventListener(event, () => app.live.prepare());
  stage.before(bar.element, images);
  stage.after(sidebar, h('footer', { class: 'foot' }, readout.element));
  panels.install({ images: { element: images, button: bar.imagesButton }, controls: { element: sidebar, button: bar.controlsButton } }, browser.show);
  splitter.describe();
  // On a small screen the list covers the picture; it comes first where no picture is asked for.
  if (isNarrow() && !/(^|[#&])image=./.test(location.hash)) panels.set('images', true, false);
  installKeys(commands);
  installToneDrag(app);

  function update() {
    empty.hidden = Boolean(app.store.state.image);
    bar.update();
    for (const part of [...controls, readout, compass, grid, measure, place, overview]) part.update();
    buttons.update({ isMeasuring: measure.isOn, hasGrid: grid.isOn, isGridPossible: grid.isPossible });
  }
  app.scene.subscribe(update);
  app.store.subscribe(update);
  app.map.onMoved(update);
  new ResizeObserver(() => app.map.resized()).observe(map);
  update();
}

/** Show the cross at the center while the map is moved by keys, and for a moment after. @param {HTMLElement} map @param {HTMLElement} crosshair */
function wakeWithKeys(map, crosshair) {
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  map.addEventListener('keydown', (event) => {
    if (!/^(Arrow\w+|[+=-])$/.test(event.key)) return;
    crosshair.classList.add('is-awake');
    clearTimeout(timer);
    timer = setTimeout(() => crosshair.classList.remove('is-awake'), CROSSHAIR_LIFE);
  });
}

/** Controls of the sidebar, and the tools over and below the map. @param {App} app @param {() => void} onToggled */
function createParts(app, onToggled) {
  const frames = createFrames(app);
  const channels = createChannels(app);
  const polarization = createPolarization(app);
  const filters = createFilters(app);
  const flags = createFlags(app);
  const tone = createTone(app);
  const views = createViews(app);
  const readout = createReadout(app, () => { grid.update(); compass.update(); });
  const grid = createGrid(app, () => readout.notation);
  const compass = createCompass(app, () => readout.notation);
  const place = createPlace(app);
  const search = () => openSearch(app, place, () => readout.notation);
  const controls = [views, createAbout(app), frames, filters, polarization, channels, flags, createLimits(app), tone, createColormap(app)];
  return { frames, channels, polarization, tone, views, controls, readout, grid, compass, measure: createMeasure(app, onToggled), place, overview: createOverview(app), search };
}

/** The bar at the top: title and tools. @param {App} app @param {ReturnType<typeof createPanels>} panels @param {() => void} onSearch @param {() => void} onHelp */
function createBar(app, panels, onSearch, onHelp) {
  const title = h('h1', { class: 'image-title' }, 'Celestile');
  const imagesButton = iconButton('images', 'Images (B)', () => panels.toggle('images'), { 'aria-expanded': 'false' });
  const controlsButton = iconButton('sliders', 'Controls (S)', () => panels.toggle('controls'), { 'aria-expanded': 'false' });
  const search = iconButton('search', 'Search: position, object or image (/)', onSearch);
  const header = iconButton('header', 'FITS header (H)', () => { openHeader(app); });
  const share = iconButton('share', 'Share (L)', () => openShare(app));
  const fullscreen = iconButton('full', 'Full screen (F)', () => toggleFullscreen(), { class: 'icon-button full-button' });
  fullscreen.hidden = !document.fullscreenEnabled;
  const help = iconButton('help', 'Keys (?)', onHelp);
  const element = h('header', { class: 'bar' }, imagesButton, h('span', { class: 'brand' }, logo(), h('span', { class: 'brand-name' }, 'Celestile')),
    title, h('div', { class: 'tools', role: 'toolbar', 'aria-label': 'Tools' }, search, header, share, fullscreen, help, controlsButton));

  function update() {
    const { metadata } = app.scene;
    const { image } = app.store.state;
    const server = app.service?.title ?? '';
    title.textContent = metadata?.title ?? image?.slice(image.lastIndexOf('/') + 1) ?? server;
    title.title = image ?? '';
    document.title = [metadata?.title, server || 'Celestile'].filter(Boolean).join(' · ');
    share.disabled = !metadata;
    header.disabled = !metadata && !image; // a file that cannot be shown has a header, too
  }
  return { element, imagesButton, controlsButton, update };
}

/** Zoom, grid and ruler, over the map. @param {App} app @param {() => void} toggleGrid @param {() => void} toggleMeasure */
function createMapButtons(app, toggleGrid, toggleMeasure) {
  const grid = iconButton('grid', 'Coordinate grid (R)', toggleGrid, { 'aria-pressed': 'false' });
  const measure = iconButton('ruler', 'Measure (M)', toggleMeasure, { 'aria-pressed': 'false' });
  const element = h('div', { class: 'zoom', role: 'group', 'aria-label': 'Map' },
    iconButton('plus', 'Zoom in (+)', () => app.map.zoomBy(1)),
    iconButton('minus', 'Zoom out (−)', () => app.map.zoomBy(-1)),
    iconButton('fit', 'Whole image (0)', () => app.map.fit()),
    h('button', { type: 'button', class: 'icon-button', title: 'One to one (1)', 'aria-label': '1:1, one image pixel per screen pixel', onclick: () => app.map.look(app.map.center, 0) }, '1:1'),
    grid, measure);
  return {
    element,
    /** @param {{isMeasuring: boolean, hasGrid: boolean, isGridPossible: boolean}} now */
    update({ isMeasuring, hasGrid, isGridPossible }) {
      element.hidden = measure.disabled = !app.scene.metadata;
      measure.setAttribute('aria-pressed', String(isMeasuring));
      grid.disabled = !isGridPossible;
      grid.setAttribute('aria-pressed', String(hasGrid));
    },
  };
}

/** @typedef {ReturnType<typeof createParts> & {browser: ReturnType<typeof createBrowser>, panels: ReturnType<typeof createPanels>, toggleGrid: () => void, isMapFocused: () => boolean}} Parts */

/** Commands of the keys. @param {App} app @param {Parts} parts @returns {import('./tools/keys.js').Command[]} */
function commandsOf(app, { frames, channels, polarization, tone, views, readout, measure, place, overview, search, browser, panels, toggleGrid, isMapFocused }) {
  /** @type {import('./tools/keys.js').Command[]} */
  const commands = [
    { keys: ['+', '='], title: 'Zoom in', run: () => app.map.zoomBy(1) },
    { keys: ['-'], title: 'Zoom out', run: () => app.map.zoomBy(-1) },
    { keys: ['0'], title: 'Whole image', run: () => app.map.fit() },
    { keys: ['1'], title: 'One image pixel per screen pixel', run: () => app.map.look(app.map.center, 0) },
    { keys: [' '], title: 'Play or pause the frames, or the channels; stop blinking', run: () => { if (!browser.stopBlinking() && !frames.toggle()) channels.toggle(); } },
    { keys: [',', '['], title: 'Previous frame or channel', run: () => { if (!frames.step(-1)) channels.step(-1); } },
    { keys: ['.', ']'], title: 'Next frame or channel', run: () => { if (!frames.step(1)) channels.step(1); } },
    { keys: ['q'], title: 'Next Stokes parameter, or with Shift the previous one', run: (event) => polarization.step(event.shiftKey ? -1 : 1) },
    { keys: ['i'], title: 'Negative', run: () => tone.toggleInvert() },
    { keys: ['a'], title: 'Automatic view', run: () => views.toAutomatic() },
    { keys: ['Ctrl+Z'], title: 'Undo', run: () => app.undo() },
    { keys: ['Ctrl+Shift+Z', 'Ctrl+Y'], title: 'Redo', run: () => app.redo() },
    { keys: ['c'], title: 'Next notation of coordinates, or with Shift the center of the pixel', run: (event) => (event.shiftKey ? readout.toggleCenter() : readout.cycle()) },
    { keys: ['m'], title: 'Measure: drag lines and boxes', run: () => measure.toggle() },
    { keys: ['Enter'], title: 'While measuring: mark the center of the map', run: () => { measure.markCenter(); }, isFor: () => measure.isOn && isMapFocused() },
    { keys: ['n'], title: 'Next image in the list', run: () => browser.step(1) },
    { keys: ['p'], title: 'Previous image in the list', run: () => browser.step(-1) },
    { keys: ['x'], title: 'Blink with the previous image, at the same place in the sky', run: () => app.blink() },
    { keys: ['r'], title: 'Coordinate grid, in the coordinates of the readout', run: () => toggleGrid() },
    { keys: ['/', 'g'], title: 'Search: position, object, HDU, chip or image', run: () => search() },
    { keys: ['Escape'], title: 'Remove the mark of the place', run: () => place.clear(), isFor: () => place.isMarked },
    { keys: ['o'], title: 'Overview of the whole image', run: () => overview.toggle() },
    { keys: ['h'], title: 'FITS header', run: () => { openHeader(app); } },
    { keys: ['l'], title: 'Share', run: () => openShare(app) },
    { keys: ['b'], title: 'Images', run: () => panels.toggle('images') },
    { keys: ['s'], title: 'Controls', run: () => panels.toggle('controls') },
    { keys: ['f'], title: 'Full screen', run: () => toggleFullscreen() },
    { keys: ['?'], title: 'Keys', run: () => openHelp(commands) },
  ];
  return commands;
}

function toggleFullscreen() {
  const change = document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen();
  change.catch(() => {}); // the browser refused; nothing is lost
}
