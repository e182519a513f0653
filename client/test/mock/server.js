// A stand-in for the server, good enough to run the page: `npm run mock`, then open the address it
// prints. It knows the client's part of the HTTP interface, four made-up images and a rough renderer.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { brightness } from '../../src/control/curve.js';
import { softening } from '../../src/view/effective.js';
import { parseSet } from '../../src/view/sets.js';
import { parseView } from '../../src/view/view.js';
import { tanToSky } from '../support/tan.js';
import { profile, region, spectrum } from './measures.js';
import { encodePng } from './png.js';
import { samples, stepOf } from './samples.js';
import { IMAGES, plane, skyOf, tanOf } from './sky.js';

/** @typedef {import('./sky.js').MockImage} MockImage */
/** @typedef {import('../../src/types').View} View */

const DIST = new URL('../../dist/', import.meta.url);
const TYPES = /** @type {Record<string, string>} */ ({ html: 'text/html; charset=utf-8', js: 'text/javascript', css: 'text/css' });
/** @type {Record<string, (t: number) => number[]>} */
const COLORMAPS = {
  gray: (t) => [t, t, t],
  heat: (t) => [Math.min(1, 2 * t), Math.max(0, Math.min(1, 2 * t - 0.4)), Math.max(0, 4 * t - 3)],
  viridis: (t) => [0.27 - 0.6 * t + 1.3 * t * t, t * 0.9, 0.33 + 0.6 * t - 0.8 * t * t],
  coolwarm: (t) => [0.23 + 0.9 * t - 0.4 * t * t, 0.3 + 2.2 * t - 2.4 * t * t, 0.75 + 0.6 * t - 1.2 * t * t],
};
const MIX = ['0000ff', '00ff00', 'ff0000'].map((color, k) => ({ channel: k + 1, last: k + 1, color }));

const STOKES = [
  { name: 'I', title: 'Total intensity', unit: 'adu', derived: false },
  { name: 'Q', title: 'Linear polarization Q', unit: 'adu', derived: false },
  { name: 'U', title: 'Linear polarization U', unit: 'adu', derived: false },
  { name: 'P', title: 'Linearly polarized intensity', unit: 'adu', derived: true },
  { name: 'PA', title: 'Polarization angle', unit: 'deg', derived: true },
];

/** @param {MockImage} image @param {View} view @returns {string | null} */
function stokesOf(image, view) {
  return image.axis === 'spectral' ? view.stokes ?? 'I' : null;
}

class Failure extends Error {
  /** @param {number} status @param {string} message */
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/** @param {string} id @returns {MockImage} */
function find(id) {
  const image = IMAGES.find((entry) => entry.id === id);
  if (!image) return found(id);
  if (!image.width) throw new Failure(404, `image ${id} cannot be served: the file holds only tables`);
  return image;
}

/** A set, with the pixels of its first member. @param {string} id @returns {MockImage} */
function found(id) {
  const set = parseSet(id);
  if (!set) throw new Failure(404, `There is no image ${id}.`);
  const members = set.members.map(find);
  const isBands = set.kind === 'bands';
  return { ...members[0], id, axis: isBands ? 'band' : '', mixed: isBands, channels: isBands ? members.length : 1, frames: isBands ? 1 : members.length };
}

/** @param {string} text */
function viewOf(text) {
  try {
    return parseView(text);
  } catch (error) {
    throw new Failure(400, /** @type {Error} */ (error).message);
  }
}

const AUTOMATIC_LIMITS = { vmin: 96, vmax: 400, softening: 0.1 };

/** @param {string} pick */
function rangeOf(pick) {
  const [channel, last] = pick.split('-').map(Number);
  return { channel, last: last ?? channel };
}

/** @param {MockImage} image @param {View} asked */
function resolve(image, asked) {
  const view = { ...image.defaults, ...asked };
  const automatic = image.mixed && !view.channel ? MIX : [];
  const mix = view.mix?.map(({ channel, color }) => ({ ...rangeOf(channel), color })) ?? automatic;
  const channel = Number(view.channel?.split('-')[0] ?? 1);
  const frame = Number(view.frame ?? 1);
  if (frame > image.frames) throw new Failure(400, `frame=${frame}: the image has ${image.frames} frames.`);
  const channels = mix.length ? mix.map((part) => part.channel) : [channel];
  const limits = channels.map((number) => {
    const part = view.limits?.find((entry) => entry.channel?.split('-')[0] === String(number)) ?? view.limits?.find((entry) => entry.channel === null);
    const manual = part?.interval.kind === 'manual' ? part.interval : null;
    const rule = part && !manual ? { vmin: 97, vmax: 900 } : { vmin: 96, vmax: 400 };
    const automaticLimits = view.stretch ? null : AUTOMATIC_LIMITS;
    return { channel: number, last: mix.find((entry) => entry.channel === number)?.last ?? number, automatic: automaticLimits, vmin: manual?.vmin ?? rule.vmin, vmax: manual?.vmax ?? rule.vmax };
  });
  const stretch = view.stretch ?? { name: 'asinh', parameter: limits.map((entry) => softening(AUTOMATIC_LIMITS, entry)).sort((a, b) => a - b)[limits.length >> 1] };
  return { mix, channel, frame, channels, limits, stretch, view };
}

/** @param {MockImage} image @param {View} asked @param {string} host @returns {import('../../src/types').Metadata} */
function metadata(image, asked, host) {
  const { mix, channel, frame, limits, stretch, view } = resolve(image, asked);
  const text = stretch.parameter === null ? stretch.name : `${stretch.name}:${stretch.parameter}`;
  const id = encodeURIComponent(image.id);
  return {
    id: image.id, title: image.id.split('/').pop() ?? '', width: image.width, height: image.height, unit: 'adu',
    hdu: '0', hdus: [{ selector: '0', name: 'SCI', version: 1, shape: [image.height, image.width], kind: 'science', default: true }],
    stokes: image.axis === 'spectral' ? STOKES : [],
    channelAxis: image.axis,
    channels: Array.from({ length: image.channels }, (_, k) => ({
      index: k + 1, name: image.axis === 'band' ? 'gri'[k] : String(k + 1), value: image.axis === 'spectral' ? 1.42e9 + k * 1e5 : null,
      unit: image.axis === 'spectral' ? 'Hz' : null, wavelength: null, color: image.mixed ? MIX[k].color : null,
    })),
    frames: Array.from({ length: image.frames }, (_, k) => ({ index: k + 1, name: `exposure ${k + 1}`, time: `2026-03-01T00:0${k}:10.500Z` })),
    chips: [], arrangement: null, topDown: false, members: parseSet(image.id)?.members ?? [], cfa: null, cfaDefault: null, flags: null, view: '', automatic: { stretch: 'asinh:0.1', cmap: 'gray', mix: image.mixed ? MIX : [], frame: 1, channel: 1, lastChannel: 1 },
    shown: {
      stokes: stokesOf(image, view),
      frame: [frame, frame], channel: [channel, channel], collapse: view.collapse ?? 'mean', stretch: text, gamma: view.gamma ?? 1, contrast: view.contrast ?? 1,
      bias: view.bias ?? 0.5, saturation: view.saturation ?? 1, cmap: view.cmap ?? 'gray', invert: view.invert ?? false,
      nan: view.nan ?? null, bits: null, mix, limits,
    },
    views: [{ name: 'hot', title: 'Hot', view: 'stretch=sqrt;cmap=heat' }], notes: [], sky: skyOf(image),
    tile: { size: 256, levels: 4, provisional: false }, maxWidth: 8192, maxHeight: 8192, maxArea: null, iiif: `http://${host}/iiif/3/${id}`, wmts: `http://${host}/wmts?service=WMTS&request=GetCapabilities`,
  };
}

/** @type {Map<string, any>} */
const memory = new Map();

/** @template T @param {string} key @param {() => T} make @returns {T} */
function remembered(key, make) {
  const found = memory.get(key) ?? make();
  memory.set(key, found);
  return found;
}

/** @param {MockImage} image @param {View} view @returns {import('../../src/types').Statistics} */
function statistics(image, view) {
  const { channels, frame } = resolve(image, view);
  return {
    planes: channels.map((channel) => remembered(`${image.id}/${channel}/${frame}`, () => {
      const data = plane(image, channel, frame).filter((value) => !Number.isNaN(value)).sort();
      const low = data[0];
      const high = data[Math.floor(data.length * 0.998)];
      const counts = new Array(256).fill(0);
      for (const value of data) if (value < high) counts[Math.min(255, Math.floor((256 * (value - low)) / (high - low)))] += 1;
      const mean = data.reduce((sum, value) => sum + value, 0) / data.length;
      return {
        channel, frame, min: low, max: data[data.length - 1], mean, median: data[data.length >> 1], std: 42.5,
        exact: true, range_exact: true, valid: data.length / (image.width * image.height), zscale: [97, 110], histogram: { edges: [low, high], counts },
      };
    })),
  };
}

/** @param {MockImage} image @param {View} asked @param {string} region @param {string} size */
function picture(image, asked, region, size) {
  const [left, top, width, height] = region === 'full' ? [0, 0, image.width, image.height] : region.split(',').map(Number);
  const [columns, rows] = size === 'max' ? [width, height] : size.split(',').map(Number);
  if (left + width > image.width || top + height > image.height) throw new Failure(400, 'The region is outside the image.');
  const { mix, channels, frame, limits, stretch, view } = resolve(image, asked);
  const tone = { stretch, contrast: view.contrast ?? 1, bias: view.bias ?? 0.5, gamma: view.gamma ?? 1 };
  const sources = channels.map((channel) => plane(image, channel, frame));
  const weights = mix.map(({ color }) => [0, 2, 4].map((at) => parseInt(color.slice(at, at + 2), 16) / 255));
  const map = COLORMAPS[view.cmap ?? 'gray'] ?? COLORMAPS.gray;
  const rgb = new Uint8Array(columns * rows * 3);
  const step = stepOf(width, columns);
  for (let y = 0; y < rows; y += 1) {
    for (let x = 0; x < columns; x += 1) {
      const at = Math.min(image.height - 1, top + Math.floor((y + 0.5) * stepOf(height, rows))) * image.width + Math.min(image.width - 1, left + Math.floor((x + 0.5) * step));
      const color = [0, 0, 0];
      if (sources.every((data) => Number.isNaN(data[at]))) continue; // missing: black
      sources.forEach((data, k) => {
        const { vmin, vmax } = limits[k];
        const t = Number.isNaN(data[at]) ? 0 : brightness((data[at] - vmin) / (vmax - vmin), tone) ?? 0;
        const part = mix.length ? weights[k].map((weight) => weight * t) : map(view.invert ? 1 - t : t);
        for (let c = 0; c < 3; c += 1) color[c] += part[c];
      });
      for (let c = 0; c < 3; c += 1) rgb[(y * columns + x) * 3 + c] = Math.round(255 * Math.max(0, Math.min(1, color[c])));
    }
  }
  return encodePng(columns, rows, rgb);
}

/** @param {URLSearchParams} query @returns {import('../../src/types').Listing} */
function listing(query) {
  const prefix = query.get('prefix') ?? '';
  const search = (query.get('search') ?? '').toLowerCase();
  const words = search.split(' ').filter(Boolean).map((word) => new RegExp(word.replace(/[.+^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.')));
  const under = IMAGES.filter(({ id }) => id.startsWith(prefix) && words.every((word) => word.test(id.toLowerCase())));
  const here = search ? under : under.filter(({ id }) => !id.slice(prefix.length).includes('/'));
  const folders = search ? [] : [...new Set(under.filter((entry) => !here.includes(entry)).map(({ id }) => `${prefix}${id.slice(prefix.length).split('/')[0]}/`))];
  if (query.get('sort')?.startsWith('-')) here.reverse();
  const limit = Number(query.get('limit') ?? 100);
  const place = here.findIndex(({ id }) => id === query.get('at'));
  const offset = place < 0 ? Number(query.get('offset') ?? 0) : Math.max(0, place - Math.floor(limit / 2));
  const images = here.slice(offset, offset + limit).map(({ id, width, height }, k) => ({
    id, title: id.split('/').pop() ?? '', bytes: width * height * 4 + 5760, modified: '2026-11-20T12:00:00Z',
    facts: {
      object: id.startsWith('night/') ? 'M 51' : null, filter: 'RVB'[(offset + k) % 3], exposure: 30, instrument: 'ALFOSC',
      date: '2026-11-20T03:04:05Z', shape: [width, height], problem: null,
    },
  }));
  return { total: here.length, offset, folders, images, headers: { read: images.length, wanted: images.length } };
}

/** @returns {import('../../src/types').Service} */
function service() {
  return {
    name: 'Celestile', version: '0.0.0', title: 'Mock sky', colormaps: Object.keys(COLORMAPS),
    stretches: ['linear', 'sqrt', 'log', 'asinh', 'sinh', 'power', 'histeq', 'lupton'], formats: ['png'],
    download: true, resolver: false, start: 'field.fits', slash_substitute: null,
  };
}

/** @param {MockImage} image @param {View} view @param {number} x @param {number} y @returns {import('../../src/types').PixelValue} */
function pixel(image, view, x, y) {
  const { channels, frame } = resolve(image, view);
  const values = channels.map((channel) => {
    const value = plane(image, channel, frame)[y * image.width + x];
    const name = image.axis === 'band' ? 'gri'[channel - 1] : String(channel);
    return { channel, name, frame, value: Number.isNaN(value) ? null : value, raw: null, unit: 'adu', stokes: stokesOf(image, view) };
  });
  return { x, y, flags: null, chip: null, world: null, values };
}

/** @param {string} path percent-encoded, without its first slash @param {URLSearchParams} query @param {string} host @returns {Promise<[string, Buffer | string | object]>} */
async function answer(path, query, host) {
  const parts = path.split('/');
  if (parts[0] === 'iiif') {
    const [id, ...rest] = decodeURIComponent(parts[2]).split(/;(?=(?:hdu|stokes|frame|channel|collapse|mix|limits|stretch|gamma|contrast|bias|saturation|cmap|invert|nan|view|cfa|bits)=)/);
    return ['image/png', picture(find(id), viewOf(rest.join(';')), parts[3], parts[4])];
  }
  if (parts[0] !== 'api') {
    const name = path || 'index.html';
    return [TYPES[name.split('.').pop() ?? ''] ?? 'application/octet-stream', await readFile(new URL(name, DIST))];
  }
  if (!parts[1]) return ['json', service()];
  if (parts[1] === 'colormaps') {
    return ['json', Object.fromEntries(Object.entries(COLORMAPS).map(([name, map]) => {
      const rgb = Uint8Array.from({ length: 768 }, (_, i) => 255 * Math.max(0, Math.min(1, map(Math.floor(i / 3) / 255)[i % 3])));
      return [name, `data:image/png;base64,${encodePng(256, 1, rgb).toString('base64')}`];
    }))];
  }
  if (!parts[2]) return ['json', listing(query)];
  const image = find(decodeURIComponent(parts[2]));
  const fields = ['x', 'y', 'lon', 'lat', 'x1', 'y1', 'x2', 'y2', 'width', 'height', 'region', 'size'];
  const view = viewOf([...query].filter(([key]) => !fields.includes(key)).map(([key, value]) => `${key}=${value}`).join(';'));
  const [x, y] = [Number(query.get('x')), Number(query.get('y'))];
  switch (parts[3]) {
    case undefined: return ['json', metadata(image, view, host)];
    case 'statistics': return ['json', statistics(image, view)];
    case 'header': return ['json', { hdu: '0', cards: [['SIMPLE', true, 'conforms to FITS'], ['NAXIS1', image.width, null], ['OBJECT', '<b>M 87</b>', 'name']], primary: [], hdus: [{ index: 0, name: 'SCI', version: 1, kind: 'PRIMARY' }] }];
    case 'samples': {
      const { channels, frame } = resolve(image, view);
      const sources = channels.map((channel) => plane(image, channel, frame));
      const body = samples(sources, image, query.get('region') ?? '', query.get('size') ?? '', { channels, frame, shown: metadata(image, view, host).shown });
      return ['application/octet-stream', body];
    }
    case 'profile': return ['json', profile(image, resolve(image, view).channels, resolve(image, view).frame, query)];
    case 'region': return ['json', region(image, resolve(image, view).channels, resolve(image, view).frame, query)];
    case 'spectrum': return ['json', spectrum(image, resolve(image, view).frame, x, y)];
    // Drawing all images of a folder would take the mock seconds.
    case 'thumbnail': return ['image/png', encodePng(96, 64, Uint8Array.from({ length: 96 * 64 * 3 }, (_, at) => (at % 288) / 2))];
    case 'world': return ['json', { ...tanToSky(tanOf(image), x, y), frame: 'icrs', reason: null }];
    case 'value': return ['json', pixel(image, view, x, y)];
    default: throw new Failure(404, 'There is nothing here.');
  }
}

/** @param {number} [port] 0 for a free one @returns {Promise<{url: string, close: () => Promise<void>}>} */
export async function startMock(port = 0) {
  const server = createServer(async (request, response) => {
    const url = new URL(request.url ?? '/', 'http://mock');
    try {
      const [type, body] = await answer(url.pathname.slice(1), url.searchParams, request.headers.host ?? '');
      const json = type === 'json';
      response.writeHead(200, { 'Content-Type': json ? 'application/json' : type, 'Cache-Control': 'max-age=60' });
      response.end(json ? JSON.stringify(body) : body);
    } catch (error) {
      const status = error instanceof Failure ? error.status : 404;
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify({ error: error instanceof Failure ? error.message : 'Not found.' }));
    }
  });
  await new Promise((resolve_) => { server.listen(port, '127.0.0.1', () => resolve_(undefined)); });
  const address = /** @type {import('node:net').AddressInfo} */ (server.address());
  return {
    url: `http://127.0.0.1:${address.port}/`,
    close: () => new Promise((resolve_) => { server.close(() => resolve_()); server.closeAllConnections(); }),
  };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { url } = await startMock(Number(process.env.PORT ?? 8098));
  console.log(url);
}
