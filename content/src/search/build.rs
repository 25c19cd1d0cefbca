//! Building the index: BM25F over six fields, once, with each posting's impact rounded to one byte.

use std::collections::BTreeMap;

use super::blob::{DOC_BYTES, ELSEWHERE, SILENT, TABLES, WORDING_MARK, assemble, put_leb128};
use super::documents::{Document, EVERYDAY, FIELDS, TITLE, documents, prior};
use super::entries::Entries;
use super::sound::{sound, sound_hash};
use super::stem::stem;
use super::weights::Weights;
use super::words::{compounds, is_empty_word, letters, telling_words, words};
use crate::id::Lang;
use crate::library::Library;
use crate::plain::shorten;

/// Most documents in one index: a gap in the postings has 28 bits, a blob 4 GB.
const DOCUMENTS_MAX: usize = 1 << 24;
/// Longest title stored, in characters.
const TITLE_CHARS_MAX: usize = 300;
/// The least impact kept, of 255. Below it a word says next to nothing about a document: leaving those out costs
/// 0.001 of nDCG and spares 0.8 MB of the DILA index.
const IMPACT_MIN: u8 = 18;
/// Impacts are rounded down to steps of one eighth of themselves, so that equal ones share a group.
const IMPACT_STEPS: u8 = 8;

/// A document that more lead to is near to none of them.
const LED_FROM_MAX: usize = 12;

/// Why an index could not be built.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// More than 16 million documents.
    #[error("{0} documents, more than {DOCUMENTS_MAX}")]
    TooMany(usize),
}

/// The index over everything in `lang`, as the bytes of a blob. The same library gives the same bytes.
pub fn build(library: &Library, lang: &Lang) -> Result<Vec<u8>, BuildError> {
    Ok(Corpus::read(library, lang)?.blob(&Weights::CHOSEN))
}

/// Documents whose words are counted: what does not depend on the weights.
#[derive(Debug)]
pub struct Corpus {
    documents: Vec<Document>,
    counted: Vec<Counted>,
    /// Stems that documents hold; those of the lexicon alone have higher numbers.
    counted_stems: usize,
    vocabulary: Vocabulary,
    entries: Entries,
    /// Folders with what they list.
    listed: Vec<(String, String)>,
}

/// How often each stem stands in each field of one document.
#[derive(Debug)]
struct Counted {
    stems: BTreeMap<u32, [u32; FIELDS]>,
    lengths: [u32; FIELDS],
}

/// Forms and stems seen, stems numbered in the order in which they are met.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    forms: BTreeMap<String, u32>,
    stems: BTreeMap<String, u32>,
    /// Marks of forms.
    marks: BTreeMap<String, u32>,
}

impl Vocabulary {
    fn mark(&mut self, wordings: &[String], mark: u32) {
        for word in wordings.iter().flat_map(|wording| words(wording)) {
            self.stem(&word);
            *self.marks.entry(word).or_default() |= mark;
        }
    }

    pub(super) fn stem(&mut self, word: &str) -> u32 {
        if let Some(number) = self.forms.get(word) {
            return *number;
        }
        let next = self.stems.len() as u32;
        let number = *self.stems.entry(stem(word)).or_insert(next);
        self.forms.insert(word.to_owned(), number);
        number
    }

    /// Gives the commonest stems the smallest numbers: they take the fewest bytes.
    fn renumber(&mut self, counted: &mut [Counted]) {
        let mut order: Vec<(u32, u32)> = (0..self.stems.len() as u32).map(|stem| (0, stem)).collect();
        for stem in counted.iter().flat_map(|document| document.stems.keys()) {
            order[*stem as usize].0 += 1;
        }
        order.sort_unstable_by_key(|(frequency, stem)| (std::cmp::Reverse(*frequency), *stem));
        let mut numbers = vec![0_u32; order.len()];
        for (new, (_, old)) in order.iter().enumerate() {
            numbers[*old as usize] = new as u32;
        }
        let renumbered = |stem: &u32| numbers[*stem as usize];
        for number in self.forms.values_mut().chain(self.stems.values_mut()) {
            *number = renumbered(number);
        }
        for document in counted {
            document.stems =
                document.stems.iter().map(|(stem, fields)| (renumbered(stem), *fields)).collect();
        }
    }

    fn count(&mut self, document: &Document) -> Counted {
        let mut counted = Counted { stems: BTreeMap::new(), lengths: [0; FIELDS] };
        for (at, text) in document.fields.iter().enumerate() {
            for word in words(text).into_iter().chain(compounds(text)) {
                counted.stems.entry(self.stem(&word)).or_default()[at] += 1;
                counted.lengths[at] += 1;
            }
        }
        counted
    }
}

impl Corpus {
    /// Counts the words of everything in `lang`.
    pub fn read(library: &Library, lang: &Lang) -> Result<Self, BuildError> {
        let documents = documents(library, lang);
        if documents.len() > DOCUMENTS_MAX {
            return Err(BuildError::TooMany(documents.len()));
        }
        let mut vocabulary = Vocabulary::default();
        let mut counted: Vec<Counted> = documents.iter().map(|document| vocabulary.count(document)).collect();
        vocabulary.renumber(&mut counted);
        let counted_stems = vocabulary.stems.len();
        let entries = Entries::new(&library.lexicon, &library.glossary, &mut vocabulary);
        vocabulary.mark(&library.lexicon.silent, SILENT);
        vocabulary.mark(&library.lexicon.elsewhere, ELSEWHERE);
        let listed = library.nodes.iter().flat_map(|node| {
            node.entries.iter().map(|entry| (node.id.to_string(), entry.target.id().to_owned()))
        });
        let listed = listed.collect();
        Ok(Self { documents, counted, counted_stems, vocabulary, entries, listed })
    }

    /// The blob.
    pub fn blob(&self, weights: &Weights) -> Vec<u8> {
        let idf = self.stem_weights();
        let (docs, mut strings) = document_tables(&self.documents, weights);
        let (title_ends, title_stems) = title_tables(&self.documents, &self.vocabulary);
        let (near_ends, near) = near_tables(&self.documents, &self.listed);
        let (stem_ends, postings) = posting_tables(&self.counted, &idf, weights);
        let [form_ends, form_stems, form_letters, sounds, form_text] =
            form_tables(&self.vocabulary, self.counted_stems);
        let [entries, targets, entry_stems] = self.entries.tables(&mut strings);
        let stem_weights = idf.iter().map(|weight| byte(*weight)).collect();
        let tables: [Vec<u8>; TABLES] = [
            docs,
            title_ends,
            title_stems,
            near_ends,
            near,
            stem_ends,
            stem_weights,
            postings,
            form_ends,
            form_stems,
            form_letters,
            sounds,
            form_text,
            entries,
            targets,
            entry_stems,
            strings,
        ];
        assemble(&tables)
    }

    /// How much each stem of a document tells: its inverse document frequency as a share of the highest.
    fn stem_weights(&self) -> Vec<f32> {
        let mut frequency = vec![0_u32; self.counted_stems];
        for stem in self.counted.iter().flat_map(|document| document.stems.keys()) {
            frequency[*stem as usize] += 1;
        }
        let count = self.documents.len() as f32;
        let highest = (1.0 + (count + 0.5) / 1.5).ln().max(1.0);
        let idf = |n: f32| (1.0 + (count - n + 0.5) / (n + 0.5)).ln() / highest;
        frequency.into_iter().map(|n| idf(n as f32)).collect()
    }
}

fn byte(share: f32) -> u8 {
    (share.clamp(0.0, 1.0) * 255.0).round() as u8
}

fn document_tables(documents: &[Document], weights: &Weights) -> (Vec<u8>, Vec<u8>) {
    let (mut docs, mut strings) = (Vec::with_capacity(documents.len() * DOC_BYTES), Vec::new());
    let priors: Vec<f32> = documents.iter().map(|document| prior(document, weights)).collect();
    let highest = priors.iter().copied().fold(f32::MIN_POSITIVE, f32::max);
    for (document, prior) in documents.iter().zip(priors) {
        let title = shorten(&document.title, TITLE_CHARS_MAX);
        docs.extend_from_slice(&[document.kind, byte(prior / highest), 0, 0]);
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

/// Stems of the title's words, in order, then of each wording of everyday words after a mark; each number is one more than its stem.
fn title_tables(documents: &[Document], vocabulary: &Vocabulary) -> (Vec<u8>, Vec<u8>) {
    let (mut ends, mut stems) = (Vec::new(), Vec::new());
    let number = |word: &str| vocabulary.forms.get(word).map_or(WORDING_MARK, |stem| stem + 1);
    for document in documents {
        let title = &document.fields[TITLE];
        for word in words(title).into_iter().chain(compounds(title)) {
            put_leb128(&mut stems, number(&word));
        }
        for wording in document.fields[EVERYDAY].lines() {
            put_leb128(&mut stems, WORDING_MARK);
            for word in telling_words(wording) {
                put_leb128(&mut stems, number(&word));
            }
        }
        put_u32(&mut ends, stems.len());
    }
    (ends, stems)
}

/// Documents that are about the same: a service and the sheets that lead to it, a sheet and its folder. What very
/// many lead to is about nothing in particular.
fn near_tables(documents: &[Document], listed: &[(String, String)]) -> (Vec<u8>, Vec<u8>) {
    let places: BTreeMap<&str, u32> =
        documents.iter().enumerate().map(|(at, document)| (document.id.as_str(), at as u32)).collect();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for (at, document) in documents.iter().enumerate() {
        if document.led_from.len() <= LED_FROM_MAX {
            let from = document.led_from.iter().filter_map(|id| places.get(id.as_str()));
            pairs.extend(from.map(|from| (at as u32, *from)));
        }
    }
    let folder = |(folder, entry): &(String, String)| {
        Some((*places.get(folder.as_str())?, *places.get(entry.as_str())?))
    };
    pairs.extend(listed.iter().filter_map(folder));
    let back: Vec<(u32, u32)> = pairs.iter().map(|(a, b)| (*b, *a)).collect();
    pairs.extend(back);
    pairs.sort_unstable();
    pairs.dedup();
    let (mut ends, mut near) = (Vec::new(), Vec::new());
    let mut pairs = pairs.into_iter().peekable();
    for at in 0..documents.len() as u32 {
        let mut before = 0;
        while let Some((_, other)) = pairs.next_if(|(from, _)| *from == at) {
            put_leb128(&mut near, other - before);
            before = other;
        }
        put_u32(&mut ends, near.len());
    }
    (ends, near)
}

/// Postings by stem, each with its BM25F impact.
fn posting_tables(counted: &[Counted], idf: &[f32], weights: &Weights) -> (Vec<u8>, Vec<u8>) {
    let average = average_lengths(counted);
    let mut lists: Vec<Vec<(u8, u32)>> = vec![Vec::new(); idf.len()];
    for (at, document) in counted.iter().enumerate() {
        for (stem, fields) in &document.stems {
            let mut frequency = 0.0;
            for (f, field) in weights.fields.iter().enumerate().filter(|(f, _)| fields[*f] > 0) {
                let longer = document.lengths[f] as f32 / average[f];
                frequency += field.weight * fields[f] as f32 / (1.0 - field.length + field.length * longer);
            }
            let impact =
                byte(idf[*stem as usize].powf(weights.idf) * frequency / (weights.saturation + frequency));
            if impact >= IMPACT_MIN {
                lists[*stem as usize].push((impact - impact % (impact / IMPACT_STEPS).max(1), at as u32));
            }
        }
    }
    let (mut ends, mut postings) = (Vec::new(), Vec::new());
    for list in lists {
        put_groups(list, &mut postings);
        put_u32(&mut ends, postings.len());
    }
    (ends, postings)
}

fn average_lengths(counted: &[Counted]) -> [f32; FIELDS] {
    let mut average = [0.0_f32; FIELDS];
    for (at, average) in average.iter_mut().enumerate() {
        let filled = counted.iter().filter(|document| document.lengths[at] > 0);
        let (sum, count) = filled.fold((0_u64, 0_u64), |(s, n), d| (s + u64::from(d.lengths[at]), n + 1));
        *average = (sum as f32 / count.max(1) as f32).max(1.0);
    }
    average
}

/// Postings of one stem: groups of falling impact, documents as gaps.
fn put_groups(mut list: Vec<(u8, u32)>, out: &mut Vec<u8>) {
    list.sort_unstable_by_key(|(impact, document)| (std::cmp::Reverse(*impact), *document));
    for group in list.chunk_by(|a, b| a.0 == b.0) {
        out.push(group[0].0);
        put_leb128(out, group.len() as u32);
        let mut before = 0;
        for (_, document) in group {
            put_leb128(out, document - before);
            before = *document;
        }
    }
}

fn put_u32(out: &mut Vec<u8>, number: usize) {
    out.extend_from_slice(&(number as u32).to_le_bytes());
}

fn form_tables(vocabulary: &Vocabulary, counted_stems: usize) -> [Vec<u8>; 5] {
    let mut tables: [Vec<u8>; 5] = Default::default();
    let mut sounds = Vec::new();
    for (at, (form, stem)) in vocabulary.forms.iter().enumerate() {
        tables[4].extend_from_slice(form.as_bytes());
        let end = tables[4].len();
        put_u32(&mut tables[0], end);
        let marked = stem | vocabulary.marks.get(form).copied().unwrap_or(0);
        tables[1].extend_from_slice(&marked.to_le_bytes());
        tables[2].extend_from_slice(&letters(form).to_le_bytes());
        // Empty words and those of other languages are no good correction of anything.
        if !is_empty_word(form) && (*stem as usize) < counted_stems {
            sounds.push((sound_hash(&sound(form)), at as u32));
        }
    }
    sounds.sort_unstable();
    for (hash, form) in sounds {
        tables[3].extend_from_slice(&hash.to_le_bytes());
        tables[3].extend_from_slice(&form.to_le_bytes()[..3]);
    }
    tables
}
