// The picture follows the hand: drawn from samples while a control is moved, by exact tiles at rest.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, look, pictures, settled, startBrowser } from './support.js';

const FIELD = process.env.CELESTILE_IMAGE ?? 'field.fits';
const HASH = `#image=${encodeURIComponent(FIELD)}`;
const CLIENT = fileURLToPath(new URL('../../', import.meta.url));
const VECTORS = JSON.parse(readFileSync(new URL('../../../tests/render/tone_vectors.json', import.meta.url), 'utf8'));

/** @typedef {import('playwright-core').Page} Page */

describe.skipIf(!hasChromium)('the picture', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** @param {string} hash @param {(page: Page) => Promise<void>} act */
  async function on(hash, act) {
    const opened = await browser.open(hash);
    try {
      await settled(opened.page);
      await act(opened.page);
      expect(opened.complaints).toEqual([]);
    } finally {
      await opened.close();
    }
  }

  /** Answer all requests for data and pictures late. @param {Page} page @param {number} delay ms */
  async function slowed(page, delay) {
    /** @type {string[]} */
    const asked = [];
    await page.route(/\/(api|iiif)\//, async (route) => {
      asked.push(route.request().url());
      await new Promise((resolve) => { setTimeout(resolve, delay); });
      await route.continue().catch(() => {}); // cancelled meanwhile
    });
    return asked;
  }

  /** Move the pointer to the controls, and wait for the samples. @param {Page} page */
  async function approach(page) {
    const samples = page.waitForResponse(/\/samples\?/);
    await page.locator('.panel-controls').hover({ position: { x: 150, y: 8 } });
    await (await samples).finished();
    await page.waitForTimeout(400);
  }

  /** Bounding box of a handle. @param {Page} page @param {string} which */
  async function handle(page, which) {
    await page.locator(`.handle-${which}`).scrollIntoViewIfNeeded();
    const box = await page.locator(`.handle-${which}`).boundingBox();
    if (!box) throw new Error('no handle');
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  // At a whole level: between levels, browsers smooth reduced canvases otherwise than reduced pictures.
  it('follows a limit while the server takes its time, and ends as exact tiles', () => on(`${HASH}&zoom=-1`, async (page) => {
    const asked = await slowed(page, 300);
    await approach(page);
    const before = await look(page);
    const { x, y } = await handle(page, 'vmax');
    await page.mouse.move(x, y);
    asked.length = 0;
    await page.mouse.down();
    await page.mouse.move(x - 25, y, { steps: 3 });
    await page.waitForFunction(() => document.querySelector('canvas.live'));
    const during = await look(page);
    expect(during.mean).toBeGreaterThan(before.mean + 0.2);
    expect(asked.filter((url) => url.includes('/iiif/'))).toEqual([]);
    const start = Date.now();
    for (let k = 0; Date.now() - start < 3000; k += 1) await page.mouse.move(x - 25 + 15 * Math.sin(k / 8), y);
    await page.waitForFunction(() => { // all pixels
      const canvas = document.querySelector('canvas.live');
      return canvas instanceof HTMLCanvasElement && canvas.width >= 0.9 * canvas.getBoundingClientRect().width;
    });
    await page.waitForTimeout(100);
    const live = await page.locator('.map').screenshot();
    await page.mouse.up();
    expect(asked.length).toBeLessThanOrEqual(30);
    await page.waitForFunction(() => !document.querySelector('canvas.live'));
    await settled(page);
    const tiles = await page.locator('.map').screenshot();
    expect(await largestDifference(page, live, tiles)).toBeLessThanOrEqual(2);
    expect((await pictures(page)).every((url) => /limits=/.test(url))).toBe(true);
  }));

  it('is never darker than both pictures while tiles replace the samples', () => on(HASH, async (page) => {
    await slowed(page, 120);
    await approach(page);
    await page.getByLabel('Gamma', { exact: true }).fill('700');
    await page.waitForFunction(() => document.querySelector('canvas.live'));
    const live = await look(page);
    let lowest = Infinity;
    const end = Date.now() + 1500;
    while (Date.now() < end) lowest = Math.min(lowest, (await look(page)).mean);
    expect(await page.locator('canvas.live').count()).toBe(0);
    expect(lowest).toBeGreaterThan(live.mean - 2);
  }));

  it('follows a colormap and a negative', () => on(`${HASH}&view=channel=1&zoom=-1`, async (page) => {
    await approach(page);
    await page.keyboard.press('i');
    await page.waitForFunction(() => document.querySelector('canvas.live'));
    await page.waitForFunction(() => !document.querySelector('canvas.live'));
    expect((await pictures(page)).every((url) => /invert=1/.test(url))).toBe(true);
    await page.locator('input[type=radio][value=heat]').evaluate((radio) => /** @type {HTMLInputElement} */ (radio).click());
    await page.waitForFunction(() => document.querySelector('canvas.live'));
    const live = await page.locator('.map').screenshot();
    await page.waitForFunction(() => !document.querySelector('canvas.live'));
    await settled(page);
    expect(await largestDifference(page, live, await page.locator('.map').screenshot())).toBeLessThanOrEqual(3);
  }));

  it('follows a drag with the right button, which opens no menu', () => on(HASH, async (page) => {
    await page.evaluate(() => {
      const state = /** @type {any} */ (window);
      state.menus = 0;
      document.querySelector('.map')?.addEventListener('contextmenu', () => { state.menus += 1; });
    });
    await page.mouse.move(600, 500);
    await page.mouse.down({ button: 'right' });
    await page.mouse.move(690, 380, { steps: 6 });
    await page.mouse.up({ button: 'right' });
    await page.waitForFunction(() => /contrast=/.test(location.hash) && /bias=/.test(location.hash));
    expect(await page.evaluate(() => /** @type {any} */ (window).menus)).toBe(0);
    await page.mouse.click(500, 400, { button: 'right' });
    await page.waitForFunction(() => /** @type {any} */ (window).menus === 1);
  }));

  it('refuses reversed limits with a message, which the next valid one clears', () => on(HASH, async (page) => {
    const low = page.getByLabel('Lower limit').and(page.locator('input'));
    const before = await low.inputValue();
    await low.fill('99999');
    await low.press('Enter');
    await page.locator('.complaint', { hasText: 'below the upper limit' }).waitFor();
    expect(await low.inputValue()).toBe(before);
    expect(await page.evaluate(() => location.hash)).not.toMatch(/99999/);
    await low.fill('97');
    await low.press('Enter');
    await page.waitForFunction(() => document.querySelector('.complaint')?.textContent === '');
    await page.waitForFunction(() => /97,/.test(location.hash));
  }));

  for (const [axis, image] of [['frame', 'time/sequence.fits'], ['channel', 'cube/lines.fits']]) {
    it(`plays every ${axis} from samples that are fetched ahead, one request each, and rests on exact tiles`, () => on(`#image=${encodeURIComponent(image)}`, async (page) => {
      const asked = await slowed(page, 150);
      await page.locator('.map').focus();
      await page.keyboard.press(' ');
      await page.waitForFunction(() => document.querySelector('canvas.live'));
      const pictures_ = asked.filter((url) => url.includes('/iiif/'));
      /** @type {Set<string>} */
      const seen = new Set();
      await expect.poll(async () => {
        seen.add(await page.locator(`input[type=range][aria-label=${axis === 'frame' ? 'Frame' : 'Channel'}]`).inputValue());
        return seen.size;
      }, { timeout: 20000, interval: 20 }).toBeGreaterThan(3);
      const own = asked.filter((url) => url.includes('/samples?')).map((url) => new URL(url).searchParams.get(axis));
      expect(new Set(own).size).toBe(own.length);
      expect(asked.filter((url) => url.includes('/iiif/'))).toEqual(pictures_);
      await page.keyboard.press(' ');
      await page.waitForFunction(() => !document.querySelector('canvas.live'));
      await settled(page);
      const now = new RegExp(`${axis}=\\d+`).exec(await page.evaluate(() => location.hash))?.[0] ?? '?';
      expect((await pictures(page)).every((url) => url.includes(now))).toBe(true);
    }));
  }

  it('asks for tiles no faster than they come back without samples', () => on(`?live=off${HASH}`, async (page) => {
    const asked = await slowed(page, 300);
    const slider = page.getByLabel('Gamma', { exact: true });
    const start = Date.now();
    for (let value = 300; value < 900; value += 20) {
      await slider.evaluate((input, text) => {
        /** @type {HTMLInputElement} */ (input).value = text;
        input.dispatchEvent(new Event('input'));
      }, String(value));
      await page.waitForTimeout(30);
    }
    const rounds = new Set(asked.filter((url) => url.includes('/iiif/')).map((url) => /gamma=[\d.]+/.exec(url)?.[0]));
    expect(asked.some((url) => url.includes('/samples'))).toBe(false);
    expect(rounds.size).toBeLessThanOrEqual((Date.now() - start) / 300 + 1);
  }), 60000);

  it('is the same by either painter as by the server, within a level of gray', async () => {
    const bundled = await build({
      stdin: { contents: "export * from './src/layer/GlPainter.js'; export * from './src/layer/CpuPainter.js';", resolveDir: CLIENT },
      bundle: true, format: 'iife', globalName: 'painters', write: false,
    });
    const opened = await browser.open('api');
    await opened.page.addScriptTag({ content: bundled.outputFiles[0].text });
    const worst = await opened.page.evaluate(paintVectors, VECTORS);
    await opened.close();
    expect(Object.keys(worst)).toEqual(['GlPainter', 'CpuPainter']);
    for (const [painter, difference] of Object.entries(worst)) expect(difference, painter).toBeLessThan(1.51);
  });
});

/** Largest difference of a band of a pixel. @param {Page} page @param {Buffer} one @param {Buffer} other */
function largestDifference(page, one, other) {
  return page.evaluate(async (shots) => {
    const data = await Promise.all(shots.map(async (shot) => {
      const image = new Image();
      image.src = `data:image/png;base64,${shot}`;
      await image.decode();
      const canvas = new OffscreenCanvas(image.width, image.height);
      const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height).data;
    }));
    return data[0].reduce((most, value, at) => Math.max(most, Math.abs(value - data[1][at])), 0);
  }, [one.toString('base64'), other.toString('base64')]);
}

/** Runs in the page: the largest difference of each painter from the table. @param {any} vectors */
function paintVectors(vectors) {
  const { painters } = /** @type {any} */ (globalThis);
  const gray = Uint8Array.from({ length: 768 }, (_, at) => Math.floor(at / 3));
  /** @param {number[]} values */
  const planeOf = (values) => {
    const knots = [...values].sort((a, b) => a - b);
    return { knots, ranks: knots.map((_, k) => k / (knots.length - 1)) };
  };
  /** @param {any} painter @param {any} one @param {number[][]} planes @param {any[]} components */
  const paint = (painter, one, planes, components) => {
    const sampled = planes.map(planeOf);
    const columns = planes[0].length;
    const codes = Uint16Array.from(planes.flatMap((values, k) => values.map((value) => 2 + 1524 * sampled[k].knots.indexOf(value))));
    painter.load({ header: { planes: sampled }, columns, rows: 1, codes, planes: planes.map((_, k) => codes.subarray(k * columns, (k + 1) * columns)) });
    const { stretch, parameter, gamma, contrast, bias, saturation = 1, invert = false } = one;
    painter.paint({ stretch: { name: stretch, parameter }, gamma, contrast, bias, saturation, invert, components, colormap: gray, missing: [0, 0, 0] });
    const copy = new OffscreenCanvas(columns, 1);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (copy.getContext('2d'));
    context.drawImage(painter.canvas, 0, 0);
    return context.getImageData(0, 0, columns, 1).data;
  };
  /** @type {Record<string, number>} */
  const worst = {};
  for (const name of ['GlPainter', 'CpuPainter']) {
    const painter = painters[name].create({ anyRenderer: true });
    let most = painter ? 0 : Infinity;
    for (const one of painter ? vectors.single : []) {
      const [vmin, vmax] = one.limits;
      const data = paint(painter, one, [one.values], [{ plane: 0, vmin, vmax, color: null }]);
      one.levels.forEach((/** @type {number} */ level, /** @type {number} */ at) => { most = Math.max(most, Math.abs(data[4 * at] - level)); });
    }
    for (const one of painter ? vectors.mix : []) {
      const components = one.colors.map((/** @type {string} */ color, /** @type {number} */ plane) => ({ plane, color, vmin: one.limits[plane][0], vmax: one.limits[plane][1] }));
      const data = paint(painter, one, one.planes, components);
      one.rgb.forEach((/** @type {number[]} */ rgb, /** @type {number} */ at) => rgb.forEach((part, band) => { most = Math.max(most, Math.abs(data[4 * at + band] - part)); }));
    }
    worst[name] = most;
  }
  return worst;
}
