// Formulas, conditions of inputs and checks while one types, computed on the page as a save would.
import { icon, make } from "./dom.js";
import { storeOf } from "./line_store.js";
import { inputOf } from "./line_texts.js";
import { released } from "./pressing.js";
import { LiveRecord, readInputs } from "./expressions/records.js";
import { FuelError } from "./expressions/evaluating.js";
import { show } from "./expressions/showing.js";
import { Moment } from "./expressions/moments.js";
import { decode } from "./expressions/wire.js";

const OWN = "live";
const PLACE = "[data-column],[data-field]";
const ALL = "*"; // left as a whole: it is being saved

export function attachLive(form) {
  const plan = JSON.parse(form.dataset.live);
  const began = decode(plan.now).micros;
  const variables = Object.fromEntries(Object.entries(plan.variables).map(([name, raw]) => [name, decode(raw)]));
  let touched = false;
  const left = new Set(); // places that one has been in and gone on from
  let waiting = false;

  const compute = () => {
    waiting = false;
    const clock = { now: new Moment(began + BigInt(Math.round(performance.now())) * 1000n), zone: plan.zone };
    const head = recordsOf(form, plan, { clock, variables });
    const places = placesOf(form);
    const changed = showFormulas(places, [head, ...head.allLines()]);
    applySlots(places, head);
    if (touched) showChecks(form, places, [head, ...head.allLines()], left);
    if (changed) form.dispatchEvent(new CustomEvent("cw:computed", { detail: OWN }));
  };
  const later = () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(compute);
  };
  form.addEventListener("input", () => (touched = true) && later());
  form.addEventListener("change", later);
  let pressed = Promise.resolve();
  form.addEventListener("pointerdown", () => (pressed = released()), true);
  form.addEventListener("focusout", async ({ target, relatedTarget }) => {
    if (target.closest(PLACE)?.contains(relatedTarget)) return;
    const place = placeOf(target);
    await pressed; // a message that comes now would push away what is being clicked
    left.add(place);
    later();
  });
  form.addEventListener("submit", () => left.add(ALL) && later(), true);
  // The server may have filled inputs; what was computed here fills none.
  form.addEventListener("cw:computed", ({ detail }) => detail !== OWN && later());
  compute();
}

/** The head with its lines, as they stand on the screen. */
function recordsOf(form, plan, world) {
  const inputs = readInputs(form);
  const head = new LiveRecord(plan, "", inputs, world);
  for (const [name, part] of Object.entries(plan.lines)) {
    const store = storeOf(form.querySelector(`[data-cw~="lines"][data-name="${CSS.escape(name)}"]`));
    head.lines[name] = (store?.rows ?? []).filter((row) => !store.isRemoved(row)).map((row) => {
      const prefix = `${name}.${row.key}.`;
      if (row.element) return new LiveRecord(part, prefix, inputs, world, head);
      const beyond = { get: (place) => inputOf(row.texts[place.slice(prefix.length)]) };
      return Object.assign(new LiveRecord(part, prefix, beyond, world, head), { row, isChanged: store.isChanged(row) });
    });
  }
  return head;
}

/** Where values and messages stand, by name: found at once, for a form may have a thousand lines. */
function placesOf(form) {
  const byName = (attribute) => new Map([...form.querySelectorAll(`[data-${attribute}]`)].map((element) => [element.dataset[attribute], element]));
  const cells = new Map();
  for (const row of form.querySelectorAll("[data-rows] > [data-row]")) {
    const lines = row.closest("[data-name]")?.dataset.name;
    for (const cell of row.querySelectorAll("[data-column]")) cells.set(`${lines}.${row.dataset.row}.${cell.dataset.column}`, cell);
  }
  return { computed: byName("computed"), fields: byName("field"), cells };
}

/** What an expression gives; one that costs too much gives nothing here, and a message at the save. */
function given(compute) {
  try {
    return compute();
  } catch (error) {
    if (error instanceof FuelError) return null;
    throw error;
  }
}

function showFormulas({ computed }, records) {
  let changed = false;
  for (const record of records) {
    for (const [name, formula] of Object.entries(record.part.formulas ?? {})) {
      if (record.row) {
        changed = keepShown(record, name, formula) || changed;
        continue;
      }
      const place = computed.get(record.prefix + name);
      if (!formula.show || !place) continue;
      const text = show(given(() => record.value("", [name])), formula);
      const shown = place.querySelector("span") ?? place;
      if (shown.textContent === text) continue;
      shown.textContent = text;
      changed = true;
    }
  }
  return changed;
}

/** Of a line that is not on the screen only what stands in a sum is of use. */
function keepShown(record, name, formula) {
  const { row } = record;
  if (!formula.show || !(name in row.told)) return false;
  const text = show(given(() => record.value("", [name])), formula);
  const changed = row.told[name] !== text;
  row.told[name] = text;
  return changed;
}

function applySlots({ fields }, head) {
  for (const [name, slots] of Object.entries(head.part.slots ?? {})) {
    const field = fields.get(name);
    if (!field) continue;
    const holds = (slot) => given(() => head.holds(slots[slot]));
    if (slots.visible) field.hidden = !holds("visible");
    if (slots.required) require(field, holds("required"));
    if (slots.readonly) lock(field, holds("readonly"));
  }
}

function require(field, needed) {
  const label = field.querySelector(":scope > label, :scope > .cw-lab");
  const mark = label?.querySelector(".cw-req");
  if (needed && label && !mark) label.append(" ", make("span", { class: "cw-req" }, "*"));
  if (!needed) mark?.remove();
  for (const input of field.querySelectorAll("input:not([type=hidden]),select,textarea")) input.required = Boolean(needed);
}

/** A locked input keeps its value; what cannot be read alone is not posted, and so stays. */
function lock(field, locked) {
  for (const input of field.querySelectorAll("[name]")) {
    if (input.matches("select,[type=checkbox],[type=hidden]")) input.disabled = Boolean(locked);
    else input.readOnly = Boolean(locked);
    if (input.tomselect) input.tomselect[locked ? "disable" : "enable"]();
  }
}

/** Which value an element belongs to: a field, or the column of a line. */
function placeOf(element) {
  const cell = element.closest("[data-column]");
  if (cell) return [cell.closest("[data-name]")?.dataset.name, cell.closest("[data-row]")?.dataset.row, cell.dataset.column].join(".");
  return element.closest("[data-field]")?.dataset.field ?? element.name ?? "";
}

/** An error waits until one has left something that it is about: nobody is told off while typing. */
function isDue(check, record, left) {
  if (check.level !== "error" || left.has(ALL)) return true;
  return [...left].some((each) => {
    const [lines, row, column] = each.split(".");
    if (row === undefined) return check.reads.includes(each);
    const own = !record.prefix || record.prefix === `${lines}.${row}.`;
    return own && (check.reads.includes(lines) || check.reads.includes(`${lines}.${column}`));
  });
}

function showChecks(form, places, records, left) {
  for (const old of form.querySelectorAll("[data-live-note]")) old.remove();
  for (const record of records) {
    if (record.row && !record.isChanged) continue; // as it is stored
    for (const check of record.part.checks ?? []) {
      if (!isDue(check, record, left) || !given(() => record.fails(check))) continue;
      const place = check.place ? (places.fields.get(record.prefix + check.place) ?? places.cells.get(record.prefix + check.place)) : null;
      const level = check.level === "error" ? "" : " cw-msg-warn";
      const note = make("div", { class: `cw-msg${level}`, "data-live-note": check.name, role: "status" }, icon(level ? "alert-triangle" : "alert-circle"), make("span", {}, check.message));
      if (place) place.append(note);
      else form.querySelector("[data-scroll]").prepend(note);
    }
  }
}
