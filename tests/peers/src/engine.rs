//! What every engine is asked, and ours.

use std::sync::Arc;

use anyhow::{Context as _, Result};
use parvis_content::{Lang, Library, SearchIndex};

/// Answers asked for at each keystroke.
pub const RESULTS: usize = 20;
/// Fields given to the peers: title, short version, headings, body.
pub const FIELDS: usize = 4;

/// One document as the peers get it.
pub type Document = (String, [String; FIELDS]);

/// A search engine with its index open.
pub trait Engine {
    /// Identifiers of the documents that answer what was typed so far, the best first.
    fn search(&mut self, typed: &str) -> Result<Vec<String>>;

    /// Size of the index.
    fn bytes(&self) -> Result<usize>;

    /// Opens the index again, until it can be asked: from memory where the engine takes it from there, else from a file
    /// that the system has in memory.
    fn open_again(&self) -> Result<()>;
}

/// Ours.
pub struct Ours {
    blob: Arc<[u8]>,
    index: SearchIndex,
}

impl Ours {
    pub fn build(library: &Library) -> Result<Self> {
        let blob = parvis_content::search::build(library, &Lang::french()).context("our index")?;
        let blob: Arc<[u8]> = blob.into();
        let index = SearchIndex::open(Arc::clone(&blob))?;
        Ok(Self { blob, index })
    }
}

impl Engine for Ours {
    fn search(&mut self, typed: &str) -> Result<Vec<String>> {
        let hits = self.index.search(typed, RESULTS).hits;
        Ok(hits.iter().map(|hit| hit.target.id().to_owned()).collect())
    }

    fn bytes(&self) -> Result<usize> {
        Ok(self.blob.len())
    }

    fn open_again(&self) -> Result<()> {
        SearchIndex::open(Arc::clone(&self.blob))?;
        Ok(())
    }
}
