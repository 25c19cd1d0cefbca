//! Sources of a bundle: an editor's folder (see `SOURCE-FORMAT.md`) or a publisher's archive as it is.

use std::path::{Path, PathBuf};

use crate::dila::{self, DilaError, Report};
use crate::library::{Hall, Library};
use crate::place::OpeningHours;

/// Why a source could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// Faults that an editor can correct, all of them at once.
    #[error("the source has faults")]
    Faults(Faults),
    /// A publisher's archive was refused.
    #[error(transparent)]
    Dila(#[from] DilaError),
}

/// Faults of a source.
#[derive(Debug, Clone, Default)]
pub struct Faults {
    /// The first ones.
    pub list: Vec<String>,
    /// How many more there are.
    pub more: usize,
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

/// Reads `path`.
pub fn read(path: &Path) -> Result<Source, SourceError> {
    archive(path)
}

fn archive(path: &Path) -> Result<Source, SourceError> {
    let imported = dila::import(path)?;
    let library = Library {
        bundle: "dila-vos-droits".to_owned(),
        title: "Vos droits et démarches".to_owned(),
        demonstration: false,
        hall: Hall {
            name: "Accueil".to_owned(),
            address: Vec::new(),
            phone: None,
            hours: OpeningHours::default(),
        },
        home: imported.home,
        nodes: imported.nodes,
        sheets: imported.sheets,
        words: std::collections::BTreeMap::new(),
        guides: imported.guides,
        places: Vec::new(),
        redirects: imported.redirects,
        glossary: imported.glossary,
    };
    Ok(Source { library, imports: vec![Import { path: path.to_owned(), report: imported.report }] })
}
