// The dialog in which a record is looked for or quickly made; gives back what was chosen.
import { enhance } from "./behaviours.js";
import { ask, make, parse } from "./dom.js";
import { htmx } from "./live.js";
import { showToast } from "./toasts.js";
import { say } from "./words.js";

let finish = () => {};

/** Show a page's fragment in the dialog; resolves to [{value, text}, …] or to null. */
export async function openInDialog(url, from = document.activeElement) {
  const dialog = document.getElementById("cw-dialog");
  const answer = await ask(url, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || !fill(dialog, await answer.text(), url)) {
    showToast(say("no_answer"), "danger");
    return null;
  }
  if (!dialog.open) dialog.showModal();
  typeTitle(dialog, url);
  (dialog.querySelector("[autofocus]") ?? dialog.querySelector("input:not([type=hidden]),select"))?.focus();
  return new Promise((resolve) => {
    finish = (chosen) => {
      finish = () => {};
      if (dialog.open) dialog.close();
      comeBack(from);
      resolve(chosen);
    };
  });
}

/** What opened the dialog may be hidden by now in its menu: then the cursor comes back to the menu. */
function comeBack(from) {
  if (!document.activeElement.matches("body, dialog:not([open]) *")) return;
  (from?.closest(".cw-menu")?.querySelector("summary") ?? from)?.focus();
}

function fill(dialog, html, url = "") {
  const fragment = parse(html).getElementById("cw-fragment");
  if (!fragment) return false;
  keepRecord(fragment.querySelector(".cw-picker-s"), url);
  dialog.replaceChildren(document.adoptNode(fragment));
  htmx.process(dialog);
  enhance(dialog);
  return true;
}

/** What was typed into the link becomes the name of the new record. */
function typeTitle(dialog, url) {
  const first = dialog.querySelector(".cw-quick input[type=text]");
  if (first && !first.value) first.value = new URL(url, location.href).searchParams.get("title") ?? "";
}

/** Searching in the picker stays within what the form holds so far. */
function keepRecord(search, url) {
  for (const [name, value] of search ? new URL(url, location.href).searchParams : []) {
    if (name.startsWith("record.")) search.append(make("input", { type: "hidden", name, value }));
  }
}

export function attachDialog(dialog) {
  dialog.addEventListener("close", () => {
    finish(null);
    dialog.replaceChildren();
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

export function attachPicker(picker) {
  const chosen = new Map();
  const rowOf = (element) => element.closest("[data-id]");
  const entry = (row) => ({ value: row.dataset.id, text: row.dataset.title });
  picker.addEventListener("click", async (event) => {
    const quick = event.target.closest("[data-quick]");
    if (quick) {
      event.preventDefault();
      const resolve = finish;
      finish = () => {};
      const made = await openInDialog(quick.href);
      return resolve(made);
    }
    if (event.target.closest("[data-take]")) return finish([...chosen.values()]);
    const row = rowOf(event.target);
    if (!row || event.target.closest("a")) return undefined;
    if (!("several" in picker.dataset)) return finish([entry(row)]);
    const box = row.querySelector("[type=checkbox]");
    if (event.target !== box) box.checked = !box.checked;
    if (box.checked) chosen.set(row.dataset.id, entry(row));
    else chosen.delete(row.dataset.id);
    return undefined;
  });
}

/** A record was made for whoever asked; an action was done, and the page goes on elsewhere. */
function leave(told) {
  if (told.url) location.assign(told.url);
  else finish([told]);
}

export function attachQuick(form) {
  form.addEventListener("submit", async (event) => {
    const dialog = form.closest("dialog");
    if (!dialog) return;
    event.preventDefault();
    const body = form.enctype === "multipart/form-data" ? new FormData(form) : new URLSearchParams(new FormData(form));
    const answer = await ask(form.action, { method: "POST", body }).catch(() => null);
    if (!answer) return showToast(say("no_answer"), "danger");
    if (answer.headers.get("content-type")?.includes("json") && answer.ok) return leave(await answer.json());
    if (!fill(dialog, await answer.text())) showToast(say("failed", { number: answer.status }), "danger");
    return undefined;
  });
}
