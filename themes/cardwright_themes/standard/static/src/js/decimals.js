// Exact sums of typed figures: whole numbers of the smallest unit, never floating point.
const FIGURE = /^([+-]?)(\d*)(?:\.(\d*))?$/;

/** "1,234.5" at scale 2 → 123450n; null for what is no figure. */
export function toUnits(text, scale) {
  const plain = text.normalize("NFKC").replace(/[\s,_']/g, "").replace(/%$/, "").replace(/^\u2212/, "-");
  if (!plain) return 0n;
  const found = FIGURE.exec(plain);
  if (!found || (!found[2] && !found[3])) return null;
  const [, sign, whole, fraction = ""] = found;
  const kept = BigInt((whole || "0") + fraction.slice(0, scale).padEnd(scale, "0"));
  const rounded = fraction.length > scale && fraction[scale] >= "5" ? kept + 1n : kept; // half up
  return sign === "-" ? -rounded : rounded;
}

/** 123450n at scale 2 → "1,234.50"; with the least of 0 decimals "1,234.5". */
export function fromUnits(units, scale, least = scale) {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, "0");
  const whole = digits.slice(0, digits.length - scale).replace(/\B(?=(\d{3})+$)/g, ",");
  const sign = units < 0n ? "−" : "";
  const fraction = scale ? digits.slice(-scale) : "";
  const needed = Math.max(least, fraction.replace(/0+$/, "").length);
  return sign + whole + (needed ? `.${fraction.slice(0, needed)}` : "");
}

/** The sum of texts at a scale; figures that are none are left out. */
export function sum(texts, scale) {
  return texts.reduce((total, text) => total + (toUnits(text, scale) ?? 0n), 0n);
}
