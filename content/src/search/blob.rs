//! The index blob: tables laid one after the other, read where they lie.
//!
//! Little-endian. A header of the magic and, for each table, its offset and length in bytes (u32 each):
//!
//! | table | one record |
//! | --- | --- |
//! | `DOCS` | 16 bytes: kind u8, prior u8 (of 255), 2 bytes zero, id offset u32, title offset u32, id length u16, title length u16 |
//! | `TITLE_ENDS` | u32: end of the document's run of bytes in `TITLE_STEMS` |
//! | `TITLE_STEMS` | LEB128: stems of the title's words plus one, then a 0 and the stems of each everyday wording |
//! | `NEAR_ENDS` | u32: end of the document's run of bytes in `NEAR` |
//! | `NEAR` | LEB128: documents about the same, as gaps |
//! | `STEM_ENDS` | u32: end of the stem's run of bytes in `POSTINGS`; stems of the lexicon alone come after these |
//! | `STEM_WEIGHTS` | u8: how much the stem tells (idf), of 255 |
//! | `POSTINGS` | groups of falling impact: impact u8, count, then the documents as gaps; counts and gaps are LEB128 |
//! | `FORM_ENDS` | u32: end of the form in `FORM_TEXT`; forms are sorted |
//! | `FORM_STEMS` | u32: stem of the form, and the marks [`SILENT`] and [`ELSEWHERE`] |
//! | `FORM_LETTERS` | u32: letters of the form, for spelling |
//! | `SOUNDS` | 5 bytes: hash of a sound u16, form u24; sorted; of words that documents hold |
//! | `FORM_TEXT` | the forms, one after the other |
//! | `ENTRIES` | 8 bytes, a line of the lexicon: key u24 (offset in `ENTRY_STEMS`), length of the key u8 (and [`WHOLE`]), target u24, weight u8; sorted by key |
//! | `TARGETS` | 12 bytes: offset in `ENTRY_STEMS` u32, offset of the text u32, length of the text u16, number of stems u16 |
//! | `ENTRY_STEMS` | LEB128: stems of keys and targets |
//! | `STRINGS` | identifiers, titles, targets of the lexicon |
//!
//! Numbers inside the tables are not trusted either: each is checked where it is used, so that a damaged blob gives
//! poor answers and never a panic.

use std::ops::Range;
use std::sync::Arc;

use super::IndexError;

const MAGIC: &[u8; 8] = b"PRVSIDX2";
/// How many tables there are.
pub(super) const TABLES: usize = 17;
const HEADER: usize = 8 + TABLES * 8;
/// Bytes of one record of `DOCS`.
pub(super) const DOC_BYTES: usize = 16;
/// Most forms of one sound.
const SAME_SOUND_MAX: usize = 64;
/// Parts the title and the wordings of a document in `TITLE_STEMS`.
pub(super) const WORDING_MARK: u32 = 0;
/// Bytes of one record of `ENTRIES`.
const ENTRY_BYTES: usize = 8;
/// Bytes of one record of `TARGETS`.
const TARGET_BYTES: usize = 12;
/// Bytes of one record of `SOUNDS`.
const SOUND_BYTES: usize = 5;

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
    Sounds,
    FormText,
    Entries,
    Targets,
    EntryStems,
    Strings,
}

#[derive(Debug, Clone)]
pub(super) struct Blob {
    bytes: Arc<[u8]>,
    tables: [(usize, usize); TABLES],
}

/// Mark of a form that carries nothing.
pub(super) const SILENT: u32 = 1 << 31;
/// Mark of a form that asks for what no sheet answers.
pub(super) const ELSEWHERE: u32 = 1 << 30;
const STEM: u32 = ELSEWHERE - 1;

/// Added to the length of a key whose every word must stand in the query, also those that carry nothing.
pub(super) const WHOLE: u8 = 0x80;

/// One line of the lexicon.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    key: usize,
    key_length: usize,
    target: usize,
    /// How surely, 0 to 1.
    pub(super) weight: f32,
    /// Every word of the key must stand in the query, also those that carry nothing.
    pub(super) whole: bool,
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

    pub(super) fn stems(&self) -> usize {
        self.words(Table::StemEnds)
    }

    pub(super) fn forms(&self) -> usize {
        self.words(Table::FormEnds)
    }

    pub(super) fn form(&self, at: usize) -> &[u8] {
        self.table(Table::FormText).get(self.run(Table::FormEnds, at)).unwrap_or_default()
    }

    /// The first form that is not less than `word`.
    pub(super) fn first_form(&self, word: &[u8]) -> usize {
        partition(self.forms(), |at| self.form(at) < word)
    }

    /// The form that is this word.
    pub(super) fn form_of(&self, word: &str) -> Option<usize> {
        let at = self.first_form(word.as_bytes());
        (at < self.forms() && self.form(at) == word.as_bytes()).then_some(at)
    }

    /// The stem of a word that is known as it is.
    pub(super) fn stem_of(&self, word: &str) -> Option<u32> {
        self.form_of(word).map(|form| self.form_stem(form))
    }

    /// The stem of a form.
    pub(super) fn form_stem(&self, form: usize) -> u32 {
        self.word(Table::FormStems, form) & STEM
    }

    /// Whether a form has this mark.
    pub(super) fn is_marked(&self, form: usize, mark: u32) -> bool {
        self.word(Table::FormStems, form) & mark != 0
    }

    /// The first form of a stem; looks through all of them.
    pub(super) fn a_form_of(&self, stem: u32) -> Option<String> {
        let at = self.numbers(Table::FormStems, 0..self.forms()).position(|other| other & STEM == stem)?;
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
        Postings(bytes.unwrap_or_default())
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
        let table = self.table(Table::Sounds);
        let record = |at: usize| table.get(at * SOUND_BYTES..(at + 1) * SOUND_BYTES);
        let sound = move |at: usize| record(at).map(|bytes| u16::from_le_bytes([bytes[0], bytes[1]]));
        let first = partition(table.len() / SOUND_BYTES, |at| sound(at).is_some_and(|other| other < hash));
        let same = (first..).take_while(move |at| sound(*at) == Some(hash)).take(SAME_SOUND_MAX);
        same.filter_map(move |at| record(at).map(|bytes| u24(bytes, 2)))
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
        let first = |at: usize| self.entry(at).and_then(|entry| self.entry_key(&entry).next());
        let low = partition(count, |at| first(at).is_some_and(|other| other < stem));
        (low..count)
            .map_while(move |at| self.entry(at).filter(|entry| self.entry_key(entry).next() == Some(stem)))
    }

    fn entry(&self, at: usize) -> Option<Entry> {
        let record = self.table(Table::Entries).get(at * ENTRY_BYTES..(at + 1) * ENTRY_BYTES)?;
        Some(Entry {
            key: u24(record, 0),
            key_length: usize::from(record[3] & !WHOLE),
            whole: record[3] & WHOLE != 0,
            target: u24(record, 4),
            weight: f32::from(record[7]) / 255.0,
        })
    }

    pub(super) fn entry_key(&self, entry: &Entry) -> impl Iterator<Item = u32> + '_ {
        self.entry_stems(entry.key, entry.key_length)
    }

    pub(super) fn entry_target(&self, entry: &Entry) -> impl Iterator<Item = u32> + '_ {
        let (stems, _, _, count) = self.target(entry);
        self.entry_stems(stems, count)
    }

    pub(super) fn entry_text(&self, entry: &Entry) -> &str {
        let (_, text, length, _) = self.target(entry);
        self.string(text, length).unwrap_or_default()
    }

    fn target(&self, entry: &Entry) -> (usize, usize, usize, usize) {
        let record =
            self.table(Table::Targets).get(entry.target * TARGET_BYTES..(entry.target + 1) * TARGET_BYTES);
        let Some(record) = record else { return (0, 0, 0, 0) };
        let short = |at: usize| usize::from(u16::from_le_bytes([record[at], record[at + 1]]));
        (number(record, 0), number(record, 4), short(8), short(10))
    }

    fn entry_stems(&self, start: usize, count: usize) -> impl Iterator<Item = u32> + '_ {
        let mut bytes = self.table(Table::EntryStems).get(start..).unwrap_or_default();
        std::iter::from_fn(move || leb128(&mut bytes)).take(count)
    }
}

/// The first of `count` records that is not `before`; they are sorted so.
fn partition(count: usize, before: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, count);
    while low < high {
        let middle = low + (high - low) / 2;
        if before(middle) { low = middle + 1 } else { high = middle }
    }
    low
}

fn u24(record: &[u8], at: usize) -> usize {
    u32::from_le_bytes([record[at], record[at + 1], record[at + 2], 0]) as usize
}

fn number(record: &[u8], at: usize) -> usize {
    u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]]) as usize
}

/// Documents of one stem, by falling impact.
pub(super) struct Postings<'a>(&'a [u8]);

impl Postings<'_> {
    /// Calls `take` with each document and the stem's impact there, at most about `limit` of them: whole groups of the
    /// highest impacts.
    #[inline]
    pub(super) fn each(mut self, limit: usize, mut take: impl FnMut(usize, u8)) {
        let mut taken = 0;
        while taken < limit {
            let Some((impact, rest)) = self.0.split_first() else { return };
            self.0 = rest;
            let Some(count) = leb128(&mut self.0) else { return };
            let mut document = 0_u32;
            for _ in 0..count {
                let Some(gap) = leb128(&mut self.0) else { return };
                document = document.saturating_add(gap);
                take(document as usize, *impact);
            }
            taken += (count as usize).max(1);
        }
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
