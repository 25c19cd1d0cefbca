//! An editor's folder for tests: as it is, built, and with one file changed.
#![allow(dead_code, reason = "each test file uses a part of it")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

use std::path::Path;

use parvis_content::source::{self, SourceError};
use parvis_content::{ContentFile, file};
use tempfile::TempDir;

/// A small bundle without faults.
pub fn fixture() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/bundle"))
}

/// What a kiosk reads of the bundle in `folder`.
pub fn built(folder: &Path) -> (TempDir, ContentFile) {
    let out = TempDir::new().unwrap();
    let path = out.path().join("contenu.parvis");
    file::write(&source::read(folder).unwrap().library, &path).unwrap();
    let content = ContentFile::open(&path).unwrap();
    (out, content)
}

/// The small bundle after `change` of one file, which may be new.
pub fn changed(name: &str, change: impl Fn(String) -> String) -> TempDir {
    let folder = TempDir::new().unwrap();
    copy(fixture(), folder.path());
    let path = folder.path().join(name);
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    let text = std::fs::read_to_string(&path).unwrap_or_default();
    std::fs::write(&path, change(text)).unwrap();
    folder
}

/// Faults after `change` of one file, as `file:line : …` with the folder taken off.
pub fn faults(name: &str, change: impl Fn(String) -> String) -> Vec<String> {
    let folder = changed(name, change);
    match source::read(folder.path()) {
        Err(SourceError::Faults(faults)) => {
            let prefix = format!("{}/", folder.path().display());
            faults.list.iter().map(|fault| fault.to_string().replace(&prefix, "")).collect()
        }
        Err(other) => panic!("{other}"),
        Ok(_) => Vec::new(),
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
