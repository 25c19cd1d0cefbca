//! Writes that a power cut leaves whole: beside, synced, renamed, folder synced. Nothing else writes state.

mod disk;

use std::fs::OpenOptions;
use std::io::Read as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

pub use disk::{Disk, RealDisk};

/// Why a file was not written or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DurableError {
    /// A step failed; what was there before is still there.
    #[error("cannot {step} {}: {source}", path.display())]
    Step {
        /// What was tried.
        step: &'static str,
        /// On which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The file is larger than anything we write.
    #[error("{} is larger than {max} bytes: not one of ours", path.display())]
    TooLarge {
        /// The file.
        path: PathBuf,
        /// The bound.
        max: u64,
    },
}

/// Puts `bytes` at `path`: after this returns, a power cut leaves them; before, it leaves what was there.
pub fn write(path: &Path, bytes: &[u8]) -> Result<(), DurableError> {
    write_on(&RealDisk, path, bytes)
}

/// The same on any disk.
pub fn write_on(disk: &dyn Disk, path: &Path, bytes: &[u8]) -> Result<(), DurableError> {
    let step = |step: &'static str| failed(step, path);
    let beside = beside(path);
    disk.remove(&beside).map_err(step("clear the place beside"))?;
    disk.append(&beside, bytes).map_err(step("write"))?;
    disk.sync(&beside).map_err(step("sync"))?;
    replace_on(disk, &beside, path)
}

/// The same for what only this user may read: nobody else can at any moment.
pub fn write_secret(path: &Path, bytes: &[u8]) -> Result<(), DurableError> {
    let beside = beside(path);
    RealDisk.remove(&beside).map_err(failed("clear the place beside", path))?;
    let made = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&beside);
    made.map_err(failed("write", path))?;
    RealDisk.append(&beside, bytes).map_err(failed("write", path))?;
    RealDisk.sync(&beside).map_err(failed("sync", path))?;
    replace(&beside, path)
}

/// Puts the file `from`, already synced, in the place of `to`, and syncs the folder.
pub fn replace(from: &Path, to: &Path) -> Result<(), DurableError> {
    replace_on(&RealDisk, from, to)
}

/// The same on any disk.
pub fn replace_on(disk: &dyn Disk, from: &Path, to: &Path) -> Result<(), DurableError> {
    disk.rename(from, to).map_err(failed("rename to", to))?;
    disk.sync_folder(to.parent().unwrap_or(Path::new(""))).map_err(failed("sync the folder of", to))
}

fn failed(step: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> DurableError + use<> {
    let path = path.to_owned();
    move |source| DurableError::Step { step, path, source }
}

/// Where a file is written before it takes its place.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// The bytes at `path`, at most `max` of them; `None` when there is no such file.
pub fn read(path: &Path, max: u64) -> Result<Option<Vec<u8>>, DurableError> {
    read_on(&RealDisk, path, max)
}

/// The same on any disk.
pub fn read_on(disk: &dyn Disk, path: &Path, max: u64) -> Result<Option<Vec<u8>>, DurableError> {
    let file = match disk.open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed("read", path)(error)),
    };
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes).map_err(failed("read", path))?;
    if bytes.len() as u64 > max {
        return Err(DurableError::TooLarge { path: path.to_owned(), max });
    }
    Ok(Some(bytes))
}

/// Tells one file from another put in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FileMark {
    device: u64,
    inode: u64,
}

impl FileMark {
    /// Of the file at `path`, if there is one.
    pub fn of(path: &Path) -> Option<Self> {
        use std::os::unix::fs::MetadataExt as _;
        let metadata = std::fs::metadata(path).ok()?;
        Some(Self { device: metadata.dev(), inode: metadata.ino() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_written_is_read_back_and_nothing_is_left_beside() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        write(&path, b"one").unwrap();
        write(&path, b"two").unwrap();
        assert_eq!(read(&path, 10).unwrap().unwrap(), b"two");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_write_that_fails_leaves_what_was_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        write(&path, b"one").unwrap();
        std::fs::create_dir(beside(&path)).unwrap();
        assert!(write(&path, b"two").is_err());
        assert_eq!(read(&path, 10).unwrap().unwrap(), b"one");
    }

    #[test]
    fn a_giant_file_is_refused_and_a_missing_one_is_none() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("state.json");
        assert!(read(&path, 10).unwrap().is_none());
        write(&path, &[0; 11]).unwrap();
        assert!(matches!(read(&path, 10), Err(DurableError::TooLarge { .. })));
    }
}
