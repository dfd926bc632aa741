// Gives elements their behaviour: data-cw="rows keep-scroll" → two functions called with the element.
const known = new Map();
const done = new WeakSet();
let waiting = 0;

export function behave(table) {
  for (const [name, attach] of Object.entries(table)) known.set(name, attach);
}

/** A behaviour whose module is fetched when an element first needs it; what is clicked meanwhile is not lost. */
export function later(load, name) {
  return async (element) => {
    const early = [];
    const hold = ({ target }) => {
      const button = target.closest("button[type=button]:not([data-pick])");
      if (button?.closest("[data-cw]") === element) early.push(button);
    };
    element.addEventListener("click", hold);
    const attach = (await load())[name];
    element.removeEventListener("click", hold);
    attach(element);
    for (const button of early) button.click();
  };
}

export function enhance(root) {
  const elements = [...root.querySelectorAll("[data-cw]")];
  if (root instanceof Element && root.matches("[data-cw]")) elements.unshift(root);
  const begun = [];
  for (const element of elements) {
    if (done.has(element)) continue;
    done.add(element);
    for (const name of element.dataset.cw.split(/\s+/)) begun.push(known.get(name)?.(element));
  }
  // Whoever drives the page by a program waits until every element has its behaviour.
  const { dataset } = document.documentElement;
  waiting += 1;
  delete dataset.awake;
  Promise.allSettled(begun).then(() => (waiting -= 1) || (dataset.awake = "1"));
}
