// The lines grid: rows by keyboard, from a pasted table, by hand; sums run along.
import Sortable from "sortablejs/modular/sortable.core.esm.js";
import { enhance } from "./behaviours.js";
import { debounced } from "./dom.js";
import { fromUnits, sum } from "./decimals.js";
import { fillCell } from "./cells.js";
import { storeOf } from "./line_store.js";

export function attachLines(grid) {
  const body = grid.querySelector("[data-rows]");
  const blank = grid.querySelector(":scope > template");
  let next = Number(grid.dataset.next);

  const changed = () => {
    addUp(grid);
    grid.closest("form")?.dispatchEvent(new Event("change"));
  };
  const store = storeOf(grid);

  const add = async ({ focus = true } = {}) => {
    if (!blank || (store && !(await store.toEnd()))) return null;
    const made = document.createElement("template");
    made.innerHTML = blank.innerHTML.replaceAll("__n__", String(next++));
    const row = made.content.querySelector("[data-row]");
    body.append(row);
    store?.append(row);
    enhance(row);
    if (focus) focusCell(cells(row)[0]);
    changed();
    return row;
  };
  const remove = (row, removed) => {
    const mark = row.querySelector("[data-remove-mark]");
    if (mark) {
      mark.disabled = !removed; // a disabled input is not posted
      row.classList.toggle("cw-removed", removed);
    } else if (store) store.drop(row);
    else row.remove();
    changed();
  };

  grid.querySelector("[data-add]")?.addEventListener("click", () => add());
  body.addEventListener("click", (event) => {
    const row = event.target.closest("[data-row]");
    if (event.target.closest("[data-remove]")) remove(row, true);
    else if (event.target.closest("[data-unremove]")) remove(row, false);
  });
  body.addEventListener("keydown", (event) => onKey(event, { add, remove, store }));
  body.addEventListener("paste", (event) => onPaste(event, { add, changed, store }));
  if (store) leafThrough(grid, store);
  grid.addEventListener("cw:lines", changed);
  if (grid.dataset.matrix !== undefined) grid.addEventListener("input", chooseWay);
  grid.addEventListener("input", () => addUp(grid));
  grid.addEventListener("change", () => addUp(grid));
  grid.closest("form")?.addEventListener("cw:computed", () => addUp(grid));
  if (body.querySelector("[data-handle]") || blank) Sortable.create(body, { handle: "[data-handle]", draggable: "[data-row]", animation: 160, onEnd: ({ item }) => {
    store?.place(item);
    changed();
  } });
  addUp(grid);
}

/** Buttons and a search lead to lines that are not on the screen; without this script the buttons ask the server. */
function leafThrough(grid, store) {
  for (const bar of grid.querySelectorAll("[data-lines-bar]")) {
    bar.addEventListener("click", (event) => {
      const button = event.target.closest("[data-turn]");
      if (!button) return;
      event.preventDefault();
      store.turn(Number(button.dataset.turn));
    });
    const find = bar.querySelector("[data-find]");
    if (!find) continue;
    bar.querySelector("[data-find-frame]").hidden = false;
    const search = debounced(150, () => store.search(find.value));
    find.addEventListener("input", (event) => {
      event.stopPropagation(); // nothing of the record was typed
      search();
    });
    find.addEventListener("change", (event) => event.stopPropagation());
    find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  }
}

const cells = (row) => [...row.querySelectorAll("[data-column]")];
const rowsOf = (body) => [...body.querySelectorAll("[data-row]:not([hidden])")];

function focusCell(cell) {
  const field = cell?.querySelector("input:not([type=hidden]),select,textarea");
  if (!field) return;
  (field.tomselect ?? field).focus();
  if (field.matches("input[type=text]")) field.select();
}

/** The line before or after one, fetched if it is on another page. */
async function neighbour(row, by, store) {
  const rows = rowsOf(row.parentElement);
  const next = rows[rows.indexOf(row) + by];
  if (next || !store) return next;
  const view = store.view();
  const other = view[view.indexOf(store.rowOf(row)) + by];
  return other && (await store.reveal(other)) ? other.element : undefined;
}

function onKey(event, { add, remove, store }) {
  const cell = event.target.closest("[data-column]");
  if (!cell || event.isComposing || event.defaultPrevented) return;
  const row = cell.closest("[data-row]");
  const rows = rowsOf(row.parentElement);
  const at = rows.indexOf(row);
  const column = cells(row).indexOf(cell);
  const open = cell.querySelector(".ts-wrapper.dropdown-active");
  const modified = event.metaKey || event.ctrlKey;
  const go = async (by) => {
    const to = await neighbour(row, by, store);
    if (to) focusCell(cells(to)[column]);
    return Boolean(to);
  };
  const above = at ? () => textOf(cells(rows[at - 1])[column]) : store?.textAbove(row, cell.dataset.column);
  if (event.key === "Enter" && !event.shiftKey && !open) {
    go(1).then((gone) => gone || add());
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !open && !event.target.matches("textarea,select")) {
    go(event.key === "ArrowDown" ? 1 : -1);
  } else if (modified && event.key.toLowerCase() === "d" && above) {
    fillCell(cell, above());
  } else if (modified && event.key === "Backspace") {
    remove(row, true);
    focusCell(cells(rows[at + 1] ?? rows[at - 1] ?? row)[column]);
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** A copied table: cells to the right and below, with new rows where there are none. */
async function onPaste(event, { add, changed, store }) {
  const text = event.clipboardData?.getData("text/plain") ?? "";
  const cell = event.target.closest("[data-column]");
  if (!cell || !/[\t\n]/.test(text.trimEnd())) return;
  event.preventDefault();
  const column = cells(cell.closest("[data-row]")).indexOf(cell);
  const table = text.trimEnd().split(/\r?\n/).map((line) => line.split("\t"));
  let target = null;
  for (const values of table) {
    target = target ? ((await neighbour(target, 1, store)) ?? (await add({ focus: false }))) : cell.closest("[data-row]");
    if (!target) break;
    await Promise.all(values.map((value, right) => cells(target)[column + right] && fillCell(cells(target)[column + right], value.trim())));
  }
  changed();
}

function textOf(cell) {
  const field = cell.querySelector("select,input:not([type=hidden]),textarea");
  if (field?.matches("select")) return field.selectedOptions[0]?.text.trim() ?? "";
  if (field?.matches("[type=checkbox]")) return field.checked ? "true" : "false";
  return (field?.value ?? cell.querySelector("[data-computed] span, .cw-ro span")?.textContent ?? "").trim();
}

// A row of a matrix: its total follows the cells, until one types a total that is to be spread over them.
function addUpRow(row) {
  const total = row.querySelector('[data-column="total"] input');
  const way = row.querySelector('[data-column="spread"] select');
  if (!total || way?.value) return;
  const typed = [...row.querySelectorAll('[data-column^="c"]')].filter((cell) => /^c\d+$/.test(cell.dataset.column));
  const texts = typed.map(textOf).filter((text) => text);
  const scale = Number(row.closest("[data-matrix]").dataset.matrix);
  total.value = texts.length ? fromUnits(sum(texts, scale), scale).replaceAll(",", "").replace("−", "-") : "";
}

function chooseWay(event) {
  const way = event.target.closest('[data-column="total"]')?.closest("[data-row]").querySelector('[data-column="spread"] select');
  if (!way || way.value || !event.target.value) return;
  way.value = [...way.options].find((option) => option.value)?.value ?? "";
  way.tomselect?.setValue(way.value, true);
}

function addUp(grid) {
  const rows = [...grid.querySelectorAll("[data-row]:not(.cw-removed)")].filter((row) => !row.closest("template"));
  const store = storeOf(grid);
  const beyond = store ? store.rows.filter((row) => !row.element && !store.isRemoved(row)) : [];
  if (grid.dataset.matrix !== undefined) rows.forEach(addUpRow);
  for (const output of grid.querySelectorAll("output[data-total]")) {
    const scale = Number(output.dataset.scale);
    const texts = rows.map((row) => textOf(row.querySelector(`[data-column="${CSS.escape(output.dataset.total)}"]`)));
    texts.push(...beyond.map((row) => store.shown(row, output.dataset.total)));
    output.textContent = fromUnits(sum(texts, scale), scale, Number(output.dataset.least));
  }
}
