// Every word of the staff page, in French. To translate the page, translate this file: names and numbers come in as
// arguments, so that a sentence may put them where its language wants them.

const two = (number) => String(number).padStart(2, "0");
const plural = (count, one, many) => (count > 1 ? many : one);

export const LANGUAGE = "fr";

/** Texts that stand still: the page's HTML names them in `data-word` (text) and `data-label` (accessible name). */
export const STILL = {
  page: "Accueil",
  calls: "Appels",
  presence: "Qui tient l’accueil ?",
  here: "Je tiens l’accueil",
  back: "De retour à",
  backTime: "Heure de retour",
  closed: "Fermé",
  elsewhere: "Autres accueils",
  relayLost: "Le relais vers les autres accueils ne répond pas. Les appels d’ici arrivent comme toujours.",
  kiosks: "Bornes et imprimantes",
  day: "Appels des dernières 24 heures",
  dayTime: "Heure",
  dayKiosk: "Borne",
  dayAnswer: "Réponse après",
  dayEnd: "Fin",
  names: "Qui répond ici",
  namesHint: "Les noms choisis ici deviennent des boutons « J’arrive ». Ils restent dans ce navigateur.",
  addName: "Ajouter un prénom ou un accueil",
  add: "Ajouter",
  device: "Cet écran",
  trySound: "Écouter les trois sons",
  notify: "M’avertir aussi par une notification",
  measures: "Mesures",
  measuresHint: "Des nombres d’appels, sans noms ni identités, à ouvrir dans un tableur.",
  measuresDays: "Par jour",
  measuresHours: "Par heure",
  measuresReasons: "Par thème",
  understood: "Compris",
};

export const KIND = {
  quiet: "Tout est calme",
  call: "Appel",
  late: "En retard",
  coming: "En cours",
  lost: "Non relié",
};

/** The bar above, which stays in sight: the state, in few words. */
export function strip(kind, waiting, elsewhere) {
  if (kind === "quiet" && elsewhere !== "calm") return elsewhere === "late" ? "Calme ici, en retard ailleurs" : "Calme ici";
  if (kind !== "call" && kind !== "late") return KIND[kind];
  return `${KIND[kind]} : ${waiting} ${plural(waiting, "personne attend", "personnes attendent")}`;
}

export const title = {
  quiet: () => "Accueil – Parvis",
  coming: () => "En cours – Parvis",
  lost: () => "Non relié – Parvis",
  call: (count) => `(${count}) Appel – Parvis`,
  late: (count) => `(${count}) En retard – Parvis`,
  elsewhere: (count) => `(${count}) En retard ailleurs – Parvis`,
};

export const headline = {
  connecting: "Connexion…",
  lost: "Page non reliée",
  quiet: "Aucun appel",
  many: (count) => `${count} personnes attendent`,
  comes: (name) => `${name} y va`,
  isWith: (name) => `${name} est avec la personne`,
  going: (count) => `${count} appels en cours`,
};

export const gesture = {
  connecting: "Cette page se relie aux bornes.",
  lost: (ago) => `Les appels n’arrivent plus ici ${ago}. Allez voir les bornes ; la page se reconnecte seule.`,
  call: "Appuyez sur « J’arrive », puis allez voir la personne.",
  oldest: (number, kiosk) => `Répondez d’abord au n° ${number}, ${kiosk} : appuyez sur « J’arrive ».`,
  late: "Cette personne attend trop longtemps. Appuyez sur « J’arrive » et allez-y tout de suite.",
  lateOldest: (number, kiosk) => `Le n° ${number}, ${kiosk}, attend trop longtemps : « J’arrive », et allez-y tout de suite.`,
  comes: "Une fois sur place, appuyez sur « Je suis avec la personne ».",
  isWith: "Quand c’est fini, appuyez sur « Terminé ».",
  quiet: "Un appel s’affichera ici, en grand.",
  unknown: "Dites plus bas si quelqu’un tient l’accueil : les visiteurs le liront sur les bornes.",
  back: (time) => `Les visiteurs lisent : de retour à ${time}.`,
  backPassed: (time) => `Vous deviez être de retour à ${time} : dites si vous êtes là.`,
  closed: "Les visiteurs lisent : l’accueil est fermé.",
};

export const call = {
  title: (number, kiosk) => `N° ${number} – ${kiosk}`,
  waits: "personne n’a répondu",
  late: "en retard",
  comes: (name) => `${name} y va`,
  isWith: (name) => `${name} est avec la personne`,
  again: (name) => `appelle de nouveau : ${name} avait répondu`,
  left: "visiteur peut-être parti",
  speaks: (language) => `parle ${language}`,
  otherLanguage: (code) => `autre langue (${code})`,
  reason: (reason) => `Pour : ${reason}`,
  plan: (kiosk) => `Plan : ${kiosk}`,
  unknown: (ago) => `état inconnu ${ago}`,
};

export const button = {
  come: "J’arrive",
  comeAs: (name) => `J’arrive – ${name}`,
  other: "Un autre nom",
  isWith: "Je suis avec la personne",
  done: "Terminé",
  forget: "Oublier",
  cancel: "Annuler",
};

/** The same for who does not see the card: with the number of the call. It begins with what is seen. */
export const forCall = (label, number) => `${label}, appel n° ${number}`;
export const forgetName = (name) => `Oublier ${name}`;
export const whoAnswers = "Votre prénom, ou le nom de votre accueil";
export const noNames = "Aucun nom pour l’instant : il sera demandé au premier « J’arrive ».";

export const sound = {
  on: "Son activé",
  off: "Activer le son",
  asleep: "Remettre le son",
  none: "Ce navigateur ne sait pas sonner : gardez cette page en vue.",
  offHint: "Le son est coupé : un appel ne s’entendra pas.",
  asleepHint: "Le son attend un clic : touchez la page. Le navigateur le demande après chaque rechargement.",
};

export const notifications = {
  granted: "Les notifications sont permises.",
  denied: "Les notifications sont refusées dans ce navigateur.",
  title: (number) => `Appel n° ${number}`,
};

export const presence = {
  unknown: "Personne ne l’a encore dit : les bornes n’affirment rien.",
  here: "Les bornes disent que l’accueil est tenu.",
  back: (time) => `Les bornes disent : de retour à ${time}.`,
  backPassed: (time) => `L’heure de retour (${time}) est passée : êtes-vous là ?`,
  closed: "Les bornes disent que l’accueil est fermé.",
  notSaid: "Non relié : ce que lisent les visiteurs n’est pas connu.",
};

export const kiosk = {
  none: "Aucune borne ne s’est encore annoncée : allumez-en une.",
  well: "Répond, et imprime.",
  dead: "Ne répond plus : allez voir si elle est allumée et branchée.",
  unknown: (ago) => `État inconnu ${ago}.`,
  todo: (count) => `${count} ${plural(count, "borne demande", "bornes demandent")} un geste`,
};

export const elsewhere = {
  unlinked: "État inconnu : cette page n’est pas reliée.",
  never: "Aucune nouvelle reçue : cet accueil n’est peut-être pas ouvert.",
  waiting: (count) => (count === 0 ? "Personne n’attend." : `${waits(count)} :`),
  silent: (ago, count) => `Pas de nouvelles ${ago} : téléphonez pour savoir. ${before(count)}`,
  unconfirmed: (count) => `Dernière nouvelle gardée par le relais, pas encore confirmée. ${before(count)}`,
  call: (number, kiosk, ago) => `n° ${number}, ${kiosk}${ago ? `, ${ago}` : ""}`,
  wasLate: "était en retard",
  more: (count) => `et ${count} ${plural(count, "autre", "autres")}`,
  late: (count, hall) =>
    count > 1 ? `${count} appels attendent trop longtemps ailleurs` : `Un appel attend trop longtemps ailleurs : ${hall}`,
  presence: {
    unknown: "Personne n’y a dit qui tient l’accueil.",
    here: "L’accueil y est tenu.",
    closed: "L’accueil y est fermé.",
  },
  back: (time) => `L’accueil y est absent, de retour à ${time}.`,
  backPassed: (time) => `L’accueil y était attendu à ${time}.`,
  unwatched: "Aucune page d’accueil n’y est ouverte.",
};

const waits = (count) => `${count} ${plural(count, "personne attend", "personnes attendent")}`;
const before = (count) =>
  count === 0 ? "Avant, personne n’attendait." : `Avant, ${count} ${plural(count, "personne attendait", "personnes attendaient")} :`;

export const day = {
  none: "Aucun appel terminé.",
  yesterday: (time) => `hier ${time}`,
  unanswered: "jamais",
  end: { closed: "Terminé", cancelled: "Annulé par le visiteur", expired: "Fini sans suite" },
  all: (count) => `Montrer les ${count} appels`,
  few: "Montrer moins d’appels",
};

export const said = {
  newCall: (number, kiosk, extra) => `Nouvel appel n° ${number}, ${kiosk}${extra ? `, ${extra}` : ""}.`,
  again: (number, kiosk, name) => `L’appel n° ${number}, ${kiosk}, attend de nouveau : ${name} avait répondu.`,
  late: (number, kiosk) => `L’appel n° ${number}, ${kiosk}, est en retard.`,
  comes: (number, name) => `${name} répond à l’appel n° ${number}.`,
  over: (number) => `L’appel n° ${number} est fini.`,
  left: (number) => `Appel n° ${number} : le visiteur est peut-être parti.`,
  lateElsewhere: (number, hall) => `Ailleurs, ${hall} : l’appel n° ${number} est en retard.`,
  lost: "Page non reliée. Les appels n’arrivent plus ici.",
  linked: "Page reliée.",
};

export const refused = {
  unlinked: "La page n’est pas reliée : rien n’a été envoyé. Allez voir la personne.",
};

/** A length of time. */
export function lasting(seconds) {
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor(seconds / 60) % 60)} min`;
}

export const since = (seconds) => `depuis ${lasting(seconds)}`;

/** A time of the day, from minutes after midnight. */
export const hour = (minutes) => `${Math.floor(minutes / 60)} h ${two(minutes % 60)}`;
