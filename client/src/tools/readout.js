// Pixel, value and sky position under the pointer, or at the center of the map without a pointer.

import { h, setOptions } from '../ui/dom.js';
import { formatValue, planeLabel } from '../ui/format.js';
import { formatUnit } from '../ui/units.js';
import { remember, remembered } from '../ui/memory.js';
import { Latest } from '../state/latest.js';
import { formatView } from '../view/view.js';
import { pickOf, planesOf } from '../view/effective.js';
import { fitsPixel } from '../wcs/fits.js';
import { chosenNotation, notations, usualNotations } from '../wcs/frames.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Point} Point */

const NO_POSITION = 'no sky position';

/**
 * A text from the server that belongs to a place: it is dim until it is that of the place asked last.
 * @param {HTMLElement} element @param {number} delay of the requests, ms
 */
function answeredIn(element, delay) {
  const requests = new Latest(delay);
  let asked = '';
  /** @param {string} text @param {boolean} isOld */
  const write = (text, isOld) => {
    element.textContent = text;
    element.classList.toggle('is-old', isOld);
    element.setAttribute('aria-busy', String(isOld));
  };
  return {
    /** Show a text that needs no answer. @param {string} text */
    set(text) {
      requests.cancel();
      asked = '';
      write(text, false);
    },
    /**
     * @template T
     * @param {string} key of the place, and of all else that the answer depends on
     * @param {(signal: AbortSignal) => Promise<T>} task @param {(news: T) => string} describe
     * @param {(error: Error) => string} explain text instead of an answer
     */
    ask(key, task, describe, explain) {
      if (key === asked) return;
      asked = key;
      write(element.textContent || '…', true);
      requests.run(task, (news) => write(describe(news), false), (error) => {
        asked = '';
        write(explain(error), false);
      });
    },
  };
}

/** @param {App} app @param {() => void} [onNotation] called when the notation changes */
export function createReadout(app, onNotation = () => {}) {
  const place = h('span', { class: 'readout-value readout-pixel' });
  const value = h('span', { class: 'readout-value readout-data' });
  const plane = h('span', { class: 'readout-label readout-plane' }, 'Value');
  const sky = h('span', { class: 'readout-value readout-sky' });
  const values = answeredIn(value, 60);
  const positions = answeredIn(sky, 90);
  const skyLabel = h('span', { class: 'readout-label' });
  const notation = h('select', {
    class: 'readout-notation', title: 'Coordinates of the readout, the grid and the compass (C)', 'aria-label': 'Coordinates', onchange: () => choose(notation.value),
  });
  const skyGroup = h('div', { class: 'readout-group readout-position' }, skyLabel, sky, notation);
  const origin = h('span', { class: 'readout-origin' });
  const element = h('div', { class: 'readout', role: 'group', 'aria-label': 'Readout' },
    h('div', { class: 'readout-group' }, h('span', { class: 'readout-label' }, 'FITS pixel'), place, origin),
    h('div', { class: 'readout-group readout-grow' }, plane, value),
    skyGroup);
  /** @type {Point | null} */
  let pointer = null;
  let chosen = remembered('notation') ?? '';
  /** The opened image that the texts belong to. */
  let opened = 0;
  let isCentered = remembered('pixel-center') === 'true';

  function available() {
    const data = app.scene.metadata?.sky;
    return data && app.scene.sky?.exists ? notations(data.frame, data.equinox, data.names) : [];
  }

  const current = () => chosenNotation(available(), chosen);

  function cycle() {
    const list = usualNotations(available());
    if (!list.length) return;
    const now = list.findIndex((entry) => entry.id === current()?.id);
    choose(list[(now + 1) % list.length].id);
  }

  /** @param {string} id */
  function choose(id) {
    chosen = id;
    remember('notation', chosen);
    update();
    onNotation();
  }

  /** Show the position of the pixel's center instead of that of the pointer, or the reverse. */
  function toggleCenter() {
    isCentered = !isCentered;
    remember('pixel-center', String(isCentered));
    update();
  }

  function update() {
    const { metadata } = app.scene;
    element.hidden = !metadata;
    if (!metadata || !app.map.isOpen) return;
    element.classList.toggle('is-old', !app.isDrawn);
    if (!app.isDrawn) return; // the picture, and with it the readout, is still that of the image before
    if (opened !== app.scene.opened) for (const text of [values, positions]) text.set('');
    opened = app.scene.opened;
    plane.textContent = app.effective ? planeLabel(metadata, app.effective) || 'Value' : 'Value';
    const point = pointer ?? app.map.center;
    origin.textContent = [pointer ? '' : 'map center', isCentered ? 'position of the pixel’s center' : ''].filter(Boolean).join(', ');
    const column = Math.floor(point.x);
    const row = Math.floor(point.y);
    const within = column >= 0 && row >= 0 && column < metadata.width && row < metadata.height;
    place.textContent = within ? fitsPixel(point, metadata.height, metadata.topDown).join(', ') : 'outside';
    showSky(isCentered ? { x: column + 0.5, y: row + 0.5 } : point, within);
    if (within && !app.playing) askValue(column, row);
    else values.set('–');
  }

  /** @param {Point} point @param {boolean} within */
  function showSky(point, within) {
    const coordinates = app.scene.sky;
    const way = current();
    const linear = coordinates?.linear(point.x, point.y);
    skyGroup.hidden = !way && !linear;
    notation.hidden = !way || available().length < 2;
    if (!coordinates) return;
    if (!way) {
      const data = coordinates.data.linear;
      skyLabel.textContent = data?.names.join(', ') ?? '';
      positions.set(linear?.map((part, k) => `${formatValue(part, 8)} ${formatUnit(data?.units[k])}`.trim()).join(', ') ?? '');
      return;
    }
    skyLabel.textContent = way.names.join(', ');
    setOptions(notation, available().map(({ id, title }) => ({ value: id, label: title })));
    notation.value = way.id;
    const position = coordinates.position(point.x, point.y);
    /** @param {import('../types').SkyPosition} at */
    const written = (at) => way.format(at, coordinates.data.scale).join('  ');
    if (position) positions.set(written(position));
    else if (!within || !coordinates.covers(point.x, point.y)) positions.set('–');
    else askPosition(point, way.id, written);
  }

  /** @param {Point} point @param {string} notationId @param {(at: import('../types').SkyPosition) => string} written */
  function askPosition({ x, y }, notationId, written) {
    const id = app.scene.metadata?.id ?? '';
    const planes = planesOf(app.view);
    positions.ask(JSON.stringify([opened, x, y, notationId, formatView(planes)]), (signal) => app.api.world(id, planes, x, y, signal),
      ({ lon, lat }) => (lon === null || lat === null ? NO_POSITION : written({ lon, lat })),
      (error) => {
        app.missed(error);
        return NO_POSITION;
      });
  }

  /** @param {number} x @param {number} y */
  function askValue(x, y) {
    const { metadata } = app.scene;
    if (!metadata || app.playing) return;
    const planes = planesOf(app.view);
    const { frame, channel, mix, collapse } = app.effective ?? {};
    // The planes in effect as well: without a choice, the server's changes with the HDU or a named view.
    const key = JSON.stringify([opened, metadata.hdu, x, y, formatView(planes), frame, channel, mix?.map(pickOf), collapse]);
    values.ask(key, (signal) => app.api.value(metadata.id, planes, x, y, signal), describe, (error) => {
      app.missed(error);
      return '–';
    });
  }

  /** @param {import('../types').PixelValue} news */
  function describe({ values: list, chip, flags }) {
    const several = list.length > 1;
    const unit = formatUnit(list.find((entry) => entry.unit)?.unit);
    const texts = list.map((entry) => {
      const number = entry.value === null ? 'missing' : formatValue(Number(entry.value));
      return several ? `${entry.name || entry.channel}: ${number}` : number;
    });
    const names = flags?.map(({ name }) => name).join(', ');
    return [texts.join('  '), unit, names && `(${names})`, chip && `(${chip})`].filter(Boolean).join(' ');
  }

  // A touch screen has no pointer between touches: the cross at the center is read out instead.
  const touch = matchMedia('(hover: none)');
  app.map.onPointer((point) => { pointer = touch.matches ? null : point; update(); });
  app.map.onMoving(() => { if (!pointer) update(); });
  return { element, update, cycle, toggleCenter, get notation() { return current(); } };
}
