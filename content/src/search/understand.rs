//! From what was typed to what may be meant: each word with its meanings.

use super::blob::Blob;
use super::groups::groups;
use super::spelling::{Correction, corrections, sounding};
use super::typed::{Typed, typed};
use super::weights::Weights;
use super::words::is_empty_word;

/// Most stems that the beginning of a word stands for.
const PREFIX_STEMS_MAX: usize = 40;
/// Most forms looked at for the beginning of a word.
const PREFIX_FORMS_MAX: usize = 4_000;
/// A correction as near as this is believed rather than that two words were written as one.
const NEAR: f32 = 0.6;

/// A stem that a word may stand for, and how surely, 0 to 1.
#[derive(Debug, Clone, Copy)]
pub(super) struct Meaning {
    pub(super) stem: u32,
    pub(super) sureness: f32,
}

/// One word of the query.
#[derive(Debug)]
pub(super) struct Word {
    /// As it was typed, folded.
    pub(super) typed: String,
    pub(super) meanings: Vec<Meaning>,
    /// How much the word tells, 0 to 1; 0 if no document holds it.
    pub(super) weight: f32,
    /// What it was taken for, when it was corrected.
    pub(super) corrected: Option<String>,
}

/// What the lexicon makes of some words.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) stems: Vec<u32>,
    pub(super) sureness: f32,
    /// The target, to show.
    pub(super) text: String,
}

/// Neighbouring words that are understood together: as they are, or by one of the readings.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) words: std::ops::Range<usize>,
    pub(super) readings: Vec<Reading>,
}

/// Stems, one bit each.
#[derive(Debug, Default)]
pub(super) struct StemSet(Vec<u64>);

impl StemSet {
    fn new(stems: usize) -> Self {
        Self(vec![0; stems / 64 + 1])
    }

    fn insert(&mut self, stem: u32) {
        if let Some(bits) = self.0.get_mut(stem as usize / 64) {
            *bits |= 1 << (stem % 64);
        }
    }

    #[inline]
    pub(super) fn contains(&self, stem: u32) -> bool {
        self.0.get(stem as usize / 64).is_some_and(|bits| bits >> (stem % 64) & 1 == 1)
    }
}

/// A query, understood.
#[derive(Debug, Default)]
pub(super) struct Question {
    pub(super) words: Vec<Word>,
    pub(super) groups: Vec<Group>,
    /// Every stem that a word or a reading may mean.
    pub(super) stems: StemSet,
    /// Stems of its words that ask for what sheets do not answer.
    pub(super) elsewhere: Vec<u32>,
    /// It asks for a place near here.
    pub(super) near: bool,
}

impl Question {
    pub(super) fn readings(&self) -> impl Iterator<Item = &Reading> {
        self.groups.iter().flat_map(|group| &group.readings)
    }
}

/// Understands `query`, within the bounds of [`typed`].
pub(super) fn understand(blob: &Blob, weights: &Weights, query: &str) -> Question {
    let (typed, unfinished) = typed(blob, query);
    let near = typed.iter().any(|word| word.near);
    let telling = typed.iter().any(|word| !word.silent);
    let last = typed.len().saturating_sub(1);
    let mut words = Vec::new();
    for (at, word) in typed.iter().enumerate() {
        let unfinished = unfinished && at == last;
        // Words that carry nothing count where there are no others, except where they ask for what is near.
        if !word.silent || !(telling || near) {
            words.extend(understand_word(blob, weights, &word.text, word.stem, unfinished));
        } else if unfinished && telling && word.text.len() >= 2 {
            // "de" is nothing when finished, but may become "demande".
            words.push(beginning_of(blob, weights, word));
        }
    }
    let groups = groups(blob, weights, &typed, &words);
    let elsewhere = typed.iter().filter(|word| word.elsewhere).filter_map(|word| word.stem).collect();
    let mut stems = StemSet::new(blob.stems());
    for word in &words {
        word.meanings.iter().for_each(|meaning| stems.insert(meaning.stem));
    }
    for reading in groups.iter().flat_map(|group| &group.readings) {
        reading.stems.iter().for_each(|stem| stems.insert(*stem));
    }
    Question { words, groups, stems, elsewhere, near }
}

/// One word, or two that were written as one.
fn understand_word(
    blob: &Blob,
    weights: &Weights,
    typed: &str,
    known: Option<u32>,
    unfinished: bool,
) -> Vec<Word> {
    let mut meanings: Vec<Meaning> = known.map(|stem| Meaning { stem, sureness: 1.0 }).into_iter().collect();
    if unfinished {
        let sureness = if known.is_some() { weights.prefix_known } else { weights.prefix };
        beginnings(blob, typed, sureness, &mut meanings);
    }
    if let Some(stem) = known {
        if blob.weight(stem) <= 0.0 {
            meanings.extend(likelier(blob, weights, typed));
        }
    } else if !meanings.is_empty() {
        // "kaf" begins "kafala", but it is "caf" by ear.
        meanings.extend(sounding(blob, weights, typed).iter().map(Correction::meaning));
    }
    if !meanings.is_empty() {
        return vec![word(blob, typed, meanings, None)];
    }
    if let Some((rest, stem)) = without_elision(blob, typed) {
        return vec![word(blob, typed, vec![Meaning { stem, sureness: 0.95 }], Some(rest.to_owned()))];
    }
    let found = corrections(blob, weights, typed, unfinished);
    let near = found.first().is_some_and(|best| best.nearness >= NEAR);
    if !near && let Some((first, second)) = split(blob, typed) {
        let part = |part: &str| understand_word(blob, weights, part, blob.stem_of(part), false);
        return [first, second].into_iter().flat_map(part).collect();
    }
    let best = found.first().and_then(|best| std::str::from_utf8(blob.form(best.form)).ok());
    vec![word(blob, typed, found.iter().map(Correction::meaning).collect(), best.map(str::to_owned))]
}

fn word(blob: &Blob, typed: &str, meanings: Vec<Meaning>, corrected: Option<String>) -> Word {
    let told = meanings.iter().map(|m| blob.weight(m.stem) * m.sureness).fold(0.0, f32::max);
    Word { typed: typed.to_owned(), meanings, weight: told, corrected }
}

/// Words of documents near a word that only the lexicon knows: it may be an error, too.
fn likelier(blob: &Blob, weights: &Weights, typed: &str) -> Vec<Meaning> {
    if typed.len() < 4 {
        return Vec::new();
    }
    let found = corrections(blob, weights, typed, false);
    let lowered = |c: &Correction| Meaning { stem: c.stem, sureness: c.nearness * weights.beside_lexicon };
    found.iter().filter(|c| blob.weight(c.stem) > 0.0).map(lowered).collect()
}

/// A silent word that may become another one: it helps what it meets and does not count against what it does not.
fn beginning_of(blob: &Blob, weights: &Weights, typed: &Typed) -> Word {
    let mut meanings = Vec::new();
    beginnings(blob, &typed.text, weights.prefix_known, &mut meanings);
    meanings.retain(|meaning| Some(meaning.stem) != typed.stem);
    Word { typed: typed.text.clone(), meanings, weight: 0.05, corrected: None }
}

/// Stems of forms that begin with `word`, the commonest first.
fn beginnings(blob: &Blob, word: &str, sureness: f32, meanings: &mut Vec<Meaning>) {
    let first = blob.first_form(word.as_bytes());
    let mut stems: Vec<u32> = (first..blob.forms().min(first + PREFIX_FORMS_MAX))
        .take_while(|at| blob.form(*at).starts_with(word.as_bytes()))
        .map(|at| blob.form_stem(at))
        .collect();
    stems.sort_unstable();
    stems.dedup();
    // The commonest stems have the smallest numbers.
    stems.retain(|stem| meanings.iter().all(|meaning| meaning.stem != *stem));
    stems.truncate(PREFIX_STEMS_MAX);
    meanings.extend(stems.into_iter().map(|stem| Meaning { stem, sureness }));
}

/// "didentite" is "d'identité" typed without its apostrophe.
fn without_elision<'a>(blob: &Blob, word: &'a str) -> Option<(&'a str, u32)> {
    let rest = elided(word)?;
    blob.stem_of(rest).map(|stem| (rest, stem))
}

pub(super) fn elided(word: &str) -> Option<&str> {
    let rest =
        word.strip_prefix("qu").or_else(|| word.strip_prefix(['d', 'l', 'j', 'n', 's', 'c', 'm', 't']))?;
    let vowel = rest.starts_with(['a', 'e', 'i', 'o', 'u', 'y', 'h']);
    (vowel && rest.len() >= 4).then_some(rest)
}

/// "cartegrise" is "carte grise": two words that many documents hold.
fn split<'a>(blob: &Blob, word: &'a str) -> Option<(&'a str, &'a str)> {
    const COMMON: f32 = 0.62;
    let common = |part: &str| {
        if is_empty_word(part) {
            return 1.0;
        }
        let weight = blob.stem_of(part).map_or(1.0, |stem| blob.weight(stem));
        if weight > 0.0 { weight } else { 1.0 }
    };
    (4..word.len().saturating_sub(3))
        .filter_map(|at| Some((word.get(..at)?, word.get(at..)?)))
        .map(|(first, second)| (f32::max(common(first), common(second)), first, second))
        .filter(|(rarer, ..)| *rarer <= COMMON)
        .min_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, first, second)| (first, second))
}
