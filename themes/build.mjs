// Builds the assets of every theme: static/src → static/dist, names with content hashes, a manifest.
// Run by `npm run build`; needs nothing but what `npm ci` installed.
import { createHash } from "node:crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import esbuild from "esbuild";
import { readTexts } from "./build/texts.mjs";
import { subsetIcons } from "./build/icons.mjs";
import { purgedTabler } from "./build/tabler.mjs";
import { followTheDevice } from "./build/dark.mjs";

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "..");
const themes = path.join(root, "themes", "cardwright_themes");
const BUDGET = 250 * 1024; // what a list, card or form may weigh on a first visit, gzipped

const texts = await readTexts(root);
for (const name of await readdir(themes)) {
  const source = path.join(themes, name, "static", "src");
  if (existsSync(source)) await buildTheme(name, source, path.join(themes, name, "static", "dist"));
}

async function buildTheme(name, source, dist) {
  await rm(dist, { recursive: true, force: true });
  await mkdir(dist, { recursive: true });
  const manifest = { assets: {}, icons: [] };
  const entries = ["app.css", "theme.css", "js/app.js"].map((file) => path.join(source, file)).filter(existsSync);
  const icons = existsSync(path.join(source, "icons.txt")) ? await subsetIcons(root, texts, source) : null;
  if (icons) manifest.icons = icons.names;
  const result = await esbuild.build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir: dist,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: ["chrome111", "firefox113", "safari16.4"],
    legalComments: "none",
    metafile: true,
    plugins: [styles(texts, icons)],
    loader: { ".woff2": "file" },
    logLevel: "warning",
  });
  for (const [file, output] of Object.entries(result.metafile.outputs)) {
    const logical = logicalName(file, output);
    if (logical) manifest.assets[logical] = path.basename(file);
  }
  if (existsSync(path.join(source, "mark.svg"))) await copyHashed(source, dist, "mark.svg", manifest);
  await writeFile(path.join(dist, "manifest.json"), JSON.stringify(manifest, null, 1) + "\n");
  await report(name, dist, manifest, result.metafile.outputs);
}

function logicalName(file, output) {
  if (output.entryPoint) return path.basename(output.entryPoint);
  if (/\/inter-[^/]*\.woff2$/.test(file)) return "inter.woff2";
  if (/\/icons-[^/]*\.woff2$/.test(file)) return "icons.woff2";
  return "";
}

/** Gives style sheets what the build makes: Tabler purged, the icon font subset, dark by device. */
function styles(words, icons) {
  return {
    name: "styles",
    setup(build) {
      build.onResolve({ filter: /^virtual:/ }, (asked) => ({ path: asked.path.slice(8), namespace: "made" }));
      build.onLoad({ filter: /^tabler\.css$/, namespace: "made" }, async () => ({
        contents: followTheDevice(await purgedTabler(root, words)),
        loader: "css",
      }));
      build.onLoad({ filter: /^icons\.css$/, namespace: "made" }, () => ({ contents: icons.css, loader: "css" }));
      build.onLoad({ filter: /^icons\.woff2$/, namespace: "made" }, () => ({ contents: icons.font, loader: "file" }));
      build.onLoad({ filter: /\.css$/, namespace: "file" }, async (file) => ({
        contents: followTheDevice(await readFile(file.path, "utf8")),
        loader: "css",
      }));
    },
  };
}

async function copyHashed(source, dist, file, manifest) {
  const bytes = await readFile(path.join(source, file));
  const hash = createHash("sha256").update(bytes).digest("hex").slice(0, 8).toUpperCase();
  const { name, ext } = path.parse(file);
  manifest.assets[file] = `${name}-${hash}${ext}`;
  await writeFile(path.join(dist, manifest.assets[file]), bytes);
}

async function report(name, dist, manifest, outputs) {
  const weigh = async (file) => {
    const bytes = await readFile(path.join(dist, file));
    return file.endsWith(".woff2") ? bytes.length : gzipSync(bytes, { level: 9 }).length;
  };
  const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1).padStart(7)} KB`;
  const files = (await readdir(dist)).filter((file) => file !== "manifest.json");
  let total = 0;
  console.log(`theme ${name}`);
  for (const file of files.sort()) {
    const bytes = await weigh(file);
    total += bytes;
    console.log(`  ${kilobytes(bytes)}  ${file}`);
  }
  console.log(`  ${kilobytes(total)}  all together, gzipped; a first visit may weigh ${BUDGET / 1024} KB with its page`);
  if (total > BUDGET) {
    console.error(`theme ${name} is too heavy`);
    process.exitCode = 1;
  }
}
