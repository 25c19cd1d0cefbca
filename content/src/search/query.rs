//! Answering a query: each word becomes a few stems, each document takes the best of them, words add up.

use super::blob::{Blob, Table};
use super::build::{FOLDER, GUIDE, PLACE};
use super::spelling::corrections;
use super::words::{fold, is_empty_word, words};
use super::{Hit, HitKind, QUERY_BYTES_MAX, QUERY_WORDS_MAX, Results};
use crate::browse::Target;
use crate::id::{GuideId, NodeId, PlaceId, SheetId};
use crate::sheet::SheetKind;

/// Most stems that the beginning of a word stands for.
const PREFIX_STEMS_MAX: usize = 60;
/// Most forms looked at for the beginning of a word.
const PREFIX_FORMS_MAX: usize = 2_000;
/// What a title wholly covered by the query adds, as a share of the score; chosen on the development queries.
const TITLE_BONUS: f32 = 1.2;
/// Documents whose titles are looked at closely.
const SHORTLIST: usize = 120;

/// A stem that a word of the query may stand for, and how surely, 0 to 1.
#[derive(Debug, Clone, Copy)]
struct Meaning {
    stem: u32,
    sureness: f32,
}

/// One word of the query, understood.
struct Understood {
    meanings: Vec<Meaning>,
    /// How much the word tells; several words of one query are compared by it.
    weight: f32,
    /// What it was taken for, when it was corrected.
    corrected: Option<String>,
    typed: String,
}

pub(super) fn search(blob: &Blob, query: &str, limit: usize) -> Results {
    let mut end = query.len().min(QUERY_BYTES_MAX);
    while !query.is_char_boundary(end) {
        end -= 1;
    }
    let query = query.get(..end).unwrap_or_default();
    let understood = understand(blob, query);
    let mut scored = score(blob, &understood);
    scored.truncate(limit);
    let stems: Vec<u32> =
        understood.iter().flat_map(|word| &word.meanings).map(|meaning| meaning.stem).collect();
    let hits = scored.iter().filter_map(|(document, score)| hit(blob, *document, *score, &stems)).collect();
    let corrected = understood.iter().any(|word| word.corrected.is_some()).then(|| {
        let words: Vec<&str> =
            understood.iter().map(|w| w.corrected.as_deref().unwrap_or(&w.typed)).collect();
        words.join(" ")
    });
    Results { hits, corrected }
}

fn understand(blob: &Blob, query: &str) -> Vec<Understood> {
    let mut typed = words(query);
    let unfinished = query.chars().next_back().is_some_and(char::is_alphanumeric);
    if typed.is_empty() && unfinished {
        // The first letter of all is no elided article yet: answers appear from there on.
        typed.extend(fold(query).split_whitespace().next_back().map(str::to_owned));
    }
    let last = typed.len().saturating_sub(1);
    let telling = typed.iter().any(|word| !is_empty_word(word));
    typed
        .iter()
        .enumerate()
        .take(QUERY_WORDS_MAX)
        .filter(|(at, word)| {
            // "de" is nothing when finished, but may become "demande".
            !telling || !is_empty_word(word) || (unfinished && *at == last && word.len() >= 3)
        })
        .map(|(at, word)| understand_word(blob, word, unfinished && at == last))
        .filter(|word| !word.meanings.is_empty())
        .collect()
}

fn understand_word(blob: &Blob, word: &str, unfinished: bool) -> Understood {
    let mut meanings = Vec::new();
    let mut corrected = None;
    let exact = exact(blob, word);
    meanings.extend(exact.map(|stem| Meaning { stem, sureness: 1.0 }));
    if unfinished {
        beginnings(blob, word, exact.is_some(), &mut meanings);
    }
    if meanings.is_empty()
        && let Some((rest, stem)) = without_elision(blob, word)
    {
        meanings.push(Meaning { stem, sureness: 0.95 });
        corrected = Some(rest.to_owned());
    }
    if meanings.is_empty() {
        let found = corrections(blob, word, unfinished);
        if let Some(best) = found.first() {
            corrected = std::str::from_utf8(blob.form(best.form)).ok().map(str::to_owned);
        }
        meanings.extend(found.iter().map(|c| Meaning { stem: c.stem, sureness: c.nearness }));
    }
    let weight = meanings.iter().map(|m| blob.weight(m.stem) * m.sureness).fold(0.0, f32::max);
    Understood { meanings, weight, corrected, typed: word.to_owned() }
}

fn exact(blob: &Blob, word: &str) -> Option<u32> {
    let at = blob.first_form(word);
    (at < blob.forms() && blob.form(at) == word.as_bytes()).then(|| blob.word(Table::FormStems, at))
}

/// Stems of forms that begin with `word`, the commonest first.
fn beginnings(blob: &Blob, word: &str, known: bool, meanings: &mut Vec<Meaning>) {
    let first = blob.first_form(word);
    let mut stems: Vec<u32> = (first..blob.forms().min(first + PREFIX_FORMS_MAX))
        .take_while(|at| blob.form(*at).starts_with(word.as_bytes()))
        .map(|at| blob.word(Table::FormStems, at))
        .collect();
    stems.sort_unstable();
    stems.dedup();
    stems.retain(|stem| meanings.iter().all(|meaning| meaning.stem != *stem));
    // Many documents mean a small weight.
    stems.sort_by(|a, b| blob.weight(*a).total_cmp(&blob.weight(*b)).then(a.cmp(b)));
    stems.truncate(PREFIX_STEMS_MAX);
    // A word that is whole already is more likely meant than a longer one.
    let sureness = if known { 0.55 } else { 0.85 };
    meanings.extend(stems.into_iter().map(|stem| Meaning { stem, sureness }));
}

/// "didentite" is "d'identité" typed without its apostrophe.
fn without_elision<'a>(blob: &Blob, word: &'a str) -> Option<(&'a str, u32)> {
    let rest =
        word.strip_prefix("qu").or_else(|| word.strip_prefix(['d', 'l', 'j', 'n', 's', 'c', 'm', 't']))?;
    let vowel = rest.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
    (vowel && rest.len() >= 4).then(|| exact(blob, rest)).flatten().map(|stem| (rest, stem))
}

/// Documents with their scores, the best first.
fn score(blob: &Blob, query: &[Understood]) -> Vec<(usize, f32)> {
    let count = blob.documents();
    let total: f32 = query.iter().map(|word| word.weight).sum();
    if query.is_empty() || total <= 0.0 {
        return Vec::new();
    }
    let mut sums = vec![0.0_f32; count];
    let mut covered = vec![0.0_f32; count];
    let mut best = vec![0.0_f32; count];
    for word in query {
        best.fill(0.0);
        for meaning in &word.meanings {
            let sureness = meaning.sureness / 255.0;
            for (document, impact) in blob.postings(meaning.stem) {
                if let Some(best) = best.get_mut(document) {
                    *best = best.max(f32::from(impact) * sureness);
                }
            }
        }
        for ((sum, covered), best) in sums.iter_mut().zip(&mut covered).zip(&best) {
            if *best > 0.0 {
                *sum += best;
                *covered += word.weight;
            }
        }
    }
    let mut scored: Vec<(usize, f32)> = Vec::new();
    for (document, (sum, covered)) in sums.iter().zip(&covered).enumerate() {
        if *sum > 0.0 {
            // The square root, or a document that lacks one word of five is judged too hard (development queries).
            let share = covered / total;
            scored.push((document, sum * share.sqrt() * blob.prior(document)));
        }
    }
    let order = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
    if scored.len() > SHORTLIST {
        scored.select_nth_unstable_by(SHORTLIST, order);
        scored.truncate(SHORTLIST);
    }
    for (document, score) in &mut scored {
        *score *= 1.0 + TITLE_BONUS * title_share(blob, *document, query);
    }
    scored.sort_by(order);
    scored
}

/// How much of the title the query covers, by weight: "carte d'identité" belongs first to the folder of that name.
fn title_share(blob: &Blob, document: usize, query: &[Understood]) -> f32 {
    let (mut all, mut met) = (0.0_f32, 0.0_f32);
    for stem in blob.title_stems(document).take(64) {
        let weight = blob.weight(stem);
        let meanings = query.iter().flat_map(|word| &word.meanings).filter(|meaning| meaning.stem == stem);
        all += weight;
        met += weight * meanings.map(|meaning| meaning.sureness).fold(0.0, f32::max);
    }
    if all > 0.0 { met / all } else { 0.0 }
}

fn hit(blob: &Blob, document: usize, score: f32, stems: &[u32]) -> Option<Hit> {
    let (kind, _, id, title) = blob.document(document)?;
    let (target, kind) = match kind {
        FOLDER => (Target::Node(NodeId::new(id).ok()?), HitKind::Folder),
        GUIDE => (Target::Guide(GuideId::new(id).ok()?), HitKind::Guide),
        PLACE => (Target::Place(PlaceId::new(id).ok()?), HitKind::Place),
        kind => {
            (Target::Sheet(SheetId::new(id).ok()?), HitKind::Sheet(*SheetKind::ALL.get(usize::from(kind))?))
        }
    };
    let mut matched = words(title);
    matched.retain(|word| exact(blob, word).is_some_and(|stem| stems.contains(&stem)));
    Some(Hit { target, title: title.to_owned(), kind, words: matched, score })
}
