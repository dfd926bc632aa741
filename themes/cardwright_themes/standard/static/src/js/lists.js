// Rows one walks and opens by keyboard and pointer, and the selection with its bar.
import { askInPlace } from "./confirm.js";
import { isTyping } from "./dom.js";

const boxesOf = (root) => [...root.querySelectorAll("[name=ids]")].filter((box) => box.offsetParent !== null);

export function attachList(list) {
  const all = list.querySelector("[data-all]");
  let last = null;
  list.querySelector(".cw-tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  list.addEventListener("click", (event) => {
    const box = event.target.closest?.("[name=ids]");
    if (!box) return;
    const boxes = boxesOf(list);
    if (event.shiftKey && last && boxes.includes(last)) {
      const [from, to] = [boxes.indexOf(last), boxes.indexOf(box)].sort((a, b) => a - b);
      for (const between of boxes.slice(from, to + 1)) between.checked = box.checked;
    }
    last = box;
  });
  list.addEventListener("change", (event) => {
    const boxes = boxesOf(list);
    if (event.target === all) for (const box of boxes) box.checked = all.checked;
    const chosen = boxes.filter((box) => box.checked).length;
    if (all) {
      all.checked = chosen > 0 && chosen === boxes.length;
      all.indeterminate = chosen > 0 && chosen < boxes.length;
    }
    list.dispatchEvent(new CustomEvent("cw:selected", { detail: chosen }));
  });
}

export function attachBulk(bar) {
  const list = bar.closest(".cw-list");
  const everything = bar.querySelector("[data-everything]");
  const show = () => {
    const count = list.querySelectorAll("[name=ids]:checked").length;
    bar.querySelector("[data-count]").textContent = everything?.checked ? everything.nextElementSibling.textContent : bar.dataset.counter.replace("{count}", count);
  };
  list.addEventListener("cw:selected", () => {
    if (everything) everything.checked = false;
    show();
  });
  everything?.addEventListener("change", show);
  bar.addEventListener("reset", () => setTimeout(() => {
    for (const box of list.querySelectorAll("[name=ids]:checked,[data-all]")) box.checked = box.indeterminate = false;
    list.dispatchEvent(new CustomEvent("cw:selected", { detail: 0 }));
  }));
  bar.addEventListener("submit", async (event) => {
    const button = event.submitter;
    if (!button?.dataset.confirm || button.dataset.confirmed) return;
    event.preventDefault();
    const count = list.querySelectorAll("[name=ids]:checked").length;
    if (!(await askInPlace(bar, button.dataset.confirm.replace("{count}", everything?.checked ? everything.nextElementSibling.textContent : count), button.textContent.trim()))) return;
    button.dataset.confirmed = "1";
    bar.requestSubmit(button);
  });
  show();
}

/** Click opens, J and K walk, X selects, Enter opens. */
export function attachRows(body) {
  const rows = () => [...body.querySelectorAll("[data-id]")];
  const linkOf = (row) => row.querySelector("a[href], button.cw-pick");
  body.addEventListener("click", (event) => {
    const row = event.target.closest("[data-id]");
    if (!row || event.target.closest("a,button,input,label,select") || String(getSelection())) return;
    const link = linkOf(row);
    if (link?.href && (event.metaKey || event.ctrlKey)) window.open(link.href, "_blank");
    else link?.click();
  });
  // What does not fit its column is said in full beside the pointer.
  body.addEventListener("pointerover", (event) => {
    const cell = event.target.closest("td");
    const clipped = cell && [cell, ...cell.children].some((each) => each.scrollWidth > each.clientWidth + 1);
    if (clipped && !cell.title) cell.title = cell.textContent.trim();
  });
  const walk = (event) => {
    if (!body.isConnected) return document.removeEventListener("keydown", walk);
    if (event.defaultPrevented || event.metaKey || event.ctrlKey || event.altKey || isTyping(event.target) || body.offsetParent === null) return;
    const dialog = document.querySelector("dialog[open]");
    if (dialog && !dialog.contains(body)) return;
    if (step(event.key, rows(), linkOf)) event.preventDefault();
  };
  document.addEventListener("keydown", walk);
}

function step(key, rows, linkOf) {
  const at = rows.findIndex((row) => row.classList.contains("cw-cur"));
  if (key === "j" || key === "k") {
    const next = rows[at < 0 ? 0 : Math.min(Math.max(at + (key === "j" ? 1 : -1), 0), rows.length - 1)];
    rows[at]?.classList.remove("cw-cur");
    next?.classList.add("cw-cur");
    next?.scrollIntoView({ block: "nearest" });
    return Boolean(next);
  }
  if (at < 0) return false;
  if (key === "x") rows[at].querySelector("[type=checkbox]")?.click();
  else if (key === "Enter") linkOf(rows[at])?.click();
  else return false;
  return true;
}

/** The place in a long list is kept when one comes back from a card, and across a refresh. */
export function keepScroll(list) {
  const scroller = () => document.querySelector("#cw-list [data-scroll]");
  const key = `cw-scroll ${location.pathname}${location.search}`;
  const [entry] = performance.getEntriesByType("navigation");
  if (entry?.type === "back_forward" && scroller()) scroller().scrollTop = Number(sessionStorage.getItem(key) ?? 0);
  addEventListener("pagehide", () => sessionStorage.setItem(key, String(scroller()?.scrollTop ?? 0)), { once: true });
  const left = Number(list.ownerDocument.documentElement.dataset.left ?? 0);
  if (left && scroller()) scroller().scrollLeft = left;
  scroller()?.addEventListener("scroll", (event) => (document.documentElement.dataset.left = event.target.scrollLeft), { passive: true });
}
