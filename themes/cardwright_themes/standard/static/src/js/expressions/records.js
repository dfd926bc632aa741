// The record that a form holds, its inputs read as the server reads them.
import { Ref } from "./comparing.js";
import { evaluate } from "./evaluating.js";
import { Exact, multiply, read, round } from "./exact.js";
import { Moment, numberOf, readDay, Time } from "./moments.js";
import { decode, readClock } from "./wire.js";
import { toUtc } from "./zones.js";

const PLAIN = /^([+-]?)(\d{1,40})?(?:\.(\d{0,40}))?(?:[eE]([+-]?\d{1,3}))?$/;
const FARTHEST = 100; // powers of ten beyond which no field keeps a number
const THOUSANDS = /^[+-]?\d{1,3}(?:,\d{3}){1,12}(?:\.\d{0,40})?$/;
const EPOCH = numberOf(1970, 1, 1);
const HUNDREDTH = read("0.01");
const LARGEST = 10n ** 18n;

/** The inputs of a form by name, the last of each: a box stands behind its hidden "false". */
export function readInputs(form) {
  const found = new Map();
  for (const element of form.elements) if (element.name && !element.name.startsWith("confirm.")) found.set(element.name, element);
  return found;
}

const plain = (text) => text.normalize("NFKC").trim().replace(/\u2212/g, "-");

function number(text, scale, percent) {
  let typed = plain(text).replace(/^([+-]?)[¥$€£]/, "$1");
  if (percent) typed = typed.replace(/%$/, "");
  if (THOUSANDS.test(typed)) typed = typed.replaceAll(",", "");
  const found = PLAIN.exec(typed);
  if (!found || (!found[2] && !found[3])) return null;
  const [, sign, whole = "0", fraction = "", exponent = "0"] = found;
  const units = BigInt(`${sign === "-" ? "-" : ""}${whole}${fraction}`);
  const shift = Number(exponent) - fraction.length;
  if (Math.abs(shift) > FARTHEST) return null;
  const value = shift > 0 ? new Exact(units * 10n ** BigInt(shift)) : new Exact(units, -shift);
  return fitting(percent ? multiply(value, HUNDREDTH) : value, scale);
}

/** A number with no more decimals than its field keeps, and no more than eighteen digits. */
function fitting(value, scale) {
  if (scale < 0) return value;
  const rounded = round(value, scale);
  const exact = rounded.units * 10n ** BigInt(value.scale) === value.units * 10n ** BigInt(rounded.scale);
  return exact && within(rounded, scale) ? rounded : null;
}

function within({ units, scale }, places) {
  const whole = units * 10n ** BigInt(Math.max(0, places - scale));
  return whole < LARGEST && whole > -LARGEST;
}

function moment(text, zone) {
  const found = /^(\d{4}-\d{2}-\d{2})T(\d{2}:\d{2}(?::\d{2})?)$/.exec(text);
  const day = found && readDay(found[1]);
  if (!day) return null;
  const clock = Math.floor(readClock(found[2]) / 1_000_000);
  return new Moment(BigInt(toUtc((day.number - EPOCH) * 86_400 + clock, zone)) * 1_000_000n);
}

const id = (text) => (/^\d{1,15}$/.test(text) ? new Exact(BigInt(text)) : null);

const READERS = {
  text: ({ value }) => value.trim().normalize("NFC") || null,
  number: ({ value }, scale, percent) => number(value, scale, percent),
  boolean: ({ checked }) => checked,
  date: ({ value }) => readDay(value),
  time: ({ value }) => (value ? new Time(readClock(value)) : null),
  datetime: ({ value }, scale, percent, zone) => moment(value, zone),
  choice: ({ value }) => value || null,
  choices: ({ selectedOptions }) => [...selectedOptions].map((each) => each.value).filter(Boolean),
  link: ({ value }) => id(value),
  any({ value }) {
    const found = /^([a-z_][a-z0-9_]*):(\d{1,15})$/.exec(value);
    return found ? new Ref(found[1], Number(found[2])) : null;
  },
};

/** One record in the making; answers what the expressions ask. */
export class LiveRecord {
  constructor(part, prefix, inputs, world, head = null) {
    Object.assign(this, { part, prefix, inputs, world, head, lines: {}, known: new Map() });
  }

  allLines() {
    return Object.values(this.lines).flat();
  }

  value(root, [name]) {
    if (root === "$head") return this.head.value("", [name]);
    if (!this.known.has(name)) this.known.set(name, this.read(name));
    return this.known.get(name);
  }

  related(root, [name]) {
    return this.lines[name] ?? [];
  }

  variable(name) {
    return this.world.variables[name];
  }

  evaluate(tree) {
    return evaluate(tree, this, this.world.clock);
  }

  holds(tree) {
    return this.evaluate(tree) === true;
  }

  /** As at the save: it fails where its condition holds and its test, if there is one, does not. */
  fails(check) {
    if (check.of && (this.value("", [check.of]) ?? null) === null) return false;
    if (check.test && this.holds(check.test)) return false;
    return !check.if || this.holds(check.if);
  }

  read(name) {
    const { inputs = {}, formulas = {}, constants = {} } = this.part;
    if (name in formulas) return this.compute(formulas[name]);
    if (!(name in inputs)) return decode(constants[name] ?? null);
    const element = this.inputs.get(this.prefix + name);
    const [kind, scale, percent] = inputs[name];
    return element ? READERS[kind](element, scale, percent, this.world.clock.zone) : null;
  }

  /** What is stored keeps the decimals of its field; what does not fit is told at the save. */
  compute({ tree, stored, scale }) {
    const value = this.evaluate(tree);
    if (!(value instanceof Exact) || !stored || scale < 0) return value;
    const kept = round(value, scale);
    return within(kept, scale) ? kept : null;
  }
}
