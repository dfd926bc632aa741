// The sentences that scripts say, in the reader's language; the page brings them in its head.
let sentences;

export function say(key, params = {}) {
  sentences ??= JSON.parse(document.querySelector("meta[name=cw-words]")?.content ?? "{}");
  return (sentences[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => params[name] ?? "");
}
