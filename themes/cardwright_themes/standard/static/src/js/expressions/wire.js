// Values as they travel between the server and a page: texts, truths and empties as they are, the rest marked.
import { Exact, read, write } from "./exact.js";
import { Ref } from "./comparing.js";
import { Day, Moment, numberOf, Period, readDay, Span, Time, writeDay } from "./moments.js";

const EPOCH = numberOf(1970, 1, 1);
const MOMENT = /^(\d{4}-\d{2}-\d{2})[T ](.*)$/;
const CLOCK = /^(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?$/;

export function readClock(text) {
  const [, hour, minute, second = "0", fraction = ""] = CLOCK.exec(text);
  return ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000_000 + Number(fraction.padEnd(6, "0"));
}

/** A moment written in UTC, without saying so. */
export function readMoment(text) {
  const [, day, clock] = MOMENT.exec(text);
  return new Moment(BigInt(readDay(day).number - EPOCH) * 86_400_000_000n + BigInt(readClock(clock)));
}

function writeClock(micros) {
  const two = (number) => String(number).padStart(2, "0");
  const seconds = Math.floor(micros / 1_000_000);
  const fraction = String(micros % 1_000_000).padStart(6, "0");
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}.${fraction}`;
}

function writeMoment({ micros }) {
  const ofDay = ((micros % 86_400_000_000n) + 86_400_000_000n) % 86_400_000_000n;
  const day = Number((micros - ofDay) / 86_400_000_000n) + EPOCH;
  return `${writeDay(new Day(day))} ${writeClock(Number(ofDay))}`;
}

const READERS = {
  n: (text) => read(text),
  d: (text) => readDay(text),
  s: (text) => readMoment(text),
  m: (text) => new Time(readClock(text)),
  u: (seconds) => new Span(seconds),
  r: (entity, id) => new Ref(entity, id),
  l: (...items) => items.map(decode),
  p: (first, last) => new Period(readDay(first), readDay(last)),
};

/** ["n", "12.50"] → the number; what is not marked is itself. */
export function decode(raw) {
  return Array.isArray(raw) ? READERS[raw[0]](...raw.slice(1)) : raw;
}

export function encode(value) {
  if (value instanceof Exact) return ["n", write(value)];
  if (value instanceof Day) return ["d", writeDay(value)];
  if (value instanceof Moment) return ["s", writeMoment(value)];
  if (value instanceof Time) return ["m", writeClock(value.micros)];
  if (value instanceof Span) return ["u", value.seconds];
  if (value instanceof Ref) return ["r", value.entity, value.id];
  if (value instanceof Period) return ["p", writeDay(value.first), writeDay(value.last)];
  return Array.isArray(value) ? ["l", ...value.map(encode)] : (value ?? null);
}

