// Short messages at the corner; they leave by themselves unless a pointer rests on them.
import { icon, iconButton, make } from "./dom.js";
import { say } from "./words.js";

const STAY = { done: 6000, warning: 10000, danger: 0 };

export function attachToasts(area) {
  for (const toast of area.children) leaveInTime(toast);
}

export function showToast(text, tone = "done") {
  const area = document.getElementById("cw-toasts");
  const sign = { done: "check", warning: "alert-triangle", danger: "alert-circle" }[tone];
  const close = iconButton("x", say("cancel"), () => toast.remove());
  close.className = "cw-toast-x";
  const toast = make("div", { class: `cw-toast cw-toast-${tone}`, role: tone === "danger" ? "alert" : "status" }, icon(sign), make("span", {}, text), close);
  area.append(toast);
  leaveInTime(toast);
}

function leaveInTime(toast) {
  const tone = [...toast.classList].find((name) => name.startsWith("cw-toast-"))?.slice(9) ?? "done";
  const milliseconds = toast.querySelector("form") ? 12000 : STAY[tone];
  if (!milliseconds) return;
  let timer = setTimeout(() => toast.remove(), milliseconds);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => (timer = setTimeout(() => toast.remove(), 3000)));
}
