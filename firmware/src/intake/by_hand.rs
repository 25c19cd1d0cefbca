//! `parvis intake FILE`: a technician puts a content file in the place of the kiosk's, whole or not at all.

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use parvis_content::{ContentFile, OpenError};

use crate::durable::{self, DurableError};

/// Bytes of a content file, at most.
pub const CONTENT_BYTES_MAX: u64 = 1024 * 1024 * 1024;

/// Why a content file was not activated. What was there before still is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ByHandError {
    /// It cannot be read or copied.
    #[error("{}: {source}", path.display())]
    Copy {
        /// Which file.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// It is too large.
    #[error("{} is larger than {CONTENT_BYTES_MAX} bytes", .0.display())]
    TooLarge(PathBuf),
    /// It is not a content file that this program reads.
    #[error(transparent)]
    Refused(#[from] OpenError),
    /// It opens, and has nothing to show.
    #[error("{} holds no sheet", .0.display())]
    Empty(PathBuf),
    /// It cannot be put in place.
    #[error(transparent)]
    Activate(#[from] DurableError),
}

/// Copies `from` beside `to`, opens and checks the copy, and puts it in place in one step. A running
/// kiosk shows it after the visitor who is there. Returns the number of sheets.
pub fn activate(from: &Path, to: &Path) -> Result<u32, ByHandError> {
    // Not where intake puts its link: what lies there may be one.
    let staged = to.with_extension("by-hand");
    if let Some(folder) = to.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)
            .map_err(|source| ByHandError::Copy { path: folder.to_owned(), source })?;
    }
    let outcome = copy(from, &staged).and_then(|()| check(&staged));
    match outcome {
        Ok(sheets) => {
            durable::replace(&staged, to)?;
            tracing::info!(sheets, "content.activated");
            Ok(sheets)
        }
        Err(error) => {
            // The copy is of no use; what is in place is untouched whether this works or not.
            let _ = std::fs::remove_file(&staged);
            Err(error)
        }
    }
}

fn check(staged: &Path) -> Result<u32, ByHandError> {
    let content = ContentFile::open(staged)?;
    match content.info().sheets {
        0 => Err(ByHandError::Empty(staged.to_owned())),
        sheets => Ok(sheets),
    }
}

fn copy(from: &Path, to: &Path) -> Result<(), ByHandError> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| ByHandError::Copy { path, source }
    };
    let source = File::open(from).map_err(failed(from))?;
    if !source.metadata().map_err(failed(from))?.is_file() {
        return Err(failed(from)(std::io::ErrorKind::InvalidInput.into()));
    }
    let _ = std::fs::remove_file(to);
    let mut target = File::create_new(to).map_err(failed(to))?;
    let copied = std::io::copy(&mut source.take(CONTENT_BYTES_MAX + 1), &mut target).map_err(failed(to))?;
    if copied > CONTENT_BYTES_MAX {
        return Err(ByHandError::TooLarge(from.to_owned()));
    }
    target.flush().and_then(|()| target.sync_all()).map_err(failed(to))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_no_content_is_refused_and_the_old_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (from, to) = (folder.path().join("stick.parvis"), folder.path().join("content.parvis"));
        std::fs::write(&to, b"old").unwrap();
        for bytes in ["", "SQLite format 3\0", "\x7fELF", &"\0".repeat(70_000)] {
            std::fs::write(&from, bytes).unwrap();
            assert!(activate(&from, &to).is_err());
            assert_eq!(std::fs::read(&to).unwrap(), b"old");
            assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside");
        }
        assert!(matches!(activate(folder.path(), &to), Err(ByHandError::Copy { .. })));
        assert!(matches!(activate(&folder.path().join("none"), &to), Err(ByHandError::Copy { .. })));
    }
}
