// The staff page. It shows what the desk says, and says what a person does. It keeps nothing.
"use strict";

const HEARTBEAT_MS = 2000;
const SILENCE_MAX_MS = 5000;
const LATE_S = 60;
const SOUND_EVERY_MS = 10000;

const by = (id) => document.getElementById(id);
let socket = null;
let heardAt = 0;
let retryMs = 500;
let hall = { calls: [], kiosks: [] };
let hallAt = 0;
let audio = null;
const shown = new Set();

function connect() {
  socket = new WebSocket(`ws://${location.host}/api/staff`);
  const mine = socket;
  heardAt = Date.now();
  socket.onmessage = (event) => {
    heardAt = Date.now();
    retryMs = 500;
    hear(JSON.parse(event.data));
  };
  socket.onclose = () => {
    if (socket === mine) {
      socket = null;
      shown.clear();
      draw();
      setTimeout(connect, retryMs);
      retryMs = Math.min(retryMs * 2, 5000);
    }
  };
}

function hear(message) {
  if (message.type === "hall") {
    hall = message;
    hallAt = Date.now();
    refuse("");
    draw();
  } else if (message.type === "refused") {
    refuse(message.why);
  }
}

function say(message) {
  if (socket && socket.readyState === WebSocket.OPEN) {
    socket.send(JSON.stringify(message));
  }
}

function refuse(why) {
  by("refusal").textContent = why;
  by("refusal").hidden = why === "";
}

function alive() {
  return socket !== null && socket.readyState === WebSocket.OPEN && Date.now() - heardAt < SILENCE_MAX_MS;
}

function seconds(call) {
  return call.seconds + Math.floor((Date.now() - hallAt) / 1000);
}

function since(total) {
  if (total < 60) return `depuis ${total} s`;
  return `depuis ${Math.floor(total / 60)} min ${String(total % 60).padStart(2, "0")} s`;
}

function draw() {
  const connected = alive();
  const waiting = hall.calls.filter((call) => call.state === "requested" || call.state === "delivered");
  const coming = hall.calls.filter((call) => call.state === "acknowledged");
  drawState(connected, waiting, coming);
  drawCalls(connected);
  drawKiosks();
  if (connected) confirmShown(waiting);
}

function drawState(connected, waiting, coming) {
  const late = waiting.some((call) => seconds(call) >= LATE_S);
  let kind = "quiet", headline = "Aucun appel", gesture = "Vous serez prévenu ici.";
  if (!connected) {
    kind = "lost"; headline = "Page non reliée"; gesture = "Les appels n’arrivent plus ici. Allez voir les bornes ; cette page se reconnecte seule.";
  } else if (waiting.length > 0) {
    kind = late ? "late" : "call";
    headline = waiting.length === 1 ? waiting[0].kiosk : `${waiting.length} personnes attendent`;
    gesture = late ? "Une personne attend depuis plus d’une minute. Appuyez sur « J’arrive », puis allez la voir." : "Une personne vous appelle. Appuyez sur « J’arrive », puis allez la voir.";
  } else if (coming.length > 0) {
    kind = "coming"; headline = `${coming[0].by} y va`; gesture = "Quand c’est fini, appuyez sur « Terminé ».";
  }
  by("state").className = kind;
  setText("headline", headline);
  setText("gesture", gesture);
  document.title = waiting.length > 0 ? `(${waiting.length}) Appel – Parvis` : connected ? "Accueil – Parvis" : "Non relié – Parvis";
}

// Only what changed is written, so that a screen reader is not told the same thing every second.
function setText(id, text) {
  if (by(id).textContent !== text) by(id).textContent = text;
}

function drawCalls(connected) {
  const list = by("calls");
  const wanted = new Map(hall.calls.map((call) => [`call-${call.number}`, call]));
  for (const item of [...list.children]) {
    if (!wanted.has(item.id)) item.remove();
  }
  for (const [id, call] of wanted) {
    let item = by(id);
    if (!item) {
      item = callItem(id, call.number);
      list.append(item);
    }
    const waits = call.state !== "acknowledged";
    item.className = waits ? "waiting" : "";
    item.querySelector("strong").textContent = `N° ${call.number} – ${call.kiosk}`;
    item.querySelector(".how").textContent = [
      since(seconds(call)),
      waits ? "personne n’a répondu" : `${call.by} y va`,
      call.left ? "visiteur peut-être parti" : "",
    ].filter(Boolean).join(" · ");
    const [come, done] = item.querySelectorAll("button");
    come.hidden = !waits;
    done.hidden = waits;
    come.disabled = done.disabled = !connected;
  }
}

function callItem(id, number) {
  const item = document.createElement("li");
  item.id = id;
  const words = document.createElement("div");
  words.append(document.createElement("strong"), Object.assign(document.createElement("p"), { className: "how" }));
  const come = Object.assign(document.createElement("button"), { className: "main", textContent: "J’arrive" });
  const done = Object.assign(document.createElement("button"), { textContent: "Terminé" });
  come.addEventListener("click", () => say({ type: "come", number, by: by("name").value.trim() || "L’accueil" }));
  done.addEventListener("click", () => say({ type: "done", number }));
  const buttons = document.createElement("div");
  buttons.append(come, done);
  item.append(words, buttons);
  return item;
}

function drawKiosks() {
  by("kiosks").replaceChildren(...hall.kiosks.map((kiosk) => {
    const item = document.createElement("li");
    const how = kiosk.alive ? kiosk.printer || "tout va bien" : "ne répond pas : allez voir si elle est allumée";
    item.textContent = `${kiosk.name} : ${how}`;
    return item;
  }));
}

// "Delivered" means that a person can see it: the page is in sight and the call is drawn.
function confirmShown(waiting) {
  if (document.visibilityState !== "visible") return;
  for (const call of waiting) {
    if (call.state === "requested" && !shown.has(call.number)) {
      shown.add(call.number);
      requestAnimationFrame(() => say({ type: "shown", number: call.number }));
    }
  }
}

function ring() {
  const waiting = hall.calls.some((call) => call.state !== "acknowledged");
  if (!audio || !(waiting || !alive())) return;
  const start = audio.currentTime;
  for (const [at, pitch] of [[0, 660], [0.25, 880]]) {
    const tone = audio.createOscillator();
    const gain = audio.createGain();
    tone.frequency.value = pitch;
    gain.gain.setValueAtTime(0.2, start + at);
    gain.gain.exponentialRampToValueAtTime(0.001, start + at + 0.4);
    tone.connect(gain).connect(audio.destination);
    tone.start(start + at);
    tone.stop(start + at + 0.4);
  }
}

by("who").addEventListener("submit", (event) => event.preventDefault());
by("sound").addEventListener("click", () => {
  audio = new AudioContext();
  by("sound").textContent = "Son activé";
  by("sound").setAttribute("aria-pressed", "true");
  ring();
});
document.addEventListener("visibilitychange", draw);
setInterval(() => say({ type: "ping" }), HEARTBEAT_MS);
setInterval(draw, 1000);
setInterval(ring, SOUND_EVERY_MS);
setInterval(() => {
  if (socket && Date.now() - heardAt >= SILENCE_MAX_MS) socket.close();
}, 1000);
connect();
