// The values of a view's keys: each read from text, and written in its one canonical form.
// Readers throw errors whose message is the expected form; `view.js` adds the key and the value.

/** @typedef {import('../types').Interval} Interval */
/** @typedef {{channel: string, color: string}} MixEntry */
/** @typedef {{channel: string | null, interval: Interval}} LimitsEntry a channel of null stands for all */
/** @typedef {{name: string, parameter: number | null}} Stretch null: the stretch's default parameter */

export const STRETCHES = Object.freeze(['linear', 'sqrt', 'log', 'asinh', 'sinh', 'power', 'histeq', 'lupton']);

/** Default parameters; stretches without a parameter are not listed. @type {Readonly<Record<string, number>>} */
export const STRETCH_PARAMETERS = Object.freeze({ log: 1000, asinh: 0.1, sinh: 1 / 3, power: 2, lupton: 8 });

/** Patterns of color cameras, and the mosaic as it is. */
export const CFA_VALUES = Object.freeze(['none', 'rggb', 'bggr', 'grbg', 'gbrg']);

/** All flags, none of them, and numbers instead of flags. */
const BITS_WORDS = Object.freeze(['all', 'none', 'off']);

export const COLLAPSES = Object.freeze(['mean', 'sum', 'max', 'median']);

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
// Without the characters that separate keys, values and lists, or that end a path in an address.
const NAME = /^[^;=&,:~/?#\x00-\x1f\x7f]+$/;
const RANGE = /^(\d{1,9})(?:-(\d{1,9}))?$/;
const BIT_RANGE = /^(\d{1,3})(?:-(\d{1,3}))?$/;
const BITS_EXPECTED = 'all, none, off, or numbers from 0, ranges of them and names, separated by commas';
const PICK_EXPECTED = 'a number from 1, a name, or a range first-last of numbers';
const COLOR_EXPECTED = 'six hexadecimal digits RRGGBB';
const MIX_EXPECTED = 'channel:RRGGBB, separated by commas, each channel once';
const INTERVAL_EXPECTED = 'vmin,vmax, minmax, zscale or percentile:p with 0 < p <= 100';
const LIMITS_EXPECTED = `${INTERVAL_EXPECTED}; or channel:limits, separated by ~, each channel once`;

/** @param {string} text @param {string} [expected] */
export function parseName(text, expected = 'a name') {
  if (!NAME.test(text)) throw new Error(expected);
  return text;
}

/** @param {string} text @param {{above?: number, least?: number, most?: number}} [bounds] */
export function parseNumber(text, { above = -Infinity, least = -Infinity, most = Infinity } = {}) {
  const value = NUMBER.test(text) ? Number(text) : NaN;
  if (!(Number.isFinite(value) && value > above && value >= least && value <= most)) {
    const bounds = Object.entries({ '>': above, '>=': least, '<=': most }).filter(([, bound]) => Number.isFinite(bound));
    throw new Error(`a decimal number ${bounds.map(([sign, bound]) => `${sign} ${bound}`).join(' and ')}`.trim());
  }
  return value;
}

/** Shortest text of a number, as the server writes it; a "+" would be a space in a query. @param {number} value */
export function formatNumber(value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  const text = size >= 1e16 || size < 1e-4 ? value.toExponential() : String(value);
  return text.replace('e+', 'e');
}

/** One of some lowercase words, in any case. @param {string} text @param {readonly string[]} words */
export function parseWord(text, words) {
  const word = text.toLowerCase();
  if (!words.includes(word)) throw new Error(`one of ${words.join(', ')}`);
  return word;
}

/** @param {string} text @param {string} [expected] */
function parseColor(text, expected = COLOR_EXPECTED) {
  if (!/^[0-9a-f]{6}$/i.test(text)) throw new Error(expected);
  return text.toLowerCase();
}

/** @param {string} text */
export function parseNan(text) {
  return text.toLowerCase() === 'transparent' ? 'transparent' : parseColor(text, `${COLOR_EXPECTED}, or transparent`);
}

/** @param {string} text */
export function parseHdu(text) {
  const expected = "an HDU's number, EXTNAME, EXTNAME,EXTVER or mosaic";
  if (/^\d{1,9}$/.test(text)) return String(Number(text));
  const [, name, version] = /^([^,]*)(?:,(\d{1,9}))?$/.exec(text) ?? [];
  if (name === undefined) throw new Error(expected);
  return parseName(name, expected) + (version === undefined ? '' : `,${Number(version)}`);
}

/** @param {string | undefined} text @returns {[number, number] | null} "3" or "3-7"; null for names */
export function parseRange(text) {
  const match = RANGE.exec(text ?? '');
  return match ? [Number(match[1]), Number(match[2] ?? match[1])] : null;
}

/** @param {number} first @param {number} last */
export function formatRange(first, last) {
  return first === last ? String(first) : `${first}-${last}`;
}

/** The choice of a frame or channel: a number, a range of numbers, or a name. @param {string} text */
export function parsePick(text) {
  const range = parseRange(text);
  if (!range) {
    if (/^[+-]?\d+$/.test(text)) throw new Error(PICK_EXPECTED);
    return parseName(text, PICK_EXPECTED);
  }
  if (range[0] < 1 || range[0] > range[1]) throw new Error(PICK_EXPECTED);
  return formatRange(...range);
}

/** Flags: numbers from 0 and names in ascending order, or one word. @param {string} text @returns {(number | string)[]} */
export function parseBits(text) {
  /** @type {Set<number>} */
  const numbers = new Set();
  /** @type {Set<string>} */
  const names = new Set();
  for (const item of text.split(',')) {
    const match = BIT_RANGE.exec(item);
    if (!match) {
      if (/^(?:[+-]?\d+|\d+-\d+)$/.test(item)) throw new Error(BITS_EXPECTED);
      names.add(parseName(item, BITS_EXPECTED));
      continue;
    }
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    if (last < first) throw new Error(BITS_EXPECTED);
    for (let number = first; number <= last; number += 1) numbers.add(number);
  }
  const found = [...[...numbers].sort((a, b) => a - b), ...[...names].sort((a, b) => compare(points(a), points(b)))];
  const word = String(found[0]).toLowerCase();
  return found.length === 1 && BITS_WORDS.includes(word) ? [word] : found;
}

/** Consecutive numbers are written as ranges. @param {readonly (number | string)[]} bits */
export function formatBits(bits) {
  /** @type {[number, number][]} */
  const runs = [];
  for (const bit of bits) {
    if (typeof bit !== 'number') continue;
    const run = runs.at(-1);
    if (run && bit === run[1] + 1) run[1] = bit;
    else runs.push([bit, bit]);
  }
  return [...runs.map(([first, last]) => formatRange(first, last)), ...bits.filter((bit) => typeof bit === 'string')].join(',');
}

/** All entries of a list, each channel once. @template {{channel: string | null}} T @param {string[]} items @param {(item: string) => T} read @param {string} expected @returns {T[]} */
function parseEntries(items, read, expected) {
  let entries;
  try {
    entries = items.map(read);
  } catch {
    throw new Error(expected);
  }
  if (new Set(entries.map(({ channel }) => channel)).size < entries.length) throw new Error(expected);
  return entries;
}

/** Text before and after the first separator; null without one. @param {string} text @param {string} separator @returns {[string, string | null]} */
function split(text, separator) {
  const at = text.indexOf(separator);
  return at < 0 ? [text, null] : [text.slice(0, at), text.slice(at + 1)];
}

/** @param {string} text @returns {MixEntry[]} */
export function parseMix(text) {
  return parseEntries(text.split(','), (entry) => {
    const [channel, color] = split(entry, ':');
    return { channel: parsePick(channel), color: parseColor(color ?? '') };
  }, MIX_EXPECTED);
}

/** @param {readonly MixEntry[]} mix */
export function formatMix(mix) {
  return inOrder(mix).map(({ channel, color }) => `${channel}:${color}`).join(',');
}

/** @param {string} text @returns {Interval} */
export function parseInterval(text) {
  const [kind, rest] = split(text.toLowerCase(), ':');
  if (kind === 'percentile' && rest !== null) {
    return { kind, percentile: parseNumber(rest, { above: 0, most: 100 }) };
  }
  if (rest === null && (kind === 'minmax' || kind === 'zscale')) return { kind };
  const [vmin, vmax] = split(text, ',');
  return { kind: 'manual', vmin: parseNumber(vmin), vmax: parseNumber(vmax ?? '') };
}

/** @param {Interval} interval */
export function formatInterval(interval) {
  switch (interval.kind) {
    case 'manual': return `${formatNumber(interval.vmin)},${formatNumber(interval.vmax)}`;
    case 'percentile': return `percentile:${formatNumber(interval.percentile)}`;
    default: return interval.kind;
  }
}

/** @param {string} text @returns {LimitsEntry[]} */
export function parseLimits(text) {
  return parseEntries(text.split('~'), (entry) => {
    const [channel, rest] = split(entry, ':');
    // "percentile:99.5" is an interval, "percentile:minmax" a channel of that name.
    const isInterval = rest === null || (channel.toLowerCase() === 'percentile' && NUMBER.test(rest));
    return isInterval ? { channel: null, interval: parseInterval(entry) }
      : { channel: parsePick(channel), interval: parseInterval(rest) };
  }, LIMITS_EXPECTED);
}

/** @param {readonly LimitsEntry[]} limits */
export function formatLimits(limits) {
  return inOrder(limits)
    .map(({ channel, interval }) => (channel === null ? '' : `${channel}:`) + formatInterval(interval)).join('~');
}

/** @param {string} text @returns {Stretch} */
export function parseStretch(text) {
  const [name, parameter] = split(text.toLowerCase(), ':');
  const isKnown = STRETCHES.includes(name) && (parameter === null || Object.hasOwn(STRETCH_PARAMETERS, name));
  if (!isKnown) {
    throw new Error(`one of ${STRETCHES.join(', ')}; a :parameter may follow ${Object.keys(STRETCH_PARAMETERS).join(', ')}`);
  }
  return { name, parameter: parameter === null ? null : parseNumber(parameter, { above: 0 }) };
}

/** @param {Stretch} stretch */
export function formatStretch({ name, parameter }) {
  const isDefault = parameter === null || parameter === STRETCH_PARAMETERS[name];
  return isDefault ? name : `${name}:${formatNumber(parameter)}`;
}

/** Entries for all channels first, then numbers, then names by their code points. @template {{channel: string | null}} T @param {readonly T[]} entries @returns {T[]} */
function inOrder(entries) {
  return [...entries].sort((a, b) => compare(rank(a.channel), rank(b.channel)));
}

/** @param {string | null} channel @returns {number[]} */
function rank(channel) {
  if (channel === null) return [0];
  const range = parseRange(channel);
  return range ? [1, ...range] : [2, ...points(channel)];
}

/** @param {string} text */
function points(text) {
  return Array.from(text, (character) => character.codePointAt(0) ?? 0);
}

/** @param {number[]} a @param {number[]} b */
function compare(a, b) {
  const at = a.findIndex((value, k) => value !== b[k]);
  return at < 0 ? a.length - b.length : a[at] - (b[at] ?? -1);
}
