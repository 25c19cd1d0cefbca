// The bench page: draws what the kiosk draws, and sends what a hand does.
"use strict";

const by = (id) => document.getElementById(id);
const screen = by("screen");
const ink = screen.getContext("2d");
// Keys as the kiosk's toolkit names them.
const KEYS = { Enter: "\n", Tab: "\t", Backspace: "\b", Escape: "\u001b", " ": " " };
let socket = null;
let drawing = Promise.resolve();

function connect() {
  socket = new WebSocket(`ws://${location.host}/api/bench`);
  socket.binaryType = "arraybuffer";
  socket.onopen = () => { by("link").textContent = ""; };
  socket.onmessage = (event) => {
    if (typeof event.data === "string") show(JSON.parse(event.data));
    else drawing = drawing.then(() => draw(event.data));
  };
  socket.onclose = () => {
    by("link").textContent = "arrêtée";
    setTimeout(connect, 1000);
  };
}

async function draw(buffer) {
  const place = new DataView(buffer);
  const picture = await createImageBitmap(new Blob([buffer.slice(8)], { type: "image/png" }));
  ink.drawImage(picture, place.getUint32(0, true), place.getUint32(4, true));
  picture.close();
  screen.dataset.frames = String(Number(screen.dataset.frames || 0) + 1);
}

function show(state) {
  if (screen.width !== state.width || screen.height !== state.height) {
    screen.width = state.width;
    screen.height = state.height;
    socket.close();
    return;
  }
  by("printer").textContent = state.printer || "une vraie imprimante";
  if (state.light) {
    by("light").dataset.state = state.light;
    by("light").lastElementChild.textContent = { off: "éteint", calling: "appel : clignote", late: "appel en retard : clignote vite, avec le vibreur", acknowledged: "quelqu’un y va" }[state.light];
  }
  for (const part of ["light", "button", "staff"]) by(part).hidden = !state.light;
  by("desk-gone").closest("label").hidden = state.desk === null;
  if (state.desk !== null) by("desk-gone").checked = !state.desk;
  if (state.staff && by("staff-page").getAttribute("src") !== state.staff) by("staff-page").src = state.staff;
  sound(state.sound, state.said);
  showPaper(state.slips);
}

// What the loudspeaker plays, in words too, and what a speech engine would say: read by this browser's own.
const SOUNDS = { sent: "une note : l’appel est parti", seen: "deux notes qui montent : l’accueil voit l’appel", coming: "trois notes qui montent : quelqu’un arrive", arrived: "trois notes, la dernière longue : la personne est là", alone: "deux notes qui descendent : personne n’est prévenu", over: "une note grave : l’appel est terminé" };
let sounds = 0;

function sound([count, name], said) {
  by("said").textContent = said;
  if (!count || count === sounds) return;
  by("sound").textContent = SOUNDS[name];
  // The first state is of before this page; and a browser may want a click before the first sound.
  if (sounds || count === 1) new Audio(`/sound/${name}`).play().catch(() => {});
  sounds = count;
}

function showPaper(slips) {
  const paper = by("paper");
  const wanted = new Set(slips.map(([number]) => `slip-${number}`));
  for (const picture of [...paper.children]) if (!wanted.has(picture.id)) picture.remove();
  for (const [number, torn] of slips) {
    if (by(`slip-${number}`)) continue;
    const picture = new Image();
    picture.id = `slip-${number}`;
    picture.src = `/slip/${number}`;
    picture.alt = torn ? `Ticket ${number}, déchiré` : `Ticket ${number}`;
    picture.className = torn ? "torn" : "";
    paper.prepend(picture);
  }
}

function say(message) {
  if (socket && socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

function at(event, type) {
  const box = screen.getBoundingClientRect();
  say({ type, x: (event.clientX - box.left) * screen.width / box.width, y: (event.clientY - box.top) * screen.height / box.height });
}

screen.addEventListener("pointerdown", (event) => { screen.setPointerCapture(event.pointerId); screen.focus(); at(event, "press"); });
screen.addEventListener("pointermove", (event) => { if (event.buttons) at(event, "move"); });
screen.addEventListener("pointerup", (event) => at(event, "release"));
screen.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const text = event.key === "Tab" && event.shiftKey ? "\u0019" : KEYS[event.key] || (event.key.length === 1 ? event.key : "");
  if (text) {
    event.preventDefault();
    say({ type: "key", text });
  }
});
by("button").addEventListener("click", () => say({ type: "button" }));
by("desk-gone").addEventListener("change", (event) => say({ type: "desk", on: !event.target.checked }));
for (const box of document.querySelectorAll("[data-lever]")) {
  box.addEventListener("change", () => say({ type: "paper", lever: box.dataset.lever, on: box.checked }));
}
connect();
