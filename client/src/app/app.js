// The application: the state and its history, the server's description of itself, errors. Opening
// images, drawing them and carrying a place from one to the next are parts of it.

import { ApiError } from '../api.js';
import { EMPTY } from '../state/address.js';
import { AddressBar } from '../state/addressbar.js';
import { Connection } from '../state/connection.js';
import { History } from '../state/history.js';
import { Scene } from '../state/scene.js';
import { Store } from '../state/store.js';
import { AUTOMATIC, withChanges } from '../view/view.js';
import { CarriedPlace } from './carrying.js';
import { Drawing } from './drawing.js';
import { Live } from './live.js';
import { Opening } from './opening.js';

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').View} View */

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
    /** Previews by name. @type {Record<string, string>} */
    this.colormaps = {};
    this.playing = false;
    /** Whether images are opened at the place in the sky that is shown now. */
    this.keepsSky = false;
    /** The image shown before, and its view. @type {Pick<State, 'image' | 'view'> | null} */
    this._before = null;
    /** @type {Store<State>} */
    this.store = new Store(EMPTY);
    this.scene = new Scene(api, (error) => this.fail(error, 'details'), (news) => this._opening.update(news));
    this.undoable = new History(AUTOMATIC);
    this.connection = new Connection(() => api.service(), {
      onLost: () => messages.error('The server cannot be reached. Trying again until it answers.', 'server'),
      onBack: () => this._resume(),
    });
    const { scene, store } = this;
    const fail = (/** @type {unknown} */ error, /** @type {string} */ topic) => this.fail(error, topic);
    this._carried = new CarriedPlace(scene, map);
    this._drawing = new Drawing({ api, map, scene, store }, fail);
    this.live = new Live({ api, map, scene, store, drawing: this._drawing, previews: () => this.colormaps });
    this._opening = new Opening({ api, scene, store, messages, drawing: this._drawing, carried: this._carried }, fail);
    this.address = new AddressBar(store, (problem) => messages.error(problem, 'address'));
    store.subscribe((next, previous, how) => this._follow(next, previous, how.commit));
  }

  /** Open the image of the address, and request the data that depend on no image. */
  start() {
    this.address.read();
    return this._describe();
  }

  /** Request the server's description; open its first image if the address names none. */
  async _describe() {
    if (!this._hasPreviews) {
      this.api.colormaps().then((maps) => {
        this.colormaps = maps;
        this.scene.notify();
      }, (error) => this.fail(error, 'colormaps'));
    }
    try {
      this.service = await this.api.service();
      if (!this.store.state.image && this.service.start) this.open(this.service.start);
    } catch (error) {
      this.fail(error, 'service');
    }
  }

  /** Report an error to the user. @param {unknown} error @param {string} topic */
  fail(error, topic) {
    if (this.missed(error)) return;
    this.messages.error(error instanceof Error ? error.message : String(error), topic);
  }

  /** Note whether an error, which has no message of its own, means that the server is gone. @param {unknown} error */
  missed(error) {
    const isGone = error instanceof ApiError && error.status === 0;
    if (isGone) this.connection.lost();
    return isGone;
  }

  /** The server answers again: repeat the requests that failed. */
  _resume() {
    for (const topic of ['server', 'tiles', 'details']) this.messages.clear(topic);
    if (!this.service || !this._hasPreviews) this._describe();
    this._opening.reopen();
  }

  get _hasPreviews() {
    return Object.keys(this.colormaps).length > 0;
  }

  get view() {
    return this.store.state.view;
  }

  /** The values in effect now, or null while no image is open. */
  get effective() {
    return this.scene.effective(this.view);
  }

  /** Whether the map shows the image that the scene describes. */
  get isDrawn() {
    return this._drawing.isCurrent;
  }

  /** @param {string} image @param {View} [view] @param {boolean} [keepsSky] at the place in the sky that is shown now */
  open(image, view = AUTOMATIC, keepsSky = this.keepsSky) {
    const { state } = this.store;
    if (image === state.image) return;
    if (keepsSky) this._carried.keep(state.sky);
    else this._carried.drop();
    this.store.set({ ...EMPTY, image, view });
  }

  /** Switch between this image and the previous one, each in its own view, at the same place in the sky. */
  blink() {
    if (this._before?.image) this.open(this._before.image, this._before.view, true);
  }

  /** Change the view; a value of undefined removes a key. @param {Partial<Record<keyof View, any>>} changes @param {{commit?: boolean}} [how] */
  edit(changes, how) {
    this.setView(withChanges(this.view, changes), how);
  }

  /** @param {View} view @param {{commit?: boolean}} [how] */
  setView(view, how) {
    this.store.set({ view }, how);
  }

  undo() {
    this.undoable.record(this.view); // of a change that goes on, such as playing
    if (this.undoable.canUndo) this.setView(this.undoable.undo());
  }

  redo() {
    if (this.undoable.canRedo) this.setView(this.undoable.redo());
  }

  /** Bring the map to the state's view. @param {{patience?: number}} [options] @returns {Promise<void>} */
  draw(options) {
    return this._drawing.draw(options);
  }

  /** Point of a position in the image's own frame. @param {import('../types').SkyPosition} position */
  pointAt(position) {
    return this.scene.pointAt(position, this.view);
  }

  /** @param {State} next @param {State} previous @param {boolean} commit */
  _follow(next, previous, commit) {
    const isOther = next.image !== previous.image;
    if (isOther) {
      this.undoable.reset(next.view);
      if (previous.image) this._before = { image: previous.image, view: previous.view };
    }
    if (isOther || next.view.hdu !== previous.view.hdu || next.view.cfa !== previous.view.cfa) {
      this.messages.clear('open');
      this.live.close();
      this.undoable.record(next.view);
      this._opening.open();
      return;
    }
    if (commit) this.undoable.record(next.view);
    if (next.view === previous.view) this._drawing.follow(next, previous);
    else if (!this.playing) {
      if (this.live.follow(next.view, commit)) return;
      this._drawing.draw();
      this.scene.refresh(next.view);
    }
  }
}
