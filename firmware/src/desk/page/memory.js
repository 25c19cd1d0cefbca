// What this browser keeps for the page: names, and whether sound is wanted. Never anything of a call.
// A browser may refuse to keep anything (private windows, rules of the house): then it lasts until the page closes.

const PREFIX = "parvis.";
const meanwhile = new Map();

export function recall(key) {
  try {
    const text = localStorage.getItem(PREFIX + key);
    return text === null ? meanwhile.get(key) : JSON.parse(text);
  } catch {
    return meanwhile.get(key);
  }
}

export function keep(key, value) {
  meanwhile.set(key, value);
  try {
    localStorage.setItem(PREFIX + key, JSON.stringify(value));
  } catch {
    // It stays in `meanwhile`.
  }
}

/** Hears of what another tab of this browser keeps. */
export function onKept(heard) {
  addEventListener("storage", (event) => {
    if (event.key === null || event.key.startsWith(PREFIX)) heard();
  });
}
