// Facts about the image: size, HDU, chips, coordinates.

import { field, h, setOptions } from '../ui/dom.js';
import { formatAngle, formatTime } from '../ui/format.js';
import { formatUnit } from '../ui/units.js';
import { section } from '../ui/section.js';
import { frameTitle } from '../wcs/frames.js';
import { AUTOMATIC, withChanges } from '../view/view.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Hdu} Hdu */

/** Most room that is kept for facts, in CSS pixels: more of them are an exception. */
const MOST_ROOM = 180;

/** @param {Hdu} hdu */
function hduLabel({ selector, name, version, shape, kind }) {
  if (kind === 'mosaic') return `Mosaic · ${name}`;
  const title = name ? `${selector} ${name}${version > 1 ? `,${version}` : ''}` : `HDU ${selector}`;
  const size = [...shape].reverse().join(' × ');
  return [title, size, kind === 'science' ? '' : kind].filter(Boolean).join(' · ');
}

/** @param {App} app */
export function createAbout(app) {
  const hdu = h('select', {
    onchange: () => {
      const chosen = app.scene.metadata?.hdus.find((entry) => entry.selector === hdu.value);
      // Another HDU has other pixels: limits and planes of this one do not apply to it.
      app.store.set({
        view: withChanges(AUTOMATIC, { hdu: chosen?.default ? undefined : hdu.value }),
        center: null, zoom: null, sky: null,
      });
    },
  });
  const hduField = field('HDU', hdu);
  const facts = h('dl', { class: 'facts' });
  const names = h('input', { type: 'checkbox', onchange: () => nameChips() });
  const namesField = h('label', { class: 'check' }, names, 'Chip names');
  const element = section('about', 'Image', [hduField, facts, namesField]);
  /** @type {string | null} */
  let prepared = null;
  let described = '';
  let room = 0;

  function nameChips() {
    app.map.nameChips(names.checked ? app.scene.metadata?.chips ?? [] : []);
  }

  /** Show the names of a contact sheet at first, but not those of a mosaic. @param {import('../types').Metadata} metadata */
  function chooseNames(metadata) {
    const key = `${metadata.id} ${metadata.hdu}`;
    namesField.hidden = !metadata.chips.length;
    if (key === prepared) return;
    prepared = key;
    names.checked = metadata.arrangement === 'contact sheet';
    nameChips();
  }

  function update() {
    const { metadata } = app.scene;
    element.hidden = !metadata;
    if (!metadata) {
      prepared = null;
      return;
    }
    chooseNames(metadata);
    hduField.hidden = metadata.hdus.length < 2;
    setOptions(hdu, metadata.hdus.map((entry) => ({ value: entry.selector, label: hduLabel(entry) })));
    hdu.value = metadata.hdu;
    const key = JSON.stringify(describe(metadata));
    if (key === described) return;
    described = key;
    facts.replaceChildren(...describe(metadata).flatMap(([name, text, title]) => [h('dt', {}, name), h('dd', { title }, text)]));
    steady();
  }

  /** The room that most facts so far have taken is kept: the controls below stay where they are. */
  function steady() {
    room = Math.min(Math.max(room, facts.scrollHeight), MOST_ROOM);
    facts.style.minHeight = `${room}px`;
  }

  return { element, update };
}

/** @param {import('../types').Metadata} metadata @returns {[string, string, string?][]} name, text, and the text of the header where it is another */
function describe(metadata) {
  const { sky, width, height, unit, chips, frames } = metadata;
  /** @type {[string, string, string?][]} */
  const facts = [['Size', `${width} × ${height} pixels`]];
  if (unit) facts.push(['Unit', formatUnit(unit), unit]);
  if (frames.length === 1 && frames[0].time) facts.push(['Date', formatTime(frames[0].time)]);
  if (sky.grids.length) {
    facts.push(['Sky', [frameTitle(sky.frame, sky.equinox), sky.projection].filter(Boolean).join(', ')]);
    if (sky.scale) facts.push(['Scale', `${formatAngle(sky.scale / 3600)} per pixel`]);
  } else if (sky.linear) facts.push(['Axes', sky.linear.names.join(', ')]);
  else facts.push(['Sky', sky.reason || 'no sky coordinates']);
  if (chips.length) {
    const broken = chips.filter((chip) => chip.problem);
    facts.push(['Chips', broken.length ? `${chips.length}, of which ${broken.length} with problems` : String(chips.length)]);
    for (const chip of broken.slice(0, 5)) facts.push([chip.name, String(chip.problem)]);
  }
  for (const note of metadata.notes) facts.push(['Note', note]);
  return facts;
}
