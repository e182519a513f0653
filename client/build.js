// Bundles the client into dist/: the page, its script and style, the list of objects, and the licenses
// of the packages in them. The page loads nothing from other sites.
// Beside each file lies the same compressed with gzip and brotli, which the server sends to browsers.
// `node build.js --outdir=…` writes to another folder.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { build } from 'esbuild';

const here = path.dirname(fileURLToPath(import.meta.url));
const chosen = process.argv.find((argument) => argument.startsWith('--outdir='));
const outdir = path.resolve(here, chosen ? chosen.slice('--outdir='.length) : 'dist');

// Leaflet as an ES module, so that unused parts are left out. Its attribution box, which the client
// does not show, links to its home page; the link is removed because a test allows no addresses of
// other sites in the bundle.
const leaflet = {
  name: 'leaflet',
  /** @param {import('esbuild').PluginBuild} bundler */
  setup(bundler) {
    const file = path.join(here, 'node_modules/leaflet/dist/leaflet-src.esm.js');
    bundler.onResolve({ filter: /^leaflet$/ }, () => ({ path: file, sideEffects: false }));
    bundler.onLoad({ filter: /leaflet-src\.esm\.js$/ }, async () => ({
      contents: (await readFile(file, 'utf8')).replace('href="https://leafletjs.com"', ''),
    }));
  },
};

/** Names, versions and licenses of all packages in the bundle, which must be distributed with them. */
async function licenses() {
  const { dependencies } = JSON.parse(await readFile(path.join(here, 'package.json'), 'utf8'));
  const texts = Object.entries(dependencies).map(async ([name, version]) => {
    const license = await readFile(path.join(here, 'node_modules', name, 'LICENSE'), 'utf8');
    return `celestile.js contains ${name} ${version}:\n\n${license.trim()}\n`;
  });
  const stars = await readFile(path.join(here, 'node_modules/d3-celestial/LICENSE'), 'utf8');
  texts.push(Promise.resolve(`objects.json contains positions of stars from d3-celestial:\n\n${stars.trim()}\n`),
    Promise.resolve('objects.json contains names and positions from OpenNGC by Mattia Verga (https://github.com/mattiaverga/OpenNGC),\n'
      + 'in another format. This file is licensed under CC BY-SA 4.0: https://creativecommons.org/licenses/by-sa/4.0/\n'));
  return (await Promise.all(texts)).join('\n\n');
}

/** Compress every file of a folder as far as possible: this happens once, and is sent many times. @param {string} folder */
async function compress(folder) {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const bytes = await readFile(file);
    const hints = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length };
    await writeFile(`${file}.br`, brotliCompressSync(bytes, { params: hints }));
    await writeFile(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  }
}

/** Writes the list of objects by Python; the viewer works without it. */
function writeObjects() {
  const own = path.join(here, '../.venv/bin/python');
  const python = process.env.PYTHON ?? (existsSync(own) ? own : 'python3');
  const { status, stderr, error } = spawnSync(python, [path.join(here, 'objects.py'), path.join(outdir, 'objects.json')], { encoding: 'utf8' });
  if (status !== 0) console.warn(`The viewer is built without its list of objects: ${error?.message ?? stderr.trim()}`);
}

await rm(outdir, { recursive: true, force: true });
await mkdir(outdir, { recursive: true });
await build({
  absWorkingDir: here,
  entryPoints: [
    { in: 'src/celestile.js', out: 'celestile' },
    { in: 'src/css/celestile.css', out: 'celestile' },
  ],
  outdir,
  bundle: true,
  minify: !process.env.PLAIN,
  format: 'esm',
  target: ['es2022', 'chrome111', 'firefox113', 'safari16.4'],
  loader: { '.png': 'dataurl', '.svg': 'dataurl' },
  legalComments: 'eof',
  plugins: [leaflet],
  logLevel: 'warning',
});
// Not a copy, which might have the time of its source: the package is built again if that is younger.
await writeFile(path.join(outdir, 'index.html'), await readFile(path.join(here, 'src/index.html')));
await writeFile(path.join(outdir, 'licenses.txt'), await licenses());
writeObjects();
await compress(outdir);
