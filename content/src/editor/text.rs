//! Content as plain French text, line by line: for an editor's terminal, and to tell what changed.

use std::fmt::Write as _;

use crate::browse::{Link, Node};
use crate::facts::{DigitalRequirement, Fact, HumanWay};
use crate::guide::{Guide, Next};
use crate::library::Hall;
use crate::place::{OpeningHours, Place, Weekday};
use crate::sheet::{Block, NoteKind, Section, Sheet};

/// What the kiosk says where the source is silent.
pub(super) const UNSPECIFIED: &str = "non précisé, demandez à l'accueil";
/// What the kiosk says where the source says that there is nothing.
pub(super) const NOTHING_TO_BRING: &str = "rien à apporter";
const NOTHING_DIGITAL: &str = "rien de numérique";

fn line(out: &mut String, depth: usize, text: &str) {
    for part in text.split('\n') {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:width$}{part}", "", width = depth * 2);
    }
}

/// A sheet with its facts and every case.
pub fn sheet(sheet: &Sheet, hall: &Hall) -> String {
    let mut out = String::new();
    let trail: Vec<&str> = sheet.trail.iter().map(|crumb| crumb.title.as_str()).collect();
    line(&mut out, 0, &trail.join(" › "));
    line(&mut out, 0, &format!("# {} [{}]", sheet.title, sheet.kind.name()));
    if sheet.demonstration {
        line(&mut out, 0, "(démonstration)");
    }
    for text in &sheet.summary {
        line(&mut out, 0, text);
    }
    write_facts(&mut out, sheet, hall);
    out.push_str(&sections(&sheet.sections));
    line(&mut out, 0, &format!("\nSource : {}, {}", source(sheet), date(sheet)));
    out
}

pub(super) fn source(sheet: &Sheet) -> String {
    let reference = sheet.source.reference.as_deref().unwrap_or_default();
    format!("{} {reference}", sheet.source.publisher).trim_end().to_owned()
}

pub(super) fn date(sheet: &Sheet) -> String {
    sheet.checked.map_or_else(|| "date non précisée".to_owned(), |date| format!("à jour au {date}"))
}

pub(super) fn sections(sections: &[Section]) -> String {
    let mut out = String::new();
    for Section { title, blocks } in sections {
        line(&mut out, 0, &format!("\n## {title}"));
        write_blocks(&mut out, 0, blocks);
    }
    out
}

/// The five facts; those that the source leaves out are said to be missing where the sheet owes them.
fn write_facts(out: &mut String, sheet: &Sheet, hall: &Hall) {
    let facts = &sheet.facts;
    for (name, lines, stated) in [
        ("Où", listed(&facts.place, ""), facts.place.stated().is_some()),
        ("Quand", listed(&facts.when, ""), facts.when.stated().is_some()),
        ("À apporter", listed(&facts.bring, NOTHING_TO_BRING), facts.bring.stated().is_some()),
        ("Exigences numériques", digital(&facts.digital), facts.digital.stated().is_some()),
    ] {
        match lines.as_slice() {
            _ if !stated && !sheet.kind.owes_facts() => {}
            [only] => line(out, 0, &format!("{name} : {only}")),
            lines => {
                line(out, 0, &format!("{name} :"));
                for text in lines {
                    line(out, 1, &format!("- {text}"));
                }
            }
        }
    }
    let human = match &facts.human {
        Fact::Stated(way) => human(way),
        Fact::Unspecified if !sheet.kind.owes_facts() => return,
        Fact::Unspecified => format!("{} {}", hall.name, hall.phone.as_deref().unwrap_or_default()),
    };
    line(out, 0, &format!("Sans internet : {}", human.trim_end()));
}

pub(super) fn human(way: &HumanWay) -> String {
    format!("{} {}", way.text, way.phone.as_deref().unwrap_or_default()).trim_end().to_owned()
}

/// A fact's lines, with `empty` where the source says "nothing".
pub(super) fn listed(fact: &Fact<Vec<String>>, empty: &str) -> Vec<String> {
    match fact {
        Fact::Unspecified => vec![UNSPECIFIED.to_owned()],
        Fact::Stated(lines) if lines.is_empty() => vec![empty.to_owned()],
        Fact::Stated(lines) => lines.clone(),
    }
}

pub(super) fn digital(fact: &Fact<Vec<DigitalRequirement>>) -> Vec<String> {
    match fact {
        Fact::Unspecified => vec![UNSPECIFIED.to_owned()],
        Fact::Stated(list) if list.is_empty() => vec![NOTHING_DIGITAL.to_owned()],
        Fact::Stated(list) => list.iter().map(|r| format!("{} ({})", r.text, r.kind.name())).collect(),
    }
}

fn write_blocks(out: &mut String, depth: usize, blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => line(out, depth, text),
            Block::List { ordered, items } => {
                for (at, item) in items.iter().enumerate() {
                    line(out, depth, &if *ordered { format!("{}.", at + 1) } else { "-".to_owned() });
                    write_blocks(out, depth + 1, item);
                }
            }
            Block::Table { caption, header, rows } => {
                line(out, depth, caption.as_deref().unwrap_or("Tableau"));
                for row in std::iter::once(header).chain(rows).filter(|row| !row.is_empty()) {
                    line(out, depth, &format!("| {} |", row.join(" | ").replace('\n', " / ")));
                }
            }
            Block::Note { kind, title, blocks } => {
                line(out, depth, &format!("[{}] {}", note(*kind), title.as_deref().unwrap_or_default()));
                write_blocks(out, depth + 1, blocks);
            }
            Block::Choices { question, cases } => {
                line(out, depth, &format!("? {}", question.as_deref().unwrap_or("Votre situation")));
                for case in cases {
                    line(out, depth + 1, &format!("( ) {}", case.title));
                    write_blocks(out, depth + 2, &case.blocks);
                }
            }
            Block::SubSection { title, blocks } => {
                line(out, depth, &format!("### {title}"));
                write_blocks(out, depth, blocks);
            }
            Block::Link { target, label } => line(out, depth, &format!("→ {label} ({})", link(target))),
            Block::Contact { title, blocks, phone, url } => {
                let ways: Vec<&str> = [phone, url].into_iter().flatten().map(String::as_str).collect();
                line(out, depth, &format!("@ {title} {}", ways.join(" ")));
                write_blocks(out, depth + 1, blocks);
            }
        }
    }
}

fn note(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Info => "à savoir",
        NoteKind::Warning => "attention",
        NoteKind::Reminder => "rappel",
        NoteKind::Example => "exemple",
        NoteKind::Definition => "définition",
        NoteKind::Service => "service",
        NoteKind::Condition => "si",
        NoteKind::Picture => "image",
        NoteKind::Law => "loi",
    }
}

fn link(link: &Link) -> &str {
    match link {
        Link::Inside(target) => target.id(),
        Link::Web(url) => url,
    }
}

/// A step of the browse tree with its entries.
pub fn node(node: &Node) -> String {
    let mut out = String::new();
    line(&mut out, 0, &format!("# {}", node.title));
    write_blocks(&mut out, 0, &node.intro);
    let mut group = None;
    for entry in &node.entries {
        if entry.group.as_deref() != group {
            group = entry.group.as_deref();
            line(&mut out, 0, group.unwrap_or_default());
        }
        line(&mut out, 1, &format!("→ {} ({})", entry.title, entry.target.id()));
    }
    out
}

/// A guide, question by question.
pub fn guide(guide: &Guide) -> String {
    let mut out = String::new();
    line(&mut out, 0, &format!("# {}", guide.title));
    for text in &guide.intro {
        line(&mut out, 0, text);
    }
    for question in &guide.questions {
        line(&mut out, 0, &format!("\n{} ? {}", question.id, question.text));
        write_blocks(&mut out, 1, &question.help);
        for answer in &question.answers {
            line(&mut out, 1, &format!("( ) {}", answer.label));
            write_blocks(&mut out, 2, &answer.help);
            match &answer.next {
                Next::Question(id) => line(&mut out, 2, &format!("→ {id}")),
                Next::Outcome(blocks) => write_blocks(&mut out, 2, blocks),
            }
        }
    }
    out
}

/// A place with its hours.
pub fn place(place: &Place) -> String {
    let mut out = String::new();
    line(&mut out, 0, &format!("# {} [{}]", place.name, place.kind.name()));
    for text in &place.address {
        line(&mut out, 0, text);
    }
    line(&mut out, 0, &place.commune);
    line(&mut out, 0, place.phone.as_deref().unwrap_or("téléphone non précisé"));
    hours(&mut out, &place.hours);
    for text in &place.services {
        line(&mut out, 1, &format!("- {text}"));
    }
    out
}

pub(super) fn hall(hall: &Hall) -> String {
    let mut out = String::new();
    line(&mut out, 0, &hall.name);
    for text in &hall.address {
        line(&mut out, 0, text);
    }
    line(&mut out, 0, hall.phone.as_deref().unwrap_or("téléphone non précisé"));
    hours(&mut out, &hall.hours);
    out
}

fn hours(out: &mut String, hours: &OpeningHours) {
    if hours.is_unknown() {
        line(out, 0, "horaires non précisés");
    }
    for day in Weekday::ALL {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let ranges: Vec<String> =
            hours.on(day).iter().map(|r| format!("{}-{}", clock(r.from()), clock(r.to()))).collect();
        if !ranges.is_empty() {
            line(out, 1, &format!("{} {}", day.key(), ranges.join(", ")));
        }
    }
    if let Some(note) = &hours.note {
        line(out, 1, note);
    }
}
