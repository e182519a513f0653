// Zooming: at no moment is there a hole where the image has pixels. The image is flat and larger than
// the window, so that every dark pixel on the screen is a hole.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, settled, startBrowser } from './support.js';

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').CDPSession} Session */

const WINDOW = { viewport: { width: 900, height: 600 }, hasTouch: true };
const [CLOSE, FAR] = ['#image=flat.fits&center=700,550&zoom=3', '#image=flat.fits&center=700,550&zoom=0'];

/** Percent of the map that is dark in a picture of the page. @param {Page} page @param {string} png base64 */
function darkShare(page, png) {
  return page.evaluate(async (data) => {
    const image = new Image();
    image.src = `data:image/png;base64,${data}`;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height);
    const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
    context.drawImage(image, 0, 0);
    const { left, top, width, height } = /** @type {Element} */ (document.querySelector('.map')).getBoundingClientRect();
    const { data: rgba } = context.getImageData(left + 1, top + 1, width - 2, height - 2);
    let dark = 0;
    for (let at = 0; at < rgba.length; at += 4) if (rgba[at + 1] < 40) dark += 1;
    return (400 * dark) / rgba.length;
  }, png);
}

/**
 * Every frame that the browser draws while something is done.
 * @param {Page} page @param {() => Promise<void>} action
 */
async function framesDuring(page, action) {
  const session = await page.context().newCDPSession(page);
  /** @type {string[]} */
  const frames = [];
  session.on('Page.screencastFrame', ({ data, sessionId }) => {
    frames.push(data);
    session.send('Page.screencastFrameAck', { sessionId }).catch(() => {});
  });
  await session.send('Page.startScreencast', { format: 'png' });
  await action();
  await page.waitForTimeout(900);
  await session.send('Page.stopScreencast');
  await session.detach();
  return frames;
}

/** Largest share of dark pixels in the middle of any frame. @param {Page} page @param {string[]} frames */
async function worst(page, frames) {
  let most = 0;
  for (const frame of frames) most = Math.max(most, await darkShare(page, frame));
  return most;
}

/** @param {Page} page @param {number} notches */
async function wheel(page, notches) {
  await page.mouse.move(450, 300);
  for (let step = 0; step < Math.abs(notches); step += 1) {
    await page.mouse.wheel(0, 100 * Math.sign(notches));
    await page.waitForTimeout(60);
  }
}

/** @param {Page} page @param {string} key */
async function press(page, key) {
  await page.locator('.leaflet-container').focus();
  for (let step = 0; step < 3; step += 1) {
    await page.keyboard.press(key);
    await page.waitForTimeout(60);
  }
}

/** Two fingers that move together. @param {Page} page */
async function pinch(page) {
  const session = await page.context().newCDPSession(page);
  /** @param {number} reach */
  const fingers = (reach) => [{ x: 450 - reach, y: 300, id: 0 }, { x: 450 + reach, y: 300, id: 1 }];
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(120) });
  for (let reach = 120; reach > 24; reach -= 6) {
    await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(reach) });
    await page.waitForTimeout(20);
  }
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
}

/** @type {[string, string, (page: Page) => Promise<void>][]} */
const GESTURES = [
  ['the wheel, outwards', CLOSE, (page) => wheel(page, 6)],
  ['the wheel, inwards', FAR, (page) => wheel(page, -6)],
  ['keys', CLOSE, (page) => press(page, '-')],
  ['two fingers', CLOSE, pinch],
  ['buttons', CLOSE, async (page) => { for (let k = 0; k < 3; k += 1) await page.getByRole('button', { name: 'Zoom out' }).click(); }],
];

describe.runIf(hasChromium && isMock)('zooming', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /**
   * @param {string} hash @param {number} latency ms; infinite for a server that is gone @param {(page: Page) => Promise<void>} gesture @param {string} [style]
   */
  async function holes(hash, latency, gesture, style) {
    const { page, close } = await browser.open(`${hash}&view=limits%3D0,400`, WINDOW);
    await settled(page);
    // What lies over the map would be dark as well.
    await page.addStyleTag({ content: `.stage > :not(.map) { opacity: 0; } ${style ?? ''}` });
    await page.waitForTimeout(300); // the first frame of the screencast is the last that was drawn
    await page.route(/\/iiif\/3\//, async (route) => {
      if (latency === Infinity) return route.abort();
      await new Promise((resolve) => { setTimeout(resolve, latency); });
      return route.continue().catch(() => {});
    });
    const frames = await framesDuring(page, () => gesture(page));
    expect(frames.length).toBeGreaterThan(3);
    const share = await worst(page, frames);
    await close();
    return share;
  }

  for (const latency of [0, 150]) {
    for (const [name, hash, gesture] of GESTURES) {
      it(`by ${name} leaves no hole, ${latency} ms from the server`, async () => {
        expect(await holes(hash, latency, gesture)).toBeLessThan(0.1);
      });
    }
  }

  it('leaves no hole while the server is gone', async () => {
    const [, hash, gesture] = GESTURES[0];
    expect(await holes(hash, Infinity, gesture)).toBeLessThan(0.1);
  });

  it('would show holes without the picture under the tiles', async () => {
    const [, hash, gesture] = GESTURES[0];
    expect(await holes(hash, 150, gesture, '.iiif-underlay { display: none; }')).toBeGreaterThan(5);
  });
});
