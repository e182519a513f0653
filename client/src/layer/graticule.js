// The coordinate grid: lines of equal longitude and latitude in the visible part of the image.
//
// Positions are taken on a mesh (`mesh.js`), and the lines are the contours of both coordinates on it. So
// every projection, distortion and mosaic is drawn alike, and nothing is drawn where there is no sky.

/** @typedef {import('../types').Point} Point */
/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {import('./mesh.js').Ring} Ring */
/** @typedef {{axis: 'lon' | 'lat' | 'edge', value: number, segments: [Point, Point][]}} Line value in degrees */

/** Approximate number of lines along each coordinate. */
const LINES = 6;
/** A cell across which a coordinate changes by more holds the seam of a map, degrees. */
const WIDEST = 40;
/** A corner on the border of the sky and this close to a line lies on it, degrees. */
const ON_BORDER = 5e-3;
const DEGREE = Math.PI / 180;

const DEGREES = [90, 45, 30, 20, 15, 10, 5, 2, 1];
const SIXTIETHS = [30, 20, 10, 5, 2, 1];
const DECIMALS = [...Array(9).keys()].flatMap((power) => [5, 2, 1].map((n) => n / 10 ** (power + 1)));

/** Round steps from coarse to fine, degrees. */
const STEPS = {
  sexagesimal: [...DEGREES, ...SIXTIETHS.map((n) => n / 60), ...SIXTIETHS.map((n) => n / 3600), ...DECIMALS.map((n) => n / 3600)],
  hours: [6, 4, 3, 2, 1, ...SIXTIETHS.map((n) => n / 60), ...SIXTIETHS.map((n) => n / 3600), ...DECIMALS.map((n) => n / 3600)].map((n) => n * 15),
  decimal: [...DEGREES, ...DECIMALS],
  arcsec: [50000, 20000, 10000, 5000, 2000, 1000, 500, 200, 100, 50, 20, 10, 5, 2, 1, ...DECIMALS].map((n) => n / 3600),
};

/** @typedef {keyof typeof STEPS} Steps */

/** Largest round step of which about as many as wanted fit into a range. @param {Steps} kind @param {number} range degrees */
export function stepFor(kind, range) {
  const steps = STEPS[kind];
  return steps.find((step) => range / step >= LINES - 2) ?? steps[steps.length - 1];
}

/** Difference of two longitudes, in [-180, 180). @param {number} a @param {number} b */
const turn = (a, b) => ((((a - b + 180) % 360) + 360) % 360) - 180;

/** Where the straight line from one corner to the next crosses zero. @param {Point} a @param {Point} b @param {number} atA @param {number} atB @returns {Point} */
function between(a, b, atA, atB) {
  const t = atA / (atA - atB);
  return { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) };
}

/**
 * Offset from a meridian's great circle, degrees: smooth at the poles, where longitude is not.
 * @param {number} meridian
 */
const offMeridian = (meridian) => (/** @type {SkyPosition} */ { lon, lat }) => (
  Math.cos(lat * DEGREE) * Math.sin((lon - meridian) * DEGREE)) / DEGREE;

/** Whether a position is on the meridian's half of its great circle. @param {number} meridian */
const onMeridiansSide = (meridian) => (/** @type {SkyPosition} */ { lon }) => Math.cos((lon - meridian) * DEGREE) > 0;

/**
 * Where a field is zero, in cells whose corners all pass the test.
 * @param {Ring[]} rings @param {(sky: SkyPosition) => number} field
 * @param {(sky: SkyPosition) => boolean} [isThere]
 * @returns {[Point, Point][]}
 */
function contour(rings, field, isThere = () => true) {
  /** @type {[Point, Point][]} */
  const segments = [];
  for (const ring of rings) {
    const values = ring.map(({ sky }) => (isThere(sky) ? field(sky) : NaN));
    if (!(Math.max(...values) - Math.min(...values) < WIDEST)) continue; // NaN, too
    leaveBorder(ring, values);
    const found = [];
    for (let k = 0; k < ring.length; k += 1) {
      const next = (k + 1) % ring.length;
      if (values[k] < 0 !== values[next] < 0) found.push(between(ring[k].point, ring[next].point, values[k], values[next]));
    }
    for (let k = 0; k + 1 < found.length; k += 2) segments.push([found[k], found[k + 1]]);
  }
  return segments;
}

/**
 * Let no line run along the border, which is drawn as a line of its own: there, rounding decides on
 * which side of the line a corner lies.
 * @param {Ring} ring @param {number[]} values
 */
function leaveBorder(ring, values) {
  const inner = values.find((_, k) => !ring[k].isBorder) ?? 1;
  ring.forEach(({ isBorder }, k) => {
    if (isBorder && Math.abs(values[k]) < ON_BORDER) values[k] = Math.sign(inner) * ON_BORDER;
  });
}

/** Where the sky ends. @param {Ring[]} rings @returns {[Point, Point][]} */
function border(rings) {
  return rings.flatMap((ring) => ring.flatMap((here, k) => {
    const next = ring[(k + 1) % ring.length];
    return here.isBorder && next.isBorder ? [/** @type {[Point, Point]} */ ([here.point, next.point])] : [];
  }));
}

/** Range of the longitudes, from the middle of the mesh outward, and of the latitudes. @param {Ring[]} rings */
function extent(rings) {
  const all = rings.flat().map(({ sky }) => sky);
  if (!all.length) return null;
  const middle = all[all.length >> 1].lon;
  const offsets = all.map(({ lon }) => turn(lon, middle));
  const range = (/** @type {number[]} */ values) => values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);
  const [west, east] = range(offsets);
  const [south, north] = range(all.map(({ lat }) => lat));
  return { west: west + middle, east: east + middle, south, north };
}

/** @param {number} low @param {number} high @param {number} step */
function multiples(low, high, step) {
  const first = Math.ceil(low / step);
  return Array.from({ length: Math.max(0, Math.floor(high / step) - first + 1) }, (_, k) => (first + k) * step);
}

/**
 * Lines of the grid over the cells of a mesh, and the steps between them in degrees.
 * @param {Ring[]} rings
 * @param {{lon: Steps, lat: Steps}} kinds
 * @returns {{lines: Line[], steps: {lon: number, lat: number}} | null} null where there is no sky
 */
export function graticule(rings, kinds) {
  const range = extent(rings);
  if (!range) return null;
  const steps = {
    lon: stepFor(kinds.lon, range.east - range.west),
    lat: stepFor(kinds.lat, range.north - range.south),
  };
  const meridians = new Set(multiples(range.west, range.east, steps.lon).map((lon) => Number((((lon % 360) + 360) % 360).toFixed(10)) % 360));
  /** @type {Line[]} */
  const lines = [
    ...[...meridians].map((value) => ({
      axis: /** @type {const} */ ('lon'), value,
      segments: contour(rings, offMeridian(value), onMeridiansSide(value)),
    })),
    ...multiples(range.south, range.north, steps.lat).filter((value) => Math.abs(value) < 89.999).map((value) => ({
      axis: /** @type {const} */ ('lat'), value, segments: contour(rings, ({ lat }) => lat - value),
    })),
    { axis: 'edge', value: NaN, segments: border(rings) },
  ];
  return { lines: lines.filter(({ segments }) => segments.length), steps };
}

/** Digits after the point that multiples of a step need. @param {number} step */
function decimals(step) {
  return Math.max(0, Math.min(9, Math.ceil(-Math.log10(step) - 1e-6)));
}

/**
 * Label of a line, with as many digits as its step needs.
 * @param {number} value degrees @param {number} step degrees @param {Steps} kind @param {boolean} signed
 */
export function lineLabel(value, step, kind, signed) {
  const sign = value < -1e-12 ? '−' : signed && value > 1e-12 ? '+' : '';
  const size = Math.abs(value);
  if (kind === 'arcsec') return `${sign}${(size * 3600).toFixed(decimals(step * 3600))}″`;
  if (kind === 'decimal') return `${sign}${size.toFixed(decimals(step))}°`;
  const unit = kind === 'hours' ? 15 : 1;
  const [whole, minute, second] = kind === 'hours' ? ['h', 'm', 's'] : ['°', '′', '″'];
  const digits = decimals((step / unit) * 3600);
  const total = Number(((size / unit) * 3600).toFixed(digits)); // so that 59.999 is 60 before it is cut
  const [first, rest] = [Math.floor(total / 3600), total % 3600];
  const parts = [`${first}${whole}`];
  if (step / unit < 1) parts.push(`${String(Math.floor(rest / 60)).padStart(2, '0')}${minute}`);
  if (step / unit < 1 / 60) parts.push(`${(rest % 60).toFixed(digits).padStart(digits ? digits + 3 : 2, '0')}${second}`);
  return sign + parts.join('');
}
