// Selects the channel: one, a range that is collapsed, or a color mix of several.

import { field, h, setOptions } from '../ui/dom.js';
import { channelLabel } from '../ui/format.js';
import { section } from '../ui/section.js';
import { formatRange } from '../view/values.js';
import { createMix, defaultMix } from './mix.js';
import { withChanges } from '../view/view.js';
import { createPlayer } from './player.js';
import { createStepper } from './stepper.js';

/** @typedef {import('../app/app.js').App} App */

const TITLES = /** @type {Record<string, string>} */ ({ spectral: 'Channel', band: 'Band', column: 'Column' });
const COLLAPSES = [
  { value: 'mean', label: 'Mean' }, { value: 'sum', label: 'Sum' },
  { value: 'max', label: 'Maximum' }, { value: 'median', label: 'Median' },
];
const WIDEST_SELECT = 40;

/** @param {App} app */
export function createChannels(app) {
  const stepper = createStepper('Channel', (channel, commit) => setRange(channel, channel + span(), commit));
  const player = createPlayer(app, {
    speed: 'Rate',
    count: () => (app.effective?.mix.length ? 0 : channels().length - span()),
    current: () => first(),
    viewOf: (channel) => rangeView(channel, channel + span()),
  });
  const select = h('select', { onchange: () => app.edit({ channel: select.value, mix: undefined, limits: undefined }) });
  const selectField = field('Shown', select);
  const label = h('output', { class: 'stepper-label' });
  const width = h('input', {
    type: 'number', class: 'number', min: '1', step: '1', value: '1',
    onchange: () => setRange(first(), first() + Math.max(1, Math.round(Number(width.value) || 1)) - 1, true),
  });
  const collapse = h('select', { onchange: () => app.edit({ collapse: collapse.value }) });
  setOptions(collapse, COLLAPSES);
  const widthField = field('Channels combined', width);
  const collapseField = field('Combined as', collapse);
  const single = h('button', { type: 'button', class: 'choice', onclick: () => setMode(false) }, 'Single');
  const mixed = h('button', { type: 'button', class: 'choice', onclick: () => setMode(true) }, 'Color mix');
  const mode = h('div', { class: 'choices', role: 'group', 'aria-label': 'Channels shown' }, single, mixed);
  const one = h('div', { class: 'stack' }, selectField, stepper.element, label, player.element, widthField, collapseField);
  const mix = createMix(app);
  const element = section('channels', 'Channels', [mode, one, mix.element]);

  const channels = () => app.scene.metadata?.channels ?? [];
  const first = () => app.effective?.channel[0] ?? 1;
  /** Steps beyond the first channel that move with it: none of an automatic range, or of one of all channels. */
  const span = () => {
    const [a, b] = app.effective?.channel ?? [1, 1];
    return app.view.channel === undefined || b - a === channels().length - 1 ? 0 : b - a;
  };

  /** Show a range; one beyond the last channel is moved back. @param {number} from @param {number} to @param {boolean} commit */
  function setRange(from, to, commit) {
    player.stop();
    app.setView(rangeView(from, to), { commit });
  }

  /** @param {number} from @param {number} to */
  function rangeView(from, to) {
    const last = Math.min(to, channels().length);
    const start = Math.max(1, last - (to - from));
    return withChanges(app.view, { channel: formatRange(start, last), mix: undefined });
  }

  /** @param {boolean} several */
  function setMode(several) {
    if (!app.scene.metadata || !app.effective || several === app.effective.mix.length > 0) return;
    if (several) app.edit({
      mix: defaultMix(app.scene.metadata), channel: undefined, collapse: undefined, limits: undefined, cmap: undefined,
    });
    else {
      const stretch = app.view.stretch?.name === 'lupton' ? undefined : app.view.stretch;
      app.edit({ mix: undefined, channel: String(app.effective.mix[0].channel), limits: undefined, stretch });
    }
  }

  function update() {
    const { metadata } = app.scene;
    const now = app.effective;
    element.hidden = !metadata || !now || metadata.channels.length < 2;
    if (!metadata || !now || element.hidden) return;
    const several = now.mix.length > 0;
    single.setAttribute('aria-pressed', String(!several));
    mixed.setAttribute('aria-pressed', String(several));
    one.hidden = several;
    mix.element.hidden = !several;
    if (several) {
      mix.update();
      return;
    }
    player.element.hidden = metadata.channels.length < 4;
    player.update();
    const [from, to] = now.channel;
    const title = TITLES[metadata.channelAxis] ?? 'Channel';
    const few = metadata.channels.length <= WIDEST_SELECT;
    selectField.hidden = !few;
    if (few) {
      setOptions(select, metadata.channels.map((channel) => ({
        value: String(channel.index), label: channelLabel(channel),
      })));
      select.value = String(from);
      /** @type {HTMLElement} */ (selectField.firstElementChild).textContent = title;
    }
    stepper.element.hidden = metadata.channels.length < 4;
    stepper.update(from, metadata.channels.length);
    const ends = [metadata.channels[from - 1], metadata.channels[to - 1]].map(channelLabel);
    label.textContent = from === to ? ends[0] : `${ends[0]} – ${ends[1]}`;
    label.hidden = few && from === to;
    widthField.hidden = metadata.channelAxis !== 'spectral';
    collapseField.hidden = widthField.hidden || from === to;
    width.value = String(to - from + 1);
    width.max = String(metadata.channels.length);
    collapse.value = now.collapse;
  }

  return {
    element,
    update,
    toggle: player.toggle,
    /** @param {number} by */
    step(by) {
      const count = channels().length;
      if (count < 2 || app.effective?.mix.length) return false;
      const next = ((first() - 1 + by + count) % count) + 1;
      setRange(next, next + span(), true);
      return true;
    },
  };
}
