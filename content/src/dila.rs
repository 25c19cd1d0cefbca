//! The DILA importer: "Vos droits et démarches" as the publisher ships it, one zip of XML files.
//!
//! | in the archive | becomes |
//! | --- | --- |
//! | `F*.xml`, information and question sheets | sheets |
//! | `F*.xml`, "Comment faire si" | life-event sheets, listed in their own node |
//! | `F*.xml`, "Recherche guidée" | guides, never listed as sheets |
//! | `R*.xml`, services, forms, letters, simulators | sheets of their kind |
//! | `N*.xml`, folders; `menu.xml` | the browse tree |
//! | `redirections.xml` | redirections |
//! | other `*.xml` without a digit (home pages, dates) | nothing: [`Report::indexes`] counts them |
//!
//! Nothing in the archive is trusted: sizes, counts, depth and encoding are bounded, document types are refused. A file
//! that breaks a rule is left out and named in the [`Report`]; only an archive that cannot be read at all is an error.

mod archive;
mod blocks;
mod cache;
mod convert;
mod facts;
mod folder;
mod guide;
mod inline;
mod service;
mod tree;
mod xml;

use std::collections::BTreeMap;
use std::fmt;
use std::panic::resume_unwind;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use crate::browse::{Entry, Node};
use crate::glossary::Glossary;
use crate::guide::Guide;
use crate::sheet::Sheet;
use cache::Cache;

pub use archive::{ArchiveError, FILE_BYTES_MAX, FILES_MAX, RATIO_MAX, TOTAL_BYTES_MAX};
pub use xml::{DEPTH_MAX, ELEMENTS_MAX, XmlError};

/// The publisher's name on every imported sheet (the licence asks for it).
pub const PUBLISHER: &str = "Service-Public.fr / DILA";

/// Why an archive was refused as a whole.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DilaError {
    /// The zip cannot be read, or goes beyond a bound.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// No `menu.xml`: without it there are no themes.
    #[error(
        "{path}: no menu.xml; this is not an archive of \"Vos droits et démarches\", or it is incomplete"
    )]
    NoMenu {
        /// The archive.
        path: PathBuf,
    },
    /// An index file breaks a rule.
    #[error("{path}: {file}: {reason}")]
    Index {
        /// The archive.
        path: PathBuf,
        /// The file inside it.
        file: String,
        /// The rule.
        reason: Refusal,
    },
    /// Not one sheet could be read.
    #[error("{path}: none of its {files} files is a sheet")]
    Empty {
        /// The archive.
        path: PathBuf,
        /// Files in it.
        files: usize,
    },
}

/// The rule that a refused file breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The XML itself.
    #[error(transparent)]
    Xml(#[from] XmlError),
    /// A root element other than `Publication` and `ServiceComplementaire`.
    #[error("root element <{0}>, expected <Publication> or <ServiceComplementaire>")]
    Root(String),
    /// The `ID` is missing or no identifier, or differs from the file's name.
    #[error("its ID is missing, is no identifier, or is not the name of the file")]
    Id,
    /// No title.
    #[error("no <dc:title>")]
    NoTitle,
    /// A `type` this importer does not know.
    #[error("unknown type {0:?}")]
    Type(String),
    /// Text nested deeper, or in more pieces, than a sheet can hold.
    #[error("text nested too deeply or in too many pieces")]
    TooDeep,
    /// A guide without a question, with a dead end or a circle.
    #[error("guide: {0}")]
    Guide(String),
}

/// What was done with an archive.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// XML files in the archive.
    pub files: usize,
    /// Sheets, folders and guides that were imported.
    pub imported: usize,
    /// Index files: read for the tree, or of no use to a kiosk.
    pub indexes: usize,
    /// Files that broke a rule, by name.
    pub refused: Vec<(String, Refusal)>,
    /// Links inside the text that lead to a file the archive does not have; their words stay, the link goes.
    pub dead_links: usize,
    /// Day and time of the dump, as its menu states it.
    pub dated: Option<String>,
    /// What is different from the last time, where a cache tells.
    pub changes: Option<Changes>,
}

/// How an archive differs from the one that was imported last with the same cache.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Changes {
    /// Files that were not there.
    pub new: usize,
    /// Files with another content.
    pub changed: usize,
    /// Files that are no longer there.
    pub removed: usize,
    /// Files with the same content.
    pub unchanged: usize,
    /// Files that were converted: the new and the changed ones, and those that show a title which changed elsewhere.
    pub converted: usize,
}

impl fmt::Display for Changes {
    /// In French, for the editor.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { new, changed, removed, unchanged, converted } = self;
        write!(
            f,
            "depuis la dernière fois : {new} nouveaux, {changed} modifiés, {removed} retirés, {unchanged} inchangés ; \
             {converted} convertis"
        )
    }
}

/// What an archive gives to a library.
#[derive(Debug, Clone)]
pub struct Imported {
    /// The choices of home, in the publisher's order, then life events.
    pub home: Vec<Entry>,
    /// The browse tree.
    pub nodes: Vec<Node>,
    /// The sheets, by identifier.
    pub sheets: Vec<Sheet>,
    /// The guides, by identifier.
    pub guides: Vec<Guide>,
    /// Old identifier → new identifier.
    pub redirects: BTreeMap<String, String>,
    /// Acronyms of the whole archive.
    pub glossary: Glossary,
    /// Counts and refusals.
    pub report: Report,
}

/// Reads the archive at `path`.
pub fn import(path: &Path) -> Result<Imported, DilaError> {
    import_with(path, None)
}

/// Reads the archive at `path`, converting only what changed since the last time.
///
/// `cache` is a file of ours, written anew each time. It may be deleted, and a damaged one, or one of another version of
/// this importer, is as good as none. The result is the same with and without it.
pub fn import_cached(path: &Path, cache: &Path) -> Result<Imported, DilaError> {
    import_with(path, Some(cache))
}

fn import_with(path: &Path, cache: Option<&Path>) -> Result<Imported, DilaError> {
    let files = archive::read(path)?;
    let count = files.len();
    let menu = files.get("menu.xml").ok_or_else(|| DilaError::NoMenu { path: path.to_owned() })?;
    let index_error = |file: &str| {
        let file = file.to_owned();
        move |reason: Refusal| DilaError::Index { path: path.to_owned(), file, reason }
    };
    let menu = xml::parse(menu).map_err(Refusal::from).map_err(index_error("menu.xml"))?;
    let redirects = match files.get("redirections.xml") {
        Some(bytes) => {
            let root = xml::parse(bytes).map_err(Refusal::from).map_err(index_error("redirections.xml"))?;
            tree::redirects(&root)
        }
        None => BTreeMap::new(),
    };
    let (names, indexes): (Vec<&String>, Vec<&String>) =
        files.keys().partition(|name| archive::is_content(name));
    let catalogue =
        convert::Catalogue::new(names.iter().map(|name| (name.as_str(), files[*name].as_slice())));
    let before = cache.map(Cache::read);
    let mut parts = convert_all(&names, &files, &catalogue, before.as_ref());
    if let (Some(path), Some(before)) = (cache, &before) {
        parts.report.changes = Some(before.changes(&parts.entries));
        // Without a new cache the next import is slower, nothing else.
        let _ = cache::write(path, &parts.entries);
    }
    parts.report.files = count;
    parts.report.indexes = indexes.len();
    parts.report.dated = menu.child("dc:date").map(xml::Element::flat_text);
    if parts.sheets.is_empty() {
        return Err(DilaError::Empty { path: path.to_owned(), files: count });
    }
    parts.report.imported = parts.sheets.len() + parts.guides.len() + parts.folders.len();
    let built = tree::build(&menu, &parts.folders, &mut parts.sheets, &mut parts.guides, &parts.parents);
    Ok(Imported {
        home: built.home,
        nodes: built.nodes,
        sheets: parts.sheets,
        guides: parts.guides,
        redirects,
        glossary: convert::glossary(&parts.acronyms),
        report: parts.report,
    })
}

/// What conversion makes of the files, before the tree joins it.
#[derive(Default)]
struct Parts {
    sheets: Vec<Sheet>,
    guides: Vec<Guide>,
    folders: Vec<folder::Folder>,
    parents: tree::Parents,
    acronyms: Vec<(String, String)>,
    report: Report,
    /// What the next cache holds.
    entries: Vec<(Arc<cache::Entry>, bool)>,
}

/// Converts on every processor; the result does not depend on how many there are, nor on what the cache has.
fn convert_all(
    names: &[&String],
    files: &BTreeMap<String, Vec<u8>>,
    catalogue: &convert::Catalogue,
    cache: Option<&Cache>,
) -> Parts {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(8);
    let share = names.len().div_ceil(workers).max(1);
    let done: Vec<Done> = thread::scope(|scope| {
        let jobs: Vec<_> = names
            .chunks(share)
            .map(|part| {
                let convert = |name: &&String| Done::of(name, &files[*name], catalogue, cache);
                scope.spawn(move || part.iter().map(convert).collect::<Vec<_>>())
            })
            .collect();
        // A panic there is a bug of ours: it must not pass for an empty share of the archive.
        let join = |job: thread::ScopedJoinHandle<'_, _>| job.join().unwrap_or_else(|p| resume_unwind(p));
        jobs.into_iter().flat_map(join).collect()
    });
    let mut parts = Parts::default();
    for (name, done) in names.iter().zip(done) {
        parts.entries.extend(done.entry);
        parts.add((*name).clone(), done.result);
    }
    parts
}

/// One file, converted now or before.
struct Done {
    result: Result<convert::Converted, Refusal>,
    /// What the next cache says of it, and whether it was converted now; none without a cache.
    entry: Option<(Arc<cache::Entry>, bool)>,
}

impl Done {
    fn of(name: &str, bytes: &[u8], catalogue: &convert::Catalogue, cache: Option<&Cache>) -> Self {
        let Some(cache) = cache else {
            return Self { result: convert::convert(name, bytes, catalogue), entry: None };
        };
        let sum = cache::sum(bytes);
        if let Some((converted, entry)) = cache.find(name, &sum, catalogue) {
            return Self { result: Ok(converted), entry: Some((entry, false)) };
        }
        let result = convert::convert(name, bytes, catalogue);
        let entry = cache::Entry::new(name, sum, result.as_ref().ok(), catalogue);
        Self { result, entry: Some((Arc::new(entry), true)) }
    }
}

impl Parts {
    fn add(&mut self, name: String, result: Result<convert::Converted, Refusal>) {
        match result {
            Err(rule) => self.report.refused.push((name, rule)),
            Ok(converted) => {
                self.acronyms.extend(converted.acronyms);
                self.report.dead_links += converted.dead_links;
                match converted.content {
                    convert::Content::Sheet(sheet, parents) => {
                        self.parents.insert(sheet.id.as_str().to_owned(), parents);
                        self.sheets.push(*sheet);
                    }
                    convert::Content::Guide(guide, parents) => {
                        self.parents.insert(guide.id.as_str().to_owned(), parents);
                        self.guides.push(*guide);
                    }
                    convert::Content::Folder(folder) => self.folders.push(folder),
                }
            }
        }
    }
}
