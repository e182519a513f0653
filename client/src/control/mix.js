// The channels of a color mix and their colors.

import { h, iconButton, setOptions } from '../ui/dom.js';
import { channelLabel } from '../ui/format.js';
import { numberedLimits, pickOf } from '../view/effective.js';
import { parseRange } from '../view/values.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').ChannelColor} ChannelColor */

const PRIMARIES = ['ff0000', '00ff00', '0000ff'];
/** Evenly spaced hues, for channels without a color of their own. */
const HUES = ['ff0000', 'ffaa00', 'aaff00', '00ff00', '00ffaa', '00aaff', '0000ff', 'aa00ff'];
const WIDEST_TABLE = 8;

/** Values that the server averages for each color: more would take too long. */
const MOST_AVERAGED = 2 ** 25;

/**
 * The first mix: the automatic one, else channels from long to short wavelengths in red to blue. Those of
 * a long spectrum are averaged in three parts: a single channel often shows noise only.
 * @param {Metadata} metadata
 */
export function defaultMix(metadata) {
  const automatic = metadata.automatic.mix ?? [];
  if (automatic.length) return text(automatic);
  const { channels } = metadata;
  const colored = channels.filter((channel) => channel.color);
  if (colored.length > 1 && colored.length <= WIDEST_TABLE) {
    return text(colored.map(({ index, color }) => ({ channel: index, last: index, color: String(color) })));
  }
  const chosen = isLongSpectrum(metadata) ? thirds(metadata)
    : (channels.length === 2 ? [1, 2] : [channels.length, Math.floor((channels.length + 1) / 2), 1]).map((index) => [index, index]);
  /** @param {number[]} range */
  const wavelength = ([first, last]) => channels[Math.floor((first + last) / 2) - 1].wavelength;
  if (chosen.every(wavelength)) chosen.sort((a, b) => Number(wavelength(b)) - Number(wavelength(a)));
  const colors = chosen.length === 2 ? ['ff5500', '00aaff'] : PRIMARIES;
  return text(chosen.map(([channel, last], index) => ({ channel, last, color: colors[index] })));
}

/** Whether the channels are one spectrum with more steps than the table of a mix has rows. @param {Metadata} metadata */
function isLongSpectrum({ channelAxis, channels }) {
  const values = channels.map(({ value }) => value).filter((value) => value !== null);
  return channelAxis === 'spectral' && channels.length > WIDEST_TABLE && new Set(values).size === values.length;
}

/** Thirds of a spectrum, last to first; of a cube too large to be averaged, their central parts. @param {Metadata} metadata */
function thirds({ channels: { length }, width, height }) {
  const most = Math.max(1, Math.floor(MOST_AVERAGED / (width * height)));
  return [2, 1, 0].map((part) => {
    const first = Math.floor((part * length) / 3) + 1;
    const last = Math.floor(((part + 1) * length) / 3);
    const surplus = Math.max(0, last - first + 1 - most);
    return [first + Math.floor(surplus / 2), last - Math.ceil(surplus / 2)];
  });
}

/** @param {readonly ChannelColor[]} mix */
function text(mix) {
  return mix.map((part) => ({ channel: pickOf(part), color: part.color }));
}

/** @param {Metadata | null} metadata @param {ChannelColor} part */
export function partLabel(metadata, { channel, last }) {
  const first = channelLabel(metadata?.channels[channel - 1]);
  return channel === last ? first : `${first} – ${channelLabel(metadata?.channels[last - 1])}`;
}

/** @param {string} pick */
function rangeOf(pick) {
  const [channel, last] = parseRange(pick) ?? [1, 1];
  return { channel, last };
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
  /** Colors of the channels that are switched off, by how a view picks them. @type {Map<string, string>} */
  const off = new Map();
  let image = '';
  let built = '';

  /** @param {ChannelColor[]} mix @param {{commit?: boolean}} [how] */
  function write(mix, how) {
    mix.sort((a, b) => a.channel - b.channel || a.last - b.last);
    const mixed = new Set(mix.map(pickOf));
    const { metadata } = app.scene;
    const limits = (metadata ? numberedLimits(app.view, metadata) : [])
      .filter((part) => part.channel === null || mixed.has(part.channel));
    app.edit({ mix: text(mix), channel: undefined, limits: limits.length ? limits : undefined }, how);
  }

  const current = () => [...(app.effective?.mix ?? [])];

  /** @param {string} pick @param {boolean} on */
  function toggle(pick, on) {
    const mix = current();
    const present = mix.find((part) => pickOf(part) === pick);
    if (on && !present) write([...mix, { ...rangeOf(pick), color: off.get(pick) ?? HUES[0] }]);
    else if (!on && present && mix.length > 1) {
      off.set(pick, present.color);
      write(mix.filter((part) => part !== present));
    } else update(true);
  }

  /** @param {string} pick @param {string} color @param {boolean} commit */
  function recolor(pick, color, commit) {
    const hex = color.slice(1).toLowerCase();
    if (current().some((part) => pickOf(part) === pick)) {
      write(current().map((part) => (pickOf(part) === pick ? { ...part, color: hex } : part)), { commit });
    } else off.set(pick, hex);
  }

  function onAdd() {
    const channel = Number(add.value);
    add.value = '';
    if (!channel) return;
    const used = new Set(current().map((part) => part.color));
    const own = app.scene.metadata?.channels[channel - 1]?.color;
    off.delete(String(channel));
    write([...current(), { channel, last: channel, color: own ?? HUES.find((hue) => !used.has(hue)) ?? 'ffffff' }]);
  }

  /** @param {ChannelColor} part @param {boolean} on */
  function row(part, on) {
    const pick = pickOf(part);
    const label = partLabel(app.scene.metadata, part);
    const check = h('input', {
      type: 'checkbox', checked: on, 'aria-label': `Show ${label}`, 'data-channel': pick,
      onchange: () => toggle(pick, check.checked),
    });
    const picker = h('input', {
      type: 'color', value: `#${part.color}`, 'aria-label': `Color of ${label}`, 'data-color': pick,
      oninput: () => recolor(pick, picker.value, false),
      onchange: () => recolor(pick, picker.value, true),
    });
    return h('tr', { class: on ? '' : 'is-off' }, h('td', {}, check), h('td', {}, picker),
      h('td', { class: 'mix-name' }, label),
      h('td', {}, iconButton('close', `Remove ${label} from the mix`, () => {
        off.delete(pick);
        if (on && current().length > 1) write(current().filter((other) => pickOf(other) !== pick));
        else update(true);
      }, { class: 'icon-button small' })));
  }

  /** @param {boolean} [force] */
  function update(force = false) {
    const { metadata } = app.scene;
    if (!metadata) return;
    const shown = metadata.id + metadata.hdu + metadata.cfa;
    if (shown !== image) {
      image = shown;
      off.clear();
      if (metadata.channels.length <= WIDEST_TABLE) {
        metadata.channels.forEach((channel, index) => off.set(String(channel.index), channel.color ?? HUES[index]));
      }
    }
    const mix = current();
    const on = new Set(mix.map(pickOf));
    for (const pick of on) off.delete(pick);
    const all = [...mix, ...[...off].map(([pick, color]) => ({ ...rangeOf(pick), color }))]
      .sort((a, b) => a.channel - b.channel || a.last - b.last);
    const key = JSON.stringify([image, all.map((part) => [pickOf(part), on.has(pickOf(part))])]);
    if (key !== built || force) {
      built = key;
      body.replaceChildren(...all.map((part) => row(part, on.has(pickOf(part)))));
    }
    for (const part of mix) {
      const picker = body.querySelector(`[data-color="${pickOf(part)}"]`);
      if (picker instanceof HTMLInputElement && document.activeElement !== picker) picker.value = `#${part.color}`;
    }
    const listed = new Set(all.map(pickOf));
    const left = metadata.channels.filter((channel) => !listed.has(String(channel.index)));
    add.hidden = !left.length;
    setOptions(add, [{ value: '', label: 'Add a channel…' },
      ...left.map((channel) => ({ value: String(channel.index), label: channelLabel(channel) }))]);
  }

  return { element, update };
}
