//! Words that are understood together, by the wordings of the lexicon.

use super::blob::Blob;
use super::typed::Typed;
use super::understand::{Group, Reading, Word};
use super::weights::Weights;

/// Most readings by the lexicon of one group of words.
const READINGS_MAX: usize = 6;
/// Least sureness of a meaning that the lexicon is asked about.
const LEXICON_SURENESS_MIN: f32 = 0.5;
/// The same for a wording of one word.
const ALONE_SURENESS_MIN: f32 = 0.7;

/// A wording of the lexicon that stands in the query.
struct Found {
    start: usize,
    length: usize,
    reading: Reading,
}

/// Parts the words into groups: the longest wordings of the lexicon first.
pub(super) fn groups(blob: &Blob, weights: &Weights, typed: &[Typed], words: &[Word]) -> Vec<Group> {
    let mut found: Vec<Found> = Vec::new();
    for start in 0..words.len() {
        wordings_at(blob, weights, words, start, &mut found);
    }
    for start in 0..typed.len() {
        whole_wordings_at(blob, weights, typed, words, start, &mut found);
    }
    found.sort_by(|a, b| {
        b.length
            .cmp(&a.length)
            .then(b.reading.sureness.total_cmp(&a.reading.sureness))
            .then(a.start.cmp(&b.start))
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
    // Nothing follows the last word: it can only stand alone.
    let least = if start + 1 == words.len() { ALONE_SURENESS_MIN } else { LEXICON_SURENESS_MIN };
    for meaning in words[start].meanings.iter().filter(|m| m.sureness >= least) {
        for entry in blob.entries(meaning.stem).filter(|entry| entry.weight > 0.0 && !entry.whole) {
            let length = blob.entry_key(&entry).count();
            // What a word may become is no reason for a line of its own: "chas" is no "chat" yet.
            if length == 1 && meaning.sureness < ALONE_SURENESS_MIN {
                continue;
            }
            let Some(rest) = words.get(start + 1..start + length) else { continue };
            let key = blob.entry_key(&entry).skip(1);
            let Some(rest) =
                rest.iter().zip(key).map(|(word, stem)| sure(word, stem)).collect::<Option<Vec<f32>>>()
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
    typed: &[Typed],
    words: &[Word],
    start: usize,
    found: &mut Vec<Found>,
) {
    let Some(first) = typed[start].stem else { return };
    for entry in blob.entries(first).filter(|entry| entry.weight > 0.0 && entry.whole) {
        let length = blob.entry_key(&entry).count();
        let Some(said) = typed.get(start..start + length) else { continue };
        let same = said.iter().zip(blob.entry_key(&entry)).all(|(word, stem)| word.stem == Some(stem));
        // The group is the one word of them that counts.
        let Some(word) =
            words.iter().position(|word| same && said.iter().any(|said| said.text == word.typed))
        else {
            continue;
        };
        let reading = Reading {
            stems: blob.entry_target(&entry).collect(),
            sureness: entry.weight * weights.line_phrase,
            text: blob.entry_text(&entry).to_owned(),
        };
        found.push(Found { start: word, length: 1, reading });
    }
}
