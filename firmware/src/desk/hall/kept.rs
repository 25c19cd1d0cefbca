//! What the hall keeps across a power cut: calls, counts, presence. Three small files, each written whole.

use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::HallFiles;
use crate::clock::Moment;
use crate::desk::book::Book;
use crate::desk::measures::Measures;
use crate::durable::{self, Disk};
use crate::protocol::Presence;

/// Bytes of a file, at most.
const BYTES_MAX: u64 = 4 * 1024 * 1024;

/// Writes down, and remembers what could not be.
pub(super) struct Keeper {
    files: HallFiles,
    disk: Arc<dyn Disk>,
    calls_saved: bool,
    others_saved: bool,
}

impl Keeper {
    pub(super) fn new(files: HallFiles, disk: Arc<dyn Disk>) -> Self {
        Self { files, disk, calls_saved: true, others_saved: true }
    }

    pub(super) fn book(&self, now: Moment) -> Book {
        read(&*self.disk, &self.files.calls, |bytes| Book::from_bytes(bytes, now))
    }

    pub(super) fn measures(&self) -> Measures {
        read(&*self.disk, &self.files.measures, json)
    }

    pub(super) fn presence(&self) -> Presence {
        read(&*self.disk, &self.files.presence, json)
    }

    /// Whether the calls on the disk are those in memory.
    pub(super) fn are_calls_saved(&self) -> bool {
        self.calls_saved
    }

    /// Whether everything is.
    pub(super) fn is_saved(&self) -> bool {
        self.calls_saved && self.others_saved
    }

    /// Calls first: they are what somebody waits for.
    pub(super) fn keep_calls(&mut self, book: &Book, measures: &Measures) {
        let bytes = book.to_bytes().map_err(|error| error.to_string());
        self.calls_saved = written(&*self.disk, &self.files.calls, bytes);
        self.others_saved = write_json(&*self.disk, &self.files.measures, measures);
    }

    pub(super) fn keep_presence(&mut self, presence: &Presence) {
        self.others_saved = write_json(&*self.disk, &self.files.presence, presence) && self.others_saved;
    }

    /// What could not be written down before.
    pub(super) fn keep_again(&mut self, book: &Book, measures: &Measures, presence: &Presence) {
        if self.is_saved() {
            return;
        }
        self.keep_calls(book, measures);
        self.keep_presence(presence);
    }
}

fn json<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, serde_json::Error> {
    serde_json::from_slice(bytes)
}

fn write_json(disk: &dyn Disk, path: &Path, value: &impl Serialize) -> bool {
    written(disk, path, serde_json::to_vec(value).map_err(|error| error.to_string()))
}

fn written(disk: &dyn Disk, path: &Path, bytes: Result<Vec<u8>, String>) -> bool {
    let written =
        bytes.and_then(|bytes| durable::write_on(disk, path, &bytes).map_err(|error| error.to_string()));
    if let Err(error) = &written {
        tracing::error!(error, "calls.not_saved");
    }
    written.is_ok()
}

/// What is broken is put aside for whoever wants to know; the hall begins with nothing of it.
fn read<T: Default, E: std::fmt::Display>(
    disk: &dyn Disk,
    path: &Path,
    parse: impl FnOnce(&[u8]) -> Result<T, E>,
) -> T {
    let bytes = durable::read_on(disk, path, BYTES_MAX).map_err(|error| error.to_string());
    let read = bytes.and_then(|bytes| {
        bytes.map_or_else(|| Ok(T::default()), |bytes| parse(&bytes).map_err(|error| error.to_string()))
    });
    read.unwrap_or_else(|error| {
        let aside = path.with_extension("broken");
        let _ = disk.rename(path, &aside);
        tracing::error!(%error, aside = %aside.display(), "calls.unreadable");
        T::default()
    })
}
