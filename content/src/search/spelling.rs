//! Spelling: forms near a word that the index does not know, by edit distance and by sound.

use super::blob::{Blob, Table};
use super::sound::{sound, sound_hash};
use super::understand::{Meaning, elided};
use super::weights::Weights;
use super::words::letters;

/// Most corrections of one word.
const CORRECTIONS_MAX: usize = 8;

/// How rare a word of the lexicon is that no document holds.
const LEXICON_RARITY: f32 = 1.5;

/// A form that the visitor may have meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Correction {
    pub(super) form: usize,
    pub(super) stem: u32,
    /// How near it is, 0 to 1.
    pub(super) nearness: f32,
}

impl Correction {
    pub(super) fn meaning(&self) -> Meaning {
        Meaning { stem: self.stem, sureness: self.nearness }
    }
}

/// Forms near `word`; with `prefix`, forms that begin with something near it. The nearest first.
pub(super) fn corrections(blob: &Blob, weights: &Weights, word: &str, prefix: bool) -> Vec<Correction> {
    let mut found = Vec::new();
    near(blob, weights, word, prefix, 1.0, &mut found);
    if let Some(rest) = elided(word) {
        near(blob, weights, rest, prefix, 0.92, &mut found);
    }
    heard(blob, weights, word, 1.0, &mut found);
    if let Some(rest) = elided(word) {
        heard(blob, weights, rest, 0.92, &mut found);
    }
    best(blob, weights, found)
}

/// Forms that sound like `word`, the likeliest first.
pub(super) fn sounding(blob: &Blob, weights: &Weights, word: &str) -> Vec<Correction> {
    let mut found = Vec::new();
    heard(blob, weights, word, 1.0, &mut found);
    best(blob, weights, found)
}

/// Forms that sound the same.
fn heard(blob: &Blob, weights: &Weights, word: &str, sureness: f32, found: &mut Vec<Correction>) {
    if word.len() < 3 {
        return;
    }
    let spoken = sound(word);
    for form in blob.forms_that_sound(sound_hash(&spoken)) {
        let text = blob.form(form);
        if !std::str::from_utf8(text).is_ok_and(|text| sound(text) == spoken) {
            continue;
        }
        // Of words that sound the same, the one that is written most alike.
        let longer = text.len().abs_diff(word.len()).min(5) as f32;
        let first = if text.first() == word.as_bytes().first() { 0.0 } else { 0.05 };
        let nearness = (weights.same_sound - 0.02 * longer - first) * sureness;
        found.push(Correction { form, stem: blob.form_stem(form), nearness });
    }
}

/// Forms within the edits that a word of its length allows, among those with its first letter or, where the first
/// two were swapped, its second.
fn near(
    blob: &Blob,
    weights: &Weights,
    word: &str,
    prefix: bool,
    sureness: f32,
    found: &mut Vec<Correction>,
) {
    let allowed = match word.chars().count() {
        0..=2 => return,
        3..=5 => 1,
        _ => 2,
    };
    let mine = letters(word);
    let bytes = word.as_bytes();
    let mut rows = Rows::default();
    let mut firsts = vec![bytes[0]];
    firsts.extend(bytes.get(1).filter(|second| **second != bytes[0]));
    for first in firsts {
        let range = blob.first_form(&[first])..blob.first_form(&[first.saturating_add(1)]);
        for (form, theirs) in range.clone().zip(blob.numbers(Table::FormLetters, range)) {
            // Letters of mine that the form lacks must each be an edit; so must a surplus, unless more is to be typed.
            let possible = few(mine & !theirs, allowed) && (prefix || few(theirs & !mine, allowed));
            if !possible {
                continue;
            }
            let text = blob.form(form);
            let long = text.len() > bytes.len() + allowed as usize && !prefix;
            if long || text.len() + (allowed as usize) < bytes.len() {
                continue;
            }
            let distance = rows.distance(bytes, text, allowed, prefix);
            if distance <= allowed {
                // One error in "kaf" weighs more than one in "alokation". Errors rarely touch the first letter.
                let begins = if text.first() == bytes.first() { 0.0 } else { weights.first_letter };
                let nearness = 1.0 - weights.edit * distance as f32 / bytes.len().max(4) as f32 - begins;
                let stem = blob.form_stem(form);
                found.push(Correction { form, stem, nearness: nearness * sureness });
            }
        }
    }
}

/// Whether at most `allowed` bits are set, of which there are at most two: cheaper than counting them.
fn few(bits: u32, allowed: u32) -> bool {
    let without_one = bits & bits.wrapping_sub(1);
    let rest = if allowed >= 2 { without_one & without_one.wrapping_sub(1) } else { without_one };
    rest == 0
}

/// The nearest; among equals, words of many documents first: a rare form is seldom what was meant.
fn best(blob: &Blob, weights: &Weights, mut found: Vec<Correction>) -> Vec<Correction> {
    // A word of the lexicon alone is rarer than any other.
    let rarity = |stem: u32| Some(blob.weight(stem)).filter(|weight| *weight > 0.0).unwrap_or(LEXICON_RARITY);
    let rank = |c: &Correction| c.nearness - weights.rare * rarity(c.stem);
    found.retain(|c| c.nearness > 0.3);
    found.sort_by(|a, b| a.stem.cmp(&b.stem).then(b.nearness.total_cmp(&a.nearness)));
    found.dedup_by_key(|c| c.stem);
    found.sort_by(|a, b| rank(b).total_cmp(&rank(a)).then(a.form.cmp(&b.form)));
    let nearest = found.first().map_or(0.0, |c| c.nearness);
    found.retain(|c| c.nearness >= nearest - 0.26);
    found.truncate(CORRECTIONS_MAX);
    found
}

/// Reused rows of the distance table.
#[derive(Default)]
struct Rows {
    before: Vec<u32>,
    last: Vec<u32>,
    this: Vec<u32>,
}

impl Rows {
    /// Damerau–Levenshtein distance (neighbours swapped count one) in bytes of folded words; gives up above `allowed`.
    /// With `prefix`, the distance to the nearest beginning of `text`.
    fn distance(&mut self, word: &[u8], text: &[u8], allowed: u32, prefix: bool) -> u32 {
        let text = if prefix { text.get(..word.len() + allowed as usize).unwrap_or(text) } else { text };
        self.last.clear();
        self.last.extend(0..=text.len() as u32);
        self.before.clone_from(&self.last);
        for (i, letter) in word.iter().enumerate() {
            self.this.clear();
            self.this.push(i as u32 + 1);
            for (j, other) in text.iter().enumerate() {
                let mut cost = self.last[j] + u32::from(letter != other);
                cost = cost.min(self.last[j + 1] + 1).min(self.this[j] + 1);
                if i > 0 && j > 0 && *letter == text[j - 1] && word[i - 1] == *other {
                    cost = cost.min(self.before[j - 1] + 1);
                }
                self.this.push(cost);
            }
            if self.this.iter().min().is_none_or(|least| *least > allowed) {
                return u32::MAX;
            }
            std::mem::swap(&mut self.before, &mut self.last);
            std::mem::swap(&mut self.last, &mut self.this);
        }
        if prefix {
            self.last.iter().min().copied().unwrap_or(u32::MAX)
        } else {
            self.last.last().copied().unwrap_or(u32::MAX)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_count_swaps_as_one() {
        let mut rows = Rows::default();
        let mut distance = |a: &str, b: &str, prefix| rows.distance(a.as_bytes(), b.as_bytes(), 2, prefix);
        assert_eq!(distance("identite", "identite", false), 0);
        assert_eq!(distance("idnetite", "identite", false), 1);
        assert_eq!(distance("idantite", "identite", false), 1);
        assert_eq!(distance("alloc", "allocation", true), 0);
        assert_eq!(distance("aloc", "allocation", true), 1);
        assert_eq!(distance("xyz", "allocation", true), u32::MAX);
    }
}
