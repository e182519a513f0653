// Drags of a pointer across an element, by mouse, pen or one finger.

/** @typedef {import('../types').Point} Point */

/**
 * @param {HTMLElement} element
 * @param {(event: PointerEvent) => Point} pointOf
 * @param {(from: Point, to: Point) => void} onDrag
 * @param {() => void} onEnd
 * @returns {() => void} stops it
 */
export function captureDrags(element, pointOf, onDrag, onEnd) {
  const ending = new AbortController();
  /** @type {{id: number, from: Point} | null} */
  let drag = null;

  /** @param {string} type @param {(event: PointerEvent) => void} listener */
  const on = (type, listener) => element.addEventListener(type, /** @type {EventListener} */ (listener), { signal: ending.signal });

  on('pointerdown', (event) => {
    if (event.button !== 0) return;
    if (!event.isPrimary) { // a second finger zooms
      drag = null;
      return;
    }
    drag = { id: event.pointerId, from: pointOf(event) };
    element.setPointerCapture(event.pointerId);
    onDrag(drag.from, drag.from);
  });
  on('pointermove', (event) => {
    if (drag?.id === event.pointerId) onDrag(drag.from, pointOf(event));
  });
  on('pointerup', (event) => {
    if (drag?.id !== event.pointerId) return;
    drag = null;
    onEnd();
  });
  on('pointercancel', () => { drag = null; });
  return () => ending.abort();
}
