// Limits of a channel: numbers, rules, handles on the histogram.

import { field, h, setOptions, setValue } from '../ui/dom.js';
import { formatField, parseField } from '../ui/format.js';
import { section } from '../ui/section.js';
import { intervalOf, limitsOf, numberedLimits, pickOf, picksOf } from '../view/effective.js';
import { formatInterval, parseInterval } from '../view/values.js';
import { withChanges, withLimits } from '../view/view.js';
import { createHistogram } from './histogram.js';
import { partLabel } from './mix.js';
import { createStatistics } from './statistics.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Interval} Interval */

const PRESETS = [
  { value: '', label: 'Automatic' },
  { value: 'minmax', label: 'Minimum to maximum' },
  { value: 'zscale', label: 'ZScale' },
  ...[99.9, 99.5, 99, 98, 95, 90].map((n) => ({ value: `percentile:${n}`, label: `${n} % of the pixels` })),
];
const MANUAL = { value: 'manual', label: 'Custom', disabled: true };

/** @param {App} app */
export function createLimits(app) {
  /** Part of a mix whose limits are edited, as a view picks it. */
  let chosen = '';
  const channel = h('select', { onchange: () => { chosen = channel.value; update(); } });
  const channelField = field('Channel', channel);
  const preset = h('select', { onchange: () => write(preset.value ? parseInterval(preset.value) : null) });
  const low = number('Lower limit', 'vmin');
  const high = number('Upper limit', 'vmax');
  const histogram = createHistogram(({ vmin, vmax }, commit) => write({ kind: 'manual', vmin, vmax }, commit));
  const complaint = h('p', { class: 'hint complaint', role: 'alert' });
  const summary = createStatistics();
  const element = section('limits', 'Limits', [
    channelField, field('Rule', preset), histogram.element,
    h('div', { class: 'row limits-row' }, low, h('span', { 'aria-hidden': 'true' }, '–'), high),
    complaint, summary.element,
  ]);

  /** @param {string} label @param {'vmin' | 'vmax'} which */
  function number(label, which) {
    const input = h('input', {
      type: 'text', inputMode: 'decimal', class: 'number', 'aria-label': label, autocomplete: 'off',
      oninput: () => { input.dataset.editing = 'true'; },
      onblur: () => { delete input.dataset.editing; update(); },
      onchange: () => {
        delete input.dataset.editing;
        const value = parseField(input.value);
        const now = current();
        if (value === null || !now.limits) {
          complain(`“${input.value}” is not a number.`);
          return;
        }
        const vmin = which === 'vmin' ? value : now.limits.vmin;
        const vmax = which === 'vmax' ? value : now.limits.vmax;
        if (vmin >= vmax) {
          const other = formatField(which === 'vmin' ? vmax : vmin);
          complain(`${formatField(value)} was not taken: the ${which === 'vmin' ? 'lower limit must be below the upper' : 'upper limit must be above the lower'} limit, ${other}.`);
          return;
        }
        complaint.textContent = '';
        write({ kind: 'manual', vmin, vmax });
      },
    });
    return input;
  }

  /** Say why a number was not taken; the next one that is taken clears it. @param {string} text */
  function complain(text) {
    update();
    complaint.textContent = text;
  }

  /** The channel that is edited, its name in the view, and its limits. */
  function current() {
    const { metadata } = app.scene;
    const now = app.effective;
    if (!metadata || !now) return { index: 1, key: null, pick: '1', limits: null };
    const part = now.mix.find((entry) => pickOf(entry) === chosen) ?? now.mix[0];
    const key = part ? pickOf(part) : null;
    const index = part ? part.channel : now.channel[0];
    // A view may name the only plane that it shows.
    const pick = key ?? picksOf(now, metadata)[0];
    return { index, key, pick, limits: limitsOf(app.view, metadata, pick, index) };
  }

  /** @param {Interval | null} interval @param {boolean} [commit] */
  function write(interval, commit = true) {
    const { metadata } = app.scene;
    if (!metadata) return;
    complaint.textContent = '';
    const view = app.view.limits ? withChanges(app.view, { limits: numberedLimits(app.view, metadata) }) : app.view;
    app.setView(withLimits(view, current().key, interval), { commit });
  }

  function update() {
    const { metadata, statistics } = app.scene;
    const now = app.effective;
    element.hidden = !metadata || Boolean(app.effective?.bits);
    if (!metadata || !now) return;
    const { index, key, pick, limits } = current();
    channelField.hidden = !now.mix.length;
    if (now.mix.length) {
      setOptions(channel, now.mix.map((part) => ({
        value: pickOf(part), label: partLabel(metadata, part),
      })));
      channel.value = String(key);
    }
    showRule(intervalOf(app.view, metadata, pick));
    setValue(low, limits ? formatField(limits.vmin) : '');
    setValue(high, limits ? formatField(limits.vmax) : '');
    const plane = statistics?.planes.find((entry) => entry.channel === index) ?? statistics?.planes[0];
    const color = now.mix.find((part) => part.channel === index)?.color;
    histogram.update(plane?.histogram?.counts?.length && limits
      ? { histogram: plane.histogram, limits, tone: now, color: color ?? null } : null);
    summary.update(plane ?? null, metadata.unit);
  }

  /** @param {Interval | null} interval */
  function showRule(interval) {
    const value = !interval ? '' : interval.kind === 'manual' ? 'manual' : formatInterval(interval);
    const known = PRESETS.some((entry) => entry.value === value);
    const extra = known ? [] : interval?.kind === 'manual' ? [MANUAL] : [{ value, label: value.replace(':', ' ') }];
    setOptions(preset, [...PRESETS, ...extra]);
    preset.value = value;
  }

  return { element, update };
}
