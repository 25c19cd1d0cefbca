//! What intake remembers: whom it trusts, and which releases lie on the disk. One file, checksummed, written whole.
//!
//! A file that is damaged is refused, never taken for an empty one: an empty state would believe an old release again.

use std::path::Path;

use parvis_bundle::{Digest, Trust};
use serde::{Deserialize, Serialize};

use crate::durable::{self, Disk, DurableError};

/// Name of the state's file in its folder.
const FILE: &str = "intake.json";
/// Bytes of it, at most: a root with a hundred keys would fit.
const BYTES_MAX: u64 = 1024 * 1024;
/// Version of the format.
const FORMAT: u32 = 1;
/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");
/// Releases remembered: the one shown, the one before, the one being tried.
const INSTALLED_MAX: usize = 3;

/// Why the state cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StateError {
    /// It cannot be read or written.
    #[error(transparent)]
    Durable(#[from] DurableError),
    /// It is not what was written. A technician has to give the root again, with an empty state.
    #[error("the state of intake is damaged: empty its folder and give the root again")]
    Damaged,
    /// It was written by a newer program.
    #[error("the state of intake was written by a newer version of Parvis")]
    Newer,
}

/// A release on the disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// Its number.
    pub number: u64,
    /// The digest of its content file.
    pub content: Digest,
    /// When it was published, in seconds since 1970 (UTC).
    pub made: i64,
    /// Keys that signed it.
    pub signers: Vec<String>,
}

impl Installed {
    /// The name of its file.
    pub fn file_name(&self) -> String {
        let digest: String = self.content.to_string().chars().take(16).collect();
        format!("{}-{digest}.parvis", self.number)
    }
}

/// What intake remembers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct State {
    /// Whom it trusts.
    pub trust: Trust,
    /// Releases on the disk, the newest first.
    pub installed: Vec<Installed>,
    /// The number of the release that was activated and not yet shown by the kiosk.
    pub on_trial: Option<u64>,
    /// A release that failed its checks or on the kiosk, or that staff rolled back: not tried again.
    pub rejected: Option<Rejected>,
}

/// A release that is not tried again, by this version of Parvis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The digest of its content file.
    content: Digest,
    /// Which version rejected it: another one may read it.
    by: String,
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    format: u32,
    sha256: Digest,
    state: String,
}

impl State {
    /// A first state, in `trust`.
    pub fn new(trust: Trust) -> Self {
        Self { trust, installed: Vec::new(), on_trial: None, rejected: None }
    }

    /// The state in `folder`; `None` when there is none yet.
    pub fn load(disk: &dyn Disk, folder: &Path) -> Result<Option<Self>, StateError> {
        let Some(bytes) = durable::read_on(disk, &folder.join(FILE), BYTES_MAX)? else { return Ok(None) };
        let sealed: Sealed = serde_json::from_slice(&bytes).map_err(|_| StateError::Damaged)?;
        if sealed.format != FORMAT {
            return Err(StateError::Newer);
        }
        if Digest::of(sealed.state.as_bytes()) != sealed.sha256 {
            return Err(StateError::Damaged);
        }
        serde_json::from_str(&sealed.state).map(Some).map_err(|_| StateError::Damaged)
    }

    /// Stores it; after this returns, a power cut leaves it.
    pub fn save(&self, disk: &dyn Disk, folder: &Path) -> Result<(), StateError> {
        let state = serde_json::to_string(self).map_err(|_| StateError::Damaged)?;
        let sealed = Sealed { format: FORMAT, sha256: Digest::of(state.as_bytes()), state };
        let bytes = serde_json::to_vec(&sealed).map_err(|_| StateError::Damaged)?;
        disk.make_folder(folder).map_err(|source| {
            StateError::Durable(DurableError::Step {
                step: "make the folder",
                path: folder.to_owned(),
                source,
            })
        })?;
        Ok(durable::write_on(disk, &folder.join(FILE), &bytes)?)
    }

    /// The release in the file of that name.
    pub fn named(&self, file_name: &str) -> Option<&Installed> {
        self.installed.iter().find(|installed| installed.file_name() == file_name)
    }

    /// The release with that content is not tried again.
    pub fn reject(&mut self, content: Digest) {
        self.rejected = Some(Rejected { content, by: VERSION.to_owned() });
    }

    /// The release with that content was rejected, by this version.
    pub fn has_rejected(&self, content: &Digest) -> bool {
        self.rejected.as_ref().is_some_and(|rejected| rejected.content == *content && rejected.by == VERSION)
    }

    /// Remembers a release as the newest.
    pub fn remember(&mut self, release: Installed) {
        self.installed.retain(|installed| installed.content != release.content);
        self.installed.insert(0, release);
        self.installed.truncate(INSTALLED_MAX);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::RealDisk;

    fn state() -> State {
        let trust = Trust { root: "{}".to_owned(), floors: parvis_bundle::Floors::default(), seen: 7 };
        State::new(trust)
    }

    #[test]
    fn a_state_comes_back_as_it_was_saved() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(State::load(&RealDisk, folder.path()).unwrap(), None);
        state().save(&RealDisk, folder.path()).unwrap();
        assert_eq!(State::load(&RealDisk, folder.path()).unwrap(), Some(state()));
    }

    #[test]
    fn a_state_with_any_byte_changed_or_cut_off_is_damaged_and_never_empty() {
        let folder = tempfile::tempdir().unwrap();
        state().save(&RealDisk, folder.path()).unwrap();
        let path = folder.path().join(FILE);
        let good = std::fs::read(&path).unwrap();
        for length in 0..good.len() {
            std::fs::write(&path, &good[..length]).unwrap();
            assert!(State::load(&RealDisk, folder.path()).is_err(), "{length} bytes");
        }
        for at in 0..good.len() {
            let mut bad = good.clone();
            bad[at] ^= 1;
            std::fs::write(&path, &bad).unwrap();
            let loaded = State::load(&RealDisk, folder.path());
            assert!(loaded.is_err() || loaded.unwrap() == Some(state()), "byte {at}");
        }
    }
}
