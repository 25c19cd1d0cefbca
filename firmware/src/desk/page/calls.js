// The calls as cards: who waits, where, since when, and what to do. A card stays the same element as long as its call.

import { arrange, by, isolated, make, setAttribute, setHidden, setText } from "./dom.js";
import { isWaiting } from "./state.js";
import { NAME_CHARS_MAX, cleaned, names, remember } from "./names.js";
import { spoken } from "./languages.js";
import * as words from "./words.js";

/** A button that has just come under a finger, or moved, does nothing for that long: it was not what was meant. */
const GUARD_MS = 500;

let say = () => false;
let refuse = () => {};
let redraw = () => {};

export function start(parts) {
  ({ say, refuse, redraw } = parts);
}

/** Draws the calls; `passed` are the seconds since the desk told of them. */
export function draw(hall, isLinked, passed, ago) {
  const list = by("calls");
  const focused = document.activeElement;
  const old = new Map([...list.children].map((card) => [card.id, card]));
  const places = new Map([...old.values()].map((card) => [card, card.offsetTop]));
  const ordered = [...hall.calls].sort((one, other) => Number(isWaiting(other)) - Number(isWaiting(one)));
  arrange(list, ordered.map((call) => {
    const card = old.get(`call-${call.number}`) || newCard(call.number);
    drawCard(card, call, isLinked, passed, ago);
    return card;
  }));
  for (const [card, top] of places) if (card.isConnected && Math.abs(card.offsetTop - top) > 8) guard(card);
  for (const card of list.children) drawGuard(card, isLinked);
  setAttribute(list, "class", isLinked ? "" : "unknown");
  keepFocus(list, focused);
}

function newCard(number) {
  const come = make("div", { class: "come" });
  const isWith = deed("with main", words.button.isWith, number, () => say({ type: "with", number }));
  const done = deed("done", words.button.done, number, () => say({ type: "done", number }));
  const facts = make("p", { class: "facts" });
  const told = make("div", { class: "words" },
    make("h3", { dir: "auto" }), make("p", { class: "how" }), make("p", { class: "reason", dir: "auto" }), facts);
  // Where it is, as far as the hall's plan says it; a hall without a plan shows none.
  const plan = make("img", { class: "plan", hidden: "" });
  plan.addEventListener("load", () => setHidden(plan, false));
  plan.addEventListener("error", () => setHidden(plan, true));
  return make("li", { id: `call-${number}` }, told, plan, make("div", { class: "deeds" }, come, whoForm(number), isWith, done));
}

/** A button of a card, named with the number of its call. */
function deed(kind, label, number, act) {
  const button = make("button", { type: "button", class: kind, "aria-label": words.forCall(label, number) }, label);
  button.addEventListener("click", () => ifReady(button, act));
  return button;
}

function ifReady(button, act) {
  if (button.closest("li").dataset.linked === "false") refuse(words.refused.unlinked);
  else if (button.getAttribute("aria-disabled") !== "true") act();
}

// Who answers is asked once; then each name is a button.
function whoForm(number) {
  const field = make("input", { id: `who-${number}`, maxlength: NAME_CHARS_MAX, autocomplete: "off", required: "" });
  const send = make("button", { class: "main", "aria-label": words.forCall(words.button.come, number) }, words.button.come);
  const cancel = make("button", { type: "button", "aria-label": words.forCall(words.button.cancel, number) }, words.button.cancel);
  const form = make("form", { class: "who", hidden: "" }, make("label", { for: field.id }, words.whoAnswers), field, send, cancel);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const name = cleaned(field.value);
    if (name !== "") ifReady(send, () => answer(number, name, form));
  });
  cancel.addEventListener("click", () => {
    form.hidden = true;
    redraw();
    form.parentElement.querySelector(".come button:last-child").focus();
  });
  return form;
}

function answer(number, name, form) {
  if (!say({ type: "come", number, by: name })) return;
  remember(name);
  if (form) form.hidden = true;
  redraw();
}

function ask(number) {
  const form = by(`call-${number}`).querySelector(".who");
  form.hidden = false;
  redraw();
  form.querySelector("input").focus();
}

function drawCard(card, call, isLinked, passed, ago) {
  const waits = isWaiting(call);
  setAttribute(card, "class", waits ? (call.late ? "card waiting late" : "card waiting") : "card going");
  setText(card.querySelector("h3"), words.call.title(call.number, isolated(call.kiosk)));
  setText(card.querySelector(".how"), isLinked ? how(call, passed) : words.call.unknown(ago));
  const reason = card.querySelector(".reason");
  setText(reason, call.reason ? words.call.reason(isolated(call.reason)) : "");
  setHidden(reason, !call.reason);
  drawPlan(card.querySelector(".plan"), call);
  drawFacts(card.querySelector(".facts"), call);
  drawDeeds(card, call, waits);
}

function drawPlan(plan, call) {
  const source = `/plan/${encodeURIComponent(call.kiosk)}`;
  if (plan.getAttribute("src") === source) return;
  setHidden(plan, true);
  plan.alt = words.call.plan(call.kiosk);
  plan.setAttribute("src", source);
}

function how(call, passed) {
  const since = words.since(call.seconds + passed);
  const what = isWaiting(call) ? words.call.waits : (call.state === "arrived" ? words.call.isWith : words.call.comes)(isolated(call.by));
  return `${since} · ${what}`;
}

function drawFacts(place, call) {
  const facts = [
    isWaiting(call) && call.late ? ["late", words.call.late] : null,
    call.again && isWaiting(call) ? ["again", words.call.again(isolated(call.again))] : null,
    spoken(call.lang) ? ["lang", spoken(call.lang)] : null,
    call.left ? ["left", words.call.left] : null,
  ].filter(Boolean);
  const now = JSON.stringify(facts);
  if (place.dataset.now === now) return;
  place.dataset.now = now;
  place.replaceChildren(...facts.map(([kind, text]) => make("span", { class: kind }, text)));
  place.hidden = facts.length === 0;
}

function drawDeeds(card, call, waits) {
  const form = card.querySelector(".who");
  if (!waits) form.hidden = true;
  const stage = waits ? "waiting" : call.state;
  if (card.dataset.stage !== stage) {
    if (card.dataset.stage) guard(card);
    card.dataset.stage = stage;
  }
  drawNames(card.querySelector(".come"), call.number);
  setHidden(card.querySelector(".come"), !waits || !form.hidden);
  setHidden(card.querySelector(".with"), call.state !== "acknowledged");
  setHidden(card.querySelector(".done"), waits);
}

function drawNames(place, number) {
  const known = names();
  const now = JSON.stringify(known);
  if (place.dataset.now === now) return;
  place.dataset.now = now;
  const buttons = known.map((name) => deed("main", words.button.comeAs(isolated(name)), number, () => answer(number, name, null)));
  const other = known.length > 0 ? deed("other", words.button.other, number, () => ask(number))
    : deed("main", words.button.come, number, () => ask(number));
  place.replaceChildren(...buttons, other);
}

function guard(card) {
  card.dataset.guarded = String(performance.now() + GUARD_MS);
  setTimeout(redraw, GUARD_MS + 10);
}

function drawGuard(card, isLinked) {
  const waits = !isLinked || performance.now() < Number(card.dataset.guarded || 0);
  setAttribute(card, "data-linked", String(isLinked));
  for (const button of card.querySelectorAll("button")) {
    if (waits) setAttribute(button, "aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  }
}

/** Whoever works with keys goes on where they were: at the next thing to do, never at the top of the page. */
function keepFocus(list, focused) {
  // A card that is gone is no longer in the list, but is still what its button stands in.
  const card = focused && focused.closest && focused.closest(".card");
  if (!card || (focused.isConnected && focused.offsetParent !== null)) return;
  const visible = (place) => [...place.querySelectorAll("button, input")].find((node) => node.offsetParent !== null);
  const next = (card.isConnected && visible(card)) || visible(list) || by("headline");
  next.focus({ preventScroll: next.id === "headline" });
}
