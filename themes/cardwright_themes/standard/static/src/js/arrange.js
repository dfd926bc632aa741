// Arranging a card: what is dragged gets the section and the place that its inputs say.
import Sortable from "sortablejs/modular/sortable.core.esm.js";

export function attachArrange(form) {
  const lists = [...form.querySelectorAll("[data-section]")];
  const tabs = form.querySelector("[data-tabs]");
  const number = (list) => {
    [...list.querySelectorAll(".cw-studio-tile")].forEach((tile, at) => {
      tile.querySelector("select").value = list.dataset.section;
      tile.querySelector("input").value = at + 1;
    });
  };
  const changed = () => form.dispatchEvent(new Event("input", { bubbles: true }));
  for (const list of lists) {
    Sortable.create(list, { group: "fields", handle: ".cw-grip", animation: 160, forceFallback: true, onEnd: (event) => {
      number(event.from);
      number(event.to);
      changed();
    } });
    // By hand: a tile moves to the section and the place that were chosen for it.
    list.addEventListener("change", (event) => {
      const tile = event.target.closest(".cw-studio-tile");
      if (!tile) return;
      const from = tile.parentElement;
      const to = lists.find((each) => each.dataset.section === tile.querySelector("select").value) ?? from;
      const wanted = Number(tile.querySelector("input").value) || to.children.length + 1;
      const others = [...to.children].filter((each) => each !== tile);
      to.insertBefore(tile, from === to || event.target.matches("input") ? others[wanted - 1] ?? null : null);
      number(from);
      number(to);
      event.target.focus();
    });
  }
  Sortable.create(tabs, { draggable: ".cw-studio-tab", handle: "header .cw-grip", animation: 160, forceFallback: true, onEnd: () => {
    [...tabs.querySelectorAll("[name^='tab.']")].forEach((input, at) => (input.value = at + 1));
    changed();
  } });
}
