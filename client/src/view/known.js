// Whether the values in effect of a view follow from those of another view, which the server reported.

import { intervalOf } from './effective.js';

/** @typedef {import('../types').View} View */

const TONE = /** @type {const} */ (['stretch', 'gamma', 'contrast', 'bias', 'saturation', 'cmap', 'invert', 'nan']);

/**
 * Text that is the same for views of the same planes.
 * @param {View} view @param {boolean} hasAutomaticMix a colormap selects a single plane of such an image
 */
export function planesKey(view, hasAutomaticMix) {
  return JSON.stringify([view.hdu, view.stokes, view.cfa, view.frame, view.channel, view.collapse, view.view,
    view.mix?.map(({ channel }) => channel), hasAutomaticMix && view.cmap !== undefined && !view.mix && view.channel === undefined]);
}

/**
 * Whether all values in effect in a view of the same planes are known: those that it gives itself, and
 * those that it leaves to the same rules as the view that was reported.
 * @param {View} view @param {View} reported
 * @param {readonly string[]} picks of the planes, see `picksOf`
 * @param {import('../types').Metadata} metadata
 */
export function isKnown(view, reported, picks, metadata) {
  if (TONE.some((key) => view[key] === undefined && reported[key] !== undefined)) return false;
  return picks.every((pick) => {
    const interval = intervalOf(view, metadata, pick);
    return interval?.kind === 'manual' || JSON.stringify(interval) === JSON.stringify(intervalOf(reported, metadata, pick));
  });
}
