//! A guide: one question at a time, until an outcome.

use parvis_content::guide::Next;
use parvis_content::{Guide, GuideId, Lang};
use parvis_ui_model::document::Block;
use parvis_ui_model::flow::Spot;

use super::sheet::Writer;
use super::{Outcome, Scene};
use crate::session::Offer;
use crate::words::{hit_kind, tied};

pub(super) fn present(scene: &Scene<'_>, id: &str, answers: &[usize]) -> Outcome {
    let Ok(guide_id) = GuideId::new(id) else { return Ok(None) };
    let Some(guide) = scene.content.guide(&guide_id, &Lang::french())? else { return Ok(None) };
    let first = Next::Question(guide.start.clone());
    let Some(next) = follow(&guide, &first, answers) else { return Ok(None) };
    let mut writer = Writer::new(&[]);
    if answers.is_empty() {
        for text in &guide.intro {
            writer.blocks.push(Block::Text(tied(text)));
        }
    }
    match next {
        Next::Question(question) => {
            let Some(question) = guide.question(question) else { return Ok(None) };
            writer.blocks.push(Block::Heading(tied(&question.text)));
            writer.write(&question.help);
            for (number, answer) in question.answers.iter().enumerate() {
                let mut after = answers.to_vec();
                after.push(number);
                writer.door(&answer.label, "", Some(Spot::Guide { id: id.to_owned(), answers: after }));
                writer.write(&answer.help);
            }
        }
        Next::Outcome(blocks) => writer.write(blocks),
    }
    let offer = Offer { goals: writer.goals_in(|_| Spot::Home), ..Offer::default() };
    Ok(Some(scene.document(&guide.title, hit_kind(parvis_content::HitKind::Guide), writer.blocks, offer)))
}

/// Where the answers lead; `None` when the guide has no such answer.
fn follow<'g>(guide: &'g Guide, first: &'g Next, answers: &[usize]) -> Option<&'g Next> {
    let mut next = first;
    for answer in answers {
        let Next::Question(question) = next else { return None };
        next = &guide.question(question)?.answers.get(*answer)?.next;
    }
    Some(next)
}
