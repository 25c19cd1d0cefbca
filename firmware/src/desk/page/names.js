// Who answers at this screen: the last names, each a button "J’arrive". They keep their order, so that a hand finds its
// button where it was; the one unused for longest makes room.

import { keep, recall } from "./memory.js";

export const NAMES_MAX = 6;
export const NAME_CHARS_MAX = 40;

function known() {
  const kept = recall("names");
  const good = (entry) => entry && typeof entry.name === "string" && entry.name !== "" && Number.isFinite(entry.used);
  return Array.isArray(kept) ? kept.filter(good).slice(0, NAMES_MAX) : [];
}

export const names = () => known().map((entry) => entry.name);

/** What a person typed, as a name; empty when it is none. */
export const cleaned = (typed) => [...typed.replace(/\s+/g, " ").trim()].slice(0, NAME_CHARS_MAX).join("");

export function remember(name) {
  const used = Date.now();
  const entries = known();
  const found = entries.find((entry) => entry.name === name);
  if (found) {
    found.used = used;
  } else {
    if (entries.length >= NAMES_MAX) {
      const oldest = entries.reduce((old, entry) => (entry.used < old.used ? entry : old));
      entries.splice(entries.indexOf(oldest), 1);
    }
    entries.push({ name, used });
  }
  keep("names", entries);
}

export function forget(name) {
  keep("names", known().filter((entry) => entry.name !== name));
}
