// The values in effect: those of the view, else those of the image's automatic or named view.

import { parseRange, parseStretch } from './values.js';

/** @typedef {import('../types').View} View */
/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').ChannelColor} ChannelColor */
/** @typedef {import('../types').Interval} Interval */

/** @param {string} key @param {Metadata} metadata */
function channelIndex(key, metadata) {
  return parseRange(key)?.[0] ?? metadata.channels.find((channel) => channel.name === key)?.index ?? 1;
}

/** @param {View} view @param {Metadata} metadata @returns {ChannelColor[]} empty for a single plane */
function effectiveMix(view, metadata) {
  if (view.mix) {
    return view.mix.map(({ channel, color }) => ({ channel: channelIndex(channel, metadata), color }))
      .sort((a, b) => a.channel - b.channel);
  }
  // A colormap selects a single plane, as a channel does.
  if (view.channel !== undefined || view.cmap !== undefined) return [];
  return (view.view ? metadata.shown.mix : metadata.automatic.mix ?? metadata.shown.mix) ?? [];
}

/**
 * @param {View} view the state's, which may be newer than the metadata
 * @param {Metadata} metadata
 */
export function effective(view, metadata) {
  const { shown } = metadata;
  return {
    frame: parseRange(view.frame) ?? shown.frame,
    channel: parseRange(view.channel) ?? shown.channel,
    collapse: view.collapse ?? shown.collapse ?? 'mean',
    mix: effectiveMix(view, metadata),
    stretch: view.stretch ?? parseStretch(shown.stretch),
    gamma: view.gamma ?? shown.gamma,
    contrast: view.contrast ?? shown.contrast,
    bias: view.bias ?? shown.bias,
    saturation: view.saturation ?? shown.saturation,
    cmap: view.cmap ?? shown.cmap,
    invert: view.invert ?? shown.invert,
    nan: view.nan ?? shown.nan,
  };
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
 * @param {View} view @param {Metadata} metadata @param {string | null} channel @param {number} index the channel's number
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
  return JSON.stringify([view.hdu, view.frame, view.channel, view.collapse, view.view,
    view.mix?.map((part) => part.channel), view.limits]);
}
