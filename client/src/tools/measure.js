// Measurements: length and profile of a line, statistics of a box, spectrum of a pixel.

import { h, iconButton } from '../ui/dom.js';
import { formatAngle } from '../ui/format.js';
import { Latest } from '../state/latest.js';
import { planesOf, spectrumOf } from '../view/effective.js';
import { formatView } from '../view/view.js';
import { fitsPixel } from '../wcs/fits.js';
import { skyDistance } from './distance.js';
import { measured } from './measured.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Point} Point */
/** @typedef {'line' | 'box' | 'spectrum'} Tool */
/** @typedef {{from: Point, to: Point}} Mark */

const TITLES = /** @type {Record<Tool, string>} */ ({ line: 'Line', box: 'Box', spectrum: 'Spectrum' });
const HINTS = /** @type {Record<Tool, string>} */ ({
  line: 'Drag a line: its length, position angle and the values along it.',
  box: 'Drag a box: mean, median, standard deviation and sum of its pixels.',
  spectrum: 'Click a pixel: its values in all channels.',
});

/** Whole pixels that a box touches. @param {Mark} mark @param {{width: number, height: number}} size */
export function boxOf({ from, to }, { width, height }) {
  const x = Math.max(0, Math.floor(Math.min(from.x, to.x)));
  const y = Math.max(0, Math.floor(Math.min(from.y, to.y)));
  const right = Math.min(width, Math.max(x + 1, Math.ceil(Math.max(from.x, to.x))));
  const bottom = Math.min(height, Math.max(y + 1, Math.ceil(Math.max(from.y, to.y))));
  return right > x && bottom > y ? { x, y, width: right - x, height: bottom - y } : null;
}

/** @param {App} app @param {() => void} onToggle */
export function createMeasure(app, onToggle) {
  const requests = new Latest();
  /** @type {Tool} */
  let tool = 'line';
  /** @type {Mark | null} */
  let mark = null;
  /** First end of a mark that is made with the keyboard. @type {Point | null} */
  let begun = null;
  /** @type {(() => void) | null} */
  let stop = null;
  /** The keys of the last request; null where there is none. @type {string | null} */
  let asked = null;

  const tools = /** @type {Tool[]} */ (['line', 'box', 'spectrum']).map((name) => ({
    name,
    button: h('button', { type: 'button', class: 'choice', onclick: () => choose(name) }, TITLES[name]),
  }));
  const hint = h('p', { class: 'hint' });
  const summary = h('p', { class: 'measure-summary', role: 'status' });
  const result = h('div', { class: 'measure-result' });
  const element = h('section', { class: 'measure', 'aria-label': 'Measure' },
    h('div', { class: 'row' }, h('div', { class: 'choices', role: 'group', 'aria-label': 'Measuring tool' }, ...tools.map(({ button }) => button)),
      iconButton('close', 'Stop measuring', () => toggle())),
    hint, summary, result);
  element.hidden = true;

  /** @param {Tool} name */
  function choose(name) {
    tool = name;
    forget();
    update();
  }

  function forget() {
    requests.cancel();
    [mark, begun, asked] = [null, null, null];
    app.map.drawMark(null);
    summary.textContent = '';
    result.replaceChildren();
  }

  function toggle() {
    if (stop) {
      stop();
      stop = null;
      forget();
    } else if (app.scene.metadata) {
      stop = app.map.captureDrags({
        onDrag: (from, to) => place(tool === 'spectrum' ? { from: to, to } : { from, to }),
        onEnd: () => ask(),
      });
    }
    element.hidden = !stop;
    update();
    onToggle();
  }

  /** @param {Mark} next */
  function place(next) {
    mark = next;
    requests.cancel();
    asked = null;
    result.replaceChildren();
    hint.hidden = true;
    drawMark();
    describe();
  }

  function drawMark() {
    const { metadata } = app.scene;
    if (!mark || !metadata) return;
    const box = tool === 'line' ? null : boxOf(mark, metadata);
    if (tool === 'line') app.map.drawMark({ line: [mark.from, mark.to] });
    else app.map.drawMark(box && { box });
  }

  /** Show the results that do not need the server. */
  function describe() {
    const { metadata, sky } = app.scene;
    if (!mark || !metadata) return;
    const { from, to } = mark;
    if (tool === 'spectrum') {
      summary.textContent = `FITS pixel ${fitsPixel(to, metadata.height, metadata.topDown).join(', ')}`;
      return;
    }
    if (tool === 'box') {
      const box = boxOf(mark, metadata);
      const local = sky?.local((from.x + to.x) / 2, (from.y + to.y) / 2);
      const size = box && local?.scale ? ` · ${[box.width, box.height].map((side) => formatAngle((side * Number(local.scale)) / 3600)).join(' × ')}` : '';
      summary.textContent = box ? `${box.width} × ${box.height} pixels${size}` : 'Outside the image';
      return;
    }
    const pixels = `${Number(Math.hypot(to.x - from.x, to.y - from.y).toFixed(2))} pixels`;
    const [a, b] = [sky?.position(from.x, from.y), sky?.position(to.x, to.y)];
    if (!a || !b) {
      summary.textContent = pixels;
      return;
    }
    const { distance, angle } = skyDistance(a, b);
    summary.textContent = `${formatAngle(distance)} · position angle ${angle.toFixed(2)}° · ${pixels}`;
  }

  /** Keys of the view that a measurement depends on. */
  const selected = () => (tool === 'spectrum' ? spectrumOf(app.view) : planesOf(app.view));

  function ask() {
    const { metadata } = app.scene;
    if (!mark || !metadata || app.playing) return;
    const view = selected();
    asked = formatView(view);
    const done = (/** @type {Node[]} */ nodes) => result.replaceChildren(...nodes);
    const failed = (/** @type {Error} */ error) => done([h('p', { class: 'problem' }, error.message)]);
    const { from, to } = mark;
    if (tool === 'line') {
      if (from.x === to.x && from.y === to.y) return;
      requests.run((signal) => app.api.profile(metadata.id, view, from, to, signal), (news) => done(measured.profile(app, news)), failed);
    } else if (tool === 'box') {
      const box = boxOf(mark, metadata);
      if (box) requests.run((signal) => app.api.region(metadata.id, view, box, signal), (news) => done(measured.box(app, news)), failed);
    } else {
      const box = boxOf(mark, metadata);
      if (box) requests.run((signal) => app.api.spectrum(metadata.id, view, box.x, box.y, signal), (news) => done(measured.spectrum(app, news)), failed);
    }
  }

  /** Without a pointer, the center of the map is one end; the next call marks the other. */
  function markCenter() {
    if (!stop) return false;
    const { center } = app.map;
    place({ from: tool === 'spectrum' ? center : begun ?? center, to: center });
    const isWhole = tool === 'spectrum' || begun !== null;
    begun = isWhole ? null : center;
    if (isWhole) ask();
    return true;
  }

  let image = '';
  function update() {
    const { metadata } = app.scene;
    const now = metadata ? `${metadata.id} ${metadata.hdu}` : '';
    if (now !== image) {
      image = now;
      forget();
      if (!metadata && stop) toggle();
    }
    const several = (metadata?.channels.length ?? 0) > 1;
    if (!several && tool === 'spectrum') tool = 'line';
    for (const { name, button } of tools) {
      button.setAttribute('aria-pressed', String(name === tool));
      button.hidden = name === 'spectrum' && !several;
    }
    hint.textContent = HINTS[tool];
    hint.hidden = mark !== null;
    if (mark && asked !== null && asked !== formatView(selected())) ask(); // other planes are selected
  }

  return { element, update, toggle, markCenter, get isOn() { return stop !== null; } };
}
