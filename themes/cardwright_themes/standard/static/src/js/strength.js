// How hard a new password is to guess, told while one types; the server alone decides whether it is taken.
import { say } from "./words.js";

let measured;

// What counts runs and patterns comes with the first key, not with the page.
async function measure() {
  measured ??= import("@zxcvbn-ts/core").then(({ ZxcvbnFactory }) => (words) => new ZxcvbnFactory({ dictionary: { words } }));
  return measured;
}

export function attachStrength(input) {
  const place = input.closest(".cw-fld").querySelector(".cw-strength");
  const [meter, text] = place.children;
  const words = input.dataset.words.toLowerCase().split(/\s+/).filter((each) => each.length > 1);
  let judge;
  input.addEventListener("input", async () => {
    judge ??= (await measure())(words);
    const typed = input.value;
    place.hidden = typed === "";
    const score = typed ? judge.check(typed.slice(0, 100)).score : 0;
    meter.value = score;
    text.textContent = typed ? say(`strength_${score}`) : "";
  });
}
