// Colors of channels on a dark background.

/** A lighter color, visible on a dark background also for pure blue. @param {string} color RRGGBB */
export function lighter(color) {
  const parts = [0, 2, 4].map((at) => Math.round(parseInt(color.slice(at, at + 2), 16) * 0.65 + 255 * 0.35));
  return `rgb(${parts.join(' ')})`;
}
