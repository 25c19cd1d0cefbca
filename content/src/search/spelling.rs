//! Spelling: forms near a word that the index does not know, by edit distance and by sound.

use super::blob::{Blob, Table};
use super::words::{hash, letters, sound};

/// Most corrections of one word.
const CORRECTIONS_MAX: usize = 8;

/// A form that the visitor may have meant.
#[derive(Debug, Clone, Copy)]
pub(super) struct Correction {
    pub(super) form: usize,
    pub(super) stem: u32,
    /// How near it is, 0 to 1.
    pub(super) nearness: f32,
}

/// Forms near `word`; with `prefix`, forms that begin with something near it. The nearest first.
pub(super) fn corrections(blob: &Blob, word: &str, prefix: bool) -> Vec<Correction> {
    let allowed = match word.chars().count() {
        0..=2 => 0,
        3..=5 => 1,
        _ => 2,
    };
    let mine = letters(word);
    let spoken = hash(&sound(word));
    let sounds = word.len() >= 3;
    let mut found: Vec<Correction> = Vec::new();
    let tables = blob.all(Table::FormLetters).zip(blob.all(Table::FormSounds)).enumerate();
    let mut rows = Rows::default();
    for (form, (theirs, sound)) in tables {
        let same_sound = sounds && sound == spoken;
        // Letters of mine that the form lacks must each be an edit; so must a surplus, unless more is to be typed.
        let missing = (mine & !theirs).count_ones();
        let surplus = (theirs & !mine).count_ones();
        let possible = missing <= allowed && (prefix || surplus <= allowed);
        if !possible && !same_sound {
            continue;
        }
        let text = blob.form(form);
        // The first letter is right, or it was swapped with the second, left out, or typed before the word; another
        // first letter is only believed by ear. This spares most comparisons.
        let word = word.as_bytes();
        let begins =
            text.first() == word.first() || text.first() == word.get(1) || text.get(1) == word.first();
        if !begins && !same_sound {
            continue;
        }
        let long = text.len() > word.len() + allowed as usize && !prefix;
        let distance = if !possible || long || text.len() + (allowed as usize) < word.len() {
            u32::MAX
        } else {
            rows.distance(word, text, allowed, prefix)
        };
        // One error in "kaf" weighs more than one in "alokation".
        let near =
            if distance <= allowed { 1.0 - 2.0 * distance as f32 / word.len().max(4) as f32 } else { 0.0 };
        let heard = if same_sound { 0.9 } else { 0.0 };
        // Typing errors rarely touch the first letter.
        let first = if text.first() == word.first() { 0.0 } else { 0.12 };
        let nearness = f32::max(near - first, heard);
        if nearness > 0.3 {
            found.push(Correction { form, stem: blob.word(Table::FormStems, form), nearness });
        }
    }
    best(blob, found)
}

/// The nearest; among equals, words of many documents first: a rare form is seldom what was meant.
fn best(blob: &Blob, mut found: Vec<Correction>) -> Vec<Correction> {
    let rank = |c: &Correction| c.nearness - 0.2 * blob.weight(c.stem);
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
