//! Sources of a bundle: an editor's folder (see `SOURCE-FORMAT.md`) or a publisher's archive as it is.
//!
//! An editor is told every fault at once, in French, with the file, the line and what to do.

mod acronyms;
mod area;
mod bundle;
mod folder;
mod guides;
mod imports;
mod links;
mod markdown;
mod places;
mod plan;
mod rule;
mod said;
mod sheets;

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::dila::{self, DilaError, Report};
use crate::glossary::Glossary;
use crate::import;
use crate::library::{Hall, Library};
use crate::place::OpeningHours;
use crate::search::Lexicon;
use crate::sheet::Sheet;

pub use rule::Rule;
pub use said::Said;
pub(crate) use said::id as id_fault;
use said::said;
pub(crate) use sheets::{sentences, words};

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
    /// The rule that is broken.
    pub rule: Rule,
    /// What is wrong and what to do: "what : what to do".
    pub message: Said,
}

impl Fault {
    /// A fault of form.
    pub fn new(file: &Path, line: usize, message: impl Into<Said>) -> Self {
        Self { file: file.to_owned(), line, rule: Rule::Format, message: message.into() }
    }

    /// What is wrong, and what to do; the second is empty where the message has one part only.
    pub fn parts(&self, french: bool) -> (&str, &str) {
        let message = if french { &self.message.french } else { &self.message.english };
        // A quoted text may hold the separator too.
        let mut quotes = 0_usize;
        for (at, c) in message.char_indices() {
            match c {
                '«' => quotes += 1,
                '»' => quotes = quotes.saturating_sub(1),
                ' ' if quotes == 0 => {
                    let parted = message.split_at_checked(at);
                    if let Some((what, rest)) = parted
                        && let Some(to_do) = rest.strip_prefix(" : ")
                    {
                        return (what, to_do);
                    }
                }
                _ => {}
            }
        }
        (message, "")
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} : {}", self.file.display(), self.line, self.message.french)
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
    pub(crate) fn add(&mut self, file: &Path, line: usize, message: impl Into<Said>) {
        self.breaks(Rule::Format, file, line, message);
    }

    /// A fault against another rule than the format's.
    pub(crate) fn breaks(&mut self, rule: Rule, file: &Path, line: usize, message: impl Into<Said>) {
        if self.list.len() < FAULTS_MAX {
            self.list.push(Fault { file: file.to_owned(), line, rule, message: message.into() });
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
    /// What was imported from lists of places and files of outlines.
    pub lists: Vec<(PathBuf, import::Report)>,
}

/// One imported archive.
#[derive(Debug)]
pub struct Import {
    /// The archive.
    pub path: PathBuf,
    /// Counts and refusals.
    pub report: Report,
}

/// One sheet as an editor wrote it, before acronyms are spelled out.
#[derive(Debug)]
pub struct Written {
    /// Its file.
    pub path: PathBuf,
    /// The sheet.
    pub sheet: Sheet,
    /// The line of `checked`, 1 where it is missing.
    pub checked_line: usize,
}

/// All that could be read of a source, also of one with faults.
#[derive(Debug)]
pub struct Survey {
    /// What is wrong with it.
    pub faults: Faults,
    /// The sheets of editors whose file could be read, in the order of the files.
    pub written: Vec<Written>,
    /// The acronyms that editors spell out.
    pub glossary: Glossary,
    /// What it holds; `None` while there is a fault.
    pub source: Option<Source>,
}

/// Reads `path`, a folder with a `bundle.toml` or an archive of the DILA, if it has no fault.
pub fn read(path: &Path) -> Result<Source, SourceError> {
    let survey = survey(path)?;
    survey.source.ok_or(SourceError::Faults(survey.faults))
}

/// Reads `path` as far as it can be read.
pub fn survey(path: &Path) -> Result<Survey, SourceError> {
    survey_cached(path, None)
}

/// Reads `path` as far as it can be read. With a `cache`, only what changed in an archive since the last time is
/// converted; the result is the same. A second archive of one folder has a cache of its own beside the first.
pub fn survey_cached(path: &Path, cache: Option<&Path>) -> Result<Survey, SourceError> {
    if path.is_dir() {
        return Ok(folder::survey(path, cache));
    }
    let source = Some(archive(path, cache)?);
    let (faults, glossary) = Default::default();
    Ok(Survey { faults, written: Vec::new(), glossary, source })
}

/// An archive alone: the hall is unknown, the kiosk says "Accueil".
fn archive(path: &Path, cache: Option<&Path>) -> Result<Source, SourceError> {
    let imported = match cache {
        Some(cache) => dila::import_cached(path, cache)?,
        None => dila::import(path)?,
    };
    let hours = OpeningHours::default();
    let library = Library {
        bundle: "dila-vos-droits".to_owned(),
        title: "Vos droits et démarches".to_owned(),
        demonstration: false,
        hall: Hall { name: "Accueil".to_owned(), address: Vec::new(), phone: None, hours, position: None },
        home: imported.home,
        nodes: imported.nodes,
        sheets: imported.sheets,
        words: BTreeMap::new(),
        guides: imported.guides,
        places: Vec::new(),
        outlines: Vec::new(),
        area: None,
        plan: None,
        redirects: imported.redirects,
        glossary: imported.glossary,
        lexicon: Lexicon::built_in(),
    };
    let imports = vec![Import { path: path.to_owned(), report: imported.report }];
    Ok(Source { library, imports, lists: Vec::new() })
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
        said!(
            "clé inconnue {} : corrigez ou retirez cette clé",
            "unknown key {} : correct this key or take it out",
            rest.replace("expected", "attendu")
        )
    } else if let Some(rest) = message.strip_prefix("missing field ") {
        said!("il manque {rest} : ajoutez cette clé", "{rest} is missing : add this key")
    } else {
        said!(
            "ce n'est pas du TOML attendu ici ({message}) : corrigez cette ligne",
            "not the TOML expected here ({message}) : correct this line"
        )
    };
    faults.add(file, first + line - 1, said);
}

/// A title or label: one tidy line, not empty, not too long.
fn title(faults: &mut Faults, file: &Path, line: usize, what: [&str; 2], text: &str) -> String {
    let tidy = crate::plain::line(text);
    let [french, english] = what;
    if tidy.is_empty() {
        let message =
            said!("{french} est vide : écrivez quelques mots", "{english} is empty : write a few words");
        faults.add(file, line, message);
    } else if tidy.chars().count() > TITLE_CHARS_MAX {
        let message = said!(
            "{french} dépasse {TITLE_CHARS_MAX} caractères : raccourcissez",
            "{english} has more than {TITLE_CHARS_MAX} characters : shorten it"
        );
        faults.add(file, line, message);
    }
    tidy
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_parts_into_what_is_wrong_and_what_to_do() {
        for (message, what, to_do) in [
            ("il manque « a » : b : c", "il manque « a »", "b : c"),
            ("« oui : non » : corrigez", "« oui : non »", "corrigez"),
            ("horaire « 9:00 » faux", "horaire « 9:00 » faux", ""),
        ] {
            let mut faults = Faults::default();
            faults.add(Path::new("f"), 1, message);
            assert_eq!(faults.list[0].parts(true), (what, to_do));
        }
    }
}
