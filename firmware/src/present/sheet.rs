//! A sheet: the short version and the facts first, then choices, then details.
//!
//! Situations, cases and parts are doors: each opens a page of its own, so that nothing becomes a
//! wall of text. `steps` are the doors taken, by their numbers.

use parvis_content::browse::Link;
use parvis_content::{Block as Source, Fact, Hall, Lang, Section, Sheet, SheetId, Target};
use parvis_ui_model::document::Block;
use parvis_ui_model::flow::{Printable, Spot};

use super::{Outcome, Scene, icon_of, spot_of};
use crate::session::Offer;
use crate::words::{self, tied};

/// Doors on one page of a sheet; more is a fault of the content.
const DOORS_MAX: usize = 400;

pub(super) fn present(scene: &Scene<'_>, id: &str, steps: &[usize]) -> Outcome {
    let Ok(sheet_id) = SheetId::new(id) else { return Ok(None) };
    let Some(sheet) = scene.content.sheet(&sheet_id, &Lang::french())? else { return Ok(None) };
    let hall = &scene.content.info().hall;
    let Some((part, writer)) = opened(&sheet, hall, steps) else { return Ok(None) };
    let goals = writer.goals_in(|door| {
        let mut steps = steps.to_vec();
        steps.push(door);
        Spot::Sheet { id: id.to_owned(), steps }
    });
    let offer =
        Offer { goals, pages: 1, printable: Some(Printable::Sheet(id.to_owned())), ..Offer::default() };
    let subtitle = if part.is_empty() { kind_line(&sheet) } else { tied(&part) };
    Ok(Some(scene.document(&sheet.title, &subtitle, writer.blocks, offer)))
}

/// The page behind the doors `steps`, and its name; `None` when there is no such door.
pub fn opened<'s>(sheet: &'s Sheet, hall: &Hall, steps: &[usize]) -> Option<(String, Writer<'s>)> {
    let mut writer = root(sheet, hall);
    let mut part = String::new();
    for step in steps {
        let Door::Part { title, blocks } = writer.doors.into_iter().nth(*step)? else { return None };
        title.clone_into(&mut part);
        writer = Writer::new(&sheet.summary);
        writer.write(blocks);
    }
    Some((part, writer))
}

/// The five questions that every sheet answers, or says that its source does not: pictogram, question, answer.
/// A sheet that does not owe them has only those that it answers.
pub fn facts(sheet: &Sheet, hall: &Hall) -> Vec<(&'static str, &'static str, Option<String>)> {
    let facts = &sheet.facts;
    let owed = sheet.kind.owes_facts();
    let lines = |fact: &Fact<Vec<String>>, nothing: &str| {
        fact.stated().map(|lines| if lines.is_empty() { nothing.to_owned() } else { lines.join("\n") })
    };
    let digital = facts.digital.stated().map(|list| {
        let line = |requirement: &parvis_content::DigitalRequirement| {
            let own = requirement.text.trim();
            if own.is_empty() { words::digital_kind(requirement.kind).to_owned() } else { own.to_owned() }
        };
        let lines: Vec<String> = list.iter().map(line).collect();
        if lines.is_empty() { words::DIGITAL_NOTHING.to_owned() } else { lines.join("\n") }
    });
    let human = facts.human.stated().map(|human| match &human.phone {
        Some(phone) if !human.text.contains(phone.as_str()) => {
            format!("{}\n{} : {phone}", human.text, words::PHONE)
        }
        _ => human.text.clone(),
    });
    // Not stated: the hall's own contact is the human way, and said to be just that.
    let human = human.or_else(|| {
        let phone = hall.phone.as_ref().filter(|_| owed)?;
        Some(format!("{}\n{} : {phone}", words::UNSPECIFIED, hall.name))
    });
    let mut all = vec![
        ("place", words::WHERE, lines(&facts.place, words::UNSPECIFIED)),
        ("clock", words::WHEN, lines(&facts.when, words::UNSPECIFIED)),
        ("paper", words::BRING, lines(&facts.bring, words::BRING_NOTHING)),
        ("screen", words::DIGITAL, digital),
        ("person", words::HUMAN, human),
    ];
    all.retain(|(_, _, answer)| owed || answer.is_some());
    all
}

/// "À jour au 2 novembre 2026. Source : …"
pub fn provenance(sheet: &Sheet) -> String {
    let checked = match sheet.checked {
        Some(date) => format!("À jour au {}.", words::date(date)),
        None => "Date de mise à jour non précisée.".to_owned(),
    };
    let reference = sheet.source.reference.as_ref().map(|r| format!(", {r}")).unwrap_or_default();
    tied(&format!("{checked} Source : {}{reference}", sheet.source.publisher))
}

/// "Démarche", and that it is a demonstration where it is one.
pub fn kind_line(sheet: &Sheet) -> String {
    let kind = words::sheet_kind(sheet.kind);
    if sheet.demonstration { format!("{kind} · {}", words::DEMONSTRATION) } else { kind.to_owned() }
}

fn root<'s>(sheet: &'s Sheet, hall: &Hall) -> Writer<'s> {
    let mut writer = Writer::new(&sheet.summary);
    for text in &sheet.summary {
        writer.blocks.push(Block::Text(tied(text)));
    }
    for (icon, label, text) in facts(sheet, hall) {
        writer.blocks.push(Block::Fact {
            icon: icon.to_owned(),
            label: label.to_owned(),
            stated: text.is_some(),
            text: tied(text.as_deref().unwrap_or(words::UNSPECIFIED)),
        });
    }
    // Texts before the first title and choices of situation come before the details, wherever the
    // source put them.
    let first = |section: &&Section| {
        section.title.trim().is_empty() || matches!(section.blocks.as_slice(), [Source::Choices { .. }])
    };
    let (first, parts): (Vec<_>, Vec<_>) = sheet.sections.iter().partition(first);
    for section in first {
        writer.write(&section.blocks);
    }
    if !parts.is_empty() {
        writer.blocks.push(Block::Heading(words::MORE.to_owned()));
    }
    for section in parts {
        writer.part(&section.title, &section.blocks);
    }
    writer.blocks.push(Block::Small(provenance(sheet)));
    writer
}

/// What a choice opens.
pub enum Door<'s> {
    /// A part of the same sheet.
    Part {
        /// Its name.
        title: &'s str,
        /// What it says.
        blocks: &'s [Source],
    },
    /// Another spot.
    Elsewhere(Spot),
}

/// Turns blocks of the content into blocks to read, and numbers the doors.
pub struct Writer<'s> {
    /// What is read.
    pub blocks: Vec<Block>,
    /// What the choices open.
    pub doors: Vec<Door<'s>>,
    /// Words on the page already: a first paragraph that repeats the summary is not shown twice.
    said: &'s [String],
}

impl<'s> Writer<'s> {
    /// An empty page under a summary.
    pub fn new(said: &'s [String]) -> Self {
        Self { blocks: Vec::new(), doors: Vec::new(), said }
    }

    /// Where each door leads; `part` says it of the parts.
    pub fn goals_in(&self, part: impl Fn(usize) -> Spot) -> Vec<Spot> {
        let goal = |(number, door): (usize, &Door<'_>)| match door {
            Door::Part { .. } => part(number),
            Door::Elsewhere(spot) => spot.clone(),
        };
        self.doors.iter().enumerate().map(goal).collect()
    }

    /// Writes blocks one after the other.
    pub fn write(&mut self, blocks: &'s [Source]) {
        for block in blocks {
            self.block(block);
        }
    }

    /// A choice that opens a spot of its own.
    pub fn door(&mut self, label: &str, icon: &str, spot: Option<Spot>) {
        if let Some(spot) = spot {
            self.add_door(label, icon, Door::Elsewhere(spot));
        }
    }

    fn part(&mut self, title: &'s str, blocks: &'s [Source]) {
        self.add_door(title, "plus", Door::Part { title, blocks });
    }

    fn add_door(&mut self, label: &str, icon: &str, door: Door<'s>) {
        if self.doors.len() < DOORS_MAX {
            let (index, icon, label) = (self.doors.len(), icon.to_owned(), tied(label));
            self.blocks.push(Block::Choice { index, icon, label, height_mm: 0.0 });
            self.doors.push(door);
        }
    }

    fn block(&mut self, block: &'s Source) {
        match block {
            Source::Paragraph(text) if self.blocks.is_empty() && self.said.contains(text) => {}
            Source::Paragraph(text) => self.blocks.push(Block::Text(tied(text))),
            Source::List { ordered, items } => self.list(*ordered, items, 0),
            Source::Table { caption, header, rows } => self.table(caption.as_deref(), header, rows),
            Source::Note { title, blocks, .. } => self.note(title.as_deref(), blocks),
            Source::Choices { question, cases } => {
                let question = question.as_deref().unwrap_or(words::CHOOSE);
                self.blocks.push(Block::Heading(tied(question)));
                for case in cases {
                    self.part(&case.title, &case.blocks);
                }
            }
            Source::SubSection { title, blocks } => {
                self.blocks.push(Block::Heading(tied(title)));
                self.write(blocks);
            }
            Source::Link { target, label } => self.link(target, label),
            Source::Contact { title, blocks, phone, url } => {
                self.blocks.push(Block::Heading(tied(title)));
                self.write(blocks);
                let line = |name: &str, value: &String| Block::Text(tied(&format!("{name} : {value}")));
                self.blocks.extend(phone.iter().map(|phone| line(words::PHONE, phone)));
                self.blocks.extend(url.iter().map(|url| line("Internet", url)));
            }
        }
    }

    /// Only what this content holds is a door; an address on the internet is read, never opened here.
    fn link(&mut self, target: &Link, label: &str) {
        match target {
            Link::Inside(target) => self.link_inside(target, label),
            Link::Web(url) => self.blocks.push(Block::Text(tied(&format!("{label} : {url}")))),
        }
    }

    fn link_inside(&mut self, target: &Target, label: &str) {
        self.door(label, icon_of(target), Some(spot_of(target)));
    }

    fn list(&mut self, ordered: bool, items: &'s [Vec<Source>], depth: usize) {
        for (number, item) in items.iter().enumerate() {
            let mark = match (ordered, depth) {
                (true, _) => format!("{}.", number + 1),
                (false, 0) => "•".to_owned(),
                (false, _) => "–".to_owned(),
            };
            let mut rest = item.as_slice();
            let mut text = String::new();
            if let Some((Source::Paragraph(first), others)) = rest.split_first() {
                text.clone_from(first);
                rest = others;
            }
            if !text.is_empty() {
                self.blocks.push(Block::Item { mark, text: tied(&text) });
            }
            for block in rest {
                match block {
                    Source::List { ordered, items } => self.list(*ordered, items, depth + 1),
                    Source::Paragraph(_)
                    | Source::Table { .. }
                    | Source::Note { .. }
                    | Source::Choices { .. }
                    | Source::SubSection { .. }
                    | Source::Link { .. }
                    | Source::Contact { .. } => self.block(block),
                }
            }
        }
    }

    /// A table is read row by row: "head : cell" lines, which fit any width and any text size.
    fn table(&mut self, caption: Option<&str>, header: &[String], rows: &[Vec<String>]) {
        if let Some(caption) = caption {
            self.blocks.push(Block::Heading(tied(caption)));
        }
        for row in rows {
            let cell = |(column, text): (usize, &String)| {
                let head = header.get(column).map_or("", String::as_str).trim();
                match (head.is_empty(), text.trim().is_empty()) {
                    (_, true) => None,
                    (true, false) => Some(text.clone()),
                    (false, false) => Some(format!("{head} : {text}")),
                }
            };
            let lines: Vec<String> = row.iter().enumerate().filter_map(cell).collect();
            if !lines.is_empty() {
                self.blocks.push(Block::Item { mark: "•".to_owned(), text: tied(&lines.join("\n")) });
            }
        }
        // A header without rows still says something.
        if rows.is_empty() && !header.is_empty() {
            self.blocks.push(Block::Text(tied(&header.join(" · "))));
        }
    }

    /// The title and first paragraphs of a note are set apart; what is richer follows as it is.
    fn note(&mut self, title: Option<&str>, blocks: &'s [Source]) {
        let plain = |block: &'s Source| {
            let Source::Paragraph(text) = block else { return None };
            Some(text.as_str())
        };
        let texts: Vec<&str> = blocks.iter().map_while(plain).collect();
        let taken = texts.len();
        let lines: Vec<&str> = title.into_iter().chain(texts).collect();
        if !lines.is_empty() {
            self.blocks.push(Block::Note(tied(&lines.join("\n"))));
        }
        self.write(blocks.get(taken..).unwrap_or_default());
    }
}
