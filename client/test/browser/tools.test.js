// What lies over the picture: the coordinate grid, and what is measured.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

describe.runIf(hasChromium && isMock)('over the picture', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** @param {string} hash @param {(page: import('playwright-core').Page) => Promise<void>} act */
  async function on(hash, act) {
    const opened = await browser.open(hash);
    await settled(opened.page);
    await opened.page.locator('.map').focus();
    await act(opened.page);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  }

  it('lies a coordinate grid, in the coordinates of the readout', () => on('#image=field.fits', async (page) => {
    const labels = () => page.locator('.grid-label').allTextContents();
    expect(await labels()).toEqual([]);
    await page.keyboard.press('r');
    const sexagesimal = await labels();
    expect(sexagesimal.filter((text) => /^12h\d\dm/.test(text)).length).toBeGreaterThan(1);
    expect(sexagesimal.filter((text) => /^\+12°\d\d′/.test(text)).length).toBeGreaterThan(1);
    await page.keyboard.press('c');
    expect((await labels()).every((text) => /^\+?1[28]\d?(\.\d+)?°$/.test(text))).toBe(true);
    await page.keyboard.press('c'); // galactic
    expect((await labels()).every((text) => /^(\+74|28\d)(\.\d+)?°$/.test(text))).toBe(true);
    await page.keyboard.press('c');
    await page.keyboard.press('+'); // finer when magnified
    await page.waitForFunction((old) => document.querySelectorAll('.grid-label').length
      && [...document.querySelectorAll('.grid-label')].map((label) => label.textContent).join() !== old, sexagesimal.join());
    await page.keyboard.press('r');
    expect(await page.locator('.grid-line').count()).toBe(0);
  }));
});
