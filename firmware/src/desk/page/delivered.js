// "Delivered" is said of a call only when a person could know of it: the page is in sight and the call is drawn, or the
// sound for it was really played.

import { by } from "./dom.js";
import { isWaiting } from "./state.js";
import { say } from "./link.js";

/** A word that broke off with the line is said again, after so long. */
const AGAIN_MS = 2000;

/** Calls that were told to the desk already, and when. */
const told = new Map();

const isUntold = (call) => call.state === "requested" && !(performance.now() - told.get(call.number) < AGAIN_MS);

function tell(call) {
  if (isUntold(call) && say({ type: "shown", number: call.number })) told.set(call.number, performance.now());
}

/** After a drawing: what is in sight is told once the browser has painted it. */
export function afterDrawing(currentCalls) {
  for (const number of [...told.keys()]) {
    if (!currentCalls().some((call) => call.number === number && isWaiting(call))) told.delete(number);
  }
  if (document.visibilityState !== "visible") return;
  if (!currentCalls().some(isUntold)) return;
  // The first frame paints; when the second begins, it was painted. A hidden page gets no frames.
  requestAnimationFrame(() => requestAnimationFrame(() => {
    if (document.visibilityState !== "visible") return;
    for (const call of currentCalls()) if (isDrawn(call)) tell(call);
  }));
}

/** The sound for these calls was played. */
export function afterSound(currentCalls, numbers) {
  for (const call of currentCalls()) if (numbers.includes(call.number)) tell(call);
}

function isDrawn(call) {
  const card = by(`call-${call.number}`);
  return card !== null && card.getBoundingClientRect().height > 0;
}
