// htmx: never evaluates text, sends the token, tells of failures, notices a lost session.
import htmx from "htmx.org";
import { enhance } from "./behaviours.js";
import { csrf } from "./dom.js";
import { showToast } from "./toasts.js";
import { say } from "./words.js";

htmx.registerExtension("no-eval", {
  init(api) {
    const refuse = function () {
      throw new Error("no text is evaluated here");
    };
    api.initSecurity(null, refuse, refuse);
  },
});

document.addEventListener("htmx:config:request", (event) => {
  const { request } = event.detail.ctx;
  if (request.method !== "GET") request.headers["X-CSRF-Token"] = csrf();
});

document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  // A redirect to another page than the one asked for (sign-in, say) is a place to go to.
  if (ctx.response.raw.redirected && new URL(ctx.response.raw.url).pathname !== new URL(ctx.request.action, location.href).pathname && ctx.request.method === "GET") {
    event.preventDefault();
    location.href = ctx.response.raw.url;
  }
});

document.addEventListener("htmx:before:swap", (event) => {
  const { ctx } = event.detail;
  const wanted = typeof ctx?.select === "string" && ctx.select.startsWith("#") ? ctx.select.slice(1) : "";
  if (!wanted || ctx.text?.includes(`id="${wanted}"`)) return;
  event.preventDefault();
  const number = /id="cw-error-number">([^<]*)</.exec(ctx.text ?? "")?.[1] ?? String(ctx.response?.status ?? "");
  showToast(say("failed", { number }), "danger");
});

document.addEventListener("htmx:error", (event) => {
  if (event.detail?.error?.name !== "AbortError") showToast(say("no_answer"), "danger");
});

document.addEventListener("htmx:after:swap", () => enhance(document));

export { htmx };
