//! From what was typed to what may be meant: words with their meanings, and wordings that the lexicon knows.

use super::blob::{Blob, ELSEWHERE, SILENT};
use super::spelling::{Correction, corrections, sounding};
use super::weights::Weights;
use super::words::{fold, is_empty_word, words};
use super::{QUERY_BYTES_MAX, QUERY_WORDS_MAX};

/// Most stems that the beginning of a word stands for.
const PREFIX_STEMS_MAX: usize = 60;
/// Most forms looked at for the beginning of a word.
const PREFIX_FORMS_MAX: usize = 2_000;
/// Most readings by the lexicon of one group of words.
const READINGS_MAX: usize = 6;
/// Least sureness of a meaning that the lexicon is asked about.
const LEXICON_SURENESS_MIN: f32 = 0.5;
/// A correction as near as this is believed rather than that two words were written as one.
const NEAR: f32 = 0.6;
/// The same for a wording of one word.
const ALONE_SURENESS_MIN: f32 = 0.7;

/// Words by which people ask for what is near here.
const NEAR_HERE: [&str; 8] = ["pres", "proche", "proches", "autour", "alentours", "environs", "ici", "proximite"];

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

/// A query, understood.
#[derive(Debug, Default)]
pub(super) struct Question {
    pub(super) words: Vec<Word>,
    pub(super) groups: Vec<Group>,
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

/// Understands `query`: at most [`QUERY_BYTES_MAX`] bytes and [`QUERY_WORDS_MAX`] words of it.
pub(super) fn understand(blob: &Blob, weights: &Weights, query: &str) -> Question {
    let query = query.get(..query.floor_char_boundary(QUERY_BYTES_MAX)).unwrap_or_default();
    let unfinished = query.chars().next_back().is_some_and(char::is_alphanumeric);
    let mut typed = words(query);
    if typed.is_empty() && unfinished {
        // The first letter of all is no elided article yet: answers appear from there on.
        typed.extend(fold(query).split_whitespace().next_back().map(str::to_owned));
    }
    typed.truncate(QUERY_WORDS_MAX);
    let typed = joined(blob, typed);
    let near = typed.iter().any(|word| NEAR_HERE.contains(&word.as_str()));
    let silent = |word: &str| NEAR_HERE.contains(&word) || is_empty_word(word) || blob.is_marked(word, SILENT);
    let elsewhere = typed.iter().filter(|word| blob.is_marked(word, ELSEWHERE));
    let elsewhere = elsewhere.filter_map(|word| blob.stem_of(word)).collect();
    let telling = typed.iter().any(|word| !silent(word));
    let last = typed.len().saturating_sub(1);
    let mut understood = Vec::new();
    for (at, word) in typed.iter().enumerate() {
        let unfinished = unfinished && at == last;
        // "de" is nothing when finished, but may become "demande".
        if silent(word) && near && !telling {
            continue;
        }
        if !telling || !silent(word) {
            understood.extend(understand_word(blob, weights, word, unfinished));
        } else if unfinished && word.len() >= 2 {
            understood.push(beginning_of(blob, weights, word));
        }
    }
    let groups = groups(blob, weights, &typed, &understood);
    Question { words: understood, groups, elsewhere, near }
}

/// Joins neighbours that are one word together: "loca pass", "parcour sup".
fn joined(blob: &Blob, typed: Vec<String>) -> Vec<String> {
    let mut out: Vec<String> = Vec::with_capacity(typed.len());
    for word in typed {
        if let Some(before) = out.last_mut() {
            let together = format!("{before}{word}");
            let parts_known = blob.stem_of(before).is_some() && blob.stem_of(&word).is_some();
            let worth = together.len() >= 7 && !is_empty_word(before) && !is_empty_word(&word);
            if worth && !parts_known && blob.stem_of(&together).is_some() {
                *before = together;
                continue;
            }
        }
        out.push(word);
    }
    out
}

/// One word, or two that were written as one.
fn understand_word(blob: &Blob, weights: &Weights, typed: &str, unfinished: bool) -> Vec<Word> {
    let known = blob.stem_of(typed);
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
        return [first, second].into_iter().flat_map(|part| understand_word(blob, weights, part, false)).collect();
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
fn beginning_of(blob: &Blob, weights: &Weights, typed: &str) -> Word {
    let mut meanings = Vec::new();
    beginnings(blob, typed, weights.prefix_known, &mut meanings);
    let silent = blob.stem_of(typed);
    meanings.retain(|meaning| Some(meaning.stem) != silent);
    Word { typed: typed.to_owned(), meanings, weight: 0.05, corrected: None }
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

/// A wording of the lexicon that stands in the query.
struct Found {
    start: usize,
    length: usize,
    reading: Reading,
}

/// Parts the words into groups: the longest wordings of the lexicon first.
fn groups(blob: &Blob, weights: &Weights, typed: &[String], words: &[Word]) -> Vec<Group> {
    let mut found: Vec<Found> = Vec::new();
    for start in 0..words.len() {
        wordings_at(blob, weights, words, start, &mut found);
    }
    for start in 0..typed.len() {
        whole_wordings_at(blob, weights, typed, words, start, &mut found);
    }
    found.sort_by(|a, b| {
        b.length.cmp(&a.length).then(b.reading.sureness.total_cmp(&a.reading.sureness)).then(a.start.cmp(&b.start))
    });
    let mut groups: Vec<Group> = Vec::new();
    for wording in found {
        let range = wording.start..wording.start + wording.length;
        if let Some(group) = groups.iter_mut().find(|group| group.words == range) {
            let new = group.readings.iter().all(|reading| reading.stems != wording.reading.stems);
            if group.readings.len() < READINGS_MAX && new {
                group.readings.push(wording.reading);
            }
        } else if groups.iter().all(|g| range.end <= g.words.start || g.words.end <= range.start) {
            groups.push(Group { words: range, readings: vec![wording.reading] });
        }
    }
    for at in 0..words.len() {
        if groups.iter().all(|group| !group.words.contains(&at)) {
            groups.push(Group { words: at..at + 1, readings: Vec::new() });
        }
    }
    groups.sort_by_key(|group| group.words.start);
    groups
}

/// Wordings whose first word is the word at `start`.
fn wordings_at(blob: &Blob, weights: &Weights, words: &[Word], start: usize, found: &mut Vec<Found>) {
    let sure = |word: &Word, stem: u32| {
        let meaning = word.meanings.iter().find(|meaning| meaning.stem == stem);
        meaning.map(|meaning| meaning.sureness).filter(|sureness| *sureness >= LEXICON_SURENESS_MIN)
    };
    for meaning in words[start].meanings.iter().filter(|m| m.sureness >= LEXICON_SURENESS_MIN) {
        for entry in blob.entries(meaning.stem).filter(|entry| entry.weight > 0.0 && !entry.whole) {
            let length = blob.entry_key(&entry).count();
            // What a word may become is no reason for a line of its own: "chas" is no "chat" yet.
            if length == 1 && meaning.sureness < ALONE_SURENESS_MIN {
                continue;
            }
            let Some(rest) = words.get(start + 1..start + length) else { continue };
            let key = blob.entry_key(&entry).skip(1);
            let Some(rest) = rest.iter().zip(key).map(|(word, stem)| sure(word, stem)).collect::<Option<Vec<f32>>>()
            else {
                continue;
            };
            let sureness = rest.into_iter().fold(meaning.sureness, f32::min);
            let line = match length {
                1 if blob.weight(meaning.stem) > 0.0 => weights.line,
                1 => weights.line_unknown,
                _ => weights.line_phrase,
            };
            let reading = Reading {
                stems: blob.entry_target(&entry).collect(),
                sureness: sureness * entry.weight * line,
                text: blob.entry_text(&entry).to_owned(),
            };
            found.push(Found { start, length, reading });
        }
    }
}

/// Wordings that need every word, also those that carry nothing: "faire appel", "permis c".
fn whole_wordings_at(
    blob: &Blob,
    weights: &Weights,
    typed: &[String],
    words: &[Word],
    start: usize,
    found: &mut Vec<Found>,
) {
    let Some(first) = blob.stem_of(&typed[start]) else { return };
    for entry in blob.entries(first).filter(|entry| entry.weight > 0.0 && entry.whole) {
        let length = blob.entry_key(&entry).count();
        let Some(said) = typed.get(start..start + length) else { continue };
        let same = said.iter().zip(blob.entry_key(&entry)).all(|(word, stem)| blob.stem_of(word) == Some(stem));
        // The group is the one word of them that counts.
        let Some(word) = words.iter().position(|word| same && said.contains(&word.typed)) else { continue };
        let reading = Reading {
            stems: blob.entry_target(&entry).collect(),
            sureness: entry.weight * weights.line_phrase,
            text: blob.entry_text(&entry).to_owned(),
        };
        found.push(Found { start: word, length: 1, reading });
    }
}
