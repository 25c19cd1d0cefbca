//! Whether the search is sure of what it found.
//!
//! A logistic model over five signals, fitted on the graded queries and on 146 made-up questions that no sheet answers
//! (opening hours, the weather, a recipe, somebody's name). It only adds a sentence and other ways on the screen;
//! nothing that was found is ever held back.

use super::blob::{Blob, WORDING_MARK};
use super::score::{Scored, group_weight};
use super::understand::Question;

/// What a word would tell that nothing is known of.
const UNKNOWN_WEIGHT: f32 = 0.7;
/// Documents whose signals are looked at.
const DEPTH: usize = 5;

/// What the model looks at; shares are from 0 to 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Signals {
    /// How well one of the first titles or wordings and the query agree: the share of the query that the title says,
    /// times the share of the title that the query says.
    pub agreement: f32,
    /// Impact of the first document beside the weight of the query.
    pub impact: f32,
    /// Share of the query that nothing is known of.
    pub unknown: f32,
    /// The query asks for what sheets do not answer, and the first title does not say it.
    pub elsewhere: bool,
    /// One word only, and no line of the lexicon says what it means.
    pub one_word: bool,
}

impl Signals {
    /// Logarithm of the odds that the first documents answer, moved so that 3 in 100 answerable queries fall below 0.
    pub fn odds(&self) -> f32 {
        let flag = |flag: bool| if flag { 1.0 } else { 0.0 };
        4.4 * self.agreement + 1.2 * self.impact
            - 3.0 * self.unknown
            - 4.6 * flag(self.elsewhere)
            - 2.2 * flag(self.one_word)
            - 1.25
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
    let agreement =
        scored.iter().take(DEPTH).map(|scored| scored.in_title * scored.title).fold(0.0, f32::max);
    let unread = question.groups.iter().filter(|group| group.readings.is_empty());
    let words = unread.flat_map(|group| question.words.get(group.words.clone()).unwrap_or_default());
    let unknown = words.filter(|word| word.weight <= 0.0).count() as f32 * UNKNOWN_WEIGHT;
    Signals {
        agreement,
        impact: (first.sum / total / f32::from(u8::MAX)).min(1.0),
        unknown: unknown / (total + unknown),
        elsewhere: question.elsewhere.iter().any(|stem| !in_title(blob, first.document, *stem)),
        one_word: question.words.len() == 1 && question.readings().next().is_none(),
    }
}

fn in_title(blob: &Blob, document: usize, stem: u32) -> bool {
    blob.title_stems(document).take_while(|number| *number != WORDING_MARK).any(|number| number == stem + 1)
}
