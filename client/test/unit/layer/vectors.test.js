// The viewer's tables against the table of values and levels that the server's tests read, too.

import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawBands, drawLupton, drawSum } from '../../../src/layer/loops.js';
import { FINE, FINE_LEVELS, fillLevels, fillPlaces, luptonCurve, placesOf, rgbOf } from '../../../src/layer/tables.js';
import { CODES, valuesOf } from '../../../src/view/samples.js';
import { CODE_STEP, planeOf } from '../../support/vectors.js';

const VECTORS = JSON.parse(readFileSync(new URL('../../../../tests/render/tone_vectors.json', import.meta.url), 'utf8'));
const GRAYS = Uint16Array.from({ length: 256 }, (_, level) => level);

/** @param {any} case_ */
const curveOf = ({ stretch, parameter, gamma, contrast, bias }) => ({ stretch: { name: stretch, parameter }, gamma, contrast, bias });
/** @param {any} case_ */
const title = ({ stretch, parameter, gamma, contrast, bias, limits }) => [stretch, parameter, gamma, contrast, bias, limits].join(' ');
/** @param {number[]} limits */
const limitsOf = ([vmin, vmax]) => ({ vmin, vmax });

describe('levels by code', () => {
  for (const one of VECTORS.single) {
    it(`are those of astropy: ${title(one)}`, () => {
      const plane = planeOf(one.values);
      const limits = limitsOf(one.limits);
      const table = new Uint16Array(CODES);
      fillLevels(table, GRAYS, plane, limits, placesOf(curveOf(one), 255)(plane, limits));
      const worst = one.values.map((/** @type {number} */ _, /** @type {number} */ k) => Math.abs(table[2 + k * CODE_STEP] - one.levels[k]));
      expect(Math.max(...worst)).toBeLessThan(1.51);
    });
  }

  it('treat infinities as values beyond the limits, and missing pixels as the lower limit', () => {
    const plane = planeOf(Array.from({ length: 44 }, (_, k) => k));
    for (const [limits, ends] of [[{ vmin: 10, vmax: 20 }, [0, 0, 255]], [{ vmin: 20, vmax: 10 }, [0, 255, 0]]]) {
      const table = new Uint16Array(CODES);
      const curve = { stretch: { name: 'linear', parameter: null }, gamma: 1, contrast: 1, bias: 0.5 };
      fillLevels(table, GRAYS, plane, /** @type {any} */ (limits), placesOf(curve, 255)(plane, /** @type {any} */ (limits)));
      expect([table[0], table[1], table[CODES - 1]]).toEqual(ends);
    }
  });
});

describe('mixes', () => {
  for (const one of VECTORS.mix) {
    it(`are those of the server: ${[one.stretch, one.parameter, one.colors, one.saturation, one.invert].join(' ')}`, () => {
      const planes = one.planes.map(planeOf);
      const size = one.planes[0].length;
      const codes = Uint16Array.from(one.planes.flatMap((/** @type {number[]} */ values, /** @type {number} */ k) => values.map((value) => 2 + CODE_STEP * planes[k].knots.indexOf(value))));
      const target = { pixels: new Uint32Array(size), columns: size, rows: 1, stride: 1, missing: 0 };
      const weights = (/** @type {number} */ unit) => Float64Array.from(one.colors.flatMap((/** @type {string} */ color) => rgbOf(color).map((part) => (part / 255) * unit)));
      const curve = curveOf(one);
      if (one.stretch === 'lupton') {
        const tables = new Float32Array(3 * CODES);
        const values = new Float64Array(CODES);
        planes.forEach((/** @type {any} */ plane, /** @type {number} */ k) => {
          valuesOf(plane.knots, values);
          fillPlaces(tables.subarray(k * CODES, (k + 1) * CODES), values, limitsOf(one.limits[k]));
        });
        drawLupton(target, codes, tables, weights(1), luptonCurve(curve), one);
      } else {
        const tables = new Uint16Array(3 * CODES);
        planes.forEach((/** @type {any} */ plane, /** @type {number} */ k) => {
          const limits = limitsOf(one.limits[k]);
          fillLevels(tables.subarray(k * CODES, (k + 1) * CODES), FINE, plane, limits, placesOf(curve, FINE_LEVELS - 1)(plane, limits));
        });
        drawSum(target, codes, tables, weights(255 / (FINE_LEVELS - 1)), one);
      }
      const bytes = new Uint8Array(target.pixels.buffer);
      one.rgb.forEach((/** @type {number[]} */ rgb, /** @type {number} */ at) => rgb.forEach((part, band) => {
        expect(Math.abs(bytes[4 * at + band] - part), `value ${at}, band ${band}`).toBeLessThan(1.51);
      }));
    });
  }

  it('show pixels that are missing in all planes in their color', () => {
    const target = { pixels: new Uint32Array(2), columns: 2, rows: 1, stride: 1, missing: 0xff102030 };
    const tables = new Uint32Array(3 * CODES);
    drawBands(target, Uint16Array.of(0, 5, 0, 0, 0, 0), tables);
    expect([...target.pixels]).toEqual([0xff102030, 0xff000000]);
    drawSum(target, Uint16Array.of(0, 5, 0, 0, 0, 0), new Uint16Array(3 * CODES), new Float64Array(9), { saturation: 1, invert: false });
    expect([...target.pixels]).toEqual([0xff102030, 0xff000000]);
  });
});
