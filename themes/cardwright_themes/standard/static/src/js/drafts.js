// A form is kept while one types, and sent so that it stays when the network or the session is gone.
import { enhance } from "./behaviours.js";
import { ask, icon, make, parse, toldBy } from "./dom.js";
import { forgetHere, keepHere, keptHere } from "./kept_here.js";
import { htmx } from "./live.js";
import { say } from "./words.js";

const PAUSE = 700; // after a key, before what stands there is kept
//: Answers that hold what was typed: the form again, two versions side by side, the session's end.
const HOLDS_TYPED = "#cw-form, .cw-conflict, [data-typed]";
let isShownAgain = false;

export function attachDrafts(form) {
  new OpenForm(form).begin();
}

class OpenForm {
  constructor(form) {
    const { keep, resume, account } = form.dataset;
    Object.assign(this, { form, keep, resume, account, note: form.querySelector("[data-draft-note]"), timer: 0, turn: 0, going: null });
    this.handled = false; // somebody was at work here, not only what fills inputs by itself
    this.touched = false;
    this.lost = null; // what was sent, and nobody knows whether it arrived
  }

  begin() {
    const { form } = this;
    for (const name of ["keydown", "pointerdown", "input", "change"]) form.addEventListener(name, ({ isTrusted }) => (this.handled ||= isTrusted), true);
    for (const name of ["input", "change"]) form.addEventListener(name, ({ isTrusted }) => this.change(isTrusted));
    form.addEventListener("submit", (event) => this.submit(event));
    addEventListener("online", () => this.touched && this.store());
    addEventListener("pagehide", () => this.timer && !form.dataset.sent && this.keepHere());
    addEventListener("pageshow", ({ persisted }) => persisted && "saved" in form.dataset && location.reload());
    document.addEventListener("visibilitychange", () => document.hidden && this.timer && this.store());
    if (!isShownAgain) this.resend();
    isShownAgain = false;
  }

  change(byHand) {
    if (byHand) this.lost = null;
    if (!this.handled || this.form.dataset.sent) return;
    this.touched = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.store(), PAUSE);
  }

  /** Keep what stands here: in the browser, until the server has it. */
  async store() {
    clearTimeout(this.timer);
    this.timer = 0;
    if (this.form.dataset.sent || !this.form.isConnected) return;
    const isHere = this.keepHere();
    const turn = ++this.turn;
    this.going?.abort();
    this.going = new AbortController();
    const answer = await send(this.keep, this.texts, this.going.signal);
    if (turn !== this.turn || !this.form.isConnected) return;
    if (answer?.ok) {
      forgetHere(this.account, this.keep);
      const told = await toldBy(answer);
      if (told) this.tell(told.note);
    } else if (isHere) this.tell(say("kept_here", { at: clock() }));
    else this.tell(say("not_kept"));
    if (answer?.status === 401) this.askToSignIn();
  }

  keepHere() {
    this.texts = textsOf(this.form);
    return keepHere(this.account, this.keep, this.texts);
  }

  tell(text) {
    this.note.replaceChildren(icon("device-floppy"), ` ${text}`);
  }

  // -- saving --------------------------------------------------------------------------------

  async submit(event) {
    const { form } = this;
    if (event.defaultPrevented || event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    clearTimeout(this.timer);
    this.timer = 0;
    this.turn += 1;
    this.going?.abort(); // a draft must not arrive after what it is a draft of
    this.warn(null);
    const isHere = this.keepHere();
    const body = this.lost ?? new FormData(form, event.submitter);
    const focused = document.activeElement;
    form.inert = true; // what is typed now would be in no answer
    const isPlain = form.getAttribute("enctype") !== "multipart/form-data";
    const answer = await ask(form.getAttribute("action"), { method: "POST", body: isPlain ? new URLSearchParams(body) : body }).catch(() => null);
    const text = await answer?.text().catch(() => null);
    form.inert = false;
    if (form.contains(focused)) focused.focus({ preventScroll: true });
    if (typeof text !== "string") {
      this.lost = body;
      return this.stay(say("not_sent"));
    }
    if (answer.ok && answer.headers.get("content-type")?.includes("json")) return this.leave(JSON.parse(text).url);
    if (answer.redirected) return this.leave(answer.url);
    const page = parse(text);
    if (page.querySelector(HOLDS_TYPED)) return this.showAgain(page, isHere);
    return this.stay(say("not_saved", { text: reasonOf(page, answer.status) }));
  }

  leave(url) {
    forgetHere(this.account, this.keep);
    this.form.dataset.saved = "";
    location.assign(url);
  }

  /** Nothing was saved: the form stays as it is, says why, and can be sent again. */
  stay(text) {
    delete this.form.dataset.sent;
    this.form.dispatchEvent(new Event("cw:unsent"));
    this.warn(text);
    this.touched = true;
    this.store();
  }

  /** The answer takes the place of this page, and what was typed is in it. */
  showAgain(page, isHere) {
    isShownAgain = true;
    document.title = page.title;
    const token = page.querySelector("meta[name=csrf-token]")?.content;
    if (token) document.querySelector("meta[name=csrf-token]").content = token;
    document.body.replaceWith(document.adoptNode(page.body));
    htmx.process(document.body);
    enhance(document.body);
    if (document.activeElement === document.body) document.getElementById("cw-main")?.focus({ preventScroll: true });
    const link = document.querySelector("[data-sign-in]");
    if (link) {
      if (!isHere) return; // then this page alone holds what was typed, and stays open
      link.removeAttribute("target");
      link.href = this.wayIn();
      return;
    }
    const { account, keep } = document.getElementById("cw-form")?.dataset ?? this;
    if (account === this.account) this.hand(keep);
  }

  /** The server answers: what waits in the browser goes where it belongs, maybe to a form of another number. */
  async hand(keep) {
    const answer = await send(keep, this.texts);
    if (answer?.ok) forgetHere(this.account, this.keep);
  }

  // -- what waits ----------------------------------------------------------------------------

  /** What could not be sent before is sent now; of this very form it is shown at once. */
  async resend() {
    for (const { url, texts } of keptHere(this.account)) {
      const answer = await send(url, texts);
      if (!answer?.ok) continue;
      forgetHere(this.account, url);
      if (this.touched) continue;
      if (url === this.keep) return location.replace(this.resume);
      if (recordOf(url) === recordOf(this.keep)) return location.reload();
    }
  }

  askToSignIn() {
    if (this.form.querySelector("[data-unsent] a")) return;
    const link = make("a", { href: this.wayIn(), onclick: () => (this.form.dataset.free = "") }, say("sign_in"));
    this.warn(say("session_over"), link);
  }

  wayIn() {
    return `/sign-in?return_url=${encodeURIComponent(this.resume)}`;
  }

  warn(text, link = null) {
    const place = this.form.querySelector("[data-scroll]");
    place.querySelector("[data-unsent]")?.remove();
    if (text === null) return;
    const note = make("div", { class: "cw-note cw-note-warning cw-unsent", "data-unsent": "", role: "alert" }, icon("alert-triangle"), make("span", {}, text, " ", link));
    place.prepend(note);
    note.scrollIntoView({ block: "nearest" });
  }
}

function send(url, texts, signal) {
  return ask(url, { method: "POST", body: new URLSearchParams(texts), signal }).catch(() => null);
}

/** What a form would post, without files and secrets: these are written down nowhere. */
function textsOf(form) {
  const secrets = new Set([...form.querySelectorAll("[type=password]")].map(({ name }) => name));
  const columns = new Set([...secrets].map((name) => name.split(".").slice(2).join(".")).filter(Boolean));
  const texts = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "csrf_token" && !secrets.has(name));
  return texts.map(([name, value]) => [name, columns.size && name.endsWith(".*") ? withoutColumns(value, columns) : value]);
}

function withoutColumns(carried, columns) {
  const { names, rows, ...rest } = JSON.parse(carried);
  const kept = rows.map(([key, known, values, ...more]) => [key, known, values.map((value, index) => (columns.has(names[index]) ? null : value)), ...more]);
  return JSON.stringify({ ...rest, names, rows: kept });
}

const recordOf = (url) => url.split("?")[0].split("/").slice(0, -1).join("/");

const clock = () => new Date().toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit" });

/** What a page of a failure says, with the number to quote. */
function reasonOf(page, status) {
  const text = page.querySelector("#cw-error p")?.textContent ?? "";
  const number = page.querySelector("#cw-error-number")?.textContent ?? String(status);
  return text ? `${text} (${number})` : number;
}
