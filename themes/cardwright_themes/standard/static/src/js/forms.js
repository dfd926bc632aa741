// Forms: what was typed is not lost, errors are shown, files are dropped, passwords seen.
import { make } from "./dom.js";
import { say } from "./words.js";

/** A page that is a form begins in its first input; one with a list, which would drop open, is a Tab away. */
function begin(form) {
  if (!matchMedia("(hover: hover)").matches || document.activeElement !== document.body) return;
  if (form.querySelector(".cw-form-errors, [autofocus]")) return;
  const first = form.querySelector(".cw-form-body :is(input, select, textarea):not([type=hidden], :disabled, :read-only:not(select))");
  (first?.matches("input, textarea") ? first : form.querySelector(".cw-form-body"))?.focus();
}

export function attachGuard(form) {
  begin(form);
  let dirty = "dirty" in form.dataset;
  let leaving = false;
  for (const name of ["input", "change"]) form.addEventListener(name, () => (dirty = true));
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "1";
    leaving = true;
    showBusy(event.submitter);
  });
  form.addEventListener("cw:unsent", () => {
    leaving = false;
    dirty = true;
    showIdle(form);
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) delete form.dataset.sent;
  });
  // Nothing holds whoever goes where he comes back from, nor a form that another has taken the place of.
  const isHeld = () => dirty && !leaving && form.isConnected && !("free" in form.dataset);
  addEventListener("beforeunload", (event) => {
    if (isHeld()) event.preventDefault();
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !isHeld() || event.defaultPrevented || link.target || link.download || link.getAttribute("href").startsWith("#") || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    if (await askToLeave()) {
      leaving = true;
      location.href = link.href;
    }
  });
}

function showBusy(button) {
  if (!button) return;
  button.classList.add("cw-busy");
  button.prepend(make("span", { class: "cw-spin", "aria-hidden": "true" }));
}

function showIdle(form) {
  for (const button of form.querySelectorAll(".cw-busy")) {
    button.classList.remove("cw-busy");
    button.querySelector(".cw-spin")?.remove();
  }
}

function askToLeave() {
  return new Promise((resolve) => {
    const close = (answer) => () => {
      dialog.remove();
      resolve(answer);
    };
    const leave = make("button", { type: "button", class: "btn", onclick: close(true) }, say("leave"));
    const stay = make("button", { type: "button", class: "btn btn-primary", onclick: close(false) }, say("stay"));
    const dialog = make("dialog", { class: "cw-dialog cw-dialog-s" }, make("div", { class: "cw-dialog-h" }, make("h2", {}, say("unsaved"))), make("footer", { class: "cw-dialog-f" }, leave, stay));
    dialog.addEventListener("cancel", close(false));
    document.body.append(dialog);
    dialog.showModal();
    stay.focus();
  });
}

export function focusFirst(summary) {
  summary.focus();
  summary.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href^='#']");
    if (!link) return;
    event.preventDefault();
    const name = link.getAttribute("href").slice(1);
    const lines = document.getElementById(name) ? null : await import("./line_store.js");
    await lines?.reveal(summary.closest("form"), name.replace(/^f-/, ""));
    const target = document.getElementById(name);
    if (!target) return;
    target.scrollIntoView({ block: "center" });
    (target.tomselect ?? target).focus();
  });
}

/** Where the browser cannot size a text by its content, the script does. */
export function growWithText(area) {
  if (CSS.supports("field-sizing", "content")) return;
  const grow = () => {
    area.style.height = "auto";
    area.style.height = `${Math.min(area.scrollHeight, innerHeight * 0.4)}px`;
  };
  area.addEventListener("input", grow);
  grow();
}

export function attachPassword(frame) {
  const input = frame.querySelector("input");
  const button = frame.querySelector("[data-show]");
  button.hidden = false;
  button.addEventListener("click", () => {
    input.type = input.type === "password" ? "text" : "password";
    input.focus();
  });
}

export function attachUpload(area) {
  for (const input of area.querySelectorAll("input[type=file]")) {
    const drop = input.closest(".cw-drop");
    for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, () => drop.classList.add("cw-over"));
    for (const name of ["dragleave", "drop"]) drop.addEventListener(name, () => drop.classList.remove("cw-over"));
    input.addEventListener("change", () => {
      const { files } = input;
      drop.querySelector("[data-name]").textContent = files.length === 1 ? files[0].name : say("files", { count: files.length });
      if ("submit" in input.dataset && files.length) input.form.requestSubmit();
    });
  }
}

export function attachColour(area) {
  const [text, chooser] = area.querySelectorAll("input");
  chooser.hidden = text.readOnly;
  const shown = () => { if (/^#[0-9a-f]{6}$/i.test(text.value)) chooser.value = text.value; };
  text.addEventListener("input", shown);
  chooser.addEventListener("input", () => {
    text.value = chooser.value;
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

// Puts the signs of Markdown around what is marked, or before each marked line.
function withSigns(text, sign, start, end) {
  const marked = text.slice(start, end);
  if (sign === "[]()") return [`[${marked}](https://)`, start + marked.length + 3, start + marked.length + 11];
  if (!sign.endsWith(" ")) return [sign + marked + sign, start + sign.length, end + sign.length];
  const lines = marked.split("\n").map((line) => sign + line).join("\n");
  return [lines, start, start + lines.length];
}

export function attachRichText(area) {
  const bar = area.querySelector(".cw-rich-bar");
  const text = area.querySelector("textarea");
  if (!bar || text.readOnly) return;
  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const sign = event.target.closest("[data-sign]")?.dataset.sign;
    if (!sign) return;
    let start = text.selectionStart;
    if (sign.endsWith(" ")) start = text.value.lastIndexOf("\n", start - 1) + 1;
    const [put, from, to] = withSigns(text.value, sign, start, text.selectionEnd);
    text.setRangeText(put, start, text.selectionEnd);
    text.focus();
    text.setSelectionRange(from, to);
    text.dispatchEvent(new Event("input", { bubbles: true }));
  });
}

export function attachConflict(form) {
  form.addEventListener("click", (event) => {
    const which = event.target.closest("[data-all]")?.dataset.all;
    if (which) for (const radio of form.querySelectorAll(`[value=${which}]`)) radio.checked = true;
  });
}
