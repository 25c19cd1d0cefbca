//! The stored form of a sheet: serialised twins of the domain types, converted by hand in both directions.
//!
//! Short keys keep five thousand sheets small. A new field is optional with a default; a changed meaning is a new
//! schema version.

use serde::{Deserialize, Serialize};

use super::record::{DateRecord, Reason, TargetRecord, bad};
use crate::browse::Link;
use crate::facts::{DigitalKind, DigitalRequirement, Fact, Facts, HumanWay};
use crate::id::{Lang, NodeId, PlaceId, SheetId};
use crate::sheet::{
    BLOCK_DEPTH_MAX, BLOCKS_MAX, Block, Case, Crumb, NoteKind, Section, Sheet, SheetKind, Source,
};

#[derive(Serialize, Deserialize)]
struct SheetRecord {
    id: String,
    lang: String,
    kind: String,
    title: String,
    summary: Vec<String>,
    facts: FactsRecord,
    sections: Vec<SectionRecord>,
    source: SourceRecord,
    checked: Option<DateRecord>,
    #[serde(default)]
    demonstration: bool,
    trail: Vec<(String, String)>,
}

#[derive(Serialize, Deserialize)]
struct FactsRecord {
    place: Option<Vec<String>>,
    when: Option<Vec<String>>,
    bring: Option<Vec<String>>,
    digital: Option<Vec<(String, String)>>,
    human: Option<HumanRecord>,
}

#[derive(Serialize, Deserialize)]
struct HumanRecord {
    text: String,
    phone: Option<String>,
    place: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub(super) struct SourceRecord {
    publisher: String,
    reference: Option<String>,
    url: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct SectionRecord {
    t: String,
    b: Vec<BlockRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum BlockRecord {
    P(String),
    Ul(Vec<Vec<BlockRecord>>),
    Ol(Vec<Vec<BlockRecord>>),
    Table { c: Option<String>, h: Vec<String>, r: Vec<Vec<String>> },
    Note { k: String, t: Option<String>, b: Vec<BlockRecord> },
    Choices { q: Option<String>, c: Vec<CaseRecord> },
    Sub { t: String, b: Vec<BlockRecord> },
    Link { to: LinkRecord, l: String },
    Contact { t: String, b: Vec<BlockRecord>, p: Option<String>, u: Option<String> },
}

#[derive(Serialize, Deserialize)]
pub(super) struct CaseRecord {
    t: String,
    b: Vec<BlockRecord>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum LinkRecord {
    Web(String),
    #[serde(untagged)]
    Inside(TargetRecord),
}

/// Writes a sheet as JSON.
pub(crate) fn sheet_to_bytes(sheet: &Sheet) -> Result<Vec<u8>, serde_json::Error> {
    serde_json::to_vec(&SheetRecord {
        id: sheet.id.to_string(),
        lang: sheet.lang.to_string(),
        kind: sheet.kind.name().to_owned(),
        title: sheet.title.clone(),
        summary: sheet.summary.clone(),
        facts: facts_record(&sheet.facts),
        sections: sheet
            .sections
            .iter()
            .map(|s| SectionRecord { t: s.title.clone(), b: block_records(&s.blocks) })
            .collect(),
        source: source_record(&sheet.source),
        checked: sheet.checked.map(DateRecord::from),
        demonstration: sheet.demonstration,
        trail: trail_record(&sheet.trail),
    })
}

/// Reads a sheet, checking kinds, identifiers, depth and number of blocks.
pub(crate) fn sheet_from_bytes(bytes: &[u8]) -> Result<Sheet, Reason> {
    let record: SheetRecord = serde_json::from_slice(bytes).map_err(bad)?;
    let mut reader = BlockReader::default();
    let sections = record
        .sections
        .into_iter()
        .map(|s| Ok(Section { title: s.t, blocks: reader.blocks(s.b, 0)? }))
        .collect::<Result<_, Reason>>()?;
    Ok(Sheet {
        id: SheetId::new(&record.id).map_err(bad)?,
        lang: Lang::new(&record.lang).map_err(bad)?,
        kind: SheetKind::from_name(&record.kind)
            .ok_or_else(|| format!("unknown kind of sheet {:?}", record.kind))?,
        title: record.title,
        summary: record.summary,
        facts: facts(record.facts)?,
        sections,
        source: source(record.source),
        checked: record.checked.map(DateRecord::date).transpose()?,
        demonstration: record.demonstration,
        trail: trail(record.trail)?,
    })
}

pub(super) fn source_record(source: &Source) -> SourceRecord {
    let Source { publisher, reference, url } = source.clone();
    SourceRecord { publisher, reference, url }
}

pub(super) fn source(record: SourceRecord) -> Source {
    Source { publisher: record.publisher, reference: record.reference, url: record.url }
}

pub(super) fn trail_record(trail: &[Crumb]) -> Vec<(String, String)> {
    trail.iter().map(|crumb| (crumb.node.to_string(), crumb.title.clone())).collect()
}

pub(super) fn trail(record: Vec<(String, String)>) -> Result<Vec<Crumb>, Reason> {
    let crumb = |(node, title): (String, String)| Ok(Crumb { node: NodeId::new(&node).map_err(bad)?, title });
    record.into_iter().map(crumb).collect()
}

fn facts_record(facts: &Facts) -> FactsRecord {
    let digital = |list: &Vec<DigitalRequirement>| {
        list.iter().map(|r| (r.kind.name().to_owned(), r.text.clone())).collect()
    };
    FactsRecord {
        place: facts.place.stated().cloned(),
        when: facts.when.stated().cloned(),
        bring: facts.bring.stated().cloned(),
        digital: facts.digital.stated().map(digital),
        human: facts.human.stated().map(|human| HumanRecord {
            text: human.text.clone(),
            phone: human.phone.clone(),
            place: human.place.as_ref().map(PlaceId::to_string),
        }),
    }
}

fn fact<T>(value: Option<T>) -> Fact<T> {
    value.map_or(Fact::Unspecified, Fact::Stated)
}

fn facts(record: FactsRecord) -> Result<Facts, Reason> {
    let requirement = |(kind, text): (String, String)| {
        let kind = DigitalKind::from_name(&kind).ok_or_else(|| format!("unknown requirement {kind:?}"))?;
        Ok::<_, Reason>(DigitalRequirement { kind, text })
    };
    let digital =
        record.digital.map(|list| list.into_iter().map(requirement).collect::<Result<_, _>>()).transpose()?;
    let human = record
        .human
        .map(|human| {
            let place = human.place.as_deref().map(PlaceId::new).transpose().map_err(bad)?;
            Ok::<_, Reason>(HumanWay { text: human.text, phone: human.phone, place })
        })
        .transpose()?;
    Ok(Facts {
        place: fact(record.place),
        when: fact(record.when),
        bring: fact(record.bring),
        digital: fact(digital),
        human: fact(human),
    })
}

pub(super) fn block_records(blocks: &[Block]) -> Vec<BlockRecord> {
    blocks.iter().map(block_record).collect()
}

fn block_record(block: &Block) -> BlockRecord {
    match block {
        Block::Paragraph(text) => BlockRecord::P(text.clone()),
        Block::List { ordered, items } => {
            let items = items.iter().map(|item| block_records(item)).collect();
            if *ordered { BlockRecord::Ol(items) } else { BlockRecord::Ul(items) }
        }
        Block::Table { caption, header, rows } => {
            BlockRecord::Table { c: caption.clone(), h: header.clone(), r: rows.clone() }
        }
        Block::Note { kind, title, blocks } => {
            BlockRecord::Note { k: kind.name().to_owned(), t: title.clone(), b: block_records(blocks) }
        }
        Block::Choices { question, cases } => {
            let case = |case: &Case| CaseRecord { t: case.title.clone(), b: block_records(&case.blocks) };
            BlockRecord::Choices { q: question.clone(), c: cases.iter().map(case).collect() }
        }
        Block::SubSection { title, blocks } => {
            BlockRecord::Sub { t: title.clone(), b: block_records(blocks) }
        }
        Block::Link { target, label } => {
            let to = match target {
                Link::Web(url) => LinkRecord::Web(url.clone()),
                Link::Inside(target) => LinkRecord::Inside(target.into()),
            };
            BlockRecord::Link { to, l: label.clone() }
        }
        Block::Contact { title, blocks, phone, url } => BlockRecord::Contact {
            t: title.clone(),
            b: block_records(blocks),
            p: phone.clone(),
            u: url.clone(),
        },
    }
}

/// Turns records into blocks and counts them: a hostile record must not make the screen walk for ever.
#[derive(Default)]
pub(super) struct BlockReader {
    seen: usize,
}

impl BlockReader {
    pub(super) fn blocks(&mut self, records: Vec<BlockRecord>, depth: usize) -> Result<Vec<Block>, Reason> {
        self.seen += records.len();
        if depth > BLOCK_DEPTH_MAX || self.seen > BLOCKS_MAX {
            return Err(format!("more than {BLOCK_DEPTH_MAX} levels or {BLOCKS_MAX} blocks of text"));
        }
        records.into_iter().map(|record| self.block(record, depth + 1)).collect()
    }

    fn block(&mut self, record: BlockRecord, depth: usize) -> Result<Block, Reason> {
        Ok(match record {
            BlockRecord::P(text) => Block::Paragraph(text),
            BlockRecord::Ul(items) => Block::List { ordered: false, items: self.items(items, depth)? },
            BlockRecord::Ol(items) => Block::List { ordered: true, items: self.items(items, depth)? },
            BlockRecord::Table { c, h, r } => Block::Table { caption: c, header: h, rows: r },
            BlockRecord::Note { k, t, b } => Block::Note {
                kind: NoteKind::from_name(&k).ok_or_else(|| format!("unknown kind of note {k:?}"))?,
                title: t,
                blocks: self.blocks(b, depth)?,
            },
            BlockRecord::Choices { q, c } => {
                let case = |case: CaseRecord| {
                    Ok::<_, Reason>(Case { title: case.t, blocks: self.blocks(case.b, depth)? })
                };
                Block::Choices { question: q, cases: c.into_iter().map(case).collect::<Result<_, _>>()? }
            }
            BlockRecord::Sub { t, b } => Block::SubSection { title: t, blocks: self.blocks(b, depth)? },
            BlockRecord::Link { to: LinkRecord::Web(url), l } => {
                Block::Link { target: Link::Web(url), label: l }
            }
            BlockRecord::Link { to: LinkRecord::Inside(target), l } => {
                Block::Link { target: Link::Inside(target.target()?), label: l }
            }
            BlockRecord::Contact { t, b, p, u } => {
                Block::Contact { title: t, blocks: self.blocks(b, depth)?, phone: p, url: u }
            }
        })
    }

    fn items(&mut self, items: Vec<Vec<BlockRecord>>, depth: usize) -> Result<Vec<Vec<Block>>, Reason> {
        items.into_iter().map(|item| self.blocks(item, depth)).collect()
    }
}
