// The view specification, text to frozen object and back: the one twin of the server's grammar.
//
//   view     = item *( ";" item )
//   item     = key "=" value
//   limits   = part *( "~" part )
//   part     = [ channel ":" ] ( "minmax" / "zscale" / "percentile:" number / number "," number )
//   mix      = channel ":" RRGGBB *( "," channel ":" RRGGBB )
//   stretch  = name [ ":" number ]

/** @typedef {import('../types').View} View */
/** @typedef {import('../types').Interval} Interval */

export const VIEW_KEYS = /** @type {const} */ ([
  'view', 'hdu', 'frame', 'channel', 'collapse', 'mix', 'limits', 'stretch', 'gamma', 'contrast',
  'bias', 'saturation', 'cmap', 'invert', 'nan',
]);

/** Values that leave a picture as it is. */
export const NEUTRAL = Object.freeze({
  collapse: 'mean', gamma: 1, contrast: 1, bias: 0.5, saturation: 1, invert: false,
});

/** @type {View} */
export const AUTOMATIC = Object.freeze({});

const COLOR = /^[0-9a-f]{6}$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** What a stretch's parameter is where none is given; stretches that have none are not listed. @type {Readonly<Record<string, number>>} */
export const STRETCH_PARAMETERS = Object.freeze({ log: 1000, asinh: 0.1, sinh: 1 / 3, power: 2, lupton: 8 });

/** Shortest text of a number, as the server writes it; a "+" would be a space in a query. @param {number} value */
export function formatNumber(value) {
  const size = Math.abs(value);
  if (size === 0) return '0';
  const text = size >= 1e16 || size < 1e-4 ? value.toExponential() : String(value);
  return text.replace('e+', 'e');
}

/** @param {string} key @param {string} text */
function number(key, text) {
  if (!NUMBER.test(text)) throw new Error(`${key}=${text}: a number is needed.`);
  return Number(text);
}

/** @param {string} text */
function color(text) {
  const lower = text.toLowerCase();
  if (!COLOR.test(lower)) throw new Error(`${text} is not a color of six hexadecimal digits.`);
  return lower;
}

/** @param {string} text @returns {Interval} */
export function parseInterval(text) {
  if (text === 'minmax' || text === 'zscale') return { kind: text };
  if (text.startsWith('percentile:')) {
    return { kind: 'percentile', percentile: number('percentile', text.slice(11)) };
  }
  const [vmin, vmax, ...rest] = text.split(',');
  if (vmax === undefined || rest.length) {
    throw new Error(`limits=${text}: two numbers, minmax, zscale or percentile:N are needed.`);
  }
  return { kind: 'manual', vmin: number('limits', vmin), vmax: number('limits', vmax) };
}

/** @param {Interval} interval */
export function formatInterval(interval) {
  switch (interval.kind) {
    case 'manual': return `${formatNumber(interval.vmin)},${formatNumber(interval.vmax)}`;
    case 'percentile': return `percentile:${formatNumber(interval.percentile)}`;
    default: return interval.kind;
  }
}

/** @param {string} text */
function parseLimits(text) {
  return text.split('~').map((part) => {
    const colon = part.indexOf(':');
    if (colon < 0 || part.startsWith('percentile:')) {
      return { channel: null, interval: parseInterval(part) };
    }
    return { channel: part.slice(0, colon), interval: parseInterval(part.slice(colon + 1)) };
  });
}

/** @param {string} text */
function parseMix(text) {
  return text.split(',').map((part) => {
    const colon = part.lastIndexOf(':');
    if (colon < 1) throw new Error(`mix=${text}: channel:RRGGBB is needed for each channel.`);
    return { channel: part.slice(0, colon), color: color(part.slice(colon + 1)) };
  });
}

/** @param {string} text */
export function parseStretch(text) {
  const [name, parameter] = text.toLowerCase().split(':');
  return { name, parameter: parameter === undefined ? null : number('stretch', parameter) };
}

/** @param {{name: string, parameter: number | null}} stretch */
export function formatStretch({ name, parameter }) {
  const plain = parameter === null || parameter === STRETCH_PARAMETERS[name];
  return plain ? name : `${name}:${formatNumber(parameter)}`;
}

/** @param {string} text */
function flag(text) {
  if (text !== '0' && text !== '1') throw new Error(`invert=${text}: 1 or 0 is needed.`);
  return text === '1';
}

/** A frame or channel: numbers without leading zeros; names stay. @param {string} text */
function plainNumbers(text) {
  return /^\d+(-\d+)?$/.test(text) ? text.split('-').map(Number).join('-') : text;
}

/** @type {Record<string, (text: string) => unknown>} */
const PARSERS = {
  frame: plainNumbers,
  channel: plainNumbers,
  mix: parseMix,
  limits: parseLimits,
  stretch: parseStretch,
  gamma: (text) => number('gamma', text),
  contrast: (text) => number('contrast', text),
  bias: (text) => number('bias', text),
  saturation: (text) => number('saturation', text),
  cmap: (text) => text.toLowerCase(),
  invert: flag,
  nan: (text) => (text === 'transparent' ? text : color(text)),
};

/**
 * Frozen view of a text such as "frame=3;stretch=asinh:0.1".
 * @param {string} text
 * @returns {View}
 * @throws {Error} with a sentence that names what is wrong
 */
export function parseView(text) {
  /** @type {Record<string, unknown>} */
  const view = {};
  for (const item of text.split(';')) {
    if (!item) continue;
    const equals = item.indexOf('=');
    const key = item.slice(0, Math.max(equals, 0));
    const value = item.slice(equals + 1);
    if (!VIEW_KEYS.includes(/** @type {any} */ (key))) {
      throw new Error(`“${item}” is not part of a view; its keys are ${VIEW_KEYS.join(', ')}.`);
    }
    if (!value) throw new Error(`${key}= has no value.`);
    if (key in view) throw new Error(`${key} is given twice; once is allowed.`);
    view[key] = Object.hasOwn(PARSERS, key) ? PARSERS[key](value) : value;
  }
  if (view.mix && view.channel) throw new Error('A mix names its channels itself: channel cannot stand beside it.');
  return Object.freeze(/** @type {View} */ (view));
}

/** What holds for all channels first, then numbers, then names. @param {any[]} parts @returns {any[]} */
function inOrder(parts) {
  const rank = (/** @type {string | null} */ channel) => (channel === null ? -1 : /^\d/.test(channel) ? parseInt(channel, 10) : Infinity);
  return [...parts].sort((a, b) => rank(a.channel) - rank(b.channel) || String(a.channel).localeCompare(String(b.channel)));
}

/** @param {string} key @param {any} value @returns {string} */
function formatValue(key, value) {
  switch (key) {
    case 'mix':
      return inOrder(value).map((part) => `${part.channel}:${part.color}`).join(',');
    case 'limits':
      return inOrder(value).map((part) => (part.channel === null ? '' : `${part.channel}:`)
        + formatInterval(part.interval)).join('~');
    case 'stretch': return formatStretch(value);
    case 'invert': return value ? '1' : '0';
    default: return typeof value === 'number' ? formatNumber(value) : value;
  }
}

/**
 * Canonical text: keys in fixed order, neutral values left out; '' is the automatic view.
 * Beside a named view neutral values stay, since they override its own.
 * @param {View} view
 */
export function formatView(view) {
  const items = [];
  for (const key of VIEW_KEYS) {
    const value = view[key];
    if (value === undefined) continue;
    if (Array.isArray(value) && !value.length) continue;
    const neutral = /** @type {Record<string, unknown>} */ (NEUTRAL)[key];
    if (value === neutral && view.view === undefined) continue;
    items.push(`${key}=${formatValue(key, value)}`);
  }
  return items.join(';');
}

/**
 * Copy of a view with some keys changed; a value of undefined takes a key away.
 * @param {View} view
 * @param {Partial<Record<keyof View, any>>} changes
 * @returns {View}
 */
export function withChanges(view, changes) {
  /** @type {Record<string, unknown>} */
  const next = { ...view, ...changes };
  for (const key of Object.keys(next)) if (next[key] === undefined) delete next[key];
  return Object.freeze(/** @type {View} */ (next));
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

/** The view's items as pairs, for a query. @param {View} view @returns {[string, string][]} */
export function viewPairs(view) {
  const text = formatView(view);
  return text.split(';').filter(Boolean).map((item) => {
    const equals = item.indexOf('=');
    return [item.slice(0, equals), item.slice(equals + 1)];
  });
}
