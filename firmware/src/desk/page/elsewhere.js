// The halls elsewhere, as the broker tells of them: read only, one answers there. It never hides a call of this hall.

import { arrange, by, isolated, make, setAttribute, setHidden, setText } from "./dom.js";
import { countLateElsewhere, isFresh, isPassed, lateElsewhere } from "./state.js";
import * as words from "./words.js";

/** Draws the halls; `passed` are the seconds since the desk told of them, `minutes` is the time of the day. */
export function draw(hall, isLinked, passed, minutes) {
  const isLost = isLinked && hall.relay === "lost";
  setHidden(by("elsewhere"), hall.elsewhere.length === 0 && !isLost);
  setHidden(by("relay"), !isLost);
  const list = by("halls");
  const old = new Map([...list.children].map((item) => [item.dataset.id, item]));
  const item = (other) => drawn(old.get(other.id) || line(other.id), other, isLinked, passed, minutes);
  arrange(list, hall.elsewhere.map(item));
  const late = isLinked ? lateElsewhere(hall) : [];
  setHidden(by("elsewhere-late"), late.length === 0);
  setText(by("elsewhere-link"), late.length > 0 ? words.elsewhere.late(countLateElsewhere(hall), isolated(late[0].hall.name)) : "");
}

function line(id) {
  const item = make("li", {},
    make("strong", { dir: "auto" }), make("span", { class: "news" }), make("ul", { class: "theirs", role: "list" }),
    make("span", { class: "besides" }));
  item.dataset.id = id;
  return item;
}

function drawn(item, other, isLinked, passed, minutes) {
  const known = isLinked && isFresh(other);
  const kind = !known ? "unknown" : other.late > 0 ? "late" : other.waiting > 0 ? "waits" : "well";
  setAttribute(item, "class", kind);
  setText(item.querySelector("strong"), isolated(other.name));
  setText(item.querySelector(".news"), isLinked ? news(other, other.waiting, passed) : words.elsewhere.unlinked);
  drawCalls(item.querySelector(".theirs"), other, known, passed);
  setText(item.querySelector(".besides"), known ? facts(other, minutes) : "");
  return item;
}

function news(other, waiting, passed) {
  switch (other.news.is) {
    case "fresh": return words.elsewhere.waiting(waiting);
    case "silent": return words.elsewhere.silent(words.since(other.news.seconds + passed), waiting);
    case "unconfirmed": return words.elsewhere.unconfirmed(waiting);
    default: return words.elsewhere.never;
  }
}

// The desk names the first few, late ones first; those beyond are counted.
function drawCalls(place, other, known, passed) {
  const waiting = other.calls.filter((call) => call.waits);
  const lines = waiting.map((call) => [
    words.elsewhere.call(call.number, isolated(call.kiosk), known ? words.since(call.seconds + passed) : ""),
    call.late ? (known ? words.call.late : words.elsewhere.wasLate) : "",
  ]);
  if (other.waiting > waiting.length) lines.push([words.elsewhere.more(other.waiting - waiting.length), ""]);
  setHidden(place, lines.length === 0);
  while (place.children.length > lines.length) place.lastChild.remove();
  while (place.children.length < lines.length) place.append(make("li", {}, make("span"), make("span", { class: "late" })));
  lines.forEach(([text, late], at) => {
    const [told, badge] = place.children[at].children;
    setText(told, text);
    setText(badge, late);
    setHidden(badge, late === "");
  });
}

function facts(other, minutes) {
  return [
    presence(other.presence, minutes),
    other.watched ? "" : words.elsewhere.unwatched,
    other.troubled > 0 ? words.kiosk.todo(other.troubled) + "." : "",
  ].filter(Boolean).join(" ");
}

function presence(said, minutes) {
  if (said.is !== "back") return words.elsewhere.presence[said.is];
  const time = words.hour(said.at);
  return isPassed(said.at, minutes) ? words.elsewhere.backPassed(time) : words.elsewhere.back(time);
}
