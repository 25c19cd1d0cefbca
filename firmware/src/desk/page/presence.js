// Who holds the desk, as visitors read it on the kiosks.

import { by, setAttribute, setText } from "./dom.js";
import { isPassed } from "./state.js";
import * as words from "./words.js";

/** A person away is usually back after so many minutes. */
const USUALLY_AWAY = 30;

export function start(say) {
  by("here").addEventListener("click", () => say({ type: "presence", presence: { is: "here" } }));
  by("closed").addEventListener("click", () => say({ type: "presence", presence: { is: "closed" } }));
  by("back-form").addEventListener("submit", (event) => {
    event.preventDefault();
    if (!minutesOf(by("back-time").value)) by("back-time").value = usual();
    say({ type: "presence", presence: { is: "back", at: minutesOf(by("back-time").value).minutes } });
  });
  by("back-time").value = usual();
}

function minutesOf(text) {
  const found = /^(\d{1,2}):(\d{2})/.exec(text);
  return found && { minutes: Number(found[1]) * 60 + Number(found[2]) };
}

export function minutesNow() {
  const now = new Date();
  return now.getHours() * 60 + now.getMinutes();
}

function usual() {
  const at = (Math.ceil((minutesNow() + USUALLY_AWAY) / 5) * 5) % 1440;
  return `${String(Math.floor(at / 60)).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}`;
}

export function draw(presence, isLinked) {
  for (const is of ["here", "back", "closed"]) {
    setAttribute(by(is), "aria-pressed", String(isLinked && presence.is === is));
  }
  setText(by("presence-said"), isLinked ? said(presence) : words.presence.notSaid);
}

function said(presence) {
  if (presence.is !== "back") return words.presence[presence.is];
  const time = words.hour(presence.at);
  return isPassed(presence.at, minutesNow()) ? words.presence.backPassed(time) : words.presence.back(time);
}
