// The keyboard: elements with data-key are pressed by it, ? shows the sheet, ⌘K the command bar.
import { isTyping } from "./dom.js";

export function listenToKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.isComposing) return;
    if ((event.metaKey || event.ctrlKey) && !event.altKey) return withModifier(event);
    if (event.altKey || document.querySelector("dialog[open]")) return;
    if (isTyping(event.target)) return leaveTyping(event);
    if (event.key === "?") {
      event.preventDefault();
      return document.getElementById("cw-keys")?.showModal();
    }
    press(event);
  });
}

function withModifier(event) {
  const key = event.key.toLowerCase();
  if (key === "k") {
    const command = document.getElementById("cw-command");
    if (command && !command.open) {
      event.preventDefault();
      command.showModal();
    }
  } else if (key === "s") {
    const form = document.querySelector("dialog[open] form.cw-quick") ?? document.getElementById("cw-form");
    if (form) {
      event.preventDefault();
      form.requestSubmit([...form.querySelectorAll("[data-save]")].find(visible));
    }
  }
}

function leaveTyping(event) {
  if (event.key !== "Escape") return;
  const search = event.target.closest(".cw-search");
  if (search || event.target.closest(".cw-builder")) event.target.blur();
  else press(event);
}

function press(event) {
  const wanted = CSS.escape(event.key.length === 1 ? event.key.toLowerCase() : event.key);
  const element = [...document.querySelectorAll(`[data-key="${wanted}"]`)].find(visible);
  if (!element) return;
  event.preventDefault();
  if (element.matches("input")) {
    element.focus();
    element.select();
  } else element.click();
}

const visible = (element) => element.getClientRects().length > 0 || element.matches(".cw-search input");
