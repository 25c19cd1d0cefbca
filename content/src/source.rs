//! Sources of a bundle: an editor's folder (see `SOURCE-FORMAT.md`) or a publisher's archive as it is.
//!
//! An editor is told every fault at once, in French, with the file, the line and what to do.

mod acronyms;
mod bundle;
mod folder;
mod guides;
mod links;
mod markdown;
mod places;
mod sheets;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::dila::{self, DilaError, Report};
use crate::library::{Hall, Library};
use crate::place::OpeningHours;
use crate::search::Lexicon;

/// Largest file of an editor: 1 MB.
pub const FILE_BYTES_MAX: u64 = 1_000_000;
/// Most files in one folder.
pub const FILES_MAX: usize = 5_000;
/// Longest title, in characters.
pub const TITLE_CHARS_MAX: usize = 120;
/// Longest sentence of a short version, in words (accessibility bar H3).
pub const SENTENCE_WORDS_MAX: usize = 15;
/// Most faults told at once; the rest is counted.
pub const FAULTS_MAX: usize = 200;

/// Why a source could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Faults that an editor can correct, all of them at once.
    #[error("{} faults in the source: correct them and build again", .0.list.len() + .0.more)]
    Faults(Faults),
    /// A publisher's archive was refused.
    #[error(transparent)]
    Dila(#[from] DilaError),
}

/// One fault of an editor's source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The file.
    pub file: PathBuf,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong and what to do, in French.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} : {}", self.file.display(), self.line, self.message)
    }
}

/// Faults of a source, in the order in which files are read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Faults {
    /// The first [`FAULTS_MAX`].
    pub list: Vec<Fault>,
    /// How many more there are.
    pub more: usize,
}

impl Faults {
    pub(crate) fn add(&mut self, file: &Path, line: usize, message: impl Into<String>) {
        if self.list.len() < FAULTS_MAX {
            self.list.push(Fault { file: file.to_owned(), line, message: message.into() });
        } else {
            self.more += 1;
        }
    }

    fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

/// A source that was read.
#[derive(Debug)]
pub struct Source {
    /// What it holds.
    pub library: Library,
    /// What was imported from archives.
    pub imports: Vec<Import>,
}

/// One imported archive.
#[derive(Debug)]
pub struct Import {
    /// The archive.
    pub path: PathBuf,
    /// Counts and refusals.
    pub report: Report,
}

/// Reads `path`: a folder with a `bundle.toml`, or an archive of the DILA.
pub fn read(path: &Path) -> Result<Source, SourceError> {
    if path.is_dir() { folder::read(path) } else { archive(path) }
}

/// An archive alone: the hall is unknown, the kiosk says "Accueil".
fn archive(path: &Path) -> Result<Source, SourceError> {
    let imported = dila::import(path)?;
    let hours = OpeningHours::default();
    let library = Library {
        bundle: "dila-vos-droits".to_owned(),
        title: "Vos droits et démarches".to_owned(),
        demonstration: false,
        hall: Hall { name: "Accueil".to_owned(), address: Vec::new(), phone: None, hours },
        home: imported.home,
        nodes: imported.nodes,
        sheets: imported.sheets,
        words: BTreeMap::new(),
        guides: imported.guides,
        places: Vec::new(),
        redirects: imported.redirects,
        glossary: imported.glossary,
        lexicon: Lexicon::built_in(),
    };
    Ok(Source { library, imports: vec![Import { path: path.to_owned(), report: imported.report }] })
}

/// The line, from 1, of a byte offset.
fn line_at(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|b| *b == b'\n').count() + 1
}

/// Adds the fault that a TOML parser found; `first` is the line of the text's first line in its file.
fn toml_fault(faults: &mut Faults, file: &Path, text: &str, first: usize, error: &toml::de::Error) {
    let line = error.span().map_or(1, |span| line_at(text, span.start));
    let message = error.message().replace('\n', " ");
    let said = if let Some(rest) = message.strip_prefix("unknown field ") {
        format!("clé inconnue {} : corrigez ou retirez cette clé", rest.replace("expected", "attendu"))
    } else if let Some(rest) = message.strip_prefix("missing field ") {
        format!("il manque {rest} : ajoutez cette clé")
    } else {
        format!("ce n'est pas du TOML attendu ici ({message}) : corrigez cette ligne")
    };
    faults.add(file, first + line - 1, said);
}

/// A title or label: one tidy line, not empty, not too long.
fn title(faults: &mut Faults, file: &Path, line: usize, what: &str, text: &str) -> String {
    let tidy = crate::plain::line(text);
    if tidy.is_empty() {
        faults.add(file, line, format!("{what} est vide : écrivez quelques mots"));
    } else if tidy.chars().count() > TITLE_CHARS_MAX {
        faults.add(file, line, format!("{what} dépasse {TITLE_CHARS_MAX} caractères : raccourcissez"));
    }
    tidy
}
