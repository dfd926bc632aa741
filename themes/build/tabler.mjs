// Tabler without the rules nobody uses, in a cascade layer of its own.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { PurgeCSS } from "purgecss";

// Kept for the templates of plugins, which the build cannot read: plain forms, tables, alerts.
const KEPT = [/^form-/, /^table$/, /^table-/, /^alert/, /^btn/, /^row$/, /^col-\d+$/, /^col-md-\d+$/, /^visually-hidden/];

export async function purgedTabler(root, texts) {
  const file = path.join(root, "node_modules", "@tabler", "core", "dist", "css", "tabler.min.css");
  const css = (await readFile(file, "utf8")).replace(/\/\*#.*?\*\//g, "");
  const content = texts.filter(({ file: name }) => /\.(html|js)$/.test(name)).map(({ text }) => ({ raw: text, extension: "html" }));
  const [purged] = await new PurgeCSS().purge({
    content,
    css: [{ raw: css }],
    safelist: { standard: KEPT },
    variables: true,
    keyframes: true,
    fontFace: true,
  });
  return `@layer tabler{${purged.css.replace(/@charset[^;]*;/, "")}}`;
}
