//! How well a title agrees with the query: "carte d'identité" belongs first to the folder of that name. A wording of
//! everyday words counts as another title.

use super::blob::{Blob, WORDING_MARK};
use super::score::{group_weight, stems_weight};
use super::understand::{Meaning, Question, StemSet};
use super::weights::Weights;

/// Most stems of a title and its wordings looked at.
const TITLE_STEMS_MAX: usize = 160;

/// Where a stem of the query counts.
#[derive(Clone, Copy)]
struct Use {
    stem: u32,
    /// A word or, beyond the words, a reading.
    slot: usize,
    sureness: f32,
}

/// A part of the query that a title may hold: one word, or one reading of some words.
struct Slot {
    group: usize,
    weight: f32,
    /// How much of it the title at hand holds.
    met: f32,
    reading: bool,
}

/// The stems of one query, ready to be looked up by every title.
pub(super) struct Titles<'a> {
    blob: &'a Blob,
    weights: &'a Weights,
    total: f32,
    /// Sorted by stem.
    uses: Vec<Use>,
    stems: &'a StemSet,
    slots: Vec<Slot>,
    groups: usize,
}

impl<'a> Titles<'a> {
    pub(super) fn new(blob: &'a Blob, weights: &'a Weights, question: &'a Question, total: f32) -> Self {
        let (mut uses, mut slots) = (Vec::new(), Vec::new());
        for (group, of_group) in question.groups.iter().enumerate() {
            for word in question.words.get(of_group.words.clone()).unwrap_or_default() {
                let slot = slots.len();
                let one = |m: &Meaning| Use { stem: m.stem, slot, sureness: m.sureness };
                uses.extend(word.meanings.iter().map(one));
                slots.push(Slot { group, weight: word.weight, met: 0.0, reading: false });
            }
            let weight = group_weight(blob, question, of_group);
            for reading in &of_group.readings {
                let slot = slots.len();
                let whole = stems_weight(blob, &reading.stems).max(f32::MIN_POSITIVE);
                uses.extend(reading.stems.iter().map(|stem| Use {
                    stem: *stem,
                    slot,
                    sureness: reading.sureness * blob.weight(*stem) / whole,
                }));
                slots.push(Slot { group, weight, met: 0.0, reading: true });
            }
        }
        uses.sort_unstable_by_key(|used| (used.stem, used.slot));
        Self { blob, weights, total, uses, stems: &question.stems, slots, groups: question.groups.len() }
    }

    /// The share of the title's weight that the query holds, and the share of the query's weight that the title
    /// holds, of the title or the wording that agrees best.
    pub(super) fn shares(&mut self, document: usize) -> (f32, f32) {
        let blob = self.blob;
        let mut best = (0.0, 0.0);
        let (mut highest, mut factor) = (-1.0, 1.0);
        let mut numbers = blob.title_stems(document).take(TITLE_STEMS_MAX).peekable();
        while numbers.peek().is_some() {
            let (of_title, of_query) = self.shares_of(numbers.by_ref().take_while(|n| *n != WORDING_MARK));
            let shares = (of_title * factor, of_query * factor);
            let value = self.weights.title * shares.0 + self.weights.in_title * shares.1;
            if value > highest {
                (highest, best) = (value, shares);
            }
            factor = self.weights.wording;
        }
        best
    }

    fn shares_of(&mut self, title: impl Iterator<Item = u32>) -> (f32, f32) {
        let (mut all, mut met, mut hit) = (0.0_f32, 0.0_f32, false);
        for number in title {
            let stem = number - 1;
            let weight = self.blob.weight(stem);
            all += weight;
            if !self.stems.contains(stem) {
                continue;
            }
            let first = self.uses.partition_point(|used| used.stem < stem);
            let mut sure = 0.0_f32;
            for used in self.uses.get(first..).unwrap_or_default().iter().take_while(|used| used.stem == stem)
            {
                let slot = &mut self.slots[used.slot];
                hit = true;
                if slot.reading {
                    slot.met += used.sureness;
                    sure = sure.max(self.weights.line_phrase);
                } else {
                    slot.met = slot.met.max(used.sureness);
                    sure = sure.max(used.sureness);
                }
            }
            met += weight * sure;
        }
        if !hit || all <= 0.0 {
            return (0.0, 0.0);
        }
        (met / all, (self.take_met() / self.total).min(1.0))
    }

    /// How much of the query was met; the slots are empty again.
    fn take_met(&mut self) -> f32 {
        let mut sum = 0.0;
        let mut at = 0;
        for group in 0..self.groups {
            let (mut typed, mut read) = (0.0_f32, 0.0_f32);
            while let Some(slot) = self.slots.get_mut(at).filter(|slot| slot.group == group) {
                let met = std::mem::take(&mut slot.met).min(1.0) * slot.weight;
                if slot.reading {
                    read = read.max(met);
                } else {
                    typed += met;
                }
                at += 1;
            }
            sum += typed.max(read);
        }
        sum
    }
}
