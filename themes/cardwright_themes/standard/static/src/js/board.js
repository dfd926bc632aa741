// A board: a card is dragged to a state, or moved with Shift and an arrow, where a move leads there.
import Sortable from "sortablejs/modular/sortable.core.esm.js";
import { openInDialog } from "./dialogs.js";
import { ask } from "./dom.js";
import { showToast } from "./toasts.js";
import { say } from "./words.js";

export function attachBoard(board) {
  const columns = [...board.querySelectorAll("[data-code]")];
  const leads = (column) => column.dataset.leads.split(" ").filter(Boolean);
  for (const column of columns) {
    Sortable.create(column.querySelector("ul"), {
      group: {
        name: "board",
        put: (to, from) => leads(from.el.closest("[data-code]")).includes(to.el.closest("[data-code]").dataset.code),
      },
      sort: false,
      animation: 160,
      forceFallback: true,
      delay: 120,
      delayOnTouchOnly: true,
      onStart: (event) => mark(columns, leads(event.from.closest("[data-code]")), event.from.closest("[data-code]")),
      onEnd: (event) => {
        mark(columns, null);
        if (event.to !== event.from) move(event.item, event.from, event.to);
      },
    });
  }
  board.addEventListener("keydown", (event) => {
    const card = event.target.closest(".cw-bc");
    if (!card || !event.shiftKey || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    event.preventDefault();
    const here = card.closest("[data-code]");
    const way = event.key === "ArrowRight" ? 1 : -1;
    for (let at = columns.indexOf(here) + way; columns[at]; at += way) {
      if (!leads(here).includes(columns[at].dataset.code)) continue;
      const [from, to] = [card.parentElement, columns[at].querySelector("ul")];
      to.prepend(card);
      card.querySelector("a").focus();
      move(card, from, to);
      return;
    }
    showToast(say("board_no_way"), "warning");
  });
}

function mark(columns, open, from) {
  for (const each of columns) each.classList.toggle("cw-col-no", open !== null && each !== from && !open.includes(each.dataset.code));
}

async function move(card, from, to) {
  const form = document.getElementById("cw-board-form");
  form.elements.record.value = card.dataset.id;
  form.elements.to.value = to.closest("[data-code]").dataset.code;
  const back = () => from.prepend(card);
  const answer = await ask(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)) }).catch(() => null);
  if (!answer) {
    back();
    return showToast(say("no_answer"), "danger");
  }
  const told = answer.headers.get("content-type")?.includes("json") ? await answer.json() : {};
  if (answer.ok && told.url) return location.assign(told.url);
  back();
  if (told.dialog) return openInDialog(told.dialog, card.querySelector("a"));
  return showToast(told.message ?? say("failed", { number: answer.status }), "danger");
}
