// Starts the page: htmx, keys, and the behaviour of every element that names one in data-cw.
import "./live.js";
import { behave, enhance, later } from "./behaviours.js";
import * as lists from "./lists.js";
import * as forms from "./forms.js";
import * as frame from "./frame.js";
import { attachDialog, attachPicker, attachQuick, openInDialog } from "./dialogs.js";
import { attachCommand } from "./command.js";
import { attachConfirm } from "./confirm.js";
import { attachFetch, attachPoll, watchForReload } from "./poll.js";
import { attachCounted } from "./counted.js";
import { attachGroupStrip, attachGroups } from "./grouping.js";
import { attachFieldForm, attachInPlace } from "./in_place.js";
import { attachMarks } from "./marks.js";
import { attachToasts } from "./toasts.js";
import { forgetAtSignOut } from "./kept_here.js";
import { listenToKeys } from "./keys.js";
import { attachTyped } from "./typed.js";

behave({
  bulk: lists.attachBulk,
  list: lists.attachList,
  "keep-scroll": lists.keepScroll,
  rows: lists.attachRows,
  colour: forms.attachColour,
  rich_text: forms.attachRichText,
  conflict: forms.attachConflict,
  focus: forms.focusFirst,
  grow: forms.growWithText,
  guard: forms.attachGuard,
  password: forms.attachPassword,
  upload: forms.attachUpload,
  menu: frame.attachMenu,
  sheet: frame.attachSheet,
  sidebar: frame.attachSidebar,
  remembered: frame.attachRemembered,
  tabs: frame.attachTabs,
  ends: frame.attachEnds,
  switches: frame.attachSwitches,
  command: attachCommand,
  confirm: attachConfirm,
  dialog: attachDialog,
  picker: attachPicker,
  quick: attachQuick,
  counted: attachCounted,
  marks: attachMarks,
  poll: attachPoll,
  fetch: attachFetch,
  toasts: attachToasts,
  typed: attachTyped,
  builder: later(() => import("./builder.js"), "attachBuilder"),
  passkey: later(() => import("./passkeys.js"), "attachPasskey"),
  "passkey-new": later(() => import("./passkeys.js"), "attachNewPasskey"),
  strength: later(() => import("./strength.js"), "attachStrength"),
  choice: later(() => import("./choices.js"), "attachChoice"),
  link: later(() => import("./choices.js"), "attachLink"),
  "link-any": later(() => import("./choices.js"), "attachLinkAny"),
  arrange: later(() => import("./arrange.js"), "attachArrange"),
  board: later(() => import("./board.js"), "attachBoard"),
  groups: attachGroups,
  "group-strip": attachGroupStrip,
  chooser: later(() => import("./chooser.js"), "attachChooser"),
  drafts: later(() => import("./drafts.js"), "attachDrafts"),
  widths: later(() => import("./widths.js"), "attachWidths"),
  compute: later(() => import("./compute.js"), "attachCompute"),
  live: later(() => import("./live_form.js"), "attachLive"),
  "in-place": attachInPlace,
  "field-form": attachFieldForm,
  lines: later(() => import("./lines.js"), "attachLines"),
});

document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-pick]");
  if (!button) return;
  event.preventDefault();
  (await import("./choices.js")).pickFor(button);
});

document.addEventListener("click", (event) => {
  const opener = event.target.closest("a[data-dialog]");
  if (!opener || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  opener.closest("details")?.removeAttribute("open");
  openInDialog(opener.href, opener);
});

frame.openAndClose();
forgetAtSignOut();
enhance(document);
listenToKeys();
watchForReload();
