// Days, moments, times and spans as the server counts them: no floating seconds, months clipped, years 1 to 9999.
import { divide, Exact, multiply, toCount, truncated, whole } from "./exact.js";
import { isShownAgain, offsetAt, toUtc } from "./zones.js";

const MOST_SECONDS = 400_000_000_000;
const MOST_MONTHS = 120_000;
const LAST_DAY = 3_652_059; // 9999-12-31, counted from 0001-01-01 as 1
const EPOCH = 719_163; // 1970-01-01
const DAY = 86_400;
const MICROS = 1_000_000n;

/** A day, by its number since the first of the year 1. */
export class Day {
  constructor(number) {
    this.number = number;
  }
}

/** A moment, in microseconds since 1970 in UTC. */
export class Moment {
  constructor(micros) {
    this.micros = micros;
  }
}

/** A time of day, in microseconds. */
export class Time {
  constructor(micros) {
    this.micros = micros;
  }
}

/** A length of time in whole seconds. */
export class Span {
  constructor(seconds) {
    this.seconds = seconds;
  }
}

/** Days from first to last, both included. */
export class Period {
  constructor(first, last) {
    this.first = first;
    this.last = last;
  }
}

const isDay = (number) => number >= 1 && number <= LAST_DAY;
const dayOrNothing = (number) => (isDay(number) ? new Day(number) : null);
const isLeap = (year) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
export const daysIn = (year, month) => (month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31);
const BEFORE = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];

/** The number of a day that there is. */
export function numberOf(year, month, day) {
  const before = year - 1;
  const years = before * 365 + Math.floor(before / 4) - Math.floor(before / 100) + Math.floor(before / 400);
  return years + BEFORE[month - 1] + (month > 2 && isLeap(year) ? 1 : 0) + day;
}

/** [year, month, day] of a day's number. */
export function partsOf(number) {
  let year = Math.floor((number - 1) / 365.2425) + 1;
  while (numberOf(year, 1, 1) > number) year -= 1;
  while (numberOf(year + 1, 1, 1) <= number) year += 1;
  let month = 12;
  while (numberOf(year, month, 1) > number) month -= 1;
  return [year, month, number - numberOf(year, month, 1) + 1];
}

const padded = (number, width) => String(number).padStart(width, "0");

export function writeDay({ number }) {
  const [year, month, day] = partsOf(number);
  return `${padded(year, 4)}-${padded(month, 2)}-${padded(day, 2)}`;
}

export function readDay(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return found && makeDay(...found.slice(1).map(Number));
}

export function makeDay(year, month, day) {
  const exists = year >= 1 && year <= 9999 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month);
  return exists ? new Day(numberOf(year, month, day)) : null;
}

const floorDivide = (value, by) => (value - (((value % by) + by) % by)) / by;
const secondsOf = ({ micros }) => Number(floorDivide(micros, MICROS));

/** Seconds since 1970 as the clock on the wall shows them; null outside of the years 1 to 9999. */
function localSeconds(moment, zone) {
  const seconds = secondsOf(moment);
  const local = seconds + offsetAt(seconds, zone);
  return isDay(Math.floor(local / DAY) + EPOCH) ? local : null;
}

/** The day of a day, or the local day of a moment. */
export function dayOf(value, zone) {
  if (value instanceof Day) return value;
  if (!(value instanceof Moment)) return null;
  const local = localSeconds(value, zone);
  return local === null ? null : new Day(Math.floor(local / DAY) + EPOCH);
}

/** The hour and minute that the clock on the wall shows. */
export function clockOf(moment, zone) {
  const local = localSeconds(moment, zone);
  if (local === null) return null;
  const ofDay = ((local % DAY) + DAY) % DAY;
  return { hour: whole(Math.floor(ofDay / 3600)), minute: whole(Math.floor((ofDay % 3600) / 60)) };
}

const FIRST_MICROS = BigInt(1 - EPOCH) * BigInt(DAY) * MICROS;
const LAST_MICROS = BigInt(LAST_DAY + 1 - EPOCH) * BigInt(DAY) * MICROS - 1n;
const momentOrNothing = (micros) => (micros >= FIRST_MICROS && micros <= LAST_MICROS ? new Moment(micros) : null);

/** A span of whole seconds: days(1.5) is 129,600 of them. */
export function span(number, unit) {
  return new Span(toCount(multiply(number, whole(unit)), MOST_SECONDS));
}

/** Later by a span, a day by its whole days; null outside of the years 1 to 9999. */
export function shift(moment, { seconds }) {
  if (moment instanceof Day) return dayOrNothing(moment.number + Math.trunc(seconds / DAY));
  return momentOrNothing(moment.micros + BigInt(seconds) * MICROS);
}

/** end − start in days: whole for days, of twelve decimals for moments. */
export function daysBetween(start, end) {
  if (start instanceof Day) return whole(end.number - start.number);
  return divide(new Exact(end.micros - start.micros, 6), whole(DAY));
}

/** The same day some months later, the end of a shorter month. */
export function addMonths(moment, number, factor, zone) {
  const months = truncated(number) * BigInt(factor);
  if (months > MOST_MONTHS || months < -MOST_MONTHS) return null;
  if (moment instanceof Day) return dayMonthsLater(moment, Number(months));
  const local = localSeconds(moment, zone);
  if (local === null) return null;
  const day = dayMonthsLater(new Day(Math.floor(local / DAY) + EPOCH), Number(months));
  if (!day) return null;
  const clock = ((local % DAY) + DAY) % DAY;
  const second = secondsOf(moment);
  const later = toUtc((day.number - EPOCH) * DAY + clock, zone, isShownAgain(second, zone));
  return momentOrNothing(BigInt(later) * MICROS + (moment.micros - BigInt(second) * MICROS));
}

function dayMonthsLater({ number }, months) {
  const [year, month, day] = partsOf(number);
  const index = year * 12 + month - 1 + months;
  const [toYear, toMonth] = [Math.floor(index / 12), (((index % 12) + 12) % 12) + 1];
  if (toYear < 1 || toYear > 9999) return null;
  return new Day(numberOf(toYear, toMonth, Math.min(day, daysIn(toYear, toMonth))));
}

const UNITS = { week: "week", month: "month", quarter: "quarter", year: "year", 周: "week", 月: "month", 季度: "quarter", 季: "quarter", 年: "year" };
const MONTHS = { month: 1, quarter: 3, year: 12 };

export function startOf(name, { number }) {
  const unit = Object.hasOwn(UNITS, name) ? UNITS[name] : null;
  if (!unit) return null;
  const [year, month] = partsOf(number);
  if (unit === "week") return new Day(Math.max(1, number - ((number - 1) % 7)));
  if (unit === "month") return new Day(numberOf(year, month, 1));
  return new Day(numberOf(year, unit === "year" ? 1 : month - ((month - 1) % 3), 1));
}

export function endOf(name, day) {
  const first = startOf(name, day);
  if (!first) return null;
  if (UNITS[name] === "week") return new Day(Math.min(LAST_DAY, first.number + 6));
  const following = dayMonthsLater(first, MONTHS[UNITS[name]]);
  return new Day(following ? following.number - 1 : LAST_DAY);
}

export const today = (clock) => dayOf(clock.now, clock.zone);

/** What this_month() or last_n_days(7) means at a moment; counted ones include today. */
export function period(name, clock, number) {
  const day = today(clock);
  if (number) return counted(name, day, number, clock);
  const [which, unit] = name.split("_");
  let first = startOf(unit, day);
  if (which === "last") first = first.number > 1 ? startOf(unit, new Day(first.number - 1)) : null;
  if (which === "next") first = dayOrNothing(endOf(unit, day).number + 1);
  return first && new Period(first, endOf(unit, first));
}

function counted(name, day, number, clock) {
  const count = truncated(number);
  if (count <= 0n) return null;
  const backwards = name.startsWith("last");
  const signed = new Exact(backwards ? -count : count);
  const far = name.endsWith("days") ? shift(day, span(signed, DAY)) : addMonths(day, signed, 1, clock.zone);
  if (!far) return backwards ? new Period(new Day(1), day) : new Period(day, new Day(LAST_DAY));
  return backwards ? new Period(new Day(far.number + 1), day) : new Period(day, new Day(far.number - 1));
}
