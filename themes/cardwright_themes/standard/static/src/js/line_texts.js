// What a line would post, written down: its inputs by what follows its key in their names.

/** The inputs of a line on the screen, with the marks of what nobody set by hand. */
export function textsOf(element, lines) {
  const prefix = `${lines}.${element.dataset.row}.`;
  const texts = {};
  for (const control of element.querySelectorAll("[name]")) {
    if (control.disabled || control.type === "file" || !control.name.startsWith(prefix)) continue;
    if ((control.type === "checkbox" || control.type === "radio") && !control.checked) continue;
    const name = control.name.slice(prefix.length);
    const values = control.matches("select") ? [...control.selectedOptions].map((option) => option.value) : [control.value];
    if (values.length) (texts[name] ??= []).push(...values);
  }
  for (const { dataset } of element.querySelectorAll("[data-suggest]:not([data-by-hand])")) {
    const name = dataset.suggest.slice(prefix.length);
    if (name in texts) texts[`${name}.suggested`] = ["1"];
  }
  return texts;
}

export function sameTexts(one, other) {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => other[name]?.length === one[name].length && one[name].every((text, index) => text === other[name][index]));
}

/** Lines as they travel: names once, values in their order, null for what a line does not post. */
export function packed(rows) {
  const names = [...new Set(rows.flatMap(({ texts }) => Object.keys(texts)))];
  const pack = (texts) => (texts?.length === 1 ? texts[0] : (texts ?? null));
  return { names, rows: rows.map(({ key, texts, told, errors }) => [key, 0, names.map((name) => pack(texts[name])), told ?? null, errors ?? null]) };
}

export function unpacked(names, values) {
  const texts = {};
  for (const [index, value] of values.entries()) if (value !== null) texts[names[index]] = Array.isArray(value) ? value : [value];
  return texts;
}

/** An input as the readers of expressions take it, of a line that has none on the screen. */
export function inputOf(texts) {
  if (!texts) return undefined;
  return { value: texts.at(-1) ?? "", checked: texts.at(-1) === "true", selectedOptions: texts.map((value) => ({ value })) };
}
