// A tree and a record's values → the value. Trees are plain data that the server wrote; nothing in them runs.
import { areEqual, areOrdered, compare, fold, isEmpty, isMember, Ref } from "./comparing.js";
import { add, average, divide, Exact, multiply, negate, subtract, total, whole } from "./exact.js";
import { call } from "./functions.js";
import { Day, daysBetween, Moment, shift, Span } from "./moments.js";
import { decode } from "./wire.js";

const FUEL = 10_000;
const CONTEXT = new Set(["$contact", "$me", "$my_department", "$my_organisation", "$my_subordinates", "$setting", "$user"]);

/** An expression took more steps than any should. */
export class FuelError extends Error {}

/**
 * The value for one record. `values` answers value(root, names), related(root, names) and
 * variable(name); `clock` has now, a Moment, and the name of a zone.
 */
export function evaluate(tree, values, clock, fuel = FUEL) {
  return new Run(clock, fuel).value(tree, values);
}

class Run {
  constructor(clock, fuel) {
    this.clock = clock;
    this.fuel = fuel;
  }

  value(node, values) {
    this.burn(1);
    return READERS[node[0]](this, node, values);
  }

  holds(node, values) {
    return this.value(node, values) === true;
  }

  burn(steps) {
    this.fuel -= steps;
    if (this.fuel < 0) throw new FuelError();
  }
}

const READERS = {
  literal: (run, [, value]) => decode(value),
  path: (run, node, values) => filled(read(node, values)),
  not: (run, [, operand], values) => !run.holds(operand, values),
  minus(run, [, operand], values) {
    const found = run.value(operand, values);
    return found instanceof Exact ? negate(found) : null;
  },
  and: (run, [, ...parts], values) => parts.every((each) => run.holds(each, values)),
  or: (run, [, ...parts], values) => parts.some((each) => run.holds(each, values)),
  binary: (run, [, operator, left, right], values) => join(run, operator, [left, right], run.value(left, values), run.value(right, values)),
  in(run, [, negated, operand, ...items], values) {
    const value = run.value(operand, values);
    return items.some((each) => isMember(value, run.value(each, values), run.clock.zone)) !== negated;
  },
  between(run, [, ...parts], values) {
    const [value, low, high] = parts.map((each) => run.value(each, values));
    const { zone } = run.clock;
    return areOrdered(">=", value, low, zone) && areOrdered("<=", value, high, zone);
  },
  empty: (run, [, negated, operand], values) => isEmpty(run.value(operand, values)) !== negated,
  is(run, [, negated, operand, entity], values) {
    const found = run.value(operand, values);
    return (found instanceof Ref && found.entity === entity) !== negated;
  },
  if(run, [, condition, ...branches], values) {
    const chosen = run.holds(condition, values) ? 0 : 1;
    return chosen < branches.length ? run.value(branches[chosen], values) : null;
  },
  coalesce(run, [, ...parts], values) {
    for (const each of parts) {
      const found = run.value(each, values);
      if (!isEmpty(found)) return found;
    }
    return null;
  },
  record(run, [, entity, number], values) {
    const found = run.value(number, values);
    if (found instanceof Ref) return found;
    return found instanceof Exact ? new Ref(entity, Number(found.units / 10n ** BigInt(found.scale))) : null;
  },
  call: (run, [, name, ...parts], values) => call(name, parts.map((each) => run.value(each, values)), run.clock),
  related,
  at: recordAt,
};

function read([, root, ...names], values) {
  return CONTEXT.has(root) ? values.variable([root, ...names].join(".")) : values.value(root, names);
}

const filled = (value) => (value === undefined || value === "" || (Array.isArray(value) && !value.length) ? null : value);

function join(run, operator, nodes, left, right) {
  switch (operator) {
    case "=":
      return equal(run, nodes, left, right);
    case "!=":
      return !equal(run, nodes, left, right);
    case "<":
    case "<=":
    case ">":
    case ">=":
      return areOrdered(operator, left, right, run.clock.zone);
    case "contains":
    case "starts":
      return testText(operator, left, right, run.clock.zone);
    default:
      return calculate(operator, left, right);
  }
}

function equal(run, nodes, left, right) {
  if (isEmpty(left) && isEmpty(right) && nodes.some(isIdentity)) return false;
  return areEqual(left, right, run.clock.zone);
}

/** $me and its kind: without a value it equals nothing, not empty. */
function isIdentity(node) {
  const last = node[0] === "record" ? node[2] : node;
  return last[0] === "path" && CONTEXT.has(last[1]) && last[1] !== "$setting";
}

function testText(operator, left, right, zone) {
  if (Array.isArray(left)) return operator === "contains" && isMember(right, left, zone);
  if (typeof left !== "string" || typeof right !== "string") return false;
  return operator === "contains" ? fold(left).includes(fold(right)) : fold(left).startsWith(fold(right));
}

const ARITHMETIC = { "+": add, "-": subtract, "*": multiply, "/": divide };

function calculate(operator, left, right) {
  if (isEmpty(left) || isEmpty(right)) return null;
  if (left instanceof Exact && right instanceof Exact) return ARITHMETIC[operator](left, right);
  const isMoment = left instanceof Day || left instanceof Moment;
  if (isMoment && right instanceof Span) return shift(left, operator === "+" ? right : new Span(-right.seconds));
  return isMoment && operator === "-" && left.constructor === right.constructor ? daysBetween(right, left) : null;
}

const AGGREGATES = {
  sum: (found) => total(found),
  average: (found) => (found.length ? average(found) : null),
  min: (found, zone) => extreme(found, zone, -1),
  max: (found, zone) => extreme(found, zone, 1),
};

function extreme(found, zone, wanted) {
  return found.length ? found.reduce((best, each) => (compare(each, best, zone) * wanted > 0 ? each : best)) : null;
}

function related(run, [, quantifier, path, value, where], values) {
  const rows = values.related(path[1], path.slice(2));
  run.burn(rows.length);
  const fits = (row) => !where || run.holds(where, row);
  if (quantifier === "all") return rows.every(fits);
  if (quantifier === "any") return rows.some(fits);
  if (quantifier === "none") return !rows.some(fits);
  if (quantifier === "count") return whole(rows.filter(fits).length);
  const found = [];
  for (const row of rows) {
    const each = fits(row) ? run.value(value, row) : null;
    if (!isEmpty(each)) found.push(each);
  }
  return AGGREGATES[quantifier](found, run.clock.zone);
}

/** Of the records that are valid on a day the one that began last; what is to be stored comes behind what is. */
function recordAt(run, [, records, day, value, first, last], values) {
  const { zone } = run.clock;
  const wanted = run.value(day, values);
  const rows = values.related(records[1], records.slice(2));
  run.burn(rows.length);
  let found = null;
  rows.forEach((row, number) => {
    const [begin, end, id] = [first, last, "id"].map((name) => filled(row.value("", [name])));
    const begun = begin === null || areOrdered("<=", begin, wanted, zone);
    if (!begun || !(end === null || areOrdered(">=", end, wanted, zone))) return;
    const mine = { row, begin, id, number };
    if (!found || comesBehind(mine, found, zone)) found = mine;
  });
  return found ? filled(read(value, found.row)) : null;
}

function comesBehind(one, other, zone) {
  if (isEmpty(one.begin) !== isEmpty(other.begin)) return isEmpty(other.begin);
  const order = isEmpty(one.begin) ? 0 : compare(one.begin, other.begin, zone);
  if (order) return order > 0;
  if (isEmpty(one.id) !== isEmpty(other.id)) return isEmpty(one.id);
  return isEmpty(one.id) ? one.number > other.number : compare(one.id, other.id, zone) > 0;
}
