//! The folder of releases: `12-<digest>.parvis` files and the link `current`, which the kiosk opens.
//!
//! Renaming the link is the one moment at which a release becomes the one that is shown; before it, the release
//! before is whole, after it, the new one is.

use std::path::{Path, PathBuf};

use super::error::IntakeError;
use super::state::Installed;
use crate::durable::{self, Disk};

/// The link to the release that is shown.
pub const CURRENT: &str = "current";
/// What the kiosk last opened, or could not open: written by the kiosk, read by intake.
pub const SHOWN: &str = "shown.json";
/// Bytes of it, at most.
const SHOWN_BYTES_MAX: u64 = 4096;

/// What the kiosk says of the release that it was given.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Shown {
    /// The name of the release's file.
    pub file: String,
    /// It opened, and is on the screen.
    pub opened: bool,
}

/// The number in the name of a release's file.
fn number(name: &str) -> Option<u64> {
    name.split('-').next()?.parse().ok()
}

/// The folder of releases.
#[derive(Debug, Clone)]
pub struct Shelf {
    folder: PathBuf,
}

impl Shelf {
    /// The releases in `folder`.
    pub fn new(folder: &Path) -> Self {
        Self { folder: folder.to_owned() }
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// What the kiosk opens.
    pub fn current_path(&self) -> PathBuf {
        self.path(CURRENT)
    }

    /// The folder itself.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The name of the file that is shown.
    pub fn current(&self, disk: &dyn Disk) -> Result<Option<String>, IntakeError> {
        disk.linked(&self.current_path()).map_err(IntakeError::disk("read the link"))
    }

    /// The number of the release that is shown, from the name of its file: known even when the state is lost.
    pub fn current_number(&self, disk: &dyn Disk) -> Result<u64, IntakeError> {
        Ok(self.current(disk)?.as_deref().and_then(number).unwrap_or(0))
    }

    /// Makes `release`, whose file is there and synced, the one that is shown.
    pub fn show(&self, disk: &dyn Disk, release: &Installed) -> Result<(), IntakeError> {
        let beside = durable::beside(&self.current_path());
        disk.remove(&beside).map_err(IntakeError::disk("clear the place beside the link"))?;
        disk.link(&release.file_name(), &beside).map_err(IntakeError::disk("link the release"))?;
        disk.rename(&beside, &self.current_path()).map_err(IntakeError::disk("activate the release"))?;
        disk.sync_folder(&self.folder).map_err(IntakeError::disk("sync the releases"))
    }

    /// What the kiosk says of the release that it was given; nothing when it says nothing, or nothing readable.
    pub fn shown(&self, disk: &dyn Disk) -> Option<Shown> {
        let bytes = durable::read_on(disk, &self.path(SHOWN), SHOWN_BYTES_MAX).ok()??;
        serde_json::from_slice(&bytes).ok()
    }

    /// The kiosk says whether it could open the file behind `content`. Nothing happens where intake has no part in it.
    pub fn tell_shown(disk: &dyn Disk, content: &Path, opened: bool) {
        let (Ok(Some(file)), Some(folder)) = (disk.linked(content), content.parent()) else { return };
        let shelf = Self::new(folder);
        let shown = Shown { file, opened };
        if shelf.shown(disk).as_ref() == Some(&shown) {
            return;
        }
        let written = serde_json::to_vec(&shown)
            .map_err(|error| error.to_string())
            .and_then(|bytes| durable::write_on(disk, &shelf.path(SHOWN), &bytes).map_err(|e| e.to_string()));
        if let Err(error) = written {
            tracing::error!(%error, "content.not_told");
        }
    }

    /// Other releases in the folder of `content`, the highest number first.
    pub fn others(disk: &dyn Disk, content: &Path) -> Vec<PathBuf> {
        let (Ok(Some(current)), Some(folder)) = (disk.linked(content), content.parent()) else {
            return Vec::new();
        };
        let mut names = disk.names(folder).unwrap_or_default();
        names.retain(|name| name.ends_with(".parvis") && *name != current);
        names.sort_by_key(|name| std::cmp::Reverse(number(name)));
        names.iter().map(|name| folder.join(name)).collect()
    }

    /// Removes what belongs to none of `keep`: releases that came and went, parts of files that nobody offers any more.
    pub fn prune(&self, disk: &dyn Disk, keep: &[String]) -> Result<(), IntakeError> {
        let names = disk.names(&self.folder).map_err(IntakeError::disk("list the releases"))?;
        let ours = |name: &str| [".parvis", ".part", ".staged"].iter().any(|ending| name.ends_with(ending));
        for name in names.iter().filter(|name| ours(name) && !keep.contains(*name)) {
            disk.remove(&self.path(name)).map_err(IntakeError::disk("remove an old release"))?;
        }
        Ok(())
    }
}
