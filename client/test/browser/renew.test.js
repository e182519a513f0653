// Large images: what the server drew in haste is replaced as soon as the server has better.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, pictures, settled, startBrowser } from './support.js';

describe.runIf(hasChromium && isMock)('pictures drawn in haste', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** @param {boolean} provisional what the metadata say */
  async function open(provisional) {
    const opened = await browser.open('');
    const { page } = opened;
    await page.route(/\/api\/images\/[^/?]+(\?|$)/, async (route) => {
      const metadata = await (await route.fetch()).json();
      await route.fulfill({ json: { ...metadata, tile: { ...metadata.tile, provisional } } });
    });
    let asked = 0;
    let answer = () => {};
    const answered = new Promise((resolve) => { answer = () => resolve(undefined); });
    await page.route(/\/ready(\?|$)/, async (route) => {
      asked += 1;
      await answered;
      await route.fulfill({ json: { ready: true } });
    });
    await page.goto(`${browser.base}#image=field.fits`);
    await page.reload();
    await settled(page);
    return { ...opened, asked: () => asked, answer };
  }

  it('are fetched anew once, without a blank', async () => {
    const { page, asked, answer, close } = await open(true);
    const first = await pictures(page);
    expect(asked()).toBe(1);
    expect(first.some((url) => url.includes('epoch'))).toBe(false);
    answer();
    await page.waitForFunction(() => [...document.querySelectorAll('.leaflet-tile img')]
      .every((image) => /** @type {HTMLImageElement} */ (image).src.endsWith('?epoch=1')));
    await settled(page);
    // The same parts as before, and nothing of the first pictures left.
    expect((await pictures(page)).sort()).toEqual(first.map((url) => `${url}?epoch=1`).sort());
    expect(asked()).toBe(1);
    await close();
  });

  it('are not expected of an image whose metadata promise final ones', async () => {
    const { page, asked, close } = await open(false);
    expect(asked()).toBe(0);
    expect((await pictures(page)).some((url) => url.includes('epoch'))).toBe(false);
    await close();
  });
});
