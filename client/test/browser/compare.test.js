// Images one after the other: along the list, and to and fro at the same place in the sky.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { IMAGES, skyOf, tanOf } from '../mock/sky.js';
import { makeGrid, tanToSky } from '../support/tan.js';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

const FIELD = /** @type {import('../mock/sky.js').MockImage} */ (IMAGES.find(({ id }) => id === 'field.fits'));

describe.runIf(hasChromium && isMock)('several images', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  it('are blinked at the same place and size, each in its own view', async () => {
    const { page, close } = await browser.open('');
    // The flat image shows the same sky, with pixels three times as large, elsewhere in it and turned.
    const tan = { ...tanOf(FIELD), x: 400, y: 700, scale: 1.2 / 3600, angle: -50 };
    await page.route(/\/api\/images\/flat\.fits(\?|$)/, async (route) => {
      const metadata = await (await route.fetch()).json();
      const grids = [makeGrid((x, y) => tanToSky(tan, x, y), [0, 0, metadata.width, metadata.height], 19)];
      await route.fulfill({ json: { ...metadata, sky: { ...skyOf(FIELD), scale: 1.2, north: -50, grids } } });
    });
    await page.goto(`${browser.base}#image=field.fits&view=cmap=heat&center=900,300&zoom=1`);
    await page.reload();
    await settled(page);
    const where = async () => {
      await page.waitForTimeout(600);
      await settled(page);
      const hash = decodeURIComponent(await page.evaluate(() => location.hash));
      const [lon, lat] = (/sky=([\d.,-]+)/.exec(hash)?.[1] ?? '').split(',').map(Number);
      return { hash, lon, lat, zoom: Number(/zoom=([\d.-]+)/.exec(hash)?.[1]) };
    };
    const first = await where();
    await page.getByLabel('Stay at this place in the sky').check();
    await page.locator('.image-row', { hasText: 'flat.fits' }).click();
    const second = await where();
    expect(second.hash).toContain('image=flat.fits');
    expect(second.hash).not.toContain('heat');
    expect(second.lon).toBeCloseTo(first.lon, 4);
    expect(second.lat).toBeCloseTo(first.lat, 4);
    expect(second.zoom).toBeCloseTo(1 + Math.log2(3), 2); // not rounded to a step of the wheel
    await page.getByLabel('Stay at this place in the sky').uncheck();
    await page.locator('.map').focus();
    await page.keyboard.press('x');
    const third = await where();
    expect(third.hash).toContain('image=field.fits&view=cmap=heat');
    expect([third.lon, third.lat].map((angle) => angle.toFixed(4))).toEqual([first.lon, first.lat].map((angle) => angle.toFixed(4)));
    expect(third.zoom).toBeCloseTo(1, 2);
    await close();
  });

  it('follow each other by keys', async () => {
    const { page, close } = await browser.open('#image=field.fits&center=10,10&zoom=2');
    await settled(page);
    await page.keyboard.press('n');
    await page.waitForFunction(() => /image=flat\.fits&center=700,550/.test(location.hash)); // the whole image
    await page.keyboard.press('p');
    await page.waitForFunction(() => /image=field\.fits/.test(location.hash));
    await close();
  });
});
