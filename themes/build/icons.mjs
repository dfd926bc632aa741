// The icon font, cut down to the icons in use and those offered to packs (icons.txt).
import { readFile } from "node:fs/promises";
import path from "node:path";
import subsetFont from "subset-font";

// Calls with their quoted words, `icon="x"` and `icon: x` in Python and YAML, `icon: str = "x"`,
// tables such as `_ICONS = {…}`, and the comment `icons: x y` of a template that chooses by other means.
const CALLS = /\b(?:icon|iconButton|quiet)\(([^)]*)\)/g;
const NAMED = [/\bicon\s*[=:]\s*['"]?([a-z0-9-]+)/g, /\bicon: str = "([a-z0-9-]+)"/g];
const TABLES = /\b_?icons\b[^=\n]*=\s*\{([^}]*)\}/gi;
const LISTED = /\bicons: ([a-z0-9 -]+)/g;

export async function subsetIcons(root, texts, source) {
  const folder = path.join(root, "node_modules", "@tabler", "icons-webfont", "dist");
  const known = codePoints(await readFile(path.join(folder, "tabler-icons.css"), "utf8"));
  const offered = (await readFile(path.join(source, "icons.txt"), "utf8"))
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim())
    .filter(Boolean);
  for (const name of offered) if (!known.has(name)) throw new Error(`icons.txt: there is no icon "${name}"`);
  const names = [...new Set([...offered, ...named(texts)])].filter((name) => known.has(name)).sort();
  const characters = names.map((name) => String.fromCodePoint(known.get(name))).join("");
  const font = await subsetFont(await readFile(path.join(folder, "fonts", "tabler-icons.woff2")), characters, { targetFormat: "woff2" });
  const rules = names.map((name) => `.ti-${name}::before{content:"\\${known.get(name).toString(16)}"}`);
  const face = '@font-face{font-family:"cw-icons";src:url("virtual:icons.woff2") format("woff2");font-display:block}';
  return { names, font, css: [face, ...rules].join("\n") };
}

function codePoints(css) {
  const found = new Map();
  for (const [, name, code] of css.matchAll(/\.ti-([a-z0-9-]+):before\s*\{\s*content:\s*"\\([0-9a-f]+)"/g)) found.set(name, parseInt(code, 16));
  if (found.size < 1000) throw new Error("the icon font's style sheet looks different than expected");
  return found;
}

function named(texts) {
  const names = new Set();
  for (const { text } of texts) {
    for (const pattern of NAMED) for (const [, name] of text.matchAll(pattern)) names.add(name);
    for (const [, inside] of [...text.matchAll(CALLS), ...text.matchAll(TABLES)]) for (const [, name] of inside.matchAll(/['"]([a-z0-9-]+)['"]/g)) names.add(name);
    for (const [, list] of text.matchAll(LISTED)) for (const name of list.trim().split(" ")) names.add(name);
  }
  return names;
}
