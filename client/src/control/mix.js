// The channels of a color mix and their colors.

import { h, iconButton, setOptions } from '../ui/dom.js';
import { channelLabel } from '../ui/format.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').ChannelColor} ChannelColor */

const PRIMARIES = ['ff0000', '00ff00', '0000ff'];
/** Evenly spaced hues, for channels without a color of their own. */
const HUES = ['ff0000', 'ffaa00', 'aaff00', '00ff00', '00ffaa', '00aaff', '0000ff', 'aa00ff'];
const WIDEST_TABLE = 8;

/** The first mix: the automatic one, else channels from long to short wavelengths in red to blue. @param {Metadata} metadata */
export function defaultMix(metadata) {
  const automatic = metadata.automatic.mix ?? [];
  if (automatic.length) return text(automatic);
  const { channels } = metadata;
  const colored = channels.filter((channel) => channel.color);
  if (colored.length > 1 && colored.length <= WIDEST_TABLE) {
    return text(colored.map((channel) => ({ channel: channel.index, color: String(channel.color) })));
  }
  const chosen = channels.length === 2 ? [channels[0], channels[1]]
    : [channels[channels.length - 1], channels[Math.floor((channels.length - 1) / 2)], channels[0]];
  const known = chosen.every((channel) => channel.wavelength);
  if (known) chosen.sort((a, b) => Number(b.wavelength) - Number(a.wavelength));
  const colors = chosen.length === 2 ? ['ff5500', '00aaff'] : PRIMARIES;
  return text(chosen.map((channel, index) => ({ channel: channel.index, color: colors[index] })));
}

/** @param {readonly ChannelColor[]} mix */
function text(mix) {
  return mix.map(({ channel, color }) => ({ channel: String(channel), color }));
}

/** @param {App} app */
export function createMix(app) {
  const body = h('tbody');
  const table = h('table', { class: 'mix' },
    h('thead', {}, h('tr', {}, h('th', { scope: 'col' }, 'On'), h('th', { scope: 'col' }, 'Color'),
      h('th', { scope: 'col' }, 'Channel'), h('th', { scope: 'col' }, h('span', { class: 'unseen' }, 'Limits')))),
    body);
  const add = h('select', { 'aria-label': 'Add a channel to the mix', onchange: onAdd });
  const element = h('div', { class: 'stack' }, table, add);
  /** Colors of the channels that are switched off. @type {Map<number, string>} */
  const off = new Map();
  let image = '';
  let built = '';

  /** @param {ChannelColor[]} mix @param {{commit?: boolean}} [how] */
  function write(mix, how) {
    mix.sort((a, b) => a.channel - b.channel);
    const mixed = new Set(mix.map((part) => String(part.channel)));
    const limits = app.view.limits?.filter((part) => part.channel === null || mixed.has(part.channel));
    app.edit({ mix: text(mix), channel: undefined, limits: limits?.length ? limits : undefined }, how);
  }

  const current = () => [...(app.effective?.mix ?? [])];

  /** @param {number} channel @param {boolean} on */
  function toggle(channel, on) {
    const mix = current();
    const present = mix.find((part) => part.channel === channel);
    if (on && !present) write([...mix, { channel, color: off.get(channel) ?? HUES[0] }]);
    else if (!on && present && mix.length > 1) {
      off.set(channel, present.color);
      write(mix.filter((part) => part !== present));
    } else update(true);
  }

  /** @param {number} channel @param {string} color @param {boolean} commit */
  function recolor(channel, color, commit) {
    const hex = color.slice(1).toLowerCase();
    if (current().some((part) => part.channel === channel)) {
      write(current().map((part) => (part.channel === channel ? { channel, color: hex } : part)), { commit });
    } else off.set(channel, hex);
  }

  function onAdd() {
    const channel = Number(add.value);
    add.value = '';
    if (!channel) return;
    const used = new Set(current().map((part) => part.color));
    const own = app.scene.metadata?.channels[channel - 1]?.color;
    off.delete(channel);
    write([...current(), { channel, color: own ?? HUES.find((hue) => !used.has(hue)) ?? 'ffffff' }]);
  }

  /** @param {ChannelColor} part @param {boolean} on */
  function row({ channel, color }, on) {
    const metadata = app.scene.metadata;
    const label = channelLabel(metadata?.channels[channel - 1]);
    const check = h('input', {
      type: 'checkbox', checked: on, 'aria-label': `Show ${label}`, 'data-channel': channel,
      onchange: () => toggle(channel, check.checked),
    });
    const picker = h('input', {
      type: 'color', value: `#${color}`, 'aria-label': `Color of ${label}`, 'data-color': channel,
      oninput: () => recolor(channel, picker.value, false),
      onchange: () => recolor(channel, picker.value, true),
    });
    return h('tr', { class: on ? '' : 'is-off' }, h('td', {}, check), h('td', {}, picker),
      h('td', { class: 'mix-name' }, label),
      h('td', {}, iconButton('close', `Remove ${label} from the mix`, () => {
        off.delete(channel);
        if (on && current().length > 1) write(current().filter((other) => other.channel !== channel));
        else update(true);
      }, { class: 'icon-button small' })));
  }

  /** @param {boolean} [force] */
  function update(force = false) {
    const { metadata } = app.scene;
    if (!metadata) return;
    if (metadata.id + metadata.hdu !== image) {
      image = metadata.id + metadata.hdu;
      off.clear();
      if (metadata.channels.length <= WIDEST_TABLE) {
        metadata.channels.forEach((channel, index) => off.set(channel.index, channel.color ?? HUES[index]));
      }
    }
    const mix = current();
    const on = new Set(mix.map((part) => part.channel));
    for (const { channel } of mix) off.delete(channel);
    const all = [...mix, ...[...off].map(([channel, color]) => ({ channel, color }))]
      .sort((a, b) => a.channel - b.channel);
    const key = JSON.stringify([image, all.map((part) => [part.channel, on.has(part.channel)])]);
    if (key !== built || force) {
      built = key;
      body.replaceChildren(...all.map((part) => row(part, on.has(part.channel))));
    }
    for (const { channel, color } of mix) {
      const picker = body.querySelector(`[data-color="${channel}"]`);
      if (picker instanceof HTMLInputElement && document.activeElement !== picker) picker.value = `#${color}`;
    }
    const left = metadata.channels.filter((channel) => !all.some((part) => part.channel === channel.index));
    add.hidden = !left.length;
    setOptions(add, [{ value: '', label: 'Add a channel…' },
      ...left.map((channel) => ({ value: String(channel.index), label: channelLabel(channel) }))]);
  }

  return { element, update };
}
