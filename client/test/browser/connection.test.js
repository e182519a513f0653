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
});
