// Goes to a position that the user enters.

import { h } from '../ui/dom.js';
import { openDialog } from '../ui/dialog.js';
import { transformation } from '../wcs/systems.js';
import { fromFits } from '../wcs/fits.js';
import { parsePair, parsePosition } from '../wcs/angles.js';
import { frameTitle, isEquatorial } from '../wcs/frames.js';

/** @typedef {import('../app/app.js').App} App */

/** @param {App} app */
export function openGoto(app) {
  const { metadata, sky } = app.scene;
  if (!metadata) return;
  const { width, height } = metadata;
  const system = h('select', { 'aria-label': 'Coordinates' });
  const own = metadata.sky.frame;
  const options = [];
  if (sky?.exists) {
    options.push([own, frameTitle(own, metadata.sky.equinox)]);
    if (own === 'icrs' || own === 'fk5') options.push(['galactic', 'Galactic']);
    if (own === 'galactic') options.push(['icrs', 'ICRS']);
  }
  options.push(['pixel', 'FITS pixel x, y']);
  system.append(...options.map(([value, label]) => h('option', { value }, label)));
  const input = h('input', { type: 'text', 'aria-label': 'Position', autocomplete: 'off', spellcheck: false });
  const problem = h('p', { class: 'problem', role: 'alert' });
  const hint = h('p', { class: 'hint' });
  const describe = () => {
    hint.textContent = system.value === 'pixel' ? 'For example 1024, 512.5; the center of the first pixel is 1, 1.'
      : isEquatorial(system.value) ? 'For example 12:30:49.4 +12:23:28, 12h30m49.4s 12d23m28s, or 187.706 12.391.'
        : 'Two angles in degrees, for example 120.5 −3.25.';
  };
  system.addEventListener('change', describe);
  describe();

  /** @param {Event} event */
  async function submit(event) {
    event.preventDefault();
    problem.textContent = '';
    try {
      const point = await find();
      if (point.x < 0 || point.y < 0 || point.x > width || point.y > height) {
        throw new Error('This position is outside the image.');
      }
      app.map.look(point);
      dialog.close();
    } catch (error) {
      problem.textContent = /** @type {Error} */ (error).message;
    }
  }

  async function find() {
    if (system.value === 'pixel') {
      const pair = parsePair(input.value);
      if (!pair) throw new Error('Expected two numbers, x and y.');
      return fromFits({ x: pair[0], y: pair[1] }, height, metadata?.topDown);
    }
    const position = parsePosition(input.value, isEquatorial(system.value));
    if (!position) throw new Error('Expected two angles, the second within ±90°.');
    const turn = transformation({ frame: system.value }, metadata?.sky ?? { frame: own });
    return app.pointAt(turn ? turn(position) : position);
  }

  const dialog = openDialog('Go to', [h('form', { class: 'stack', onsubmit: submit },
    h('div', { class: 'row' }, system, input), hint, problem,
    h('div', { class: 'row end' }, h('button', { type: 'submit', class: 'button primary' }, 'Go')))]);
  input.focus();
}
