//! Searches beside the window: only the newest question is answered.

use std::ops::Range;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use parvis_content::search::fold;
use parvis_content::{Hit, HitKind, Reason, SearchIndex, SheetKind, Target};

use super::EventSender;
use crate::present;
use crate::session::{Answer, Event, Found};
use crate::words;

/// Answers asked for: three pages of seven.
pub const ANSWERS_MAX: usize = 21;

#[derive(Default)]
struct Desk {
    index: Option<SearchIndex>,
    question: Option<(u64, String)>,
    over: bool,
}

#[derive(Default)]
struct Shared {
    desk: Mutex<Desk>,
    wake: Condvar,
}

/// The worker; it ends when this is dropped.
pub struct SearchWorker(Arc<Shared>);

impl SearchWorker {
    /// Starts the worker.
    pub fn start(events: EventSender) -> Self {
        let shared = Arc::<Shared>::default();
        let mine = Arc::clone(&shared);
        std::thread::spawn(move || work(&mine, &events));
        Self(shared)
    }

    /// Searches in this index from now on.
    pub fn use_index(&self, index: SearchIndex) {
        self.change(|desk| desk.index = Some(index));
    }

    /// Looks for `query`; an older question that was not begun is forgotten.
    pub fn ask(&self, ticket: u64, query: String) {
        self.change(|desk| desk.question = Some((ticket, query)));
    }

    /// Forgets a question that was not begun.
    pub fn forget(&self) {
        self.change(|desk| desk.question = None);
    }

    fn change(&self, change: impl FnOnce(&mut Desk)) {
        change(&mut lock(&self.0));
        self.0.wake.notify_one();
    }
}

impl Drop for SearchWorker {
    fn drop(&mut self) {
        self.change(|desk| desk.over = true);
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, Desk> {
    shared.desk.lock().unwrap_or_else(PoisonError::into_inner)
}

fn work(shared: &Shared, events: &EventSender) {
    loop {
        let idle = |desk: &mut Desk| !desk.over && (desk.question.is_none() || desk.index.is_none());
        let mut desk = shared.wake.wait_while(lock(shared), idle).unwrap_or_else(PoisonError::into_inner);
        if desk.over {
            return;
        }
        let (Some((ticket, query)), Some(index)) = (desk.question.take(), desk.index.clone()) else {
            continue;
        };
        drop(desk);
        events.send(Event::Found { ticket, found: found(&index, &query) });
    }
}

/// What the index answers, as rows.
pub fn found(index: &SearchIndex, query: &str) -> Found {
    let results = index.search(query, ANSWERS_MAX);
    let answers: Vec<Answer> = results.hits.into_iter().map(|hit| answer(hit, query)).collect();
    // What was corrected was not typed that way: a title knows its accents.
    let spelled = |folded: &str| {
        let titles = answers.iter().map(|answer| answer.title.as_str());
        spelled(folded, titles.chain([query]))
    };
    let corrected = results.corrected.map(|question| each_word(&question, spelled));
    Found { sure: results.confident, corrected, answers }
}

fn answer(hit: Hit, query: &str) -> Answer {
    let title = words::tied(&hit.title);
    Answer {
        goal: present::spot_of(&hit.target),
        icon: icon(hit.kind, &hit.target).to_owned(),
        kind: words::hit_kind(hit.kind).to_owned(),
        marks: marks(&title, &hit.words),
        reason: hit.reason.map(|reason| words::reason(&in_own_words(reason, query))),
        title,
    }
}

fn icon(kind: HitKind, target: &Target) -> &'static str {
    match kind {
        HitKind::Sheet(SheetKind::OnlineService) => "screen",
        HitKind::Sheet(SheetKind::LifeEvent) => "event",
        HitKind::Sheet(SheetKind::StaffAnswer) => "person",
        HitKind::Sheet(_) | HitKind::Folder | HitKind::Guide | HitKind::Place => present::icon_of(target),
    }
}

/// The words of a text and where they stand.
fn words_of(text: &str) -> impl Iterator<Item = (Range<usize>, &str)> {
    let mut end = 0;
    text.split_inclusive(|c: char| !c.is_alphanumeric()).filter_map(move |part| {
        let start = end;
        end += part.len();
        let word = part.trim_end_matches(|c: char| !c.is_alphanumeric());
        (!word.is_empty()).then(|| (start..start + word.len(), word))
    })
}

/// Where the words of `title` stand that are among `wanted`, which are folded.
fn marks(title: &str, wanted: &[String]) -> Vec<Range<usize>> {
    words_of(title).filter(|(_, word)| wanted.contains(&fold(word))).map(|(place, _)| place).collect()
}

/// The search tells folded words; the visitor reads them as they were typed.
fn in_own_words(reason: Reason, query: &str) -> Reason {
    let own = |folded: &str| spelled(folded, [query].into_iter());
    match reason {
        Reason::Means { typed, meaning } => Reason::Means { typed: each_word(&typed, own), meaning },
        Reason::AlsoCalled(words) => Reason::AlsoCalled(words.iter().map(|word| own(word)).collect()),
    }
}

fn each_word(words: &str, change: impl Fn(&str) -> String) -> String {
    words.split(' ').map(change).collect::<Vec<_>>().join(" ")
}

/// A folded word with the accents that the first of `texts` gives it, in small letters.
fn spelled<'t>(folded: &str, mut texts: impl Iterator<Item = &'t str>) -> String {
    let in_text = |text: &'t str| words_of(text).map(|(_, word)| word).find(|word| fold(word) == folded);
    texts.find_map(in_text).map_or_else(|| folded.to_owned(), str::to_lowercase)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_that_were_found_are_marked_where_they_stand() {
        let title = "Carte d’identité\u{a0}: élève à l'étranger";
        let marked = |wanted: &[&str]| -> Vec<&str> {
            let wanted: Vec<String> = wanted.iter().map(|word| (*word).to_owned()).collect();
            marks(title, &wanted).into_iter().map(|place| title.get(place).unwrap()).collect()
        };
        assert_eq!(marked(&["identite", "eleve"]), ["identité", "élève"]);
        assert_eq!(marked(&["etranger", "carte"]), ["Carte", "étranger"]);
        assert!(marked(&["ident"]).is_empty(), "a part of a word is no word");
        assert!(marks("", &["carte".into()]).is_empty());
    }

    #[test]
    fn a_reason_repeats_the_words_as_they_were_typed() {
        let means = |typed: &str| Reason::Means { typed: typed.into(), meaning: "vélo".into() };
        assert_eq!(in_own_words(means("velo eleve"), "mon vélo d'élève"), means("vélo élève"));
        // What was corrected has no accents to give back.
        assert_eq!(in_own_words(means("velo"), "velau"), means("velo"));
        assert_eq!(spelled("declaration", ["Impôts", "Déclaration de perte"].into_iter()), "déclaration");
        let called = Reason::AlsoCalled(vec!["bébé".into()]);
        assert_eq!(in_own_words(Reason::AlsoCalled(vec!["bebe".into()]), "bébé "), called);
    }
}
