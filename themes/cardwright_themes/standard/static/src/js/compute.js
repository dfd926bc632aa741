// Formulas while one types: the whole form is asked once, computed values come back by name.
import { ask, debounced, icon, make } from "./dom.js";
import { attachSuggestions, fill } from "./suggest.js";

export function attachCompute(form) {
  let turn = 0;
  attachSuggestions(form);
  const compute = debounced(250, async () => {
    const mine = ++turn;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    const answer = await ask(form.dataset.compute, { method: "POST", body: new URLSearchParams(body) }).catch(() => null);
    if (!answer?.ok || mine !== turn) return;
    const { values, filled, duplicates } = await answer.json();
    for (const [name, value] of Object.entries(filled ?? {})) fill(form, name, value);
    for (const [name, text] of Object.entries(values)) show(form, name, text);
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

function show(form, name, text) {
  const shown = form.querySelector(`[data-computed="${CSS.escape(name)}"]`);
  if (shown) (shown.querySelector("span") ?? shown).textContent = text;
}
