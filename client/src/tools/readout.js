// Pixel, value and sky position under the pointer, or at the center of the map without a pointer.

import { h, setOptions } from '../ui/dom.js';
import { formatValue, planeLabel } from '../ui/format.js';
import { remember, remembered } from '../ui/memory.js';
import { Latest } from '../state/latest.js';
import { planesKey } from '../view/known.js';
import { fitsPixel } from '../wcs/fits.js';
import { chosenNotation, notations, usualNotations } from '../wcs/frames.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Point} Point */

/** @param {App} app @param {() => void} [onNotation] called when the notation changes */
export function createReadout(app, onNotation = () => {}) {
  const values = new Latest(60);
  const exact = new Latest(90);
  const place = h('span', { class: 'readout-value readout-pixel' });
  const value = h('span', { class: 'readout-value readout-data' });
  const plane = h('span', { class: 'readout-label readout-plane' }, 'Value');
  const sky = h('span', { class: 'readout-value readout-sky' });
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
  let isCentered = remembered('pixel-center') === 'true';
  /** The pixel whose value is shown or requested. */
  let asked = '';

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
    plane.textContent = app.effective ? planeLabel(metadata, app.effective) || 'Value' : 'Value';
    const point = pointer ?? app.map.center;
    origin.textContent = [pointer ? '' : 'map center', isCentered ? 'position of the pixel’s center' : ''].filter(Boolean).join(', ');
    const column = Math.floor(point.x);
    const row = Math.floor(point.y);
    const within = column >= 0 && row >= 0 && column < metadata.width && row < metadata.height;
    place.textContent = within ? fitsPixel(point, metadata.height, metadata.topDown).join(', ') : 'outside';
    showSky(isCentered ? { x: column + 0.5, y: row + 0.5 } : point, within);
    if (within) askValue(column, row);
    else {
      values.cancel();
      asked = '';
      value.textContent = '–';
    }
  }

  /** @param {Point} point @param {boolean} within */
  function showSky(point, within) {
    exact.cancel();
    const coordinates = app.scene.sky;
    const way = current();
    const linear = coordinates?.linear(point.x, point.y);
    skyGroup.hidden = !way && !linear;
    notation.hidden = !way || available().length < 2;
    if (!coordinates) return;
    if (!way) {
      const data = coordinates.data.linear;
      skyLabel.textContent = data?.names.join(', ') ?? '';
      sky.textContent = linear?.map((part, k) => `${formatValue(part, 8)} ${data?.units[k] ?? ''}`.trim()).join(', ') ?? '';
      return;
    }
    skyLabel.textContent = way.names.join(', ');
    setOptions(notation, available().map(({ id, title }) => ({ value: id, label: title })));
    notation.value = way.id;
    const position = coordinates.position(point.x, point.y);
    /** @param {import('../types').SkyPosition} at */
    const write = (at) => { sky.textContent = way.format(at, coordinates.data.scale).join('  '); };
    if (position) write(position);
    else if (!within || !coordinates.covers(point.x, point.y)) sky.textContent = '–';
    else {
      const { metadata } = app.scene;
      exact.run((signal) => app.api.world(metadata?.id ?? '', app.view, point.x, point.y, signal),
        ({ lon, lat }) => {
          if (lon === null || lat === null) sky.textContent = 'no sky position';
          else write({ lon, lat });
        },
        (error) => {
          sky.textContent = 'no sky position';
          app.missed(error);
        });
    }
  }

  /** @param {number} x @param {number} y */
  function askValue(x, y) {
    const { metadata } = app.scene;
    if (!metadata || app.playing) return;
    const key = JSON.stringify([metadata.id, metadata.hdu, x, y, planesKey(app.view, Boolean(metadata.automatic.mix?.length))]);
    if (key === asked) return;
    asked = key;
    values.run((signal) => app.api.value(metadata.id, app.view, x, y, signal),
      (news) => { value.textContent = describe(news); },
      (error) => {
        asked = '';
        value.textContent = '–';
        app.missed(error);
      });
  }

  /** @param {import('../types').PixelValue} news */
  function describe({ values: list, chip, flags }) {
    const several = list.length > 1;
    const unit = list.find((entry) => entry.unit)?.unit ?? '';
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
