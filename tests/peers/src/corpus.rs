//! Real data: the publisher's archive and the graded queries.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use parvis_content::evaluate::{self, GradedQuery};
use parvis_content::{Lang, Library};

use crate::engine::Document;

/// Reads the archive.
pub fn library(data: &Path) -> Result<Library> {
    let archive = data.join("dila/vosdroits-part-20240306.zip");
    Ok(parvis_content::source::read(&archive).with_context(|| archive.display().to_string())?.library)
}

/// What the peers index.
pub fn documents(library: &Library) -> Vec<Document> {
    parvis_content::search::texts(library, &Lang::french())
}

/// Every query of `queries-dev*.jsonl`.
pub fn queries(data: &Path) -> Result<Vec<GradedQuery>> {
    let mut queries = Vec::new();
    for path in query_files(data)? {
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        queries.extend(evaluate::read(&text).with_context(|| path.display().to_string())?);
    }
    ensure!(!queries.is_empty(), "{} has no queries-dev*.jsonl", data.display());
    Ok(queries)
}

fn query_files(data: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(data).with_context(|| data.display().to_string())? {
        let path = entry?.path();
        let named = path.file_stem().is_some_and(|name| name.to_string_lossy().starts_with("queries-dev"));
        if named && path.extension().is_some_and(|kind| kind == "jsonl") {
            files.push(path);
        }
    }
    files.sort_unstable();
    Ok(files)
}

/// What stands in the search box after each keystroke.
pub fn keystrokes(query: &str) -> impl Iterator<Item = &str> {
    query.char_indices().filter_map(|(at, c)| query.get(..at + c.len_utf8()))
}
