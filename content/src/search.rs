//! Search as you type: an engine of our own over one blob of the content file.
//!
//! Building: `documents` (the texts of six fields) → `build` (counts, impacts) → `blob` (tables), with the `lexicon` as
//! `entries`. Asking: `typed` (words) → `understand` (meanings, by `spelling` and `sound`) → `groups` (wordings of the
//! lexicon) → `score` and `titles` → `confidence` → `answer`. [`SearchIndex`] reads the blob where it lies. A query never
//! leaves this module: it is neither logged nor kept.

mod answer;
mod blob;
mod build;
mod check;
mod confidence;
mod documents;
mod entries;
mod explain;
mod groups;
mod lexicon;
mod score;
mod sound;
mod spelling;
mod stem;
mod titles;
mod typed;
mod understand;
mod weights;
mod words;

use std::sync::Arc;

use crate::browse::Target;
use crate::sheet::SheetKind;

pub use build::{BuildError, Corpus, build};
pub use check::check;
pub use confidence::Signals;
pub use documents::texts;
pub use explain::{Explanation, HitExplained, ReadingExplained, WordExplained};
pub use lexicon::{Lexicon, Line, LineFault};
pub use weights::{FieldWeight, Weights};
pub use words::fold;

/// Longest query looked at, in bytes; the rest is ignored.
pub const QUERY_BYTES_MAX: usize = 200;
/// Most words of a query looked at; the rest is ignored.
pub const QUERY_WORDS_MAX: usize = 16;
/// Most hits in one answer.
pub const HITS_MAX: usize = 100;

/// Why an index blob was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IndexError {
    /// Not an index of this version, or cut.
    #[error("the search index is damaged at {place}; build the content file again")]
    Damaged {
        /// Which part of the blob.
        place: &'static str,
    },
}

/// What a hit is, for its icon and the word beside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HitKind {
    /// A sheet.
    Sheet(SheetKind),
    /// A folder of sheets.
    Folder,
    /// A guide.
    Guide,
    /// A place.
    Place,
}

/// Why a hit is there although its title does not say what was typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// "« papiers » = carte d'identité": the lexicon says so.
    Means {
        /// The words that were typed, folded.
        typed: String,
        /// What they mean.
        meaning: String,
    },
    /// Words, folded, by which people call it.
    AlsoCalled(Vec<String>),
}

/// One answer of the search.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// What it opens.
    pub target: Target,
    /// Its title.
    pub title: String,
    /// What it is.
    pub kind: HitKind,
    /// Words of the title that match the query, folded (small letters without accents, see [`fold`]): to mark them.
    pub words: Vec<String>,
    /// Why it is there, where the title does not say it.
    pub reason: Option<Reason>,
    /// Higher is better; comparable within one answer only.
    pub score: f32,
}

/// The answer to one query, the best hit first.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Results {
    /// At most the limit asked for.
    pub hits: Vec<Hit>,
    /// The query as it was understood, folded, when spelling was corrected.
    pub corrected: Option<String>,
    /// Whether the first hits answer, as far as the search can tell. If not, offer other ways beside them.
    pub confident: bool,
}

/// An open index: `Send + Sync`, cheap to clone, meant for a worker thread.
#[derive(Debug, Clone)]
pub struct SearchIndex {
    blob: blob::Blob,
}

impl SearchIndex {
    /// Opens a blob. Every table is checked against the blob's length; nothing is copied or unpacked.
    pub fn open(blob: Arc<[u8]>) -> Result<Self, IndexError> {
        Ok(Self { blob: blob::Blob::open(blob)? })
    }

    /// Answers `query` with at most `limit` hits (and never more than [`HITS_MAX`]). The last word is taken as the
    /// beginning of a word unless a space follows it. Accents, capitals, plurals and small typing errors do not matter.
    pub fn search(&self, query: &str, limit: usize) -> Results {
        answer::answer(&self.blob, &Weights::CHOSEN, query, limit.min(HITS_MAX))
    }

    /// The same with other weights: for tuning.
    pub fn search_with(&self, weights: &Weights, query: &str, limit: usize) -> Results {
        answer::answer(&self.blob, weights, query, limit.min(HITS_MAX))
    }

    /// Why `query` finds what it finds.
    pub fn explain(&self, query: &str, limit: usize) -> Explanation {
        explain::explain(&self.blob, &Weights::CHOSEN, query, limit.min(HITS_MAX))
    }

    /// How many documents can be found.
    pub fn documents(&self) -> usize {
        self.blob.documents()
    }
}
