// The functions of the language, for arguments that are not empty; what they give may be.
import * as exact from "./exact.js";
import * as moments from "./moments.js";
import { compare } from "./comparing.js";

const MOST_COUNTED = 10_000_000;
const LONGEST = 1_000_000;
const SPANS = { minutes: 60, hours: 3_600, days: 86_400, weeks: 604_800 };
const BLANKS = /^[ \t\r\n\u00a0\u3000]+|[ \t\r\n\u00a0\u3000]+$/g;

/** As concat joins it: numbers without needless zeros, days as 2026-01-31. */
function spell(value) {
  if (value === null || value === undefined) return "";
  if (value instanceof exact.Exact) return exact.write(value);
  return value instanceof moments.Day ? moments.writeDay(value) : String(value);
}

const signs = (text) => [...text];
const lengthOf = (text) => signs(text).length;
const countOf = (number) => Math.max(0, exact.toCount(number, MOST_COUNTED));
const cut = (text, from, to) => signs(text).slice(from, to).join("");

const concat = (...parts) => parts.map(spell).join("") || null;

/** A text that would become longer than any is empty. */
function replace(text, old, fresh) {
  const pieces = text.split(old);
  const length = lengthOf(text) + (pieces.length - 1) * (lengthOf(fresh) - lengthOf(old));
  return length > LONGEST ? null : pieces.join(fresh) || null;
}

function extreme(wanted) {
  return (given, { zone }) => given.reduce((best, each) => (compare(each, best, zone) * wanted > 0 ? each : best));
}

const part = (index) => ([value], { zone }) => {
  const day = moments.dayOf(value, zone);
  return day && exact.whole(moments.partsOf(day.number)[index]);
};
const places = (given) => (given.length > 1 ? exact.placesOf(given[1]) : 0);
const aroundToday = (days) => (given, clock) => moments.shift(moments.today(clock), new moments.Span(days * 86_400));
const clocked = (name) => ([moment], { zone }) => moments.clockOf(moment, zone)?.[name] ?? null;
const months = (factor) => ([moment, number], { zone }) => moments.addMonths(moment, number, factor, zone);
const text = (give) => (given) => give(...given) || null;

function edge(find) {
  return ([unit, moment], clock) => {
    const day = moment === undefined ? moments.today(clock) : moments.dayOf(moment, clock.zone);
    return day && find(unit, day);
  };
}

function makeDate([...given]) {
  const [year, month, day] = given.map((each) => exact.toCount(each, 1_000_000));
  return moments.makeDay(year, month, day);
}

function days(given, { zone }) {
  const [start, end] = given.map((each) => moments.dayOf(each, zone));
  return start && end && moments.daysBetween(start, end);
}

const FUNCTIONS = {
  round: (given) => exact.round(given[0], places(given)),
  truncate: (given) => exact.round(given[0], places(given), "down"),
  floor: ([value]) => exact.round(value, 0, "floor"),
  ceiling: ([value]) => exact.round(value, 0, "ceiling"),
  abs: ([value]) => exact.abs(value),
  sign: ([value]) => exact.sign(value),
  mod: ([left, right]) => exact.remainder(left, right),
  average: (given) => exact.average(given),
  number: ([value]) => exact.parse(value),
  min: extreme(-1),
  max: extreme(1),
  length: ([value]) => exact.whole(lengthOf(value)),
  left: text((value, number) => cut(value, 0, countOf(number))),
  right: text((value, number) => (countOf(number) ? cut(value, -countOf(number)) : "")),
  middle: text((value, start, number) => cut(value, Math.max(1, countOf(start)) - 1, Math.max(1, countOf(start)) - 1 + countOf(number))),
  lower: text((value) => value.toLowerCase()),
  upper: text((value) => value.toUpperCase()),
  trim: text((value) => value.replace(BLANKS, "")),
  replace: (given) => replace(...given),
  today: aroundToday(0),
  yesterday: aroundToday(-1),
  tomorrow: aroundToday(1),
  now: (given, clock) => clock.now,
  year: part(0),
  month: part(1),
  day: part(2),
  quarter: ([value], { zone }) => {
    const day = moments.dayOf(value, zone);
    return day && exact.whole(Math.floor((moments.partsOf(day.number)[1] + 2) / 3));
  },
  weekday: ([value], { zone }) => {
    const day = moments.dayOf(value, zone);
    return day && exact.whole(((day.number - 1) % 7) + 1);
  },
  hour: clocked("hour"),
  minute: clocked("minute"),
  date: ([value], { zone }) => moments.dayOf(value, zone),
  make_date: makeDate,
  start_of: edge(moments.startOf),
  end_of: edge(moments.endOf),
  add_months: months(1),
  add_years: months(12),
  days,
};

/** What a function gives for arguments of which some may be empty. */
export function call(name, given, clock) {
  if (name === "concat") return concat(...given);
  const filled = name === "replace" && given.length === 3 ? [given[0], given[1], given[2] ?? ""] : given;
  if (filled.some((each) => each === null || each === undefined)) return null;
  if (Object.hasOwn(SPANS, name) && filled.length === 1) return moments.span(filled[0], SPANS[name]);
  if (Object.hasOwn(FUNCTIONS, name)) return FUNCTIONS[name](filled, clock);
  return moments.period(name, clock, filled[0]);
}
