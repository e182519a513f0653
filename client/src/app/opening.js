// Opening images: from the state's identifier to metadata, and on to a picture on the map.

import { Latest } from '../state/latest.js';
import { isSameField } from '../state/scene.js';
import { AUTOMATIC } from '../view/view.js';
import { showLoading } from './drawing.js';

/** @typedef {import('../types').State} State */
/** @typedef {import('../types').Metadata} Metadata */

export class Opening {
  /**
   * @param {object} parts
   * @param {import('../api.js').Api} parts.api
   * @param {import('../state/scene.js').Scene} parts.scene
   * @param {import('../state/store.js').Store<State>} parts.store
   * @param {import('../ui/messages.js').Messages} parts.messages
   * @param {import('./drawing.js').Drawing} parts.drawing
   * @param {import('./carrying.js').CarriedPlace} parts.carried
   * @param {(error: unknown, topic: string) => void} fail reports an error
   */
  constructor({ api, scene, store, messages, drawing, carried }, fail) {
    this._api = api;
    this._scene = scene;
    this._store = store;
    this._messages = messages;
    this._drawing = drawing;
    this._carried = carried;
    this._fail = fail;
    this._requests = new Latest();
  }

  /** Open the state's image in the state's view. */
  open() {
    this._ask((metadata) => this._show(metadata, this._store.state));
  }

  /** Request the metadata of the open image again, and update the page. */
  reopen() {
    if (this._store.state.image) this._ask((metadata) => this.update(metadata));
  }

  /** Update the page after news from the server: the file may have been replaced. @param {Metadata} news */
  update(news) {
    const { state } = this._store;
    const known = this._scene.metadata;
    if (!known) this._show(news, state);
    else if (!isSameField(known, news)) this._show(news, { ...state, center: null, zoom: null, sky: null }); // all of it
    else {
      this._scene.open(news, state.view);
      this._drawing.renew();
    }
  }

  /** @param {(metadata: Metadata) => void} done */
  _ask(done) {
    const { image, view } = this._store.state;
    for (const topic of ['tiles', 'details']) this._messages.clear(topic);
    if (!image) {
      this._close();
      return;
    }
    showLoading(true);
    this._requests.run((signal) => this._api.metadata(image, view, signal), done, (error) => {
      showLoading(false);
      this._fail(error, 'open');
      const isFaultOfView = /** @type {any} */ (error).status === 400 && view !== AUTOMATIC;
      if (isFaultOfView) {
        this._store.set({ view: AUTOMATIC });
        this.open();
      } else this._close();
    });
  }

  /** Show no image: a picture under the name of another would be taken for that one. */
  _close() {
    this._drawing.close();
    this._scene.close();
  }

  /** @param {Metadata} metadata @param {State} state */
  async _show(metadata, { view, center, zoom, sky }) {
    this._scene.open(metadata, view);
    const place = await this._placeOf(metadata, { view, center, sky });
    if (this._scene.metadata !== metadata) return; // another image was opened meanwhile
    this._drawing.open(metadata, { center: place.center, zoom: zoom ?? place.zoom });
    this._carried.drop();
  }

  /** Where to look: as the state says, else at the place carried over. @param {Metadata} metadata @param {Pick<State, 'view' | 'center' | 'sky'>} state */
  async _placeOf(metadata, { view, center, sky }) {
    if (center) return { center, zoom: null };
    if (sky) return { center: await this._scene.pointAt(sky, view).catch(() => null), zoom: null };
    const place = await this._carried.placeIn(metadata, view);
    if (!place && this._carried.isKept) this._messages.notice('This image does not cover the place shown before.');
    return place ?? { center: null, zoom: null };
  }
}
