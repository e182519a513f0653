// Transformations between celestial frames, as `astropy.coordinates` computes them: all are rotations
// of unit vectors, except for the E-terms of aberration that FK4 contains.

import { dot, normalize, toPosition, toVector } from './vectors.js';

/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {import('./vectors.js').Vector} Vector */
/** @typedef {[Vector, Vector, Vector]} Matrix rows */
/** @typedef {{frame: string, equinox?: number | null}} System a frame, with its equinox in years if it has one */

const DEGREE = Math.PI / 180;
const ARCSEC = DEGREE / 3600;
const JULIAN_CENTURY = 36525;
const J2000 = 2451545;

/** Frames that can be transformed into each other, and their standard equinoxes. @type {Record<string, number | null>} */
const EQUINOXES = { icrs: null, fk5: 2000, fk4: 1950, 'fk4-no-e': 1950, galactic: null, supergalactic: null, ecliptic: 2000 };

/** Rotation of the axes about x (0), y (1) or z (2). @param {number} angle radians @param {0 | 1 | 2} axis @returns {Matrix} */
function turn(angle, axis) {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  if (axis === 0) return [[1, 0, 0], [0, c, s], [0, -s, c]];
  return axis === 1 ? [[c, 0, -s], [0, 1, 0], [s, 0, c]] : [[c, s, 0], [-s, c, 0], [0, 0, 1]];
}

/** @param {Matrix} m @returns {Matrix} */
const transposed = (m) => /** @type {Matrix} */ ([0, 1, 2].map((k) => m.map((row) => row[k])));

/** @param {Matrix} m @param {Vector} v @returns {Vector} */
const applied = (m, v) => [dot(m[0], v), dot(m[1], v), dot(m[2], v)];

/** Product of matrices; the last is applied first. @param {...Matrix} list @returns {Matrix} */
function product(...list) {
  return list.reduce((a, b) => {
    const columns = transposed(b);
    return /** @type {Matrix} */ (a.map((row) => columns.map((column) => dot(row, column))));
  });
}

/** Value of a polynomial. @param {number[]} terms from the constant up @param {number} t */
const polynomial = (terms, t) => terms.reduceRight((sum, term) => sum * t + term, 0);

// ICRS to FK5 J2000 (USNO Circular 179, section 3.5), angles in mas.
const FK5 = product(turn(19.9e-3 * ARCSEC, 0), turn(9.1e-3 * ARCSEC, 1), turn(-22.9e-3 * ARCSEC, 2));

// Rows: the galactic axes in ICRS as astropy has them: the pole and center of the IAU's definition
// in FK5 (Reid & Brunthaler 2004, ApJ 616, 872), seen from ICRS.
/** @type {Matrix} */
const GALACTIC = [
  [-0.05487565771259163, -0.8734370519556159, -0.48383507361671546],
  [0.4941094371927268, -0.4448297212232952, 0.7469821839866676],
  [-0.8676661375596576, -0.19807633727300053, 0.4559838136873016],
];

// Galactic to supergalactic: north pole at l = 47.37°, b = 6.32° (Lahav et al. 2000, MNRAS 312, 166).
const SUPERGALACTIC = product(turn(90 * DEGREE, 2), turn((90 - 6.32) * DEGREE, 1), turn(47.37 * DEGREE, 2));

// FK4 B1950 without E-terms to FK5 J2000, and its change per Julian century of the observation: FK4
// is a rotating system (Murray 1989, A&A 218, 325, equations 28 and 29).
/** @type {Matrix} */
const MURRAY = [
  [0.9999256794956877, -0.0111814832204662, -0.0048590038153592],
  [0.0111814832391717, 0.9999374848933135, -0.0000271625947142],
  [0.0048590037723143, -0.000027170293744, 0.9999881946023742],
];
const MURRAY_CHANGE = [
  [-0.0026455262e-6, -1.1539918689e-6, 2.111134619e-6],
  [1.1540628161e-6, -0.0129042997e-6, 0.0236021478e-6],
  [-2.1112979048e-6, -0.0056024448e-6, 0.0102587734e-6],
];

/** Precession of FK5 from J2000 (Capitaine et al. 2003, A&A 412, 567). @param {number} equinox Julian year */
function precession(equinox) {
  const t = (equinox - 2000) / 100;
  const zeta = polynomial([2.650545, 2306.083227, 0.2988499, 0.01801828, -5.971e-6, -3.173e-7], t);
  const z = polynomial([-2.650545, 2306.077181, 1.0927348, 0.01826837, -2.8596e-5, -2.904e-7], t);
  const theta = polynomial([0, 2004.191903, -0.4294934, -0.04182264, -7.089e-6, -1.274e-7], t);
  return product(turn(-z * ARCSEC, 2), turn(theta * ARCSEC, 1), turn(-zeta * ARCSEC, 2));
}

/** Precession of FK4 by Newcomb's angles, as in Seidelmann (1992). @param {number} from @param {number} to Besselian years */
function newcomb(from, to) {
  const t = (from - 1850) / 1000;
  const dt = (to - 1850) / 1000 - t;
  const first = 23035.545 + 139.72 * t + 0.06 * t * t;
  const zeta = polynomial([0, first, 30.24 - 0.27 * t, 17.995], dt);
  const z = polynomial([0, first, 109.48 + 0.39 * t, 18.325], dt);
  const theta = polynomial([0, 20051.12 - 85.29 * t - 0.37 * t * t, -42.65 - 0.37 * t, -41.8], dt);
  return product(turn(-z * ARCSEC, 2), turn(theta * ARCSEC, 1), turn(-zeta * ARCSEC, 2));
}

/** Julian date of a Besselian year (Lieske 1979, A&A 73, 282). @param {number} year */
const besselian = (year) => 2415020.31352 + (year - 1900) * 365.242198781;

/** ICRS to the mean ecliptic and equinox (IAU 2006; Hilton et al. 2006). @param {number} equinox Julian year @returns {Matrix} */
function ecliptic(equinox) {
  const t = (equinox - 2000) / 100;
  const gamma = polynomial([-0.052928, 10.556378, 0.4932044, -0.00031238, -2.788e-6, 2.6e-8], t);
  const phi = polynomial([84381.412819, -46.811016, 0.0511268, 0.00053289, -4.4e-7, -1.76e-8], t);
  const psi = polynomial([-0.041775, 5038.481484, 1.5584175, -0.00018522, -2.6452e-5, -1.48e-8], t);
  return product(turn(-psi * ARCSEC, 2), turn(phi * ARCSEC, 0), turn(gamma * ARCSEC, 2));
}

/** FK5 J2000 to FK4 without E-terms. @param {number} equinox Besselian year; also the epoch of the frame @returns {Matrix} */
function fk4(equinox) {
  const t = (besselian(equinox) - J2000 + 50 * 365.25) / JULIAN_CENTURY;
  const then = /** @type {Matrix} */ (MURRAY.map((row, i) => row.map((part, j) => part + MURRAY_CHANGE[i][j] * t)));
  return product(newcomb(1950, equinox), transposed(then));
}

/** E-terms of aberration (Seidelmann 1992, section 3.53). @param {number} equinox Besselian year @returns {Vector} */
function eTerms(equinox) {
  const date = besselian(equinox);
  const t = (date - besselian(1950)) / JULIAN_CENTURY;
  const size = 0.0056932 * DEGREE * polynomial([0.01673011, -0.00004193, -0.000000126], t);
  const perigee = polynomial([1015489.951, 6190.67, 1.65, 0.012], t) * ARCSEC;
  const obliquity = polynomial([84381.448, -46.815, -0.00059, 0.001813], (date - J2000) / JULIAN_CENTURY) * ARCSEC;
  const along = -size * Math.cos(perigee);
  return [size * Math.sin(perigee), along * Math.cos(obliquity), along * Math.sin(obliquity)];
}

/** @param {System} system @returns {number} */
const equinoxOf = ({ frame, equinox }) => equinox ?? EQUINOXES[frame] ?? 2000;

/** Matrix from ICRS to a frame, for FK4 to the frame without E-terms. @param {System} system @returns {Matrix} */
function fromIcrs(system) {
  switch (system.frame) {
    case 'fk5': return product(precession(equinoxOf(system)), FK5);
    case 'fk4':
    case 'fk4-no-e': return product(fk4(equinoxOf(system)), FK5);
    case 'galactic': return GALACTIC;
    case 'supergalactic': return product(SUPERGALACTIC, GALACTIC);
    case 'ecliptic': return ecliptic(equinoxOf(system));
    default: return [[1, 0, 0], [0, 1, 0], [0, 0, 1]];
  }
}

/** Whether positions in a frame can be transformed into other frames. @param {string} frame */
export function isTransformable(frame) {
  return frame in EQUINOXES;
}

/** @param {Vector} v @param {Vector} terms @returns {Vector} */
function withoutTerms(v, terms) {
  const along = dot(terms, v);
  return normalize(v.map((part, k) => part - terms[k] + along * part));
}

/** @param {Vector} v @param {Vector} terms @returns {Vector} */
function withTerms(v, terms) {
  let found = v;
  for (let k = 0; k < 10; k += 1) {
    const along = 1 + dot(terms, found);
    found = /** @type {Vector} */ (v.map((part, i) => (part + terms[i]) / along));
  }
  return normalize(found);
}

/**
 * Transformation of positions from one frame to another.
 * @param {System} from @param {System} to
 * @returns {((position: SkyPosition) => SkyPosition) | null} null if there is none
 */
export function transformation(from, to) {
  if (from.frame === to.frame && equinoxOf(from) === equinoxOf(to)) return (position) => position;
  if (!isTransformable(from.frame) || !isTransformable(to.frame)) return null;
  const matrix = product(fromIcrs(to), transposed(fromIcrs(from)));
  const before = from.frame === 'fk4' ? eTerms(equinoxOf(from)) : null;
  const after = to.frame === 'fk4' ? eTerms(equinoxOf(to)) : null;
  return ({ lon, lat }) => {
    const vector = toVector(lon, lat);
    const turned = normalize(applied(matrix, before ? withoutTerms(vector, before) : vector));
    return toPosition(after ? withTerms(turned, after) : turned);
  };
}
