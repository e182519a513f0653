// Identifiers of sets, in the spellings that the server's tests read as well.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { declaration } from '../../../src/view/declaration.js';
import { formatSet, listFolderOf, parseSet } from '../../../src/view/sets.js';

/** @type {{sets: [string, string[], string][], others: string[]}} */
const SPELLINGS = JSON.parse(readFileSync(new URL('../../../../tests/pixels/sets.json', import.meta.url), 'utf8'));

describe('identifiers of sets', () => {
  it.each(SPELLINGS.sets)('%s of %j are %s', (kind, members, identifier) => {
    expect(formatSet(/** @type {any} */ (kind), members)).toBe(identifier);
    expect(parseSet(identifier)).toEqual({ kind, members });
  });

  it.each(SPELLINGS.others)('%s is none', (identifier) => {
    expect(parseSet(identifier)).toBe(null);
  });

  it('lead to the folder of their first file', () => {
    expect(listFolderOf('frames:night/a.fits|b.fits')).toBe('night/');
    expect(listFolderOf('night/a.fits')).toBe('night/');
    expect(listFolderOf('a.fits')).toBe('');
  });
});

describe('a set as YAML', () => {
  const channels = [{ name: 'B' }, { name: 'y' }];
  /** @param {any} metadata */
  const text = (metadata) => declaration(metadata);

  it('declares bands', () => {
    expect(text({ id: 'bands:m 51/b.fits|y.fits', members: ['m 51/b.fits', 'm 51/y.fits'], channels })).toBe(
      'images:\n  B-y:\n    channels:\n      B: "m 51/b.fits"\n      "y": "m 51/y.fits"\n');
  });

  it('declares frames, whose names are no patterns', () => {
    expect(text({ id: 'aligned:a[1].fits|b.fits', members: ['a[1].fits', 'b.fits'], channels })).toBe(
      'images:\n  frames:\n    frames:\n      - "a[[]1].fits"\n      - b.fits\n    align: wcs\n');
  });

  it('is there of sets alone', () => {
    expect(text({ id: 'a.fits', members: [], channels })).toBe(null);
  });
});
