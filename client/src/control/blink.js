// Blinking: the channels of a set in turn, each with its own limits, at one place.

import { formatView, withChanges } from '../view/view.js';

/** @typedef {import('../app/app.js').App} App */

/** Time that each image is shown, ms. */
const SHOWN = 500;

/** @param {App} app @param {() => void} onChange called when it starts and stops */
export function createBlink(app, onChange) {
  let run = 0;
  let isOn = false;
  /** The set that is being opened. @type {string | null} */
  let awaited = null;

  function stop() {
    run += 1;
    awaited = null;
    if (!isOn) return false;
    isOn = false;
    onChange();
    return true;
  }

  /** Show channel after channel, each once its tiles are loaded. @param {number} count */
  async function loop(count) {
    run += 1;
    const mine = run;
    let channel = Number(app.view.channel ?? 1);
    while (run === mine) {
      const next = (channel % count) + 1;
      const began = performance.now();
      await app.map.preload(formatView(withChanges(app.view, { channel: String(next), mix: undefined })));
      const rest = SHOWN - (performance.now() - began);
      if (rest > 0) await new Promise((resolve) => { setTimeout(resolve, rest); });
      if (run !== mine) return;
      if (app.view.mix || app.view.channel !== String(channel)) { // chosen by the user meanwhile
        stop();
        return;
      }
      channel = next;
      app.edit({ channel: String(next) }, { commit: false });
    }
  }

  function begin() {
    const { image, center } = app.store.state;
    const { metadata } = app.scene;
    // The place is known once the image is on the map.
    if (awaited === null || image !== awaited || metadata?.id !== image || !center) return;
    awaited = null;
    if (metadata.channels.length > 1) loop(metadata.channels.length);
    else stop();
  }
  app.scene.subscribe(begin);
  app.store.subscribe(({ image }, before) => {
    if (image !== before.image && image !== awaited) stop();
    begin();
  });

  return {
    stop,
    get isOn() {
      return isOn;
    },
    /** @param {string} image identifier of a set of bands */
    start(image) {
      stop();
      awaited = image;
      isOn = true;
      onChange();
      if (app.store.state.image === image) app.edit({ channel: '1', mix: undefined });
      else app.open(image, { channel: '1' });
      begin();
    },
  };
}
