//! The lexicon as it lies in the index: each wording as stems, each of its targets as stems and as a text to show.

use std::collections::{BTreeMap, BTreeSet};

use super::build::Vocabulary;
use super::lexicon::{ELSEWHERE, Lexicon, SILENT};
use super::words::{fold, telling_words, words};
use crate::glossary::Glossary;
use crate::plain::shorten;

/// Longest text of a target shown as a reason, in characters.
const TEXT_CHARS_MAX: usize = 60;
/// An acronym of the content stands for its expansion nearly as surely as for itself.
const ACRONYM_WEIGHT: f32 = 0.7;

/// Sorted by key, each pair of key and target once.
#[derive(Debug, Default)]
pub(super) struct Entries(BTreeMap<(Vec<u32>, Vec<u32>), (u8, String)>);

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
        for (marked, mark) in [(&lexicon.silent, SILENT), (&lexicon.elsewhere, ELSEWHERE)] {
            for word in marked.iter().flat_map(|word| words(word)) {
                let key = vec![vocabulary.stem(&word)];
                entries.0.entry((key, Vec::new())).or_insert_with(|| (0, mark.to_owned()));
            }
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
        let mut stems = |text: &str| -> Vec<u32> {
            let all = telling_words(text);
            let heard = all.iter().filter(|word| !silent.contains(*word));
            let telling: Vec<&String> = if heard.clone().count() == 0 { all.iter().collect() } else { heard.collect() };
            telling.into_iter().take(usize::from(u8::MAX)).map(|word| vocabulary.stem(word)).collect()
        };
        let (key, stems) = (stems(key), stems(target));
        if key.is_empty() || key == stems {
            return;
        }
        let weight = (weight * 255.0).round() as u8;
        self.0.entry((key, stems)).or_insert_with(|| (weight, shorten(target, TEXT_CHARS_MAX)));
    }

    /// The tables `ENTRIES` and `ENTRY_STEMS`; texts go to `strings`.
    pub(super) fn tables(&self, strings: &mut Vec<u8>) -> (Vec<u8>, Vec<u8>) {
        let (mut entries, mut all) = (Vec::new(), Vec::new());
        let mut runs: BTreeMap<&[u32], u32> = BTreeMap::new();
        let mut texts: BTreeMap<&str, u32> = BTreeMap::new();
        for ((key, target), (weight, text)) in &self.0 {
            for stems in [key, target] {
                let start = *runs.entry(stems).or_insert_with(|| {
                    let start = all.len() as u32 / 4;
                    stems.iter().for_each(|stem| all.extend_from_slice(&stem.to_le_bytes()));
                    start
                });
                entries.extend_from_slice(&start.to_le_bytes());
            }
            let at = *texts.entry(text).or_insert_with(|| {
                let at = strings.len() as u32;
                strings.extend_from_slice(text.as_bytes());
                at
            });
            entries.extend_from_slice(&at.to_le_bytes());
            entries.extend_from_slice(&[key.len() as u8, target.len() as u8, text.len() as u8, *weight]);
        }
        (entries, all)
    }
}
