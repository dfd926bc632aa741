// Puts a text into an input of a grid as if it had been typed: figures, choices by label, links by name.
import { choose, optionsFor } from "./choices.js";

export async function fillCell(cell, text) {
  const field = cell.querySelector("select,input:not([type=hidden]),textarea");
  if (!field || field.disabled || field.readOnly) return;
  if (field.matches("select[data-options]")) await fillLink(field, text);
  else if (field.matches("select")) fillChoice(field, text);
  else if (field.matches("[type=checkbox]")) field.checked = /^(true|1|yes|y|是|√)$/i.test(text);
  else if (field.matches("[type=date]")) field.value = day(text);
  else field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

async function fillLink(select, text) {
  if (!text) return;
  const { options } = await optionsFor(select, text);
  const same = options.filter((option) => option.text === text || option.note === text);
  const found = same.length === 1 ? same[0] : options.length === 1 ? options[0] : null;
  if (found) choose(select, [found]);
}

function fillChoice(select, text) {
  const option = [...select.options].find((each) => each.text.trim() === text || each.value === text);
  if (option) choose(select, [{ value: option.value, text: option.text }]);
}

function day(text) {
  const found = /^(\d{4})\D(\d{1,2})\D(\d{1,2})/.exec(text);
  return found ? `${found[1]}-${found[2].padStart(2, "0")}-${found[3].padStart(2, "0")}` : "";
}
