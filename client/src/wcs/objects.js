// The list of objects: names as people write them, found whole or by their beginning.

/** @typedef {import('../types').SkyPosition} SkyPosition */
/** @typedef {[string, number, number, number]} Row names joined by |, right ascension and declination (ICRS, degrees), size (arcmin) or 0 */
/** @typedef {{names: string[], position: SkyPosition, size: number, isExact: boolean}} SkyObject size in arcsec */

/** A name without spaces, case, leading zeros, and marks. @param {string} name */
export function plainName(name) {
  return name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase()
    .replace(/^messier\s*/, 'm').replace(/[\s_'’.-]+/g, '')
    .replace(/(?<=[a-z])0+(?=\d)/g, '');
}

/** Parts of names that the header writes in addition: "NGC 1365 (center)", "M51_V_60s". @param {string} name */
export function catalogName(name) {
  return /^\s*(?:(?:messier|m|ngc|ic)[\s_-]*0*\d+)(?![\d])/i.exec(name)?.[0] ?? name;
}

export class ObjectList {
  /** @param {Row[]} rows */
  constructor(rows) {
    this._rows = rows;
    /** Names and their rows, in the order of the list. @type {[string, number][]} */
    this._names = rows.flatMap(([names], row) => names.split('|').map((name) => /** @type {[string, number]} */ ([plainName(name), row])));
  }

  /**
   * Objects of this name, then those whose name begins so, the shortest names first.
   * @param {string} text @param {number} [most]
   * @returns {SkyObject[]}
   */
  find(text, most = 6) {
    const wanted = plainName(text);
    if (!wanted || !/\p{L}/u.test(wanted)) return [];
    const found = this._names.filter(([name]) => name.startsWith(wanted));
    // M 1 before M 10, and NGC 1 before NGC 1000.
    found.sort(([a], [b]) => a.length - b.length);
    const rows = new Map(found.map(([name, row]) => [row, name === wanted]));
    for (const [name, row] of found) if (name === wanted) rows.set(row, true);
    return [...rows].slice(0, most).map(([row, isExact]) => {
      const [names, lon, lat, size] = this._rows[row];
      return { names: names.split('|'), position: { lon, lat }, size: size * 60, isExact };
    });
  }
}
