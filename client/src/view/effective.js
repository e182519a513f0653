// The values in effect: those of the view, else those of the image's automatic or named view.

import { formatRange, parseRange, parseStretch } from './values.js';

/** @typedef {import('../types').View} View */
/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').ChannelColor} ChannelColor */
/** @typedef {import('../types').AutomaticLimits} AutomaticLimits */
/** @typedef {import('../types').Interval} Interval */

const LEAST_SOFTENING = 1e-6;
const MOST_SOFTENING = 1e3;

/** Planes that a mix and its limits name, as the server does: the channels, or the frames of a single one. @param {Metadata} metadata */
function mixable({ channels, frames }) {
  return channels.length === 1 && frames.length > 1 ? frames : channels;
}

/** Numbers of the planes of a pick, a number, a range or a name; null for an unknown name. @param {string} pick @param {Metadata} metadata @returns {[number, number] | null} */
function numbersOf(pick, metadata) {
  const range = parseRange(pick);
  if (range) return range;
  const steps = mixable(metadata);
  // Some names differ by case alone: the filters r and R.
  const found = steps.find(({ name }) => name === pick)
    ?? steps.find(({ name }) => name.toLowerCase() === pick.toLowerCase());
  return found ? [found.index, found.index] : null;
}

/**
 * How limits may name the parts of a mix, or the only plane, in numbers.
 * @param {{mix: readonly {channel: number, last: number}[], channel: number[], frame: number[]}} now in effect
 * @param {Metadata} metadata
 */
export function picksOf({ mix, channel, frame }, metadata) {
  if (mix.length) return mix.map(pickOf);
  const [first, last] = mixable(metadata) === metadata.frames ? frame : channel;
  return [formatRange(first, last)];
}

/**
 * The limits of a view with numbers for the names of channels.
 * @param {View} view @param {Metadata} metadata @returns {NonNullable<View['limits']>}
 */
export function numberedLimits(view, metadata) {
  return (view.limits ?? []).map((part) => {
    const numbers = part.channel === null ? null : numbersOf(part.channel, metadata);
    return numbers ? { ...part, channel: formatRange(...numbers) } : part;
  });
}

/** Name of the Stokes parameter; null without a Stokes axis. @param {View} view @param {Metadata} metadata */
function stokesOf(view, { stokes, shown }) {
  // The server knows more spellings than the names.
  return stokes.find(({ name }) => name === view.stokes)?.name ?? shown.stokes;
}

/** @param {View} view @param {Metadata} metadata @returns {ChannelColor[]} empty for a single plane */
function effectiveMix(view, metadata) {
  if (view.mix) {
    return view.mix.map(({ channel: pick, color }) => {
      const [channel, last] = numbersOf(pick, metadata) ?? [1, 1];
      return { channel, last, color };
    }).sort((a, b) => a.channel - b.channel || a.last - b.last);
  }
  // A colormap selects a single plane, as a channel does.
  if (view.channel !== undefined || view.cmap !== undefined) return [];
  return (view.view ? metadata.shown.mix : metadata.automatic.mix ?? metadata.shown.mix) ?? [];
}

/** A part of a mix, or its limits, as a view picks its channels. @param {{channel: number, last: number}} part */
export function pickOf({ channel, last }) {
  return formatRange(channel, last);
}

/**
 * Parameter of the automatic asinh between other limits, as the server computes it (docs/reference/views.md).
 * @param {AutomaticLimits} automatic
 * @param {{vmin: number, vmax: number}} limits
 */
export function softening(automatic, { vmin, vmax }) {
  if (vmin === automatic.vmin && vmax === automatic.vmax) return automatic.softening;
  const span = vmax - vmin;
  if (!span) return MOST_SOFTENING;
  const kept = automatic.softening * Math.abs((automatic.vmax - automatic.vmin) / span);
  const below = Math.max(0, (automatic.vmin - vmin) / span);
  return Math.min(Math.max(kept + below, LEAST_SOFTENING), MOST_SOFTENING);
}

/** The automatic stretch follows limits while they are moved, before the server reports it. @param {View} view @param {Metadata} metadata */
function effectiveStretch(view, metadata) {
  if (view.stretch) return view.stretch;
  const { limits, mix, stretch } = metadata.shown;
  const softened = limits.flatMap((entry) => {
    const now = entry.automatic && limitsOf(view, metadata, mix.length ? pickOf(entry) : null, entry.channel);
    return entry.automatic && now ? [softening(entry.automatic, now)] : [];
  }).sort((a, b) => a - b);
  if (!softened.length) return parseStretch(stretch);
  return { name: 'asinh', parameter: softened[Math.floor(softened.length / 2)] };
}

/**
 * @param {View} view the state's, which may be newer than the metadata
 * @param {Metadata} metadata
 */
export function effective(view, metadata) {
  const { shown } = metadata;
  return {
    stokes: stokesOf(view, metadata),
    frame: parseRange(view.frame) ?? shown.frame,
    channel: parseRange(view.channel) ?? shown.channel,
    collapse: view.collapse ?? shown.collapse ?? 'mean',
    mix: effectiveMix(view, metadata),
    stretch: effectiveStretch(view, metadata),
    gamma: view.gamma ?? shown.gamma,
    contrast: view.contrast ?? shown.contrast,
    bias: view.bias ?? shown.bias,
    saturation: view.saturation ?? shown.saturation,
    cmap: view.cmap ?? shown.cmap,
    invert: view.invert ?? shown.invert,
    nan: view.nan ?? shown.nan,
    bits: effectiveBits(view, metadata),
  };
}

/** Numbers of the flags that are drawn; null if numbers are drawn. @param {View} view @param {Metadata} metadata @returns {readonly number[] | null} */
function effectiveBits(view, metadata) {
  const { flags, shown } = metadata;
  if (!flags) return null;
  const [word] = view.bits ?? [];
  if (word === 'off') return null;
  if (word === 'none') return [];
  if (word === 'all') return flags.items.map(({ number }) => number);
  const named = view.bits?.map((bit) => flags.items.find(({ number, name }) => (
    bit === number || String(bit).toLowerCase() === name.toLowerCase()))?.number);
  if (named) return named.filter((number) => number !== undefined);
  return view.cmap || view.limits || view.stretch ? null : shown.bits;
}

/**
 * The rule for a channel's limits in the view; null for automatic ones.
 * @param {View} view @param {Metadata} metadata
 * @param {string | null} channel numbers, as `picksOf` writes them; null for the limits of all
 * @returns {Interval | null}
 */
export function intervalOf(view, metadata, channel) {
  const limits = numberedLimits(view, metadata);
  const own = limits.find((part) => part.channel === channel);
  const common = limits.find((part) => part.channel === null);
  return (own ?? common)?.interval ?? null;
}

/**
 * Limits in numbers: the view's, else the last ones from the server.
 * @param {View} view @param {Metadata} metadata @param {string | null} channel @param {number} index number of the (first) channel
 * @returns {{vmin: number, vmax: number} | null}
 */
export function limitsOf(view, metadata, channel, index) {
  const interval = intervalOf(view, metadata, channel);
  if (interval?.kind === 'manual') return { vmin: interval.vmin, vmax: interval.vmax };
  const { limits } = metadata.shown;
  return limits.find((entry) => entry.channel === index) ?? (limits.length === 1 ? limits[0] : null);
}

/**
 * The keys of a view that select planes, without those that only change how they look: the same
 * values are in all views with the same of these.
 * @param {View} view @returns {View}
 */
export function planesOf({ hdu, stokes, cfa, frame, channel, collapse, mix, cmap, view }) {
  // A colormap, whichever it is, selects a single plane where nothing else does.
  const single = cmap !== undefined && channel === undefined && mix === undefined ? 'gray' : undefined;
  const planes = { hdu, stokes, cfa, frame, channel, collapse, mix: mix?.map((part) => ({ ...part, color: 'ffffff' })), cmap: single, view };
  return Object.fromEntries(Object.entries(planes).filter(([, value]) => value !== undefined));
}

/** Keys of a view that select all channels of a pixel. @param {View} view @returns {View} */
export function spectrumOf({ hdu, stokes, cfa, frame, view }) {
  return planesOf({ hdu, stokes, cfa, frame, view });
}

/** Text that changes when other planes, or other parts of their histograms, are shown. @param {View} view */
export function selectionKey(view) {
  return JSON.stringify([view.hdu, view.stokes, view.cfa, view.frame, view.channel, view.collapse, view.view,
    view.mix?.map((part) => part.channel), view.limits]);
}
