// Errors and notices over the map. They do not take the focus and do not interrupt.

import { h, iconButton } from './dom.js';

const NOTICE_LIFE = 6000;

export class Messages {
  constructor() {
    this._notices = h('div', { role: 'status', 'aria-live': 'polite' });
    this._errors = h('div', { role: 'alert', 'aria-live': 'assertive' });
    this.element = h('div', { class: 'messages' }, this._errors, this._notices);
  }

  /** Show a notice, which disappears after some seconds. @param {string} text */
  notice(text) {
    const entry = this._add(this._notices, text, 'notice');
    setTimeout(() => entry.remove(), NOTICE_LIFE);
  }

  /** Show an error, which stays until it is closed or replaced. @param {string} text @param {string} [topic] a later error of the same topic replaces it */
  error(text, topic = text) {
    this.clear(topic);
    const entry = this._add(this._errors, text, 'error');
    entry.dataset.topic = topic;
  }

  /** Remove the error of a topic. @param {string} topic */
  clear(topic) {
    for (const entry of [...this._errors.children]) {
      if (/** @type {HTMLElement} */ (entry).dataset.topic === topic) entry.remove();
    }
  }

  /** @param {HTMLElement} place @param {string} text @param {string} kind */
  _add(place, text, kind) {
    /** @type {HTMLElement} */
    const entry = h('div', { class: `message message-${kind}` }, h('p', {}, text),
      iconButton('close', 'Close this message', () => entry.remove()));
    place.append(entry);
    while (place.children.length > 4) place.firstElementChild?.remove();
    return entry;
  }
}
