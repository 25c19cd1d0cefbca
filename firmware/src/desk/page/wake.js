// Keeps the screen on while the page is in sight, where the browser can.

let lock = null;
let wanted = false;

async function ask() {
  if (!wanted || lock !== null || !("wakeLock" in navigator) || document.visibilityState !== "visible") return;
  try {
    lock = await navigator.wakeLock.request("screen");
    lock.addEventListener("release", () => {
      lock = null;
    });
  } catch {
    // Not allowed here, or the battery is low: the screen then goes out as ever.
    lock = null;
  }
}

/** A closed desk needs no light. */
export function keepAwake(on) {
  if (on === wanted) return;
  wanted = on;
  if (on) ask();
  else if (lock) lock.release();
}

export function start() {
  // A lock ends whenever the page is hidden.
  document.addEventListener("visibilitychange", ask);
}
