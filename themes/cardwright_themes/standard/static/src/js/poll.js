// Asks how far a job is, every two seconds, only while the page is looked at.
import { enhance } from "./behaviours.js";
import { ask, make, parse } from "./dom.js";

export function attachPoll(area) {
  if (!area.dataset.poll) return;
  let tag = "";
  const turn = async () => {
    if (!area.isConnected) return;
    if (document.visibilityState === "visible") {
      const answer = await ask(area.dataset.poll, { headers: { Accept: "text/html", ...(tag && { "If-None-Match": tag }) }, cache: "no-store" }).catch(() => null);
      if (answer?.redirected) return location.replace(answer.url);
      if (answer?.status === 200) {
        tag = answer.headers.get("etag") ?? "";
        return replace(area, await answer.text());
      }
    }
    setTimeout(turn, 2000);
  };
  setTimeout(turn, 600); // most jobs are small
}

/** A file that somebody has asked for comes by itself, once. */
export function attachFetch(area) {
  const { fetch: url } = area.dataset;
  const key = `cw-fetched ${url}`;
  if (!url || sessionStorage.getItem(key)) return;
  sessionStorage.setItem(key, "1");
  make("a", { href: url, download: "" }).click();
}

function replace(area, html) {
  const fresh = parse(html).getElementById(area.id);
  if (!fresh) return location.reload();
  area.replaceWith(document.adoptNode(fresh));
  return enhance(fresh);
}

/** While definitions are developed: reload as soon as they were applied. */
export function watchForReload() {
  const url = document.querySelector("meta[name=cw-reload]")?.content;
  if (!url) return;
  let seen = null;
  setInterval(async () => {
    const answer = await fetch(url, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) return;
    const now = await answer.text();
    if (seen !== null && now !== seen) location.reload();
    seen = now;
  }, 1000);
}
