// What moves or is drawn anew under a pressed button or finger loses its click: so one waits.

/** A finger's click comes so many milliseconds after it is lifted, at most. */
const CLICKED = 100;

/** Returns what tells when an element, if it is pressed now, has been let go. */
export function watchPresses(element) {
  let pressed = Promise.resolve();
  element.addEventListener("pointerdown", () => (pressed = released()), true);
  return () => pressed;
}

/** Resolves once what is pressed has been let go, and its click has come. */
export function released() {
  return new Promise((resolve) => {
    for (const name of ["pointerup", "pointercancel"]) addEventListener(name, () => setTimeout(resolve, CLICKED), { once: true, capture: true });
  });
}
