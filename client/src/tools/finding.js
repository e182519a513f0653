// What the text of the search can mean: positions, objects, parts of the image, and images.

import { parsePosition } from '../wcs/angles.js';
import { fromFits } from '../wcs/fits.js';
import { frameTitle, isEquatorial, notations } from '../wcs/frames.js';
import { catalogName, plainName } from '../wcs/objects.js';
import { parsePlaces } from '../wcs/places.js';
import { transformation } from '../wcs/systems.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {import('../types').Point} Point */
/** @typedef {import('../wcs/systems.js').System} System */
/** @typedef {import('../wcs/places.js').Place} Place */

/**
 * @typedef {object} Finding
 * @property {string} title @property {string} kind for people
 * @property {Point | null} [point] null: not in this image
 * @property {number} [size] arcsec
 * @property {string} [image] to be opened
 * @property {string} [hdu] to be shown
 * @property {[number, number, number, number]} [region] of a chip
 * @property {string} [problem] why it cannot be chosen
 */

export const OUTSIDE = 'outside this image';

/** @param {App} app @param {Point | null} point */
function isInside(app, point) {
  const { metadata } = app.scene;
  return Boolean(point && metadata && point.x >= 0 && point.y >= 0 && point.x <= metadata.width && point.y <= metadata.height);
}

/** Place in the image of a position in some frame. @param {App} app @param {SkyPosition} position @param {System} system @returns {Promise<Pick<Finding, 'point' | 'problem'>>} */
async function located(app, position, system) {
  const { metadata, sky: coordinates } = app.scene;
  const sky = metadata?.sky;
  if (!sky || !coordinates?.exists) return { point: null, problem: 'this image has no sky coordinates' };
  const turn = transformation(system, sky);
  if (!turn) return { point: null, problem: `cannot be converted to ${frameTitle(sky.frame, sky.equinox).toLowerCase()} coordinates` };
  const place = turn(position);
  // Most objects are elsewhere: the server is asked only where the viewer cannot know.
  const knows = coordinates.isCertain({ x: 0, y: 0, width: metadata.width, height: metadata.height });
  const point = coordinates.point(place) ?? (knows ? null : await app.pointAt(place).catch(() => null));
  return isInside(app, point) ? { point } : { point: null, problem: OUTSIDE };
}

/** Frames that a position without one can be in: that of the readout, the image's own, ICRS. @param {App} app @param {System | null} shown @param {boolean} isHours @returns {System[]} */
function likely(app, shown, isHours) {
  const sky = app.scene.metadata?.sky;
  /** @type {System[]} */
  const all = [...(shown ? [shown] : []), ...(sky ? [{ frame: sky.frame, equinox: sky.equinox }] : []), { frame: 'icrs' }];
  const fitting = isHours ? all.filter(({ frame }) => isEquatorial(frame)) : all;
  const titles = fitting.map(({ frame, equinox }) => frameTitle(frame, equinox ?? null));
  // FK5 J2000 and ICRS differ by less than a pixel.
  const names = titles.map((title) => (title === 'FK5 J2000' ? 'ICRS' : title));
  return fitting.filter((_, k) => names.indexOf(names[k]) === k);
}

/** @param {App} app @param {Place} place @param {string} text @param {System | null} shown @returns {Promise<Finding[]>} */
async function positions(app, { system, position }, text, shown) {
  if (!position) return [];
  const isHours = /h|ʰ/i.test(text) || parsePosition(text, false)?.lon !== position.lon;
  const own = app.scene.metadata?.sky;
  const equatorial = own && isEquatorial(own.frame) ? { frame: own.frame, equinox: own.equinox } : { frame: 'icrs' };
  const isLabelled = /^\s*(ra|r\.a|α|alpha)/i.test(text);
  const systems = system ? [system] : isLabelled ? [equatorial] : likely(app, shown, isHours);
  return Promise.all(systems.map(async (each) => {
    const [notation] = notations(each.frame, each.equinox ?? null, ['', '']);
    return {
      title: notation.format(position, 1).join(' '), kind: frameTitle(each.frame, each.equinox ?? null),
      ...await located(app, position, each),
    };
  }));
}

/** @param {App} app @param {Place} place @returns {Finding[]} */
function pixels(app, { pixel }) {
  const { metadata } = app.scene;
  if (!pixel || !metadata) return [];
  const point = fromFits({ x: pixel[0], y: pixel[1] }, metadata.height, metadata.topDown);
  return [{ title: pixel.join(', '), kind: 'FITS pixel', ...(isInside(app, point) ? { point } : { point: null, problem: OUTSIDE }) }];
}

/** HDUs and chips by their names or numbers. @param {App} app @param {Place} place @returns {Finding[]} */
function parts(app, { kind, name = '', pixel }) {
  const { metadata } = app.scene;
  const wanted = name.toLowerCase();
  const chips = (metadata?.chips ?? []).filter((chip) => [chip.name, chip.selector].some((each) => each.toLowerCase() === wanted));
  const hdus = (metadata?.hdus ?? []).filter((hdu) => [hdu.selector, hdu.name, `${hdu.name},${hdu.version}`].some((each) => each.toLowerCase() === wanted));
  const ofChips = chips.map((chip) => (pixel ? inHdu(app, chip.selector, pixel, `${chip.name}: ${pixel.join(', ')}`, 'Chip')
    : { title: chip.name, kind: 'Chip', region: chip.region }));
  const ofHdus = hdus.slice(0, 1).map((hdu) => (pixel ? inHdu(app, hdu.selector, pixel, `${hdu.name || hdu.selector}: ${pixel.join(', ')}`, 'HDU')
    : { title: hdu.name || hdu.selector, kind: `HDU ${hdu.selector}`, hdu: hdu.selector }));
  const found = kind === 'chip' && ofChips.length ? ofChips : [...ofHdus, ...ofChips];
  return found.length ? found : [{ title: name || '…', kind: kind === 'chip' ? 'Chip' : 'HDU', problem: 'not in this file' }];
}

/** A pixel of an HDU. @param {App} app @param {string} hdu @param {[number, number]} pixel @param {string} title @param {string} kind @returns {Finding} */
function inHdu(app, hdu, pixel, title, kind) {
  const { metadata } = app.scene;
  const shape = metadata?.hdus.find(({ selector }) => selector === hdu)?.shape;
  if (!shape) return { title, kind, problem: 'has no image' };
  const [width, height] = [shape[shape.length - 1], shape[shape.length - 2]];
  const point = fromFits({ x: pixel[0], y: pixel[1] }, height, metadata?.topDown);
  const inside = point.x >= 0 && point.y >= 0 && point.x <= width && point.y <= height;
  return inside ? { title, kind, hdu, point } : { title, kind, problem: 'outside this HDU' };
}

/** Places that the text describes. @param {App} app @param {string} text @param {System | null} shown frame of the readout @returns {Promise<Finding[]>} */
export async function findPlaces(app, text, shown) {
  if (!app.scene.metadata) return [];
  const found = await Promise.all(parsePlaces(text).map((place) => {
    if (place.kind === 'sky') return positions(app, place, text, shown);
    return place.kind === 'pixel' ? pixels(app, place) : parts(app, place);
  }));
  const all = found.flat();
  // Of several meanings, those in the image come first.
  return [...all.filter(({ problem }) => !problem), ...all.filter(({ problem }) => problem)];
}

/** Objects of the list. @param {App} app @param {import('../wcs/objects.js').ObjectList} list @param {string} text @returns {Promise<Finding[]>} */
export async function findObjects(app, list, text) {
  if (!app.scene.metadata) return [];
  return Promise.all(list.find(text).map(async ({ names, position, size }) => ({
    title: names.slice(0, 3).join(' · '), kind: 'Object', size, ...await located(app, position, { frame: 'icrs' }),
  })));
}

/** Cards with the position of OBJECT, degrees or sexagesimal. */
const TARGETS = [['RA_TARG', 'DEC_TARG'], ['OBJCTRA', 'OBJCTDEC'], ['RA_OBJ', 'DEC_OBJ'], ['OBJRA', 'OBJDEC'], ['RA_OBJEC', 'DEC_OBJE'], ['TARGRA', 'TARGDEC'], ['RA', 'DEC']];

/** The header's own OBJECT, if it has the text's name. @param {App} app @param {import('../types').Header} header @param {import('../wcs/objects.js').ObjectList | null} list @param {string} text @returns {Promise<Finding[]>} */
export async function findTarget(app, header, list, text) {
  const cards = new Map([...header.primary, ...header.cards].map(([key, value]) => [key, value]));
  const names = ['OBJECT', 'OBJNAME', 'TARGNAME', 'TARGET'].map((key) => String(cards.get(key) ?? '').trim()).filter(Boolean);
  const wanted = plainName(text);
  const name = names.find((each) => wanted.length > 1 && plainName(each).includes(wanted));
  if (!name) return [];
  for (const [right, up] of TARGETS) {
    const [lon, lat] = [cards.get(right), cards.get(up)];
    const position = lon != null && lat != null ? parsePosition(`${lon}, ${lat}`, true) : null;
    if (position) return [{ title: name, kind: 'OBJECT of the header', ...await located(app, position, { frame: 'icrs' }) }];
  }
  const known = list?.find(catalogName(name), 1).find(({ isExact }) => isExact);
  if (!known) return [];
  return [{ title: name, kind: 'OBJECT of the header', size: known.size, ...await located(app, known.position, { frame: 'icrs' }) }];
}

/** Images whose identifiers have the text. @param {App} app @param {string} text @param {AbortSignal} signal @returns {Promise<Finding[]>} */
export async function findImages(app, text, signal) {
  const { images } = await app.api.images({ search: text, limit: 6 }, signal);
  return images.filter(({ id }) => id !== app.store.state.image).map(({ id, title }) => ({ title: title || id, kind: 'Image', image: id }));
}

/** An object of the operator's name resolver. @param {App} app @param {string} name @returns {Promise<Finding>} */
export async function askResolver(app, name) {
  const { name: known, lon, lat } = await app.api.resolve(name);
  if (lon === null || lat === null) throw new Error(`The name resolver does not know “${name}”.`);
  return { title: known, kind: 'Object', ...await located(app, { lon, lat }, { frame: 'icrs' }) };
}
