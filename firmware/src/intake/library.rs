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

/// The number in the name of a release's file: `12-0123456789abcdef.parvis`. Anything else is not ours.
fn number(name: &str) -> Option<u64> {
    let (number, digest) = name.strip_suffix(".parvis")?.split_once('-')?;
    let ours = digest.len() == 16 && digest.bytes().all(|b| b.is_ascii_hexdigit());
    number.parse().ok().filter(|_| ours)
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

    /// The highest number among the releases, from the names of their files: known even when the state is lost.
    pub fn highest_number(&self, disk: &dyn Disk) -> Result<u64, IntakeError> {
        let names = disk.names(&self.folder).map_err(IntakeError::disk("list the releases"))?;
        Ok(names.iter().filter_map(|name| number(name)).max().unwrap_or(0))
    }

    /// Makes `release`, whose file is there and synced, the one that is shown.
    pub fn show(&self, disk: &dyn Disk, release: &Installed) -> Result<(), IntakeError> {
        let beside = durable::beside(&self.current_path());
        disk.remove(&beside).map_err(IntakeError::disk("clear the place beside the link"))?;
        disk.link(&release.file_name(), &beside).map_err(IntakeError::disk("link the release"))?;
        // What the kiosk said of another release, or of this one before, says nothing now.
        disk.remove(&self.path(SHOWN)).map_err(IntakeError::disk("forget what the kiosk said"))?;
        disk.rename(&beside, &self.current_path()).map_err(IntakeError::disk("activate the release"))?;
        disk.sync_folder(&self.folder).map_err(IntakeError::disk("sync the releases"))
    }

    /// What the kiosk says of the release that it was given; nothing when it says nothing, or nothing readable.
    pub fn shown(&self, disk: &dyn Disk) -> Option<Shown> {
        let bytes = durable::read_on(disk, &self.path(SHOWN), SHOWN_BYTES_MAX).ok()??;
        serde_json::from_slice(&bytes).ok()
    }

    /// The kiosk says whether it could open `file`, to which the link `content` led.
    pub fn tell_shown(disk: &dyn Disk, content: &Path, file: &str, opened: bool) {
        let Some(folder) = content.parent() else { return };
        let shelf = Self::new(folder);
        let shown = Shown { file: file.to_owned(), opened };
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
        names.retain(|name| number(name).is_some() && *name != current);
        names.sort_by_key(|name| std::cmp::Reverse(number(name)));
        names.iter().map(|name| folder.join(name)).collect()
    }

    /// Bytes of files that are on their way.
    pub fn parts(&self, disk: &dyn Disk) -> u64 {
        let names = disk.names(&self.folder).unwrap_or_default();
        let parts =
            names.iter().filter(|name| Path::new(name).extension().is_some_and(|ending| ending == "part"));
        parts.filter_map(|name| disk.length(&self.path(name)).ok().flatten()).sum()
    }

    /// Removes what belongs to none of `keep`: releases that came and went, parts of files that nobody offers any more.
    pub fn prune(&self, disk: &dyn Disk, keep: &[String]) -> Result<(), IntakeError> {
        let names = disk.names(&self.folder).map_err(IntakeError::disk("list the releases"))?;
        let ours = |name: &str| {
            number(name).is_some() || [".part", ".staged"].iter().any(|ending| name.ends_with(ending))
        };
        for name in names.iter().filter(|name| ours(name) && !keep.contains(*name)) {
            disk.remove(&self.path(name)).map_err(IntakeError::disk("remove an old release"))?;
        }
        Ok(())
    }
}
