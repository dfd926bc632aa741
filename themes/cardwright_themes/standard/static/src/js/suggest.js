// Suggested values: what a hand has set is marked and kept, all others follow the server; the
// bulb lists every suggestion with where it comes from.
import { askFor, make } from "./dom.js";
import { storeOf } from "./line_store.js";
import { say } from "./words.js";

const markOf = (form, name) => form.querySelector(`[data-suggest="${CSS.escape(name)}"]`);

export function attachSuggestions(form) {
  const touched = ({ target }) => setByHand(form, target.name);
  for (const name of ["input", "change"]) form.addEventListener(name, touched, true);
  form.addEventListener("formdata", ({ formData }) => {
    const posted = new Set(formData.keys()); // asked one by one, a thousand lines take seconds
    for (const mark of form.querySelectorAll("[data-suggest]:not([data-by-hand])")) {
      if (posted.has(mark.dataset.suggest)) formData.append(`${mark.dataset.suggest}.suggested`, "1");
    }
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-offers]");
    if (button) openOffers(form, button);
  });
}

/** Note that somebody set a value himself; what an equation binds to it follows from now on. */
function setByHand(form, name) {
  const mark = name && markOf(form, name);
  if (!mark) return;
  mark.dataset.byHand = "";
  const prefix = name.slice(0, name.lastIndexOf(".") + 1);
  for (const bound of (mark.dataset.bound ?? "").split(" ").filter(Boolean)) {
    const other = markOf(form, prefix + bound);
    if (other) delete other.dataset.byHand;
  }
}

/** Put in what the server fills, but never under the hands of who types. */
export function fillAll(form, filled) {
  for (const [name, { text, title }] of Object.entries(filled)) {
    const input = form.elements.namedItem(name);
    if (!input || input instanceof RadioNodeList || input.value === text) continue;
    if (input === document.activeElement || input.tomselect?.isFocused) continue;
    const mark = markOf(form, name);
    if (mark) delete mark.dataset.byHand;
    put(input, text, title);
  }
}

function put(input, text, title) {
  if (input.tomselect) {
    if (text) input.tomselect.addOption({ value: text, text: title });
    input.tomselect.setValue(text, true);
    return;
  }
  if (input instanceof HTMLSelectElement && text && ![...input.options].some(({ value }) => value === text)) input.append(new Option(title, text));
  input.value = text;
}

async function openOffers(form, button) {
  const open = document.querySelector(".cw-offers");
  open?.remove();
  if (open?.forButton === button) return;
  const mark = button.closest("[data-suggest]");
  const name = mark.dataset.suggest;
  storeOf(mark)?.claim(name);
  const body = new FormData(form);
  for (const [key, value] of [...body]) if (value instanceof File) body.delete(key);
  const url = `${form.dataset.compute}?offers=${encodeURIComponent(name)}`;
  const { offers = [] } = (await askFor(url, { method: "POST", body: new URLSearchParams(body) })) ?? {};
  const input = form.elements.namedItem(name);
  const choose = (offer, first) => () => {
    put(input, offer.text, offer.title);
    close();
    input.dispatchEvent(new Event("input", { bubbles: true }));
    if (first) delete mark.dataset.byHand;
    form.dispatchEvent(new Event("change"));
    button.focus();
  };
  const entries = offers.map((offer, index) =>
    make("button", { type: "button", class: `cw-offer${offer.text === input.value ? " cw-on" : ""}`, role: "menuitem", onclick: choose(offer, index === 0) }, make("span", {}, offer.label), make("b", {}, offer.shown)),
  );
  if (!entries.length) entries.push(make("span", { class: "cw-offer cw-none" }, say("no_offers")));
  const menu = make("div", { class: "cw-pop cw-offers", role: "menu" }, entries);
  const close = () => {
    menu.remove();
    button.setAttribute("aria-expanded", "false");
    removeEventListener("pointerdown", outside, true);
    removeEventListener("scroll", close, true);
  };
  const outside = (event) => menu.contains(event.target) || button.contains(event.target) || close();
  menu.forButton = button;
  menu.addEventListener("keydown", (event) => {
    const at = entries.indexOf(document.activeElement);
    if (event.key === "Escape") close(), button.focus(), event.preventDefault();
    if (event.key === "ArrowDown") entries[(at + 1) % entries.length].focus(), event.preventDefault();
    if (event.key === "ArrowUp") entries.at(at - 1).focus(), event.preventDefault();
  });
  addEventListener("pointerdown", outside, true);
  addEventListener("scroll", close, true);
  document.body.append(menu);
  place(menu, button);
  button.setAttribute("aria-expanded", "true");
  entries[0].focus?.({ preventScroll: true });
}

function place(menu, button) {
  const { left, bottom, top } = button.getBoundingClientRect();
  const { width, height } = menu.getBoundingClientRect();
  menu.style.left = `${Math.max(8, Math.min(left, innerWidth - width - 8))}px`;
  menu.style.top = `${bottom + height + 8 > innerHeight ? Math.max(8, top - height - 4) : bottom + 4}px`;
}
