import { afterEach, describe, expect, it, vi } from 'vitest';
import { Api } from '../../src/api.js';
import { AUTOMATIC, parseView } from '../../src/view/view.js';

const BASE = 'http://server/sky/';

/** An API whose server substitutes slashes, and the addresses that it is asked for. @param {string | null} substitute */
function made(substitute) {
  /** @type {string[]} */
  const asked = [];
  vi.stubGlobal('fetch', async (/** @type {string} */ url) => {
    asked.push(url);
    return Response.json(url === `${BASE}api` ? { slash_substitute: substitute } : {});
  });
  return { api: new Api(BASE), asked };
}

afterEach(() => vi.unstubAllGlobals());

describe('images in folders', () => {
  it('are named with %2F where the server has no substitute', async () => {
    const { api, asked } = made(null);
    await api.metadata('a/b.fits', AUTOMATIC);
    expect(asked).toEqual([`${BASE}api`, `${BASE}api/images/a%2Fb.fits`]);
  });

  it('are named with the substitute of the server in all addresses', async () => {
    const { api, asked } = made('~~');
    const view = parseView('frame=3');
    await api.metadata('a/b/c.fits', view);
    await api.statistics('a/b/c.fits', view);
    await api.value('a/b/c.fits', view, 1, 2);
    expect(asked).toEqual([
      `${BASE}api`,
      `${BASE}api/images/a~~b~~c.fits?frame=3`,
      `${BASE}api/images/a~~b~~c.fits/statistics?frame=3`,
      `${BASE}api/images/a~~b~~c.fits/value?x=1&y=2&frame=3`,
    ]);
    expect(api.fits('a/b/c.fits', view)).toBe(`${BASE}api/images/a~~b~~c.fits/fits?frame=3`);
    expect(api.info('a/b/c.fits', 'frame=3')).toBe(`${BASE}iiif/3/a~~b~~c.fits;frame=3/info.json`);
    expect(api.picture('a/b/c.fits', '', 'full', 'max', 'png')).toBe(`${BASE}iiif/3/a~~b~~c.fits/full/max/0/default.png`);
  });

  it('may have a substitute that needs an escape, or means something to a pattern', async () => {
    for (const substitute of ['$&', '$1', ',', '@']) {
      const { api } = made(substitute);
      await api.metadata('a/b.fits', AUTOMATIC);
      const segment = api.info('a/b.fits', '').split('/').at(-2) ?? '';
      expect(decodeURIComponent(segment)).toBe(`a${substitute}b.fits`);
    }
  });

  it('wait for the answer that is on its way, and ask again after a failure', async () => {
    const { api, asked } = made('~~');
    const service = api.service();
    await Promise.all([api.metadata('a/b.fits', AUTOMATIC), service]);
    expect(asked).toEqual([`${BASE}api`, `${BASE}api/images/a~~b.fits`]);

    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('refused')));
    const other = new Api(BASE);
    await expect(other.metadata('a/b.fits', AUTOMATIC)).rejects.toMatchObject({ status: 0 });
    vi.stubGlobal('fetch', async (/** @type {string} */ url) => Response.json({ slash_substitute: '!', url }));
    await expect(other.metadata('a/b.fits', AUTOMATIC)).resolves.toMatchObject({ url: `${BASE}api/images/a!b.fits` });
  });
});

it('images outside folders do not wait for the description of the server', async () => {
  const { api, asked } = made('~~');
  await api.metadata('b.fits', AUTOMATIC);
  expect(asked).toEqual([`${BASE}api/images/b.fits`]);
});
