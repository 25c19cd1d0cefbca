//! From scores to what is shown.

use super::blob::{Blob, WORDING_MARK};
use super::confidence::{Signals, signals};
use super::documents::{FOLDER, GUIDE, PLACE};
use super::score::{Scored, score};
use super::understand::{Group, Question, understand};
use super::weights::Weights;
use super::words::{fold, split};
use super::{Hit, HitKind, Reason, Results};
use crate::browse::Target;
use crate::id::{GuideId, NodeId, PlaceId, SheetId};
use crate::sheet::SheetKind;

/// Most words named in a reason.
const REASON_WORDS_MAX: usize = 4;

/// A query with everything that was found out about it.
pub(super) struct Examined {
    pub(super) question: Question,
    pub(super) scored: Vec<Scored>,
    pub(super) signals: Signals,
}

pub(super) fn examine(blob: &Blob, weights: &Weights, query: &str) -> Examined {
    let question = understand(blob, weights, query);
    let scored = score(blob, weights, &question);
    let signals = signals(blob, &question, &scored);
    Examined { question, scored, signals }
}

pub(super) fn answer(blob: &Blob, weights: &Weights, query: &str, limit: usize) -> Results {
    let Examined { question, scored, signals } = examine(blob, weights, query);
    let hits = scored.iter().take(limit).filter_map(|scored| hit(blob, scored, &question)).collect();
    Results { hits, corrected: corrected(&question), confident: signals.confident() }
}

fn corrected(question: &Question) -> Option<String> {
    question.words.iter().any(|word| word.corrected.is_some()).then(|| {
        let words: Vec<&str> =
            question.words.iter().map(|w| w.corrected.as_deref().unwrap_or(&w.typed)).collect();
        words.join(" ")
    })
}

/// What a document opens and what it is.
pub(super) fn target(blob: &Blob, document: usize) -> Option<(Target, HitKind, &str)> {
    let (kind, id, title) = blob.document(document)?;
    let (target, kind) = match kind {
        FOLDER => (Target::Node(NodeId::new(id).ok()?), HitKind::Folder),
        GUIDE => (Target::Guide(GuideId::new(id).ok()?), HitKind::Guide),
        PLACE => (Target::Place(PlaceId::new(id).ok()?), HitKind::Place),
        kind => {
            (Target::Sheet(SheetId::new(id).ok()?), HitKind::Sheet(*SheetKind::ALL.get(usize::from(kind))?))
        }
    };
    Some((target, kind, title))
}

fn hit(blob: &Blob, scored: &Scored, question: &Question) -> Option<Hit> {
    let (target, kind, title) = target(blob, scored.document)?;
    // The title of a place goes on with its commune: there are more stems than words.
    let stems = blob.title_stems(scored.document).map(|number| number.wrapping_sub(1));
    let folded = fold(title);
    let matched = split(&folded).zip(stems).filter(|(_, stem)| question.stems.contains(*stem));
    let matched = matched.map(|(word, _)| word.to_owned()).collect();
    let reason = reason(blob, scored.document, question);
    Some(Hit { target, title: title.to_owned(), kind, words: matched, reason, score: scored.score })
}

/// Why a document is there although its title does not say the words that were typed.
fn reason(blob: &Blob, document: usize, question: &Question) -> Option<Reason> {
    let mut numbers = blob.title_stems(document);
    let title: Vec<u32> =
        numbers.by_ref().take_while(|number| *number != WORDING_MARK).map(|number| number - 1).collect();
    let mut unsaid = question.groups.iter().filter(|group| !says(question, group, &title)).peekable();
    unsaid.peek()?;
    let in_title = |stems: &[u32]| stems.iter().all(|stem| title.contains(stem));
    let mut by_lexicon = unsaid.flat_map(|group| group.readings.iter().map(move |reading| (group, reading)));
    if let Some((group, reading)) = by_lexicon.find(|(_, reading)| in_title(&reading.stems)) {
        return Some(Reason::Means { typed: typed(question, group), meaning: reading.text.clone() });
    }
    let everyday: Vec<u32> = numbers.map(|number| number.wrapping_sub(1)).collect();
    let of_wordings = question.words.iter().filter(|word| {
        let has = |stems: &[u32]| word.meanings.iter().any(|meaning| stems.contains(&meaning.stem));
        has(&everyday) && !has(&title)
    });
    let said: Vec<String> = of_wordings
        .take(REASON_WORDS_MAX)
        .map(|word| word.corrected.clone().unwrap_or_else(|| word.typed.clone()))
        .collect();
    (!said.is_empty()).then_some(Reason::AlsoCalled(said))
}

/// Whether the title says the words of a group as they were typed.
fn says(question: &Question, group: &Group, title: &[u32]) -> bool {
    let words = question.words.get(group.words.clone()).unwrap_or_default();
    words.iter().all(|word| word.meanings.iter().any(|meaning| title.contains(&meaning.stem)))
}

pub(super) fn typed(question: &Question, group: &Group) -> String {
    let words = question.words.get(group.words.clone()).unwrap_or_default();
    words.iter().map(|word| word.typed.as_str()).collect::<Vec<_>>().join(" ")
}
