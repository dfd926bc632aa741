// Sums of a lines grid are exact, whatever was typed.
import assert from "node:assert/strict";
import test from "node:test";
import { fromUnits, sum, toUnits } from "../../themes/cardwright_themes/standard/static/src/js/decimals.js";

test("a figure becomes whole units of its scale", () => {
  assert.equal(toUnits("1,234.5", 2), 123450n);
  assert.equal(toUnits("-0.07", 2), -7n);
  assert.equal(toUnits("−3", 0), -3n);
  assert.equal(toUnits(".5", 1), 5n);
  assert.equal(toUnits("13%", 2), 1300n);
});

test("full-width digits and signs are figures", () => assert.equal(toUnits("１２，３４５．６", 1), 123456n));

test("what is too fine is rounded half up, away from zero", () => {
  assert.equal(toUnits("0.125", 2), 13n);
  assert.equal(toUnits("-0.125", 2), -13n);
  assert.equal(toUnits("0.1249", 2), 12n);
});

test("an empty text is nothing and a word is no figure", () => {
  assert.equal(toUnits("", 2), 0n);
  assert.equal(toUnits("abc", 2), null);
  assert.equal(toUnits("1.2.3", 2), null);
  assert.equal(toUnits(".", 2), null);
});

test("zeros behind the least decimals are not written", () => {
  assert.equal(fromUnits(12_000n, 3, 0), "12");
  assert.equal(fromUnits(-1_234_500n, 3, 0), "−1,234.5");
  assert.equal(fromUnits(12_340n, 4, 2), "1.234");
  assert.equal(fromUnits(0n, 2, 2), "0.00");
});

test("tenths add up to one", () => assert.equal(fromUnits(sum(Array(10).fill("0.1"), 2), 2), "1.00"));

test("eighteen digits stay exact", () => {
  assert.equal(fromUnits(sum(["9999999999999999.99", "0.01"], 2), 2), "10,000,000,000,000,000.00");
});

test("a sum is written with groups, sign and all its decimals", () => {
  assert.equal(fromUnits(-1234567n, 2), "−12,345.67");
  assert.equal(fromUnits(5n, 2), "0.05");
  assert.equal(fromUnits(1000n, 0), "1,000");
});
