// A page of the client in headless Chromium. CELESTILE_URL names a server that runs; without it the
// mock server is started on what was built last.

import { existsSync } from 'node:fs';
import { chromium } from 'playwright-core';
import { startMock } from '../mock/server.js';

export const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
export const hasChromium = existsSync(CHROMIUM);
export const isMock = !process.env.CELESTILE_URL;

const ARGUMENTS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
];

/** @typedef {import('playwright-core').Page} Page */

export async function startBrowser() {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  const mock = isMock ? await startMock() : null;
  const base = mock?.url ?? `${String(process.env.CELESTILE_URL).replace(/\/$/, '')}/`;
  return {
    base,
    /**
     * A fresh page, and what it complained of.
     * @param {string} hash @param {import('playwright-core').BrowserContextOptions} [options]
     */
    async open(hash, options = { viewport: { width: 1400, height: 900 } }) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      /** @type {string[]} */
      const complaints = [];
      /** @type {string[]} */
      const outside = [];
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => { if (message.type() === 'error') complaints.push(message.text()); });
      page.on('request', (request) => {
        if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(base)) outside.push(request.url());
      });
      await page.goto(base + hash);
      return { page, complaints, outside, close: () => context.close() };
    },
    async close() {
      await browser.close();
      await mock?.close();
    },
  };
}

/** Wait until all tiles of the present zoom have their pictures. @param {Page} page */
export async function settled(page) {
  await page.waitForFunction(() => {
    const tiles = [...document.querySelectorAll('.leaflet-tile')];
    return tiles.length > 0 && tiles.every((tile) => tile.classList.contains('leaflet-tile-loaded') && tile.querySelector('img'));
  });
  await page.waitForTimeout(500); // fading in, and the address
}

/** Addresses of the pictures in sight. @param {Page} page */
export function pictures(page) {
  return page.$$eval('.leaflet-tile img', (images) => images.map((image) => /** @type {HTMLImageElement} */ (image).src));
}

/**
 * Mean brightness, spread of brightness and number of distinct colors of the map in a screenshot.
 * @param {Page} page
 * @param {{x: number, y: number, width: number, height: number}} [clip] of the page, instead of all of the map
 */
export async function look(page, clip) {
  const shot = clip ? await page.screenshot({ clip }) : await page.locator('.map').screenshot();
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(image, 0, 0);
    const { data: rgba } = context.getImageData(0, 0, image.width, image.height);
    let sum = 0;
    let [low, high] = [255, 0];
    const colors = new Set();
    for (let at = 0; at < rgba.length; at += 4) {
      sum += rgba[at] + rgba[at + 1] + rgba[at + 2];
      low = Math.min(low, rgba[at + 1]);
      high = Math.max(high, rgba[at + 1]);
      colors.add((rgba[at] << 16) | (rgba[at + 1] << 8) | rgba[at + 2]);
    }
    return { mean: sum / (rgba.length / 4) / 3, colors: colors.size, spread: high - low };
  }, shot.toString('base64'));
}
