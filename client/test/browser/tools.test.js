// What lies over the picture: the coordinate grid, and what is measured.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { skyDistance } from '../../src/tools/distance.js';
import { IMAGES, plane, tanOf } from '../mock/sky.js';
import { tanToSky } from '../support/tan.js';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

const FIELD = /** @type {import('../mock/sky.js').MockImage} */ (IMAGES.find(({ id }) => id === 'field.fits'));
const FLAT = /** @type {import('../mock/sky.js').MockImage} */ (IMAGES.find(({ id }) => id === 'flat.fits'));

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

  it('draws straight lines of the grid straight', () => on('#image=field.fits', async (page) => {
    await page.keyboard.press('r');
    const path = await page.locator('.grid-line').getAttribute('d') ?? '';
    const numbers = (/** @type {string} */ text) => text.split(/[L\s]+/).filter(Boolean).map(Number);
    const slopes = path.split('M').filter(Boolean).map(numbers)
      .map(([x1, y1, x2, y2]) => ({ across: Math.abs(x2 - x1), down: Math.abs(y2 - y1), slope: (y2 - y1) / (x2 - x1) }))
      .filter(({ across, down }) => across > 8 && across > down)
      .map(({ slope }) => slope).sort((a, b) => a - b);
    // In a field of a quarter of a degree, parallels bend by less than a hundredth.
    expect(slopes.length).toBeGreaterThan(100);
    expect(slopes[slopes.length - 1] - slopes[0]).toBeLessThan(0.01);
  }));

  /** Drag across the map, in screen pixels from its middle. @param {import('playwright-core').Page} page @param {number[]} from @param {number[]} to */
  async function drag(page, from, to) {
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await page.locator('.map').boundingBox());
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x + from[0], y + from[1]);
    await page.mouse.down();
    await page.mouse.move(x + to[0] / 2, y + to[1] / 2);
    await page.mouse.move(x + to[0], y + to[1]);
    await page.mouse.up();
  }

  it('measures a line, in the sky and along its pixels', () => on('#image=field.fits&center=700,500&zoom=1', async (page) => {
    await page.keyboard.press('m');
    const before = await page.evaluate(() => location.hash);
    const asked = page.waitForRequest(/\/profile\?/);
    await drag(page, [-100, 0], [100, 150]);
    const query = new URL((await asked).url()).searchParams;
    const ends = ['x1', 'y1', 'x2', 'y2'].map((key) => Number(query.get(key)));
    expect(ends.map(Math.round)).toEqual([650, 500, 750, 575]); // two screen pixels for one
    await page.locator('.plot canvas').waitFor();
    const [a, b] = [tanToSky(tanOf(FIELD), ends[0], ends[1]), tanToSky(tanOf(FIELD), ends[2], ends[3])];
    const { distance, angle } = skyDistance(a, b);
    const summary = (await page.locator('.measure-summary').textContent()) ?? '';
    const [, told, unit, toldAngle, pixels] = /^([\d.]+)([″′°]) · position angle ([\d.]+)° · ([\d.]+) pixels$/.exec(summary) ?? [];
    expect(Number(told) / { '″': 3600, '′': 60, '°': 1 }[/** @type {'°'} */ (unit)]).toBeCloseTo(distance, 6);
    expect(Number(toldAngle)).toBeCloseTo(angle, 1);
    expect(Number(pixels)).toBeCloseTo(125, 1);
    await page.waitForTimeout(500);
    expect(await page.evaluate(() => location.hash)).toBe(before); // the map stayed where it was
    const csv = decodeURIComponent(((await page.getByRole('link', { name: 'Save as CSV' }).getAttribute('href')) ?? '').replace(/^[^,]*,/, ''));
    expect(csv.split('\n')[0]).toBe('Distance,g,r,i');
    expect(csv.trim().split('\n').length).toBe(127);
    await page.keyboard.press('m');
    expect(await page.locator('.mark-line').count()).toBe(0);
    await drag(page, [0, 0], [80, 0]);
    await page.waitForFunction(() => Number(/center=([\d.]+)/.exec(location.hash)?.[1]) < 690); // drags move the map again
  }));

  it('measures a box, by keys as well', () => on('#image=flat.fits&zoom=2', async (page) => {
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Box' }).click();
    await drag(page, [-40, -40], [40, 60]);
    const cells = page.locator('.measure-table td');
    await cells.first().waitFor();
    const flat = plane(FLAT, 1, 1)[0];
    expect(Number(await cells.first().textContent())).toBeCloseTo(flat, 3);
    await page.locator('.map').focus();
    await page.keyboard.press('Enter');
    await page.keyboard.press('ArrowRight');
    await page.waitForTimeout(500);
    await page.keyboard.press('Enter');
    await cells.first().waitFor();
    expect(await page.locator('.measure-summary').textContent()).toMatch(/^3[01] × 1 pixels/); // 120 screen pixels
  }));

  it('offers the FITS file of what is shown', () => on('#image=time/sequence.fits&view=frame=3;stretch=log', async (page) => {
    await page.keyboard.press('l');
    const address = await page.getByRole('link', { name: 'FITS file' }).getAttribute('href');
    expect(address).toBe(`${browser.base}api/images/time%2Fsequence.fits/fits?frame=3`);
  }));

  it('shows the spectrum of a pixel', () => on('#image=cube/lines.fits&zoom=3', async (page) => {
    await page.keyboard.press('m');
    await page.getByRole('button', { name: 'Spectrum' }).click();
    await drag(page, [5, 5], [5, 5]);
    await page.locator('.plot canvas').hover({ position: { x: 1, y: 30 } });
    await page.waitForFunction(() => /^1\.42 GHz · [\d.]+ adu$/.test(document.querySelector('.plot-readout')?.textContent ?? ''));
  }));

  it('measures under a finger, which then does not leave the page', async () => {
    const opened = await browser.open('#image=field.fits', { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
    const { page } = opened;
    await settled(page);
    await page.getByRole('button', { name: 'Measure (M)' }).tap();
    const session = await page.context().newCDPSession(page);
    const touch = (/** @type {any} */ type, /** @type {number[][]} */ ...points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points.map(([x, y]) => ({ x, y })) });
    await touch('touchStart', [100, 500]);
    for (let x = 120; x <= 300; x += 20) await touch('touchMove', [x, 510]);
    await touch('touchEnd');
    await page.locator('.plot canvas').waitFor();
    await page.waitForTimeout(1000);
    expect(page.url()).toContain('field.fits');
    await opened.close();
  });
});
