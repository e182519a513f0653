import { describe, expect, it } from 'vitest';
import { EMPTY, formatAddress, parseAddress } from '../../../src/state/address.js';
import { encodeIdentifier } from '../../../src/view/identifier.js';
import { formatView, parseView } from '../../../src/view/view.js';

const STATES = [
  EMPTY,
  { ...EMPTY, image: 'image/m13.fits' },
  { ...EMPTY, image: 'a b/ü&view=x#?%41=.fits', zoom: 0 },
  { ...EMPTY, image: '<svg onmouseover=alert(1)>.fits', center: { x: -3.25, y: 0 }, zoom: -1.25 },
  {
    image: 'c.fits', view: parseView('frame=3;mix=1:ff0000,2:00ff00;limits=1:-1e-7,5~2:zscale'), center: { x: 1500.5, y: 20 },
    zoom: 4, sky: { lon: 10.684708, lat: -41.26875 },
  },
];

describe('addresses', () => {
  it.each(STATES)('hold the whole state: %j', (state) => {
    const { state: back, problems } = parseAddress(formatAddress(state));
    expect(problems).toEqual([]);
    expect({ ...back, view: formatView(back.view) }).toEqual({ ...state, view: formatView(state.view) });
  });

  it('are readable', () => {
    expect(formatAddress(STATES[4])).toBe(
      '#image=c.fits&view=frame=3;mix=1:ff0000,2:00ff00;limits=1:-1e-7,5~2:zscale'
      + '&center=1500.5,20&zoom=4&sky=10.684708,-41.26875',
    );
    expect(formatAddress(EMPTY)).toBe('');
  });

  it.each([
    ['#image=a.fits&view=gamma=fast', 'gamma=fast'],
    ['#image=a.fits&center=1', 'center=1'],
    ['#image=a.fits&center=,', 'center=,'],
    ['#image=a.fits&zoom=', 'zoom='],
    ['#image=a.fits&wat', 'wat'],
  ])('of which a part is wrong open the rest: %s', (hash, part) => {
    const { state, problems } = parseAddress(hash);
    expect(state).toEqual({ ...EMPTY, image: 'a.fits' });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(part);
  });

  it('survive a lone percent sign', () => {
    expect(parseAddress('#image=50%.fits').state.image).toBe('50%.fits');
  });
});

describe('identifiers', () => {
  // Names, and how the server joins them with a view.
  it.each([
    ['a/b.fits', 'a/b.fits'],
    ['a;b.fits', 'a;b.fits'],
    ['a;frame=3.fits', 'a%3Bframe=3.fits'],
    ['a%3Bb.fits', 'a%253Bb.fits'],
    ['50%.fits', '50%.fits'],
  ])('of %s are told apart from views', (name, joined) => {
    expect(decodeURIComponent(encodeIdentifier(name, ''))).toBe(joined);
    expect(decodeURIComponent(encodeIdentifier(name, 'frame=2'))).toBe(`${joined};frame=2`);
  });

  it('are one segment of a path', () => {
    const segment = encodeIdentifier('dir/<a> ?#.fits', 'hdu=SCI A,2;mix=1:ff0000,2:00ff00;limits=1:0,1~2:0,2');
    expect(segment).toBe('dir%2F%3Ca%3E%20%3F%23.fits;hdu=SCI%20A,2;mix=1:ff0000,2:00ff00;limits=1:0,1~2:0,2');
  });
});
