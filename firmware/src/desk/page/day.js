// The calls of the last day that are over: when, where, answered after, and how they ended. Nobody is named.

import { by, isolated, make, setHidden, setText } from "./dom.js";
import * as words from "./words.js";

const FEW = 6;
let showAll = false;
let drawnOf = "";
let last = [];

export function start() {
  by("day-all").addEventListener("click", () => {
    showAll = !showAll;
    draw(last);
  });
}

export function draw(ended) {
  last = ended;
  const today = new Date().toDateString();
  const now = JSON.stringify([ended, showAll, today]);
  if (now === drawnOf) return;
  drawnOf = now;
  by("day").replaceChildren(...ended.slice(0, showAll ? ended.length : FEW).map((call) => row(call, today)));
  setHidden(by("day-table"), ended.length === 0);
  setText(by("day-none"), ended.length === 0 ? words.day.none : "");
  setHidden(by("day-all"), ended.length <= FEW);
  setText(by("day-all"), showAll ? words.day.few : words.day.all(ended.length));
}

function row(call, today) {
  const made = new Date(call.made_at * 1000);
  const time = words.hour(made.getHours() * 60 + made.getMinutes());
  const cells = [
    [words.STILL.dayTime, made.toDateString() === today ? time : words.day.yesterday(time)],
    [words.STILL.dayKiosk, isolated(call.kiosk)],
    [words.STILL.dayAnswer, Number.isFinite(call.answered_s) ? words.lasting(call.answered_s) : words.day.unanswered],
    [words.STILL.dayEnd, words.day.end[call.end] || ""],
  ];
  return make("tr", {}, ...cells.map(([label, text]) => make("td", { "data-label": label }, text)));
}
