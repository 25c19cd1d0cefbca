//! Does a staged release work here? Asked before it is shown, on the file itself.

use std::path::Path;

use parvis_bundle::Release;
use parvis_content::{ContentFile, Lang, OpenError, ReadError};

/// A probe must be answered among so many.
const PROBE_DEPTH: usize = 5;

/// Why a genuine release does not work here.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CheckError {
    /// It cannot be opened.
    #[error("the content cannot be opened: {0}")]
    Open(#[from] OpenError),
    /// It cannot be read.
    #[error("the content cannot be read: {0}")]
    Read(#[from] ReadError),
    /// It has fewer or more sheets than it says.
    #[error("the content has {found} sheets and says {said}")]
    Sheets {
        /// What is there.
        found: u32,
        /// What is said.
        said: u32,
    },
    /// A search that it must answer is not answered.
    #[error("{0} of the probe searches are not answered")]
    Probes(usize),
}

impl CheckError {
    /// A short name for logs, tests and `--json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Open(_) | Self::Read(_) => "unreadable",
            Self::Sheets { .. } => "sheets",
            Self::Probes(_) => "probes",
        }
    }
}

/// What a release is checked with; a test of power cuts has its own.
pub trait Check: Send + Sync {
    /// Checks the file at `path` against what the release says of itself. Returns its sheets.
    fn check(&self, path: &Path, release: &Release) -> Result<u32, CheckError>;
}

/// The kiosk's own eyes: the content is opened and searched as a visitor would.
#[derive(Debug, Clone, Copy)]
pub struct ContentCheck;

impl Check for ContentCheck {
    fn check(&self, path: &Path, release: &Release) -> Result<u32, CheckError> {
        let content = ContentFile::open(path)?;
        let (found, said) = (content.info().sheets, release.about.sheets);
        if found != said || found == 0 {
            return Err(CheckError::Sheets { found, said });
        }
        let index = content.search_index(&Lang::french())?;
        let answered = |query: &str, expects: &str| {
            index.search(query, PROBE_DEPTH).hits.iter().any(|hit| hit.target.id() == expects)
        };
        let probes = &release.about.probes;
        match probes.iter().filter(|probe| !answered(&probe.query, &probe.expects)).count() {
            0 => Ok(found),
            missed => Err(CheckError::Probes(missed)),
        }
    }
}
