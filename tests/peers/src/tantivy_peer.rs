//! tantivy as a peer: stemmed titles, stemmed whole texts, and the plain forms as a dictionary, for beginnings of words
//! and for spelling.
//!
//! A word becomes the stems that it may stand for; each is looked for in both fields, scored by BM25. Documents that
//! hold all words score higher, more so in the title, and most where they follow each other there. Beginnings and
//! corrections are looked up in the dictionary and the commonest few taken: tantivy's own fuzzy and prefix queries
//! give every document the same score, and read the postings of thousands of words for one letter.
//!
//! The values were found on the development queries, one after the other. nDCG@10 is 0.550. Four fields (title,
//! summary, headings, body) with boosts 16·4·3·1 gave 0.508, with the best boosts 0.528, and took a quarter longer; one
//! flat disjunction of them 0.496. Phrases in the body gave no more than phrases in the title and took longer; the best
//! field instead of the sum, exact forms beside stems, and more corrections gave the same or less.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use tantivy::collector::TopDocs;
use tantivy::directory::RamDirectory;
use tantivy::query::{
    BooleanQuery, BoostQuery, DisjunctionMaxQuery, FuzzyTermQuery, PhraseQuery, Query, TermQuery,
};
use tantivy::schema::{Field, IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{
    AsciiFoldingFilter, Language, LowerCaser, RemoveLongFilter, SimpleTokenizer, Stemmer, StopWordFilter,
    TextAnalyzer, TextAnalyzerBuilder, TokenizerManager,
};
use tantivy::{Index, InvertedIndexReader, Searcher, TantivyDocument, Term};

use crate::engine::{Document, Engine, RESULTS};
use crate::words::{self, STOP_WORDS};

/// Fields that are searched: the title, and all four texts with the title among them.
const TITLE: usize = 0;
const SEARCHED: [&str; 2] = ["title", "whole"];
const BOTH: [usize; 2] = [0, 1];
const BOOSTS: [f32; 2] = [0.7, 1.0];
/// Names of analyzers.
const STEMS: &str = "stems";
const FORMS: &str = "forms";
/// Longest word kept, in bytes.
const WORD_BYTES_MAX: usize = 40;
/// Memory for building, in bytes: all in one segment.
const BUILD_BYTES: usize = 500_000_000;

/// What the beginning of a word counts, and that of a word which is known as it is.
const BEGINNING: f32 = 0.9;
const BEGINNING_OF_KNOWN: f32 = 0.5;
/// Most forms that a beginning stands for, and one of at most [`SHORT`] letters, which would cost much and tell little.
const BEGINNINGS_MAX: usize = 20;
const SHORT_BEGINNINGS_MAX: usize = 5;
const SHORT: usize = 2;
/// What a correction counts, and most corrections of a word.
const CORRECTION: f32 = 0.8;
const CORRECTIONS_MAX: usize = 2;
/// Words of more letters may hold two errors.
const ONE_ERROR_LETTERS_MAX: usize = 7;
/// What it counts besides that all words are there, and that all are in the title.
const ALL_WORDS: f32 = 0.3;
const ALL_WORDS_IN_TITLE: f32 = 0.5;
/// Two neighbouring words that are neighbours in the title.
const PHRASE: f32 = 0.5;
const PHRASE_SLOP: u32 = 1;

type Part = Box<dyn Query>;

/// tantivy with its index in memory.
pub struct Tantivy {
    directory: RamDirectory,
    searcher: Searcher,
    fields: [Field; 2],
    forms: Field,
    stemmer: TextAnalyzer,
    /// Identifiers by document: the peer need not fetch them.
    ids: Vec<String>,
}

/// A stem that a word may stand for, and what it counts.
struct Meaning {
    stem: String,
    boost: f32,
}

/// Words of a text, folded, without stop words.
fn plain() -> TextAnalyzerBuilder {
    TextAnalyzer::builder(SimpleTokenizer::default())
        .filter_dynamic(RemoveLongFilter::limit(WORD_BYTES_MAX))
        .filter_dynamic(LowerCaser)
        .filter_dynamic(AsciiFoldingFilter)
        .filter_dynamic(StopWordFilter::remove(STOP_WORDS.map(str::to_owned)))
}

/// Folded before they are stemmed: who types without accents gets the same stems.
fn stemmed() -> TextAnalyzer {
    plain().filter_dynamic(Stemmer::new(Language::French)).build()
}

fn tokenizers() -> TokenizerManager {
    let manager = TokenizerManager::new();
    manager.register(STEMS, stemmed());
    manager.register(FORMS, plain().build());
    manager
}

fn text_options(tokenizer: &str, record: IndexRecordOption) -> TextOptions {
    let indexing = TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(record);
    TextOptions::default().set_indexing_options(indexing)
}

fn open(directory: &RamDirectory) -> Result<Searcher> {
    let mut index = Index::open(directory.clone())?;
    index.set_tokenizers(tokenizers());
    Ok(index.reader()?.searcher())
}

impl Tantivy {
    pub fn build(documents: &[Document]) -> Result<Self> {
        let mut schema = Schema::builder();
        let fields = SEARCHED.map(|name| {
            let positions = name == SEARCHED[TITLE];
            let record = if positions {
                IndexRecordOption::WithFreqsAndPositions
            } else {
                IndexRecordOption::WithFreqs
            };
            schema.add_text_field(name, text_options(STEMS, record))
        });
        let forms = schema.add_text_field("forms", text_options(FORMS, IndexRecordOption::Basic));
        let directory = RamDirectory::create();
        let index = Index::builder().schema(schema.build()).tokenizers(tokenizers());
        let mut writer = index.single_segment_index_writer(directory.clone(), BUILD_BYTES)?;
        for (_, texts) in documents {
            let mut document = TantivyDocument::new();
            document.add_text(fields[TITLE], &texts[0]);
            for text in texts {
                document.add_text(fields[1], text);
                document.add_text(forms, text);
            }
            writer.add_document(document)?;
        }
        writer.finalize()?;
        let searcher = open(&directory)?;
        let ids = documents.iter().map(|(id, _)| id.clone()).collect();
        Ok(Self { directory, searcher, fields, forms, stemmer: stemmed(), ids })
    }

    fn query(&mut self, typed: &str) -> Result<Option<Part>> {
        let typed = words::cut(typed);
        let mut words = Vec::new();
        for word in &typed.finished {
            words.push(self.meanings(word, false)?);
        }
        if let Some(word) = &typed.unfinished {
            words.push(self.meanings(word, true)?);
        }
        words.retain(|meanings| !meanings.is_empty());
        let mut parts = self.parts(&words, &BOTH);
        if words.len() > 1 {
            let all = BooleanQuery::intersection(self.parts(&words, &BOTH));
            parts.push(boosted(all, ALL_WORDS));
            let title = BooleanQuery::intersection(self.parts(&words, &[TITLE]));
            parts.push(boosted(title, ALL_WORDS_IN_TITLE));
            parts.extend(words.windows(2).map(|pair| self.phrase(pair)));
        }
        Ok((!parts.is_empty()).then(|| Box::new(BooleanQuery::union(parts)) as Part))
    }

    /// What a word may stand for: itself, words that it begins, or else words that it was meant to be.
    fn meanings(&mut self, word: &str, unfinished: bool) -> Result<Vec<Meaning>> {
        let dictionary = self.searcher.segment_reader(0).inverted_index(self.forms)?;
        let known = dictionary.terms().get(word)?.is_some();
        let mut forms: Vec<(String, f32)> = Vec::new();
        if known {
            forms.push((word.to_owned(), 1.0));
        }
        if unfinished {
            let boost = if known { BEGINNING_OF_KNOWN } else { BEGINNING };
            forms.extend(beginnings(&dictionary, word)?.into_iter().map(|form| (form, boost)));
        }
        if forms.is_empty() {
            let corrections = corrections(&dictionary, self.forms, word, unfinished)?;
            forms.extend(corrections.into_iter().map(|form| (form, CORRECTION)));
        }
        let mut seen = BTreeSet::new();
        let meanings = forms.into_iter().map(|(form, boost)| Meaning { stem: self.stem(&form), boost });
        Ok(meanings.filter(|meaning| seen.insert(meaning.stem.clone())).collect())
    }

    fn stem(&mut self, form: &str) -> String {
        let mut tokens = self.stemmer.token_stream(form);
        if tokens.advance() { tokens.token().text.clone() } else { form.to_owned() }
    }

    /// One part for each word, looked for in these fields.
    fn parts(&self, words: &[Vec<Meaning>], fields: &[usize]) -> Vec<Part> {
        let word = |meanings: &Vec<Meaning>| {
            let parts = meanings.iter().map(|meaning| self.in_fields(meaning, fields)).collect();
            Box::new(DisjunctionMaxQuery::new(parts)) as Part
        };
        words.iter().map(word).collect()
    }

    fn in_fields(&self, meaning: &Meaning, fields: &[usize]) -> Part {
        let parts = fields.iter().map(|at| {
            let term = Term::from_field_text(self.fields[*at], &meaning.stem);
            boosted(TermQuery::new(term, IndexRecordOption::WithFreqs), BOOSTS[*at] * meaning.boost)
        });
        Box::new(BooleanQuery::union(parts.collect()))
    }

    /// The likeliest meanings of neighbouring words, as neighbours in the title.
    fn phrase(&self, pair: &[Vec<Meaning>]) -> Part {
        let first = pair.iter().filter_map(|meanings| meanings.first());
        let terms = first.map(|meaning| Term::from_field_text(self.fields[TITLE], &meaning.stem));
        let mut phrase = PhraseQuery::new(terms.collect());
        phrase.set_slop(PHRASE_SLOP);
        boosted(phrase, PHRASE)
    }
}

fn boosted(query: impl Query, boost: f32) -> Part {
    Box::new(BoostQuery::new(Box::new(query), boost))
}

/// The commonest forms that begin so.
fn beginnings(dictionary: &InvertedIndexReader, word: &str) -> Result<Vec<String>> {
    let after = format!("{word}{}", char::MAX);
    let mut stream = dictionary.terms().range().ge(word).lt(after).into_stream()?;
    let mut found = Vec::new();
    while let Some((form, info)) = stream.next() {
        found.push((info.doc_freq, String::from_utf8_lossy(form).into_owned()));
    }
    let short = word.chars().count() <= SHORT;
    Ok(commonest(found, if short { SHORT_BEGINNINGS_MAX } else { BEGINNINGS_MAX }))
}

/// The commonest forms at the least distance: 1, or 2 in long words. Of an unfinished word, forms that begin nearly so.
fn corrections(
    dictionary: &InvertedIndexReader,
    forms: Field,
    word: &str,
    unfinished: bool,
) -> Result<Vec<String>> {
    let most = if word.chars().count() > ONE_ERROR_LETTERS_MAX { 2 } else { 1 };
    for distance in 1..=most {
        let term = Term::from_field_text(forms, word);
        let query = if unfinished {
            FuzzyTermQuery::new_prefix(term, distance, true)
        } else {
            FuzzyTermQuery::new(term, distance, true)
        };
        let mut stream = dictionary.terms().search(query.automaton()?).into_stream()?;
        let mut found = Vec::new();
        while let Some((form, info)) = stream.next() {
            found.push((info.doc_freq, String::from_utf8_lossy(form).into_owned()));
        }
        if !found.is_empty() {
            return Ok(commonest(found, CORRECTIONS_MAX));
        }
    }
    Ok(Vec::new())
}

fn commonest(mut found: Vec<(u32, String)>, most: usize) -> Vec<String> {
    found.sort_unstable_by(|a, b| b.0.cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
    found.truncate(most);
    found.into_iter().map(|(_, form)| form).collect()
}

impl Engine for Tantivy {
    fn search(&mut self, typed: &str) -> Result<Vec<String>> {
        let Some(query) = self.query(typed)? else { return Ok(Vec::new()) };
        let top = self.searcher.search(&query, &TopDocs::with_limit(RESULTS).order_by_score())?;
        let id = |at: u32| self.ids.get(at as usize).cloned().context("a document without identifier");
        top.iter().map(|(_, address)| id(address.doc_id)).collect()
    }

    fn bytes(&self) -> Result<usize> {
        Ok(self.directory.total_mem_usage())
    }

    fn open_again(&self) -> Result<()> {
        open(&self.directory).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tantivy() -> Tantivy {
        let document =
            |id: &str, title: &str, body: &str| (id.to_owned(), [title, "", "", body].map(str::to_owned));
        let documents = [
            document("a", "Impôts", "les papiers, une attestation"),
            document("b", "Cartes d'identité volées", ""),
            document("c", "Carte grise", "identité"),
        ];
        Tantivy::build(&documents).unwrap()
    }

    #[test]
    fn accents_plurals_beginnings_and_errors_do_not_matter() {
        let mut tantivy = tantivy();
        assert_eq!(tantivy.search("volee ").unwrap(), ["b"]);
        assert_eq!(tantivy.search("papi").unwrap(), ["a"]);
        assert_eq!(tantivy.search("atestasion ").unwrap(), ["a"]);
        assert_eq!(tantivy.search("papirs ").unwrap(), ["a"]);
        assert!(tantivy.search("le ").unwrap().is_empty());
    }

    #[test]
    fn all_words_in_the_title_come_first() {
        assert_eq!(tantivy().search("carte d'identité ").unwrap(), ["b", "c"]);
    }

    #[test]
    fn the_index_has_a_size_and_opens() {
        assert!(tantivy().bytes().unwrap() > 0);
        tantivy().open_again().unwrap();
    }
}
