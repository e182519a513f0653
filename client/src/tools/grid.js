// The coordinate grid over the map, in the coordinates of the readout.

import { graticule, lineLabel } from '../layer/graticule.js';
import { remember, remembered } from '../ui/memory.js';
import { isEquatorial, rotation } from '../wcs/frames.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../wcs/frames.js').Notation} Notation */
/** @typedef {import('../layer/graticule.js').Line} Line */
/** @typedef {import('../layer/graticule.js').Box} Box */
/** @typedef {import('../types').Point} Point */

/** Screen pixels of one cell of the mesh. */
const CELL = 14;
/** Space for a label in screen pixels; some are written on their place, others beside it. */
const ROOM = { x: 84, y: 26 };

/** Keep a label that is centered on its place within the visible part. @param {Point} at @param {number} half of its width @param {Box} box @returns {Point} */
function within({ x, y }, half, box) {
  const [left, right] = [box.x + half, box.x + box.width - half];
  return { x: left < right ? Math.min(Math.max(x, left), right) : (left + right) / 2, y };
}

/**
 * Place of each line's label: where the line is nearest to the left edge, or to the lower one.
 * @param {Line[]} lines @param {number} magnification @param {Box} box that is visible
 */
export function labelPlaces(lines, magnification, box) {
  /** @type {{line: Line, at: Point}[]} */
  const places = [];
  for (const line of lines) {
    const points = line.segments.flat();
    const end = points.reduce((best, point) => ((line.axis === 'lat' ? point.x < best.x : point.y > best.y) ? point : best));
    const at = line.axis === 'lat' ? end : within(end, ROOM.x / 2 / magnification, box);
    const isFree = places.every((other) => Math.abs(other.at.x - at.x) * magnification > ROOM.x
      || Math.abs(other.at.y - at.y) * magnification > ROOM.y);
    if (isFree) places.push({ line, at });
  }
  return places;
}

/** @param {App} app @param {() => Notation | null} notation the readout's */
export function createGrid(app, notation) {
  let on = remembered('grid') === 'true';
  let shown = '';

  function draw() {
    const { metadata, sky } = app.scene;
    const way = notation();
    const box = app.map.visibleRegion();
    const key = on && metadata && sky?.exists && way && box ? JSON.stringify([metadata.id, metadata.hdu, way.id, box, app.map.zoom]) : '';
    if (key === shown) return;
    shown = key;
    if (!key || !metadata || !sky || !way || !box) {
      app.map.drawGrid([], []);
      return;
    }
    const { frame } = metadata.sky;
    const turn = rotation(frame, way.id);
    const isSexagesimal = way.id === 'sexagesimal';
    const hours = isSexagesimal && (Boolean(turn) || isEquatorial(frame));
    const kinds = /** @type {const} */ ({ lon: hours ? 'hours' : isSexagesimal ? 'sexagesimal' : 'decimal', lat: isSexagesimal ? 'sexagesimal' : 'decimal' });
    const isSolar = way.id === 'solar';
    const found = graticule(box, CELL / app.map.magnification, (x, y) => {
      const position = sky.position(x, y);
      return position && turn ? turn(position) : position;
    }, isSolar ? { lon: 'arcsec', lat: 'arcsec' } : kinds);
    const lines = found?.lines ?? [];
    app.map.drawGrid(lines.map(({ segments }) => segments), labelPlaces(lines, app.map.magnification, box).map(({ line, at }) => {
      const isLat = line.axis === 'lat';
      const value = isSolar && !isLat && line.value > 180 ? line.value - 360 : line.value;
      const step = found?.steps[line.axis] ?? 1;
      return { at, axis: line.axis, text: lineLabel(value, step, isSolar ? 'arcsec' : kinds[line.axis], isLat || isSolar) };
    }));
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
