// The style of a view in numbers, for pictures that the viewer draws from samples itself.

import { effective, limitsOf, picksOf } from '../view/effective.js';
import { isKnown, planesKey } from '../view/known.js';
import { isKnownStretch } from '../view/thresholds.js';

/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').View} View */
/** @typedef {import('../view/samples.js').Samples} Samples */
/** @typedef {import('../layer/LiveLayer.js').LiveLook} LiveLook */
/** @typedef {{view: View, shown: Metadata['shown']}} Report values in effect in a view */

/** @param {View} view @param {Metadata} metadata */
export function keyOf(view, metadata) {
  return planesKey(view, Boolean(metadata.automatic.mix?.length));
}

/**
 * Style of a view, or null where the server has to find limits or a curve first.
 * @param {View} view @param {Metadata} metadata
 * @param {readonly Report[]} reports of views of the same planes, the newest first
 * @param {Samples} samples of these planes @param {(name: string) => ArrayLike<number> | null} colormap
 * @returns {LiveLook | null}
 */
export function lookOf(view, metadata, reports, samples, colormap) {
  if (metadata.flags) return null; // colors of flags, by the server
  const report = reports.find((each) => {
    const picks = picksOf(effective(view, { ...metadata, shown: each.shown }), metadata);
    return isKnown(view, each.view, picks, metadata);
  });
  if (!report) return null;
  const known = { ...metadata, shown: report.shown };
  const now = effective(view, known);
  const { planes } = samples.header;
  const parts = now.mix.length ? now.mix : [{ channel: now.channel[0], last: now.channel[1], color: null }];
  if (parts.length !== planes.length || !isKnownStretch(now.stretch.name)) return null;
  const picks = picksOf(now, metadata);
  const components = parts.map((part, index) => {
    const named = planes.findIndex(({ channel: [first, last] }) => first === part.channel && last === part.last);
    const limits = limitsOf(view, known, picks[index], part.channel);
    return { plane: Math.max(named, 0), index, color: part.color, vmin: limits?.vmin ?? NaN, vmax: limits?.vmax ?? NaN };
  });
  // Frames that are mixed are all of the same channel.
  if (new Set(components.map(({ plane }) => plane)).size < planes.length) components.forEach((part) => { part.plane = part.index; });
  const table = now.mix.length ? [] : colormap(now.cmap);
  if (!table || components.some(({ vmin, vmax }) => !Number.isFinite(vmin) || !Number.isFinite(vmax))) return null;
  return {
    components, colormap: table, stretch: now.stretch, gamma: now.gamma, contrast: now.contrast, bias: now.bias,
    saturation: now.saturation, invert: now.invert, nan: now.nan,
  };
}
