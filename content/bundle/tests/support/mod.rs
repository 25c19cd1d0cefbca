//! A small editor with keys, whose repositories the tests then damage.
#![allow(dead_code, reason = "each test program uses its part")]

use std::path::{Path, PathBuf};
use std::sync::Arc;

use parvis_bundle::ceremony::{Powers, sign_root};
use parvis_bundle::keys::SigningKey;
use parvis_bundle::publish::{Publication, publish};
use parvis_bundle::release::Description;
use parvis_bundle::root::RolePlan;
use parvis_bundle::{Folder, Probe, Release, Source, Trust, TrustError, Verified, verify};
use serde_json::Value;

/// 2026-01-01, in seconds since 1970.
pub const NOW: i64 = 1_767_225_600;
/// How long a release is believed.
pub const DAYS: u32 = 180;
pub const DAY: i64 = 86_400;

pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

pub struct Editor {
    pub folder: tempfile::TempDir,
    pub roots: Vec<SigningKey>,
    pub key: SigningKey,
}

impl Editor {
    /// Three root keys of which two must sign, and one key that publishes.
    pub fn new() -> Self {
        let roots: Vec<SigningKey> = (0..3).map(|_| SigningKey::generate().unwrap()).collect();
        let editor =
            Self { folder: tempfile::tempdir().unwrap(), roots, key: SigningKey::generate().unwrap() };
        wait(sign_root(editor.path(), editor.powers(), &editor.roots[..2], NOW)).unwrap();
        editor
    }

    pub fn powers(&self) -> Powers {
        Powers {
            root: RolePlan { keys: self.roots.iter().map(SigningKey::public).collect(), threshold: 2 },
            publication: RolePlan { keys: vec![self.key.public()], threshold: 1 },
        }
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn file(&self, path: &str) -> PathBuf {
        self.path().join(path)
    }

    pub fn publish_at(&self, content: &[u8], made: i64) -> Release {
        let file = self.folder.path().join("content.parvis");
        std::fs::write(&file, content).unwrap();
        let probe = Probe { query: "carte".to_owned(), expects: "carte".to_owned() };
        let about = Description { title: "Essai".to_owned(), made, sheets: 3, probes: vec![probe] };
        let publication = Publication { content: &file, about, days: DAYS };
        wait(publish(self.path(), publication, &self.key, |_| ())).unwrap()
    }

    pub fn publish(&self, content: &[u8]) -> Release {
        self.publish_at(content, NOW)
    }

    /// The trust of a new kiosk.
    pub fn first_trust(&self) -> Trust {
        Trust::first(&std::fs::read(self.file("metadata/1.root.json")).unwrap()).unwrap()
    }

    /// A copy of the repository as it is now.
    pub fn copy(&self) -> tempfile::TempDir {
        let copy = tempfile::tempdir().unwrap();
        for folder in ["metadata", "targets"] {
            let to = copy.path().join(folder);
            std::fs::create_dir_all(&to).unwrap();
            for entry in std::fs::read_dir(self.file(folder)).unwrap() {
                let entry = entry.unwrap();
                std::fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
            }
        }
        copy
    }
}

pub fn verified(path: &Path, trust: &Trust, now: i64) -> Result<Verified, TrustError> {
    verified_from(Arc::new(Folder::new(path)), trust, now)
}

pub fn verified_from(source: Arc<dyn Source>, trust: &Trust, now: i64) -> Result<Verified, TrustError> {
    wait(verify(source, trust, now))
}

/// The name of the error that the repository in `path` gives.
pub fn refusal(path: &Path, trust: &Trust) -> &'static str {
    match verified(path, trust, NOW) {
        Ok(verified) => panic!("believed: {:?}", verified.release),
        Err(error) => error.name(),
    }
}

/// Changes a JSON file.
pub fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut json: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    change(&mut json);
    std::fs::write(path, serde_json::to_vec(&json).unwrap()).unwrap();
}
