// Makes elements and talks to the server; text is always text, never markup.
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name === "class") element.className = value;
    else if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export function icon(name) {
  return make("i", { class: `ti ti-${name}`, "aria-hidden": "true" });
}

export function iconButton(name, label, onclick) {
  return make("button", { type: "button", class: "cw-in-btn", "aria-label": label, title: label, onclick }, icon(name));
}

/** The token that every request which changes something must carry. */
export function csrf() {
  return document.querySelector("meta[name=csrf-token]")?.content ?? "";
}

export async function ask(url, options = {}) {
  const headers = { Accept: "application/json, text/html;q=0.9", ...options.headers };
  if (options.method && options.method !== "GET") headers["X-CSRF-Token"] = csrf();
  return fetch(url, { credentials: "same-origin", ...options, headers });
}

/** What the server tells as JSON: null where it did not answer, refused, or told something else. */
export async function askFor(url, options = {}) {
  return toldBy(await ask(url, options).catch(() => null));
}

/** The JSON of an answer that went well, or null: also where it was given up while it was being read. */
export async function toldBy(answer) {
  return answer?.ok && answer.headers.get("content-type")?.includes("json") ? answer.json().catch(() => null) : null;
}

/** An address with parameters added; empty ones are left out. */
export function withParams(url, params) {
  const whole = new URL(url, location.href);
  for (const [name, value] of Object.entries(params)) if (value !== "" && value !== undefined) whole.searchParams.append(name, value);
  return whole.pathname + whole.search;
}

export function parse(html) {
  return new DOMParser().parseFromString(html, "text/html");
}

export function debounced(milliseconds, action) {
  let timer;
  return (...values) => {
    clearTimeout(timer);
    timer = setTimeout(() => action(...values), milliseconds);
  };
}

export const isTyping = (element) => element?.matches?.("input:not([type=checkbox],[type=radio],[type=file]),textarea,select,[contenteditable]");
