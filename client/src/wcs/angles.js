// Angles as astronomers write and read them.

/** @typedef {import('../types').SkyPosition} SkyPosition */

/**
 * Sexagesimal text. Rounding is done once, on the last digit's unit, so 60 never appears in the
 * minutes or seconds.
 * @param {number} value in degrees, or hours
 * @param {{decimals?: number, sign?: boolean, wrap?: number, width?: number}} [format]
 *   wrap: value that is written as 0 again (24 for hours, 360 for degrees)
 */
export function formatSexagesimal(value, { decimals = 2, sign = false, wrap = 0, width = 2 } = {}) {
  const unit = 10 ** decimals;
  let ticks = Math.round(Math.abs(value) * 3600 * unit);
  const whole = wrap * 3600 * unit;
  const negative = value < 0 && ticks > 0;
  if (whole) {
    if (negative) ticks = whole - (ticks % whole);
    ticks %= whole;
  }
  const seconds = ticks % (60 * unit);
  const minutes = Math.floor(ticks / (60 * unit)) % 60;
  const units = Math.floor(ticks / (3600 * unit));
  const text = [
    String(units).padStart(width, '0'),
    String(minutes).padStart(2, '0'),
    (seconds / unit).toFixed(decimals).padStart(decimals ? decimals + 3 : 2, '0'),
  ].join(':');
  return (negative && !whole ? '−' : sign ? '+' : '') + text;
}

/** Signed decimal degrees, with a real minus sign. @param {number} value @param {number} decimals @param {boolean} [sign] */
export function formatDegrees(value, decimals, sign = false) {
  const text = Math.abs(value).toFixed(decimals);
  const zero = Number(text) === 0;
  return (value < 0 && !zero ? '−' : sign ? '+' : '') + text;
}

/** Longitude in decimal degrees, in [0, 360) also after rounding. @param {number} value @param {number} decimals */
export function formatLongitude(value, decimals) {
  const text = (((value % 360) + 360) % 360).toFixed(decimals);
  return Number(text) >= 360 ? (0).toFixed(decimals) : text;
}

/**
 * Decimals that resolve a tenth of a pixel.
 * @param {number | null} scale arcsec per pixel
 * @param {number} unit arcsec in the unit written: 1 for seconds of arc, 15 of time, 3600 for degrees
 */
export function decimalsFor(scale, unit) {
  if (!scale || !(scale > 0)) return unit === 3600 ? 5 : 2;
  return Math.max(0, Math.min(unit === 3600 ? 8 : 4, Math.ceil(-Math.log10(scale / 10 / unit))));
}

const NUMBER = /^[+-]?(\d+(\.\d*)?|\.\d+)$/;

/**
 * One angle of one to three parts; null when the text is invalid.
 * @param {string[]} parts @param {boolean} negative
 */
function join(parts, negative) {
  const numbers = parts.map(Number);
  if (!parts.length || parts.length > 3 || parts.some((part) => !NUMBER.test(part))) return null;
  if (numbers.slice(1).some((part) => part < 0 || part >= 60)) return null;
  // Only the last part may have a fraction: "10.5 30" are two angles, not one.
  if (parts.slice(0, -1).some((part) => part.includes('.'))) return null;
  const [units, minutes = 0, seconds = 0] = numbers.map(Math.abs);
  return (negative ? -1 : 1) * (units + minutes / 60 + seconds / 3600);
}

/** @param {string} text */
function tidy(text) {
  return text.trim()
    .replace(/[−–]/g, '-')
    .replace(/[°ºd]/gi, 'd ').replace(/[hʰ]/gi, 'h ')
    .replace(/(?<=\d)\s*[m'′ᵐ]/gi, ' ').replace(/(?<=\d)\s*(''|["″sˢ])/gi, ' ')
    .replace(/:/g, ' ')
    .replace(/(?<=\d)(?=[+-])/g, ' ') // a sign begins an angle
    .replace(/([+-])\s+/g, '$1');
}

/** Split into the texts of a longitude and a latitude. @param {string} text @returns {[string[], string[]] | null} */
function halves(text) {
  const words = (/** @type {string} */ part) => part.trim().split(/\s+/).filter(Boolean);
  const comma = text.split(/[,;]/);
  if (comma.length === 2) return [words(comma[0]), words(comma[1])];
  if (comma.length > 2) return null;
  const all = words(text);
  const marked = all.findIndex((word, index) => index > 0 && /[dh]$/.test(word));
  if (marked > 0 && /[dh]$/.test(all[0])) return [all.slice(0, marked), all.slice(marked)];
  const signed = all.findIndex((word, index) => index > 0 && /^[+-]/.test(word));
  if (signed > 0) return [all.slice(0, signed), all.slice(signed)];
  if (all.length % 2) return null;
  return [all.slice(0, all.length / 2), all.slice(all.length / 2)];
}

/**
 * Position of a text such as "12:30:45.6 -41:16:09", "12h30m45s −41°16′", or "187.69 -41.27".
 * @param {string} text
 * @param {boolean} hours whether a longitude of several parts counts in hours
 * @returns {SkyPosition | null} degrees
 */
export function parsePosition(text, hours) {
  const tidied = tidy(text);
  const both = halves(tidied);
  if (!both) return null;
  const marked = both[0].some((word) => /h$/.test(word));
  const degrees = both[0].some((word) => /d$/.test(word));
  const [first, second] = both.map((words) => {
    const bare = words.map((word) => word.replace(/[dh]$/, '')).filter(Boolean);
    return { parts: bare, angle: join(bare, Boolean(bare[0]?.startsWith('-'))) };
  });
  if (first.angle === null || second.angle === null) return null;
  const inHours = marked || (hours && !degrees && first.parts.length > 1);
  const lon = inHours ? first.angle * 15 : first.angle;
  if (Math.abs(second.angle) > 90 || lon < -360 || lon > 360) return null;
  return { lon: ((lon % 360) + 360) % 360, lat: second.angle };
}

/** Two plain numbers, as of a pixel; null when the text is something else. @param {string} text @returns {[number, number] | null} */
export function parsePair(text) {
  const words = text.trim().replace(/[−–]/g, '-').split(/[\s,;]+/).filter(Boolean);
  return words.length === 2 && words.every((word) => NUMBER.test(word))
    ? [Number(words[0]), Number(words[1])] : null;
}
