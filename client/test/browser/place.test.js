// Finding places and knowing where one is: search, marks, the menu of a place, the overview, frames.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { transformation } from '../../src/wcs/systems.js';
import { IMAGES, plane, tanOf } from '../mock/sky.js';
import { tanToSky } from '../support/tan.js';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

const FIELD = /** @type {import('../mock/sky.js').MockImage} */ (IMAGES.find(({ id }) => id === 'field.fits'));

describe.runIf(hasChromium && isMock)('places', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /**
   * @param {string} hash @param {(page: import('playwright-core').Page) => Promise<void>} act
   * @param {import('playwright-core').BrowserContextOptions} [options]
   */
  async function on(hash, act, options) {
    const opened = await browser.open(hash, options);
    await settled(opened.page);
    await opened.page.locator('.map').focus();
    await act(opened.page);
    expect(opened.complaints).toEqual([]);
    await opened.close();
  }

  /** @param {import('playwright-core').Page} page */
  const center = async (page) => {
    await page.waitForTimeout(900);
    const [, x, y] = /center=([\d.-]+),([\d.-]+)/.exec(await page.evaluate(() => location.hash)) ?? [];
    return [Number(x), Number(y)];
  };

  /** @param {import('playwright-core').Page} page @param {string} text */
  async function search(page, text) {
    await page.keyboard.press('/');
    await page.getByRole('combobox', { name: 'Search' }).fill(text);
    await page.keyboard.press('Enter');
  }

  /** @param {import('playwright-core').Page} page */
  async function middle(page) {
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await page.locator('.map').boundingBox());
    return [box.x + box.width / 2, box.y + box.height / 2];
  }

  const at = tanToSky(tanOf(FIELD), 400, 300);
  const galactic = transformation({ frame: 'icrs' }, { frame: 'galactic' })?.(at) ?? at;
  const ecliptic = transformation({ frame: 'icrs' }, { frame: 'ecliptic' })?.(at) ?? at;
  const supergalactic = transformation({ frame: 'icrs' }, { frame: 'supergalactic' })?.(at) ?? at;
  const fk4 = transformation({ frame: 'icrs' }, { frame: 'fk4' })?.(at) ?? at;
  it.each([
    `${at.lon.toFixed(6)} +${at.lat.toFixed(6)}`,
    `l=${galactic.lon.toFixed(6)} b=${galactic.lat.toFixed(6)}`,
    `ecliptic ${ecliptic.lon.toFixed(6)} ${ecliptic.lat.toFixed(6)}`,
    `SGL ${supergalactic.lon.toFixed(6)} SGB ${supergalactic.lat.toFixed(6)}`,
    `${fk4.lon.toFixed(6)} ${fk4.lat.toFixed(6)} B1950`,
    `x=400.5 y=${FIELD.height - 300 + 0.5}`,
  ])('finds and marks %s', (text) => on('#image=field.fits', async (page) => {
    await search(page, text);
    await page.locator('.place-ring').waitFor({ timeout: 15000 });
    const [x, y] = await center(page);
    expect(Math.hypot(x - 400, y - 300)).toBeLessThan(0.1);
    expect(await page.evaluate(() => Number(/zoom=([\d.-]+)/.exec(location.hash)?.[1]))).toBeGreaterThanOrEqual(0);
    const ring = await page.locator('.place-ring').boundingBox();
    const [cx, cy] = await middle(page);
    expect(Math.hypot((ring?.x ?? 0) + (ring?.width ?? 0) / 2 - cx, (ring?.y ?? 0) + (ring?.height ?? 0) / 2 - cy)).toBeLessThan(3);
    await page.locator('.map').focus();
    await page.keyboard.press('Escape');
    expect(await page.locator('.place-mark').count()).toBe(0);
  }));

  it('finds objects of the list, and says when they are elsewhere', () => on('#image=field.fits', async (page) => {
    await search(page, 'messier 87'); // the mock's field
    await page.locator('.place-mark span', { hasText: 'M 87 · NGC 4486' }).waitFor({ timeout: 15000 });
    const [x, y] = await center(page);
    const found = tanToSky(tanOf(FIELD), x, y);
    expect(Math.abs(found.lon - 187.70593)).toBeLessThan(0.001); // NED: 12 30 49.42 +12 23 28.0
    expect(Math.abs(found.lat - 12.39112)).toBeLessThan(0.001);
    await page.locator('.map').focus();
    await search(page, 'Vega');
    await page.getByRole('alert').getByText('outside this image').waitFor();
    expect(await page.locator('.search-list li').first().textContent()).toContain('Vega');
  }));

  it('opens images by their names', () => on('#image=field.fits', async (page) => {
    await search(page, 'flat.f');
    await page.waitForFunction(() => location.hash.includes('image=flat.fits'));
  }));

  it('offers position, value and links by a right click that does not move', () => on('#image=field.fits&center=700,500&zoom=2', async (page) => {
    await page.evaluate(() => {
      /** @type {any} */ (window).copied = [];
      Object.defineProperty(navigator, 'clipboard', { value: { writeText: async (/** @type {string} */ text) => { /** @type {any} */ (window).copied.push(text); } } });
    });
    const copied = () => page.evaluate(() => /** @type {any} */ (window).copied.at(-1));
    const [x, y] = await middle(page);
    await page.mouse.move(x + 2, y + 2);
    await page.mouse.down({ button: 'right' });
    await page.mouse.move(x + 60, y + 30);
    await page.mouse.up({ button: 'right' });
    await page.waitForTimeout(200);
    expect(await page.locator('.menu').count()).toBe(0);
    /** @param {string | RegExp} name */
    const choose = async (name) => {
      await page.mouse.click(x + 2, y + 2, { button: 'right' });
      await page.getByRole('menuitem', { name }).click();
      await page.waitForTimeout(300);
    };
    await choose(/Copy FITS pixel/);
    expect(await copied()).toBe(`701, ${FIELD.height - 500}`);
    await choose(/Copy value/);
    const values = [1, 2, 3].map((channel) => plane(FIELD, channel, 1)[500 * FIELD.width + 700]);
    const told = [...(await copied()).matchAll(/: ([\d.]+) adu/g)].map(([, number]) => Number(number));
    expect(told.map((value, k) => Math.abs(value / values[k] - 1) < 1e-5)).toEqual(values.map(() => true));
    await choose(/Copy ICRS degrees/);
    const [lon, lat] = (await copied()).split(' ').map(Number);
    const expected = tanToSky(tanOf(FIELD), 700.5, 500.5);
    expect(Math.hypot(lon - expected.lon, lat - expected.lat)).toBeLessThan(2e-4);
    await choose(/Copy link to this place/);
    expect(await copied()).toMatch(/^http.*#image=field\.fits.*&center=700\.\d+,500\.\d+&zoom=2/);
    await choose(/picture around/);
    expect(await copied()).toMatch(/\/iiif\/3\/field\.fits[^/]*\/\d+,\d+,512,512\/max\/0\/default\.png$/);
    await choose(/Mark this place/);
    expect(await page.locator('.place-mark').count()).toBe(1);
    await page.mouse.click(x, y, { button: 'right' });
    await page.keyboard.press('Escape');
    expect(await page.locator('.menu').count()).toBe(0);
  }));

  it('opens the menu by a long press, and not by a drag of a finger', () => on('#image=field.fits', async (page) => {
    const session = await page.context().newCDPSession(page);
    const touch = (/** @type {any} */ type, /** @type {number[][]} */ ...points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
    const [x, y] = await middle(page);
    await touch('touchStart', [x, y]);
    for (let k = 1; k < 12; k += 1) {
      await touch('touchMove', [x + 6 * k, y]);
      await page.waitForTimeout(80);
    }
    await touch('touchEnd');
    expect(await page.locator('.menu').count()).toBe(0);
    await touch('touchStart', [x, y]);
    await page.waitForTimeout(900);
    await touch('touchEnd');
    await page.getByRole('menuitem', { name: 'Copy value' }).waitFor();
  }, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true }));

  it('shows the whole image while a part is in sight, and moves by it', () => on('#image=field.fits', async (page) => {
    const overview = page.getByRole('group', { name: 'Overview of the whole image' });
    await page.keyboard.press('0');
    await page.waitForTimeout(600);
    expect(await overview.isVisible()).toBe(false);
    for (let k = 0; k < 3; k += 1) {
      await page.keyboard.press('+');
      await page.waitForTimeout(600);
    }
    await overview.waitFor();
    await page.waitForTimeout(800);
    const frame = /** @type {{x: number, y: number, width: number, height: number}} */ (await page.locator('.overview-frame').boundingBox());
    expect(frame.width / frame.height).toBeCloseTo(FIELD.width / FIELD.height, 1);
    const [x, y] = await middle(page);
    await page.mouse.move(frame.x + frame.width / 2, frame.y + frame.height / 2);
    await page.mouse.down();
    await page.mouse.move(frame.x + frame.width * 0.25, frame.y + frame.height * 0.7);
    await page.mouse.up();
    const [cx, cy] = await center(page);
    expect(cx).toBeCloseTo(FIELD.width * 0.25, -1);
    expect(cy).toBeCloseTo(FIELD.height * 0.7, -1);
    const box = /** @type {typeof frame} */ (await page.locator('.overview-box').boundingBox());
    expect(Math.hypot(box.x + box.width / 2 - frame.x - frame.width * 0.25, box.y + box.height / 2 - frame.y - frame.height * 0.7)).toBeLessThan(3);
    expect(await page.$eval('.overview img', (image) => /** @type {HTMLImageElement} */ (image).naturalWidth)).toBeGreaterThan(100);
    await page.mouse.move(x, y);
    await page.locator('.map').focus();
    await page.keyboard.press('o');
    expect(await overview.isVisible()).toBe(false);
  }));

  it('has one choice of coordinates for readout, grid and compass', () => on('#image=field.fits', async (page) => {
    await page.keyboard.press('r');
    await page.getByRole('combobox', { name: 'Coordinates' }).selectOption({ label: 'Ecliptic' });
    const name = () => page.locator('.compass').getAttribute('aria-label');
    expect(await name()).toMatch(/^β is -?\d+° counterclockwise from up, λ is left of it$/);
    const [lon, lat] = ((await page.locator('.readout-sky').textContent()) ?? '').replace('−', '-').split(/\s+/).map(parseFloat);
    const middleOfField = tanToSky(tanOf(FIELD), FIELD.width / 2, FIELD.height / 2);
    const expected = transformation({ frame: 'icrs' }, { frame: 'ecliptic' })?.(middleOfField) ?? middleOfField;
    expect(Math.hypot(lon - expected.lon, lat - expected.lat)).toBeLessThan(1e-3);
    const labels = (await page.locator('.grid-label-lon').allTextContents()).map(parseFloat);
    expect(labels.length).toBeGreaterThan(1);
    for (const label of labels) expect(Math.abs(label - expected.lon)).toBeLessThan(1);
  }));

  it('shows the cross of the keys for a moment', () => on('#image=field.fits', async (page) => {
    const opacity = () => page.$eval('.crosshair', (element) => Number(getComputedStyle(element).opacity));
    expect(await opacity()).toBe(0);
    await page.keyboard.press('ArrowRight');
    expect(await opacity()).toBe(1);
    await page.waitForTimeout(3400);
    expect(await opacity()).toBe(0);
  }));
});
