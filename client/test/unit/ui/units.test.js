import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { formatUnit, parseUnit } from '../../../src/ui/units.js';

/** What headers have and what is shown; tests/pixels/axes/test_shown_units.py compares the meanings by astropy. @type {[string, string][]} */
const SHOWN = JSON.parse(readFileSync(new URL('../../../../tests/pixels/axes/units.json', import.meta.url), 'utf8'));

describe('units', () => {
  it.each(SHOWN)('shows %s as %s', (text, shown) => {
    expect(formatUnit(text)).toBe(shown);
  });

  it.each(['Relative flux', 'counts per second', 'mag(AB)', 'N/A', 'n/a', 'deg_C', 'foo bar(', '1e-3', 'ergs per cm2', 'm**', 'm**x', '(m', '10**(1/2) m', 'm**(1/0)', '<b>Jy</b>', 'unitless', 'Jy//s'])(
    'leaves %s as it is', (text) => { expect(formatUnit(text)).toBe(text); },
  );

  it('reads numbers before units that the standard does not allow', () => {
    expect(formatUnit('1E-17 erg/s/cm^2')).toBe('10⁻¹⁷ erg s⁻¹ cm⁻²');
    expect(formatUnit('2.5e-3 Jy')).toBe('2.5 × 10⁻³ Jy');
    expect(formatUnit('10.0 mJy/beam')).toBe('10 mJy beam⁻¹');
  });

  it('shows units of surveys that the standard does not list', () => {
    expect(formatUnit('nanomaggy/arcsec^2')).toBe('nanomaggy arcsec⁻²');
    expect(formatUnit('10^-17 erg/s/cm^2/Ang')).toBe('10⁻¹⁷ erg s⁻¹ cm⁻² Ang⁻¹');
    expect(formatUnit('dex(cm/s2)')).toBe('dex(cm s⁻²)');
  });

  it('shows nothing where there is no unit', () => {
    expect([formatUnit(null), formatUnit(undefined), formatUnit('  ')]).toEqual(['', '', '']);
    expect(parseUnit('')).toBe(null);
  });

  it('takes long nonsense in no time', () => {
    const start = performance.now();
    formatUnit('('.repeat(5000));
    formatUnit('m/'.repeat(5000));
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
