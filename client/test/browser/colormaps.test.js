// Previews of the colormaps, which arrive after their names.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

describe.runIf(hasChromium && isMock)('previews of the colormaps', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** Widths of the pictures in the list, and whether there is one of the colormap in effect. @param {import('playwright-core').Page} page */
  const drawn = (page) => page.evaluate(() => ({
    list: [...document.querySelectorAll('.colormaps img')].map((image) => /** @type {HTMLImageElement} */ (image).naturalWidth),
    now: /** @type {HTMLImageElement} */ (document.querySelector('.colormap-strip')).naturalWidth,
  }));

  it.each([0, 1500])('are drawn where they come %i ms late', async (delay) => {
    const opened = await browser.open('#image=flat.fits');
    const { page } = opened;
    await page.route(/\/api\/colormaps$/, async (route) => {
      await new Promise((resolve) => { setTimeout(resolve, delay); });
      await route.continue();
    });
    await page.reload();
    await settled(page);
    await page.waitForTimeout(delay);
    expect(await drawn(page)).toEqual({ list: [256, 256, 256, 256], now: 256 });
    expect(opened.complaints).toEqual([]);
    await opened.close();
  });

  it('are asked for again after the server was gone', async () => {
    const { page, close } = await browser.open('#image=flat.fits');
    let isGone = true;
    await page.route(/\/api\/colormaps$/, (route) => (isGone ? route.abort() : route.continue()));
    await page.reload();
    await settled(page);
    expect((await drawn(page)).list.every((width) => width === 0)).toBe(true);
    isGone = false;
    await page.waitForFunction(() => [...document.querySelectorAll('.colormaps img')].every((image) => /** @type {HTMLImageElement} */ (image).naturalWidth === 256), null, { timeout: 10_000 });
    await close();
  });
});
