// High contrast: what is shown by backgrounds or by white lines elsewhere can be seen as well.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, look, settled, startBrowser } from './support.js';

/** Least difference of gray levels between a sign and its background. */
const CLEAR = 120;

describe.runIf(hasChromium && isMock).each(/** @type {const} */ (['dark', 'light']))('in forced colors, %s', (colorScheme) => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** @param {string} hash @param {(page: import('playwright-core').Page) => Promise<void>} act */
  async function on(hash, act) {
    const opened = await browser.open(hash, { viewport: { width: 1440, height: 900 }, forcedColors: 'active', colorScheme });
    await settled(opened.page);
    await act(opened.page);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  }

  /** Difference of gray levels within a part of the page. @param {import('playwright-core').Page} page @param {import('playwright-core').Locator} part */
  async function contrast(page, part) {
    await part.scrollIntoViewIfNeeded();
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await part.boundingBox());
    return (await look(page, { x: box.x + 3, y: box.y + 3, width: box.width - 6, height: box.height - 6 })).spread;
  }

  it('sliders, handles and the compass can be seen', () => on('#image=field.fits&center=1400,50&zoom=0', async (page) => {
    expect(await contrast(page, page.getByLabel('Gamma', { exact: true }))).toBeGreaterThan(CLEAR);
    expect(await contrast(page, page.locator('.compass'))).toBeGreaterThan(CLEAR);
    expect(await contrast(page, page.locator('.handle-vmin'))).toBeGreaterThan(CLEAR);
  }));

  it('the current image, the colormap and what is switched on are marked', () => on('#image=flat.fits', async (page) => {
    const outlines = await page.evaluate(() => ['.image-row[aria-current]', '.image-row:not([aria-current], .is-folder)']
      .map((row) => getComputedStyle(/** @type {Element} */ (document.querySelector(row))).outlineStyle));
    expect(outlines).toEqual(['solid', 'none']);
    await page.mouse.move(700, 450);
    /** Gray level beside the edge of an element. @param {string} selector */
    const ground = async (selector) => {
      const part = page.locator(selector).first();
      await part.scrollIntoViewIfNeeded();
      const box = /** @type {{x: number, y: number, height: number}} */ (await part.boundingBox());
      return (await look(page, { x: box.x + 3, y: box.y + box.height / 2, width: 1, height: 1 })).mean;
    };
    for (const [on_, off] of [['.colormap:has(:checked)', '.colormap:not(:has(:checked))'], ['.icon-button[aria-expanded="true"]', '.bar .icon-button:not([aria-expanded])']]) {
      expect(Math.abs(await ground(on_) - await ground(off))).toBeGreaterThan(40);
    }
  }));
});
