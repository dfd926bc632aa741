// What was typed and could not be sent waits in this browser: by whose it is, and only for a while.
const BEGIN = "cw-typed/";
const DAYS = 7;
const DAY = 86_400_000;
let isLeaving = false; // somebody signs out: nothing is kept behind him

/** Keep what stands in a form, under the address that takes it; false where the browser keeps nothing. */
export function keepHere(account, url, texts) {
  if (isLeaving) return false;
  try {
    localStorage.setItem(keyOf(account, url), JSON.stringify({ texts, at: Date.now() }));
    return true;
  } catch {
    return false; // it is full, or somebody forbids it
  }
}

export function forgetHere(account, url) {
  try {
    localStorage.removeItem(keyOf(account, url));
  } catch {
    // Where nothing can be kept there is nothing to forget.
  }
}

/** What waits of one account: [{url, texts}, …]; what is too old goes, whosever it is. */
export function keptHere(account) {
  const found = [];
  for (const key of keys()) {
    const { texts, at } = JSON.parse(localStorage.getItem(key)) ?? {};
    if (!(Date.now() - at < DAYS * DAY)) localStorage.removeItem(key);
    else if (key.startsWith(keyOf(account, ""))) found.push({ url: key.slice(keyOf(account, "").length), texts });
  }
  return found;
}

/** Whoever signs out leaves nothing behind, also where the browser does not listen to Clear-Site-Data. */
export function forgetAtSignOut() {
  document.addEventListener("submit", ({ target }) => {
    if (!("signOut" in target.dataset)) return;
    isLeaving = true;
    for (const key of keys()) localStorage.removeItem(key);
  });
}

const keyOf = (account, url) => `${BEGIN}${account}/${url}`;

function keys() {
  try {
    return Object.keys(localStorage).filter((key) => key.startsWith(BEGIN));
  } catch {
    return [];
  }
}
