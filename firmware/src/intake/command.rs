//! `parvis intake --once --from … --state … --content … --root …`: one pass, for a timer, a technician, a test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parvis_bundle::{Folder, Source};

use super::check::ContentCheck;
use super::error::IntakeError;
use super::http::{Http, Line};
use super::library::Shelf;
use super::pass::{Pass, run};
use super::step::Step;
use crate::clock;
use crate::durable::{self, RealDisk};

/// Bytes of a root or a certificate, at most.
const FILE_BYTES_MAX: u64 = 256 * 1024;

/// One pass, as it was asked for.
#[derive(Debug, Clone)]
pub struct Once {
    /// A folder, or the address of a server.
    pub from: String,
    /// The folder of the state.
    pub state: PathBuf,
    /// The folder of releases.
    pub content: PathBuf,
    /// The root to begin with.
    pub root: Option<PathBuf>,
    /// How a server is reached.
    pub line: Line,
}

/// Runs one pass. Returns the exit code.
pub fn once(once: &Once, told: impl FnMut(Step)) -> u8 {
    let mut told = told;
    let outcome = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(IntakeError::disk("start"))
        .and_then(|runtime| runtime.block_on(pass(once, &mut told)));
    outcome.map_or_else(|error| error.exit_code(), |()| 0)
}

async fn pass(once: &Once, told: &mut impl FnMut(Step)) -> Result<(), IntakeError> {
    let prepared = prepare(once);
    let (source, root, _lock) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            told(Step::refused(&error));
            return Err(error);
        }
    };
    let shelf = Shelf::new(&once.content);
    let pass = Pass {
        disk: &RealDisk,
        state: &once.state,
        shelf: &shelf,
        check: &ContentCheck,
        root: root.as_deref(),
        now: i64::try_from(clock::unix_seconds()).unwrap_or(i64::MAX),
    };
    run(pass, source, told).await
}

type Prepared = (Arc<dyn Source>, Option<Vec<u8>>, std::fs::File);

fn prepare(once: &Once) -> Result<Prepared, IntakeError> {
    let lock = lock(&once.state)?;
    let root = once.root.as_deref().map(read).transpose()?.flatten();
    Ok((source(&once.from, &once.line)?, root, lock))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, IntakeError> {
    durable::read(path, FILE_BYTES_MAX).map_err(|error| IntakeError::Disk {
        what: path.display().to_string(),
        source: std::io::Error::other(error),
    })
}

/// The repository that an address or a path names.
pub fn source(from: &str, line: &Line) -> Result<Arc<dyn Source>, IntakeError> {
    if from.starts_with("http://") || from.starts_with("https://") {
        let http = Http::new(from, line).map_err(|error| IntakeError::Disk {
            what: from.to_owned(),
            source: std::io::Error::other(error),
        })?;
        return Ok(Arc::new(http));
    }
    Ok(Arc::new(Folder::new(Path::new(from.strip_prefix("file://").unwrap_or(from)))))
}

/// One pass at a time: two sticks, a stick and a server, a timer and a technician.
pub fn lock(state: &Path) -> Result<std::fs::File, IntakeError> {
    std::fs::create_dir_all(state).map_err(IntakeError::disk("make the folder of the state"))?;
    let file = std::fs::File::create(state.join("lock")).map_err(IntakeError::disk("open the lock"))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(std::fs::TryLockError::WouldBlock) => Err(IntakeError::Busy),
        Err(std::fs::TryLockError::Error(error)) => Err(IntakeError::disk("take the lock")(error)),
    }
}

/// Staff want the release before. Returns its number.
pub fn roll_back(state: &Path, content: &Path) -> Result<u64, IntakeError> {
    let _lock = lock(state)?;
    let shelf = Shelf::new(content);
    Pass { disk: &RealDisk, state, shelf: &shelf, check: &ContentCheck, root: None, now: 0 }.roll_back()
}

/// What is printed for a step: a JSON object, or a line.
pub fn line(step: &Step, json: bool) -> String {
    match serde_json::to_string(step) {
        Ok(object) if json => object,
        _ => step.to_string(),
    }
}
