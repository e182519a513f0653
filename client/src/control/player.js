// Plays an axis of an image: frame after frame, or channel after channel, each fetched ahead.

import { field, h, icon } from '../ui/dom.js';
import { formatView } from '../view/view.js';

/** @typedef {import('../app/app.js').App} App */
/** @typedef {import('../types').View} View */

/** Longest wait for tiles, where samples cannot be drawn, ms. */
const LATEST = 8000;
/** Steps that are fetched before they are shown. */
const AHEAD = 8;

/**
 * @param {App} app
 * @param {{count: () => number, current: () => number, viewOf: (index: number) => View, speed: string}} axis counted
 *   from 1; `speed` is the label of its slider
 */
export function createPlayer(app, { count, current, viewOf, speed }) {
  const rate = h('input', { type: 'range', min: '1', max: '30', step: '1', value: '10' });
  const rateText = h('output', { class: 'value' }, '10 /s');
  rate.addEventListener('input', () => { rateText.textContent = `${rate.value} /s`; });
  const button = h('button', { type: 'button', class: 'button play', onclick: toggle });
  const element = h('div', { class: 'row' }, button, field(speed, rate, rateText));
  let run = 0;
  let isPlaying = false;

  /** @param {boolean} [commit] whether the step that playing came to can be undone */
  function stop(commit = true) {
    if (!isPlaying) return;
    run += 1;
    isPlaying = app.playing = false;
    if (commit) app.setView(app.view, { commit: true });
    app.live.stop();
    app.scene.refresh(app.view);
    app.scene.notify();
  }

  /** @returns {boolean} whether there is something to play */
  function toggle() {
    if (isPlaying) stop();
    else if (count() > 1) animate();
    return count() > 1;
  }

  /** @param {number} by steps from the present one */
  const after = (by) => viewOf(((current() - 1 + by) % count()) + 1);

  async function animate() {
    run += 1;
    const mine = run;
    isPlaying = app.playing = true;
    update();
    let due = performance.now();
    while (run === mine) {
      const ahead = Array.from({ length: Math.min(AHEAD, count() - 1) }, (_, k) => after(k + 1));
      const hasSamples = await app.live.fetch(ahead);
      if (!hasSamples) await app.map.preload(formatView(ahead[0]));
      // Steps are evenly spaced, unless they come later than that.
      due = Math.max(due + 1000 / Number(rate.value), performance.now());
      await new Promise((resolve) => { setTimeout(resolve, due - performance.now()); });
      if (run !== mine) return;
      const next = after(1); // limits or curve may have changed
      const isShown = hasSamples && app.live.present(next);
      app.setView(next, { commit: false });
      if (!isShown) await app.draw({ patience: LATEST });
    }
  }

  function update() {
    const name = isPlaying ? 'Pause' : 'Play';
    if (button.dataset.name === name) return;
    button.dataset.name = name;
    button.replaceChildren(icon(isPlaying ? 'stop' : 'play'), name);
  }

  app.store.subscribe((next, previous) => {
    if (next.image !== previous.image || next.view.hdu !== previous.view.hdu) stop(false);
  });
  update();
  return { element, update, toggle, stop, get isPlaying() { return isPlaying; } };
}
