// Headers of mosaics and of files that cannot be shown; undo after playing.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

/** HDUs of a file as the server lists them. */
const HDUS = [
  { index: 0, name: 'PRIMARY', version: 1, kind: 'PRIMARY' },
  ...[1, 2, 3].map((index) => ({ index, name: `ccd${index}`, version: 1, kind: 'IMAGE' })),
  { index: 4, name: 'GTI', version: 1, kind: 'BINTABLE' },
];

/** @param {string} hdu */
const answer = (hdu) => ({
  hdu, hdus: HDUS, cards: [['EXTNAME', `${hdu} itself`, ''], ['GAIN', Number(hdu), 'e-/adu']],
  primary: hdu === '0' ? [] : [['EXTNAME', '0 itself', ''], ['TELESCOP', 'HST', '']],
});

describe.runIf(hasChromium && isMock)('the header', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** Keywords and titles of parts in sight. @param {import('playwright-core').Page} page */
  const rows = (page) => page.$$eval('.header-cards tbody tr', (found) => found.filter((row) => row.getClientRects().length).map((row) => [...row.children].slice(0, 2).map((cell) => cell.textContent).join(' ').trim()));

  it('of a mosaic is that of all its chips, with a choice', async () => {
    const { page, complaints, close } = await browser.open('#image=flat.fits');
    await page.route(/\/api\/images\/[^/?]+(\?|$)/, async (route) => {
      const metadata = await (await route.fetch()).json();
      const chips = [1, 2, 3].map((k) => ({ name: `ccd${k}`, selector: String(k), region: [100 * k, 0, 90, 80], problem: null }));
      await route.fulfill({ json: { ...metadata, chips, hdu: 'mosaic', arrangement: 'detector' } });
    });
    await page.route(/\/header(\?|$)/, (route) => {
      const hdu = new URL(route.request().url()).searchParams.get('hdu') ?? '1';
      return route.fulfill({ json: answer(hdu === 'mosaic' ? '1' : hdu) });
    });
    await page.reload();
    await settled(page);
    await page.locator('.map').focus();
    await page.keyboard.press('h');
    await page.getByRole('dialog', { name: 'Header · 5 HDUs' }).waitFor();
    const all = await rows(page);
    expect(all.filter((row) => /^EXTNAME/.test(row))).toEqual([0, 1, 2, 3, 4].map((k) => `EXTNAME ${k} itself`));
    expect(all.filter((row) => /^\d · /.test(row))).toEqual(['0 · PRIMARY', '1 · ccd1', '2 · ccd2', '3 · ccd3', '4 · GTI (table)']);
    const filter = page.getByLabel('Filter header cards');
    await filter.fill('gain 2');
    expect(await rows(page)).toEqual(['2 · ccd2', 'GAIN 2']);
    const choice = page.getByLabel('HDU', { exact: true }).last();
    expect(await choice.locator('optgroup').first().locator('option').allTextContents()).toEqual(['1 · ccd1', '2 · ccd2', '3 · ccd3']);
    await choice.selectOption('2');
    await page.getByRole('dialog', { name: 'Header · ccd2' }).waitFor();
    expect(await rows(page)).toEqual(['EXTNAME 2 itself', 'GAIN 2', 'Primary header', 'EXTNAME 0 itself', 'TELESCOP HST']);
    expect(complaints).toEqual([]);
    await close();
  });

  it('of a file that cannot be shown can be read', async () => {
    const { page, close } = await browser.open('#image=flat.fits');
    await page.route(/\/api\/images\/events\.fits(\?|$)/, (route) => route.fulfill({ status: 404, json: { error: 'the file holds no image', parameter: null } }));
    await page.route(/\/events\.fits\/header$/, (route) => route.fulfill({ json: answer('4') }));
    await settled(page);
    await page.evaluate(() => { location.hash = '#image=events.fits'; });
    await page.getByRole('alert').getByText('holds no image').waitFor();
    expect(await page.getByRole('button', { name: 'Share (L)' }).isDisabled()).toBe(true);
    await page.getByRole('button', { name: 'FITS header (H)' }).click();
    await page.getByRole('dialog', { name: 'Header · GTI' }).waitFor();
    expect((await rows(page))[0]).toBe('EXTNAME 4 itself');
    await close();
  });
});

describe.runIf(hasChromium && isMock)('undo after playing', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  it('undoes what was done last, and then the playing', async () => {
    const { page, close } = await browser.open('#image=time/sequence.fits');
    await settled(page);
    const frame = () => page.getByLabel('Frame number').inputValue();
    const negative = page.getByLabel('Negative');
    await page.locator('.map').focus();
    await page.keyboard.press(' ');
    await page.waitForFunction(() => Number(/** @type {HTMLInputElement} */ (document.querySelector('[aria-label="Frame number"]')).value) > 2);
    await page.keyboard.press(' ');
    await page.waitForTimeout(600);
    const stopped = await frame();
    expect(Number(stopped)).toBeGreaterThan(1);
    await page.keyboard.press('i');
    await page.waitForTimeout(400);
    await page.keyboard.press('Control+z');
    await page.waitForTimeout(400);
    expect([await frame(), await negative.isChecked()]).toEqual([stopped, false]);
    await page.keyboard.press('Control+z');
    await page.waitForTimeout(400);
    expect(await frame()).toBe('1');
    await close();
  });
});
