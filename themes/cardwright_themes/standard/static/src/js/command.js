// The command bar: places of the menu at once, records as the server finds them.
import { ask, debounced, icon, make, parse, withParams } from "./dom.js";

export function attachCommand(dialog) {
  const input = dialog.querySelector("input");
  const hits = dialog.querySelector(".cw-command-hits");
  let asked = 0;
  const search = debounced(180, async (text) => {
    const turn = ++asked;
    const answer = await ask(withParams(dialog.dataset.url, { q: text }), { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || turn !== asked || input.value.trim() !== text) return;
    const page = parse(await answer.text());
    for (const section of page.querySelectorAll("#cw-hits section")) hits.append(...records(section));
    mark(0);
  });
  const mark = (at) => options().forEach((option, index) => option.setAttribute("aria-selected", String(index === at)));
  const options = () => [...hits.querySelectorAll(".cw-opt")];
  const show = () => {
    const text = input.value.trim();
    hits.replaceChildren(...places(text));
    mark(0);
    if (text) search(text);
  };
  input.addEventListener("input", show);
  input.addEventListener("keydown", (event) => {
    const all = options();
    const at = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = (at + (event.key === "ArrowDown" ? 1 : all.length - 1)) % Math.max(all.length, 1);
      mark(next);
      all[next]?.scrollIntoView({ block: "nearest" });
    } else if (event.key === "Enter" && all[at] && !event.isComposing) {
      event.preventDefault();
      all[at].click();
    }
  });
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("toggle", () => dialog.open && show());
  dialog.addEventListener("close", () => (input.value = ""));
}

function places(text) {
  const wanted = text.toLowerCase();
  const links = [...document.querySelectorAll(".cw-side nav a, .cw-side-foot > ul a, .cw-side-admin a")].filter((link) => link.title.toLowerCase().includes(wanted));
  return links.slice(0, text ? 5 : 12).map((link) => make("a", { class: "cw-opt", role: "option", href: link.href }, link.querySelector(".ti").cloneNode(), link.title));
}

function records(section) {
  // A list of options owns groups and options alone: the heading is the group's name.
  const title = section.querySelector("h2")?.textContent ?? "";
  const rows = [...section.querySelectorAll("a.cw-hit")].slice(0, 6).map((hit) =>
    make("a", { class: "cw-opt", role: "option", href: hit.getAttribute("href") }, icon("corner-down-right"), make("span", {}, hit.querySelector(".cw-name").textContent), make("span", { class: "cw-sub cw-trunc" }, hit.querySelector(".cw-sub")?.textContent ?? "")),
  );
  return rows.length ? [make("div", { role: "group", "aria-label": title }, make("h3", { "aria-hidden": "true" }, title), ...rows)] : [];
}
