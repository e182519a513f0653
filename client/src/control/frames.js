// Frames of a sequence: slider, steps, play.

import { h } from '../ui/dom.js';
import { formatTime } from '../ui/format.js';
import { section } from '../ui/section.js';
import { withChanges } from '../view/view.js';
import { createPlayer } from './player.js';
import { createStepper } from './stepper.js';

/** @typedef {import('../app/app.js').App} App */

/** @param {App} app */
export function createFrames(app) {
  const label = h('output', { class: 'stepper-label' });
  const stepper = createStepper('Frame', (frame, commit) => {
    player.stop();
    app.edit({ frame: String(frame) }, { commit });
  });
  const count = () => app.scene.metadata?.frames.length ?? 0;
  const current = () => app.effective?.frame[0] ?? 1;
  const player = createPlayer(app, {
    speed: 'Speed', count, current, viewOf: (/** @type {number} */ frame) => withChanges(app.view, { frame: String(frame) }),
  });
  const element = section('frames', 'Frames', [
    stepper.element, label, player.element,
  ]);

  function update() {
    const frames = app.scene.metadata?.frames ?? [];
    element.hidden = frames.length < 2;
    if (element.hidden) {
      player.stop(false);
      return;
    }
    const index = current();
    const frame = frames[index - 1];
    stepper.update(index, frames.length);
    label.textContent = frame ? [frame.time && formatTime(frame.time), frame.name].filter(Boolean).join(' · ') : '';
    player.update();
  }

  let isAwaited = false;

  return {
    element,
    update() {
      update();
      const { image, center } = app.store.state;
      // The place is known once the image is on the map.
      if (!isAwaited || app.scene.metadata?.id !== image || !center) return;
      isAwaited = false;
      if (!app.playing) player.toggle();
    },
    /** Play the image that is being opened, as soon as it is there. */
    playNext() { isAwaited = true; },
    toggle: player.toggle,
    /** @param {number} by */
    step(by) {
      if (count() < 2) return false;
      player.stop();
      app.edit({ frame: String(((current() - 1 + by + count()) % count()) + 1) });
      return true;
    },
  };
}
