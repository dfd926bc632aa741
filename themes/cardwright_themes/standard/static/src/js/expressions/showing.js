// A computed value as its reader sees it.
import { say } from "../words.js";
import { Exact, multiply, read, round, write } from "./exact.js";

const HUNDRED = read("100");

const grouped = (text) => text.replace(/^(-?)(\d+)/, (_, sign, digits) => sign + digits.replace(/\B(?=(\d{3})+$)/g, ","));

function exactly(value, places) {
  const { units, scale } = round(value, places);
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0") + "0".repeat(places - scale);
  const whole = `${units < 0n ? "-" : ""}${digits.slice(0, digits.length - places)}`;
  return grouped(places ? `${whole}.${digits.slice(-places)}` : whole);
}

const SHOWN = {
  plain: (value, scale) => write(scale < 0 ? value : round(value, scale)),
  number: (value, scale) => grouped(write(scale < 0 ? value : round(value, scale))),
  money: (value, scale) => exactly(value, Math.max(scale, 0)),
  percent: (value, scale) => `${grouped(write(multiply(scale < 0 ? value : round(value, scale), HUNDRED)))}%`,
};

/** Empty for what has no value, or none that this cell shows. */
export function show(value, { show: cell, scale }) {
  if (value instanceof Exact) return SHOWN[cell]?.(value, scale) ?? write(value);
  if (typeof value === "boolean") return say(value ? "yes" : "no");
  return typeof value === "string" ? value : "";
}
