// Passkeys: the browser makes or uses one, the form carries what it says.
import { say } from "./words.js";

const works = () => Boolean(globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON);

async function ask(url, form) {
  const answer = await fetch(url, { method: "POST", body: new URLSearchParams(new FormData(form)), headers: { Accept: "application/json" } });
  const told = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Error(told.error?.message ?? told.message ?? say("failed", { number: "" }));
  return told;
}

function complain(form, text) {
  let place = form.querySelector("p.cw-msg");
  if (!place) {
    place = document.createElement("p");
    place.className = "cw-msg";
    place.setAttribute("role", "alert");
    form.append(place);
  }
  place.textContent = text;
  place.hidden = false;
}

// The form is sent by a script once the browser has answered: submit() asks no listener again.
function carry(form, work) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      const made = await work();
      form.elements.credential.value = JSON.stringify(made.toJSON());
      form.submit();
    } catch (error) {
      complain(form, error instanceof DOMException ? say("passkey_stopped") : error.message);
    }
  });
}

// "Stay signed in" is a box of the form above: what is ticked there holds here too.
function takeStay(form) {
  const box = document.querySelector('input[type="checkbox"][name="stay"]');
  if (!box) return;
  form.querySelector('input[name="stay"]')?.remove();
  if (!box.checked) return;
  const kept = document.createElement("input");
  Object.assign(kept, { type: "hidden", name: "stay", value: "1" });
  form.append(kept);
}

export function attachPasskey(form) {
  if (!works()) return;
  form.hidden = false;
  carry(form, async () => {
    takeStay(form);
    const options = await ask(form.dataset.ask, form);
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });
  });
}

export function attachNewPasskey(section) {
  const form = section.querySelector("form");
  if (!works()) return void (section.hidden = true);
  const field = document.createElement("input");
  Object.assign(field, { type: "hidden", name: "credential" });
  form.append(field);
  carry(form, async () => {
    const options = await ask(section.dataset.begin, form);
    return navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) });
  });
}
