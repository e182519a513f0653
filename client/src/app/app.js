// The application: joins the state, the server's knowledge of it and the map.

import { ApiError, sentence } from '../api.js';
import { EMPTY } from '../state/address.js';
import { AddressBar } from '../state/addressbar.js';
import { positionIn } from '../state/carry.js';
import { Connection } from '../state/connection.js';
import { History } from '../state/history.js';
import { Latest } from '../state/latest.js';
import { Scene, isSameField } from '../state/scene.js';
import { effective } from '../view/effective.js';
import { Store } from '../state/store.js';
import { AUTOMATIC, formatView, withChanges } from '../view/view.js';

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').View} View */
/** @typedef {import('../types').Metadata} Metadata */
/** @typedef {import('../types').Point} Point */

/** An answer that took longer, in ms, was waited for: pictures drawn before it were provisional. */
const WAITED = 50;

export class App {
  /**
   * @param {import('../api.js').Api} api
   * @param {import('../layer/PixelMap.js').PixelMap} map
   * @param {import('../ui/messages.js').Messages} messages
   */
  constructor(api, map, messages) {
    this.api = api;
    this.map = map;
    this.messages = messages;
    /** @type {import('../types').Service | null} */
    this.service = null;
    /** @type {Record<string, string>} */
    this.colormaps = {};
    this.playing = false;
    /** Whether images are opened at the place in the sky that is being looked at. */
    this.keepsSky = false;
    /** The image shown before, and its view. @type {Pick<State, 'image' | 'view'> | null} */
    this._before = null;
    /** @type {import('../state/carry.js').Carried | null} */
    this._carried = null;
    /** @type {Store<State>} */
    this.store = new Store(EMPTY);
    this.scene = new Scene(api, (error) => this.fail(error, 'details'), (news) => this._renew(news));
    this.undoable = new History(AUTOMATIC);
    this.connection = new Connection(() => api.service(), {
      onLost: () => messages.error('The server cannot be reached. Trying again until it answers.', 'server'),
      onBack: () => this._goOn(),
    });
    this._opening = new Latest();
    this._settling = new Latest();
    this._moving = false;
    this.address = new AddressBar(this.store, (problem) => messages.error(problem, 'address'));
    this.store.subscribe((next, previous, how) => this._follow(next, previous, how.commit));
    map.onMoved(() => this._rememberPlace());
  }

  /** Ask for what does not depend on an image, and open the first one. */
  start() {
    this.address.read();
    return this._begin();
  }

  async _begin() {
    this.api.colormaps().then((maps) => {
      this.colormaps = maps;
      this.scene.tell();
    }, (error) => this.fail(error, 'colormaps'));
    try {
      this.service = await this.api.service();
      if (!this.store.state.image && this.service.start) this.open(this.service.start);
    } catch (error) {
      this.fail(error, 'service');
    }
  }

  /** @param {unknown} error @param {string} topic */
  fail(error, topic) {
    if (error instanceof ApiError && error.status === 0) {
      this.connection.lost();
      return;
    }
    this.messages.error(error instanceof Error ? error.message : String(error), topic);
  }

  /** What failed without a message of its own may still tell that the server is gone. @param {unknown} error */
  missed(error) {
    if (error instanceof ApiError && error.status === 0) this.connection.lost();
  }

  /** The server answers again: what it could not tell meanwhile is asked once more. */
  _goOn() {
    for (const topic of ['server', 'tiles', 'details']) this.messages.clear(topic);
    if (!this.service) this._begin();
    if (this.store.state.image) this._open(this.store.state, (metadata) => this._renew(metadata));
  }

  /** Bring what is shown up to date: the file may be another one by now. @param {Metadata} news */
  _renew(news) {
    const known = this.scene.metadata;
    if (!known) {
      this._show(news, this.store.state);
    } else if (!isSameField(known, news)) {
      this._show(news, { ...this.store.state, center: null, zoom: null, sky: null }); // the whole of it
    } else {
      document.body.classList.remove('is-loading');
      this.scene.open(news, this.view);
      this.map.renew();
    }
  }

  get view() {
    return this.store.state.view;
  }

  /** What is in effect now, or null while no image is open. */
  get effective() {
    return this.scene.metadata && effective(this.view, this.scene.metadata);
  }

  /** @param {string} image @param {View} [view] @param {boolean} [keepsSky] at the place in the sky that is looked at now */
  open(image, view = AUTOMATIC, keepsSky = this.keepsSky) {
    if (image === this.store.state.image) return;
    this._carried = keepsSky ? this._place() : null;
    this.store.set({ ...EMPTY, image, view });
  }

  /** Show the image before, as it was, at the present place in the sky; and the present one the next time. */
  blink() {
    if (this._before?.image) this.open(this._before.image, this._before.view, true);
  }

  /** Where in the sky the map's middle lies. @returns {import('../state/carry.js').Carried | null} */
  _place() {
    const { metadata, sky } = this.scene;
    const position = this.store.state.sky;
    if (!metadata || !sky || !position || !this.map.isOpen) return this._carried;
    const { scale } = sky.local(this.map.center.x, this.map.center.y);
    if (!scale) return null;
    const { frame, equinox } = metadata.sky;
    return { position, frame, equinox, density: this.map.magnification / scale };
  }

  /** Center and zoom for the place that was carried over to a new image. @param {Metadata} metadata */
  async _placed(metadata) {
    const carried = this._carried;
    const position = carried && positionIn(carried, metadata.sky);
    const point = position && await this.pointAt(position).catch(() => null);
    const isInside = point && point.x >= 0 && point.y >= 0 && point.x <= metadata.width && point.y <= metadata.height;
    if (!carried || !isInside) {
      if (carried) this.messages.notice('This image does not show the place that was looked at.');
      return null;
    }
    const { scale } = this.scene.sky?.local(point.x, point.y) ?? { scale: null };
    return { center: point, zoom: scale ? Math.log2(carried.density * scale) : null };
  }

  /** Change the view. @param {Partial<Record<keyof View, any>>} changes @param {{commit?: boolean}} [how] */
  edit(changes, how) {
    this.setView(withChanges(this.view, changes), how);
  }

  /** @param {View} view @param {{commit?: boolean}} [how] */
  setView(view, how) {
    this.store.set({ view }, how);
  }

  undo() {
    if (this.undoable.canUndo) this.setView(this.undoable.undo());
  }

  redo() {
    if (this.undoable.canRedo) this.setView(this.undoable.redo());
  }

  /** @param {State} next @param {State} previous @param {boolean} commit */
  _follow(next, previous, commit) {
    if (next.image !== previous.image || next.view.hdu !== previous.view.hdu) {
      this.messages.clear('open');
      if (next.image !== previous.image) {
        this.undoable.reset(next.view);
        if (previous.image) this._before = { image: previous.image, view: previous.view };
      }
      if (next.image === previous.image) this.undoable.record(next.view);
      this._open(next);
      return;
    }
    if (commit && next.view !== this.undoable.present) this.undoable.record(next.view);
    if (next.view !== previous.view) {
      if (!this.playing) this.draw();
      if (!this.playing && this.scene.metadata) this.scene.refresh(next.view);
    } else if (!this._moving && next.center
        && (next.center !== previous.center || next.zoom !== previous.zoom)) {
      this.map.look(next.center, next.zoom ?? undefined, { animate: false });
    }
  }

  /** Bring the map to the state's view. @param {{patience?: number}} [options] @returns {Promise<void>} */
  draw(options = {}) {
    this._settle();
    return this.map.show(formatView(this.view), { nan: this.effective?.nan ?? null, ...options });
  }

  /** Replace provisional pictures of a large image as soon as the server has better ones. */
  _settle() {
    const { metadata } = this.scene;
    if (!metadata?.tile.provisional) return;
    const start = performance.now();
    this._settling.run(
      (signal) => this.api.ready(metadata.id, this.view, signal),
      () => { if (performance.now() - start > WAITED) this.map.renew(); },
      () => {}, // the tiles themselves tell what is wrong
    );
  }

  /** @param {State} state @param {(metadata: Metadata) => void} [show] */
  _open(state, show = (metadata) => { this._show(metadata, this.store.state); }) {
    const { image, view } = state;
    for (const topic of ['tiles', 'details']) this.messages.clear(topic);
    if (!image) {
      this._close();
      return;
    }
    document.body.classList.add('is-loading');
    this._opening.run(
      (signal) => this.api.metadata(image, view, signal),
      show,
      (error) => {
        document.body.classList.remove('is-loading');
        this.fail(error, 'open');
        const isViewsFault = /** @type {any} */ (error).status === 400 && view !== AUTOMATIC;
        if (isViewsFault) {
          this.setView(AUTOMATIC);
          this._open(this.store.state);
        } else this._close();
      },
    );
  }

  /** Show no image: a picture under another one's name would be taken for it. */
  _close() {
    this.map.close();
    this.scene.close();
  }

  /** @param {Metadata} metadata @param {State} state */
  async _show(metadata, state) {
    this.scene.open(metadata, state.view);
    const placed = state.center || state.sky ? null : await this._placed(metadata);
    const center = state.center ?? placed?.center ?? (state.sky && await this.pointAt(state.sky).catch(() => null));
    if (this.scene.metadata !== metadata) return; // another image was opened meanwhile
    document.title = `${metadata.title} · ${this.service?.title || 'Celestile'}`;
    this.map.open({
      width: metadata.width,
      height: metadata.height,
      tileSize: metadata.tile.size,
      url: (text, region, size, format) => this.api.picture(metadata.id, text, region, size, format),
    }, {
      view: formatView(this.view),
      nan: this.effective?.nan,
      center,
      zoom: state.zoom ?? placed?.zoom ?? null,
    }, {
      onError: (url) => this._explainTile(url),
      onLoad: () => document.body.classList.remove('is-loading'),
    });
    this._carried = null;
    this._rememberPlace();
    this._settle();
  }

  /** Say why a tile is missing: pictures carry no text, so ask again for the answer's. @param {string} url */
  async _explainTile(url) {
    document.body.classList.remove('is-loading');
    try {
      const response = url ? await fetch(url) : null;
      if (response?.ok) return;
      const reason = response ? await sentence(response) : '';
      this.messages.error(`Part of the picture is missing. ${reason}`.trim(), 'tiles');
    } catch {
      this.connection.lost();
    }
  }

  /** The map was moved: so is the state. */
  _rememberPlace() {
    if (!this.map.isOpen || !this.scene.metadata) return;
    const center = this.map.center;
    this._moving = true;
    this.store.set({
      center,
      zoom: this.map.zoom,
      sky: this.scene.sky?.position(center.x, center.y) ?? null,
    }, { commit: false });
    this._moving = false;
  }

  /** Point of a position in the image's own frame. @param {import('../types').SkyPosition} position @returns {Promise<Point>} */
  async pointAt(position) {
    const { metadata, sky } = this.scene;
    if (!metadata) throw new Error('No image is open.');
    return sky?.point(position) ?? this.api.pixel(metadata.id, this.view, position.lon, position.lat);
  }
}
