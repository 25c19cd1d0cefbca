// Languages by their French names.

import { isolated } from "./dom.js";
import * as words from "./words.js";

const names = (() => {
  try {
    return new Intl.DisplayNames([words.LANGUAGE], { type: "language", fallback: "none" });
  } catch {
    return null;
  }
})();

/** What to say of a visit's language; nothing when it is the desk's own. */
export function spoken(code) {
  if (code === "" || code.toLowerCase().split("-")[0] === words.LANGUAGE) return "";
  try {
    const name = names && names.of(code);
    if (name) return words.call.speaks(name);
  } catch {
    // Not a code of a language.
  }
  return words.call.otherLanguage(isolated(code));
}
