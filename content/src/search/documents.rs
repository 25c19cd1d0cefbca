//! What can be found: every sheet, folder, guide and place, as the texts of six fields.

use std::collections::BTreeMap;

use super::lexicon::Lexicon;
use super::weights::Weights;
use crate::browse::{Link, NodeKind, Target};
use crate::guide::{Guide, Next};
use crate::id::Lang;
use crate::library::Library;
use crate::place::{Place, Position};
use crate::sheet::{Block, Sheet, SheetKind};

/// Fields of a document.
pub(super) const FIELDS: usize = 6;
pub(super) const TITLE: usize = 0;
/// Everyday words: the editor's and the lexicon's.
pub(super) const EVERYDAY: usize = 1;
pub(super) const SUMMARY: usize = 2;
pub(super) const HEADINGS: usize = 3;
pub(super) const BODY: usize = 4;
/// What other documents call this one where they lead to it.
pub(super) const ANCHORS: usize = 5;

/// Kinds of documents that are no sheets; a sheet has its place in [`SheetKind::ALL`].
pub(super) const FOLDER: u8 = 100;
pub(super) const GUIDE: u8 = 101;
pub(super) const PLACE: u8 = 102;

/// Beyond so many kilometres every place is far, and loses this share of its prior.
const FAR_KM: f64 = 40.0;
const FAR_LOSS: f64 = 0.2;

/// One document before it is counted.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) kind: u8,
    pub(super) id: String,
    pub(super) title: String,
    pub(super) fields: [String; FIELDS],
    /// Identifiers of the documents that lead to it; a folder leads to what it lists.
    pub(super) led_from: Vec<String>,
    /// What makes it likelier or less likely than others of its kind, 0 to 1: a title in [brackets] is the publisher's
    /// working title, a place may be far away.
    pub(super) standing: f32,
}

/// Everything in `lang`, ordered by kind and identifier. Folders and places are found from French only: they are
/// written in French.
pub(super) fn documents(library: &Library, lang: &Lang) -> Vec<Document> {
    let mut documents = Vec::new();
    let lexicon = &library.lexicon;
    for sheet in library.sheets.iter().filter(|sheet| sheet.lang == *lang) {
        documents.push(sheet_document(sheet, library, lexicon));
    }
    for guide in library.guides.iter().filter(|guide| guide.lang == *lang) {
        documents.push(guide_document(guide));
    }
    if *lang == Lang::french() {
        documents.extend(folder_documents(library, lexicon));
        let here = library.hall.position;
        documents.extend(library.places.iter().map(|place| place_document(place, here, lexicon)));
    }
    lead_to(&mut documents, library, lang, lexicon);
    documents.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    documents
}

/// Identifier, title, short version, headings and body of everything that can be found: what another engine would be
/// given, to be measured beside this one.
pub fn texts(library: &Library, lang: &Lang) -> Vec<(String, [String; 4])> {
    let texts = |document: Document| {
        let [title, _, summary, headings, body, _] = document.fields;
        (document.id, [title, summary, headings, body])
    };
    documents(library, lang).into_iter().map(texts).collect()
}

fn document(kind: u8, id: &str, title: &str) -> Document {
    let mut fields: [String; FIELDS] = Default::default();
    title.clone_into(&mut fields[TITLE]);
    let standing = if title.starts_with('[') { 0.5 } else { 1.0 };
    Document { kind, id: id.to_owned(), title: title.to_owned(), fields, led_from: Vec::new(), standing }
}

/// The kind as one byte.
fn sheet_kind(kind: SheetKind) -> u8 {
    SheetKind::ALL.iter().position(|other| *other == kind).unwrap_or(0) as u8
}

fn sheet_document(sheet: &Sheet, library: &Library, lexicon: &Lexicon) -> Document {
    let mut document = document(sheet_kind(sheet.kind), sheet.id.as_str(), &sheet.title);
    let fields = &mut document.fields;
    let mine = library.words.get(&sheet.id).into_iter().flatten();
    let theirs = lexicon.wordings(sheet.id.as_str());
    mine.map(String::as_str).chain(theirs).for_each(|wording| push(&mut fields[EVERYDAY], wording));
    fields[SUMMARY] = sheet.summary.join(" ");
    for section in &sheet.sections {
        // Law and links say little about what a sheet is about.
        if section.title == "Textes de loi" || section.title == "Voir aussi" {
            continue;
        }
        push(&mut fields[HEADINGS], &section.title);
        blocks_text(&section.blocks, fields);
    }
    document
}

fn guide_document(guide: &Guide) -> Document {
    let mut document = document(GUIDE, guide.id.as_str(), &guide.title);
    let fields = &mut document.fields;
    fields[SUMMARY] = guide.intro.join(" ");
    for question in &guide.questions {
        push(&mut fields[HEADINGS], &question.text);
        for answer in &question.answers {
            push(&mut fields[BODY], &answer.label);
            if let Next::Outcome(blocks) = &answer.next {
                blocks_text(blocks, fields);
            }
        }
    }
    document
}

fn folder_documents<'a>(library: &'a Library, lexicon: &'a Lexicon) -> impl Iterator<Item = Document> + 'a {
    library.nodes.iter().filter(|node| node.kind == NodeKind::Folder).map(|node| {
        let mut document = document(FOLDER, node.id.as_str(), &node.title);
        let fields = &mut document.fields;
        lexicon.wordings(node.id.as_str()).for_each(|wording| push(&mut fields[EVERYDAY], wording));
        fields[SUMMARY] = node.summary.clone().unwrap_or_default();
        blocks_text(&node.intro, fields);
        node.entries.iter().for_each(|entry| push(&mut fields[BODY], &entry.title));
        document
    })
}

/// A place is the likelier the nearer it is; one of unknown position counts as far.
fn place_document(place: &Place, here: Option<Position>, lexicon: &Lexicon) -> Document {
    let mut document = document(PLACE, place.id.as_str(), &place.name);
    let fields = &mut document.fields;
    push(&mut fields[TITLE], "");
    fields[TITLE].push_str(&place.commune);
    lexicon.wordings(place.kind.name()).for_each(|wording| push(&mut fields[EVERYDAY], wording));
    fields[SUMMARY] = place.services.join("\n");
    fields[BODY] = place.address.join(" ");
    if let Some(here) = here {
        let away = match place.position {
            // A part of the hall.
            _ if place.plan.is_some() => 0.0,
            Some(position) => position.distance_km(here).min(FAR_KM),
            None => FAR_KM,
        };
        document.standing = (1.0 - FAR_LOSS * away / FAR_KM) as f32;
    }
    document
}

/// Gives each document what others call it: buttons that lead to it from sheets and folders.
fn lead_to(documents: &mut [Document], library: &Library, lang: &Lang, lexicon: &Lexicon) {
    let mut called: BTreeMap<String, Vec<(String, String)>> = BTreeMap::new();
    for sheet in library.sheets.iter().filter(|sheet| sheet.lang == *lang) {
        for section in &sheet.sections {
            links(&section.blocks, &mut |target, label| {
                if target.id() != sheet.id.as_str() {
                    called
                        .entry(target.id().to_owned())
                        .or_default()
                        .push((format!("{label}\n{}", sheet.title), sheet.id.to_string()));
                }
            });
        }
    }
    for document in documents {
        let Some(names) = called.get(&document.id) else { continue };
        let mut distinct = names.clone();
        distinct.sort_unstable();
        distinct.dedup();
        document.led_from = distinct.iter().map(|(_, id)| id.clone()).collect();
        document.led_from.sort_unstable();
        document.led_from.dedup();
        for (name, id) in distinct {
            push(&mut document.fields[ANCHORS], &name);
            if document.id.starts_with('R') {
                lexicon.wordings(&id).for_each(|wording| push(&mut document.fields[ANCHORS], wording));
            }
        }
    }
}

fn links(blocks: &[Block], found: &mut impl FnMut(&Target, &str)) {
    for block in blocks {
        match block {
            Block::Link { target: Link::Inside(target), label } => found(target, label),
            Block::Link { target: Link::Web(_), .. } | Block::Paragraph(_) | Block::Table { .. } => {}
            Block::List { items, .. } => items.iter().for_each(|item| links(item, found)),
            Block::Note { blocks, .. } | Block::Contact { blocks, .. } | Block::SubSection { blocks, .. } => {
                links(blocks, found);
            }
            Block::Choices { cases, .. } => cases.iter().for_each(|case| links(&case.blocks, found)),
        }
    }
}

fn push(field: &mut String, text: &str) {
    field.push_str(text);
    field.push('\n');
}

fn blocks_text(blocks: &[Block], fields: &mut [String; FIELDS]) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => push(&mut fields[BODY], text),
            Block::Link { label, .. } => push(&mut fields[BODY], label),
            Block::List { items, .. } => items.iter().for_each(|item| blocks_text(item, fields)),
            Block::Table { caption, header, rows } => {
                push(&mut fields[BODY], caption.as_deref().unwrap_or_default());
                let cells = std::iter::once(header).chain(rows).flatten();
                cells.for_each(|cell| push(&mut fields[BODY], cell));
            }
            Block::Note { title, blocks, .. } => {
                push(&mut fields[BODY], title.as_deref().unwrap_or_default());
                blocks_text(blocks, fields);
            }
            Block::Contact { title, blocks, .. } => {
                push(&mut fields[BODY], title);
                blocks_text(blocks, fields);
            }
            Block::SubSection { title, blocks } => {
                push(&mut fields[HEADINGS], title);
                blocks_text(blocks, fields);
            }
            Block::Choices { question, cases } => {
                push(&mut fields[HEADINGS], question.as_deref().unwrap_or_default());
                for case in cases {
                    push(&mut fields[HEADINGS], &case.title);
                    blocks_text(&case.blocks, fields);
                }
            }
        }
    }
}

/// What a visitor at a kiosk most likely wants, before the words are looked at: something to read rather than a form
/// or a tool on the internet, and what many others lead to rather than what none does.
pub(super) fn prior(document: &Document, weights: &Weights) -> f32 {
    let kind = match document.kind {
        FOLDER => weights.folder,
        GUIDE => weights.guide,
        PLACE => weights.place,
        kind => SheetKind::ALL.get(usize::from(kind)).map_or(1.0, |kind| weights.sheet(*kind)),
    };
    kind * document.standing * (1.0 + weights.links * (1.0 + document.led_from.len() as f32).ln())
}
