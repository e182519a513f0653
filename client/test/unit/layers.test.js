// Imports point down: each layer knows those below it, and nothing of those above.

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { LAYERS, importsOf, problems, sourcesIn } from '../support/layers.js';

const SOURCES = sourcesIn(fileURLToPath(new URL('../../src', import.meta.url)));

describe('imports', () => {
  it('point down, and form no circle', () => {
    expect(problems(importsOf(SOURCES))).toEqual([]);
  });

  it('are found in every layer', () => {
    const imports = importsOf(SOURCES);
    expect([...new Set(Object.keys(imports).map((file) => file.split('/')[0]))].sort()).toEqual([...LAYERS].sort());
    expect(imports.page).toContain('app/app');
    expect(imports['state/scene']).toContain('api'); // by its type alone
    const all = Object.keys(imports);
    for (const target of Object.values(imports).flat()) expect(all).toContain(target);
  });
});

describe('the check', () => {
  it.each([
    ['an import', "import { h } from '../ui/dom.js';"],
    ['an import without names', "import '../ui/dom.js';"],
    ['an import over several lines', "import {\n  h,\n} from '../ui/dom.js';"],
    ['a dynamic import', "const dom = await import('../ui/dom.js');"],
    ['an export', "export { h } from '../ui/dom.js';"],
    ['a type', "/** @param {import('../ui/dom.js').Child} child */"],
  ])('notices %s from above', (_, text) => {
    expect(problems(importsOf({ 'wcs/sky.js': text, 'ui/dom.js': '' }))).toEqual(['wcs/sky imports ui/dom from above']);
    expect(problems(importsOf({ 'tools/sky.js': text, 'ui/dom.js': '' }))).toEqual([]);
  });

  it('notices files that import each other, also through others', () => {
    const pair = { 'control/mix.js': "import './channels.js';", 'control/channels.js': "import './mix.js';" };
    expect(problems(importsOf(pair))).toEqual(['control/mix → control/channels → control/mix']);
    const ring = { 'ui/a.js': "import './b.js';", 'ui/b.js': "import './c.js';", 'ui/c.js': "import './a.js';" };
    expect(problems(importsOf(ring))).toEqual(['ui/a → ui/b → ui/c → ui/a']);
    expect(problems(importsOf({ ...ring, 'ui/c.js': '' }))).toEqual([]);
  });

  it('notices a file outside the layers', () => {
    expect(problems(importsOf({ 'attic/old.js': '' }))).toEqual(['attic/old is in none of the layers']);
  });
});
