//! `parvis intake --once --from … --state … --content … --root …`: one pass, for a timer, a technician, a test.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parvis_bundle::{Folder, Source};

use super::check::ContentCheck;
use super::error::IntakeError;
use super::http::{Http, Line, LineError};
use super::library::Shelf;
use super::pass::{Pass, run};
use super::settle::Releases;
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
    /// An HTTP proxy, instead of the one that the environment names.
    pub proxy: Option<String>,
    /// A certification authority of one's own, as a PEM file.
    pub authority: Option<PathBuf>,
}

/// Runs one pass. Returns the exit code.
pub fn once(once: &Once, mut told: impl FnMut(Step)) -> u8 {
    match tokio::runtime::Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime.block_on(once_async(once, &mut told)),
        Err(error) => IntakeError::disk("start")(error).exit_code(),
    }
}

/// The same where a runtime is there already.
pub async fn once_async(once: &Once, told: &mut impl FnMut(Step)) -> u8 {
    pass(once, told).await.map_or_else(|error| error.exit_code(), |()| 0)
}

async fn pass(once: &Once, told: &mut impl FnMut(Step)) -> Result<(), IntakeError> {
    let (source, root, _lock) = prepare(once).inspect_err(|error| told(Step::refused(error)))?;
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
    Ok((source(once)?, root, lock))
}

fn read(path: &Path) -> Result<Option<Vec<u8>>, IntakeError> {
    durable::read(path, FILE_BYTES_MAX).map_err(|error| IntakeError::Disk {
        what: path.display().to_string(),
        source: std::io::Error::other(error),
    })
}

/// The repository that an address or a path names.
fn source(once: &Once) -> Result<Arc<dyn Source>, IntakeError> {
    let from = &once.from;
    if from.starts_with("http://") || from.starts_with("https://") {
        return Ok(Arc::new(server(once)?));
    }
    Ok(Arc::new(Folder::new(Path::new(from.strip_prefix("file://").unwrap_or(from)))))
}

/// The server; its certificate is read anew at each pass, since it may have been replaced.
pub(super) fn server(once: &Once) -> Result<Http, IntakeError> {
    let missing = |path: &Path| LineError::Setup(format!("{}: no such file", path.display()));
    let authority = match &once.authority {
        Some(path) => Some(read(path)?.ok_or_else(|| missing(path))?),
        None => None,
    };
    Ok(Http::new(&once.from, &Line { proxy: once.proxy.clone(), authority, ..Line::default() })?)
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
    of_folder(state, &Shelf::new(content)).roll_back()
}

/// What is shown, and what staff can go back to.
pub fn releases(state: &Path, content: &Path) -> Result<Releases, IntakeError> {
    of_folder(state, &Shelf::new(content)).releases()
}

/// A pass that brings nothing: it only looks at what is there.
fn of_folder<'a>(state: &'a Path, shelf: &'a Shelf) -> Pass<'a> {
    Pass { disk: &RealDisk, state, shelf, check: &ContentCheck, root: None, now: 0 }
}

/// Looks whether the kiosk has shown what it was given; goes back to the release before if it could not.
pub fn settle(state: &Path, content: &Path, mut told: impl FnMut(Step)) {
    // Nothing to settle before the first release, nor while another pass does.
    if !state.join("intake.json").exists() {
        return;
    }
    let Ok(_lock) = lock(state) else { return };
    if let Err(error) = of_folder(state, &Shelf::new(content)).settle(&mut told) {
        told(Step::refused(&error));
    }
}

/// What is printed for a step: a JSON object, or a sentence.
pub fn spoken(step: &Step, json: bool) -> String {
    match serde_json::to_string(step) {
        Ok(object) if json => object,
        _ => step.to_string(),
    }
}
