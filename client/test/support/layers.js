// Which file of the client imports which, and what is wrong with that.

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

/** Rooms and files of src/ from the bottom up: each imports from its own and from those before it. */
export const LAYERS = [
  'schemas', 'types', 'wcs', 'view', 'api', 'state', 'crs', 'layer', 'ui', 'app', 'tools', 'control', 'page', 'celestile',
];

/** Import and export statements, dynamic imports, and the types that JSDoc imports. */
const IMPORTS = /(?:\bfrom\s*|\bimport\s*\(\s*|\bimport\s+)['"](\.[^'"]*)['"]/g;

/** @typedef {Record<string, string[]>} Imports by file, as paths from src/ without their endings */

/** @param {string} file */
const bare = (file) => file.replace(/(\.d)?\.[jt]s$/, '');

/** @param {Record<string, string>} sources text by path from src/ @returns {Imports} */
export function importsOf(sources) {
  return Object.fromEntries(Object.entries(sources).map(([file, text]) => [
    bare(file),
    [...text.matchAll(IMPORTS)].map(([, target]) => bare(path.posix.join(path.posix.dirname(file), target))),
  ]));
}

/** @param {string} folder @returns {Record<string, string>} */
export function sourcesIn(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => file.split(path.sep).join('/'));
  return Object.fromEntries(files.filter((file) => /\.[jt]s$/.test(file))
    .map((file) => [file, readFileSync(path.join(folder, file), 'utf8')]));
}

/** @param {string} file */
const layerOf = (file) => LAYERS.indexOf(file.split('/')[0]);

/** Imports from above, and files of no known layer. @param {Imports} imports @returns {string[]} */
function upward(imports) {
  return Object.entries(imports).flatMap(([file, targets]) => [
    ...(layerOf(file) < 0 ? [`${file} is in none of the layers`] : []),
    ...targets.filter((target) => layerOf(target) > layerOf(file)).map((target) => `${file} imports ${target} from above`),
  ]);
}

/** Files that import each other, directly or through others. @param {Imports} imports @returns {string[]} */
function circles(imports) {
  /** @type {string[]} */
  const found = [];
  /** @type {Set<string>} */
  const done = new Set();
  /** @param {string} file @param {string[]} way */
  const visit = (file, way) => {
    if (way.includes(file)) {
      found.push([...way.slice(way.indexOf(file)), file].join(' → '));
      return;
    }
    if (done.has(file)) return;
    for (const target of imports[file] ?? []) visit(target, [...way, file]);
    done.add(file);
  };
  for (const file of Object.keys(imports)) visit(file, []);
  return found;
}

/** What is wrong with the imports; empty when each points down and no files import each other. @param {Imports} imports */
export function problems(imports) {
  return [...upward(imports), ...circles(imports)];
}
