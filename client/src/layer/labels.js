// Places for the labels of a grid's lines: one for each line, none over another or over a tool.

/** @typedef {import('../types').Point} Point */
/** @typedef {import('./mesh.js').Box} Box */
/** @typedef {import('./graticule.js').Line} Line */

/** Space for a label in screen pixels; some are written on their place, others beside it. */
const ROOM = { x: 84, y: 26 };
/** Meridians whose ends are closer than this on the screen run together. */
const CLOSE = 40;

/** Keep a label that is centered on its place within the visible part. @param {Point} at @param {number} half of its width @param {Box} box @returns {Point} */
function within({ x, y }, half, box) {
  const [left, right] = [box.x + half, box.x + box.width - half];
  return { x: left < right ? Math.min(Math.max(x, left), right) : (left + right) / 2, y };
}

/** The lowest point of a line. @param {Line} line */
const lowest = ({ segments }) => segments.flat().reduce((best, point) => (point.y > best.y ? point : best));

/**
 * Order in which the points of meridians are tried: from the lower edge up, or from the middle where
 * the meridians meet at a pole below.
 * @param {Line[]} meridians @param {number} magnification @param {Box} box
 * @returns {(point: Point) => number}
 */
function preference(meridians, magnification, box) {
  const ends = meridians.map(lowest);
  const meet = ends.some((a, k) => ends.slice(k + 1).some((b) => Math.hypot(a.x - b.x, a.y - b.y) * magnification < CLOSE));
  const middle = box.y + box.height / 2;
  return meet ? ({ y }) => Math.abs(y - middle) : ({ y }) => -y;
}

/** Whether two places are too close for a label each. @param {Point} a @param {Point} b @param {number} magnification */
function overlap(a, b, magnification) {
  return Math.abs(a.x - b.x) * magnification <= ROOM.x && Math.abs(a.y - b.y) * magnification <= ROOM.y;
}

/**
 * Place of each line's label: near the left edge on parallels, near the lower edge on meridians, or
 * farther along the line where that is taken.
 * @param {Line[]} lines @param {number} magnification @param {Box} box that is visible
 * @param {Box[]} [taken] by tools over the map
 */
export function labelPlaces(lines, magnification, box, taken = []) {
  const named = lines.filter(({ axis }) => axis !== 'edge');
  const up = preference(named.filter(({ axis }) => axis === 'lon'), magnification, box);
  const half = { x: ROOM.x / 2 / magnification, y: ROOM.y / 2 / magnification };
  /** @type {{line: Line, at: Point}[]} */
  const places = [];
  for (const line of named) {
    const isLat = line.axis === 'lat';
    const order = isLat ? (/** @type {Point} */ { x }) => x : up;
    // The text of a parallel stands to the right of its place.
    const center = (/** @type {Point} */ { x, y }) => (isLat ? { x: x + half.x, y } : { x, y });
    const isFree = (/** @type {Point} */ at) => places.every((other) => !overlap(other.at, at, magnification))
      && taken.every((part) => !covers(part, center(at), half));
    const at = line.segments.flat().sort((a, b) => order(a) - order(b))
      .map((point) => (isLat ? point : within(point, half.x, box))).find(isFree);
    if (at) places.push({ line, at });
  }
  return places;
}

/** Whether a label at a point touches a box. @param {Box} box @param {Point} at @param {{x: number, y: number}} half */
function covers({ x, y, width, height }, at, half) {
  return at.x > x - half.x && at.x < x + width + half.x && at.y > y - half.y && at.y < y + height + half.y;
}
