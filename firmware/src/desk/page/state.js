// From what the desk said to what the page says in large. Pure: no page, no clock.

import { isolated } from "./dom.js";
import * as words from "./words.js";

export const isWaiting = (call) => call.state === "requested" || call.state === "delivered";

/** An empty hall, before the desk said anything. */
export const NOTHING = { calls: [], kiosks: [], presence: { is: "unknown" }, ended: [], late_s: 60, elsewhere: [], relay: "none" };

export const needsGesture = (kiosk) => !kiosk.alive || kiosk.printer !== "" || kiosk.keypad !== "";

/** Whether a hall elsewhere is known now, and not only from before. */
export const isFresh = (other) => other.news.is === "fresh";

/** The calls elsewhere that are known to be late, each with its hall: the first few of each, */
export function lateElsewhere(hall) {
  const late = (other) => other.calls.filter((call) => call.waits && call.late).map((call) => ({ hall: other, call }));
  return hall.elsewhere.filter(isFresh).flatMap(late);
}

/** and how many there are. */
export const countLateElsewhere = (hall) =>
  hall.elsewhere.filter(isFresh).reduce((count, other) => count + other.late, 0);

/** All of it in one word: "calm" only where every hall is known and nobody waits. */
export function stateElsewhere(hall) {
  if (lateElsewhere(hall).length > 0) return "late";
  return hall.elsewhere.every((other) => isFresh(other) && other.waiting === 0) ? "calm" : "open";
}

/** Whether a time of return is over: up to twelve hours back, since times of the day begin anew at midnight. */
export const isPassed = (at, minutes) => (minutes - at + 1440) % 1440 < 720 && minutes !== at;

/**
 * The state in large. `link` is "linked", "connecting" or "lost"; `silent` counts seconds without a word of the desk;
 * `minutes` is the time of the day.
 */
export function largeState(hall, link, silent, minutes) {
  if (link === "connecting") return { kind: "lost", headline: words.headline.connecting, gesture: words.gesture.connecting };
  if (link === "lost") {
    return { kind: "lost", headline: words.headline.lost, gesture: words.gesture.lost(words.since(silent)) };
  }
  const waiting = hall.calls.filter(isWaiting);
  if (waiting.length > 0) return whileWaiting(waiting);
  if (hall.calls.length > 0) return whileGoing(hall.calls);
  return { kind: "quiet", headline: words.headline.quiet, gesture: quietGesture(hall.presence, minutes) };
}

function whileWaiting(waiting) {
  const late = waiting.find((call) => call.late);
  const first = late || waiting[0];
  const kiosk = isolated(first.kiosk);
  if (waiting.length === 1) {
    return { kind: late ? "late" : "call", headline: kiosk, gesture: late ? words.gesture.late : words.gesture.call };
  }
  const which = late ? words.gesture.lateOldest : words.gesture.oldest;
  return {
    kind: late ? "late" : "call",
    headline: words.headline.many(waiting.length),
    gesture: which(first.number, kiosk),
  };
}

function whileGoing(calls) {
  const isThere = calls.every((call) => call.state === "arrived");
  const one = isThere ? words.headline.isWith : words.headline.comes;
  return {
    kind: "coming",
    headline: calls.length === 1 ? one(isolated(calls[0].by)) : words.headline.going(calls.length),
    gesture: isThere ? words.gesture.isWith : words.gesture.comes,
  };
}

function quietGesture(presence, minutes) {
  switch (presence.is) {
    case "here": return words.gesture.quiet;
    case "closed": return words.gesture.closed;
    case "back": {
      const time = words.hour(presence.at);
      return isPassed(presence.at, minutes) ? words.gesture.backPassed(time) : words.gesture.back(time);
    }
    default: return words.gesture.unknown;
  }
}
