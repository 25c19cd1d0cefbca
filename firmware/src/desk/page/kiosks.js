// How the kiosks and their printers are: one line each, with the gesture to do.

import { arrange, by, isolated, make, setAttribute, setText } from "./dom.js";
import { needsGesture } from "./state.js";
import * as words from "./words.js";

export function draw(kiosks, isLinked, ago) {
  const list = by("kiosks");
  const old = new Map([...list.children].map((item) => [item.dataset.name, item]));
  arrange(list, kiosks.map((kiosk) => drawn(old.get(kiosk.name) || line(kiosk.name), kiosk, isLinked, ago)));
  setText(by("no-kiosk"), kiosks.length === 0 && isLinked ? words.kiosk.none : "");
  const todo = isLinked ? kiosks.filter(needsGesture).length : 0;
  by("todo").hidden = todo === 0;
  setText(by("todo-link"), todo > 0 ? words.kiosk.todo(todo) : "");
}

function line(name) {
  const item = make("li", {}, make("strong", { dir: "auto" }), make("span", { class: "how" }));
  item.dataset.name = name;
  return item;
}

function drawn(item, kiosk, isLinked, ago) {
  setAttribute(item, "class", !isLinked ? "unknown" : needsGesture(kiosk) ? "todo" : "well");
  setText(item.querySelector("strong"), isolated(kiosk.name));
  setText(item.querySelector(".how"), how(kiosk, isLinked, ago));
  return item;
}

function how(kiosk, isLinked, ago) {
  if (!isLinked) return words.kiosk.unknown(ago);
  if (!kiosk.alive) return words.kiosk.dead;
  const todo = [kiosk.printer, kiosk.keypad].filter((gesture) => gesture !== "");
  return todo.length === 0 ? words.kiosk.well : isolated(todo.join(" ; "));
}
