// Draws samples on a canvas: on a graphics processor where there is one, else by the page itself, which
// is ten times as fast as a graphics processor in software (docs/decisions/live-stretch.md).

import { CpuPainter } from './CpuPainter.js';
import { GlPainter } from './GlPainter.js';

/**
 * @typedef {object} Painter
 * @property {HTMLCanvasElement} canvas
 * @property {boolean} isLost whether the browser has taken the graphics processor away
 * @property {(columns: number, rows: number, planes: number) => boolean} fits whether samples of this size can be drawn
 * @property {(samples: import('../view/samples.js').Samples) => void} load takes samples to draw
 * @property {(look: import('./tables.js').Look, isFine: boolean) => void} paint draws the samples; fine pictures may take longer than a frame
 */

/** @returns {Painter} */
export function createPainter() {
  return GlPainter.create() ?? CpuPainter.create();
}
