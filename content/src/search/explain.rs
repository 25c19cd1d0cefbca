//! Why a query finds what it finds, for the editor.

use super::answer::{Examined, examine, target, typed};
use super::blob::Blob;
use super::confidence::Signals;
use super::weights::Weights;

/// Most meanings named for one word.
const MEANINGS_MAX: usize = 6;

/// Everything about one query.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// Each word that counts.
    pub words: Vec<WordExplained>,
    /// Lines of the lexicon that were used.
    pub readings: Vec<ReadingExplained>,
    /// What the confidence rests on.
    pub signals: Signals,
    /// The documents, the best first.
    pub hits: Vec<HitExplained>,
}

/// One word of the query.
#[derive(Debug, Clone, PartialEq)]
pub struct WordExplained {
    /// As typed, folded.
    pub typed: String,
    /// What it was corrected to.
    pub corrected: Option<String>,
    /// How much it tells, 0 to 1.
    pub weight: f32,
    /// A form of each stem that it may mean, and how surely.
    pub meanings: Vec<(String, f32)>,
    /// How many more meanings there are.
    pub more: usize,
}

/// One line of the lexicon at work.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadingExplained {
    /// The words that were typed.
    pub typed: String,
    /// What they mean.
    pub meaning: String,
    /// How surely, 0 to 1.
    pub sureness: f32,
}

/// One document and its score: (impact × coverage × prior) raised by the title, and what neighbours lent.
#[derive(Debug, Clone, PartialEq)]
pub struct HitExplained {
    /// Its identifier.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The score.
    pub score: f32,
    /// Sum of the impacts of the words.
    pub impact: f32,
    /// Share of the query that it holds.
    pub covered: f32,
    /// Its prior.
    pub prior: f32,
    /// Share of its title (or of its best wording) that the query holds.
    pub title_share: f32,
    /// Share of the query that its title (or best wording) holds.
    pub in_title: f32,
    /// What documents about the same lent.
    pub lent: f32,
}

pub(super) fn explain(blob: &Blob, weights: &Weights, query: &str, limit: usize) -> Explanation {
    let Examined { question, scored, signals } = examine(blob, weights, query);
    let words = question.words.iter().map(|word| WordExplained {
        typed: word.typed.clone(),
        corrected: word.corrected.clone(),
        weight: word.weight,
        meanings: word
            .meanings
            .iter()
            .take(MEANINGS_MAX)
            .map(|meaning| (blob.a_form_of(meaning.stem).unwrap_or_default(), meaning.sureness))
            .collect(),
        more: word.meanings.len().saturating_sub(MEANINGS_MAX),
    });
    let readings = question.groups.iter().flat_map(|group| {
        group.readings.iter().map(|reading| ReadingExplained {
            typed: typed(&question, group),
            meaning: reading.text.clone(),
            sureness: reading.sureness,
        })
    });
    let hits = scored.iter().take(limit).filter_map(|scored| {
        let (target, _, title) = target(blob, scored.document)?;
        Some(HitExplained {
            id: target.id().to_owned(),
            title: title.to_owned(),
            score: scored.score,
            impact: scored.sum,
            covered: scored.covered,
            prior: blob.prior(scored.document),
            title_share: scored.title,
            in_title: scored.in_title,
            lent: scored.lent,
        })
    });
    Explanation { words: words.collect(), readings: readings.collect(), signals, hits: hits.collect() }
}
