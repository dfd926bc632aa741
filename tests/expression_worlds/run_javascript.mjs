// Evaluates trees over the records of a small world: a line in, a line out.
import { createInterface } from "node:readline";
import { compareTexts } from "../../themes/cardwright_themes/standard/static/src/js/expressions/comparing.js";
import { evaluate, FuelError } from "../../themes/cardwright_themes/standard/static/src/js/expressions/evaluating.js";
import { toCount } from "../../themes/cardwright_themes/standard/static/src/js/expressions/exact.js";
import { decode, encode } from "../../themes/cardwright_themes/standard/static/src/js/expressions/wire.js";

class Row {
  constructor({ values, lines = [] }, world) {
    this.values = Object.fromEntries(Object.entries(values).map(([name, raw]) => [name, decode(raw)]));
    this.world = world;
    this.lines = lines.map((each) => new Row(each, world));
  }

  value(root, [name = "id", ...rest]) {
    const found = this.values[name];
    if (!rest.length) return found;
    const target = found && this.world.things.get(toCount(found, 1_000_000));
    return target ? target.value("", rest) : null;
  }

  related() {
    return this.lines;
  }

  variable(name) {
    return this.world.variables[name];
  }
}

const world = { things: new Map(), variables: {} };
let rows = [];
let clock;

function begin({ now, zone, variables, records }) {
  clock = { now: decode(now), zone };
  for (const [name, raw] of Object.entries(variables)) world.variables[name] = decode(raw);
  rows = records.map((each) => new Row(each, world));
  for (const row of rows) world.things.set(toCount(row.values.id, 1_000_000), row);
}

function answer(tree) {
  return rows.map((row) => {
    try {
      return encode(evaluate(tree, row, clock));
    } catch (error) {
      if (error instanceof FuelError) return { costly: true };
      throw error;
    }
  });
}

for await (const line of createInterface({ input: process.stdin })) {
  const { world: given, tree, sort } = JSON.parse(line);
  if (given) begin(given);
  else console.log(JSON.stringify(sort ? sort.sort(compareTexts) : answer(tree)));
}
