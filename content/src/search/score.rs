//! Scoring: each group of words gives each document the best of its readings; groups add up.

use std::cell::Cell;

use super::blob::Blob;
use super::documents::{FOLDER, PLACE};
use super::titles::Titles;
use super::understand::{Group, Meaning, Question, Word};
use super::weights::Weights;
use crate::sheet::SheetKind;

/// Most postings read for one word, shared among its meanings, the highest impacts first.
const POSTINGS_MAX: usize = 3_000;
/// Documents whose titles are looked at closely.
const SHORTLIST: usize = 48;
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

/// What one document has gathered.
#[derive(Debug, Clone, Copy, Default)]
struct Gathered {
    impact: f32,
    covered: f32,
}

/// Sums over all documents, with the list of those that are not zero.
struct Sums {
    cells: Vec<Gathered>,
    touched: Vec<u32>,
}

impl Sums {
    fn new(documents: usize) -> Self {
        Self { cells: vec![Gathered::default(); documents], touched: Vec::new() }
    }

    #[inline]
    fn touch(&mut self, document: usize) -> Option<&mut Gathered> {
        let cell = self.cells.get_mut(document)?;
        if cell.impact <= 0.0 {
            self.touched.push(document as u32);
        }
        Some(cell)
    }

    #[inline]
    fn add(&mut self, document: usize, impact: f32, covered: f32) {
        if let Some(cell) = self.touch(document) {
            cell.impact += impact;
            cell.covered += covered;
        }
    }

    fn raise(&mut self, document: usize, impact: f32, covered: f32) {
        if let Some(cell) = self.touch(document) {
            cell.impact = cell.impact.max(impact);
            cell.covered = cell.covered.max(covered);
        }
    }

    /// Gives every sum away and is empty again.
    fn drain(&mut self, mut take: impl FnMut(usize, Gathered)) {
        for document in self.touched.drain(..) {
            take(document as usize, std::mem::take(&mut self.cells[document as usize]));
        }
    }
}

/// Room for the sums of one query; empty between two.
struct Room {
    all: Sums,
    group: Sums,
    reading: Sums,
    best: Vec<f32>,
}

thread_local! {
    /// A query a letter would clear and map this memory anew each time. It holds sums, never words, and no sum stays.
    static ROOM: Cell<Option<Box<Room>>> = const { Cell::new(None) };
}

impl Room {
    fn take(documents: usize) -> Box<Self> {
        let kept = ROOM.take().filter(|room| room.best.len() == documents);
        kept.unwrap_or_else(|| {
            let sums = || Sums::new(documents);
            Box::new(Self { all: sums(), group: sums(), reading: sums(), best: vec![0.0; documents] })
        })
    }

    fn keep(mut self: Box<Self>) {
        self.all.drain(|_, _| ());
        ROOM.set(Some(self));
    }
}

/// The sums of one query while it is answered.
struct Scorer<'a> {
    blob: &'a Blob,
    weights: &'a Weights,
    room: Box<Room>,
}

/// Documents with their scores, the best first; at most [`SHORTLIST`] and what they lend to.
pub(super) fn score(blob: &Blob, weights: &Weights, question: &Question) -> Vec<Scored> {
    let total: f32 = question.groups.iter().map(|group| group_weight(blob, question, group)).sum();
    if total <= 0.0 {
        return if question.near { places(blob) } else { Vec::new() };
    }
    let mut scorer = Scorer { blob, weights, room: Room::take(blob.documents()) };
    for group in &question.groups {
        scorer.add_group(question, group);
    }
    let found = scorer.finish(question, total);
    scorer.room.keep();
    found
}

/// "Près d'ici" alone: every place, the nearest first.
fn places(blob: &Blob) -> Vec<Scored> {
    let places = (0..blob.documents()).filter(|document| blob.kind(*document) == PLACE);
    let scored = |document| Scored {
        document,
        score: blob.prior(document),
        covered: 1.0,
        in_title: 1.0,
        title: 1.0,
        ..Scored::default()
    };
    let mut places: Vec<Scored> = places.map(scored).collect();
    places.sort_by(|a, b| b.score.total_cmp(&a.score));
    places.truncate(SHORTLIST);
    places
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
        let Room { all, group: of_group, reading: of_reading, best } = &mut *self.room;
        let words = words_of(question, group);
        if group.readings.is_empty() {
            for word in words {
                add_word(self.blob, &word.meanings, word.weight, all, best);
            }
            return;
        }
        for word in words {
            add_word(self.blob, &word.meanings, word.weight, of_group, best);
        }
        let weight = group_weight(self.blob, question, group);
        for reading in &group.readings {
            let whole = stems_weight(self.blob, &reading.stems);
            for stem in &reading.stems {
                let meaning = [Meaning { stem: *stem, sureness: 1.0 }];
                add_word(self.blob, &meaning, self.blob.weight(*stem), of_reading, best);
            }
            of_reading.drain(|document, cell| {
                let share = cell.covered / whole.max(f32::MIN_POSITIVE) * reading.sureness;
                of_group.raise(document, cell.impact * share, weight * share);
            });
        }
        of_group.drain(|document, cell| all.add(document, cell.impact, cell.covered));
    }

    fn finish(&mut self, question: &Question, total: f32) -> Vec<Scored> {
        let mut powers = [0.0_f32; STEPS + 1];
        for (step, power) in powers.iter_mut().enumerate() {
            *power = (step as f32 / STEPS as f32).powf(self.weights.coverage);
        }
        let highest = self
            .room
            .all
            .touched
            .iter()
            .map(|at| self.room.all.cells[*at as usize].impact)
            .fold(0.0, f32::max);
        let mut scored: Vec<Scored> = Vec::new();
        for document in &self.room.all.touched {
            let document = *document as usize;
            let Gathered { impact: sum, covered } = self.room.all.cells[document];
            if sum < highest * HOPELESS {
                continue;
            }
            let covered = (covered / total).min(1.0);
            let power = powers[(covered * STEPS as f32) as usize];
            let near = question.near && self.blob.kind(document) == PLACE;
            let near = if near { self.weights.near } else { 1.0 };
            let score = sum * power * near * self.blob.prior(document);
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
        let lent = &mut self.room.best;
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
            let Some(lent) = self.room.best.get_mut(scored.document).map(std::mem::take) else { continue };
            scored.lent = share(self.blob, self.weights, scored.document) * lent;
            scored.score += scored.lent;
        }
        for document in borrowers {
            let lent = std::mem::take(&mut self.room.best[document]);
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
        kind if SheetKind::ALL.get(usize::from(kind)).is_some_and(|kind| kind.is_service()) => {
            weights.lend_service
        }
        _ => weights.lend_sheet,
    }
}

/// Adds one word: each document takes its best meaning there.
fn add_word(blob: &Blob, meanings: &[Meaning], weight: f32, sums: &mut Sums, best: &mut [f32]) {
    if let [meaning] = meanings {
        blob.postings(meaning.stem).each(POSTINGS_MAX, |document, impact| {
            sums.add(document, f32::from(impact) * meaning.sureness, weight);
        });
        return;
    }
    let share = POSTINGS_MAX / meanings.len().max(1);
    let mut touched: Vec<u32> = Vec::new();
    for meaning in meanings {
        blob.postings(meaning.stem).each(share, |document, impact| {
            let Some(best) = best.get_mut(document) else { return };
            if *best <= 0.0 {
                touched.push(document as u32);
            }
            *best = best.max(f32::from(impact) * meaning.sureness);
        });
    }
    for document in touched {
        let document = document as usize;
        sums.add(document, std::mem::take(&mut best[document]), weight);
    }
}
