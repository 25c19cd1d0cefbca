// The line to the desk: opens it, knows when it is dead, opens it again. It keeps no message.

const HEARTBEAT_MS = 2000;
/** Silence for that long: the desk is gone. The desk itself speaks every 2 s. */
export const SILENCE_MAX_MS = 4000;
const RETRY_FIRST_MS = 400;
const RETRY_MAX_MS = 5000;

let socket = null;
/** Whether the desk said anything on this socket. */
let answered = false;
let openedOnce = false;
let retries = 0;
let retryAt = 0;
let saidAt = 0;
/** When the desk last said anything, and when this socket last was known to live. */
let heard = moment();
let alive = moment();
let listener = () => {};
let changed = () => {};

// A sleeping machine stops one of the two clocks, a machine whose clock is set moves the other: the longer time counts.
function moment() {
  return { steady: performance.now(), wall: Date.now() };
}

function sinceMs(then) {
  return Math.max(performance.now() - then.steady, Date.now() - then.wall);
}

/** Milliseconds since the desk said anything. */
export const silence = () => sinceMs(heard);

export function isLinked() {
  return socket !== null && socket.readyState === WebSocket.OPEN && answered && sinceMs(alive) < SILENCE_MAX_MS;
}

export const wasEverLinked = () => openedOnce;

export function start(onMessage, onChange) {
  listener = onMessage;
  changed = onChange;
  open();
  // The way is perhaps free again: no need to wait for the next try.
  addEventListener("online", hurry);
  document.addEventListener("visibilitychange", hurry);
  addEventListener("pagehide", () => drop());
  addEventListener("pageshow", hurry);
}

/** Says something; false when there is nobody to say it to. */
export function say(message) {
  if (!isLinked()) return false;
  socket.send(JSON.stringify(message));
  saidAt = performance.now();
  return true;
}

/** Time went by. */
export function beat() {
  if (socket === null) {
    if (performance.now() >= retryAt) open();
  } else if (sinceMs(alive) >= SILENCE_MAX_MS) {
    // Not only closed: a dead line may take minutes to say that it is closed.
    lose();
  } else {
    ping();
  }
}

function ping() {
  if (performance.now() - saidAt >= HEARTBEAT_MS - 100) say({ type: "ping" });
}

function open() {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  const mine = new WebSocket(`${scheme}://${location.host}/api/staff`);
  socket = mine;
  answered = false;
  alive = moment();
  mine.onmessage = (event) => {
    if (socket !== mine) return;
    heard = alive = moment();
    answered = true;
    openedOnce = true;
    retries = 0;
    // Answering each word keeps the line alive also where the browser slows the clocks of a hidden page.
    ping();
    const message = read(event.data);
    if (message) listener(message);
  };
  mine.onclose = () => {
    if (socket === mine) lose();
  };
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function drop() {
  const old = socket;
  socket = null;
  if (old) old.close();
}

function lose() {
  drop();
  const longest = Math.min(RETRY_FIRST_MS * 2 ** retries, RETRY_MAX_MS);
  retries = Math.min(retries + 1, 10);
  // Between half and all of it: pages that lost the same desk do not all come back at the same moment.
  const wait = longest * (0.5 + Math.random() / 2);
  retryAt = performance.now() + wait;
  setTimeout(() => beat(), wait + 1);
  changed();
  goWhereDevicesArePaired();
}

function hurry() {
  if (socket === null && document.visibilityState === "visible") {
    retries = 0;
    retryAt = 0;
    beat();
  }
}

// A socket does not say why it was refused; a plain request does. A device that was revoked must be paired again.
async function goWhereDevicesArePaired() {
  try {
    const answer = await fetch("/staff.css", { method: "HEAD", cache: "no-store", redirect: "manual" });
    if (answer.status === 401) location.assign("/pair");
  } catch {
    // Nobody there: the page says so, and tries again.
  }
}
