// Contrast and bias by a drag with the right button across the map, as in DS9: to the right for bias,
// upwards for contrast.

/** @typedef {import('../app/app.js').App} App */

const MOST_CONTRAST = 10;
/** Factor of the contrast from the bottom of the map to its top. */
const FACTOR = 20;

/**
 * @param {{contrast: number, bias: number}} start @param {number} across shares of the map @param {number} up
 * @returns {{contrast: number, bias: number}}
 */
export function draggedTone({ contrast, bias }, across, up) {
  const stronger = Math.max(contrast, 0.01) * FACTOR ** up;
  return {
    contrast: Number(Math.min(MOST_CONTRAST, Math.max(0.01, stronger)).toPrecision(3)),
    bias: Number((bias + across).toFixed(3)),
  };
}

/** @param {App} app */
export function installToneDrag(app) {
  let start = { contrast: 1, bias: 0.5 };
  let last = start;
  app.map.onRightDrag({
    onStart: () => {
      const now = app.effective;
      if (now) start = last = { contrast: now.contrast, bias: now.bias };
    },
    onDrag: (across, up) => {
      if (!app.effective) return;
      last = draggedTone(start, across, up);
      app.edit(last, { commit: false });
    },
    onEnd: () => { if (app.effective) app.edit(last); },
  });
}
