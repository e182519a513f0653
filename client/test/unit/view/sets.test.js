// Identifiers of sets, in the spellings that the server's tests read as well.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { declaration } from '../../../src/view/declaration.js';
import { formatSet, listFolderOf, parseSet } from '../../../src/view/sets.js';

/** @type {{sets: [string, string[], string][], declarations: [string, string[], string[], string][], others: string[]}} */
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
  it.each(SPELLINGS.declarations)('declares %s', (id, members, names, yaml) => {
    const metadata = /** @type {any} */ ({ id, members, channels: names.map((name) => ({ name })) });
    expect(declaration(metadata)).toBe(yaml);
  });

  it('is there of sets alone', () => {
    expect(declaration(/** @type {any} */ ({ id: 'a.fits', members: [], channels: [] }))).toBe(null);
  });
});
