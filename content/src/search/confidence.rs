//! Whether the search is sure of what it found.
//!
//! A logistic model over a few signals, fitted on the graded queries and on made-up questions that no sheet answers.
//! It only adds a sentence and other ways on the screen; nothing that was found is ever held back.

use super::blob::{Blob, WORDING_MARK};
use super::score::{Scored, group_weight};
use super::understand::Question;

/// Documents whose signals are looked at.
const DEPTH: usize = 5;

/// What the model looks at, each from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals {
    /// Best share of the query's weight that one of the first documents holds.
    pub covered: f32,
    /// Best share of the query's weight that one of the first titles or wordings holds.
    pub in_title: f32,
    /// Best product of that share with the share of the title that the query holds.
    pub agreement: f32,
    /// How surely the words were understood.
    pub sureness: f32,
    /// Share of the query that nothing is known of.
    pub unknown: f32,
    /// Impact of the first document beside the weight of the query.
    pub impact: f32,
    /// The query holds a word that asks for what sheets do not answer (the weather, a person, a recipe), and the first
    /// title does not say it.
    pub elsewhere: bool,
    /// One word only.
    pub one_word: bool,
}

impl Signals {
    /// Logarithm of the odds that the first documents answer.
    pub fn odds(&self) -> f32 {
        let flag = |flag: bool| if flag { 1.0 } else { 0.0 };
        -2.0 + 2.0 * self.covered + 2.0 * self.in_title + 2.0 * self.agreement + self.sureness
            - 2.0 * self.unknown
            + self.impact
            - 4.0 * flag(self.elsewhere)
            + 0.0 * flag(self.one_word)
    }

    /// Whether to show the answers without reserve.
    pub fn confident(&self) -> bool {
        self.odds() > 0.0
    }
}

pub(super) fn signals(blob: &Blob, question: &Question, scored: &[Scored]) -> Signals {
    let total: f32 = question.groups.iter().map(|group| group_weight(blob, question, group)).sum();
    let Some(first) = scored.first().filter(|_| total > 0.0) else {
        return Signals { unknown: 1.0, elsewhere: !question.elsewhere.is_empty(), ..Signals::default() };
    };
    let best = |signal: fn(&Scored) -> f32| scored.iter().take(DEPTH).map(signal).fold(0.0, f32::max);
    let weight: f32 = question.words.iter().map(|word| word.weight).sum();
    let sure = question.words.iter().map(|word| word.weight * word.sureness()).sum::<f32>();
    let unknown = question.words.iter().filter(|word| word.meanings.is_empty()).map(|word| word.weight);
    Signals {
        covered: best(|scored| scored.covered),
        in_title: best(|scored| scored.in_title),
        agreement: best(|scored| scored.in_title * scored.title),
        sureness: sure / weight.max(f32::MIN_POSITIVE),
        unknown: unknown.sum::<f32>() / total,
        impact: (first.sum / total / 255.0).min(1.0),
        elsewhere: question.elsewhere.iter().any(|stem| !in_title(blob, first.document, *stem)),
        one_word: question.words.len() == 1,
    }
}

fn in_title(blob: &Blob, document: usize, stem: u32) -> bool {
    blob.title_stems(document).take_while(|number| *number != WORDING_MARK).any(|number| number == stem + 1)
}
