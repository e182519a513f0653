// The readout: what is said of a pixel is true of that pixel, at every moment.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { formatValue } from '../../src/ui/format.js';
import { IMAGES, plane } from '../mock/sky.js';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

/** @typedef {import('playwright-core').Page} Page */

const LINES = /** @type {import('../mock/sky.js').MockImage} */ (IMAGES.find(({ id }) => id === 'cube/lines.fits'));
const HASH = '#image=cube/lines.fits&zoom=3';

describe.runIf(hasChromium && isMock)('the readout', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** @param {string} hash @param {(page: Page) => Promise<void>} act */
  async function on(hash, act) {
    const opened = await browser.open(hash);
    await settled(opened.page);
    await act(opened.page);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  }

  /** Middle of the map on the page. @param {Page} page */
  async function middle(page) {
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await page.locator('.map').boundingBox());
    return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
  }

  /** Pixel under a place of the page, by the address alone: column and row from the top. @param {Page} page @param {{x: number, y: number}} at */
  async function pixelUnder(page, at) {
    const center = await middle(page);
    await page.waitForTimeout(500); // the address
    const hash = await page.evaluate(() => location.hash);
    const [, x, y] = /center=(-?[\d.]+),(-?[\d.]+)/.exec(hash)?.map(Number) ?? [];
    const zoom = 2 ** Number(/zoom=(-?[\d.]+)/.exec(hash)?.[1]);
    return [x + (at.x - center.x) / zoom, y + (at.y - center.y) / zoom].map(Math.floor);
  }

  /** What the readout says, of a cube of the mock server: its pixel and its value. @param {number[]} pixel @param {number} [channel] */
  const said = ([x, y], channel = 1) => [`${x + 1}, ${LINES.height - y}`, `${formatValue(plane(LINES, channel, 1)[y * LINES.width + x])} adu`];

  /** @param {Page} page */
  const readout = (page) => Promise.all(['.readout-pixel', '.readout-data'].map((part) => page.locator(part).textContent()));

  /** @param {Page} page */
  const isAnswered = (page) => page.waitForFunction(() => document.querySelector('.readout-data')?.getAttribute('aria-busy') === 'false');

  it('follows when keys move the image under a mouse that stays', () => on(HASH, async (page) => {
    const { x, y } = await middle(page);
    const at = { x: x + 25, y: y - 41 };
    await page.mouse.move(at.x, at.y);
    await isAnswered(page);
    const before = await readout(page);
    await page.locator('.map').focus();
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(600);
    await page.keyboard.press('+');
    await page.waitForTimeout(600);
    await isAnswered(page);
    expect(await readout(page)).toEqual(said(await pixelUnder(page, at)));
    expect(await readout(page)).not.toEqual(before);
  }));

  it('is that of the next image under a mouse that stays', () => on('#image=time/sequence.fits&view=frame=2', async (page) => {
    const { x, y } = await middle(page);
    const at = { x: x - 30, y: y + 22 };
    await page.mouse.move(at.x, at.y);
    await isAnswered(page);
    await page.locator('.map').focus();
    await page.evaluate(() => {
      const texts = /** @type {any} */ (window).texts = new Set();
      const element = /** @type {Element} */ (document.querySelector('.readout-pixel'));
      new MutationObserver(() => texts.add(element.textContent)).observe(element, { childList: true, characterData: true, subtree: true });
    });
    await page.evaluate(() => { location.hash = '#image=cube/lines.fits'; });
    await page.waitForFunction(() => document.title.startsWith('lines.fits'));
    await settled(page);
    await isAnswered(page);
    expect(await readout(page)).toEqual(said(await pixelUnder(page, at)));
    expect(await page.evaluate(() => [.../** @type {any} */ (window).texts])).not.toContain('outside');
  }));

  it('never has the value of one pixel beside the position of another, 400 ms from the server', () => on(HASH, async (page) => {
    await page.route(/\/value\?/, async (route) => {
      await new Promise((resolve) => { setTimeout(resolve, 400); });
      await route.continue().catch(() => {});
    });
    const { x, y } = await middle(page);
    await page.mouse.move(x, y);
    await page.waitForTimeout(700);
    await page.evaluate(() => {
      /** @type {any[]} */
      const seen = [];
      /** @type {any} */ (window).seen = seen;
      const look = () => {
        const [pixel, value] = ['.readout-pixel', '.readout-data'].map((part) => /** @type {HTMLElement} */ (document.querySelector(part)));
        seen.push([pixel.textContent, value.textContent, Number(getComputedStyle(value).opacity) < 0.7]);
        requestAnimationFrame(look);
      };
      look();
    });
    for (let step = 1; step <= 4; step += 1) {
      await page.mouse.move(x + step * 16, y + step * 8);
      await page.waitForTimeout(step === 4 ? 900 : 150);
    }
    await page.locator('.map').focus();
    await page.keyboard.press('.'); // the next channel: another value at the same pixel
    await page.waitForTimeout(1100);
    /** @type {[string, string, boolean][]} */
    const seen = await page.evaluate(() => /** @type {any} */ (window).seen);
    const plain = new Set(seen.filter(([, , isDim]) => !isDim).map(([pixel, value]) => `${pixel}: ${value}`));
    const start = await pixelUnder(page, { x, y });
    const end = await pixelUnder(page, { x: x + 64, y: y + 32 });
    const truths = [said(start), said(end), said(end, 2)].map(([pixel, value]) => `${pixel}: ${value}`);
    expect([...plain]).toEqual(truths);
    expect(seen.filter(([, , isDim]) => isDim).length).toBeGreaterThan(10);
  }));

  it('asks for a value once for each place and plane, whatever the stretch', () => on(HASH, async (page) => {
    /** @type {string[]} */
    const asked = [];
    page.on('request', (request) => { if (/\/(value|spectrum)\?/.test(request.url())) asked.push(request.url()); });
    const { x, y } = await middle(page);
    await page.mouse.move(x + 30, y + 30);
    await isAnswered(page);
    await page.waitForTimeout(200);
    expect(asked.length).toBe(1);
    await page.locator('.map').focus();
    const gamma = page.getByLabel('Gamma', { exact: true });
    for (const value of ['300', '500', '700', '800']) {
      await gamma.fill(value);
      await page.waitForTimeout(120);
    }
    await page.getByLabel('Function').selectOption('log');
    await page.getByLabel('Rule').selectOption('zscale');
    await page.locator('.map').focus();
    await page.keyboard.press('i');
    await page.waitForTimeout(500);
    expect(asked.length).toBe(1);
    for (let step = 0; step < 3; step += 1) {
      await page.getByRole('button', { name: 'Next channel' }).click();
      await page.waitForTimeout(250);
    }
    // The mouse was over the buttons: the readout is that of the center.
    expect(new Set(asked).size).toBe(asked.length);
    expect(asked.filter((url) => /channel=4/.test(url)).length).toBe(1);
    expect(asked.some((url) => /stretch|gamma|limits|invert/.test(url))).toBe(false);
  }));

  it('asks for a spectrum once, whichever channel is shown', () => on(HASH, async (page) => {
    /** @type {string[]} */
    const asked = [];
    page.on('request', (request) => { if (/\/spectrum\?/.test(request.url())) asked.push(request.url()); });
    await page.locator('.map').focus();
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Spectrum' }).click();
    const { x, y } = await middle(page);
    await page.mouse.click(x + 9, y + 9);
    await page.locator('.plot canvas').waitFor();
    for (const key of ['.', '.', 'i', ',']) {
      await page.keyboard.press(key);
      await page.waitForTimeout(250);
    }
    expect(asked.length).toBe(1);
  }));
});
