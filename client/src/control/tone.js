// Stretch, gamma, contrast, bias, saturation, negative, missing pixels.

import { field, h, iconButton, setOptions, setValue } from '../ui/dom.js';
import { formatField, parseField } from '../ui/format.js';
import { section } from '../ui/section.js';
import { STRETCHES, STRETCH_PARAMETERS, parseStretch } from '../view/values.js';
import { PARAMETERS } from './curve.js';

/** @typedef {import('../app/app.js').App} App */

const STRETCH_TITLES = /** @type {Record<string, string>} */ ({
  linear: 'Linear', sqrt: 'Square root', log: 'Logarithm', asinh: 'Asinh', sinh: 'Sinh',
  power: 'Power', histeq: 'Histogram equalization', lupton: 'Lupton (hue kept)',
});

/**
 * Slider with a number field beside it.
 * @param {string} label
 * @param {{min: number, max: number, step: number, log?: boolean, free?: boolean}} range of the slider;
 *   typed numbers may be larger, and also smaller where it is free
 * @param {(value: number | undefined, commit: boolean) => void} onChange undefined removes the value
 */
function knob(label, { min, max, step, log = false, free = false }, onChange) {
  let shown = '';
  const scale = { min, max, step, log };
  const slider = h('input', { type: 'range', min: '0', max: '1000', step: '1' });
  const number = h('input', { type: 'text', inputMode: 'decimal', class: 'number', 'aria-label': `${label}, number` });
  const value = () => {
    const part = Number(slider.value) / 1000;
    const raw = scale.log ? scale.min * (scale.max / scale.min) ** part : scale.min + part * (scale.max - scale.min);
    const digits = scale.log ? Number(raw.toPrecision(3)) : Math.round(raw / scale.step) * scale.step;
    return Number(digits.toPrecision(6));
  };
  slider.addEventListener('input', () => onChange(value(), false));
  slider.addEventListener('change', () => onChange(value(), true));
  slider.addEventListener('dblclick', () => onChange(undefined, true));
  number.addEventListener('change', () => {
    const typed = parseField(number.value);
    const isAllowed = typed !== null && (free || (scale.log ? typed > 0 : typed >= scale.min));
    if (isAllowed) onChange(typed, true);
    else number.value = shown; // invalid
  });
  const element = field(label, slider, number,
    iconButton('reset', `Reset ${label.toLowerCase()}`, () => onChange(undefined, true), { class: 'icon-button small' }));
  element.classList.add('knob');
  return {
    element,
    /** @param {number} now @param {Partial<typeof scale>} [changed] */
    update(now, changed) {
      Object.assign(scale, changed);
      const part = scale.log ? Math.log(now / scale.min) / Math.log(scale.max / scale.min)
        : (now - scale.min) / (scale.max - scale.min);
      slider.value = String(Math.round(1000 * part));
      slider.setAttribute('aria-valuetext', formatField(now));
      shown = formatField(now, 4); // as many as fit
      number.title = formatField(now);
      setValue(number, shown);
    },
    /** @param {string} text */
    rename(text) {
      /** @type {HTMLElement} */ (element.firstElementChild).textContent = text;
    },
  };
}

/** @param {App} app */
export function createTone(app) {
  const stretch = h('select', {
    onchange: () => app.edit({ stretch: { name: stretch.value, parameter: null } }),
  });
  const parameter = knob('Parameter', { min: 0.001, max: 1, step: 0.001, log: true }, (value, commit) => {
    const name = app.effective?.stretch.name ?? 'linear';
    app.edit({ stretch: value === undefined ? resetStretch(name) : { name, parameter: value } }, { commit });
  });
  /** @param {'gamma' | 'contrast' | 'bias' | 'saturation'} key @param {string} label @param {Parameters<typeof knob>[1]} range */
  const plain = (key, label, range) => knob(label, range, (value, commit) => {
    app.edit({ [key]: value }, { commit });
  });
  const knobs = {
    gamma: plain('gamma', 'Gamma', { min: 0.2, max: 5, step: 0.01, log: true }),
    contrast: plain('contrast', 'Contrast', { min: 0, max: 5, step: 0.01 }),
    bias: plain('bias', 'Bias', { min: 0, max: 1, step: 0.005, free: true }),
    saturation: plain('saturation', 'Saturation', { min: 0, max: 3, step: 0.01 }),
  };
  const invert = h('input', { type: 'checkbox', onchange: () => app.edit({ invert: invert.checked }) });
  const nanRule = h('select', { onchange: () => writeNan() });
  setOptions(nanRule, [
    { value: '', label: 'Automatic' }, { value: 'transparent', label: 'Transparent' }, { value: 'color', label: 'Color' },
  ]);
  const nanColor = h('input', {
    type: 'color', value: '#402040', 'aria-label': 'Color of missing pixels',
    oninput: () => app.edit({ nan: nanColor.value.slice(1) }, { commit: false }),
    onchange: () => app.edit({ nan: nanColor.value.slice(1) }),
  });
  const element = section('tone', 'Stretch', [
    field('Function', stretch), parameter.element, ...Object.values(knobs).map(({ element: row }) => row),
    h('label', { class: 'check' }, invert, 'Negative'),
    field('Missing pixels', nanRule, nanColor),
  ]);

  /** The automatic stretch if it has this name, else the stretch with its default parameter. @param {string} name */
  function resetStretch(name) {
    const automatic = parseStretch(app.scene.metadata?.automatic.stretch ?? 'linear');
    if (automatic.name !== name) return { name, parameter: null };
    return app.view.view ? automatic : undefined; // without the key, a named view has its own
  }

  function writeNan() {
    app.edit({ nan: nanRule.value === 'color' ? nanColor.value.slice(1) : nanRule.value || undefined });
  }

  function update() {
    const now = app.effective;
    element.hidden = !now || now.bits !== null;
    if (!now) return;
    const mixed = now.mix.length > 0;
    const names = (app.service?.stretches ?? STRETCHES).filter((name) => mixed || name !== 'lupton');
    setOptions(stretch, names.map((name) => ({ value: name, label: STRETCH_TITLES[name] ?? name })));
    stretch.value = now.stretch.name;
    const known = PARAMETERS[now.stretch.name];
    parameter.element.hidden = !known;
    if (known) {
      parameter.rename(known.name);
      parameter.update(now.stretch.parameter ?? STRETCH_PARAMETERS[now.stretch.name], { ...known, log: true });
    }
    for (const key of /** @type {const} */ (['gamma', 'contrast', 'bias', 'saturation'])) knobs[key].update(now[key]);
    knobs.saturation.element.hidden = !mixed;
    invert.checked = now.invert;
    nanRule.value = now.nan === null ? '' : now.nan === 'transparent' ? 'transparent' : 'color';
    nanColor.hidden = nanRule.value !== 'color';
    if (now.nan && now.nan !== 'transparent') nanColor.value = `#${now.nan}`;
  }

  return { element, update, toggleInvert: () => app.edit({ invert: !app.effective?.invert }) };
}
