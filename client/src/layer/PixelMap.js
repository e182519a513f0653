// The map. Only this folder and crs/ use Leaflet.

import { Map as LeafletMap } from 'leaflet';
import { PixelCRS, toLatLng, toPoint } from '../crs/PixelCRS.js';
import { chipOutlines } from './chips.js';
import { captureDrags } from './drags.js';
import { followRightDrags } from './rightdrags.js';
import { gridLines, markLines } from './lines.js';
import { placeMark } from './place.js';
import { IIIFTileLayer } from './IIIFTileLayer.js';
import { LiveLayer } from './LiveLayer.js';
import { sightOf } from './sight.js';

/** @typedef {import('../types').Point} Point */
/** @typedef {import('./IIIFTileLayer.js').Source} Source */

const OVERZOOM = 4; // 16 screen pixels for one of the image
const SNAP = 0.25;
/** Least length of the longer side of an image, in screen pixels. */
const LEAST = 64;

export class PixelMap {
  /** @param {HTMLElement} element */
  constructor(element) {
    this.element = element;
    this._map = new LeafletMap(element, {
      crs: PixelCRS,
      zoomControl: false,
      attributionControl: false,
      zoomSnap: SNAP,
      zoomDelta: 1,
      wheelPxPerZoomLevel: 100,
      keyboardPanDelta: 120,
      inertiaDeceleration: 4000,
      bounceAtZoomLimits: false,
      fadeAnimation: false,
      zoomAnimation: !matchMedia('(prefers-reduced-motion: reduce)').matches,
    });
    /** @type {IIIFTileLayer | null} */
    this._layer = null;
    this._live = new LiveLayer(element);
    /** @type {import('leaflet').LayerGroup | null} */
    this._chips = null;
    /** @type {import('leaflet').LayerGroup | null} */
    this._grid = null;
    /** @type {import('leaflet').LayerGroup | null} */
    this._mark = null;
    /** @type {import('leaflet').Marker | null} */
    this._place = null;
    /** @type {{width: number, height: number} | null} */
    this._size = null;
    /** Zoom at which the image filled the window when it was last fitted. @type {number | null} */
    this._filled = null;
    // Leaflet notices a change of size only once it has a view.
    this._map.setView(toLatLng({ x: 0, y: 0 }), 0, { animate: false });
    this._map.on('zoom zoomend', () => this._sharpen());
    this._map.on('dragend', () => this._comeBack());
  }

  get isOpen() {
    return this._size !== null;
  }

  /**
   * Show another image.
   * @param {Source} source
   * @param {{view: string, nan: string | null | undefined, center: Point | null, zoom: number | null}} start
   * @param {{onError: (url: string) => void, onLoad: () => void}} listeners
   */
  open(source, { view, nan, center, zoom }, { onError, onLoad }) {
    this.endLive();
    this._layer?.remove();
    this._map.invalidateSize({ animate: false });
    this._size = { width: source.width, height: source.height };
    const fit = this._fitZoom();
    this._filled = fit;
    this._map.options.minZoom = Math.min(-1, Math.floor(fit) - 1);
    this._map.options.maxZoom = Math.max(OVERZOOM, Math.ceil(fit) + 2);
    const middle = { x: source.width / 2, y: source.height / 2 };
    this.look(center ?? middle, zoom ?? fit, { animate: false });
    // An address may have been made for a larger image of the same name.
    if (this._map.getSize().x && !this.visibleRegion()) this.look(middle, fit, { animate: false });
    this._layer = new IIIFTileLayer(source, { view, nan });
    this._layer.on('tileerror', (/** @type {any} */ event) => onError(event.error?.url ?? ''));
    this._layer.on('load', onLoad);
    this._layer.addTo(this._map);
    this._sharpen();
  }

  /** Outline and name these chips, and no others. @param {readonly import('../types').Chip[]} chips */
  nameChips(chips) {
    this._chips?.remove();
    this._chips = chips.length ? chipOutlines(chips).addTo(this._map) : null;
  }

  /**
   * Replace the coordinate grid.
   * @param {[Point, Point][][]} lines each as its pieces @param {import('./lines.js').GridLabel[]} labels
   */
  drawGrid(lines, labels) {
    this._grid?.remove();
    this._grid = lines.length ? gridLines(lines, labels).addTo(this._map) : null;
  }

  /** Replace the mark of a measurement. @param {import('./lines.js').Mark | null} mark */
  drawMark(mark) {
    this._mark?.remove();
    this._mark = mark && markLines(mark).addTo(this._map);
  }

  /** Replace the mark of the place that the user went to. @param {{at: Point, label: string} | null} place */
  drawPlace(place) {
    this._place?.remove();
    this._place = place && placeMark(place.at, place.label).addTo(this._map);
  }

  /** Point under a mouse or touch. @param {{clientX: number, clientY: number}} event */
  pointOf(event) {
    return toPoint(this._map.mouseEventToLatLng(/** @type {MouseEvent} */ (event)));
  }

  /**
   * Report drags across the map instead of moving it.
   * @param {{onDrag: (from: Point, to: Point) => void, onEnd: () => void}} listeners
   * @returns {() => void} makes drags move the map again
   */
  captureDrags({ onDrag, onEnd }) {
    const handlers = [this._map.dragging, this._map.boxZoom, this._map.doubleClickZoom];
    for (const handler of handlers) handler.disable();
    this.element.classList.add('is-measuring');
    const release = captureDrags(this.element, (event) => toPoint(this._map.mouseEventToLatLng(event)), onDrag, onEnd);
    return () => {
      release();
      this.element.classList.remove('is-measuring');
      for (const handler of handlers) handler.enable();
    };
  }

  /** Report drags with the right button. @param {Parameters<typeof followRightDrags>[1]} listeners */
  onRightDrag(listeners) {
    followRightDrags(this.element, listeners);
  }

  /** Show no image. */
  close() {
    this.nameChips([]);
    this.drawGrid([], []);
    this.drawMark(null);
    this.drawPlace(null);
    this.endLive();
    this._layer?.remove();
    this._layer = null;
    this._size = null;
  }

  /** @param {string} view @param {{nan?: string | null, patience?: number}} [options] */
  show(view, options) {
    return this._layer?.show(view, options) ?? Promise.resolve();
  }

  /** Fetch all tiles again. */
  renew() {
    this._layer?.renew();
  }

  /** The part of the image in sight, on the pixels of the tiles. */
  sight() {
    return this._layer && sightOf(this._layer);
  }

  /** Whether samples can be drawn here. @param {import('./sight.js').Sight} sight @param {number} planes */
  suitsLive(sight, planes) {
    return this._live.suits(sight, planes);
  }

  /** Draw samples without showing them: the first picture is slower. @param {import('../view/samples.js').Samples} samples @param {import('./LiveLayer.js').LiveLook} look */
  warmLive(samples, look) {
    if (this._layer && !this.isLive) this._live.paint(this._layer, samples, look, false);
  }

  /** Show samples over the tiles. @param {import('../view/samples.js').Samples} samples @param {import('./sight.js').Sight} sight @param {import('./LiveLayer.js').LiveLook} look @param {boolean} [isFine] every pixel, however long it takes */
  showLive(samples, sight, look, isFine = false) {
    if (this._layer) this._live.show(this._layer, samples, sight, look, isFine);
  }

  /** Show the tiles alone. */
  endLive() {
    this._live.hide();
  }

  /** Whether samples are shown over the tiles. */
  get isLive() {
    return this._live.isShown;
  }

  /** @param {string} view */
  preload(view) {
    return this._layer?.preload(view) ?? Promise.resolve();
  }

  /** Largest zoom at which the whole image is visible; the window may have no size yet. */
  _fitZoom() {
    return this._size ? this.zoomOf(this._size.width, this._size.height) : 0;
  }

  /** Zoom at which the whole image is visible. */
  get wholeZoom() {
    return this._fitZoom();
  }

  /** Largest zoom at which a part of this size is visible. @param {number} width @param {number} height */
  zoomOf(width, height) {
    const { x, y } = this._map.getSize();
    const scale = Math.min(x / width, y / height);
    const least = LEAST / Math.max(width, height);
    return Math.floor(Math.log2(Math.max(scale, least)) / SNAP) * SNAP;
  }

  /** @param {{animate?: boolean}} [options] */
  fit(options) {
    if (!this._size) return;
    this._filled = this._fitZoom();
    this.look({ x: this._size.width / 2, y: this._size.height / 2 }, this._filled, options);
  }

  /** @param {Point} center @param {number} [zoom] @param {{animate?: boolean}} [options] */
  look(center, zoom = this._map.getZoom(), options = {}) {
    this._map.options.zoomSnap = 0; // images of the same sky are compared at exactly the same size
    this._map.setView(toLatLng(center), zoom, options);
    this._map.options.zoomSnap = SNAP;
  }

  /** @param {number} steps */
  zoomBy(steps) {
    this._map.zoomIn(steps);
  }

  get center() {
    return toPoint(this._map.getCenter());
  }

  get zoom() {
    return this._map.getZoom();
  }

  /** Screen pixels for one of the image. */
  get magnification() {
    return 2 ** this._map.getZoom();
  }

  /** The visible rectangle, in whole pixels within the image. */
  visibleRegion() {
    if (!this._size) return null;
    const bounds = this._map.getBounds();
    const left = Math.max(0, Math.floor(bounds.getWest()));
    const top = Math.max(0, Math.floor(bounds.getSouth()));
    const right = Math.min(this._size.width, Math.ceil(bounds.getEast()));
    const bottom = Math.min(this._size.height, Math.ceil(bounds.getNorth()));
    return right > left && bottom > top
      ? { x: left, y: top, width: right - left, height: bottom - top } : null;
  }

  /** Parts of the image, in its pixels, under the tools over the map. */
  covered() {
    const map = this.element.getBoundingClientRect();
    const tools = [...this.element.parentElement?.children ?? []].filter((part) => part !== this.element && !part.matches('.progress, .crosshair'));
    return tools.map((part) => part.getBoundingClientRect()).filter(({ width, height }) => width && height).map((part) => {
      const [from, to] = [[part.left, part.top], [part.right, part.bottom]]
        .map(([x, y]) => toPoint(this._map.containerPointToLatLng([x - map.left, y - map.top])));
      return { x: from.x, y: from.y, width: to.x - from.x, height: to.y - from.y };
    });
  }

  /** The window changed: an image that filled it fills it again, else the center stays. */
  resized() {
    const filled = this._size && this._filled && Math.abs(this.zoom - this._filled) < 1e-6
      && Math.hypot(this.center.x - this._size.width / 2, this.center.y - this._size.height / 2) * this.magnification < 2;
    this._map.invalidateSize({ animate: false });
    if (filled) this.fit({ animate: false });
  }

  /** @param {() => void} listener after a pan or a zoom */
  onMoved(listener) {
    this._map.on('moveend', listener);
  }

  /** @param {() => void} listener during a pan or a zoom as well */
  onMoving(listener) {
    this._map.on('move zoom', listener);
  }

  /** @param {(point: Point | null) => void} listener called when another point is under the pointer; with null when the pointer leaves */
  onPointer(listener) {
    /** The last event: the image may move under a pointer that stays. @type {MouseEvent | null} */
    let last = null;
    const report = () => { if (last) listener(toPoint(this._map.mouseEventToLatLng(last))); };
    /** @param {import('leaflet').LeafletMouseEvent} event */
    const follow = ({ originalEvent }) => {
      last = originalEvent;
      report();
    };
    this._map.on('mousemove', follow).on('click', follow);
    this._map.on('move zoom moveend zoomend resize', report);
    this._map.on('mouseout', () => { last = null; listener(null); });
  }

  /** Show pixels as squares when magnified, smoothed when reduced. */
  _sharpen() {
    this.element.classList.toggle('is-magnified', this._map.getZoom() > 0.9);
  }

  /** Keep the center of the window within the image, so that the image cannot get out of view. */
  _comeBack() {
    if (!this._size) return;
    const { x, y } = this.center;
    const nearest = {
      x: Math.max(0, Math.min(this._size.width, x)),
      y: Math.max(0, Math.min(this._size.height, y)),
    };
    if (nearest.x !== x || nearest.y !== y) this._map.panTo(toLatLng(nearest));
  }
}
