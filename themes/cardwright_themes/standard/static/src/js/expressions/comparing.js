// Comparing two values as the server does: two-valued, texts by code point, moments with days by their local day.
import { compare as compareExact, Exact } from "./exact.js";
import { Day, dayOf, Moment, Period, Time } from "./moments.js";

/** A record of some entity, as a link to any entity holds it. */
export class Ref {
  constructor(entity, id) {
    this.entity = entity;
    this.id = id;
  }
}

/** Without differences of case and width. */
export const fold = (text) => text.normalize("NFKC").toLowerCase();

export const isEmpty = (value) => value === null || value === undefined;

/** By code point: what needs two units of UTC-16 comes behind all that needs one. */
export function compareTexts(left, right) {
  const least = Math.min(left.length, right.length);
  for (let index = 0; index < least; index += 1) {
    const [one, two] = [left.charCodeAt(index), right.charCodeAt(index)];
    if (one !== two) return rank(one) - rank(two);
  }
  return left.length - right.length;
}

const rank = (unit) => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

const numbers = (left, right) => (left < right ? -1 : Number(left > right));

/** Negative, zero or positive; null for values of different kinds. */
export function compare(left, right, zone) {
  if (typeof left === "string" && typeof right === "string") return compareTexts(left, right);
  if (left instanceof Exact && right instanceof Exact) return compareExact(left, right);
  if (typeof left === "boolean" && typeof right === "boolean") return numbers(left, right);
  if (left instanceof Time && right instanceof Time) return numbers(left.micros, right.micros);
  if (left instanceof Moment && right instanceof Moment) return numbers(left.micros, right.micros);
  const days = [dayOf(left, zone), dayOf(right, zone)];
  return days[0] && days[1] ? numbers(days[0].number, days[1].number) : null;
}

export function areEqual(left, right, zone) {
  if (isEmpty(left) || isEmpty(right)) return isEmpty(left) && isEmpty(right);
  if (left instanceof Ref || right instanceof Ref) return areSame(left, right);
  if (Array.isArray(left) && Array.isArray(right)) return left.length === right.length && left.every((each, index) => areEqual(each, right[index], zone));
  return compare(left, right, zone) === 0;
}

/** A reference beside a bare id: the checker made sure that they are of one entity. */
function areSame(left, right) {
  if (left instanceof Ref && right instanceof Ref) return left.entity === right.entity && left.id === right.id;
  const [ref, id] = left instanceof Ref ? [left, right] : [right, left];
  return id instanceof Exact && compareExact(new Exact(BigInt(ref.id)), id) === 0;
}

const ORDERS = { "<": (found) => found < 0, "<=": (found) => found <= 0, ">": (found) => found > 0, ">=": (found) => found >= 0 };

/** Whether left stands before, at or behind right; never with an empty side. */
export function areOrdered(operator, left, right, zone) {
  if (isEmpty(left) || isEmpty(right)) return false;
  const found = compare(left, right, zone);
  return found !== null && ORDERS[operator](found);
}

/** Whether a value equals an item, is among its values, or lies in its period. */
export function isMember(value, item, zone) {
  if (isEmpty(value) || isEmpty(item)) return false;
  if (item instanceof Period) return lies(value, item, zone);
  if (Array.isArray(item)) return item.some((each) => !isEmpty(each) && areEqual(value, each, zone));
  return areEqual(value, item, zone);
}

function lies(value, { first, last }, zone) {
  const day = value instanceof Day || value instanceof Moment ? dayOf(value, zone) : null;
  return day !== null && first.number <= day.number && day.number <= last.number;
}
