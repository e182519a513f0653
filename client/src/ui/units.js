// Units as the field writes them: "10**(-20)*erg/s/cm**2/Angstrom" is shown as
// "10⁻²⁰ erg s⁻¹ cm⁻² Å⁻¹". The grammar is that of FITS 4.0, section 4.3; a text that it does not
// describe is shown as it is.

/** A unit and its power, a fraction. @typedef {{unit: string, power: Power}} Factor */
/** Numerator and denominator, which is positive. @typedef {readonly [number, number]} Power */
/** Powers of the parts of a product, and the factor before it: its number and its power of ten. @typedef {{number: number, ten: number, factors: Factor[]}} Product */

/** Symbols of units that take prefixes, and of those that do not (FITS 4.0, tables 3 to 6; and common ones). */
const PREFIXED = new Set(('m g s rad sr K A mol cd Hz J W V N Pa C Ohm S F Wb T H lm lx eV Ry arcsec mas uas yr a pc lyr Jy G barn R D '
  + 'mag erg Angstrom bin beam pix pixel vox voxel count ct photon ph electron adu DN au AU bit byte B').split(' '));
const BARE = new Set(('deg arcmin min h d solMass solLum solRad u chan dex ADU e maggy nanomaggy nanomaggies').split(' '));
const PREFIX = /^(da|[yzafpnumcdhkMGTPEZY])(?=.)/;

/** Symbols of the field that FITS cannot write. @type {Record<string, string>} */
const SYMBOLS = { Angstrom: 'Å', angstrom: 'Å', Ohm: 'Ω', solMass: 'M☉', solLum: 'L☉', solRad: 'R☉', electron: 'e⁻', um: 'µm', us: 'µs', uJy: 'µJy', uas: 'µas' };
const FUNCTIONS = new Set(['log', 'ln', 'exp', 'sqrt', 'dex', 'mag']);

/** Longer texts are no units. */
const LONGEST = 200;

const TOKEN = /\s*(\*\*|[*^/.()]|[+-]?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|[A-Za-z%µÅ]+|$)/y;

class Unreadable extends Error {}

/** @param {number} a @param {number} b @returns {number} */
const divisor = (a, b) => (b ? divisor(b, a % b) : Math.abs(a));

/** @param {number} top @param {number} bottom @returns {Power} */
function fraction(top, bottom) {
  if (!Number.isInteger(top) || !Number.isInteger(bottom) || !bottom) throw new Unreadable();
  const common = divisor(top, bottom) * Math.sign(bottom) || 1;
  return [top / common, bottom / common];
}

/** @param {number} decimal @returns {Power} */
function asFraction(decimal) {
  const places = String(decimal).split('.')[1]?.length ?? 0;
  return fraction(Math.round(decimal * 10 ** places), 10 ** places);
}

/** Whether a word is a unit of the standard or a common one, with a prefix or without. @param {string} word */
export function isUnit(word) {
  return PREFIXED.has(word) || BARE.has(word) || PREFIXED.has(word.replace(PREFIX, ''));
}

/** @param {string} text */
function tokens(text) {
  /** @type {{text: string, spaced: boolean}[]} */
  const found = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < text.length) {
    const start = TOKEN.lastIndex;
    const [all, token] = TOKEN.exec(text) ?? [];
    if (all === undefined || token === undefined) throw new Unreadable();
    if (token) found.push({ text: token, spaced: all.length > token.length && start > 0 });
    else break;
  }
  return found;
}

/**
 * Product that a unit describes, or null where it follows another grammar. The solidus divides by the
 * next unit only, so that "erg/s/cm**2" and "erg/s cm**-2" are the same.
 * @param {string} text @returns {Product | null}
 */
export function parseUnit(text) {
  try {
    const parser = new Parser(tokens(text));
    const product = parser.product();
    if (!parser.isAtEnd || !product.factors.length) return null;
    return { ...product, factors: gathered(product.factors) };
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}

class Parser {
  /** @param {{text: string, spaced: boolean}[]} list */
  constructor(list) {
    this._list = list;
    this._at = 0;
  }

  get isAtEnd() {
    return this._at >= this._list.length;
  }

  get _next() {
    return this._list[this._at]?.text ?? '';
  }

  /** @param {string} token */
  _take(token) {
    if (this._next !== token) return false;
    this._at += 1;
    return true;
  }

  /** @returns {Product} */
  product() {
    let result = this._division() ? scaled(this._term(), [-1, 1]) : this._term();
    while (!this.isAtEnd && this._next !== ')') {
      const isDivided = this._division();
      if (!isDivided) this._take('*') || this._take('.');
      const term = this._term();
      result = joined(result, isDivided ? scaled(term, [-1, 1]) : term);
    }
    return result;
  }

  _division() {
    return this._take('/');
  }

  /** @returns {Product} */
  _term() {
    if (this._take('(')) {
      const inner = this.product();
      if (!this._take(')')) throw new Unreadable();
      return scaled(inner, this._power());
    }
    const word = this._next;
    this._at += 1;
    if (/^[+-]?\d/.test(word)) return this._number(word);
    if (!/^[A-Za-z%µÅ]/.test(word)) throw new Unreadable();
    if (FUNCTIONS.has(word) && this._next === '(') return this._function(word);
    return { number: 1, ten: 0, factors: [{ unit: word, power: this._power() }] };
  }

  /** A factor: 10**k, 10^k, 10k with a sign, or a decimal number. @param {string} word @returns {Product} */
  _number(word) {
    if (word === '10' && (this._next === '**' || this._next === '^' || /^[+-]/.test(this._next))) {
      const [top, bottom] = this._power();
      if (bottom !== 1) throw new Unreadable();
      return { number: 1, ten: top, factors: [] };
    }
    const [mantissa, exponent] = Number(word).toExponential().split('e').map(Number);
    if (!(mantissa > 0)) throw new Unreadable();
    return Math.abs(exponent) < 4 && !/e/i.test(word) ? { number: Number(word), ten: 0, factors: [] } : { number: mantissa, ten: exponent, factors: [] };
  }

  /** @param {string} name @returns {Product} */
  _function(name) {
    this._take('(');
    const inner = this.product();
    if (!this._take(')')) throw new Unreadable();
    if (name === 'sqrt') return scaled(inner, [1, 2]);
    return { number: 1, ten: 0, factors: [{ unit: `${name}(${formatProduct(inner)})`, power: this._power() }] };
  }

  /** Power behind a unit: **n, ^n or n, where n is an integer, or in parentheses a decimal or a ratio. @returns {Power} */
  _power() {
    const isMarked = this._take('**') || this._take('^');
    const token = this._list[this._at];
    if (token?.text === '(' && (isMarked || this._isRatioAhead)) {
      this._at += 1;
      const top = this._signed();
      const power = this._take('/') ? fraction(top, this._signed()) : asFraction(top);
      if (!this._take(')')) throw new Unreadable();
      return power;
    }
    // "m2" is a square metre, "m 2" is not a unit.
    if (token && /^[+-]?\d+(\.\d+)?$/.test(token.text) && (isMarked || !token.spaced)) {
      this._at += 1;
      return asFraction(Number(token.text));
    }
    if (isMarked) throw new Unreadable();
    return [1, 1];
  }

  /** Whether a power in parentheses follows a unit immediately, as in "m(3/2)". */
  get _isRatioAhead() {
    return /^\([+-]?[\d.]+(\/[\d.]+)?\)/.test(this._list.slice(this._at, this._at + 5).map((token) => (token.spaced ? ' ' : '') + token.text).join(''));
  }

  _signed() {
    const value = Number(this._next || NaN);
    this._at += 1;
    if (!Number.isFinite(value)) throw new Unreadable();
    return value;
  }
}

/** @param {Product} product @param {Power} power @returns {Product} */
function scaled({ number, ten, factors }, [top, bottom]) {
  const [tenth, rest] = fraction(ten * top, bottom);
  if (rest !== 1) throw new Unreadable();
  return {
    number: number === 1 ? 1 : number ** (top / bottom),
    ten: tenth,
    factors: factors.map(({ unit, power }) => ({ unit, power: fraction(power[0] * top, power[1] * bottom) })),
  };
}

/** @param {Product} one @param {Product} other @returns {Product} */
function joined(one, other) {
  return { number: one.number * other.number, ten: one.ten + other.ten, factors: [...one.factors, ...other.factors] };
}

/** Each unit once, in the order written; those that cancel are left out, unless nothing remains. @param {Factor[]} factors */
function gathered(factors) {
  /** @type {Map<string, Power>} */
  const powers = new Map();
  for (const { unit, power } of factors) {
    const [top, bottom] = powers.get(unit) ?? [0, 1];
    powers.set(unit, fraction(top * power[1] + power[0] * bottom, bottom * power[1]));
  }
  const left = [...powers].filter(([, [top]]) => top !== 0).map(([unit, power]) => ({ unit, power }));
  return left.length ? left : factors;
}

const RAISED = /** @type {Record<string, string>} */ ({ '-': '⁻', '/': 'ᐟ', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' });

/** @param {Power} power */
function raised([top, bottom]) {
  if (top === 1 && bottom === 1) return '';
  return [...(bottom === 1 ? String(top) : `${top}/${bottom}`)].map((sign) => RAISED[sign]).join('');
}

/** @param {string} unit */
function symbol(unit) {
  return SYMBOLS[unit] ?? unit.replace(/^u(?=[A-Za-z])/, (prefix) => (PREFIXED.has(unit.slice(1)) ? 'µ' : prefix));
}

/** @param {Product} product */
function formatProduct({ number, ten, factors }) {
  const power = ten ? `10${raised([ten, 1])}` : '';
  const amount = number === 1 ? power : [Number(number.toPrecision(6)), power].filter(Boolean).join(' × ');
  return [amount, ...factors.map(({ unit, power: exponent }) => `${symbol(unit)}${raised(exponent)}`)].filter(Boolean).join(' ');
}

/**
 * A unit as it is shown. Words beside each other are a remark rather than a product of units unless
 * each of them is a unit.
 * @param {string | null | undefined} text
 */
export function formatUnit(text) {
  const given = (text ?? '').trim();
  if (given.length > LONGEST || /^n\/?a$/i.test(given)) return given;
  const product = parseUnit(given);
  if (!product) return given;
  const words = product.factors.filter(({ unit }) => !unit.includes('('));
  const unknown = words.filter(({ unit }) => !isUnit(unit)).length;
  const isRemark = unknown > 1 || (unknown === 1 && words.length > 1 && /[A-Za-z]\s+[A-Za-z]/.test(given));
  return isRemark ? given : formatProduct(product);
}
