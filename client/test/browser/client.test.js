import { createRequire } from 'node:module';
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasChromium, isMock, look, pictures, settled, startBrowser } from './support.js';

const FIELD = process.env.CELESTILE_IMAGE ?? 'field.fits';
const HASH = `#image=${encodeURIComponent(FIELD)}`;

describe.skipIf(!hasChromium)('the page', () => {
  /** @type {Awaited<ReturnType<typeof startBrowser>>} */
  let browser;
  beforeAll(async () => { browser = await startBrowser(); });
  afterAll(() => browser.close());

  /** @param {string} hash @param {(page: import('playwright-core').Page, opened: Awaited<ReturnType<typeof browser.open>>) => Promise<void>} act @param {any} [options] */
  async function on(hash, act, options) {
    const opened = await browser.open(hash, options);
    try {
      await settled(opened.page);
      await act(opened.page, opened);
      expect(opened.complaints).toEqual([]);
      expect(opened.outside).toEqual([]);
    } finally {
      await opened.close();
    }
  }

  it('shows a picture, and another when a control is moved', () => on(HASH, async (page) => {
    const before = await look(page);
    expect(before.colors).toBeGreaterThan(20);
    await page.getByLabel('Gamma', { exact: true }).fill('900');
    await page.waitForFunction(() => /gamma=/.test(location.hash));
    await settled(page);
    const after = await look(page);
    expect(after.mean).toBeGreaterThan(before.mean * 1.1);
    expect((await pictures(page)).every((url) => /gamma=/.test(url))).toBe(true);
  }));

  it('takes back a number that makes no sense', () => on(HASH, async (page) => {
    const field = page.getByLabel('Contrast, number');
    for (const nonsense of ['-5', 'high', '']) {
      await field.fill(nonsense);
      await field.press('Enter');
      await page.waitForFunction(() => !/contrast/.test(location.hash));
      expect(await field.inputValue()).toBe('1');
    }
    await field.fill('7.5');
    await field.press('Enter');
    await page.waitForFunction(() => /contrast=7\.5/.test(location.hash));
  }));

  it('names the chips of a contact sheet', () => on(HASH, async (page) => {
    await page.route(/\/api\/images\/[^/?]+(\?|$)/, async (route) => {
      const metadata = await (await route.fetch()).json();
      const chips = ['ccd1', '<b>ccd2</b>'].map((name, index) => (
        { name, selector: String(index), region: [100 * index, 0, 90, 80], problem: null }));
      await route.fulfill({ json: { ...metadata, chips, arrangement: 'contact sheet', notes: [] } });
    });
    await page.reload();
    await settled(page);
    expect(await page.locator('.chip-name').allTextContents()).toEqual(['ccd1', '<b>ccd2</b>']);
    await page.getByLabel('Chip names').uncheck();
    expect(await page.locator('.chip-name').count()).toBe(0);
  }));

  it('hides and shows the flags of a quality plane', () => on(HASH, async (page) => {
    const flags = {
      kind: 'bits', items: ['BAD', '<b>SAT</b>', 'CR', 'EDGE'].map((name, number) => (
        { number, name, description: '', color: '12ab34', seen: number !== 3 })),
    };
    await page.route(/\/api\/images\/[^/?]+(\?|$)/, async (route) => {
      const metadata = await (await route.fetch()).json();
      const bits = new URL(route.request().url()).searchParams.get('bits');
      const shown = { ...metadata.shown, mix: [], bits: bits === 'off' ? null : [0, 1, 2, 3] };
      await route.fulfill({ json: { ...metadata, flags, shown } });
    });
    await page.reload();
    await settled(page);
    const legend = page.locator('[data-section=flags]');
    expect(await legend.locator('.flag-name').allTextContents()).toEqual(['BAD', '<b>SAT</b>', 'CR']);
    expect(await page.locator('[data-section=limits]').isHidden()).toBe(true);
    await legend.getByLabel('CR').uncheck();
    await page.waitForFunction(() => /bits=0-1,3/.test(decodeURIComponent(location.hash)));
    await legend.getByLabel('CR').check();
    await page.waitForFunction(() => !/bits/.test(location.hash));
    await legend.getByRole('button', { name: '1 more' }).click();
    expect(await legend.locator('.flag-name').count()).toBe(4);
    await legend.getByRole('button', { name: 'Numbers' }).click();
    await page.waitForFunction(() => /bits=off/.test(location.hash));
    await page.locator('[data-section=limits]').waitFor({ state: 'visible' });
    await settled(page);
    await page.unrouteAll({ behavior: 'wait' });
  }));

  it('offers the mosaic of a color camera as it is', () => on(HASH, async (page) => {
    await page.route(/\/api\/images\/[^/?]+(\?|$)/, async (route) => {
      const metadata = await (await route.fetch()).json();
      const cfa = new URL(route.request().url()).searchParams.get('cfa') ?? 'grbg';
      await route.fulfill({ json: { ...metadata, cfa, cfaDefault: 'grbg' } });
    });
    await page.reload();
    await settled(page);
    const mosaic = page.getByLabel('Mosaic');
    expect(await mosaic.inputValue()).toBe('grbg');
    await mosaic.selectOption('none');
    await page.waitForFunction(() => /cfa=none/.test(decodeURIComponent(location.hash)));
    await settled(page);
    expect((await pictures(page)).every((url) => /cfa=none/.test(decodeURIComponent(url)))).toBe(true);
    await page.getByLabel('Mosaic').selectOption('grbg');
    await page.waitForFunction(() => !/cfa/.test(location.hash));
    await settled(page);
    await page.unrouteAll({ behavior: 'wait' });
  }));

  it('asks the server for the sky where the grid makes no claim', () => on(HASH, async (page) => {
    await page.route(/\/api\/images\/[^/?]+(\?|$)/, async (route) => {
      const metadata = await (await route.fetch()).json();
      const grids = metadata.sky.grids.map((/** @type {any} */ grid) => (
        { ...grid, valid: grid.valid.replaceAll('1', '0') }));
      await route.fulfill({ json: { ...metadata, sky: { ...metadata.sky, frame: 'icrs', grids } } });
    });
    const place = { lon: 150, lat: -45, frame: 'icrs', reason: null };
    await page.route(/\/world\?/, (route) => route.fulfill({ json: place }));
    await page.reload();
    await settled(page);
    await page.mouse.move(400, 300);
    await page.waitForFunction(() => /^10:00:00\S* {2}−45:00:00/.test(document.querySelector('.readout-sky')?.textContent ?? ''));
    Object.assign(place, { lon: null, lat: null, reason: 'outside' });
    await page.mouse.move(410, 310);
    await page.waitForFunction(() => document.querySelector('.readout-sky')?.textContent === 'no sky position');
  }));

  it('shows nothing where an image cannot be opened', async () => {
    const opened = await browser.open(HASH);
    try {
      await settled(opened.page);
      await opened.page.evaluate(() => { location.hash = '#image=nowhere.fits'; });
      await opened.page.getByRole('alert').getByText('nowhere.fits').waitFor();
      expect(await opened.page.locator('.leaflet-tile img').count()).toBe(0);
    } finally {
      await opened.close();
    }
  });

  it('never blanks while it is drawn anew', () => on(HASH, async (page) => {
    await page.evaluate(() => {
      const state = /** @type {any} */ (window);
      state.blanks = 0;
      new MutationObserver(() => {
        for (const tile of document.querySelectorAll('.leaflet-tile-loaded')) {
          const image = tile.querySelector('img');
          if (!image || !image.complete || !image.naturalWidth) state.blanks += 1;
        }
      }).observe(document.querySelector('.map') ?? document.body, { childList: true, subtree: true, attributes: true });
    });
    const slider = page.getByLabel('Contrast', { exact: true });
    for (let value = 200; value < 800; value += 40) {
      await slider.evaluate((input, text) => {
        /** @type {HTMLInputElement} */ (input).value = text;
        input.dispatchEvent(new Event('input'));
      }, String(value));
      await page.waitForTimeout(25);
    }
    await slider.dispatchEvent('change');
    await settled(page);
    expect(await page.evaluate(() => /** @type {any} */ (window).blanks)).toBe(0);
    const last = /contrast=[\d.]+/.exec(await page.evaluate(() => location.hash))?.[0] ?? '?';
    expect((await pictures(page)).every((url) => url.includes(last))).toBe(true);
  }));

  it('is the same picture where its address is pasted', () => on(HASH, async (page) => {
    await page.getByLabel('Function').selectOption('sqrt');
    await page.getByRole('button', { name: /Zoom in/ }).click();
    await page.waitForTimeout(600);
    await page.mouse.move(700, 450);
    await page.mouse.down();
    await page.mouse.move(620, 380, { steps: 4 });
    await page.mouse.up();
    await page.waitForTimeout(900);
    await settled(page);
    const hash = await page.evaluate(() => location.hash);
    const seen = (await pictures(page)).sort();
    const other = await browser.open(hash);
    await settled(other.page);
    const there = new Set(await pictures(other.page));
    // Beyond the window the one that was dragged about may hold more.
    expect([...there].every((url) => seen.includes(url))).toBe(true);
    expect(await other.page.evaluate(() => location.hash)).toBe(hash);
    await other.close();
  }));

  it('goes back and forward', () => on(HASH, async (page) => {
    await page.getByLabel('Function').selectOption('log');
    await page.waitForTimeout(500);
    await page.goBack();
    await page.waitForFunction(() => !/stretch/.test(location.hash));
    await settled(page);
    expect((await pictures(page)).some((url) => /stretch=/.test(url))).toBe(false);
    await page.goForward();
    await settled(page);
    expect((await pictures(page)).every((url) => /stretch=log/.test(url))).toBe(true);
    expect(await page.getByLabel('Function').inputValue()).toBe('log');
  }));

  it('undoes and redoes', () => on(HASH, async (page) => {
    await page.locator('.map').focus();
    await page.keyboard.press('i');
    await page.waitForFunction(() => /invert=1/.test(location.hash));
    await page.keyboard.press('Control+z');
    await page.waitForFunction(() => !/invert=1/.test(location.hash));
    await page.keyboard.press('Control+Shift+z');
    await page.waitForFunction(() => /invert=1/.test(location.hash));
    await page.keyboard.press('a');
    await page.waitForFunction(() => !/view=/.test(location.hash));
  }));

  it('has limits that can be dragged and moved by keys', () => on(HASH, async (page) => {
    const handle = page.getByRole('slider', { name: 'Lower limit' });
    await handle.waitFor();
    const before = Number(await handle.getAttribute('aria-valuenow'));
    await handle.focus();
    for (let step = 0; step < 5; step += 1) await page.keyboard.press('ArrowRight');
    await page.waitForFunction(() => /limits=/.test(location.hash));
    const after = Number(await handle.getAttribute('aria-valuenow'));
    expect(after).toBeGreaterThan(before);
    const upper = page.getByRole('slider', { name: 'Upper limit' });
    const box = /** @type {{x: number, y: number, width: number, height: number}} */ (await upper.boundingBox());
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 8);
    await page.mouse.down();
    await page.mouse.move(box.x - 30, box.y + box.height - 8, { steps: 5 });
    await page.mouse.up();
    await settled(page);
    expect(Number(await upper.getAttribute('aria-valuenow'))).toBeGreaterThan(after);
    expect(await page.getByLabel('Rule').inputValue()).toBe('manual');
    await page.getByLabel('Rule').selectOption('zscale');
    await page.waitForFunction(() => /limits=([\d]+:)?zscale/.test(location.hash));
  }));

  it('is used without a mouse, and axe finds nothing wrong', () => on(HASH, async (page) => {
    const axe = createRequire(import.meta.url).resolve('axe-core/axe.min.js');
    await page.evaluate(await readFile(axe, 'utf8'));
    const found = await page.evaluate(() => /** @type {any} */ (window).axe.run(document, {
      runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'],
    }));
    expect(found.violations.map((/** @type {any} */ v) => `${v.id}: ${v.nodes.map((/** @type {any} */ n) => n.html).join(' | ')}`)).toEqual([]);
    for (const [key, title] of [['?', 'Keys'], ['g', 'Search'], ['h', 'Header'], ['l', 'Share']]) {
      await page.locator('.map').focus();
      await page.keyboard.press(key);
      const dialog = page.getByRole('dialog', { name: title });
      await dialog.waitFor();
      await page.evaluate(() => new Promise(requestAnimationFrame));
      const inside = await page.evaluate(() => /** @type {any} */ (window).axe.run('dialog'));
      expect(inside.violations.map((/** @type {any} */ v) => `${title} ${v.id}: ${v.nodes[0].html}`)).toEqual([]);
      await page.keyboard.press('Escape');
      await dialog.waitFor({ state: 'detached' });
    }
  }));

  it('fits a phone', () => on(HASH, async (page) => {
    await page.getByRole('button', { name: 'Controls (S)' }).tap();
    const stage = await page.locator('.stage').boundingBox();
    const panel = await page.locator('.panel-controls').boundingBox();
    expect(Number(stage?.height)).toBeGreaterThan(200);
    expect(Number(stage?.y) + Number(stage?.height)).toBeLessThanOrEqual(Number(panel?.y));
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
    const small = await page.$$eval('button', (buttons) => buttons.filter((button) => {
      const { width, height } = button.getBoundingClientRect();
      return width > 0 && (width < 24 || height < 24);
    }).map((button) => button.outerHTML));
    expect(small).toEqual([]);
  }, { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 }));

  describe.runIf(isMock)('with the mock server', () => {
    it('reads out pixel, value and sky', () => on('#image=cube/lines.fits&zoom=3', async (page) => {
      const box = await page.locator('.map').boundingBox();
      // The map's middle is that of the image, 30.5, 23.5: pixel 31, 24 from the bottom.
      await page.mouse.move(Number(box?.x) + Number(box?.width) / 2 + 1, Number(box?.y) + Number(box?.height) / 2 + 1);
      await page.waitForTimeout(400);
      expect(await page.locator('.readout-pixel').textContent()).toBe('31, 24');
      expect(await page.locator('.readout-data').textContent()).toMatch(/^\d+(\.\d+)? adu$/);
      expect(await page.locator('.readout-sky').textContent()).toMatch(/^12:30:49\.4\d+ {2}\+12:23:2[78]\.\d+$/);
      await page.keyboard.press('c');
      expect(await page.locator('.readout-sky').textContent()).toMatch(/^187\.70\d{3}° {2}\+12\.39\d{3}°$/);
      await page.keyboard.press('c');
      expect(await page.locator('.readout-sky').textContent()).toMatch(/^283\.77\d{3}° {2}\+74\.49\d{3}°$/);
    }));

    it.each([-0.75, -0.25, 0.5, 1.25])('has no seams at zoom %f', (zoom) => on(`#image=flat.fits&zoom=${zoom}`, async (page) => {
      // The middle of a picture of one color, in which several tiles meet.
      const clip = { x: 500, y: 300, width: 400, height: 400 };
      expect(await page.locator('.leaflet-tile').count()).toBeGreaterThan(3);
      expect((await look(page, clip)).spread).toBeLessThanOrEqual(1);
    }));

    it('says so where there is no image at all', async () => {
      const { page, complaints, close } = await browser.open('#image=flat.fits');
      await page.route(/\/api\/images\?/, (route) => route.fulfill({ json: { total: 0, offset: 0, folders: [], images: [], headers: { read: 0, wanted: 0 } } }));
      await page.route(/\/api$/, async (route) => route.fulfill({ json: { ...await (await route.fetch()).json(), start: null } }));
      await page.goto(browser.base);
      await page.reload();
      await page.getByText('There is no FITS file in this folder yet.').waitFor();
      expect(complaints).toEqual([]);
      await close();
    });

    it('shows all of an image where an address leads beside it', () => on('#image=field.fits&center=90000,90000&zoom=1', async (page) => {
      await page.waitForFunction(() => /center=765\.5,491\.5/.test(location.hash));
      expect((await pictures(page)).length).toBeGreaterThan(0);
    }));

    it('undoes a default of the operator', () => on('#image=plate.fits', async (page) => {
      const negative = page.getByLabel('Negative');
      const gamma = page.getByLabel('Gamma, number');
      expect(await negative.isChecked()).toBe(true);
      expect(await gamma.inputValue()).toBe('2');
      const before = await look(page);
      await negative.uncheck();
      await page.waitForFunction(() => /view=invert=0(&|$)/.test(location.hash));
      await settled(page);
      expect((await pictures(page)).every((url) => url.includes('plate.fits;invert=0/'))).toBe(true);
      expect((await look(page)).mean).toBeLessThan(before.mean / 2);
      await gamma.fill('1');
      await gamma.press('Enter');
      await page.waitForFunction(() => /view=gamma=1;invert=0(&|$)/.test(location.hash));
      await page.waitForTimeout(500); // the server has answered
      expect([await negative.isChecked(), await gamma.inputValue()]).toEqual([false, '1']);
      const other = await browser.open(await page.evaluate(() => location.hash));
      await settled(other.page);
      expect((await pictures(other.page)).sort()).toEqual((await pictures(page)).sort());
      await other.close();
      await page.getByLabel('Gamma', { exact: true }).dblclick(); // back to the default, here the operator's
      await page.waitForFunction(() => /view=invert=0(&|$)/.test(location.hash));
      await page.waitForFunction(() => /** @type {HTMLInputElement | null} */ (document.querySelector('[aria-label="Gamma, number"]'))?.value === '2');
      await page.locator('.map').focus();
      await page.keyboard.press('Control+z');
      await page.waitForFunction(() => /gamma=1;invert=0/.test(location.hash));
      await page.keyboard.press('a');
      await page.waitForFunction(() => !/view=/.test(location.hash));
      await settled(page);
      expect(await negative.isChecked()).toBe(true);
    }));

    it('resets the parameter of a stretch to the automatic one', () => on('#image=field.fits', async (page) => {
      const softening = page.getByLabel('Parameter, number');
      const enter = async () => {
        await softening.fill('0.02');
        await softening.press('Enter');
        await page.waitForFunction(() => /stretch=asinh:0\.02/.test(location.hash));
        await page.getByRole('button', { name: 'Reset parameter' }).click();
      };
      await enter();
      await page.waitForFunction(() => !/view=/.test(location.hash));
      await page.getByLabel('Rule').selectOption('minmax'); // beside limits, the automatic stretch stays
      await enter();
      await page.waitForFunction(() => /limits=1:minmax/.test(location.hash) && !/stretch/.test(location.hash));
    }));

    it('shows the stretch in effect while a limit is dragged', () => on('#image=time/sequence.fits', async (page) => {
      const parameter = page.getByLabel('Parameter, number');
      const name = page.getByLabel('Function');
      const before = Number(await parameter.inputValue());
      await page.route('**/api/**', () => {}); // the server does not answer in time
      const handle = page.getByRole('slider', { name: 'Upper limit' });
      const box = await handle.boundingBox();
      if (!box) throw new Error('there is no handle');
      await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
      await page.mouse.down();
      await page.mouse.move(box.x + box.width / 2 - 60, box.y + box.height / 2, { steps: 4 });
      const [low, high] = await Promise.all(['Lower limit', 'Upper limit'].map((label) => page.getByRole('textbox', { name: label }).inputValue()));
      expect(Number(high)).toBeLessThan(400);
      // The softening keeps its size in the unit of the image: 0.1 of the range from 96 to 400.
      expect(Number(await parameter.inputValue())).toBeCloseTo((0.1 * 304) / (Number(high) - Number(low)), 3);
      expect(Number(await parameter.inputValue())).toBeGreaterThan(before);
      expect(await name.inputValue()).toBe('asinh');
      await page.mouse.up();
      expect(await page.evaluate(() => location.hash)).not.toMatch(/stretch/);
    }));

    it('takes hostile names for text', () => on(`#image=${encodeURIComponent('<svg onmouseover=alert(1)>.fits')}`, async (page) => {
      expect(await page.locator('h1').textContent()).toBe('<svg onmouseover=alert(1)>.fits');
      expect(await page.locator('h1 svg, .image-list svg[onmouseover]').count()).toBe(0);
    }));

    it('plays its frames as tiles where it cannot draw samples', () => on('?live=off#image=time/sequence.fits', async (page) => {
      await page.getByRole('button', { name: 'Play' }).click();
      /** @type {Set<string>} */
      const frames = new Set();
      for (let look_ = 0; look_ < 40; look_ += 1) {
        const shown = new Set((await pictures(page)).map((url) => /frame=\d+/.exec(url)?.[0] ?? 'frame=1'));
        expect(shown.size).toBe(1); // all tiles change together
        frames.add([...shown][0]);
        await page.waitForTimeout(60);
      }
      expect(frames.size).toBeGreaterThan(3);
      await page.getByRole('button', { name: 'Pause' }).click();
      await page.waitForTimeout(700);
      expect(await page.evaluate(() => location.hash)).toMatch(/frame=\d/);
    }));

    it('plays and pauses with the space bar, also while a slider has the focus', () => on('#image=time/sequence.fits', async (page) => {
      await page.locator('.map').focus();
      await page.keyboard.press(' ');
      await page.getByRole('button', { name: 'Pause' }).waitFor();
      await page.getByLabel('Speed').focus();
      await page.keyboard.press(' ');
      await page.getByRole('button', { name: 'Play' }).waitFor();
    }));

    it('changes the Stokes parameter and keeps the channel', () => on('#image=cube/lines.fits&view=channel=7;limits=0,9', async (page) => {
      await page.getByRole('button', { name: 'PA', exact: true }).click();
      await page.waitForFunction(() => /stokes=PA;channel=7(&|$)/.test(location.hash));
      expect(await page.getByRole('button', { name: 'PA', exact: true }).getAttribute('aria-pressed')).toBe('true');
      await page.getByLabel('Channel number').fill('8');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => /stokes=PA;channel=8(&|$)/.test(location.hash));
      await page.locator('.map').focus();
      await page.keyboard.press('q');
      await page.waitForFunction(() => /stokes=I;channel=8(&|$)/.test(location.hash));
      await page.keyboard.press('Shift+Q');
      await page.waitForFunction(() => /stokes=PA;channel=8(&|$)/.test(location.hash));
      expect(await page.locator('.readout').textContent()).toContain('Stokes PA · 1.4207 GHz');
    }));

    it('has no Stokes parameters of other images', () => on('#image=field.fits', async (page) => {
      await page.getByText('Channels', { exact: true }).waitFor();
      expect(await page.getByText('Polarization', { exact: true }).isVisible()).toBe(false);
    }));

    it('mixes channels in other colors', () => on('#image=field.fits', async (page) => {
      await page.getByLabel('Show g', { exact: true }).uncheck();
      await page.waitForFunction(() => /mix=2:00ff00,3:ff0000/.test(location.hash));
      await page.getByLabel('Color of i', { exact: true }).fill('#ff8800');
      await page.waitForFunction(() => /mix=2:00ff00,3:ff8800/.test(location.hash));
      await page.getByRole('button', { name: 'Single' }).click();
      await page.waitForFunction(() => /channel=2/.test(location.hash) && !/mix/.test(location.hash));
    }));

    it('says what went wrong, and goes on', async () => {
      const opened = await browser.open('#image=nowhere.fits');
      await opened.page.getByRole('alert').getByText('There is no image nowhere.fits.').waitFor();
      await opened.page.locator('.image-row', { hasText: 'field.fits' }).click();
      await settled(opened.page);
      expect(await opened.page.locator('.message-error').count()).toBe(0);
      await opened.close();
    });

    it('goes to places that are typed', () => on('#image=field.fits&zoom=1', async (page) => {
      await page.locator('.map').focus();
      await page.keyboard.press('g');
      await page.getByRole('combobox', { name: 'Search' }).fill('100, 883 px');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => /center=99\.5,100\.5/.test(location.hash));
      await page.keyboard.press('/');
      await page.getByRole('combobox', { name: 'Search' }).fill('12:30:49.416 +12:23:27.96');
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => /center=765\.\d+,491\.\d+/.test(location.hash));
      await page.keyboard.press('g');
      await page.getByRole('combobox', { name: 'Search' }).fill('nowhere at all');
      await page.keyboard.press('Enter');
      await page.getByText('Nothing has this name').waitFor();
      await page.keyboard.press('Escape');
    }));
  });
});
