//! Guided questionnaires (`Recherche guidée`): trees of branches become questions and answers.

use super::Refusal;
use super::blocks::Blocks as _;
use super::convert::{checked, source};
use super::inline::Scribe;
use super::xml::Element;
use crate::browse::Link;
use crate::guide::{ANSWERS_MAX, Answer, Guide, Next, QUESTIONS_MAX, Question};
use crate::id::{GuideId, Lang, QuestionId};
use crate::sheet::{Block, SUMMARY_MAX};

/// The question where the publisher gives none: its site shows the answers under the title alone.
const DEFAULT_QUESTION: &str = "Quelle est votre situation ?";

pub(super) fn guide(
    scribe: &mut Scribe<'_>,
    root: &Element,
    id: &str,
    title: &str,
) -> Result<Guide, Refusal> {
    let title = title.trim_matches(['[', ']', ' ']).to_owned();
    let mut intro: Vec<String> = Vec::new();
    let mut help: Vec<Block> = Vec::new();
    for block in root.child("Introduction").map(|element| scribe.blocks(element)).unwrap_or_default() {
        if let Block::Paragraph(text) = &block
            && intro.len() < SUMMARY_MAX
            && help.is_empty()
        {
            intro.push(text.clone());
        } else {
            help.push(block);
        }
    }
    help.extend(root.named("Abreviation").filter_map(|element| scribe.block(element)));
    let top = root.child("Problematiques").ok_or_else(|| Refusal::Guide("no question at all".to_owned()))?;
    let mut builder = Builder { scribe, questions: Vec::new() };
    let start = builder.question(top, help)?;
    let guide = Guide {
        id: GuideId::new(id).map_err(|_| Refusal::Id)?,
        lang: Lang::french(),
        title,
        intro,
        start,
        questions: builder.questions,
        source: source(root, id),
        checked: checked(root),
        trail: Vec::new(),
    };
    guide.check().map_err(|error| Refusal::Guide(error.to_string()))?;
    Ok(guide)
}

struct Builder<'a, 'b> {
    scribe: &'a mut Scribe<'b>,
    questions: Vec<Question>,
}

impl Builder<'_, '_> {
    /// Makes a question of `element` and, below it, of every branch that branches again.
    fn question(&mut self, element: &Element, help: Vec<Block>) -> Result<QuestionId, Refusal> {
        if self.questions.len() >= QUESTIONS_MAX {
            return Err(Refusal::Guide(format!("more than {QUESTIONS_MAX} questions")));
        }
        let at = self.questions.len();
        let id = QuestionId::new(&format!("q{at}")).map_err(|_| Refusal::Id)?;
        let asked = element.child("Accueil").map(Element::flat_text).filter(|text| !text.is_empty());
        let text = asked.unwrap_or_else(|| DEFAULT_QUESTION.to_owned());
        self.questions.push(Question { id: id.clone(), text, help, answers: Vec::new() });
        let mut answers = Vec::new();
        for child in element.children().filter(|child| branches(child)) {
            answers.push(self.answer(child)?);
        }
        if answers.len() > ANSWERS_MAX {
            return Err(Refusal::Guide(format!("more than {ANSWERS_MAX} answers to one question")));
        }
        self.questions[at].answers = answers;
        Ok(id)
    }

    fn answer(&mut self, element: &Element) -> Result<Answer, Refusal> {
        let label = element.child("Titre").map(Element::flat_text).unwrap_or_default();
        let mut help = Vec::new();
        for aide in element.named("Aide") {
            help.extend(self.scribe.blocks(aide));
        }
        let links: Vec<Block> = element.named("LienInterne").filter_map(|link| self.link(link)).collect();
        let next = if element.children().any(branches) {
            help.extend(links);
            // The publisher repeats the chosen answer above the next ones, in a shorter wording where it has one.
            let chosen = element.child("TitreChoix").map(Element::flat_text).filter(|text| !text.is_empty());
            let chosen = format!("Vous avez choisi : {}", chosen.as_ref().unwrap_or(&label));
            Next::Question(self.question(element, vec![Block::Paragraph(chosen)])?)
        } else {
            Next::Outcome(links)
        };
        Ok(Answer { label, help, next })
    }

    fn link(&mut self, link: &Element) -> Option<Block> {
        let words = link.flat_text();
        let found = self.scribe.target(link.attribute("LienPublication").unwrap_or_default());
        let Some((target, title)) = found else {
            self.scribe.dead_links += 1;
            return (!words.is_empty()).then_some(Block::Paragraph(words));
        };
        let label = if words.is_empty() { title.to_owned() } else { words };
        Some(Block::Link { target: Link::Inside(target.clone()), label })
    }
}

fn branches(element: &Element) -> bool {
    matches!(element.name.as_str(), "Problematique" | "Branche")
}
