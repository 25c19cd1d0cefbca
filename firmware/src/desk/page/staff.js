// The staff page. It shows what the desk says, and says to the desk what a person does. It keeps nothing of a call.

import * as calls from "./calls.js";
import * as day from "./day.js";
import * as delivered from "./delivered.js";
import * as elsewhere from "./elsewhere.js";
import * as kiosks from "./kiosks.js";
import * as link from "./link.js";
import * as people from "./people.js";
import * as presence from "./presence.js";
import * as signals from "./signals.js";
import * as sound from "./sound.js";
import * as wake from "./wake.js";
import * as words from "./words.js";
import { by, setAttribute, setHidden, setText } from "./dom.js";
import { onKept } from "./memory.js";
import { everySecond } from "./pulse.js";
import { ring } from "./ringing.js";
import { speak } from "./spoken.js";
import { NOTHING, isWaiting, largeState, stateElsewhere } from "./state.js";

/** What was refused stays to be read that long, or until somebody has read it. */
const REFUSAL_MS = 15000;
/** A first connection that takes longer is no connection. */
const CONNECTING_MS = 5000;

let hall = NOTHING;
let hallAt = performance.now();
let refusedAt = 0;

function hear(message) {
  if (message.type === "hall") {
    hall = { ...NOTHING, ...message };
    hallAt = performance.now();
  } else if (message.type === "refused") {
    refuse(message.why);
  }
  update();
}

function say(message) {
  const said = link.say(message);
  if (!said) refuse(words.refused.unlinked);
  return said;
}

function refuse(why) {
  refusedAt = performance.now();
  setText(by("refusal-text"), why);
  by("refusal").hidden = why === "";
}

function linkState() {
  if (link.isLinked()) return "linked";
  return !link.wasEverLinked() && link.silence() < CONNECTING_MS ? "connecting" : "lost";
}

/** Draws, signals, rings, tells: everything that follows from what is known now. */
function update() {
  const how = linkState();
  const isLinked = how === "linked";
  const silent = Math.floor(link.silence() / 1000);
  const ago = words.since(silent);
  const large = largeState(hall, how, silent, presence.minutesNow());
  drawLarge(large, isLinked);
  const passed = Math.floor((performance.now() - hallAt) / 1000);
  calls.draw(hall, isLinked, passed, ago);
  elsewhere.draw(hall, isLinked, passed, presence.minutesNow());
  kiosks.draw(hall.kiosks, isLinked, ago);
  presence.draw(hall.presence, isLinked);
  day.draw(hall.ended);
  people.draw();
  drawSound();
  drawNotifications();
  if (performance.now() - refusedAt > REFUSAL_MS) setHidden(by("refusal"), true);
  signals.signal(large.kind, hall, isLinked);
  speak(hall, isLinked, link.wasEverLinked());
  wake.keepAwake(isLinked && hall.presence.is !== "closed");
  if (isLinked) delivered.afterDrawing(() => hall.calls);
  ring(hall, isLinked, link.silence(), (numbers) => delivered.afterSound(() => hall.calls, numbers));
}

function drawLarge({ kind, headline, gesture }, isLinked) {
  const shown = document.documentElement.dataset.state;
  setAttribute(document.documentElement, "data-state", kind);
  if (kind !== shown && ["call", "late", "lost"].includes(kind)) comeIntoSight();
  setText(by("strip"), words.strip(kind, hall.calls.filter(isWaiting).length, stateElsewhere(hall)));
  setText(by("headline"), headline);
  setText(by("gesture"), gesture);
  // An empty stage is all for the state; with calls, they share it.
  setAttribute(by("stage"), "class", hall.calls.length === 0 ? "empty" : isLinked ? "busy" : "busy unknown");
}

/** What cannot wait is shown from its beginning, unless somebody is writing further down. */
function comeIntoSight() {
  if (!document.activeElement || document.activeElement.tagName !== "INPUT") scrollTo(0, 0);
}

function drawSound() {
  const state = sound.state();
  const hints = { on: "", off: words.sound.offHint, asleep: words.sound.asleepHint, none: words.sound.none };
  setHidden(by("sound"), state === "none");
  setAttribute(by("sound"), "aria-pressed", String(state === "on"));
  setAttribute(by("sound"), "data-sound", state);
  setText(by("sound-text"), state === "none" ? "" : words.sound[state]);
  setText(by("sound-hint"), hints[state]);
  setHidden(by("sound-hint"), hints[state] === "");
  setHidden(by("try-sound"), state !== "on");
}

function drawNotifications() {
  const permission = signals.notifyPermission();
  setHidden(by("notify"), permission !== "default");
  setText(by("notify-said"), permission === "default" ? "" : words.notifications[permission]);
}

/** The words that stand still, where the page's HTML asks for them. */
function drawWords() {
  document.documentElement.lang = words.LANGUAGE;
  for (const node of document.querySelectorAll("[data-word]")) node.textContent = words.STILL[node.dataset.word];
  for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", words.STILL[node.dataset.label]);
}

drawWords();
calls.start({ say, refuse, redraw: update });
presence.start(say);
day.start();
people.start(update);
sound.start(update);
wake.start();
onKept(update);
signals.readPictures();
by("sound").addEventListener("click", () => {
  sound.turn(sound.state() !== "on");
  update();
});
by("try-sound").addEventListener("click", sound.tryAll);
by("notify").addEventListener("click", () => signals.askToNotify().then(update));
by("refusal-close").addEventListener("click", () => {
  by("refusal").hidden = true;
  by("headline").focus({ preventScroll: true });
});
document.addEventListener("visibilitychange", update);
link.start(hear, update);
everySecond(() => {
  link.beat();
  update();
});
update();
