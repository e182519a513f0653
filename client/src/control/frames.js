// Frames of a sequence: slider, steps, play.

import { field, h, icon } from '../ui/dom.js';
import { formatTime } from '../ui/format.js';
import { section } from '../ui/section.js';
import { formatView, withChanges } from '../view/view.js';
import { createStepper } from './stepper.js';

/** @typedef {import('../app/app.js').App} App */

/** Longest wait for a frame before the next one, ms. */
const LATEST = 8000;

/** @param {App} app */
export function createFrames(app) {
  const label = h('output', { class: 'stepper-label' });
  const stepper = createStepper('Frame', (frame, commit) => {
    stop();
    app.edit({ frame: String(frame) }, { commit });
  });
  const rate = h('input', { type: 'range', min: '1', max: '30', step: '1', value: '5' });
  const rateText = h('output', { class: 'value' }, '5 /s');
  rate.addEventListener('input', () => { rateText.textContent = `${rate.value} /s`; });
  const play = h('button', { type: 'button', class: 'button play', onclick: toggle });
  const element = section('frames', 'Frames', [
    stepper.element, label,
    h('div', { class: 'row' }, play, field('Speed', rate, rateText)),
  ]);
  let run = 0;

  const count = () => app.scene.metadata?.frames.length ?? 0;
  const current = () => app.effective?.frame[0] ?? 1;

  function stop() {
    if (!app.playing) return;
    run += 1;
    app.playing = false;
    label.removeAttribute('aria-live');
    app.scene.refresh(app.view);
    update();
  }

  function toggle() {
    if (app.playing) stop();
    else if (count() > 1) animate();
  }

  /** Show frame after frame, each once all its tiles are loaded. */
  async function animate() {
    run += 1;
    const mine = run;
    app.playing = true;
    update();
    while (run === mine) {
      const next = (current() % count()) + 1;
      const shownAt = performance.now();
      const view = withChanges(app.view, { frame: String(next) });
      await app.map.preload(formatView(view));
      const rest = 1000 / Number(rate.value) - (performance.now() - shownAt);
      if (rest > 0) await new Promise((resolve) => { setTimeout(resolve, rest); });
      if (run !== mine) return;
      app.setView(withChanges(app.view, { frame: String(next) }), { commit: false });
      await app.draw({ patience: LATEST });
    }
  }

  function update() {
    const frames = app.scene.metadata?.frames ?? [];
    element.hidden = frames.length < 2;
    if (element.hidden) {
      if (app.playing) stop();
      return;
    }
    const index = current();
    const frame = frames[index - 1];
    stepper.update(index, frames.length);
    label.textContent = frame ? [frame.time && formatTime(frame.time), frame.name].filter(Boolean).join(' · ') : '';
    const name = app.playing ? 'Pause' : 'Play';
    if (play.dataset.name !== name) {
      play.dataset.name = name;
      play.replaceChildren(icon(app.playing ? 'stop' : 'play'), name);
    }
  }

  app.store.subscribe((next, previous) => {
    if (next.image !== previous.image || next.view.hdu !== previous.view.hdu) stop();
  });

  let isAwaited = false;

  return {
    element,
    update() {
      update();
      const { image, center } = app.store.state;
      // The place is known once the image is on the map.
      if (!isAwaited || app.scene.metadata?.id !== image || !center) return;
      isAwaited = false;
      if (count() > 1 && !app.playing) toggle();
    },
    /** Play the image that is being opened, as soon as it is there. */
    playNext() { isAwaited = true; },
    toggle,
    /** @param {number} by */
    step(by) {
      if (count() < 2) return false;
      stop();
      app.edit({ frame: String(((current() - 1 + by + count()) % count()) + 1) });
      return true;
    },
  };
}
