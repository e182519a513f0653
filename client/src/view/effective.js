// The values in effect: those of the view, else those of the image's automatic or named view.

import { formatRange, parseRange, parseStretch } from './values.js';

/** @typedef {import('../types').View} View */
/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').ChannelColor} ChannelColor */
/** @typedef {import('../types').AutomaticLimits} AutomaticLimits */
/** @typedef {import('../types').Interval} Interval */

const LEAST_SOFTENING = 1e-6;
const MOST_SOFTENING = 1e3;

/** @param {string} key @param {Metadata} metadata */
function channelIndex(key, metadata) {
  return parseRange(key)?.[0] ?? metadata.channels.find((channel) => channel.name === key)?.index ?? 1;
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
      const channel = channelIndex(pick, metadata);
      return { channel, last: parseRange(pick)?.[1] ?? channel, color };
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
 * @param {View} view @param {string | null} channel null for the only one
 * @returns {Interval | null}
 */
export function intervalOf(view, channel) {
  const own = view.limits?.find((part) => part.channel === channel);
  const common = view.limits?.find((part) => part.channel === null);
  return (own ?? common)?.interval ?? null;
}

/**
 * Limits in numbers: the view's, else the last ones from the server.
 * @param {View} view @param {Metadata} metadata @param {string | null} channel @param {number} index number of the (first) channel
 * @returns {{vmin: number, vmax: number} | null}
 */
export function limitsOf(view, metadata, channel, index) {
  const interval = intervalOf(view, channel);
  if (interval?.kind === 'manual') return { vmin: interval.vmin, vmax: interval.vmax };
  const { limits } = metadata.shown;
  return limits.find((entry) => entry.channel === index) ?? (limits.length === 1 ? limits[0] : null);
}

/** Text that changes when other planes, or other parts of their histograms, are shown. @param {View} view */
export function selectionKey(view) {
  return JSON.stringify([view.hdu, view.stokes, view.cfa, view.frame, view.channel, view.collapse, view.view,
    view.mix?.map((part) => part.channel), view.limits]);
}
