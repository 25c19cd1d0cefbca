//! Writes that a power cut leaves whole: beside, synced, renamed, folder synced. Nothing else writes state.

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

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
    let step = |step: &'static str| {
        let path = path.to_owned();
        move |source| DurableError::Step { step, path, source }
    };
    let beside = beside(path);
    let mut file = File::create(&beside).map_err(step("create a file beside"))?;
    file.write_all(bytes).map_err(step("write"))?;
    file.sync_all().map_err(step("sync"))?;
    drop(file);
    replace(&beside, path)
}

/// Puts the file `from`, already synced, in the place of `to`, and syncs the folder.
pub fn replace(from: &Path, to: &Path) -> Result<(), DurableError> {
    let step = |step: &'static str| move |source| DurableError::Step { step, path: to.to_owned(), source };
    std::fs::rename(from, to).map_err(step("rename to"))?;
    let folder = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(step("sync the folder of"))
}

/// Where a file is written before it takes its place.
pub fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".new");
    path.with_file_name(name)
}

/// The bytes at `path`, at most `max` of them; `None` when there is no such file.
pub fn read(path: &Path, max: u64) -> Result<Option<Vec<u8>>, DurableError> {
    let failed = |source| DurableError::Step { step: "read", path: path.to_owned(), source };
    let file = match OpenOptions::new().read(true).open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut bytes = Vec::new();
    file.take(max + 1).read_to_end(&mut bytes).map_err(failed)?;
    if bytes.len() as u64 > max {
        return Err(DurableError::TooLarge { path: path.to_owned(), max });
    }
    Ok(Some(bytes))
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
