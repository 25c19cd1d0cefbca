//! What the hall keeps across a power cut: calls, counts, presence. Three small files, each written whole.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::HallFiles;
use super::presence::Said;
use crate::clock::Moment;
use crate::desk::book::Book;
use crate::desk::measures::Measures;
use crate::durable::{self, Disk};

/// Bytes of a file, at most.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Writes down what has changed, and remembers what could not be written.
pub(super) struct Keeper {
    files: HallFiles,
    disk: Arc<dyn Disk>,
    /// What was written last of each file; nothing where that failed.
    calls: Option<Vec<u8>>,
    measures: Option<Vec<u8>>,
    presence: Option<Vec<u8>>,
}

/// The hall as it is to be written.
pub(super) struct Snapshot {
    pub book: Book,
    measures: Result<Vec<u8>, String>,
    presence: Result<Vec<u8>, String>,
}

impl Snapshot {
    pub(super) fn of(book: &Book, measures: &Measures, presence: &Said) -> Self {
        Self { book: book.clone(), measures: to_json(measures), presence: to_json(presence) }
    }
}

/// What is on the disk now.
pub(super) struct Written {
    /// The calls: they are what somebody waits for.
    pub calls: bool,
    /// Everything.
    pub all: bool,
}

impl Keeper {
    pub(super) fn new(files: HallFiles, disk: Arc<dyn Disk>) -> Self {
        Self { files, disk, calls: None, measures: None, presence: None }
    }

    pub(super) fn book(&self, now: Moment) -> Book {
        read(&*self.disk, &self.files.calls, |bytes| Book::from_bytes(bytes, now))
    }

    pub(super) fn measures(&self) -> Measures {
        read(&*self.disk, &self.files.measures, json)
    }

    pub(super) fn presence(&self) -> Said {
        read(&*self.disk, &self.files.presence, json)
    }

    /// Writes what differs from what is there, calls first.
    pub(super) fn keep(&mut self, snapshot: &Snapshot) -> Written {
        let book = snapshot.book.to_bytes().map_err(|error| error.to_string());
        let Self { files, disk, calls, measures, presence } = self;
        let calls = written(&**disk, &files.calls, calls, book);
        let measures = written(&**disk, &files.measures, measures, snapshot.measures.clone());
        let presence = written(&**disk, &files.presence, presence, snapshot.presence.clone());
        Written { calls, all: calls && measures && presence }
    }
}

fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(bytes)
}

fn to_json(value: &impl Serialize) -> Result<Vec<u8>, String> {
    serde_json::to_vec(value).map_err(|error| error.to_string())
}

/// Writes `bytes` unless they are what was written last.
fn written(disk: &dyn Disk, path: &Path, last: &mut Option<Vec<u8>>, bytes: Result<Vec<u8>, String>) -> bool {
    if bytes.as_ref().ok().is_some_and(|bytes| last.as_ref() == Some(bytes)) {
        return true;
    }
    let written = bytes.and_then(|bytes| {
        durable::write_on(disk, path, &bytes).map_err(|error| error.to_string())?;
        Ok(bytes)
    });
    if let Err(error) = &written {
        tracing::error!(error, "calls.not_saved");
    }
    *last = written.ok();
    last.is_some()
}

/// What is broken is put aside for whoever wants to know; the hall begins with nothing of it.
fn read<T: Default, E: std::fmt::Display>(
    disk: &dyn Disk,
    path: &Path,
    parse: impl FnOnce(&[u8]) -> Result<T, E>,
) -> T {
    let bytes = match durable::read_on(disk, path, BYTES_MAX) {
        Ok(bytes) => bytes.unwrap_or_default(),
        Err(error) => {
            // It may be whole: it is left where it is until something better is written.
            tracing::error!(%error, "calls.unreadable");
            return T::default();
        }
    };
    if bytes.is_empty() {
        return T::default();
    }
    parse(&bytes).unwrap_or_else(|error| {
        let aside = path.with_extension("broken");
        let _ = disk.rename(path, &aside);
        tracing::error!(%error, aside = %aside.display(), "calls.unreadable");
        T::default()
    })
}
