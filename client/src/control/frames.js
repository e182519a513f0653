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
      player.stop();
      return;
    }
    const index = current();
    const frame = frames[index - 1];
    stepper.update(index, frames.length);
    label.textContent = frame ? [frame.time && formatTime(frame.time), frame.name].filter(Boolean).join(' · ') : '';
    player.update();
  }

  return {
    element,
    update,
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
