// Asks in place before something is done that one might regret; no window opens.
import { make } from "./dom.js";
import { say } from "./words.js";

/** Puts the question where the controls were; resolves to true or false and puts them back. */
export function askInPlace(place, question, verb) {
  return new Promise((resolve) => {
    const hidden = [...place.children].filter((child) => !child.hidden && child.type !== "hidden");
    const finish = (answer) => {
      asking.remove();
      for (const child of hidden) child.hidden = false;
      resolve(answer);
    };
    const yes = make("button", { type: "button", class: "btn btn-danger btn-s", onclick: () => finish(true) }, verb || say("confirm"));
    const no = make("button", { type: "button", class: "btn btn-quiet btn-s", onclick: () => finish(false) }, say("cancel"));
    const asking = make("span", { class: "cw-asking", role: "alertdialog", "aria-label": question }, make("span", {}, question), yes, no);
    asking.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      finish(false);
    });
    for (const child of hidden) child.hidden = true;
    place.append(asking);
    no.focus();
  });
}

export function attachConfirm(form) {
  let confirmed = false;
  form.addEventListener("submit", async (event) => {
    if (confirmed) return;
    event.preventDefault();
    const { submitter } = event;
    if (!(await askInPlace(form, form.dataset.confirm, submitter?.querySelector("span")?.textContent))) return submitter?.focus();
    confirmed = true;
    form.requestSubmit(submitter);
  });
}
