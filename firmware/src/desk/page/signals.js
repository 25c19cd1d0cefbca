// What shows outside of the page: the tab's title and picture, the badge of the installed page, notifications.

import { by, isolated, setAttribute } from "./dom.js";
import { countLateElsewhere, isWaiting } from "./state.js";
import * as words from "./words.js";

let badge = 0;
let known = new Set();
const notes = new Map();

export function signal(kind, hall, isLinked) {
  const waiting = isLinked ? hall.calls.filter(isWaiting) : [];
  // A call that is late elsewhere is told where nothing here is: calls of this hall come first.
  const elsewhere = isLinked ? countLateElsewhere(hall) : 0;
  const isFree = kind === "quiet" || kind === "coming";
  document.title = elsewhere > 0 && isFree ? words.title.elsewhere(elsewhere) : words.title[kind](waiting.length);
  setAttribute(by("favicon"), "href", `/icon/${kind}.svg`);
  setBadge(waiting.length + elsewhere);
  if (isLinked) notify(waiting);
}

/** Pictures of states are read while the desk is there: the one that says that it is gone could not be read then. */
export function readPictures() {
  for (const kind of Object.keys(words.KIND)) new Image().src = `/icon/${kind}.svg`;
}

function setBadge(count) {
  if (count === badge || !navigator.setAppBadge) return;
  badge = count;
  const done = count > 0 ? navigator.setAppBadge(count) : navigator.clearAppBadge();
  done.catch(() => {});
}

export const canNotify = () => "Notification" in window;
export const notifyPermission = () => (canNotify() ? Notification.permission : "denied");

/** Asks the browser; only ever on a click. */
export async function askToNotify() {
  if (canNotify()) await Notification.requestPermission();
}

// Only the number and the place: the machine may keep what it notified of.
function notify(waiting) {
  const numbers = new Set(waiting.map((call) => call.number));
  for (const [number, note] of notes) {
    if (!numbers.has(number)) {
      note.close();
      notes.delete(number);
    }
  }
  if (notifyPermission() === "granted" && document.visibilityState !== "visible") {
    for (const call of waiting.filter((call) => !known.has(call.number))) show(call);
  }
  known = numbers;
}

function show(call) {
  try {
    const note = new Notification(words.notifications.title(call.number), {
      body: isolated(call.kiosk),
      icon: "/icon/call.svg",
      tag: `parvis-call-${call.number}`,
      requireInteraction: true,
    });
    note.onclick = () => {
      window.focus();
      note.close();
    };
    notes.set(call.number, note);
  } catch {
    // Some browsers only let service workers notify.
  }
}
