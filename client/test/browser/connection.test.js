// A server that goes away, and comes back.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, pictures, settled, startBrowser } from './support.js';

describe.runIf(hasChromium && isMock)('a server that cannot be reached', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());
  const SERVER = /\/(api|iiif)(\/|\?|$)/;
  const LOST = 'The server cannot be reached. Trying again until it answers.';

  it('is waited for, and the picture is then what was asked for', async () => {
    const { page, close } = await browser.open('#image=field.fits');
    await settled(page);
    await page.route(SERVER, (route) => route.abort('connectionrefused'));
    await page.getByLabel('Function').selectOption('sqrt');
    await page.getByRole('alert').getByText(LOST).waitFor();
    await page.keyboard.press('+');
    await page.waitForTimeout(1000);
    expect(await page.locator('.message-error p').allTextContents()).toEqual([LOST]); // said once
    await page.unroute(SERVER);
    await page.waitForFunction(() => !document.querySelector('.message-error'));
    await settled(page);
    expect((await pictures(page)).every((url) => url.includes('stretch=sqrt'))).toBe(true);
    await close();
  });

  it('is waited for from the start', async () => {
    const { page, close } = await browser.open('');
    await settled(page);
    await page.route(SERVER, (route) => route.abort('connectionrefused'));
    await page.goto(`${browser.base}#image=flat.fits`);
    await page.reload();
    await page.getByRole('alert').getByText(LOST).waitFor();
    await page.unroute(SERVER);
    await settled(page);
    expect(await page.locator('.message-error').count()).toBe(0);
    expect(await page.locator('.colormap').count()).toBeGreaterThan(1);
    await close();
  });

  /** Take the server away and give it back. @param {import('playwright-core').Page} page @param {() => Promise<unknown>} meanwhile */
  async function lose(page, meanwhile) {
    await page.route(SERVER, (route) => route.abort('connectionrefused'));
    await page.getByLabel('Function').selectOption('sqrt');
    await page.getByRole('alert').getByText(LOST).waitFor();
    await meanwhile();
    await page.unroute(SERVER);
    await page.waitForFunction(() => !document.querySelector('.message-error'));
    await page.waitForFunction(() => [...document.querySelectorAll('.leaflet-tile img')]
      .every((image) => /** @type {HTMLImageElement} */ (image).src.includes('stretch=sqrt')));
    await settled(page);
  }

  it('may have other pixels afterwards: all that is in sight is fetched anew', async () => {
    const { page, close } = await browser.open('#image=field.fits&view=stretch=sqrt');
    await settled(page);
    const before = await pictures(page);
    await page.getByLabel('Function').selectOption('log');
    await settled(page);
    await lose(page, async () => {});
    expect((await pictures(page)).sort()).toEqual(before.map((url) => `${url}?epoch=1`).sort());
    await close();
  });

  it('may have an image of another size afterwards', async () => {
    const { page, complaints, close } = await browser.open('#image=field.fits&center=1500,900&zoom=1');
    await settled(page);
    await lose(page, () => page.route(/\/api\/images\/field\.fits(\?|$)/, async (route) => {
      const metadata = await (await route.fetch()).json();
      await route.fulfill({ json: { ...metadata, width: 300, height: 200 } });
    }, { times: 100 }).then(() => page.unroute(SERVER)));
    await page.getByText('300 × 200 pixels').waitFor();
    const regions = (await pictures(page)).map((url) => url.split('/').at(-4)?.split(',').map(Number) ?? []);
    expect(regions.length).toBeGreaterThan(0);
    for (const [left, top, width, height] of regions) {
      expect(left + width).toBeLessThanOrEqual(300);
      expect(top + height).toBeLessThanOrEqual(200);
    }
    expect(complaints.filter((text) => !text.includes('ERR_CONNECTION_REFUSED'))).toEqual([]);
    await close();
  });

  it('is missed by the pointer, too', async () => {
    const { page, close } = await browser.open('#image=field.fits');
    await settled(page);
    await page.route(SERVER, (route) => route.abort('connectionrefused'));
    await page.mouse.move(600, 400);
    await page.getByRole('alert').getByText(LOST).waitFor();
    await page.unroute(SERVER);
    await page.waitForFunction(() => !document.querySelector('.message-error'));
    await page.getByText(/^g: [\d.]+ {2}r: /).waitFor();
    await close();
  });
});
