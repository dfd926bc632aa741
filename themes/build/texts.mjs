// Every text in which a class or an icon may be named: templates, scripts, view models, packs.
import { readdir, readFile } from "node:fs/promises";
import path from "node:path";

const KINDS = /\.(html|js|mjs|py|ya?ml)$/;
const FOLDERS = ["themes/cardwright_themes", "platform/cardwright_platform", "metadata/cardwright_metadata/packs", "plugins/cardwright_plugins", "examples"];

export async function readTexts(root) {
  const texts = [];
  for (const folder of FOLDERS) await gather(path.join(root, folder), texts);
  return texts;
}

async function gather(folder, texts) {
  let entries;
  try {
    entries = await readdir(folder, { withFileTypes: true });
  } catch {
    return; // a wheel's source may come without examples
  }
  for (const entry of entries) {
    const whole = path.join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!["dist", "node_modules", "__pycache__"].includes(entry.name)) await gather(whole, texts);
    } else if (KINDS.test(entry.name)) {
      texts.push({ file: whole, text: await readFile(whole, "utf8") });
    }
  }
}
