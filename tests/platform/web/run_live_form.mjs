// Computes what a form shows: its plan and what was typed come in, a text for each formula goes out.
import { createInterface } from "node:readline";
import { LiveRecord, readInputs } from "../../../themes/cardwright_themes/standard/static/src/js/expressions/records.js";
import { show } from "../../../themes/cardwright_themes/standard/static/src/js/expressions/showing.js";
import { decode } from "../../../themes/cardwright_themes/standard/static/src/js/expressions/wire.js";

globalThis.document = { querySelector: () => ({ content: JSON.stringify({ yes: "Yes", no: "No" }) }) };

for await (const line of createInterface({ input: process.stdin })) {
  const { plan, typed } = JSON.parse(line);
  const elements = Object.entries(typed).map(([name, value]) => ({ name, value, checked: value === "true" }));
  const inputs = readInputs({ elements });
  const world = { clock: { now: decode(plan.now), zone: plan.zone }, variables: {} };
  const head = new LiveRecord(plan, "", inputs, world);
  for (const [lines, part] of Object.entries(plan.lines)) {
    const keys = [...new Set(Object.keys(typed).filter((name) => name.startsWith(`${lines}.`)).map((name) => name.split(".")[1]))];
    head.lines[lines] = keys.map((key) => new LiveRecord(part, `${lines}.${key}.`, inputs, world, head));
  }
  const shown = {};
  for (const record of [head, ...head.allLines()]) {
    for (const [name, formula] of Object.entries(record.part.formulas)) if (formula.show) shown[record.prefix + name] = show(record.value("", [name]), formula);
  }
  const failed = (plan.checks ?? []).filter((check) => head.fails(check)).map((check) => check.name);
  console.log(JSON.stringify({ shown, failed }));
}
