// Menus that close, dialogs that open, the switches for appearance.
import { ask } from "./dom.js";
import { showToast } from "./toasts.js";
import { say } from "./words.js";

export function attachMenu(menu) {
  const close = (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  };
  menu.addEventListener("toggle", () => {
    if (menu.open) document.addEventListener("pointerdown", close);
    else document.removeEventListener("pointerdown", close);
  });
  menu.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      event.stopPropagation();
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
}

export function attachSheet(dialog) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close();
  });
}

export function attachSidebar(side) {
  side.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest" });
}

/** What is folded stays folded on the next page: the server is told behind it. */
export function attachRemembered(details) {
  details.querySelector("summary").addEventListener("click", () => {
    const body = new URLSearchParams({ [details.dataset.name]: details.open ? "folded" : "open" });
    // Whoever looks as somebody else keeps nothing, and a lost answer costs one click later.
    ask(details.dataset.url, { method: "POST", body, redirect: "manual" }).catch(() => null);
  });
}

/** Where not all fits beside each other, a faded end says that there is more. */
export function attachEnds(strip) {
  const mark = () => {
    const left = strip.scrollWidth - strip.clientWidth - Math.abs(strip.scrollLeft);
    strip.classList.toggle("cw-more-before", Math.abs(strip.scrollLeft) > 1);
    strip.classList.toggle("cw-more-after", left > 1);
  };
  strip.addEventListener("scroll", mark, { passive: true });
  new ResizeObserver(mark).observe(strip);
}

/** Tabs that do not fit: the chosen one is seen, a wheel moves them. */
export function attachTabs(tabs) {
  tabs.querySelector("[aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  attachEnds(tabs);
  tabs.addEventListener("wheel", (event) => {
    if (event.deltaX || tabs.scrollWidth <= tabs.clientWidth) return;
    event.preventDefault();
    tabs.scrollLeft += event.deltaY;
  });
}

/** Appearance changes at once; the server is told behind it. */
export function attachSwitches(form) {
  form.addEventListener("submit", async (event) => {
    const { name, value } = event.submitter ?? {};
    if (name !== "mode" && name !== "density") return;
    event.preventDefault();
    document.documentElement.setAttribute(name === "mode" ? "data-bs-theme" : "data-density", value);
    for (const button of form.querySelectorAll(`[name=${name}]`)) button.setAttribute("aria-pressed", String(button.value === value));
    const body = new FormData(form, event.submitter);
    const answer = await ask(form.action, { method: "POST", body: new URLSearchParams(body), redirect: "manual" }).catch(() => null);
    if (!answer) showToast(say("no_answer"), "danger");
  });
}

/** data-opens="id" opens a dialog or shows what is hidden; data-closes closes what is around. */
export function openAndClose() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens]");
    if (opener) {
      event.preventDefault();
      toggle(opener);
    }
    const closer = event.target.closest("[data-closes]");
    if (closer) close(closer, event);
    const copier = event.target.closest("[data-copy]");
    if (copier) navigator.clipboard?.writeText(copier.dataset.copy).then(() => showToast(say("copied")));
  });
  for (const copier of document.querySelectorAll("[data-copy]")) copier.hidden = !navigator.clipboard;
}

/** A link that closes leads back where no dialog is around it. */
function close(closer, event) {
  const around = closer.closest(closer.dataset.closes === "toast" ? ".cw-toast" : "dialog");
  if (around && closer.matches("a")) event.preventDefault();
  if (around instanceof HTMLDialogElement) around.close();
  else around?.remove();
}

export function toggle(opener) {
  const target = document.getElementById(opener.dataset.opens);
  if (!target) return;
  if (target instanceof HTMLDialogElement) {
    if (!target.open) target.showModal();
    return;
  }
  target.hidden = !target.hidden;
  opener.setAttribute("aria-expanded", String(!target.hidden));
  if (!target.hidden) target.dispatchEvent(new CustomEvent("cw:shown"));
}
