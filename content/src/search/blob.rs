//! The index blob: tables laid one after the other, read where they lie.
//!
//! Little-endian. A header of the magic and, for each table, its offset and length in bytes (u32 each):
//!
//! | table | one record |
//! | --- | --- |
//! | `DOCS` | 16 bytes: kind u8, prior u8 (of 255), 2 bytes zero, id offset u32, title offset u32, id length u16, title length u16 |
//! | `TITLE_ENDS` | u32: end of the document's run of bytes in `TITLE_STEMS` |
//! | `TITLE_STEMS` | LEB128: stems of the title plus one, each once, then a 0 and the stems of each everyday wording |
//! | `NEAR_ENDS` | u32: end of the document's run of bytes in `NEAR` |
//! | `NEAR` | LEB128: documents about the same, as gaps |
//! | `STEM_ENDS` | u32: end of the stem's run of bytes in `POSTINGS` |
//! | `STEM_WEIGHTS` | u8: how much the stem tells (idf), of 255 |
//! | `POSTINGS` | groups of falling impact: impact u8, count, then the documents as gaps; counts and gaps are LEB128 |
//! | `FORM_ENDS` | u32: end of the form in `FORM_TEXT`; forms are sorted |
//! | `FORM_STEMS` | u32: stem of the form |
//! | `FORM_LETTERS` | u32: letters of the form, for spelling |
//! | `FORM_SOUNDS` | u16: hash of its sound, 0 for a word that carries nothing |
//! | `FORM_TEXT` | the forms, one after the other |
//! | `ENTRIES` | 16 bytes, a line of the lexicon: start of its key and of its target in `ENTRY_STEMS` u32 each, offset of the target's text u32, key length u8, target length u8, text length u8, weight u8; sorted by key |
//! | `ENTRY_STEMS` | u32: stems of keys and targets |
//! | `STRINGS` | identifiers, titles, targets of the lexicon |
//!
//! Numbers inside the tables are not trusted either: each is checked where it is used, so that a damaged blob gives
//! poor answers and never a panic.

use std::ops::Range;
use std::sync::Arc;

use super::IndexError;

const MAGIC: &[u8; 8] = b"PRVSIDX2";
/// How many tables there are.
pub(super) const TABLES: usize = 16;
const HEADER: usize = 8 + TABLES * 8;
/// Bytes of one record of `DOCS`.
pub(super) const DOC_BYTES: usize = 16;
/// Parts the title and the wordings of a document in `TITLE_STEMS`.
pub(super) const WORDING_MARK: u32 = 0;
/// Bytes of one record of `ENTRIES`.
pub(super) const ENTRY_BYTES: usize = 16;

/// The tables, in the order of the blob.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Table {
    Docs,
    TitleEnds,
    TitleStems,
    NearEnds,
    Near,
    StemEnds,
    StemWeights,
    Postings,
    FormEnds,
    FormStems,
    FormLetters,
    FormSounds,
    FormText,
    Entries,
    EntryStems,
    Strings,
}

#[derive(Debug, Clone)]
pub(super) struct Blob {
    bytes: Arc<[u8]>,
    tables: [(usize, usize); TABLES],
}

/// One line of the lexicon.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    key: (usize, usize),
    target: (usize, usize),
    text: (usize, usize),
    /// How surely, 0 to 1.
    pub(super) weight: f32,
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
        let same = [Table::FormStems, Table::FormLetters].map(|table| blob.words(table));
        let fits = blob.words(Table::TitleEnds) == blob.documents()
            && blob.words(Table::NearEnds) == blob.documents()
            && same.iter().all(|count| *count == forms)
            && blob.table(Table::FormSounds).len() == forms * 2
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

    /// The numbers of records `range` of a table.
    pub(super) fn numbers(&self, table: Table, range: Range<usize>) -> impl Iterator<Item = u32> + Clone {
        let bytes = self.table(table).get(range.start.saturating_mul(4)..range.end.saturating_mul(4));
        let bytes = bytes.unwrap_or_default();
        bytes.chunks_exact(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }

    /// The run that ends at record `at` of `ends`.
    fn run(&self, ends: Table, at: usize) -> Range<usize> {
        let start = if at == 0 { 0 } else { self.word(ends, at - 1) as usize };
        start..self.word(ends, at) as usize
    }

    fn string(&self, offset: usize, length: usize) -> Option<&str> {
        std::str::from_utf8(self.table(Table::Strings).get(offset..offset + length)?).ok()
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
    pub(super) fn first_form(&self, word: &[u8]) -> usize {
        let (mut low, mut high) = (0, self.forms());
        while low < high {
            let middle = low + (high - low) / 2;
            if self.form(middle) < word { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// The stem of a word that is known as it is.
    pub(super) fn stem_of(&self, word: &str) -> Option<u32> {
        let at = self.first_form(word.as_bytes());
        (at < self.forms() && self.form(at) == word.as_bytes()).then(|| self.word(Table::FormStems, at))
    }

    /// The first form of a stem; looks through all of them.
    pub(super) fn a_form_of(&self, stem: u32) -> Option<String> {
        let at = self.numbers(Table::FormStems, 0..self.forms()).position(|other| other == stem)?;
        std::str::from_utf8(self.form(at)).ok().map(str::to_owned)
    }

    /// How much a stem tells, 0 to 1; 0 for a stem that stands in no document.
    pub(super) fn weight(&self, stem: u32) -> f32 {
        let weight = self.table(Table::StemWeights).get(stem as usize).copied().unwrap_or(0);
        f32::from(weight) / 255.0
    }

    /// Documents of a stem with the stem's impact there, the highest impact first.
    pub(super) fn postings(&self, stem: u32) -> Postings<'_> {
        let bytes = self.table(Table::Postings).get(self.run(Table::StemEnds, stem as usize));
        Postings { bytes: bytes.unwrap_or_default(), impact: 0, left: 0, document: 0 }
    }

    /// Stems of the title and of each wording, plus one, parted by [`WORDING_MARK`].
    pub(super) fn title_stems(&self, document: usize) -> impl Iterator<Item = u32> + '_ {
        self.leb128_run(Table::TitleEnds, Table::TitleStems, document)
    }

    /// Documents about the same.
    pub(super) fn near(&self, document: usize) -> impl Iterator<Item = usize> + '_ {
        self.leb128_run(Table::NearEnds, Table::Near, document).scan(0_usize, |at, gap| {
            *at = at.saturating_add(gap as usize);
            Some(*at)
        })
    }

    fn leb128_run(&self, ends: Table, table: Table, at: usize) -> impl Iterator<Item = u32> + '_ {
        let mut bytes = self.table(table).get(self.run(ends, at)).unwrap_or_default();
        std::iter::from_fn(move || leb128(&mut bytes))
    }

    /// Forms whose sound has this hash.
    pub(super) fn forms_that_sound(&self, hash: u16) -> impl Iterator<Item = usize> + '_ {
        let sounds = self.table(Table::FormSounds).chunks_exact(2).map(|b| u16::from_le_bytes([b[0], b[1]]));
        sounds.enumerate().filter(move |(_, sound)| *sound == hash).map(|(form, _)| form)
    }

    /// Kind, identifier and title of a document.
    pub(super) fn document(&self, at: usize) -> Option<(u8, &str, &str)> {
        let record = self.table(Table::Docs).get(at * DOC_BYTES..(at + 1) * DOC_BYTES)?;
        let long = |i: usize| number(record, i);
        let short = |i: usize| usize::from(u16::from_le_bytes([record[i], record[i + 1]]));
        Some((record[0], self.string(long(4), short(12))?, self.string(long(8), short(14))?))
    }

    pub(super) fn kind(&self, at: usize) -> u8 {
        self.table(Table::Docs).get(at * DOC_BYTES).copied().unwrap_or(0)
    }

    /// The prior alone: read for every document of every query.
    pub(super) fn prior(&self, at: usize) -> f32 {
        self.table(Table::Docs).get(at * DOC_BYTES + 1).map_or(0.0, |prior| f32::from(*prior) / 255.0)
    }

    /// Lines of the lexicon whose key begins with `stem`.
    pub(super) fn entries(&self, stem: u32) -> impl Iterator<Item = Entry> {
        let count = self.table(Table::Entries).len() / ENTRY_BYTES;
        let first = move |at: usize| {
            self.entry(at).and_then(|entry| self.entry_key(&entry).next()).unwrap_or(u32::MAX)
        };
        let (mut low, mut high) = (0, count);
        while low < high {
            let middle = low + (high - low) / 2;
            if first(middle) < stem { low = middle + 1 } else { high = middle }
        }
        (low..count).take_while(move |at| first(*at) == stem).filter_map(|at| self.entry(at))
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        let record = self.table(Table::Entries).get(at * ENTRY_BYTES..(at + 1) * ENTRY_BYTES)?;
        let byte = |i: usize| usize::from(record[i]);
        Some(Entry {
            key: (number(record, 0), byte(12)),
            target: (number(record, 4), byte(13)),
            text: (number(record, 8), byte(14)),
            weight: f32::from(record[15]) / 255.0,
        })
    }

    pub(super) fn entry_key(&self, entry: &Entry) -> impl Iterator<Item = u32> + Clone {
        self.numbers(Table::EntryStems, entry.key.0..entry.key.0 + entry.key.1)
    }

    pub(super) fn entry_target(&self, entry: &Entry) -> impl Iterator<Item = u32> + Clone {
        self.numbers(Table::EntryStems, entry.target.0..entry.target.0 + entry.target.1)
    }

    pub(super) fn entry_text(&self, entry: &Entry) -> &str {
        self.string(entry.text.0, entry.text.1).unwrap_or_default()
    }
}

fn number(record: &[u8], at: usize) -> usize {
    u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]) as usize
}

/// Documents of one stem, by falling impact.
pub(super) struct Postings<'a> {
    bytes: &'a [u8],
    impact: u8,
    left: u32,
    document: u32,
}

impl Iterator for Postings<'_> {
    type Item = (usize, u8);

    #[inline]
    fn next(&mut self) -> Option<(usize, u8)> {
        if self.left == 0 {
            let (impact, rest) = self.bytes.split_first()?;
            self.bytes = rest;
            self.impact = *impact;
            self.left = leb128(&mut self.bytes)?;
            self.document = 0;
            if self.left == 0 {
                return None;
            }
        }
        self.left -= 1;
        self.document = self.document.saturating_add(leb128(&mut self.bytes)?);
        Some((self.document as usize, self.impact))
    }
}

/// Takes one number from the front; `None` at the end or where it is cut.
#[inline]
fn leb128(bytes: &mut &[u8]) -> Option<u32> {
    let (first, rest) = bytes.split_first()?;
    *bytes = rest;
    if *first < 0x80 {
        return Some(u32::from(*first));
    }
    let mut value = u32::from(first & 0x7f);
    for shift in [7, 14, 21] {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u32::from(byte & 0x7f) << shift;
        if *byte < 0x80 {
            return Some(value);
        }
    }
    None
}

/// Writes a number as [`leb128`] reads it.
pub(super) fn put_leb128(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push((value & 0x7f) as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}
