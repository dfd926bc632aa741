// Keeps the number beside a menu item current: asks every 20 seconds, only while the page is looked at.
import { toldBy } from "./dom.js";

const EVERY = 20_000;

export function attachCounted(mark) {
  let tag = "";
  const turn = async () => {
    if (!mark.isConnected) return;
    if (document.visibilityState === "visible") {
      const headers = { Accept: "application/json", ...(tag && { "If-None-Match": tag }) };
      const answer = await fetch(mark.dataset.count, { headers, cache: "no-store" }).catch(() => null);
      if (answer?.status === 200 && !answer.redirected) {
        const told = await toldBy(answer);
        tag = told ? (answer.headers.get("etag") ?? "") : "";
        if (told) show(mark, told);
      }
    }
    setTimeout(turn, EVERY);
  };
  turn();
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible" && mark.hidden) tag = ""; });
}

function show(mark, { count, exact }) {
  mark.textContent = exact ? count : `${count}+`;
  mark.hidden = !count;
}
