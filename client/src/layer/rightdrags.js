// Drags with the right button of the mouse across an element. A right click without movement stays one.

/** Movement that makes a click a drag, CSS pixels. */
const LEAST = 4;

/**
 * @param {HTMLElement} element
 * @param {{onStart: () => void, onDrag: (across: number, up: number) => void, onEnd: () => void}} listeners
 *   movement since the start, as a share of the element's width and height
 */
export function followRightDrags(element, { onStart, onDrag, onEnd }) {
  /** @type {{id: number, x: number, y: number, isDrag: boolean, isMenuDue: boolean} | null} */
  let press = null;
  /** Whether the menu that follows the release is that of a drag. */
  let wasDrag = false;

  element.addEventListener('pointerdown', (event) => {
    wasDrag = false;
    if (event.button !== 2 || event.pointerType !== 'mouse') return;
    press = { id: event.pointerId, x: event.clientX, y: event.clientY, isDrag: false, isMenuDue: false };
    element.setPointerCapture(event.pointerId);
  });
  element.addEventListener('pointermove', (event) => {
    if (press?.id !== event.pointerId) return;
    const [x, y] = [event.clientX - press.x, press.y - event.clientY];
    if (!press.isDrag && Math.hypot(x, y) < LEAST) return;
    if (!press.isDrag) onStart();
    press.isDrag = true;
    onDrag(x / (element.clientWidth || 1), y / (element.clientHeight || 1));
  });
  /** @param {PointerEvent} event */
  const release = (event) => {
    if (press?.id !== event.pointerId) return;
    const { isDrag, isMenuDue } = press;
    press = null;
    wasDrag = isDrag;
    if (isDrag) onEnd();
    // Where the menu belongs to the press, it was held back, and the page's own listeners get it now.
    else if (isMenuDue) {
      element.dispatchEvent(new MouseEvent('contextmenu', {
        bubbles: true, cancelable: true, clientX: event.clientX, clientY: event.clientY, button: 2,
      }));
    }
  };
  element.addEventListener('pointerup', release);
  element.addEventListener('pointercancel', release);
  element.addEventListener('contextmenu', (event) => {
    if (press) { // before the release, as on Linux and macOS
      press.isMenuDue = true;
      event.preventDefault();
      event.stopImmediatePropagation();
    } else if (wasDrag) { // after it, as on Windows
      wasDrag = false;
      event.preventDefault();
      event.stopImmediatePropagation();
    }
  }, { capture: true });
}
