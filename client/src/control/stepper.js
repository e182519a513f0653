// A slider over integers, with a number field and buttons for single steps.

import { h, iconButton, setValue } from '../ui/dom.js';

/**
 * @param {string} name of the things that are counted
 * @param {(value: number, commit: boolean) => void} onChange
 */
export function createStepper(name, onChange) {
  const slider = h('input', { type: 'range', min: '1', max: '1', step: '1', 'aria-label': name });
  const number = h('input', { type: 'number', class: 'number', min: '1', step: '1', 'aria-label': `${name} number` });
  const total = h('span', { class: 'hint total' });

  /** @param {number} value @param {boolean} commit */
  const change = (value, commit) => {
    const most = Number(slider.max);
    if (Number.isFinite(value)) onChange(Math.max(1, Math.min(most, Math.round(value))), commit);
  };
  /** @param {number} by */
  const step = (by) => {
    const most = Number(slider.max);
    change(((Number(slider.value) - 1 + by + most) % most) + 1, true);
  };
  slider.addEventListener('input', () => change(Number(slider.value), false));
  slider.addEventListener('change', () => change(Number(slider.value), true));
  number.addEventListener('change', () => change(Number(number.value), true));

  const element = h('div', { class: 'stepper' },
    iconButton('back', `Previous ${name.toLowerCase()}`, () => step(-1)), slider,
    iconButton('next', `Next ${name.toLowerCase()}`, () => step(1)), number, total);
  return {
    element,
    /** @param {number} value @param {number} most */
    update(value, most) {
      slider.max = number.max = String(most);
      slider.value = String(value);
      setValue(number, String(value));
      total.textContent = `of ${most}`;
    },
  };
}
