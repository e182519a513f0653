// The page is steady: nothing moves under the eye while images change, whenever the answers come.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

/** @typedef {import('playwright-core').Page} Page */

/** Facts that images differ in. */
const FACTS = [
  { unit: null }, { unit: '10**(-20)*erg/s/cm**2/Angstrom' }, { unit: 'Jy/beam', notes: ['the header contradicts itself'] },
  { unit: 'adu' }, { unit: null, sky: true }, { unit: 'electron/s', several: true },
];

describe.runIf(hasChromium && isMock)('the page is steady', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** Answer later, each image with other facts. @param {Page} page @param {number} latency ms */
  async function vary(page, latency) {
    let count = 0;
    await page.route(/\/api\/images\//, async (route) => {
      const response = await route.fetch().catch(() => null);
      await new Promise((resolve) => { setTimeout(resolve, latency); });
      if (!response) return;
      if (!/\/api\/images\/[^/?]+(\?|$)/.test(route.request().url())) {
        await route.fulfill({ response }).catch(() => {});
        return;
      }
      const metadata = await response.json();
      const facts = FACTS[count % FACTS.length];
      count += 1;
      const hdus = facts.several ? [0, 1].map((k) => ({ ...metadata.hdus[0], selector: String(k), default: k === 0 })) : metadata.hdus;
      const sky = facts.sky ? { ...metadata.sky, reason: 'the matrix of the header has no inverse, so that positions cannot be computed' } : metadata.sky;
      await route.fulfill({ json: { ...metadata, unit: facts.unit, notes: facts.notes ?? [], hdus, sky } }).catch(() => {});
    });
  }

  // Beyond half a second after a key, browsers count every shift.
  it.each([0, 700])('while six images are opened, %i ms from the server', async (latency) => {
    const { page, close } = await browser.open('#image=plate.fits', { viewport: { width: 1440, height: 900 } });
    await settled(page);
    await vary(page, latency);
    await page.mouse.move(640, 400);
    await page.evaluate(() => {
      const shifts = /** @type {number[]} */ ([]);
      /** @type {any} */ (window).shifts = shifts;
      new PerformanceObserver((list) => {
        for (const entry of /** @type {any[]} */ (list.getEntries())) if (!entry.hadRecentInput) shifts.push(entry.value);
      }).observe({ type: 'layout-shift' });
    });
    for (let step = 0; step < 6; step += 1) {
      await page.locator('.map').focus();
      await page.keyboard.press(step % 2 ? 'p' : 'n');
      await page.waitForTimeout(1000 + 3 * latency);
    }
    /** @type {number[]} */
    const shifts = await page.evaluate(() => /** @type {any} */ (window).shifts);
    expect(shifts.reduce((sum, shift) => sum + shift, 0)).toBeLessThan(0.02);
    await close();
  }, 60_000);

  it.each([[1440, 900], [1024, 600], [390, 844]])('and no number is clipped in its box, at %i × %i', async (width, height) => {
    const hash = '#image=flat.fits&view=limits%3D-0.000123456,1.23457e-18;stretch=asinh:0.00234567;gamma=1.23457';
    const { page, close } = await browser.open(hash, { viewport: { width, height } });
    if (width < 800) await page.getByRole('button', { name: 'Controls (S)' }).click();
    await page.getByLabel('Gamma, number').waitFor();
    const boxes = await page.$$eval('.panel-controls input.number', (inputs) => inputs.filter((input) => input.getClientRects().length).map((input) => ({
      value: /** @type {HTMLInputElement} */ (input).value, over: input.scrollWidth - input.clientWidth,
    })));
    expect(boxes.length).toBeGreaterThan(5);
    expect(boxes.filter(({ over }) => over > 0)).toEqual([]);
    await close();
  });

  it('and a unit is shown in the notation of the field', async () => {
    const { page, close } = await browser.open('#image=flat.fits');
    await page.route(/\/api\/images\/[^/?]+(\?|$)/, async (route) => {
      await route.fulfill({ json: { ...await (await route.fetch()).json(), unit: '10**(-20)*erg/s/cm**2/Angstrom' } });
    });
    await page.reload();
    await settled(page);
    const shown = '10⁻²⁰ erg s⁻¹ cm⁻² Å⁻¹';
    expect(await page.locator('.facts dd', { hasText: shown }).count()).toBe(1);
    expect(await page.locator('.statistics-note').textContent()).toContain(shown);
    expect(await page.locator('.statistics tr').first().innerText()).toMatch(/^Min\s+200\s+Median\s+200$/);
    await close();
  });
});
