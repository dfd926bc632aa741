// A field of a card is changed where it stands: its form takes the value's place and gives it back.
import { enhance } from "./behaviours.js";
import { ask, parse } from "./dom.js";
import { htmx } from "./live.js";
import { attachToasts, showToast } from "./toasts.js";
import { say } from "./words.js";

/** Values that are open, each with what stood there before. */
const opened = new WeakMap();

export function attachInPlace(part) {
  part.addEventListener("click", (event) => {
    const pen = event.target.closest("a[data-place]");
    if (!pen || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(pen.closest("dd"), pen);
  });
  part.addEventListener("dblclick", (event) => {
    const value = event.target.closest("dd");
    const pen = value?.querySelector("a[data-place]");
    if (pen && !event.target.closest("a, button, form")) open(value, pen);
  });
}

async function open(value, pen) {
  const other = document.querySelector("dd.cw-open");
  if (other && other !== value) {
    if (typed(other) === opened.get(other)?.typed) close(other);
    else await save(other.querySelector("form"), other);
    if (other.isConnected && other.classList.contains("cw-open")) return undefined; // it was refused, and says why
    pen = document.querySelector(`a[data-place="${CSS.escape(pen.dataset.place)}"]`);
    value = pen?.closest("dd");
    if (!value) return undefined;
  }
  const answer = await ask(pen.dataset.place, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer) return showToast(say("no_answer"), "danger");
  if (!answer.ok) return location.assign(pen.href);
  const before = [...value.childNodes];
  if (!fill(value, await answer.text())) return location.assign(pen.href);
  opened.set(value, { before, typed: typed(value) });
  return undefined;
}

/** What stands in the inputs of a value that is open. */
function typed(value) {
  return JSON.stringify([...new FormData(value.querySelector("form"))].map(([name, text]) => [name, text.name ?? text]));
}

function fill(value, html) {
  const form = parse(html).getElementById("cw-fragment");
  if (!form) return false;
  form.removeAttribute("id");
  value.classList.add("cw-open");
  value.replaceChildren(document.adoptNode(form));
  htmx.process(value);
  enhance(value);
  (value.querySelector("[aria-invalid=true]") ?? value.querySelector("input:not([type=hidden]), select, textarea"))?.focus();
  return true;
}

function close(value) {
  const { before, refused } = opened.get(value) ?? {};
  if (!before) return;
  if (refused) return showAnew(value.querySelector("form").action); // somebody else may have changed it
  opened.delete(value);
  value.classList.remove("cw-open");
  value.replaceChildren(...before);
  value.querySelector("a[data-place]")?.focus();
}

/** The form of one field: saved in its place, given up with Escape. */
export function attachFieldForm(form) {
  const value = form.closest("dd");
  if (!value) return;
  form.addEventListener("click", (event) => {
    if (!event.target.closest("[data-stops]")) return;
    event.preventDefault();
    close(value);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    event.stopPropagation();
    close(value);
  });
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const button = form.querySelector("button:not([type=button])");
    if (button.disabled) return;
    button.disabled = true;
    await save(form, value);
    button.disabled = false;
  });
}

async function save(form, value) {
  const body = form.enctype === "multipart/form-data" ? new FormData(form) : new URLSearchParams(new FormData(form));
  const headers = { Accept: "application/json, text/html" };
  const answer = await ask(form.action, { method: "POST", body, headers }).catch(() => null);
  if (!answer) return showToast(say("no_answer"), "danger");
  const isJson = answer.headers.get("content-type")?.includes("json");
  // What was changed may change other values, the title, the path: the card is shown anew.
  if (answer.ok && isJson) return showAnew(form.action);
  const before = opened.get(value);
  if (before) before.refused = true;
  if (isJson || !fill(value, await answer.text())) showToast(say("failed", { number: answer.status }), "danger");
  return undefined;
}

async function showAnew(place) {
  const answer = await ask(location.href, { headers: { Accept: "text/html" } }).catch(() => null);
  const page = answer?.ok ? parse(await answer.text()) : null;
  const [main, fresh] = [document.getElementById("cw-main"), page?.getElementById("cw-main")];
  if (!fresh) return location.reload();
  const height = main.querySelector("[data-scroll]")?.scrollTop ?? 0;
  main.replaceChildren(...[...fresh.childNodes].map((node) => document.adoptNode(node)));
  const told = [...(page.getElementById("cw-toasts")?.children ?? [])];
  const toasts = document.getElementById("cw-toasts");
  toasts.append(...told.map((node) => document.adoptNode(node)));
  attachToasts(toasts);
  for (const each of [main, toasts]) htmx.process(each);
  enhance(main);
  const scroller = main.querySelector("[data-scroll]");
  if (scroller) scroller.scrollTop = height;
  const path = new URL(place, location.href).pathname;
  main.querySelector(`a[data-place="${CSS.escape(path)}"]`)?.focus({ preventScroll: true });
  return undefined;
}
