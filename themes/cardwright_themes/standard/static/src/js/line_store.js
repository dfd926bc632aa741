// All lines of a grid, those on the screen and those beyond it: a long form draws a page of them.
import { enhance } from "./behaviours.js";
import { ask, make, parse } from "./dom.js";
import { packed, sameTexts, textsOf, unpacked } from "./line_texts.js";
import { showToast } from "./toasts.js";
import { say } from "./words.js";

const GRIDS = '[data-cw~="lines"][data-rows-url]';
const stores = new WeakMap();

/** The lines of a grid, null for one that is not leafed through; made when first asked for. */
export function storeOf(element) {
  const grid = element?.closest(GRIDS);
  if (!grid) return null;
  if (!stores.has(grid)) stores.set(grid, new LineStore(grid));
  return stores.get(grid);
}

export const storesOf = (form) => [...form.querySelectorAll(GRIDS)].map(storeOf);

/** Put what the server tells by name: give back what has its place on the screen, keep the rest. */
export function settle(form, told, keep) {
  const byName = new Map(storesOf(form).map((store) => [store.name, store]));
  const here = {};
  for (const [name, value] of Object.entries(told)) {
    const [lines, place, ...inside] = name.split(".");
    const row = inside.length ? byName.get(lines)?.find(place) : null;
    if (!row) here[name] = value;
    else if (row.element) here[[lines, row.key, ...inside].join(".")] = value;
    else keep(row, inside.join("."), value, byName.get(lines));
  }
  return here;
}

/** Show the line that an input belongs to, wherever it is. */
export async function reveal(form, name) {
  const [lines, place] = name.split(".");
  const store = storesOf(form).find((each) => each.name === lines);
  const row = store?.find(place);
  return Boolean(row && (await store.reveal(row)));
}

class LineStore {
  constructor(grid) {
    const body = grid.querySelector("[data-rows]");
    const carried = grid.querySelector("[data-carried]");
    Object.assign(this, { grid, body, carried, name: grid.dataset.name, page: Number(grid.dataset.page), first: Number(grid.dataset.first) });
    this.titles = {};
    this.moved = false;
    this.wanted = [];
    this.rows = carried ? this.readCarried() : [];
    for (const element of body.querySelectorAll(":scope > [data-row]")) {
      const row = this.find(element.dataset.row);
      if (row) row.element = element;
      else this.rows.push(this.made(element));
    }
    grid.closest("form").addEventListener("formdata", ({ formData }) => this.post(formData));
    this.tell();
  }

  /** What the browser kept of an earlier visit goes before what the server wrote. */
  readCarried() {
    const given = JSON.parse(this.carried.defaultValue);
    const kept = this.carried.value === this.carried.defaultValue ? given : JSON.parse(this.carried.value);
    this.titles = given.titles ?? {};
    this.moved = Boolean(kept.moved);
    const known = new Map(given.rows.filter(([, isKnown]) => isKnown).map(([key, , values]) => [key, unpacked(given.names, values)]));
    return kept.rows.map(([key, , values, told, errors]) => ({ key, given: known.get(key) ?? null, texts: unpacked(kept.names, values), told: told ?? {}, errors: errors ?? {}, element: null }));
  }

  made(element) {
    return { key: element.dataset.row, given: null, texts: {}, told: {}, errors: {}, element };
  }

  /** A line by its key, or by #id. */
  find(place) {
    if (!place.startsWith("#")) return this.rows.find(({ key }) => key === place);
    return this.rows.find(({ texts }) => texts.id?.[0] === place.slice(1)) ?? this.rows.find(({ element }) => element && textsOf(element, this.name).id?.[0] === place.slice(1));
  }

  rowOf(element) {
    return this.rows.find((row) => row.element === element);
  }

  /** More lines than a page holds: some of them are not on the screen. */
  get isLong() {
    return this.rows.some(({ element }) => !element || element.hidden) || Boolean(this.carried);
  }

  /** What each line holds, as it stands on the screen. */
  read() {
    for (const row of this.rows) if (row.element) this.readRow(row);
  }

  readRow(row) {
    row.texts = textsOf(row.element, this.name);
    for (const select of row.element.querySelectorAll("select[name]")) {
      const column = select.closest("[data-column]")?.dataset.column;
      const [option] = select.selectedOptions;
      if (column && option?.value) (this.titles[column] ??= {})[option.value] = option.text.trim();
    }
  }

  isRemoved(row) {
    return row.element ? row.element.classList.contains("cw-removed") : Boolean(row.texts.remove);
  }

  isChanged(row) {
    return !row.given || !sameTexts(row.given, row.texts);
  }

  /** From now on a line is sent whatever stands in it. */
  claim(name) {
    const row = this.find(name.split(".")[1]);
    if (row) row.given = null;
  }

  /** A save needs the lines that changed, and where they were moved the order of all. */
  post(formData) {
    if (!this.isLong) return;
    this.read();
    for (const { element, texts, key } of this.rows) {
      if (element) for (const name of Object.keys(texts)) formData.delete(`${this.name}.${key}.${name}`);
    }
    const sent = this.rows.flatMap((row) => (this.isChanged(row) ? [row] : this.moved ? [{ key: row.key, texts: { id: row.texts.id } }] : []));
    formData.delete(`${this.name}.*`);
    formData.append(`${this.name}.*`, JSON.stringify(packed(sent)));
  }

  // -- what is shown -------------------------------------------------------------------------

  /** The text of a cell as it is read, of a line that is not on the screen. */
  shown(row, column) {
    const text = row.texts[column]?.at(-1);
    return text === undefined ? (row.told[column] ?? "") : (this.titles[column]?.[text] ?? text);
  }

  /** Gives the text above a cell of the first line on the screen; null where there is none. */
  textAbove(element, column) {
    const view = this.view();
    const above = view[view.indexOf(this.rowOf(element)) - 1];
    return above ? () => this.shown(above, column) : null;
  }

  view() {
    if (!this.wanted.length) return this.rows;
    return this.rows.filter((row) => {
      const words = Object.entries(row.texts).map(([name, texts]) => (/^(id|version)$|\.suggested$/.test(name) ? "" : `${this.titles[name]?.[texts.at(-1)] ?? texts.join(" ")}`));
      const text = [...words, ...Object.values(row.told)].join("\n").toLowerCase();
      return this.wanted.every((word) => text.includes(word));
    });
  }

  async search(text) {
    this.read();
    this.wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
    return this.show(0);
  }

  async turn(by) {
    const to = (this.heading ?? this.first) + by * this.page;
    return to >= 0 && to < this.view().length && this.show(to);
  }

  async reveal(row) {
    if (row.element && !row.element.hidden) return true;
    this.wanted = this.view().includes(row) ? this.wanted : [];
    return this.show(Math.floor(this.view().indexOf(row) / this.page) * this.page);
  }

  /** Make room behind the last line. */
  async toEnd() {
    const end = Math.floor(this.rows.length / this.page) * this.page;
    if (!this.wanted.length && this.first === end) return true;
    this.wanted = [];
    return this.show(end);
  }

  async show(first) {
    const turn = (this.turns = (this.turns ?? 0) + 1);
    this.read();
    this.heading = first; // whoever turns again meanwhile goes on from there
    const rows = this.view().slice(first, first + this.page);
    const missing = rows.filter(({ element }) => !element);
    const drawn = missing.length ? await this.draw(missing) : [];
    if (turn !== this.turns) return false;
    this.heading = null;
    if (!drawn) return false;
    this.first = first;
    for (const row of this.rows) if (row.element && !rows.includes(row)) this.putAway(row);
    missing.forEach((row, index) => (row.element = drawn[index]));
    for (const row of rows) {
      const notes = row.element.nextElementSibling?.matches(".cw-row-msg") ? [row.element.nextElementSibling] : [];
      row.element.hidden = false;
      this.body.append(row.element, ...notes);
    }
    for (const row of missing) enhance(row.element);
    this.keep();
    this.tell();
    this.grid.dispatchEvent(new CustomEvent("cw:lines", { bubbles: true }));
    return true;
  }

  /** The server draws lines; what has gone wrong leaves everything as it is. */
  async draw(rows) {
    const messages = Object.assign({}, ...rows.map(({ errors }) => errors));
    const body = new URLSearchParams({ [`${this.name}.*`]: JSON.stringify(packed(rows)), messages: JSON.stringify(messages) });
    const answer = await ask(this.grid.dataset.rowsUrl, { method: "POST", body }).catch(() => null);
    const drawn = answer?.ok ? [...parse(await answer.text()).querySelectorAll("tr")] : [];
    const found = new Map(drawn.filter((each) => each.dataset.row).map((each) => [each.dataset.row, each]));
    if (!rows.every(({ key }) => found.has(key))) {
      showToast(say("no_answer"), "danger");
      return null;
    }
    this.body.append(...drawn);
    return rows.map(({ key }) => found.get(key));
  }

  /** Take a line off the screen; one with a file or a secret waits unseen, for these cannot be written down. */
  putAway(row) {
    this.readRow(row);
    for (const { dataset } of this.grid.querySelectorAll("output[data-total]")) {
      const cell = row.element.querySelector(`[data-column="${CSS.escape(dataset.total)}"]`);
      if (cell && !(dataset.total in row.texts)) row.told[dataset.total] = cell.textContent.trim();
    }
    const bound = [...row.element.querySelectorAll("[type=file],[type=password]")].some(({ value }) => value);
    const note = row.element.nextElementSibling;
    if (note?.matches(".cw-row-msg")) note.remove();
    row.element.hidden = true;
    if (bound) return;
    row.element.remove();
    row.element = null;
  }

  /** So that a browser that goes back finds it again. */
  keep() {
    if (!this.carried && this.rows.every(({ element }) => element)) return;
    if (!this.carried) {
      this.carried = make("textarea", { name: `${this.name}.*`, hidden: true, "data-carried": "" });
      this.carried.defaultValue = '{"names":[],"rows":[]}';
      this.grid.prepend(this.carried);
    }
    this.carried.value = JSON.stringify({ ...packed(this.rows), moved: this.moved });
  }

  /** Where we are, and the number before each line. */
  tell() {
    const view = this.view();
    const count = this.rows.length;
    const shown = view.slice(this.first, this.first + this.page);
    const key = this.wanted.length ? "lines_found" : "lines_range";
    const text = say(key, { first: shown.length ? this.first + 1 : 0, last: this.first + shown.length, count: count.toLocaleString("en"), found: view.length });
    for (const bar of this.grid.querySelectorAll("[data-lines-bar]")) {
      bar.hidden = count <= this.page;
      bar.querySelector("[data-range]").textContent = text;
      for (const button of bar.querySelectorAll("[data-turn]")) {
        const to = this.first + Number(button.dataset.turn) * this.page;
        button.disabled = to < 0 || to >= view.length;
      }
    }
    for (const [index, { element }] of this.rows.entries()) if (element) element.querySelector(".cw-row-n").dataset.n = index + 1;
  }

  // -- changes -------------------------------------------------------------------------------

  append(element) {
    this.rows.push(this.made(element));
    this.tell();
  }

  drop(element) {
    this.rows = this.rows.filter((row) => row.element !== element);
    element.remove();
    this.tell();
    if (!this.body.querySelector(":scope > [data-row]:not([hidden])") && this.first) this.turn(-1);
  }

  /** A hand has laid a line down elsewhere on the page. */
  place(element) {
    const row = this.rowOf(element);
    const before = this.neighbour(element, "previousElementSibling");
    const after = this.neighbour(element, "nextElementSibling");
    this.rows = this.rows.filter((each) => each !== row);
    const at = before ? this.rows.indexOf(before) + 1 : after ? this.rows.indexOf(after) : 0;
    this.rows.splice(at, 0, row);
    this.moved = true;
    this.tell();
  }

  neighbour(element, way) {
    let next = element[way];
    while (next && (!next.dataset.row || next.hidden)) next = next[way];
    return next && this.rowOf(next);
  }
}
