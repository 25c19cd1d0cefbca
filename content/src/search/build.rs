//! Building the index: BM25F over five fields, once, with each posting's impact rounded to one byte.

use std::collections::BTreeMap;

use super::blob::{DOC_BYTES, assemble};
use super::words::{hash, is_empty_word, letters, sound, stem, words};
use crate::browse::NodeKind;
use crate::guide::{Guide, Next};
use crate::id::Lang;
use crate::library::Library;
use crate::plain::shorten;
use crate::sheet::{Block, Sheet, SheetKind};

/// Most documents in one index: a posting has 24 bits for its document.
const DOCUMENTS_MAX: usize = 1 << 24;
/// Longest title stored, in characters.
const TITLE_CHARS_MAX: usize = 300;
/// Saturation of BM25F, chosen on the development queries.
const SATURATION: f32 = 8.0;

/// Why an index could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// More than 16 million documents.
    #[error("{0} documents, more than {DOCUMENTS_MAX}")]
    TooMany(usize),
}

/// Weight of a field and how much its length counts, chosen on the development queries.
struct Field {
    weight: f32,
    length: f32,
}

const FIELDS: [Field; 5] = [
    Field { weight: 16.0, length: 0.35 }, // title
    Field { weight: 10.0, length: 0.2 },  // everyday words
    Field { weight: 4.0, length: 0.4 },   // short version
    Field { weight: 3.0, length: 0.6 },   // headings
    Field { weight: 1.0, length: 0.7 },   // body
];
const TITLE: usize = 0;
const EVERYDAY: usize = 1;
const SUMMARY: usize = 2;
const HEADINGS: usize = 3;
const BODY: usize = 4;

struct Document {
    kind: u8,
    prior: f32,
    id: String,
    title: String,
    fields: [String; 5],
}

/// The index over everything in `lang`, as the bytes of a blob. The same library gives the same bytes.
pub fn build(library: &Library, lang: &Lang) -> Result<Vec<u8>, BuildError> {
    let documents = documents(library, lang);
    if documents.len() > DOCUMENTS_MAX {
        return Err(BuildError::TooMany(documents.len()));
    }
    let mut lexicon = Lexicon::default();
    let counted: Vec<Counted> = documents.iter().map(|document| lexicon.count(document)).collect();
    Ok(assemble(&tables(&documents, &counted, &lexicon)))
}

fn documents(library: &Library, lang: &Lang) -> Vec<Document> {
    let mut documents = Vec::new();
    for sheet in library.sheets.iter().filter(|sheet| sheet.lang == *lang) {
        let everyday = library.words.get(&sheet.id).map(|words| words.join(" ; ")).unwrap_or_default();
        documents.push(sheet_document(sheet, everyday));
    }
    for guide in library.guides.iter().filter(|guide| guide.lang == *lang) {
        documents.push(guide_document(guide));
    }
    if *lang == Lang::french() {
        for node in library.nodes.iter().filter(|node| node.kind == NodeKind::Folder) {
            let mut fields: [String; 5] = Default::default();
            fields[TITLE].clone_from(&node.title);
            fields[SUMMARY] = node.summary.clone().unwrap_or_default();
            blocks_text(&node.intro, &mut fields);
            let listed: Vec<&str> = node.entries.iter().map(|entry| entry.title.as_str()).collect();
            fields[BODY].push_str(&listed.join(" "));
            documents.push(Document {
                kind: FOLDER,
                prior: 0.92,
                id: node.id.to_string(),
                title: node.title.clone(),
                fields,
            });
        }
        for place in &library.places {
            let mut fields: [String; 5] = Default::default();
            fields[TITLE] = format!("{} {}", place.name, place.commune);
            fields[SUMMARY] = place.services.join(" ; ");
            fields[BODY] = place.address.join(" ");
            documents.push(Document {
                kind: PLACE,
                prior: 0.9,
                id: place.id.to_string(),
                title: place.name.clone(),
                fields,
            });
        }
    }
    documents.sort_by(|a, b| (a.kind, &a.id).cmp(&(b.kind, &b.id)));
    documents
}

pub(super) const FOLDER: u8 = 100;
pub(super) const GUIDE: u8 = 101;
pub(super) const PLACE: u8 = 102;

/// What a visitor at a kiosk most likely wants: something to read, before a form or a tool on the internet; a guide
/// only if nothing else fits.
fn prior(kind: SheetKind) -> f32 {
    match kind {
        SheetKind::Procedure | SheetKind::LifeEvent => 1.0,
        SheetKind::Question => 0.92,
        SheetKind::OnlineService => 0.72,
        SheetKind::Simulator => 0.7,
        SheetKind::SearchTool => 0.66,
        SheetKind::Form => 0.62,
        SheetKind::Letter => 0.64,
    }
}

fn sheet_document(sheet: &Sheet, everyday: String) -> Document {
    let mut fields: [String; 5] = Default::default();
    fields[TITLE].clone_from(&sheet.title);
    fields[EVERYDAY] = everyday;
    fields[SUMMARY] = sheet.summary.join(" ");
    for section in &sheet.sections {
        // Law and links say little about what a sheet is about.
        if section.title == "Textes de loi" || section.title == "Voir aussi" {
            continue;
        }
        push(&mut fields[HEADINGS], &section.title);
        blocks_text(&section.blocks, &mut fields);
    }
    let kind = SheetKind::ALL.iter().position(|kind| *kind == sheet.kind).unwrap_or(0) as u8;
    let working = if sheet.title.starts_with('[') { 0.5 } else { 1.0 };
    Document {
        kind,
        prior: prior(sheet.kind) * working,
        id: sheet.id.to_string(),
        title: sheet.title.clone(),
        fields,
    }
}

fn guide_document(guide: &Guide) -> Document {
    let mut fields: [String; 5] = Default::default();
    fields[TITLE].clone_from(&guide.title);
    fields[SUMMARY] = guide.intro.join(" ");
    for question in &guide.questions {
        push(&mut fields[HEADINGS], &question.text);
        for answer in &question.answers {
            push(&mut fields[BODY], &answer.label);
            if let Next::Outcome(blocks) = &answer.next {
                blocks_text(blocks, &mut fields);
            }
        }
    }
    Document { kind: GUIDE, prior: 0.45, id: guide.id.to_string(), title: guide.title.clone(), fields }
}

fn push(field: &mut String, text: &str) {
    field.push_str(text);
    field.push('\n');
}

fn blocks_text(blocks: &[Block], fields: &mut [String; 5]) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => push(&mut fields[BODY], text),
            Block::Link { label, .. } => push(&mut fields[BODY], label),
            Block::List { items, .. } => items.iter().for_each(|item| blocks_text(item, fields)),
            Block::Table { caption, header, rows } => {
                push(&mut fields[BODY], caption.as_deref().unwrap_or_default());
                for row in std::iter::once(header).chain(rows) {
                    for cell in row {
                        push(&mut fields[BODY], cell);
                    }
                }
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

/// Forms and stems seen, numbered in the order in which they are met.
#[derive(Default)]
struct Lexicon {
    forms: BTreeMap<String, u32>,
    stems: BTreeMap<String, u32>,
}

/// How often each stem stands in each field of one document.
struct Counted {
    stems: BTreeMap<u32, [u32; 5]>,
    lengths: [u32; 5],
}

impl Lexicon {
    fn count(&mut self, document: &Document) -> Counted {
        let mut counted = Counted { stems: BTreeMap::new(), lengths: [0; 5] };
        for (at, text) in document.fields.iter().enumerate() {
            for word in words(text) {
                let stem = self.stem(word);
                counted.stems.entry(stem).or_default()[at] += 1;
                counted.lengths[at] += 1;
            }
        }
        counted
    }

    fn stem(&mut self, word: String) -> u32 {
        if let Some(number) = self.forms.get(&word) {
            return *number;
        }
        let next = self.stems.len() as u32;
        let number = *self.stems.entry(stem(&word)).or_insert(next);
        self.forms.insert(word, number);
        number
    }
}

fn tables(documents: &[Document], counted: &[Counted], lexicon: &Lexicon) -> [Vec<u8>; 12] {
    let stems = lexicon.stems.len();
    let mut frequency = vec![0_u32; stems];
    for stem in counted.iter().flat_map(|document| document.stems.keys()) {
        frequency[*stem as usize] += 1;
    }
    let count = documents.len() as f32;
    let idf = |stem: u32| {
        (1.0 + (count - frequency[stem as usize] as f32 + 0.5) / (frequency[stem as usize] as f32 + 0.5)).ln()
    };
    let highest = (1.0 + (count + 0.5) / 1.5).ln().max(1.0);
    let (docs, strings) = document_tables(documents);
    let (title_ends, title_stems) = title_tables(counted);
    let (stem_ends, postings) = posting_tables(counted, stems, |stem| idf(stem) / highest);
    let weights = (0..stems as u32).map(|stem| byte(idf(stem) / highest)).collect();
    let [form_ends, form_stems, form_letters, form_sounds, form_text] = form_tables(lexicon);
    [
        docs,
        title_ends,
        title_stems,
        stem_ends,
        weights,
        postings,
        form_ends,
        form_stems,
        form_letters,
        form_sounds,
        form_text,
        strings,
    ]
}

fn byte(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn document_tables(documents: &[Document]) -> (Vec<u8>, Vec<u8>) {
    let (mut docs, mut strings) = (Vec::with_capacity(documents.len() * DOC_BYTES), Vec::new());
    for document in documents {
        let title = shorten(&document.title, TITLE_CHARS_MAX);
        docs.extend_from_slice(&[document.kind, byte(document.prior), 0, 0]);
        let id_at = strings.len() as u32;
        strings.extend_from_slice(document.id.as_bytes());
        let title_at = strings.len() as u32;
        strings.extend_from_slice(title.as_bytes());
        docs.extend_from_slice(&id_at.to_le_bytes());
        docs.extend_from_slice(&title_at.to_le_bytes());
        docs.extend_from_slice(&(document.id.len() as u16).to_le_bytes());
        docs.extend_from_slice(&(title.len() as u16).to_le_bytes());
    }
    (docs, strings)
}

fn title_tables(counted: &[Counted]) -> (Vec<u8>, Vec<u8>) {
    let (mut ends, mut stems) = (Vec::new(), Vec::new());
    for document in counted {
        for (stem, _) in document.stems.iter().filter(|(_, fields)| fields[TITLE] > 0) {
            stems.extend_from_slice(&stem.to_le_bytes());
        }
        ends.extend_from_slice(&(stems.len() as u32 / 4).to_le_bytes());
    }
    (ends, stems)
}

/// Postings by stem, each with its BM25F impact; a posting whose impact rounds to nothing falls away.
fn posting_tables(counted: &[Counted], stems: usize, idf: impl Fn(u32) -> f32) -> (Vec<u8>, Vec<u8>) {
    let mut average = [0.0_f32; 5];
    for (at, average) in average.iter_mut().enumerate() {
        let filled = counted.iter().filter(|document| document.lengths[at] > 0);
        let (sum, count) = filled.fold((0_u64, 0_u64), |(s, n), d| (s + u64::from(d.lengths[at]), n + 1));
        *average = (sum as f32 / count.max(1) as f32).max(1.0);
    }
    let mut lists: Vec<Vec<u32>> = vec![Vec::new(); stems];
    for (at, document) in counted.iter().enumerate() {
        for (stem, fields) in &document.stems {
            let mut frequency = 0.0;
            for (f, field) in FIELDS.iter().enumerate().filter(|(f, _)| fields[*f] > 0) {
                let longer = document.lengths[f] as f32 / average[f];
                frequency += field.weight * fields[f] as f32 / (1.0 - field.length + field.length * longer);
            }
            let impact = byte(idf(*stem) * frequency / (SATURATION + frequency));
            if impact > 0 {
                lists[*stem as usize].push((at as u32) << 8 | u32::from(impact));
            }
        }
    }
    let (mut ends, mut postings) = (Vec::new(), Vec::new());
    for list in lists {
        for posting in &list {
            postings.extend_from_slice(&posting.to_le_bytes());
        }
        ends.extend_from_slice(&(postings.len() as u32 / 4).to_le_bytes());
    }
    (ends, postings)
}

fn form_tables(lexicon: &Lexicon) -> [Vec<u8>; 5] {
    let mut tables: [Vec<u8>; 5] = Default::default();
    for (form, stem) in &lexicon.forms {
        tables[4].extend_from_slice(form.as_bytes());
        let end = tables[4].len() as u32;
        tables[0].extend_from_slice(&end.to_le_bytes());
        tables[1].extend_from_slice(&stem.to_le_bytes());
        tables[2].extend_from_slice(&letters(form).to_le_bytes());
        // Empty words are no good correction of anything.
        let sound = if is_empty_word(form) { 0 } else { hash(&sound(form)) };
        tables[3].extend_from_slice(&sound.to_le_bytes());
    }
    tables
}
