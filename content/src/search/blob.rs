//! The index blob: tables laid one after the other, read where they lie.
//!
//! Little-endian. A header of the magic and, for each table, its offset and length in bytes (u32 each):
//!
//! | table | one record |
//! | --- | --- |
//! | `DOCS` | 16 bytes: kind u8, prior u8 (of 255), 2 bytes zero, id offset u32, title offset u32, id length u16, title length u16 |
//! | `TITLE_ENDS` | u32: end of the document's run in `TITLE_STEMS` |
//! | `TITLE_STEMS` | u32: stems of the title, each once |
//! | `STEM_ENDS` | u32: end of the stem's run in `POSTINGS` |
//! | `STEM_WEIGHTS` | u8: how much the stem tells (idf), of 255 |
//! | `POSTINGS` | u32: document << 8 \| impact, by document |
//! | `FORM_ENDS` | u32: end of the form in `FORM_TEXT`; forms are sorted |
//! | `FORM_STEMS` | u32: stem of the form |
//! | `FORM_LETTERS` | u32: letters of the form, for spelling |
//! | `FORM_SOUNDS` | u32: hash of its sound |
//! | `FORM_TEXT` | the forms, one after the other |
//! | `STRINGS` | identifiers and titles |
//!
//! Numbers inside the tables are not trusted either: each is checked where it is used, so that a damaged blob gives
//! poor answers and never a panic.

use std::ops::Range;
use std::sync::Arc;

use super::IndexError;

const MAGIC: &[u8; 8] = b"PRVSIDX1";
const TABLES: usize = 12;
const HEADER: usize = 8 + TABLES * 8;
/// Bytes of one record of `DOCS`.
pub(super) const DOC_BYTES: usize = 16;

/// The tables, in the order of the blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Docs,
    TitleEnds,
    TitleStems,
    StemEnds,
    StemWeights,
    Postings,
    FormEnds,
    FormStems,
    FormLetters,
    FormSounds,
    FormText,
    Strings,
}

#[derive(Debug, Clone)]
pub(super) struct Blob {
    bytes: Arc<[u8]>,
    tables: [(usize, usize); TABLES],
}

/// Puts the tables together.
pub(super) fn assemble(tables: &[Vec<u8>; TABLES]) -> Vec<u8> {
    let mut out = Vec::with_capacity(HEADER + tables.iter().map(Vec::len).sum::<usize>());
    out.extend_from_slice(MAGIC);
    let mut offset = HEADER;
    for table in tables {
        out.extend_from_slice(&(offset as u32).to_le_bytes());
        out.extend_from_slice(&(table.len() as u32).to_le_bytes());
        offset += table.len();
    }
    for table in tables {
        out.extend_from_slice(table);
    }
    out
}

impl Blob {
    pub(super) fn open(bytes: Arc<[u8]>) -> Result<Self, IndexError> {
        if !bytes.starts_with(MAGIC) || bytes.len() < HEADER {
            return Err(IndexError::Damaged { place: "its header" });
        }
        let word =
            |at: usize| u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]) as usize;
        let mut tables = [(0, 0); TABLES];
        for (at, table) in tables.iter_mut().enumerate() {
            let (offset, length) = (word(8 + at * 8), word(12 + at * 8));
            if offset.checked_add(length).is_none_or(|end| end > bytes.len()) {
                return Err(IndexError::Damaged { place: "its table of contents" });
            }
            *table = (offset, length);
        }
        let blob = Self { bytes, tables };
        let forms = blob.words(Table::FormEnds);
        let stems = blob.words(Table::StemEnds);
        let same = [Table::FormStems, Table::FormLetters, Table::FormSounds].map(|table| blob.words(table));
        let fits = blob.words(Table::TitleEnds) == blob.documents()
            && same.iter().all(|count| *count == forms)
            && blob.table(Table::StemWeights).len() == stems;
        if fits { Ok(blob) } else { Err(IndexError::Damaged { place: "the lengths of its tables" }) }
    }

    fn table(&self, table: Table) -> &[u8] {
        let (offset, length) = self.tables[table as usize];
        self.bytes.get(offset..offset + length).unwrap_or_default()
    }

    fn words(&self, table: Table) -> usize {
        self.tables[table as usize].1 / 4
    }

    /// The number at `at`, 0 beyond the end.
    pub(super) fn word(&self, table: Table, at: usize) -> u32 {
        let bytes = self.table(table).get(at * 4..at * 4 + 4);
        bytes.and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes)
    }

    /// All numbers of a table.
    pub(super) fn all(&self, table: Table) -> impl Iterator<Item = u32> {
        numbers(self.table(table))
    }

    /// The run that ends at record `at` of `ends`, in records of `table`.
    fn run(&self, ends: Table, at: usize) -> Range<usize> {
        let start = if at == 0 { 0 } else { self.word(ends, at - 1) as usize };
        start..self.word(ends, at) as usize
    }

    pub(super) fn documents(&self) -> usize {
        self.tables[Table::Docs as usize].1 / DOC_BYTES
    }

    pub(super) fn forms(&self) -> usize {
        self.words(Table::FormEnds)
    }

    pub(super) fn form(&self, at: usize) -> &[u8] {
        self.table(Table::FormText).get(self.run(Table::FormEnds, at)).unwrap_or_default()
    }

    /// The first form that is not less than `word`.
    pub(super) fn first_form(&self, word: &str) -> usize {
        let (mut low, mut high) = (0, self.forms());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.form(middle) < word.as_bytes() { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// How much a stem tells, 0 to 1.
    pub(super) fn weight(&self, stem: u32) -> f32 {
        let weight = self.table(Table::StemWeights).get(stem as usize).copied().unwrap_or(0);
        f32::from(weight) / 255.0
    }

    /// Documents of a stem with the stem's impact there.
    pub(super) fn postings(&self, stem: u32) -> impl Iterator<Item = (usize, u8)> {
        let run = self.run(Table::StemEnds, stem as usize);
        let bytes = self.table(Table::Postings).get(run.start.saturating_mul(4)..run.end.saturating_mul(4));
        numbers(bytes.unwrap_or_default()).map(|posting| ((posting >> 8) as usize, (posting & 0xff) as u8))
    }

    pub(super) fn title_stems(&self, document: usize) -> impl Iterator<Item = u32> {
        let run = self.run(Table::TitleEnds, document);
        let bytes = self.table(Table::TitleStems).get(run.start.saturating_mul(4)..run.end.saturating_mul(4));
        numbers(bytes.unwrap_or_default())
    }

    /// Kind, prior (0 to 1), identifier and title of a document.
    pub(super) fn document(&self, at: usize) -> Option<(u8, f32, &str, &str)> {
        let record = self.table(Table::Docs).get(at * DOC_BYTES..(at + 1) * DOC_BYTES)?;
        let long =
            |i: usize| u32::from_le_bytes([record[i], record[i + 1], record[i + 2], record[i + 3]]) as usize;
        let short = |i: usize| usize::from(u16::from_le_bytes([record[i], record[i + 1]]));
        let text = |offset: usize, length: usize| {
            let bytes = self.table(Table::Strings).get(offset..offset + length)?;
            std::str::from_utf8(bytes).ok()
        };
        let prior = f32::from(record[1]) / 255.0;
        Some((record[0], prior, text(long(4), short(12))?, text(long(8), short(14))?))
    }

    /// The prior alone: read for every document of every query.
    pub(super) fn prior(&self, at: usize) -> f32 {
        self.table(Table::Docs).get(at * DOC_BYTES + 1).map_or(0.0, |prior| f32::from(*prior) / 255.0)
    }
}

fn numbers(bytes: &[u8]) -> impl Iterator<Item = u32> {
    bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}
