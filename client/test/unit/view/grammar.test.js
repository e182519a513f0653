// The spellings of views that the server's tests read, too.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { VIEW_KEYS, formatView, parseView } from '../../../src/view/view.js';

/** @type {{accepted: {text: string, canonical: string}[], refused: {text: string, key: string, server_only?: boolean}[]}} */
const GRAMMAR = JSON.parse(readFileSync(new URL('../../../../tests/views/grammar.json', import.meta.url), 'utf8'));

describe('the grammar of views', () => {
  it.each(GRAMMAR.accepted)('spells “$text” as “$canonical”', ({ text, canonical }) => {
    expect(formatView(parseView(text))).toBe(canonical);
    expect(formatView(parseView(canonical))).toBe(canonical);
  });

  it.each(GRAMMAR.refused.filter((row) => !row.server_only))('refuses “$text”', ({ text, key }) => {
    expect(() => parseView(text)).toThrow(expect.objectContaining({ message: expect.stringContaining(key) }));
  });

  it('has every key', () => {
    const keys = GRAMMAR.accepted.flatMap(({ text }) => text.split(';').filter(Boolean).map((item) => item.split('=')[0]));
    expect(new Set(keys)).toEqual(new Set(VIEW_KEYS));
  });
});
