// "As the device": what is said for [data-bs-theme=dark] holds for [data-bs-theme=auto] too,
// where the device prefers dark. Done here, so that no script has to run before the first paint.
import postcss from "postcss";

const DARK = /\[data-bs-theme=["']?dark["']?\]/g;

export function followTheDevice(css) {
  const tree = postcss.parse(css);
  tree.walkRules((rule) => {
    const selectors = rule.selectors.filter((selector) => selector.match(DARK));
    if (!selectors.length || insideKeyframes(rule)) return;
    const copy = rule.clone({ selectors: selectors.map((selector) => selector.replace(DARK, "[data-bs-theme=auto]")) });
    const media = postcss.atRule({ name: "media", params: "(prefers-color-scheme: dark)" });
    media.append(copy);
    rule.after(media);
  });
  return tree.toString();
}

function insideKeyframes(rule) {
  return rule.parent?.type === "atrule" && /keyframes$/.test(rule.parent.name);
}
