// The list of images: one list of any length, thumbnails of what is in sight, search, selection.

import axe from 'axe-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

/** @typedef {import('playwright-core').Page} Page */

describe.runIf(hasChromium && isMock)('the list of images', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** @param {string} hash @param {(page: Page) => Promise<void>} test @param {import('playwright-core').BrowserContextOptions} [options] */
  async function on(hash, test, options) {
    const { page, complaints, close } = await browser.open(hash, options);
    page.on('response', (response) => { if (response.status() === 400) complaints.push(response.url()); });
    await test(page);
    expect(complaints.filter((text) => !/404/.test(text))).toEqual([]);
    await close();
  }
  const row = (/** @type {Page} */ page, /** @type {string} */ name) => page.locator('.image-row', { hasText: new RegExp(`${name.replace('.', '\\.')}`) });

  /** Whether a row is in sight. @param {Page} page @param {string} id */
  const isInSight = (page, id) => page.waitForFunction((title) => {
    const list = document.querySelector('.list-scroll, .image-list')?.getBoundingClientRect();
    const found = document.querySelector(`.image-row[title="${title}"]`)?.getBoundingClientRect();
    return list && found && found.top >= list.top - 1 && found.bottom <= list.bottom + 1;
  }, id, { timeout: 8000 });

  it('goes on behind the hundredth image by keys', () => on('#image=night/FIELD_100.fits', async (page) => {
    await settled(page);
    await page.keyboard.press('n');
    await page.waitForFunction(() => /image=night\/FIELD_101\.fits/.test(location.hash));
    await page.keyboard.press('n');
    await page.waitForFunction(() => /image=night\/FIELD_102\.fits/.test(location.hash));
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    await page.keyboard.press('p');
    await page.waitForFunction(() => /image=night\/FIELD_99\.fits/.test(location.hash));
    await isInSight(page, 'night/FIELD_99.fits');
  }));

  it('reveals a linked image', () => on('#image=night/FIELD_177.fits', async (page) => {
    await isInSight(page, 'night/FIELD_177.fits');
    expect(await row(page, 'FIELD_177.fits').getAttribute('aria-current')).toBe('true');
    await page.evaluate(() => { location.hash = '#image=night/FIELD_3.fits'; });
    await isInSight(page, 'night/FIELD_3.fits');
    expect(await page.locator('[aria-current=true]').count()).toBe(1);
  }));

  it('finds several words and patterns, and reports that there is nothing', () => on('#image=field.fits', async (page) => {
    const search = page.getByLabel('Search images');
    await search.fill('FIELD 150');
    await row(page, 'FIELD_150.fits').waitFor();
    expect(await page.locator('.image-row').count()).toBe(1);
    await search.fill('*_24?.fits');
    await row(page, 'FIELD_241.fits').waitFor();
    await page.waitForFunction(() => document.querySelectorAll('.image-row').length === 10);
    await search.fill('no such image');
    const nothing = page.getByText('Nothing matches “no such image”.');
    await nothing.waitFor();
    const box = await nothing.boundingBox();
    expect(box && box.y).toBeLessThan(250); // where the rows were, not in the last line
    await page.getByRole('button', { name: 'Clear the search' }).click();
    await row(page, 'flat.fits').waitFor();
  }));

  it('is searched in all folders, and then shows the folder again', () => on('#image=night/FIELD_7.fits', async (page) => {
    await row(page, 'FIELD_7.fits').waitFor();
    await page.getByLabel('Search images').fill('lines');
    await page.locator('.image-row[title="cube/lines.fits"]').waitFor();
    await page.getByLabel('Search images').fill('');
    await row(page, 'FIELD_7.fits').waitFor();
    expect(await page.getByRole('navigation', { name: 'Folder' }).innerText()).toContain('night');
  }));

  it('is one list, of which a small part is in the page', () => on('#image=night/FIELD_1.fits', async (page) => {
    await row(page, 'FIELD_1.fits').first().waitFor();
    expect(await page.locator('.image-row').count()).toBeLessThan(40);
    expect(await page.locator('.image-list li').first().getAttribute('aria-setsize')).toBe('251');
    await page.locator('.list-scroll').evaluate((list) => { list.scrollTop = list.scrollHeight; });
    await isInSight(page, 'night/table.fits');
    expect(await page.locator('.image-row').count()).toBeLessThan(40);
    // From the last row up by keys, with the focus on rows that come and go.
    await row(page, 'table.fits').focus();
    for (let step = 0; step < 30; step += 1) await page.keyboard.press('ArrowUp');
    expect(await page.evaluate(() => /** @type {HTMLElement} */ (document.activeElement).title)).toBe('night/FIELD_221.fits');
    await page.keyboard.press('Home');
    await isInSight(page, 'night/FIELD_1.fits');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /image=night\/FIELD_2\.fits/.test(location.hash));
  }));

  it('asks for thumbnails in sight only, few at a time, and cancels those scrolled past', async () => {
    const { page, close } = await browser.open('');
    /** @type {string[]} */
    const asked = [];
    let [running, most, cancelled] = [0, 0, 0];
    await page.route(/\/thumbnail$/, async (route) => {
      asked.push(/FIELD_(\d+)/.exec(route.request().url())?.[1] ?? '');
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => { setTimeout(resolve, 400); });
      running -= 1;
      await route.continue().catch(() => {});
    });
    page.on('requestfailed', (request) => { if (/thumbnail/.test(request.url())) cancelled += 1; });
    await page.goto(`${browser.base}#image=night/FIELD_1.fits`);
    await page.reload();
    await row(page, 'FIELD_1.fits').first().waitFor();
    await page.waitForTimeout(300);
    const before = asked.length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThanOrEqual(16); // rows in sight, of 251
    const took = await page.locator('.list-scroll').evaluate(async (list) => {
      const began = performance.now();
      for (let top = 0; top <= 12000; top += 300) {
        list.scrollTop = top;
        await new Promise(requestAnimationFrame);
      }
      return performance.now() - began;
    });
    await page.waitForTimeout(150);
    // Four after each rest, and not one for each of 200 rows.
    expect(asked.length - before).toBeLessThanOrEqual(4 * (took / 90 + 3));
    expect(asked.length - before).toBeLessThan(120);
    await page.waitForFunction(() => document.querySelectorAll('.thumb img').length > 6);
    expect(cancelled).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(8); // at most four that are wanted, and four that were
    await close();
  });

  it('is filled once the server answers again', async () => {
    const { page, close } = await browser.open('#image=field.fits');
    await page.route(/\/api\/images\?/, (route) => route.abort());
    await page.evaluate(() => { location.hash = '#image=night/FIELD_3.fits'; });
    await page.getByText('The server cannot be reached').waitFor();
    await page.unroute(/\/api\/images\?/);
    await row(page, 'FIELD_3.fits').waitFor();
    await close();
  });

  it('marks a file without an image, with the reason', () => on('#image=night/FIELD_250.fits', async (page) => {
    await page.getByText('the file holds only tables').waitFor();
    expect(await page.locator('.image-row.is-broken').count()).toBe(1);
  }));

  it('shows facts, and can be sorted', () => on('#image=night/FIELD_1.fits', async (page) => {
    expect(await row(page, 'FIELD_2.fits').first().locator('.fact').allTextContents()).toEqual(['M 51', 'V', '30 s', 'ALFOSC', '2026-11-20 03:04']);
    const request = page.waitForRequest(/sort=-exposure/);
    await page.getByLabel('Sort by').selectOption('exposure');
    await page.getByRole('button', { name: 'Reverse the order' }).click();
    await request;
  }));

  it('plays selected images as frames, and combines them as color, in the address', () => on('#image=night/FIELD_3.fits', async (page) => {
    await row(page, 'FIELD_4.fits').click({ modifiers: ['Control'] });
    await row(page, 'FIELD_6.fits').click({ modifiers: ['Shift'] });
    await page.getByText('3 selected').waitFor();
    await page.getByRole('button', { name: 'Combine as color' }).click();
    await page.waitForFunction(() => decodeURIComponent(location.hash).startsWith('#image=bands:night/FIELD_4.fits|FIELD_5.fits|FIELD_6.fits'));
    await settled(page);
    expect(await page.locator('[aria-current=true]').count()).toBe(3);
    await page.keyboard.press('l');
    const yaml = await page.getByRole('textbox', { name: 'Settings (YAML)' }).inputValue();
    expect(yaml).toContain('channels:\n      g: night/FIELD_4.fits\n');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Play as frames' }).click();
    await page.waitForFunction(() => decodeURIComponent(location.hash).startsWith('#image=aligned:night/FIELD_4.fits|'));
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    const number = page.getByLabel('Frame number');
    const first = await number.inputValue();
    await expect.poll(() => number.inputValue(), { timeout: 20_000 }).not.toBe(first);
    await page.getByLabel('Align frames on the sky').uncheck();
    await page.getByRole('button', { name: 'Play as frames' }).click();
    await page.waitForFunction(() => decodeURIComponent(location.hash).startsWith('#image=frames:night/FIELD_4.fits|'));
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('button', { name: 'Blink', exact: true }).click();
    await page.waitForFunction(() => decodeURIComponent(location.hash).startsWith('#image=bands:night/FIELD_4.fits|'));
    for (const channel of [1, 2, 3, 1]) await page.waitForFunction((number) => new RegExp(`channel=${number}`).test(location.hash), channel);
    const entries = await page.evaluate(() => history.length);
    await page.waitForTimeout(1500);
    expect(await page.evaluate(() => history.length)).toBe(entries); // Back leads to the image before
    await page.getByRole('button', { name: 'Stop blinking' }).click();
    await page.getByRole('button', { name: 'Blink', exact: true }).waitFor();
    await page.waitForTimeout(600);
    const stopped = await page.evaluate(() => location.hash);
    await page.waitForTimeout(1300);
    expect(await page.evaluate(() => location.hash)).toBe(stopped);
    await page.getByRole('button', { name: 'Clear the selection' }).click();
    expect(await page.locator('.selection').isVisible()).toBe(false);
  }));

  it('is resized by dragging and by keys, and remembers it', () => on('#image=night/FIELD_3.fits', async (page) => {
    const splitter = page.getByRole('separator', { name: 'Width of the list' });
    const width = async () => (await page.locator('.panel-images').boundingBox())?.width ?? 0;
    const before = await width();
    const box = await splitter.boundingBox();
    if (!box) throw new Error('The splitter is not in sight.');
    await page.mouse.move(box.x + 4, 400);
    await page.mouse.down();
    await page.mouse.move(box.x + 304, 400, { steps: 4 });
    await page.mouse.up();
    expect(Math.abs((await width()) - before - 300)).toBeLessThan(3);
    await page.keyboard.press('ArrowLeft');
    expect(Math.abs((await width()) - before - 276)).toBeLessThan(3);
    expect(await row(page, 'FIELD_2.fits').first().locator('.fact-instrument').isVisible()).toBe(true);
    await page.reload();
    await page.waitForTimeout(300);
    expect(Math.abs((await width()) - before - 276)).toBeLessThan(3);
    await splitter.dblclick();
    expect(Math.abs((await width()) - before)).toBeLessThan(3);
  }));

  it('is hidden where there is one image alone', async () => {
    const { page, close } = await browser.open('');
    await page.route(/\/api\/images\?/, async (route) => {
      const listing = await (await route.fetch()).json();
      await route.fulfill({ json: { ...listing, total: 1, folders: [], images: listing.images.slice(0, 1) } });
    });
    await page.reload();
    await settled(page);
    expect(await page.locator('.panel-images').isVisible()).toBe(false);
    await page.keyboard.press('b');
    expect(await page.locator('.panel-images').isVisible()).toBe(true);
    await close();
  });

  it.each([[1440, 900], [1024, 600], [390, 844]])('has no faults that axe finds at %i × %i', (width, height) => on('#image=night/FIELD_150.fits', async (page) => {
    await settled(page);
    if (width < 821) await page.keyboard.press('b');
    await row(page, 'FIELD_150.fits').click({ modifiers: ['Control'] });
    await row(page, 'FIELD_149.fits').click({ modifiers: ['Control'] });
    await page.waitForTimeout(300);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => /** @type {any} */ (window).axe.run());
    expect(violations.map((/** @type {any} */ violation) => `${violation.id}: ${violation.nodes[0].html}`)).toEqual([]);
    if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/mock-${width}.png` });
  }, { viewport: { width, height } }));
});
