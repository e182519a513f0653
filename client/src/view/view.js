// The view specification, from text to a frozen object and back. Its grammar is documented in
// docs/reference/views.md; tests/views/grammar.json holds spellings that the server's tests read, too.
//
//   view     = item *( ";" item )
//   item     = key "=" value
//   limits   = part *( "~" part )
//   part     = [ channel ":" ] ( "minmax" / "zscale" / "percentile:" number / number "," number )
//   mix      = channel ":" RRGGBB *( "," channel ":" RRGGBB )
//   stretch  = name [ ":" number ]

import {
  CFA_VALUES, COLLAPSES, formatBits, formatLimits, formatMix, formatNumber, formatStretch, parseBits, parseHdu, parseLimits, parseMix, parseName, parseNan,
  parseNumber, parsePick, parseStretch, parseWord,
} from './values.js';

/** @typedef {import('../types').View} View */
/** @typedef {import('../types').Interval} Interval */

/** Reader of each key's value, in the order of the canonical form. @type {Readonly<Record<keyof View, (text: string) => unknown>>} */
const READERS = Object.freeze({
  view: parseName,
  hdu: parseHdu,
  stokes: parseName,
  frame: parsePick,
  channel: parsePick,
  collapse: (text) => parseWord(text, COLLAPSES),
  mix: parseMix,
  limits: parseLimits,
  stretch: parseStretch,
  gamma: (text) => parseNumber(text, { above: 0 }),
  contrast: (text) => parseNumber(text, { least: 0 }),
  bias: (text) => parseNumber(text),
  saturation: (text) => parseNumber(text, { least: 0 }),
  cmap: (text) => parseName(text.toLowerCase()), // the server has the list
  invert: (text) => parseWord(text, ['1', '0']) === '1',
  nan: parseNan,
  cfa: (text) => parseWord(text, CFA_VALUES),
  bits: parseBits,
});

/** Writers of values that are not text. @type {Readonly<Record<string, (value: any) => string>>} */
const WRITERS = Object.freeze({
  mix: formatMix,
  limits: formatLimits,
  stretch: formatStretch,
  gamma: formatNumber,
  contrast: formatNumber,
  bias: formatNumber,
  saturation: formatNumber,
  invert: (value) => (value ? '1' : '0'),
  bits: formatBits,
});

export const VIEW_KEYS = Object.freeze(/** @type {(keyof View)[]} */ (Object.keys(READERS)));

/** @type {View} */
export const AUTOMATIC = Object.freeze({});

/**
 * Frozen view of a text such as "frame=3;stretch=asinh:0.1"; '' is the automatic view.
 * @param {string} text
 * @returns {View}
 * @throws {Error} with a sentence that names the key, the value and the expected form
 */
export function parseView(text) {
  if (!text) return AUTOMATIC;
  /** @type {Record<string, unknown>} */
  const view = {};
  for (const item of text.split(';')) {
    const equals = item.indexOf('=');
    const key = /** @type {keyof View} */ (item.slice(0, Math.max(equals, 0)));
    if (!VIEW_KEYS.includes(key)) {
      throw new Error(`“${item}” is not part of a view; expected key=value with one of the keys ${VIEW_KEYS.join(', ')}.`);
    }
    if (Object.hasOwn(view, key)) throw new Error(`${key} is given twice; expected once.`);
    view[key] = readValue(key, item.slice(equals + 1));
  }
  if (view.mix && view.channel) throw new Error('channel and mix exclude each other: a mix names its channels itself.');
  return Object.freeze(/** @type {View} */ (view));
}

/** @param {keyof View} key @param {string} text */
function readValue(key, text) {
  try {
    return READERS[key](text);
  } catch (error) {
    throw new Error(`${key}=${text} is invalid; expected ${/** @type {Error} */ (error).message}.`, { cause: error });
  }
}

/** @param {View} view @returns {[string, string][]} keys and values in their canonical form and order */
export function viewPairs(view) {
  return VIEW_KEYS.flatMap((key) => {
    const value = view[key];
    if (value === undefined || (Array.isArray(value) && !value.length)) return [];
    return [[key, WRITERS[key]?.(value) ?? String(value)]];
  });
}

/**
 * Canonical text; '' is the automatic view. Neutral values stay: they override those of a named view
 * and of the operator's default for images of this kind.
 * @param {View} view
 */
export function formatView(view) {
  return viewPairs(view).map((pair) => pair.join('=')).join(';');
}

/**
 * Copy of a view with some keys changed; a value of undefined removes a key, which then is as the
 * automatic view has it.
 * @param {View} view
 * @param {Partial<Record<keyof View, any>>} changes
 * @returns {View}
 */
export function withChanges(view, changes) {
  const entries = Object.entries({ ...view, ...changes }).filter(([, value]) => value !== undefined);
  return Object.freeze(/** @type {View} */ (Object.fromEntries(entries)));
}

/**
 * Copy of a view with the limits of one channel changed; a channel of null stands for the only one.
 * @param {View} view
 * @param {string | null} channel
 * @param {Interval | null} interval null for automatic limits
 */
export function withLimits(view, channel, interval) {
  if (channel === null) {
    return withChanges(view, { limits: interval ? [{ channel: null, interval }] : undefined });
  }
  const others = (view.limits ?? []).filter((part) => part.channel !== channel);
  const limits = interval ? [...others, { channel, interval }] : others;
  return withChanges(view, { limits: limits.length ? limits : undefined });
}
