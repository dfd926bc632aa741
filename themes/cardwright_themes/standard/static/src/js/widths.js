// Widths of a list's columns: dragged at the edge of a head, or Shift with an arrow; kept with the columns.
import { ask, debounced, make } from "./dom.js";
import { showToast } from "./toasts.js";
import { say } from "./words.js";

/** Widths are kept in characters, so that they are the same words as those of packs. */
const CHARACTER = 8;
const [NARROWEST, WIDEST] = [5 * CHARACTER, 120 * CHARACTER];

export function attachWidths(table) {
  const columns = [...table.querySelector("colgroup").children];
  const heads = [...table.tHead.rows[0].cells];
  const sized = heads.filter((head) => head.dataset.path);
  const widthOf = (head) => Number(columns[head.cellIndex].getAttribute("width"));

  // From the first change on every column is as wide as it is said to be, whatever stands in it.
  const fix = () => {
    if (table.classList.contains("cw-t-fixed")) return;
    const widths = heads.map((head) => head.getBoundingClientRect().width);
    for (const head of sized) columns[head.cellIndex].setAttribute("width", whole(widths[head.cellIndex]));
    table.classList.add("cw-t-fixed");
    sum();
  };
  const sum = () => {
    const boxes = (heads.length - sized.length) * 40;
    table.setAttribute("width", sized.reduce((all, head) => all + widthOf(head), boxes));
  };
  const set = (head, width) => {
    columns[head.cellIndex].setAttribute("width", whole(width));
    sum();
  };
  const keep = debounced(400, () => save(table, sized, widthOf));

  for (const head of sized) head.append(handle(head, { fix, set, keep, widthOf }));
  table.tHead.addEventListener("keydown", (event) => {
    const head = event.target.closest("th[data-path]");
    if (!head || !event.shiftKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    fix();
    set(head, widthOf(head) + (event.key === "ArrowRight" ? 2 : -2) * CHARACTER);
    keep();
  });
}

function whole(width) {
  return Math.min(WIDEST, Math.max(NARROWEST, Math.round(width / CHARACTER) * CHARACTER));
}

function handle(head, { fix, set, keep, widthOf }) {
  const edge = make("span", { class: "cw-edge", "aria-hidden": "true" });
  edge.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    fix();
    const [from, width] = [event.clientX, widthOf(head)];
    const move = (moved) => set(head, width + moved.clientX - from);
    edge.setPointerCapture(event.pointerId);
    edge.classList.add("cw-edge-on");
    edge.addEventListener("pointermove", move);
    edge.addEventListener("lostpointercapture", () => {
      edge.removeEventListener("pointermove", move);
      edge.classList.remove("cw-edge-on");
      if (widthOf(head) !== width) keep();
    }, { once: true });
  });
  return edge;
}

async function save(table, heads, widthOf) {
  const body = new URLSearchParams(new FormData(document.getElementById("cw-layout")));
  for (const head of heads) {
    body.append("columns", head.dataset.path);
    body.append(`width.${head.dataset.path}`, widthOf(head) / CHARACTER);
  }
  const answer = await ask(table.dataset.widthsUrl, { method: "POST", body, redirect: "manual" }).catch(() => null);
  if (!answer || answer.status >= 400) showToast(say("no_answer"), "danger");
}
