// The tags and the star of a card are drawn anew with each press: the keyboard stays among them.
let pressed = false;

export function attachMarks(box) {
  const lost = !document.activeElement || document.activeElement === document.body;
  if (pressed && lost) box.querySelector("#cw-star, .cw-tag-x")?.focus();
  pressed = false;
  box.addEventListener("submit", () => (pressed = true));
}
