// The column chooser: ticked fields move up, dragging orders them, the list follows at once.
import Sortable from "sortablejs/modular/sortable.core.esm.js";
import { debounced } from "./dom.js";

export function attachChooser(menu) {
  const form = menu.querySelector("form");
  const [shown, hidden] = [form.querySelector("[data-shown]"), form.querySelector("[data-hidden]")];
  const find = form.querySelector("[data-find]");
  let dirty = false;
  Sortable.create(shown, { handle: ".cw-grip", draggable: "li:not([data-pinned])", animation: 160, forceFallback: true, onEnd: () => (dirty = true) });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[name=columns]")) (event.target.checked ? shown : hidden).append(event.target.closest("li"));
    if (event.target !== find) dirty = true;
  });
  find.addEventListener("input", debounced(60, () => {
    const wanted = find.value.trim().toLowerCase();
    for (const entry of form.querySelectorAll("li")) entry.hidden = wanted !== "" && !entry.dataset.label.toLowerCase().includes(wanted);
  }));
  find.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  // What was changed is kept when the menu closes: nothing to remember to press.
  menu.addEventListener("toggle", () => {
    if (menu.open || !dirty) return;
    dirty = false;
    form.requestSubmit(form.querySelector("[data-save]"));
  });
}
