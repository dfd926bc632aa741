// Grouped lists: heads of columns are dragged to the strip, groups open where they stand.
import { enhance } from "./behaviours.js";
import { ask, parse } from "./dom.js";
import { htmx } from "./live.js";
import { showToast } from "./toasts.js";
import { say } from "./words.js";

/** The strip takes a head of a column; what the head's menu leads to happens then. */
export function attachGroupStrip(strip) {
  const list = strip.closest("[data-cw~=list]") ?? document;
  for (const head of list.querySelectorAll("thead th")) {
    const link = head.querySelector("a[data-group]");
    if (!link) continue;
    head.draggable = true;
    head.addEventListener("dragstart", (event) => {
      event.dataTransfer.setData("text/plain", link.href);
      event.dataTransfer.effectAllowed = "copy";
      strip.classList.add("cw-strip-wait");
    });
    head.addEventListener("dragend", () => strip.classList.remove("cw-strip-wait", "cw-strip-over"));
  }
  strip.addEventListener("dragover", (event) => {
    if (!strip.classList.contains("cw-strip-wait")) return;
    event.preventDefault();
    strip.classList.add("cw-strip-over");
  });
  strip.addEventListener("dragleave", () => strip.classList.remove("cw-strip-over"));
  strip.addEventListener("drop", (event) => {
    event.preventDefault();
    const wanted = event.dataTransfer.getData("text/plain");
    const link = [...list.querySelectorAll("a[data-group]")].find((each) => each.href === wanted);
    link?.click();
  });
}

/** What stands in a group is fetched when it is opened, and kept when it is closed. */
export function attachGroups(table) {
  table.addEventListener("click", (event) => {
    const button = event.target.closest(".cw-twist");
    if (!button) return;
    event.preventDefault();
    turn(button.closest("tr"), button);
  });
}

async function turn(row, button) {
  const open = button.getAttribute("aria-expanded") === "true";
  if (!open && row.nextElementSibling?.dataset.in !== keyOf(row) && !(await fetchInto(row, button))) return;
  button.setAttribute("aria-expanded", String(!open));
  for (const each of inside(row)) each.hidden = open || isClosed(each);
}

/** A row's place in the tree: the keys of the groups around it. */
function keyOf(row) {
  row.dataset.key ||= `${row.dataset.in ?? ""}/${[...row.parentElement.children].indexOf(row)}-${Math.random().toString(36).slice(2, 7)}`;
  return row.dataset.key;
}

function inside(row) {
  const key = keyOf(row);
  return [...row.parentElement.children].filter((each) => each.dataset.in === key || each.dataset.in?.startsWith(`${key}/`));
}

/** A row stays hidden while some group around it, inside the one that was opened, is closed. */
function isClosed(row) {
  for (let key = row.dataset.in; key; ) {
    const around = [...row.parentElement.children].find((each) => each.dataset.key === key);
    if (!around) return false;
    if (around.querySelector(".cw-twist")?.getAttribute("aria-expanded") !== "true") return true;
    key = around.dataset.in;
  }
  return false;
}

async function fetchInto(row, button) {
  button.classList.add("cw-busy");
  const answer = await ask(row.dataset.groupUrl, { headers: { Accept: "text/html" } }).catch(() => null);
  button.classList.remove("cw-busy");
  const body = answer?.ok ? parse(await answer.text()).getElementById("cw-fragment") : null;
  if (!body) {
    showToast(answer ? say("failed", { number: answer.status }) : say("no_answer"), "danger");
    return false;
  }
  const level = Number(row.dataset.level ?? 0) + 1;
  const rows = [...body.children].map((each) => document.adoptNode(each));
  for (const each of rows) {
    each.dataset.in = keyOf(row);
    each.dataset.level = Math.min(level, 4);
  }
  row.after(...rows);
  for (const each of rows) {
    htmx.process(each);
    enhance(each);
  }
  return true;
}
