// Numbers and names as text.

import { formatUnit } from './units.js';

/** Pixel value, with as many digits as single precision has, or fewer. @param {number} exact @param {number} [digits] */
export function formatValue(exact, digits) {
  const value = digits ? Number(exact.toPrecision(digits)) : exact;
  if (value === 0) return '0';
  const size = Math.abs(value);
  if (!Number.isFinite(value)) return value > 0 ? '+∞' : value < 0 ? '−∞' : 'missing';
  const text = size >= 1e7 || size < 1e-4
    ? value.toExponential(5).replace(/\.?0+e/, 'e').replace('e+', 'e')
    : String(Number(value.toPrecision(7)));
  return text.replace(/-/g, '−');
}

/** Number for a text field that is read back. @param {number} value @param {number} [digits] */
export function formatField(value, digits = 6) {
  return String(Number(value.toPrecision(digits))).replace('e+', 'e');
}

/** @param {string} text @returns {number | null} */
export function parseField(text) {
  const tidy = text.trim().replace(/−/g, '-');
  return tidy && Number.isFinite(Number(tidy)) ? Number(tidy) : null;
}

/** @param {number | null} bytes */
export function formatBytes(bytes) {
  if (bytes === null || bytes === undefined) return '';
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 && unit ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

const SCALES = /** @type {[string, number, number, string][]} */ ([
  // unit as FITS writes it, least value, factor, unit as shown
  ['Hz', 1e9, 1e-9, 'GHz'], ['Hz', 1e6, 1e-6, 'MHz'], ['Hz', 1e3, 1e-3, 'kHz'],
  ['m', 1, 1, 'm'], ['m', 1e-3, 1e3, 'mm'], ['m', 3e-6, 1e6, 'µm'], ['m', 1e-8, 1e9, 'nm'],
  ['m/s', 1e3, 1e-3, 'km s⁻¹'], ['m s-1', 1e3, 1e-3, 'km s⁻¹'], ['eV', 1e3, 1e-3, 'keV'],
]);

/** Physical value of a channel in a suitable unit. @param {number} value @param {string | null} unit */
export function formatQuantity(value, unit) {
  const scale = SCALES.find(([name, least]) => name === unit && Math.abs(value) >= least);
  const [number, shown] = scale ? [value * scale[2], scale[3]] : [value, formatUnit(unit)];
  return `${String(Number(number.toPrecision(7))).replace('-', '−')} ${shown}`.trim();
}

/** A channel's name and physical value. @param {import('../types').Channel | undefined} channel */
export function channelLabel(channel) {
  if (!channel) return '';
  const named = channel.name && channel.name !== String(channel.index);
  const value = channel.value !== null && channel.value !== undefined
    ? formatQuantity(channel.value, channel.unit) : '';
  return [named ? channel.name : '', value].filter(Boolean).join(' · ') || `Channel ${channel.index}`;
}

/**
 * The plane of an image with a Stokes axis, "Stokes Q · 1.42 GHz", or of a single frequency; empty for other images.
 * @param {import('../types').Metadata} metadata
 * @param {{stokes: string | null, channel: number[], mix: readonly unknown[]}} now values in effect
 */
export function planeLabel({ channels }, { stokes, channel: [first, last], mix }) {
  if (!stokes) return channels.length === 1 && channels[0].value !== null ? channelLabel(channels[0]) : '';
  const ends = [...new Set([first, last])].map((number) => channelLabel(channels[number - 1]));
  const isNamed = channels.length > 1 || channels[0].value !== null;
  return [`Stokes ${stokes}`, isNamed && !mix.length ? ends.join(' – ') : ''].filter(Boolean).join(' · ');
}

/** An angle in a suitable unit. @param {number} degrees */
export function formatAngle(degrees) {
  const [value, unit] = degrees >= 1 ? [degrees, '°'] : degrees >= 1 / 60 ? [degrees * 60, '′'] : [degrees * 3600, '″'];
  return `${formatValue(value, 5)}${unit}`;
}

/** Time of a frame. @param {string} iso */
export function formatTime(iso) {
  return iso.replace('T', ' ').replace(/(\.\d*?)0+(?=Z|$)/, '$1').replace(/\.(?=Z|$)/, '').replace(/Z$/, ' UT');
}
