// When it rings: 3 s at first, then a pulse every 10 s, until somebody answers.

import { isWaiting, lateElsewhere } from "./state.js";
import * as sound from "./sound.js";

const PULSE_MS = 10000;
/** A call that is late elsewhere: softer and rarer, since nobody can answer it here. */
const SOFT_PULSE_MS = 30000;
/** Not reached for that long, it rings for that, too: a desk that restarts is back before. */
const LOST_AFTER_MS = 4000;

let rungAt = -PULSE_MS;
let rungFor = "";
/** Calls that rang already, by number, and how: a call anew rings anew. */
let rung = new Map();

/** Time went by, or something changed. `played` hears the numbers of the calls whose sound was really played. */
export function ring(hall, isLinked, silentMs, played) {
  if (sound.state() !== "on") return;
  const waiting = isLinked ? hall.calls.filter(isWaiting) : [];
  const lost = !isLinked && silentMs >= LOST_AFTER_MS;
  const soft = isLinked && lateElsewhere(hall).length > 0 ? "elsewhere" : "";
  const kind = lost ? "lost" : waiting.some((call) => call.late) ? "late" : waiting.length > 0 ? "call" : soft;
  const how = (call) => (call.late ? "late" : "call");
  const isNew = waiting.some((call) => rung.get(call.number) !== how(call));
  // Unlinked, what rang is remembered: the same call does not ring as new when the line is back.
  if (isLinked) rung = new Map([...rung].filter(([number]) => waiting.some((call) => call.number === number)));
  if (kind === "") {
    if (isLinked) rungFor = "";
    return;
  }
  const now = performance.now();
  const isLong = isNew || ((kind === "lost" || kind === "elsewhere") && rungFor !== kind);
  if (!isLong && now - rungAt < (kind === "elsewhere" ? SOFT_PULSE_MS : PULSE_MS)) return;
  const numbers = waiting.map((call) => call.number);
  if (sound.play(kind, isLong, () => played(numbers))) {
    rungAt = now;
    rungFor = kind;
    for (const call of waiting) rung.set(call.number, how(call));
  }
}
