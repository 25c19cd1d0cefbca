// Calls a function every second, also where the page is hidden.

export function everySecond(beat) {
  try {
    const metronome = new Worker("/metronome.js");
    metronome.onmessage = beat;
    // It could not be loaded: a slow clock is better than none.
    metronome.onerror = () => setInterval(beat, 1000);
  } catch {
    setInterval(beat, 1000);
  }
}
