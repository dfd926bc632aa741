// Selects one can search: picklists, and links whose options the server finds as one types.
// A select is upgraded when it is first used, so that a form with a thousand lines stays light.
import TomSelect from "tom-select/base";
import removeButton from "tom-select/plugins/remove_button/plugin.js";
import { askFor, make, withParams } from "./dom.js";
import { openInDialog } from "./dialogs.js";
import { watchPresses } from "./pressing.js";
import { say } from "./words.js";

TomSelect.define("remove_button", removeButton);
const FEW = 8;

export function attachChoice(select) {
  if (select.dataset.parent) followParent(select);
  if (select.disabled) return;
  const plain = !select.multiple && select.options.length <= FEW && !select.querySelector("[data-hue]");
  if (plain || (!select.multiple && matchMedia("(pointer: coarse)").matches)) return;
  whenUsed(select, () => upgrade(select, {}));
}

export function attachLink(select) {
  if (select.disabled) return;
  whenUsed(select, () => upgrade(select, remote(select)));
}

/** A link to one of several entities: the first select says where the second one looks. */
export function attachLinkAny(group) {
  const [entities, link] = group.querySelectorAll("select");
  const follow = () => {
    const { dataset, value } = entities.selectedOptions[0] ?? { dataset: {}, value: "" };
    link.dataset.options = dataset.options ?? "";
    link.dataset.picker = dataset.picker ?? "";
    link.dataset.entity = value;
  };
  follow();
  entities.addEventListener("change", () => {
    follow();
    if (link.tomselect) {
      link.tomselect.clear();
      link.tomselect.clearOptions();
    } else link.value = "";
  });
}

/** Choose in a select, upgraded or not. */
export function choose(select, entries) {
  const values = entries.map(({ value, text }) => {
    const whole = select.dataset.entity && !value.includes(":") ? `${select.dataset.entity}:${value}` : value;
    if (select.tomselect) select.tomselect.addOption({ value: whole, text });
    else if (![...select.options].some((option) => option.value === whole)) select.append(new Option(text, whole));
    return whole;
  });
  if (select.tomselect) {
    if (select.multiple) values.forEach((value) => select.tomselect.addItem(value));
    else select.tomselect.setValue(values[0]);
    return;
  }
  for (const option of select.options) option.selected = values.includes(option.value) || (select.multiple && option.selected);
  select.dispatchEvent(new Event("change", { bubbles: true }));
}

/** The dialog with columns, opened by the button beside a link. */
export async function pickFor(button) {
  const select = document.getElementById(button.dataset.pick);
  const url = select.dataset.picker || button.getAttribute("href");
  if (select.disabled || !url || url === "#") return;
  const chosen = await openInDialog(withParams(url, recordSoFar(select)));
  if (chosen) choose(select, chosen);
}

/** What the server offers for a typed text: [{value, text, note, …}]. */
export async function optionsFor(select, text) {
  const told = await askFor(withParams(select.dataset.options, { q: text, ...recordSoFar(select) }));
  const { options = [], more = false } = told ?? {};
  const { entity } = select.dataset;
  const whole = (option) => (entity && !option.value.includes(":") ? { ...option, value: `${entity}:${option.value}` } : option);
  return { more, options: options.map(whole) };
}

/**
 * What the form holds so far, as record.<name>, for a line also of its head as record.head.<name>:
 * a link may depend on the other fields of its record.
 */
function recordSoFar(select) {
  const line = /^(.+\.\d+\.)[^.]+$/.exec(select.name)?.[1] ?? "";
  return { ...(line && heldUnder("", "record.head.", select)), ...heldUnder(line, "record.", select) };
}

function heldUnder(prefix, under, select) {
  const values = {};
  for (const field of select.form?.elements ?? []) {
    const own = field.name?.startsWith(prefix) ? field.name.slice(prefix.length) : "";
    if (!own || own.includes(".") || own === "csrf_token" || field === select || field.type === "password" || field.multiple) continue;
    if ((field.type === "checkbox" || field.type === "radio") && !field.checked) continue;
    if (field.value && field.value.length <= 64) values[`${under}${own}`] = field.value;
  }
  return values;
}

function whenUsed(select, action) {
  if (select.multiple) return action();
  const begin = (event) => {
    if (event.type === "pointerdown") event.preventDefault();
    select.removeEventListener("pointerdown", begin);
    select.removeEventListener("focus", begin);
    const made = action();
    if (event.type === "focus") made.focus(); // at once: the next key already belongs to its input
    else setTimeout(() => made.focus());
  };
  for (const name of ["pointerdown", "focus"]) select.addEventListener(name, begin);
  if (document.activeElement === select) begin({ type: "focus" }); // it was quicker than this module
  return undefined;
}

function upgrade(select, more) {
  select.closest(".cw-in")?.classList.add("cw-upgraded");
  const label = select.getAttribute("aria-label");
  const made = new TomSelect(select, {
    plugins: select.multiple ? { remove_button: { title: say("remove"), label: "×" } } : {},
    maxOptions: 200,
    refreshThrottle: 0, // what was typed counts before what is pressed after it
    hidePlaceholder: true,
    clearAfterSelect: select.multiple, // what was typed has found its choice
    allowEmptyOption: false,
    placeholder: select.getAttribute("placeholder") ?? "",
    searchField: ["text", "note"],
    render: faces(),
    onDropdownOpen: () => {
      made.dropdown.classList.toggle("cw-up", false);
      if (select.closest(".cw-grid, .cw-dialog-b")) layOver(made, pressed);
    },
    ...more,
  });
  const pressed = watchPresses(made.dropdown);
  select.setAttribute("aria-hidden", "true"); // the input made for it speaks in its place
  if (label) made.control_input.setAttribute("aria-label", label);
  if (!select.required && !select.multiple) allowClearing(made);
  return made;
}

/** What hangs from a cell, or from an input of a dialog, is not cut off where these scroll: it lies over them. */
function layOver(made, pressed) {
  const lay = () => {
    const { left, top, bottom, width } = made.control.getBoundingClientRect();
    const room = innerHeight - bottom > 280 || top < 280;
    made.dropdown.style.setProperty("--cw-at-x", `${Math.max(8, Math.min(left - 10, innerWidth - 448))}px`);
    made.dropdown.style.setProperty("--cw-at-width", `${Math.min(440, width + 20)}px`);
    made.dropdown.style.setProperty("--cw-at-y", room ? `${bottom}px` : "auto");
    made.dropdown.style.bottom = room ? "" : `${innerHeight - top}px`;
  };
  const scrolled = async ({ target }) => {
    if (made.dropdown.contains(target)) return;
    await pressed(); // what moves away under a pressed button loses its click
    lay();
  };
  lay();
  addEventListener("scroll", scrolled, true);
  made.on("dropdown_close", () => removeEventListener("scroll", scrolled, true));
}

function allowClearing(made) {
  made.control_input.addEventListener("keydown", (event) => {
    if ((event.key === "Backspace" || event.key === "Delete") && !made.control_input.value) made.clear();
  });
}

/**
 * Options come from the server. Until they have come for what is typed, only those already here
 * that hold the text are offered, and Enter waits: nobody takes what stood there by chance.
 */
function remote(select) {
  const state = { more: false, answered: "", chosen: false, waits: false, pressed: null };
  const settings = {
    preload: "focus",
    loadThrottle: 180,
    shouldLoad: () => true,
    onItemAdd() {
      state.chosen = !select.multiple;
      if (select.multiple && state.answered) this.load(""); // the text is gone, and so are its hits
    },
    onType: () => (state.chosen = false),
    onInitialize() {
      this.control_input.addEventListener("keydown", (event) => waitWithEnter(event, state), true);
      state.pressed = watchPresses(this.dropdown);
    },
    score(text) {
      const wanted = text.toLowerCase();
      // What the server has found is in its order, and right even where the text differs: pinyin.
      return state.answered === text ? () => 1 : (option) => Number(`${option.text} ${option.note ?? ""}`.toLowerCase().includes(wanted));
    },
    load(text, done) {
      optionsFor(select, text).then(async (found) => {
        await state.pressed(); // what is drawn anew under a pressed button loses its click
        if (state.chosen) return finishQuietly(this, done);
        if (text !== this.inputValue()) return done();
        Object.assign(state, { more: found.more, answered: text });
        this.clearOptions((option) => this.items.includes(option.value));
        done(found.options);
        if (state.waits) takeSure(this, found.options, text);
        state.waits = false;
        return undefined;
      });
    },
    render: { ...faces(), no_more_results: () => (state.more ? hint("no-more-results", say("more_hits")) : ""), no_results: ({ input }) => hint("no-results", say(input === state.answered ? "no_hits" : "loading")) },
  };
  if (select.dataset.new) {
    settings.create = (text, done) => {
      openInDialog(withParams(select.dataset.new, { title: text })).then((made) => done(made ? made[0] : undefined));
    };
    settings.persist = true;
  }
  return settings;
}

/** An answer that comes after one has chosen does not open the list again. */
function finishQuietly(made, done) {
  const { isFocused } = made;
  made.isFocused = false;
  done();
  made.isFocused = isFocused;
}

function waitWithEnter(event, state) {
  const typed = event.target.value.trim();
  if (event.key !== "Enter" || event.isComposing || !typed || typed === state.answered) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  state.waits = true;
}

function takeSure(made, options, text) {
  const same = options.filter((option) => option.text === text || option.note === text);
  const sure = same.length === 1 ? same[0] : options.length === 1 ? options[0] : null;
  if (!sure) return;
  made.addItem(sure.value);
  made.close();
}

function faces() {
  const dressed = (kind) => (entry) => {
    const hue = entry.hue ? ` cw-hue-${entry.hue}` : "";
    const sign = entry.initial ? make("span", { class: `cw-av${hue}`, "aria-hidden": "true" }, entry.initial) : entry.hue && kind === "option" ? make("span", { class: `cw-dot${hue}` }) : null;
    const note = entry.note && kind === "option" ? make("span", { class: "cw-sub" }, entry.note) : null;
    return make("div", { class: `${kind}${kind === "item" ? hue : ""}`, "data-level": entry.level }, sign, make("span", {}, (entry.text ?? "").trim()), note);
  };
  return {
    option: dressed("option"),
    item: dressed("item"),
    option_create: ({ input }) => make("div", { class: "create" }, say("create", { text: input })),
    no_results: () => hint("no-results", say("no_hits")),
    loading: () => hint("spinner", say("loading")),
  };
}

const hint = (kind, text) => make("div", { class: kind }, text);

/** Choices that belong to another one appear when that one is chosen. */
function followParent(select) {
  const parent = select.form?.elements.namedItem(select.dataset.parent);
  if (!parent?.addEventListener) return;
  const all = [...select.options].map((option) => option.cloneNode(true));
  const fit = () => {
    const chosen = select.value;
    const fitting = all.filter((option) => !option.value || !option.dataset.parent || option.dataset.parent === parent.value || !parent.value);
    if (select.tomselect) {
      select.tomselect.clearOptions();
      for (const option of fitting) select.tomselect.addOption({ value: option.value, text: option.text, ...option.dataset });
      if (!fitting.some((option) => option.value === chosen)) select.tomselect.clear();
      return;
    }
    select.replaceChildren(...fitting.map((option) => option.cloneNode(true)));
    select.value = fitting.some((option) => option.value === chosen) ? chosen : "";
  };
  parent.addEventListener("change", fit);
  fit();
}
