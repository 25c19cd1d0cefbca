// Sounds, made here: no file to load. A browser lets a page sound only after a click, and again after each reload.

import { keep, recall } from "./memory.js";

// Each tone: seconds after the beginning, pitch in hertz, length in seconds, loudness from 0 to 1.
const BELL = [[0, 659, 0.35, 0.35], [0.28, 880, 0.5, 0.35]];
const ALARM = [[0, 880, 0.18, 0.8], [0.2, 1109, 0.18, 0.8], [0.4, 1319, 0.25, 0.8]];
const LOST = [[0, 440, 0.35, 0.5], [0.38, 330, 0.35, 0.5], [0.76, 220, 0.6, 0.5]];
const SOFT = [[0, 659, 0.5, 0.18]];
const again = (tones, ...starts) => starts.flatMap((start) => tones.map(([at, ...rest]) => [start + at, ...rest]));

/** By kind: what rings at first, 3 s at least, and the pulse after it. */
const SOUNDS = {
  call: { wave: "sine", long: again(BELL, 0, 0.85, 1.7, 2.55), pulse: BELL },
  late: { wave: "square", long: again(ALARM, 0, 0.7, 1.4, 2.1, 2.8), pulse: again(ALARM, 0, 0.7) },
  elsewhere: { wave: "sine", long: again(SOFT, 0, 0.8), pulse: SOFT },
  lost: { wave: "triangle", long: again(LOST, 0, 1.7), pulse: LOST },
};

let audio = null;
let wanted = recall("sound") === true;
let changed = () => {};

/** "on"; "asleep": wanted, and the browser waits for a click; "off"; "none": there is no sound here. */
export function state() {
  if (typeof AudioContext === "undefined") return "none";
  if (!wanted) return "off";
  return audio !== null && audio.state === "running" ? "on" : "asleep";
}

export function start(onChange) {
  changed = onChange;
  // Some browsers let a page that was used before sound at once.
  if (wanted) wake();
  for (const gesture of ["click", "keydown"]) {
    addEventListener(gesture, (event) => {
      // The button has its own way: woken here first, it would turn the sound off again.
      const isButton = event.target instanceof Element && event.target.closest("#sound") !== null;
      if (!isButton && state() === "asleep") wake();
    });
  }
}

export function turn(on) {
  wanted = on;
  keep("sound", on);
  if (on) wake();
  else if (audio) audio.suspend().then(changed, changed);
  changed();
}

function wake() {
  if (typeof AudioContext === "undefined") return;
  if (audio === null) {
    audio = new AudioContext();
    audio.onstatechange = changed;
  }
  audio.resume().then(changed, changed);
}

/** Plays; `played` is called once the first tone was really played: not when it was only asked for. */
export function play(kind, isLong, played = () => {}) {
  if (state() !== "on") return false;
  const { wave, long, pulse } = SOUNDS[kind];
  const start = audio.currentTime + 0.02;
  (isLong ? long : pulse).forEach(([at, pitch, length, loudness], nth) => {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.type = wave;
    tone.frequency.value = pitch;
    // A square wave is far louder than a sine of the same height.
    const level = wave === "square" ? loudness * 0.5 : loudness;
    gain.gain.setValueAtTime(0.001, start + at);
    gain.gain.exponentialRampToValueAtTime(level, start + at + 0.02);
    gain.gain.setValueAtTime(level, start + at + length * 0.6);
    gain.gain.exponentialRampToValueAtTime(0.001, start + at + length);
    tone.connect(gain).connect(audio.destination);
    if (nth === 0) tone.onended = played;
    tone.start(start + at);
    tone.stop(start + at + length);
  });
  return true;
}

/** All three, one after the other. */
export function tryAll() {
  play("call", false);
  setTimeout(() => play("late", false), 1500);
  setTimeout(() => play("lost", false), 3500);
}
