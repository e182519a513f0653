import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const CLIENT = fileURLToPath(new URL('../..', import.meta.url));
/** Names of XML vocabularies, which nothing is loaded from. */
const NAMESPACES = /^http:\/\/www\.w3\.org\/(2000\/svg|1999\/xlink|1999\/xhtml)$/;

/** @type {string} */
let folder;
/** Texts by name. @type {Record<string, string>} */
const files = {};
/** The compressed ones. @type {Record<string, Buffer>} */
const packed = {};

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'celestile-client-'));
  execFileSync(process.execPath, ['build.js', `--outdir=${folder}`], { cwd: CLIENT });
  for (const name of await readdir(folder)) {
    const bytes = await readFile(path.join(folder, name));
    if (/\.(br|gz)$/.test(name)) packed[name] = bytes;
    else files[name] = bytes.toString('utf8');
  }
}, 60_000);

afterAll(() => rm(folder, { recursive: true }));

it('holds the page, its parts, and the list of objects', () => {
  expect(Object.keys(files).filter((name) => name !== 'objects.json').sort()).toEqual(['celestile.css', 'celestile.js', 'index.html', 'licenses.txt']);
});

it('has each of them compressed as well, in both ways that browsers read', () => {
  for (const [name, text] of Object.entries(files)) {
    expect(gunzipSync(packed[`${name}.gz`]).toString('utf8')).toBe(text);
    expect(brotliDecompressSync(packed[`${name}.br`]).toString('utf8')).toBe(text);
  }
  expect(Object.keys(packed).length).toBe(10);
  expect(packed['celestile.js.gz'].length).toBeLessThan(120_000);
  expect(packed['celestile.js.br'].length).toBeLessThan(packed['celestile.js.gz'].length);
});

it('brings the whole license of everything that is bundled', async () => {
  const { dependencies } = JSON.parse(await readFile(path.join(CLIENT, 'package.json'), 'utf8'));
  for (const [name, version] of Object.entries(dependencies)) {
    const license = await readFile(path.join(CLIENT, 'node_modules', name, 'LICENSE'), 'utf8');
    expect(files['licenses.txt']).toContain(license.trim());
    expect(files['licenses.txt']).toContain(`${name} ${version}`);
  }
});

it('loads nothing from outside', () => {
  for (const [name, text] of Object.entries(files)) {
    if (name === 'licenses.txt' || name === 'objects.json') continue; // to be read: they name sources and terms
    const code = text.replace(/\/\*[\s\S]*?\*\//g, ''); // licences may name their homes
    // Addresses with a scheme, and those that borrow the page's.
    const found = [...code.matchAll(/(?:https?|wss?|ftp):\/\/[^\s'"`)\\<>]*|(?<=[\s'"`(=])\/\/[a-z0-9-]+\.[a-z]{2,}[^\s'"`)]*/gi)]
      .map(([address]) => address)
      .filter((address) => !NAMESPACES.test(address));
    expect(found, `${name} names addresses`).toEqual([]);
  }
});

it('names its own files relative to the page', () => {
  const links = [...files['index.html'].matchAll(/\b(?:src|href)="([^"]*)"/g)].map(([, address]) => address);
  expect(links.length).toBeGreaterThan(1);
  for (const address of links) expect(address).toMatch(/^(data:|celestile\.(js|css)$|api$)/);
  for (const [, address] of files['celestile.css'].matchAll(/url\(([^)]*)\)/g)) {
    expect(address).toMatch(/^["']?(data:|#)/);
  }
});

it('stays small', () => {
  expect(files['celestile.js'].length).toBeLessThan(345_000);
});
