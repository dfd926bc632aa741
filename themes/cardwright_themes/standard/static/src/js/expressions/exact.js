// Exact decimals: whole numbers of a power of ten, so that arithmetic is the server's to the last digit.
const QUOTIENT_SCALE = 12;
const DIVIDEND_SCALE = 40;
const LEAST_PLACES = -20;
const MOST_PLACES = 40;
const NUMBER = /^ *(-?)(\d{1,18})(?:\.(\d{1,18}))? *$/;
const WRITTEN = /^(-?)(\d+)(?:\.(\d+))?$/;

/** units / 10^scale. */
export class Exact {
  constructor(units, scale = 0) {
    this.units = units;
    this.scale = scale;
  }
}

const power = (places) => 10n ** BigInt(places);
const at = (value, scale) => value.units * power(scale - value.scale);

export const whole = (number) => new Exact(BigInt(number));
export const ZERO = new Exact(0n);

/** What is written with digits alone, however many. */
export function read(text) {
  return fromParts(WRITTEN.exec(text));
}

/** What a text of the user means: at most 18 digits before and behind the point; null for what is no number. */
export function parse(text) {
  return fromParts(NUMBER.exec(text));
}

function fromParts(found) {
  if (!found) return null;
  const [, sign, digits, fraction = ""] = found;
  const units = BigInt(digits + fraction);
  return new Exact(sign ? -units : units, fraction.length);
}

/** Without needless zeros: the one spelling of a value. */
export function write(value) {
  const { units, scale } = value;
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, "");
  const shown = digits.slice(0, digits.length - scale) + (scale && fraction ? `.${fraction}` : "");
  return units < 0n ? `-${shown}` : shown;
}

export function compare(left, right) {
  const scale = Math.max(left.scale, right.scale);
  const [one, two] = [at(left, scale), at(right, scale)];
  return one < two ? -1 : Number(one > two);
}

export const negate = ({ units, scale }) => new Exact(-units, scale);
export const abs = (value) => (value.units < 0n ? negate(value) : value);
export const sign = ({ units }) => whole(units < 0n ? -1 : Number(units > 0n));

export function add(left, right) {
  const scale = Math.max(left.scale, right.scale);
  return new Exact(at(left, scale) + at(right, scale), scale);
}

export const subtract = (left, right) => add(left, negate(right));
export const multiply = (left, right) => new Exact(left.units * right.units, left.scale + right.scale);

/** Rounded half up to twelve decimals; null for a division by zero. */
export function divide(left, right) {
  if (!right.units) return null;
  const above = round(left, DIVIDEND_SCALE);
  const units = quotient(above.units * power(QUOTIENT_SCALE + right.scale), right.units * power(above.scale), halfUp);
  return new Exact(units, QUOTIENT_SCALE);
}

/** What is left of a division, with the sign of the dividend. */
export function remainder(left, right) {
  if (!right.units) return null;
  const scale = Math.max(left.scale, right.scale);
  return new Exact(at(left, scale) % at(right, scale), scale);
}

// How a quotient with a rest becomes whole: told its sign, and twice the rest against the divisor.
const halfUp = (negative, twice, divisor) => twice >= divisor;
const down = () => false;
const floor = (negative) => negative;
const ceiling = (negative) => !negative;
const MODES = { "half up": halfUp, down, floor, ceiling };

function quotient(above, below, mode) {
  const negative = above < 0n !== below < 0n;
  const [top, bottom] = [above < 0n ? -above : above, below < 0n ? -below : below];
  const [result, rest] = [top / bottom, top % bottom];
  const away = rest && mode(negative, 2n * rest, bottom) ? result + 1n : result;
  return negative ? -away : away;
}

/** To places behind the point, or before it where they are negative; half away from zero. */
export function round(value, places = 0, mode = "half up") {
  if (value.scale <= places) return value;
  const units = quotient(value.units, power(value.scale - places), MODES[mode]);
  return places < 0 ? new Exact(units * power(-places)) : new Exact(units, places);
}

/** The whole part as a number that a script counts with; beyond the limit just the limit. */
export function toCount(value, limit) {
  const found = truncated(value);
  if (found > BigInt(limit)) return limit;
  return found < BigInt(-limit) ? -limit : Number(found);
}

export const truncated = ({ units, scale }) => units / power(scale);

/** How many places a rounding argument means. */
export const placesOf = (value) => Math.max(LEAST_PLACES, toCount(value, MOST_PLACES));

export const total = (values) => values.reduce(add, ZERO);
export const average = (values) => divide(total(values), whole(values.length));
