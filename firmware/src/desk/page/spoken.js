// What a screen reader is told: each thing once, when it happens, and never how the seconds go by.

import { by, isolated } from "./dom.js";
import { isWaiting, lateElsewhere } from "./state.js";
import { spoken } from "./languages.js";
import * as words from "./words.js";

let before = null;
let wasLinked = null;
/** Calls that are late elsewhere, and were told. */
let toldElsewhere = new Set();

export function speak(hall, isLinked, wasEverLinked) {
  const news = [];
  if (wasLinked !== null && isLinked !== wasLinked) news.push(isLinked ? words.said.linked : words.said.lost);
  if (wasEverLinked) wasLinked = isLinked;
  if (isLinked) {
    const now = new Map(hall.calls.map((call) => [call.number, call]));
    for (const call of hall.calls) news.push(...ofCall(call, before && before.get(call.number)));
    if (before) for (const number of before.keys()) if (!now.has(number)) news.push(words.said.over(number));
    before = now;
    news.push(...ofElsewhere(hall));
  }
  if (news.length > 0) tell(news);
}

function ofElsewhere(hall) {
  const late = new Map(lateElsewhere(hall).map((one) => [`${one.hall.id} ${one.call.number}`, one]));
  const fresh = [...late].filter(([key]) => !toldElsewhere.has(key));
  toldElsewhere = new Set(late.keys());
  return fresh.map(([, one]) => words.said.lateElsewhere(one.call.number, isolated(one.hall.name)));
}

function ofCall(call, old) {
  const { number } = call;
  const kiosk = isolated(call.kiosk);
  const news = [];
  if (isWaiting(call)) {
    const isNew = !old || !isWaiting(old);
    if (isNew && call.again) news.push(words.said.again(number, kiosk, isolated(call.again)));
    else if (isNew) news.push(words.said.newCall(number, kiosk, spoken(call.lang)));
    if (call.late && !(old && old.late)) news.push(words.said.late(number, kiosk));
  } else if (!old || isWaiting(old)) {
    news.push(words.said.comes(number, isolated(call.by)));
  }
  if (call.left && old && !old.left) news.push(words.said.left(number));
  return news;
}

// Each piece of news is an element of its own; old ones go, so that nobody reads a long list of them.
const SAID_MAX = 6;

function tell(news) {
  const place = by("said");
  for (const text of news) {
    const line = document.createElement("p");
    line.textContent = text;
    place.append(line);
  }
  while (place.children.length > SAID_MAX) place.firstChild.remove();
}
