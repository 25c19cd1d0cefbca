// Who answers at this screen: adding a name, and forgetting one.

import { by, isolated, make, setHidden, setText } from "./dom.js";
import { NAME_CHARS_MAX, cleaned, forget, names, remember } from "./names.js";
import * as words from "./words.js";

let drawnOf = "";
let changed = () => {};

export function start(onChange) {
  changed = onChange;
  by("new-name").maxLength = NAME_CHARS_MAX;
  by("name-form").addEventListener("submit", (event) => {
    event.preventDefault();
    const name = cleaned(by("new-name").value);
    if (name === "") return;
    remember(name);
    by("new-name").value = "";
    changed();
  });
}

export function draw() {
  const known = names();
  const now = JSON.stringify(known);
  if (now === drawnOf) return;
  drawnOf = now;
  by("names").replaceChildren(...known.map(line));
  setText(by("no-names"), known.length === 0 ? words.noNames : "");
  setHidden(by("names"), known.length === 0);
}

function line(name) {
  const button = make("button", { type: "button", "aria-label": words.forgetName(isolated(name)) }, words.button.forget);
  button.addEventListener("click", () => {
    forget(name);
    changed();
    by("new-name").focus();
  });
  return make("li", {}, make("span", { dir: "auto" }, isolated(name)), button);
}
