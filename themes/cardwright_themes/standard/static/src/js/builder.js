// The filter builder: a tree of conditions clicked together; sends the JSON filter of the API.
import TomSelect from "tom-select/base";
import { htmx } from "./live.js";
import { askFor, icon, iconButton, make, withParams } from "./dom.js";
import { say } from "./words.js";

export async function attachBuilder(form) {
  const fields = await fieldsOf(form);
  const titles = JSON.parse(form.dataset.titles);
  const body = form.querySelector("[data-body]");
  const text = form.querySelector("[name=where]");
  const filter = form.querySelector("[name=filter]");
  const tree = readTree(form.dataset.tree, fields);
  const draw = () => body.replaceChildren(...(tree ? drawGroup(tree, { fields, titles, draw, root: true }) : [make("p", { class: "cw-b-only" }, say("text_only"))]));
  if (tree && !tree.items.length) tree.items.push(freshCondition());
  draw();

  text.addEventListener("input", () => (form.dataset.byText = "1"));
  body.addEventListener("input", () => delete form.dataset.byText);
  body.addEventListener("click", () => delete form.dataset.byText);
  const begin = () => form.querySelector("select,input:not([type=hidden])")?.focus();
  form.addEventListener("cw:shown", begin);
  if (form.dataset.fieldsUrl && !form.hidden) begin();
  // Exactly one of the two is sent: the text if it was edited, else the tree.
  form.addEventListener("submit", () => choose(form, text, filter, tree), { capture: true });
  form.addEventListener("htmx:config:request", () => choose(form, text, filter, tree));
  htmx.process(form);
}

/** The fields come with the page, or are fetched when the builder is first shown. */
async function fieldsOf(form) {
  const given = JSON.parse(form.dataset.fields);
  if (given.length || !form.dataset.fieldsUrl) return given;
  if (form.hidden) await new Promise((shown) => form.addEventListener("cw:shown", shown, { once: true }));
  return (await askFor(form.dataset.fieldsUrl))?.fields ?? [];
}

function choose(form, text, filter, tree) {
  const byText = form.dataset.byText || !tree;
  text.disabled = !byText;
  filter.disabled = Boolean(byText);
  filter.value = byText ? "" : JSON.stringify(writeTree(tree) ?? {});
  if (filter.value !== "{}") return;
  filter.disabled = true;
  // Where leaving the condition out means that of the view, none at all has to be said.
  if (form.dataset.everything) [text.disabled, text.value] = [false, form.dataset.everything];
}

const freshCondition = () => ({ field: "", op: "", value: null });

/** {"all": […]} of the API → {join, items}; null for what only the text form can say. */
function readTree(json, fields) {
  const known = new Set(fields.map((field) => field.path));
  const read = (node) => {
    for (const join of ["all", "any"]) if (node[join]) {
      const items = node[join].map(read);
      return items.includes(null) ? null : { join, items };
    }
    if ("related" in node) return known.has(node.related) ? readRelated(node) : null;
    return node.field && known.has(node.field) ? { field: node.field, op: node.op, value: node.value ?? null } : null;
  };
  if (!json || json === "{}") return { join: "all", items: [] };
  const node = read(JSON.parse(json));
  return node && !node.items ? { join: "all", items: [node] } : node;
}

/** Of questions about several records: some of them, none of them, how many. */
function readRelated(node) {
  if (node.count && !Object.keys(node.count).length) return node.op === ">=" ? { field: node.related, op: "count", value: node.value } : null;
  for (const op of ["any", "none"]) {
    const inner = node[op];
    if (!inner) continue;
    if (!Object.keys(inner).length) return { field: node.related, op: op === "any" ? "not_empty" : "empty", value: null };
    if (inner.field === "id" && inner.op === "in") return { field: node.related, op, value: inner.value };
  }
  return null;
}

function writeRelated({ field, op, value }) {
  if (op === "count") return { related: field, count: {}, op: ">=", value };
  if (op === "any" || op === "none") return { related: field, [op]: { field: "id", op: "in", value } };
  return { field, op };
}

function writeTree(node) {
  if (node.items) {
    const items = node.items.map(writeTree).filter(Boolean);
    return items.length ? { [node.join]: items } : null;
  }
  if (!node.field || !node.op) return null;
  if (node.kind === "none") return { field: node.field, op: node.op };
  const missing = node.value === null || node.value === "" || (Array.isArray(node.value) && (!node.value.length || node.value.some((part) => part === "")));
  if (missing) return null;
  return node.related ? writeRelated(node) : { field: node.field, op: node.op, value: node.value };
}

function drawGroup(group, context) {
  const rows = group.items.map((item, index) => {
    const join = say(index === 0 ? "where" : group.join === "all" ? "and" : "or");
    const removed = () => {
      group.items.splice(index, 1);
      context.draw();
    };
    return item.items ? drawNested(item, join, removed, context) : [drawCondition(item, join, removed, group, context)];
  });
  const addOne = () => {
    group.items.push(freshCondition());
    context.draw();
  };
  const addGroup = () => {
    group.items.push({ join: group.join === "all" ? "any" : "all", items: [freshCondition(), freshCondition()] });
    context.draw();
  };
  const quiet = (sign, word, action) => make("button", { type: "button", class: "btn btn-quiet btn-s", onclick: action }, icon(sign), say(word));
  const foot = make("div", { class: "cw-b-row" }, make("span", { class: "cw-b-join" }), quiet("plus", "add_condition", addOne), quiet("brackets", "add_group", addGroup));
  return [...rows.flat(), foot];
}

function drawNested(group, join, removed, context) {
  const button = (which) =>
    make("button", { type: "button", "aria-pressed": String(group.join === which), onclick: () => ((group.join = which), context.draw()) }, say(which === "all" ? "all_of" : "any_of"));
  const head = make("div", { class: "cw-b-row" }, make("span", { class: "cw-b-join" }, join), make("span", { class: "cw-andor", role: "group" }, button("all"), button("any")), make("span", { class: "cw-grow" }), make("span", { class: "cw-b-ends" }, iconButton("x", say("remove"), removed)));
  return [head, make("div", { class: "cw-b-group" }, ...drawGroup(group, { ...context, root: false }))];
}

function drawCondition(item, join, removed, group, context) {
  const field = context.fields.find((each) => each.path === item.field);
  const operator = field?.operators?.find((each) => each.code === item.op);
  const pickField = picked(context.fields, item.field, say("field"), (path) => {
    const chosen = context.fields.find((each) => each.path === path);
    Object.assign(item, { field: path, op: chosen?.operators?.[0]?.code ?? "", value: null });
    context.draw();
  });
  const pickOperator = picked((field?.operators ?? []).map(({ code, label }) => ({ path: code, label })), item.op, say("operator"), (code) => {
    Object.assign(item, { op: code, value: null });
    context.draw();
  });
  item.kind = operator?.value ?? "one";
  item.related = Boolean(field?.related);
  const copy = () => {
    group.items.splice(group.items.indexOf(item) + 1, 0, structuredClone(item));
    context.draw();
  };
  return make("div", { class: "cw-b-row" }, make("span", { class: "cw-b-join" }, join), make("span", { class: "cw-b-field" }, pickField), make("span", { class: "cw-b-op" }, pickOperator), make("span", { class: "cw-b-val" }, ...(field && operator ? valueInputs(item, field, context) : [])), make("span", { class: "cw-b-ends" }, iconButton("copy", say("duplicate"), copy), iconButton("x", say("remove"), removed)));
}

function picked(entries, value, label, change) {
  const select = make("select", { "aria-label": label, onchange: (event) => change(event.target.value) });
  if (!value) select.append(new Option(label, "", true, true));
  const groups = new Map();
  for (const entry of entries) {
    const option = new Option(entry.label, entry.path, false, entry.path === value);
    if (!entry.group) select.append(option);
    else {
      if (!groups.has(entry.group)) groups.set(entry.group, make("optgroup", { label: entry.group }));
      groups.get(entry.group).append(option);
    }
  }
  select.append(...groups.values());
  return make("span", { class: "cw-in cw-in-sel cw-s" }, select, icon("chevron-down"));
}

function valueInputs(item, field, context) {
  if (item.kind === "none") return [];
  if (item.kind === "period") return [period(item, field)];
  if (item.kind === "number") return [simple({ kind: "number" }, item.value, (value) => (item.value = /^\d+$/.test(value) ? Number(value) : null))];
  if (item.kind === "two") {
    item.value = Array.isArray(item.value) ? item.value : ["", ""];
    return [0, 1].map((at) => (at ? [make("span", { class: "cw-sub" }, say("between_and")), simple(field, item.value[at], (value) => (item.value[at] = value))] : simple(field, item.value[at], (value) => (item.value[at] = value)))).flat();
  }
  if (item.kind === "days") return [simple({ kind: "number" }, item.value, (value) => (item.value = Number(value) || null)), make("span", { class: "cw-sub" }, say("days"))];
  if (!field.relative?.length && [item.value].flat().some(isExpression)) return [writtenList(item)];
  if (field.kind === "choice" || field.kind === "link") return [chosen(item, field, context)];
  if (item.kind === "many") return [simple({ kind: "text" }, (item.value ?? []).join(", "), (value) => (item.value = value.split(/[,，、]\s*/).filter(Boolean)))];
  if (field.kind === "boolean") return [flag(item)];
  if (field.relative?.length) return day(item, field, context);
  return [simple(field, item.value, (value) => (item.value = value))];
}

const isExpression = (value) => typeof value === "object" && value !== null && "expression" in value;

/** A period that moves with the calendar; one that is not offered stays as it is written. */
function period(item, field) {
  const [given] = [item.value ?? []].flat();
  if (!isExpression(given)) item.value = null;
  const known = [...field.periods];
  if (isExpression(given) && !known.some(({ value }) => value === given.expression)) known.push({ value: given.expression, label: given.expression });
  const select = make("select", { "aria-label": say("nothing_chosen"), onchange: (event) => (item.value = event.target.value ? { expression: event.target.value } : null) }, new Option(say("nothing_chosen"), ""), ...known.map(({ value, label }) => new Option(label, value, false, value === given?.expression)));
  return make("span", { class: "cw-in cw-in-sel cw-s" }, select, icon("chevron-down"));
}

/** A day of the calendar, or one that moves with it. */
function day(item, field, context) {
  const moves = isExpression(item.value);
  const known = [...field.relative];
  if (moves && !known.some(({ value }) => value === item.value.expression)) known.push({ value: item.value.expression, label: item.value.expression });
  const pick = (event) => {
    item.value = event.target.value ? { expression: event.target.value } : null;
    context.draw();
  };
  const select = make("select", { "aria-label": say("which_day"), onchange: pick }, new Option(say("which_day"), ""), ...known.map(({ value, label }) => new Option(label, value, false, moves && value === item.value.expression)));
  const which = make("span", { class: "cw-in cw-in-sel cw-s" }, select, icon("chevron-down"));
  return moves ? [which] : [which, simple(field, item.value, (value) => (item.value = value))];
}

function simple(field, value, change) {
  if (isExpression(value)) return written(value, change);
  const type = { date: "date", datetime: "datetime-local" }[field.kind] ?? "text";
  const input = make("input", { type, value: value ?? "", "aria-label": say("nothing_chosen"), placeholder: say("nothing_chosen"), inputmode: field.kind === "number" ? "decimal" : null, autocomplete: "off", oninput: (event) => change(event.target.value.trim()) });
  return make("span", { class: "cw-in cw-s" }, input, field.unit ? make("span", { class: "cw-fix" }, field.unit) : null);
}

/** A value that is computed is shown as it is written. */
function written(value, change) {
  const input = make("input", { type: "text", class: "cw-b-text", value: value.expression, "aria-label": say("nothing_chosen"), spellcheck: "false", autocomplete: "off", oninput: (event) => change(event.target.value.trim() ? { expression: event.target.value.trim() } : null) });
  return make("span", { class: "cw-in cw-s" }, input);
}

function writtenList(item) {
  const several = Array.isArray(item.value);
  const text = [item.value].flat().map((part) => (isExpression(part) ? part.expression : JSON.stringify(part))).join(", ");
  return written({ expression: text }, (value) => (item.value = value && several ? value.expression.split(/,\s*/).map((expression) => ({ expression })) : value));
}

function flag(item) {
  item.value ??= true;
  const select = make("select", { "aria-label": say("nothing_chosen"), onchange: (event) => (item.value = event.target.value === "true") }, new Option(say("yes"), "true", false, item.value === true), new Option(say("no"), "false", false, item.value === false));
  return make("span", { class: "cw-in cw-in-sel cw-s" }, select, icon("chevron-down"));
}

function chosen(item, field, { titles }) {
  const several = item.kind === "many";
  const values = [item.value ?? []].flat().map(String);
  const select = make("select", { multiple: several, "aria-label": say("nothing_chosen") });
  if (!several) select.append(new Option("", ""));
  const known = field.kind === "choice" ? field.choices ?? [] : values.map((value) => ({ value, label: titles[`${field.path}:${value}`] ?? value }));
  for (const choice of known) {
    const option = new Option(choice.label, choice.value ?? "", false, values.includes(choice.value));
    if (choice.hue) option.dataset.hue = choice.hue;
    select.append(option);
  }
  const frame = make("span", { class: `cw-in cw-s${several ? " cw-in-many" : ""}` }, select);
  const typed = (value) => (field.kind === "link" && /^\d+$/.test(value) ? Number(value) : value);
  const settings = {
    maxOptions: 200,
    hidePlaceholder: true,
    placeholder: say("nothing_chosen"),
    plugins: {},
    render: { no_results: () => make("div", { class: "no-results" }, say("no_hits")), item: (entry) => make("div", { class: `item${entry.hue ? ` cw-hue-${entry.hue}` : ""}` }, entry.text), option: (entry) => make("div", { class: "option" }, entry.hue ? make("span", { class: `cw-dot cw-hue-${entry.hue}` }) : null, make("span", {}, entry.text), entry.note ? make("span", { class: "cw-sub" }, entry.note) : null) },
    onChange: (value) => {
      item.value = several ? value.map(typed) : value === "" ? null : typed(value);
      for (const one of [value].flat()) titles[`${field.path}:${one}`] = made.options[one]?.text ?? one;
    },
  };
  if (field.kind === "link") Object.assign(settings, { preload: "focus", loadThrottle: 180, score: () => () => 1, load: (text, done) => askFor(withParams(field.options_url, { q: text })).then((told) => done(told?.options)) });
  let made;
  queueMicrotask(() => (made = new TomSelect(select, settings)));
  return frame;
}
