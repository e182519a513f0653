// Requests for the server's JSON, and addresses of its pictures. Addresses are relative to the page,
// so that they work below a path prefix of a proxy.

import { encodeIdentifier } from './view/identifier.js';
import { readSamples } from './view/samples.js';
import { viewPairs } from './view/view.js';

/** @typedef {import('./types').View} View */

/** A request that failed, at the server or on the way; `message` is for users. */
export class ApiError extends Error {
  /** @param {string} message @param {number} status 0 when no answer came */
  constructor(message, status) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** With a capital letter and a full stop. @param {string} text */
function asSentence(text) {
  const start = /^[a-z]+[\s,]/.test(text) ? text.charAt(0).toUpperCase() : text.charAt(0); // not "Frame=99"
  return `${start}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}

/** Message of an error response. @param {Response} response @returns {Promise<string>} */
async function sentence(response) {
  const text = await response.text().catch(() => '');
  try {
    const { error } = JSON.parse(text);
    if (typeof error === 'string' && error) return asSentence(error);
  } catch {
    // Not JSON: a plain sentence, or a proxy's page.
  }
  if (text && text.length < 400 && !text.trimStart().startsWith('<')) return asSentence(text.trim());
  return `The server answered with status ${response.status}.`;
}

/** @param {string} url @param {RequestInit} [options] */
async function get(url, options) {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (options?.signal?.aborted) throw error;
    throw new ApiError('The server cannot be reached.', 0);
  }
}

/** @param {string} url @param {AbortSignal} [signal] @returns {Promise<any>} */
async function getJson(url, signal) {
  const response = await get(url, { signal, headers: { Accept: 'application/json' } });
  if (!response.ok) throw new ApiError(await sentence(response), response.status);
  return response.json();
}

/** @param {Record<string, string | number>} fields @param {View} [view] */
function query(fields, view) {
  const pairs = Object.entries(fields).map(([key, value]) => [key, String(value)]);
  if (view) pairs.push(...viewPairs(view));
  const text = new URLSearchParams(pairs).toString();
  return text ? `?${text}` : '';
}

export class Api {
  /** @param {string} base address that the page's own is resolved to, with a final slash */
  constructor(base) {
    this.base = base;
    /** Characters that stand for a slash in identifiers; known once the server has described itself. @type {string | null} */
    this._slash = null;
    /** The last request for the server's description. @type {Promise<import('./types').Service> | null} */
    this._described = null;
  }

  /** @param {string} path */
  url(path) {
    return new URL(path, this.base).href;
  }

  /** @param {string} image @param {string} leaf */
  _image(image, leaf) {
    return this.url(`api/images/${encodeIdentifier(image, '', this._slash)}${leaf}`);
  }

  /**
   * JSON about an image. @param {string} image @param {string} leaf rest of the path, and query @param {AbortSignal} [signal]
   * @returns {Promise<any>}
   */
  async _ask(image, leaf, signal) {
    if (image.includes('/')) await (this._described ?? this.service());
    return getJson(this._image(image, leaf), signal);
  }

  /** @returns {Promise<import('./types').Service>} */
  service() {
    const described = getJson(this.url('api')).then((service) => {
      this._slash = service.slash_substitute;
      return service;
    });
    this._described = described;
    described.catch(() => { if (this._described === described) this._described = null; });
    return described;
  }

  /** @returns {Promise<Record<string, string>>} */
  colormaps() {
    return getJson(this.url('api/colormaps'));
  }

  /** The list of objects, a part of the viewer. @returns {Promise<import('./wcs/objects.js').Row[]>} */
  async objects() {
    return (await getJson(this.url('objects.json'))).objects;
  }

  /** Position of an object from the operator's name resolver. @param {string} name @returns {Promise<import('./types').Resolved>} */
  resolve(name) {
    return getJson(this.url(`api/resolve${query({ name })}`));
  }

  /**
   * @param {{prefix?: string, search?: string, sort?: string, offset?: number, limit?: number, at?: string}} query at: an image that shall be on the page
   * @param {AbortSignal} [signal]
   * @returns {Promise<import('./types').Listing>}
   */
  images({ prefix = '', search = '', sort = 'name', offset = 0, limit = 100, at }, signal) {
    const asked = { prefix, search, sort, offset, limit, ...(at === undefined ? {} : { at }) };
    return getJson(this.url(`api/images${query(asked)}`), signal);
  }

  /** A small picture for lists. @param {string} image @param {AbortSignal} [signal] @returns {Promise<Blob>} */
  async thumbnail(image, signal) {
    const response = await get(this._image(image, '/thumbnail'), { signal });
    if (!response.ok) throw new ApiError(await sentence(response), response.status);
    return response.blob();
  }

  /**
   * @param {string} image @param {View} view @param {AbortSignal} [signal]
   * @returns {Promise<import('./types').Metadata>}
   */
  metadata(image, view, signal) {
    return this._ask(image, query({}, view), signal);
  }

  /**
   * @param {string} image @param {View} view @param {AbortSignal} [signal]
   * @returns {Promise<import('./types').Statistics>}
   */
  statistics(image, view, signal) {
    return this._ask(image, `/statistics${query({}, view)}`, signal);
  }

  /** @param {string} image @param {string} [hdu] the one shown by default @returns {Promise<import('./types').Header>} */
  header(image, hdu) {
    return this._ask(image, `/header${query(hdu === undefined ? {} : { hdu })}`);
  }

  /**
   * @param {string} image @param {View} view @param {number} x @param {number} y
   * @param {AbortSignal} [signal]
   * @returns {Promise<import('./types').PixelValue>}
   */
  value(image, view, x, y, signal) {
    return this._ask(image, `/value${query({ x, y }, view)}`, signal);
  }

  /**
   * Values along a line. @param {string} image @param {View} view
   * @param {import('./types').Point} from @param {import('./types').Point} to @param {AbortSignal} [signal]
   * @returns {Promise<import('./types').Profiles>}
   */
  profile(image, view, from, to, signal) {
    return this._ask(image, `/profile${query({ x1: from.x, y1: from.y, x2: to.x, y2: to.y }, view)}`, signal);
  }

  /**
   * Statistics of a rectangle. @param {string} image @param {View} view
   * @param {{x: number, y: number, width: number, height: number}} box @param {AbortSignal} [signal]
   * @returns {Promise<import('./types').RegionStatistics>}
   */
  region(image, view, { x, y, width, height }, signal) {
    return this._ask(image, `/region${query({ x, y, width, height }, view)}`, signal);
  }

  /**
   * A pixel's values in all channels. @param {string} image @param {View} view
   * @param {number} x @param {number} y @param {AbortSignal} [signal]
   * @returns {Promise<import('./types').Spectrum>}
   */
  spectrum(image, view, x, y, signal) {
    return this._ask(image, `/spectrum${query({ x, y }, view)}`, signal);
  }

  /**
   * Values of a part of the image as codes.
   * @param {string} image @param {View} view
   * @param {{x: number, y: number, width: number, height: number, columns: number, rows: number}} part
   * @param {AbortSignal} [signal]
   */
  async samples(image, view, { x, y, width, height, columns, rows }, signal) {
    const fields = { region: `${x},${y},${width},${height}`, size: `${columns},${rows}` };
    if (image.includes('/')) await (this._described ?? this.service());
    const response = await get(this._image(image, `/samples${query(fields, view)}`), { signal });
    if (!response.ok) throw new ApiError(await sentence(response), response.status);
    return readSamples(await response.arrayBuffer());
  }

  /**
   * Resolves when all pictures of the view are final. @param {string} image
   * @param {View} view @param {AbortSignal} [signal]
   * @returns {Promise<{ready: boolean}>}
   */
  ready(image, view, signal) {
    return this._ask(image, `/ready${query({}, view)}`, signal);
  }

  /**
   * Exact sky position of a point. @param {string} image @param {View} view
   * @param {number} x @param {number} y @param {AbortSignal} [signal]
   * @returns {Promise<import('./types').Place>}
   */
  world(image, view, x, y, signal) {
    return this._ask(image, `/world${query({ x, y }, view)}`, signal);
  }

  /**
   * Directions over a part of the image, and where the sky ends. @param {string} image @param {View} view
   * @param {{x: number, y: number, width: number, height: number}} box @param {{nx: number, ny: number}} nodes
   * @param {AbortSignal} [signal]
   * @returns {Promise<import('./types').Mesh>}
   */
  mesh(image, view, box, nodes, signal) {
    return this._ask(image, `/mesh${query({ ...box, ...nodes }, view)}`, signal);
  }

  /**
   * Exact point of a sky position. @param {string} image @param {View} view
   * @param {number} lon @param {number} lat
   * @returns {Promise<import('./types').Point>}
   */
  pixel(image, view, lon, lat) {
    return this._ask(image, `/pixel${query({ lon, lat }, view)}`);
  }

  /**
   * Address of a picture, by the IIIF Image API.
   * @param {string} image @param {string} view canonical text
   * @param {string} region @param {string} size @param {string} format
   */
  picture(image, view, region, size, format) {
    return this.url(`iiif/3/${encodeIdentifier(image, view, this._slash)}/${region}/${size}/0/default.${format}`);
  }

  /**
   * Message of the error for a picture, which is requested again to read it; null when it succeeds.
   * @param {string} url
   * @returns {Promise<string | null>}
   */
  async refusal(url) {
    const response = await get(url);
    return response.ok ? null : sentence(response);
  }

  /** Address of the FITS file. @param {string} image @param {View} view */
  fits(image, { hdu, frame, channel }) {
    const pairs = Object.entries({ hdu, frame, channel }).flatMap(([key, value]) => (value ? [[key, value]] : []));
    return this._image(image, `/fits${query(Object.fromEntries(pairs))}`);
  }

  /** @param {string} image @param {string} view canonical text */
  info(image, view) {
    return this.url(`iiif/3/${encodeIdentifier(image, view, this._slash)}/info.json`);
  }
}
