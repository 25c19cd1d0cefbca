//! The lexicon as it lies in the index: each wording as stems, each of its targets as stems and as a text to show.

use std::collections::{BTreeMap, BTreeSet};

use super::blob::{WHOLE, put_leb128};
use super::build::Vocabulary;
use super::lexicon::Lexicon;
use super::words::{fold, is_empty_word, telling_words, words};
use crate::glossary::Glossary;
use crate::plain::shorten;

/// Longest text of a target shown as a reason, in characters.
const TEXT_CHARS_MAX: usize = 60;
/// Most words of a wording and of a target.
const KEY_WORDS_MAX: usize = 24;
/// An acronym of the content stands for its expansion nearly as surely as for itself.
const ACRONYM_WEIGHT: f32 = 0.7;

/// Sorted by key, each pair of key and target once.
#[derive(Debug, Default)]
pub(super) struct Entries(BTreeMap<(Vec<u32>, Vec<u32>), Entry>);

#[derive(Debug)]
struct Entry {
    weight: u8,
    whole: bool,
    text: String,
}

/// The words of a wording that count, and whether they are all of its words. "se faire avoir" would be "avoir" without
/// its empty words, and every "avoir" a swindle: a wording that would be one word keeps them all.
fn key_words(key: &str, silent: &BTreeSet<String>) -> (Vec<String>, bool) {
    let all = words(key);
    let counts = |word: &&String| !is_empty_word(word) && !silent.contains(*word);
    let telling: Vec<String> = all.iter().filter(counts).cloned().collect();
    if telling.len() == all.len() || telling.len() >= 2 { (telling, false) } else { (all, true) }
}

impl Entries {
    pub(super) fn new(lexicon: &Lexicon, acronyms: &Glossary, vocabulary: &mut Vocabulary) -> Self {
        let mut entries = Self::default();
        let silent: BTreeSet<String> = lexicon.silent.iter().map(|word| fold(word)).collect();
        for line in &lexicon.lines {
            for key in &line.keys {
                for target in &line.targets {
                    entries.add(key, target, line.weight, &silent, vocabulary);
                }
            }
        }
        for (acronym, expansion) in acronyms.iter() {
            entries.add(acronym, expansion, ACRONYM_WEIGHT, &silent, vocabulary);
        }
        entries
    }

    /// The first line of a pair counts: the editor's comes before ours.
    fn add(
        &mut self,
        key: &str,
        target: &str,
        weight: f32,
        silent: &BTreeSet<String>,
        vocabulary: &mut Vocabulary,
    ) {
        let (key, whole) = key_words(key, silent);
        let mut stems = |words: &[String]| -> Vec<u32> {
            words.iter().take(KEY_WORDS_MAX).map(|word| vocabulary.stem(word)).collect()
        };
        let (key, stems) = (stems(&key), stems(&telling_words(target)));
        if key.is_empty() || stems.is_empty() || key == stems {
            return;
        }
        let entry =
            Entry { weight: (weight * 255.0).round() as u8, whole, text: shorten(target, TEXT_CHARS_MAX) };
        self.0.entry((key, stems)).or_insert(entry);
    }

    /// The tables `ENTRIES`, `TARGETS` and `ENTRY_STEMS`; texts go to `strings`.
    pub(super) fn tables(&self, strings: &mut Vec<u8>) -> [Vec<u8>; 3] {
        let (mut entries, mut targets, mut all) = (Vec::new(), Vec::new(), Vec::new());
        let mut runs: BTreeMap<&[u32], u32> = BTreeMap::new();
        let mut numbers: BTreeMap<&[u32], u32> = BTreeMap::new();
        for ((key, target), Entry { weight, whole, text }) in &self.0 {
            let key_at = run(key, &mut runs, &mut all);
            let target_at = run(target, &mut runs, &mut all);
            let next = numbers.len() as u32;
            let number = *numbers.entry(target).or_insert_with(|| {
                targets.extend_from_slice(&target_at.to_le_bytes());
                targets.extend_from_slice(&(strings.len() as u32).to_le_bytes());
                targets.extend_from_slice(&(text.len() as u16).to_le_bytes());
                targets.extend_from_slice(&(target.len() as u16).to_le_bytes());
                strings.extend_from_slice(text.as_bytes());
                next
            });
            let whole = if *whole { WHOLE } else { 0 };
            entries.extend_from_slice(&key_at.to_le_bytes()[..3]);
            entries.push(key.len() as u8 | whole);
            entries.extend_from_slice(&number.to_le_bytes()[..3]);
            entries.push(*weight);
        }
        [entries, targets, all]
    }
}

/// Where a run of stems lies; the same run lies once.
fn run<'a>(stems: &'a [u32], runs: &mut BTreeMap<&'a [u32], u32>, all: &mut Vec<u8>) -> u32 {
    *runs.entry(stems).or_insert_with(|| {
        let start = all.len() as u32;
        for stem in stems {
            put_leb128(all, *stem);
        }
        start
    })
}
