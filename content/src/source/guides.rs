//! `guides/<lang>/<id>.toml`: questions, answers, and where they lead.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Faults, Said, line_at, said, title, toml_fault};
use crate::browse::{Link, Target};
use crate::guide::{ANSWERS_MAX, Answer, Guide, Next, QUESTIONS_MAX, Question};
use crate::id::{GuideId, Lang, QuestionId, SheetId};
use crate::plain;
use crate::sheet::{Block, Source};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawGuide {
    title: Spanned<String>,
    theme: Spanned<String>,
    folder: Option<Spanned<String>>,
    intro: String,
    #[serde(default)]
    question: Vec<Spanned<RawQuestion>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawQuestion {
    id: String,
    text: String,
    #[serde(default)]
    answer: Vec<Spanned<RawAnswer>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawAnswer {
    label: String,
    next: Option<String>,
    sheet: Option<String>,
    text: Option<String>,
}

/// A guide with what only the whole folder can check.
pub(super) struct Draft {
    pub(super) guide: Guide,
    pub(super) theme: (String, usize),
    pub(super) folder: Option<(String, usize)>,
    /// Sheets named, each with its line; their titles become the labels.
    pub(super) links: Vec<(Target, usize)>,
}

pub(super) fn read(
    file: &Path,
    text: &str,
    id: GuideId,
    lang: Lang,
    publisher: &str,
    faults: &mut Faults,
) -> Option<Draft> {
    let raw: RawGuide = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            toml_fault(faults, file, text, 1, &error);
            return None;
        }
    };
    let mut reader = Reader { file, text, faults, links: Vec::new() };
    if raw.question.len() > QUESTIONS_MAX {
        reader.faults.add(
            file,
            1,
            said!(
                "plus de {QUESTIONS_MAX} questions : partagez le parcours",
                "more than {QUESTIONS_MAX} questions : split the guide"
            ),
        );
        return None;
    }
    let questions: Vec<Question> =
        raw.question.into_iter().filter_map(|question| reader.question(question)).collect();
    let links = reader.links;
    let Some(start) = questions.first().map(|question| question.id.clone()) else {
        faults.add(
            file,
            1,
            said!(
                "aucune question : ajoutez au moins un [[question]]",
                "no question : add at least one [[question]]"
            ),
        );
        return None;
    };
    let line = |spanned: &Spanned<String>| line_at(text, spanned.span().start);
    let theme = (raw.theme.get_ref().clone(), line(&raw.theme));
    let folder = raw.folder.map(|folder| (folder.get_ref().clone(), line(&folder)));
    let guide = Guide {
        id,
        lang,
        title: title(faults, file, line(&raw.title), ["le titre", "the title"], raw.title.get_ref()),
        intro: vec![plain::line(&raw.intro)],
        start,
        questions,
        source: Source { publisher: publisher.to_owned(), reference: None, url: None },
        checked: None,
        trail: Vec::new(),
    };
    if let Err(error) = guide.check() {
        faults.add(
            file,
            1,
            Said::join(&said!("parcours impossible", "impossible guide"), &said::guide(&error)),
        );
    }
    Some(Draft { guide, theme, folder, links })
}

struct Reader<'a> {
    file: &'a Path,
    text: &'a str,
    faults: &'a mut Faults,
    links: Vec<(Target, usize)>,
}

impl Reader<'_> {
    fn question(&mut self, raw: Spanned<RawQuestion>) -> Option<Question> {
        let line = line_at(self.text, raw.span().start);
        let raw = raw.into_inner();
        if raw.answer.len() > ANSWERS_MAX {
            self.faults.add(
                self.file,
                line,
                said!(
                    "plus de {ANSWERS_MAX} réponses : regroupez-les",
                    "more than {ANSWERS_MAX} answers : group them"
                ),
            );
        }
        let answers = raw.answer.into_iter().filter_map(|answer| self.answer(answer)).collect();
        let text = title(self.faults, self.file, line, ["la question", "the question"], &raw.text);
        let id = self.question_id(line, &raw.id)?;
        Some(Question { id, text, help: Vec::new(), answers })
    }

    fn question_id(&mut self, line: usize, id: &str) -> Option<QuestionId> {
        QuestionId::new(id)
            .map_err(|error| {
                self.faults.add(
                    self.file,
                    line,
                    Said::join(&said!("question « {id} »", "question \"{id}\""), &said::id(&error)),
                );
            })
            .ok()
    }

    fn answer(&mut self, raw: Spanned<RawAnswer>) -> Option<Answer> {
        let line = line_at(self.text, raw.span().start);
        let raw = raw.into_inner();
        let label = title(self.faults, self.file, line, ["la réponse", "the answer"], &raw.label);
        let next = match (raw.next, raw.sheet, raw.text) {
            (Some(id), None, None) => Next::Question(self.question_id(line, &id)?),
            (None, sheet, text) if sheet.is_some() || text.is_some() => {
                let mut blocks = Vec::new();
                blocks.extend(text.map(|text| Block::Paragraph(plain::line(&text))));
                blocks.extend(sheet.and_then(|id| self.sheet(line, &id)));
                Next::Outcome(blocks)
            }
            _ => {
                let message = said!(
                    "une réponse mène à une question (next), ou finit par sheet et/ou text : corrigez",
                    "an answer leads to a question (next), or ends with sheet and/or text : correct it"
                );
                self.faults.add(self.file, line, message);
                return None;
            }
        };
        Some(Answer { label, help: Vec::new(), next })
    }

    fn sheet(&mut self, line: usize, id: &str) -> Option<Block> {
        match SheetId::new(id) {
            Ok(sheet) => {
                self.links.push((Target::Sheet(sheet.clone()), line));
                Some(Block::Link { target: Link::Inside(Target::Sheet(sheet)), label: id.to_owned() })
            }
            Err(error) => {
                self.faults.add(
                    self.file,
                    line,
                    Said::join(&said!("fiche « {id} »", "sheet \"{id}\""), &said::id(&error)),
                );
                None
            }
        }
    }
}
