//! Guides: decision trees that lead a visitor, one question at a time, to a sheet or to a short text.

use std::collections::HashMap;

use crate::date::Date;
use crate::id::{GuideId, Lang, QuestionId};
use crate::sheet::{Block, Crumb, Source};

/// Most questions on one way through a guide.
pub const GUIDE_DEPTH_MAX: usize = 24;
/// Most questions in one guide.
pub const QUESTIONS_MAX: usize = 1_000;
/// Most answers to one question. Screens page them by seven.
pub const ANSWERS_MAX: usize = 60;

/// One guide in one language. Every [`Next::Question`] exists in `questions`; there is no way round in circles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Guide {
    /// Its identifier.
    pub id: GuideId,
    /// The language of the words.
    pub lang: Lang,
    /// The title.
    pub title: String,
    /// What the guide finds out, in at most three paragraphs.
    pub intro: Vec<String>,
    /// The first question.
    pub start: QuestionId,
    /// All questions, the first one first.
    pub questions: Vec<Question>,
    /// Who says so.
    pub source: Source,
    /// When it was last checked.
    pub checked: Option<Date>,
    /// The way from home.
    pub trail: Vec<Crumb>,
}

impl Guide {
    /// The question `id`.
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.questions.iter().find(|question| &question.id == id)
    }
}

/// One question of a guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// Its identifier inside the guide.
    pub id: QuestionId,
    /// The question.
    pub text: String,
    /// What helps to answer it.
    pub help: Vec<Block>,
    /// The answers, at least one.
    pub answers: Vec<Answer>,
}

/// One answer to a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The words on the button.
    pub label: String,
    /// What helps to choose it.
    pub help: Vec<Block>,
    /// What follows.
    pub next: Next,
}

/// What follows an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Next {
    /// Another question of the same guide.
    Question(QuestionId),
    /// The end: texts and links to sheets.
    Outcome(Vec<Block>),
}

/// Why a guide cannot be walked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GuideError {
    /// An answer leads to, or the guide starts with, a question that does not exist.
    #[error("question {0} does not exist: add it or change the answer that leads to it")]
    NoQuestion(QuestionId),
    /// Two questions share an identifier.
    #[error("question {0} exists twice: give each its own identifier")]
    Twice(QuestionId),
    /// A question without an answer is a dead end.
    #[error("question {0} has no answer: add at least one")]
    NoAnswer(QuestionId),
    /// A way through the guide never ends, or asks more than [`GUIDE_DEPTH_MAX`] questions.
    #[error("the way through question {0} goes in circles or asks more than {GUIDE_DEPTH_MAX} questions")]
    TooLong(QuestionId),
}

impl Guide {
    /// Checks what the type promises: every question exists once, has an answer, and every way ends.
    pub fn check(&self) -> Result<(), GuideError> {
        let mut index = HashMap::new();
        for (at, question) in self.questions.iter().enumerate() {
            if question.answers.is_empty() {
                return Err(GuideError::NoAnswer(question.id.clone()));
            }
            if index.insert(&question.id, at).is_some() {
                return Err(GuideError::Twice(question.id.clone()));
            }
        }
        let start = *index.get(&self.start).ok_or_else(|| GuideError::NoQuestion(self.start.clone()))?;
        // The longest way to each question, raised until it rests: at most depth × answers steps, circles included.
        let mut depth = vec![0_usize; self.questions.len()];
        let mut waiting = vec![start];
        while let Some(at) = waiting.pop() {
            for answer in &self.questions[at].answers {
                let Next::Question(id) = &answer.next else { continue };
                let next = *index.get(id).ok_or_else(|| GuideError::NoQuestion(id.clone()))?;
                if depth[next] <= depth[at] {
                    depth[next] = depth[at] + 1;
                    if depth[next] >= GUIDE_DEPTH_MAX {
                        return Err(GuideError::TooLong(id.clone()));
                    }
                    waiting.push(next);
                }
            }
        }
        Ok(())
    }
}
