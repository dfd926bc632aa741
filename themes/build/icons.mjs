// The icon font, cut down to the icons in use and those offered to packs (icons.txt).
import { readFile } from "node:fs/promises";
import path from "node:path";
import subsetFont from "subset-font";

// icon('x'), icon="x", icon: x in YAML, ti-x in markup, 'x' in a template's choice of icons
const NAMED = [/\bicon\(\s*['"]([a-z0-9-]+)['"]/g, /\bicon\s*[=:]\s*['"]?([a-z0-9-]+)/g, /\bti-([a-z0-9-]+)/g];

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
  for (const { file, text } of texts)
    for (const pattern of NAMED) for (const [, name] of text.matchAll(pattern)) names.add(name);
  return names;
}
