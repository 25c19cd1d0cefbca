//! The lexicon: what people say → what the administration writes. Plain text that an editor extends.
//!
//! One line, its columns parted by a tab; `#` begins a comment:
//!
//! - `bagnole|auto → véhicule|voiture → 0.8`: who types one of the first means one of the second; the last column is
//!   how surely, 1 if absent. A wording of several words outweighs its words;
//! - `=F1344 → papiers volés|carte perdue`: wordings of one sheet, folder or kind of place;
//! - `comment|how → -`: words that carry nothing;
//! - `météo|recette → ?`: words that ask for what no sheet answers.

use std::collections::BTreeMap;

/// Most words of one wording.
pub const WORDING_WORDS_MAX: usize = 12;

/// The target of words that carry nothing.
const SILENT: &str = "-";
/// The target of words that ask for what no sheet answers.
const ELSEWHERE: &str = "?";

/// Words that carry nothing, short spellings of messages, words that ask for what no sheet answers, and names of
/// kinds of places: part of the engine, whatever lexicon is used.
const WORDS: [(&str, &str); 3] = [
    ("places.tsv", include_str!("../../lexicon/places.tsv")),
    ("words.tsv", include_str!("../../lexicon/words.tsv")),
    ("elsewhere.tsv", include_str!("../../lexicon/elsewhere.tsv")),
];
/// Everyday and foreign wordings, and wordings of the sheets of service-public.fr.
const WORDINGS: [(&str, &str); 11] = [
    ("lay.tsv", include_str!("../../lexicon/lay.tsv")),
    ("en.tsv", include_str!("../../lexicon/en.tsv")),
    ("es.tsv", include_str!("../../lexicon/es.tsv")),
    ("pt.tsv", include_str!("../../lexicon/pt.tsv")),
    ("ar.tsv", include_str!("../../lexicon/ar.tsv")),
    ("ar-latin.tsv", include_str!("../../lexicon/ar-latin.tsv")),
    ("uk-ru.tsv", include_str!("../../lexicon/uk-ru.tsv")),
    ("tr.tsv", include_str!("../../lexicon/tr.tsv")),
    ("br.tsv", include_str!("../../lexicon/br.tsv")),
    ("ro-it-de.tsv", include_str!("../../lexicon/ro-it-de.tsv")),
    ("sheets.tsv", include_str!("../../lexicon/sheets.tsv")),
];

/// One line: any of `keys` means any of `targets`.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where it stands: file and line number, for messages.
    pub at: (String, usize),
    /// What people say.
    pub keys: Vec<String>,
    /// What the sheets say.
    pub targets: Vec<String>,
    /// How surely, above 0 and at most 1.
    pub weight: f32,
}

/// A lexicon as it is written.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Lexicon {
    /// Wordings for wordings, in the order of the files.
    pub lines: Vec<Line>,
    wordings: BTreeMap<String, Wordings>,
    /// Words that carry nothing.
    pub silent: Vec<String>,
    /// Words that ask for what no sheet answers.
    pub elsewhere: Vec<String>,
}

/// Everyday wordings of one subject, and where the first of them stand.
#[derive(Debug, Clone, PartialEq)]
struct Wordings {
    at: (String, usize),
    list: Vec<String>,
}

/// A line that cannot be read, or that does nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}:{line} : {fault}")]
pub struct LineFault {
    /// The file.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do, in French.
    pub fault: String,
}

impl Lexicon {
    /// The one that comes with Parvis.
    pub fn built_in() -> Self {
        let mut lexicon = Self::words_only();
        lexicon.add_files(&WORDINGS);
        lexicon
    }

    /// The one that comes with Parvis without its everyday and foreign wordings: to measure what the engine finds by
    /// itself.
    pub fn words_only() -> Self {
        let mut lexicon = Self::default();
        lexicon.add_files(&WORDS);
        lexicon
    }

    fn add_files(&mut self, files: &[(&str, &str)]) {
        for (file, text) in files {
            // A test holds that nothing in them is refused.
            self.add(file, text);
        }
    }

    /// Adds the lines of one file; what cannot be read is reported and left out.
    pub fn add(&mut self, file: &str, text: &str) -> Vec<LineFault> {
        let mut faults = Vec::new();
        for (number, line) in text.lines().enumerate() {
            let line = line.trim_end();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            if let Err(fault) = self.add_line(file, number + 1, line) {
                faults.push(LineFault { file: file.to_owned(), line: number + 1, fault: fault.to_owned() });
            }
        }
        faults
    }

    fn add_line(&mut self, file: &str, number: usize, line: &str) -> Result<(), &'static str> {
        let mut columns = line.split('\t').map(str::trim).filter(|column| !column.is_empty());
        let (Some(left), Some(right)) = (columns.next(), columns.next()) else {
            return Err("il faut deux colonnes, séparées par une tabulation");
        };
        let weight = match columns.next() {
            None => 1.0,
            Some(weight) => weight
                .parse::<f32>()
                .ok()
                .filter(|weight| *weight > 0.0 && *weight <= 1.0)
                .ok_or("le poids est un nombre au-dessus de 0, jusqu'à 1 (0.8)")?,
        };
        if columns.next().is_some() {
            return Err("il y a plus de trois colonnes");
        }
        let keys = wordings(left)?;
        if let Some(id) = left.strip_prefix('=') {
            self.add_wordings(id.trim(), Wordings { at: (file.to_owned(), number), list: wordings(right)? });
        } else if [SILENT, ELSEWHERE].contains(&right)
            && keys.iter().any(|key| key.contains(char::is_whitespace))
        {
            return Err("une telle ligne ne marque que des mots isolés");
        } else if right == SILENT {
            self.silent.extend(keys);
        } else if right == ELSEWHERE {
            self.elsewhere.extend(keys);
        } else {
            let at = (file.to_owned(), number);
            self.lines.push(Line { at, keys, targets: wordings(right)?, weight });
        }
        Ok(())
    }

    fn add_wordings(&mut self, subject: &str, more: Wordings) {
        match self.wordings.get_mut(subject) {
            Some(wordings) => wordings.list.extend(more.list),
            None => {
                self.wordings.insert(subject.to_owned(), more);
            }
        }
    }

    /// Adds another lexicon after this one.
    pub fn extend(&mut self, other: Self) {
        self.lines.extend(other.lines);
        self.silent.extend(other.silent);
        self.elsewhere.extend(other.elsewhere);
        for (subject, wordings) in other.wordings {
            self.add_wordings(&subject, wordings);
        }
    }

    /// Everyday wordings of one sheet, folder or kind of place.
    pub fn wordings(&self, id: &str) -> impl Iterator<Item = &str> {
        self.wordings.get(id).into_iter().flat_map(|wordings| &wordings.list).map(String::as_str)
    }

    /// What has wordings of its own, and where they stand: file and line.
    pub fn subjects(&self) -> impl Iterator<Item = (&str, &(String, usize))> {
        self.wordings.iter().map(|(subject, wordings)| (subject.as_str(), &wordings.at))
    }
}

fn wordings(column: &str) -> Result<Vec<String>, &'static str> {
    let wordings: Vec<String> =
        column.split('|').map(str::trim).filter(|wording| !wording.is_empty()).map(str::to_owned).collect();
    if wordings.is_empty() {
        return Err("une colonne est vide");
    }
    if wordings.iter().any(|wording| wording.split_whitespace().count() > WORDING_WORDS_MAX) {
        return Err("une formulation a plus de douze mots : coupez-la");
    }
    Ok(wordings)
}
