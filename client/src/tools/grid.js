// The coordinate grid over the map, in the coordinates of the readout.

import { graticule, lineLabel } from '../layer/graticule.js';
import { labelPlaces } from '../layer/labels.js';
import { ringsIn, ringsOf } from '../layer/mesh.js';
import { Latest } from '../state/latest.js';
import { remember, remembered } from '../ui/memory.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../wcs/frames.js').Notation} Notation */
/** @typedef {import('../layer/graticule.js').Steps} Steps */
/** @typedef {import('../layer/mesh.js').Ring} Ring */
/** @typedef {import('../layer/mesh.js').Box} Box */
/** @typedef {import('../types').SkyPosition} SkyPosition */

/** Screen pixels of one cell of the mesh. */
const CELL = 14;
/** Nodes of the server's mesh along a side, at most. */
const NODES = 160;

/** @param {number} cells */
const count = (cells) => Math.max(2, Math.min(NODES, Math.ceil(cells) + 1));

/** @param {App} app @param {() => Notation | null} notation the readout's */
export function createGrid(app, notation) {
  let on = remembered('grid') === 'true';
  let shown = '';
  let isDrawn = false;
  const exact = new Latest();

  function draw() {
    const { metadata, sky } = app.scene;
    const way = notation();
    const box = app.map.visibleRegion();
    const key = on && metadata && sky?.exists && way && box ? JSON.stringify([metadata.id, metadata.hdu, way.id, box, app.map.zoom]) : '';
    if (key === shown) return;
    shown = key;
    if (!key || !metadata || !sky || !way || !box) {
      exact.cancel();
      isDrawn = false;
      app.map.drawGrid([], []);
      return;
    }
    const { turn } = way;
    const cell = CELL / app.map.magnification;
    const rings = ringsIn(box, cell, (x, y) => {
      const position = sky.position(x, y);
      return position && turn(position);
    });
    exact.cancel();
    if (!sky.isCertain(box)) {
      const nodes = { nx: count(box.width / cell), ny: count(box.height / cell) };
      exact.run(
        (signal) => app.api.mesh(metadata.id, app.view, box, nodes, signal),
        (mesh) => drawLines(ringsOf(mesh, turn), box, way),
        () => drawLines(rings, box, way),
      );
      // Until the answer is there, lines of the part that was in sight before stay.
      if (isDrawn) return;
    }
    drawLines(rings, box, way);
  }

  /** @param {Ring[]} rings @param {Box} box that is visible @param {Notation} way */
  function drawLines(rings, box, way) {
    const isSolar = way.style === 'solar';
    /** @type {Record<Notation['style'], {lon: Steps, lat: Steps}>} */
    const steps = {
      hours: { lon: 'hours', lat: 'sexagesimal' },
      sexagesimal: { lon: 'sexagesimal', lat: 'sexagesimal' },
      decimal: { lon: 'decimal', lat: 'decimal' },
      solar: { lon: 'arcsec', lat: 'arcsec' },
    };
    const kinds = steps[way.style];
    const found = graticule(rings, kinds);
    const lines = found?.lines ?? [];
    const places = labelPlaces(lines, app.map.magnification, box, app.map.covered());
    app.map.drawGrid(lines.map(({ segments }) => segments), places.map(({ line, at }) => {
      const axis = line.axis === 'lat' ? 'lat' : 'lon';
      const value = isSolar && axis === 'lon' && line.value > 180 ? line.value - 360 : line.value;
      return { at, axis, text: lineLabel(value, found?.steps[axis] ?? 1, kinds[axis], axis === 'lat' || isSolar) };
    }));
    isDrawn = lines.length > 0;
  }

  return {
    update: draw,
    get isOn() { return on; },
    get isPossible() { return Boolean(app.scene.sky?.exists); },
    toggle() {
      on = !on;
      remember('grid', String(on));
      draw();
    },
  };
}
