//! Scoring: each group of words gives each document the best of its readings; groups add up.

use super::blob::Blob;
use super::documents::FOLDER;
use super::titles::Titles;
use super::understand::{Group, Meaning, Question, Word};
use super::weights::Weights;
use crate::sheet::SheetKind;

/// Most postings read for one word, shared among its meanings, the highest impacts first.
const POSTINGS_MAX: usize = 16_000;
/// Documents whose titles are looked at closely.
const SHORTLIST: usize = 64;
/// A document whose impacts sum up to less than this share of the highest sum has no hope.
const HOPELESS: f32 = 0.25;
/// Documents that lend, the best ones.
const LENDERS_MAX: usize = 24;
/// Most neighbours that a document lends to.
const NEAR_MAX: usize = 32;
/// Steps of the table of powers.
const STEPS: usize = 64;

/// One document's score and what it is made of.
#[derive(Debug, Clone, Copy, Default)]
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

pub(super) fn stems_weight(blob: &Blob, stems: &[u32]) -> f32 {
    stems.iter().map(|stem| blob.weight(*stem)).sum()
}

pub(super) fn words_of<'a>(question: &'a Question, group: &Group) -> &'a [Word] {
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

    fn finish(mut self, question: &Question, total: f32) -> Vec<Scored> {
        let mut powers = [0.0_f32; STEPS + 1];
        for (step, power) in powers.iter_mut().enumerate() {
            *power = (step as f32 / STEPS as f32).powf(self.weights.coverage);
        }
        let highest = self.all.touched.iter().map(|at| self.all.impact[*at as usize]).fold(0.0, f32::max);
        let mut scored: Vec<Scored> = Vec::new();
        for document in &self.all.touched {
            let document = *document as usize;
            let sum = self.all.impact[document];
            if sum < highest * HOPELESS {
                continue;
            }
            let covered = (self.all.covered[document] / total).min(1.0);
            let power = powers[(covered * STEPS as f32) as usize];
            let score = sum * power * self.blob.prior(document);
            scored.push(Scored { document, score, sum, covered, ..Scored::default() });
        }
        let order = |a: &Scored, b: &Scored| b.score.total_cmp(&a.score).then(a.document.cmp(&b.document));
        if scored.len() > SHORTLIST {
            scored.select_nth_unstable_by(SHORTLIST, order);
            scored.truncate(SHORTLIST);
        }
        let mut titles = Titles::new(self.blob, self.weights, question, total);
        for scored in &mut scored {
            (scored.title, scored.in_title) = titles.shares(scored.document);
            scored.score *= 1.0 + self.weights.title * scored.title + self.weights.in_title * scored.in_title;
        }
        scored.sort_by(order);
        self.lend(&mut scored);
        scored.sort_by(order);
        scored
    }

    /// Documents lend to those about the same: the sheet that answers brings its service and its folder along.
    fn lend(&mut self, scored: &mut Vec<Scored>) {
        let lent = &mut self.best;
        let mut borrowers: Vec<usize> = Vec::new();
        for lender in scored.iter().take(LENDERS_MAX) {
            for near in self.blob.near(lender.document).take(NEAR_MAX) {
                let Some(most) = lent.get_mut(near) else { continue };
                if *most <= 0.0 {
                    borrowers.push(near);
                }
                *most = most.max(lender.score);
            }
        }
        for scored in scored.iter_mut() {
            let Some(lent) = self.best.get_mut(scored.document).map(std::mem::take) else { continue };
            scored.lent = share(self.blob, self.weights, scored.document) * lent;
            scored.score += scored.lent;
        }
        for document in borrowers {
            let lent = std::mem::take(&mut self.best[document]);
            if lent > 0.0 {
                let lent = self.weights.lend_new * share(self.blob, self.weights, document) * lent;
                let nothing = Scored { document, ..Scored::default() };
                scored.push(Scored { score: lent, lent, ..nothing });
            }
        }
    }
}

/// What a document gets of what its neighbours lend.
fn share(blob: &Blob, weights: &Weights, document: usize) -> f32 {
    match blob.kind(document) {
        FOLDER => weights.lend_folder,
        kind if SheetKind::ALL.get(usize::from(kind)).is_some_and(|kind| kind.is_service()) => weights.lend_service,
        _ => weights.lend_sheet,
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

