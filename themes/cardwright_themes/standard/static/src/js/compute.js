// Formulas while one types: the whole form is asked once, computed values come back by name.
import { askFor, debounced, icon, make } from "./dom.js";
import { settle, storesOf } from "./line_store.js";
import { attachSuggestions, fillAll } from "./suggest.js";

export function attachCompute(form) {
  let turn = 0;
  attachSuggestions(form);
  storesOf(form); // from now on lines beyond the screen are posted too
  const compute = debounced(250, async () => {
    const mine = ++turn;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    const told = await askFor(form.dataset.compute, { method: "POST", body: new URLSearchParams(body) });
    if (!told || mine !== turn) return;
    const { values, filled, duplicates } = told;
    fillAll(form, settle(form, filled ?? {}, keepFilled));
    showAll(form, settle(form, values, keepShown));
    warn(form, duplicates ?? []);
    form.dispatchEvent(new CustomEvent("cw:computed"));
  });
  form.addEventListener("input", compute);
  form.addEventListener("change", compute);
  compute();
}

/** Records that look like what is typed, above the inputs, each a link that opens beside the form. */
function warn(form, duplicates) {
  const place = form.querySelector("[data-scroll]") ?? form;
  const old = place.querySelector("[data-duplicates]");
  if (!duplicates.length) return old?.remove();
  const links = duplicates.flatMap(({ text, url }, index) => [index ? " · " : " ", make("a", { href: url, target: "_blank", rel: "noopener" }, text)]);
  const note = make("div", { class: "cw-note cw-note-warning cw-doubles", "data-duplicates": "", role: "status" }, icon("alert-triangle"), make("span", {}, form.dataset.duplicates, ...links));
  if (old) old.replaceWith(note);
  else place.prepend(note);
}

/** What the server fills in a line that is not on the screen. */
function keepFilled(row, name, { text, title }, store) {
  Object.assign(row.texts, { [name]: [text], [`${name}.suggested`]: ["1"] });
  if (text && title !== text) (store.titles[name] ??= {})[text] = title;
}

function keepShown(row, name, text) {
  if (name in row.told) row.told[name] = text;
}

/** Each place is looked for once: a form may have a thousand lines. */
function showAll(form, values) {
  for (const place of form.querySelectorAll("[data-computed]")) {
    const text = values[place.dataset.computed];
    const shown = place.querySelector("span") ?? place;
    if (text !== undefined && shown.textContent !== text) shown.textContent = text;
  }
}
