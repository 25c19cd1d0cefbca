//! Scoring: each group of words gives each document the best of its readings; groups add up.

use std::collections::BTreeMap;

use super::blob::{Blob, WORDING_MARK};
use super::documents::FOLDER;
use super::understand::{Group, Meaning, Question, Word};
use super::weights::Weights;

/// Most postings read for one word, shared among its meanings, the highest impacts first.
const POSTINGS_MAX: usize = 16_000;
/// Documents whose titles are looked at closely.
const SHORTLIST: usize = 96;
/// Most stems of a title and its wordings looked at.
const TITLE_STEMS_MAX: usize = 256;
/// Most neighbours that a document lends to.
const NEAR_MAX: usize = 32;
/// Steps of the table of powers.
const STEPS: usize = 64;

/// One document's score and what it is made of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scored {
    pub(super) document: usize,
    pub(super) score: f32,
    /// Sum of the impacts.
    pub(super) sum: f32,
    /// Share of the query's weight that the document holds, 0 to 1.
    pub(super) covered: f32,
    /// Share of the title's weight that the query holds, 0 to 1.
    pub(super) title: f32,
    /// Share of the query's weight that the title holds, 0 to 1.
    pub(super) in_title: f32,
    /// What documents about the same lent to the score.
    pub(super) lent: f32,
}

/// Sums over all documents, with the list of those that are not zero.
struct Sums {
    impact: Vec<f32>,
    covered: Vec<f32>,
    touched: Vec<u32>,
}

impl Sums {
    fn new(documents: usize) -> Self {
        Self { impact: vec![0.0; documents], covered: vec![0.0; documents], touched: Vec::new() }
    }

    #[inline]
    fn add(&mut self, document: usize, impact: f32, covered: f32) {
        let (Some(sum), Some(cover)) = (self.impact.get_mut(document), self.covered.get_mut(document)) else {
            return;
        };
        if *sum <= 0.0 {
            self.touched.push(document as u32);
        }
        *sum += impact;
        *cover += covered;
    }

    fn raise(&mut self, document: usize, impact: f32, covered: f32) {
        let (Some(sum), Some(cover)) = (self.impact.get_mut(document), self.covered.get_mut(document)) else {
            return;
        };
        if *sum <= 0.0 {
            self.touched.push(document as u32);
        }
        *sum = sum.max(impact);
        *cover = cover.max(covered);
    }

    /// Gives every sum away and is empty again.
    fn drain(&mut self, mut take: impl FnMut(usize, f32, f32)) {
        for document in self.touched.drain(..) {
            let document = document as usize;
            take(document, self.impact[document], self.covered[document]);
            self.impact[document] = 0.0;
            self.covered[document] = 0.0;
        }
    }
}

/// The sums of one query while it is answered.
struct Scorer<'a> {
    blob: &'a Blob,
    weights: &'a Weights,
    all: Sums,
    group: Sums,
    reading: Sums,
    best: Vec<f32>,
}

/// Documents with their scores, the best first; at most [`SHORTLIST`].
pub(super) fn score(blob: &Blob, weights: &Weights, question: &Question) -> Vec<Scored> {
    let total: f32 = question.groups.iter().map(|group| group_weight(blob, question, group)).sum();
    if total <= 0.0 {
        return Vec::new();
    }
    let documents = blob.documents();
    let mut scorer = Scorer {
        blob,
        weights,
        all: Sums::new(documents),
        group: Sums::new(documents),
        reading: Sums::new(documents),
        best: vec![0.0; documents],
    };
    for group in &question.groups {
        scorer.add_group(question, group);
    }
    scorer.finish(question, total)
}

/// How much a group tells: its words as typed, or the reading that tells more.
pub(super) fn group_weight(blob: &Blob, question: &Question, group: &Group) -> f32 {
    let typed: f32 = words_of(question, group).iter().map(|word| word.weight).sum();
    let readings = group.readings.iter().map(|reading| stems_weight(blob, &reading.stems) * reading.sureness);
    readings.fold(typed, f32::max)
}

fn stems_weight(blob: &Blob, stems: &[u32]) -> f32 {
    stems.iter().map(|stem| blob.weight(*stem)).sum()
}

fn words_of<'a>(question: &'a Question, group: &Group) -> &'a [Word] {
    question.words.get(group.words.clone()).unwrap_or_default()
}

impl Scorer<'_> {
    fn add_group(&mut self, question: &Question, group: &Group) {
        let words = words_of(question, group);
        if group.readings.is_empty() {
            for word in words {
                add_word(self.blob, &word.meanings, word.weight, &mut self.all, &mut self.best);
            }
            return;
        }
        for word in words {
            add_word(self.blob, &word.meanings, word.weight, &mut self.group, &mut self.best);
        }
        let weight = group_weight(self.blob, question, group);
        for reading in &group.readings {
            let whole = stems_weight(self.blob, &reading.stems);
            for stem in &reading.stems {
                let meaning = [Meaning { stem: *stem, sureness: 1.0 }];
                add_word(self.blob, &meaning, self.blob.weight(*stem), &mut self.reading, &mut self.best);
            }
            let group = &mut self.group;
            self.reading.drain(|document, impact, covered| {
                let share = covered / whole.max(f32::MIN_POSITIVE);
                group.raise(document, impact * share * reading.sureness, weight * share * reading.sureness);
            });
        }
        let all = &mut self.all;
        self.group.drain(|document, impact, covered| all.add(document, impact, covered));
    }

    fn finish(self, question: &Question, total: f32) -> Vec<Scored> {
        let mut powers = [0.0_f32; STEPS + 1];
        for (step, power) in powers.iter_mut().enumerate() {
            *power = (step as f32 / STEPS as f32).powf(self.weights.coverage);
        }
        let mut scored: Vec<Scored> = Vec::with_capacity(self.all.touched.len());
        for document in &self.all.touched {
            let document = *document as usize;
            let sum = self.all.impact[document];
            let covered = (self.all.covered[document] / total).min(1.0);
            let power = powers[(covered * STEPS as f32) as usize];
            let score = sum * power * self.blob.prior(document);
            scored.push(Scored { document, score, sum, covered, title: 0.0, in_title: 0.0, lent: 0.0 });
        }
        let order = |a: &Scored, b: &Scored| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document));
        if scored.len() > SHORTLIST {
            scored.select_nth_unstable_by(SHORTLIST, order);
            scored.truncate(SHORTLIST);
        }
        for scored in &mut scored {
            (scored.title, scored.in_title) = title_shares(self.blob, self.weights, scored.document, question, total);
            scored.score *= 1.0 + self.weights.title * scored.title + self.weights.in_title * scored.in_title;
        }
        self.lend(&mut scored);
        scored.sort_by(order);
        scored
    }

    /// Documents lend to those about the same: the sheet that answers brings its service and its folder along.
    fn lend(&self, scored: &mut Vec<Scored>) {
        let mut lent: BTreeMap<usize, f32> = BTreeMap::new();
        for lender in scored.iter() {
            for near in self.blob.near(lender.document).take(NEAR_MAX) {
                let most = lent.entry(near).or_default();
                *most = most.max(lender.score);
            }
        }
        for scored in scored.iter_mut() {
            let Some(lent) = lent.remove(&scored.document) else { continue };
            scored.lent = self.share(scored.document) * lent;
            scored.score += scored.lent;
        }
        for (document, lent) in lent {
            let lent = self.weights.lend_new * self.share(document) * lent;
            scored.push(Scored { document, score: lent, sum: 0.0, covered: 0.0, title: 0.0, in_title: 0.0, lent });
        }
    }

    fn share(&self, document: usize) -> f32 {
        match self.blob.kind(document) {
            FOLDER => self.weights.lend_folder,
            kind if kind >= 3 && kind < FOLDER => self.weights.lend_service,
            _ => self.weights.lend_sheet,
        }
    }
}

/// Adds one word: each document takes its best meaning there.
fn add_word(blob: &Blob, meanings: &[Meaning], weight: f32, sums: &mut Sums, best: &mut [f32]) {
    if let [meaning] = meanings {
        for (document, impact) in blob.postings(meaning.stem).take(POSTINGS_MAX) {
            sums.add(document, f32::from(impact) * meaning.sureness, weight);
        }
        return;
    }
    let share = POSTINGS_MAX / meanings.len().max(1);
    let mut touched: Vec<u32> = Vec::new();
    for meaning in meanings {
        for (document, impact) in blob.postings(meaning.stem).take(share) {
            let Some(best) = best.get_mut(document) else { continue };
            if *best <= 0.0 {
                touched.push(document as u32);
            }
            *best = best.max(f32::from(impact) * meaning.sureness);
        }
    }
    for document in touched {
        let document = document as usize;
        sums.add(document, best[document], weight);
        best[document] = 0.0;
    }
}

/// How much of the title the query holds, and how much of the query the title holds, by weight: "carte d'identité"
/// belongs first to the folder of that name. A wording of everyday words counts as another title.
fn title_shares(blob: &Blob, weights: &Weights, document: usize, question: &Question, total: f32) -> (f32, f32) {
    let numbers: Vec<u32> = blob.title_stems(document).take(TITLE_STEMS_MAX).collect();
    let (mut best, mut factor) = ((0.0, 0.0), 1.0);
    let mut highest = -1.0;
    for title in numbers.split(|number| *number == WORDING_MARK) {
        let title: Vec<u32> = title.iter().map(|number| number - 1).collect();
        let title = title.as_slice();
        let (of_title, of_query) = shares_of(blob, question, title, total);
        let (of_title, of_query) = (of_title * factor, of_query * factor);
        let value = weights.title * of_title + weights.in_title * of_query;
        if value > highest {
            (highest, best) = (value, (of_title, of_query));
        }
        factor = weights.wording;
    }
    best
}

fn shares_of(blob: &Blob, question: &Question, title: &[u32], total: f32) -> (f32, f32) {
    let sure = |stem: u32| {
        let meant = question.words.iter().flat_map(|word| &word.meanings).filter(|m| m.stem == stem);
        let read = question.groups.iter().flat_map(|group| &group.readings);
        let read = read.filter(|reading| reading.stems.contains(&stem)).map(|reading| reading.sureness);
        meant.map(|meaning| meaning.sureness).chain(read).fold(0.0, f32::max)
    };
    let (mut all, mut met) = (0.0_f32, 0.0_f32);
    for stem in title {
        let weight = blob.weight(*stem);
        all += weight;
        met += weight * sure(*stem);
    }
    let of_query: f32 = question.groups.iter().map(|group| group_in_title(blob, question, group, title)).sum();
    (if all > 0.0 { met / all } else { 0.0 }, (of_query / total).min(1.0))
}

fn group_in_title(blob: &Blob, question: &Question, group: &Group, title: &[u32]) -> f32 {
    let word_in_title = |word: &Word| {
        let met = word.meanings.iter().filter(|meaning| title.contains(&meaning.stem));
        word.weight * met.map(|meaning| meaning.sureness).fold(0.0, f32::max)
    };
    let typed: f32 = words_of(question, group).iter().map(word_in_title).sum();
    let weight = group_weight(blob, question, group);
    let readings = group.readings.iter().map(|reading| {
        let met: f32 = reading.stems.iter().filter(|stem| title.contains(stem)).map(|stem| blob.weight(*stem)).sum();
        weight * reading.sureness * met / stems_weight(blob, &reading.stems).max(f32::MIN_POSITIVE)
    });
    readings.fold(typed, f32::max)
}
