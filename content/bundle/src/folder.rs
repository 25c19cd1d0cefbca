//! A repository in a folder: a stick that is mounted, or an editor's disk.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use async_trait::async_trait;
use futures_util::stream;
use rustix::fs::{CWD, Mode, OFlags, ResolveFlags, openat, openat2};
use rustix::io::Errno;
use tough::Bytes;

use crate::source::{Body, Source, SourceError};

/// Bytes read at once.
const CHUNK_BYTES: usize = 64 * 1024;

/// A repository in a folder.
#[derive(Debug, Clone)]
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    /// The repository in `path`.
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Opens a plain file below the folder. A link, a pipe, a device, a folder is refused without waiting for it: a
    /// pipe on a stick once hung the reader.
    fn file(&self, path: &str) -> Result<File, SourceError> {
        let interrupted =
            |errno: Errno| SourceError::Interrupted { path: path.to_owned(), reason: errno.to_string() };
        let folder =
            openat(CWD, &self.path, OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC, Mode::empty())
                .map_err(|errno| match errno {
                    Errno::NOENT => SourceError::NotFound(path.to_owned()),
                    Errno::NOTDIR | Errno::LOOP => SourceError::NotAFile(path.to_owned()),
                    other => interrupted(other),
                })?;
        let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        let file = openat2(&folder, path, flags, Mode::empty(), resolve).map_err(|errno| match errno {
            Errno::NOENT => SourceError::NotFound(path.to_owned()),
            Errno::LOOP | Errno::XDEV | Errno::NOTDIR | Errno::NXIO => SourceError::NotAFile(path.to_owned()),
            other => interrupted(other),
        })?;
        let file = File::from(file);
        match file.metadata() {
            Ok(metadata) if metadata.is_file() => Ok(file),
            Ok(_) => Err(SourceError::NotAFile(path.to_owned())),
            Err(error) => Err(SourceError::Interrupted { path: path.to_owned(), reason: error.to_string() }),
        }
    }
}

#[async_trait]
impl Source for Folder {
    async fn open(&self, path: &str, from: u64) -> Result<Body, SourceError> {
        let path = path.to_owned();
        let mut file = self.file(&path)?;
        let interrupted = move |path: &str, error: std::io::Error| SourceError::Interrupted {
            path: path.to_owned(),
            reason: error.to_string(),
        };
        file.seek(SeekFrom::Start(from)).map_err(|error| interrupted(&path, error))?;
        Ok(Box::pin(stream::unfold(Some((file, path)), move |state| async move {
            let (file, path) = state?;
            // A worn stick may take minutes for a read, or never answer: whoever waits for it may give up.
            let read = tokio::task::spawn_blocking(move || {
                let (mut file, mut chunk) = (file, vec![0; CHUNK_BYTES]);
                file.read(&mut chunk).map(|count| {
                    chunk.truncate(count);
                    (file, chunk)
                })
            });
            match read.await.unwrap_or_else(|error| Err(std::io::Error::other(error))) {
                Ok((_, chunk)) if chunk.is_empty() => None,
                Ok((file, chunk)) => Some((Ok(Bytes::from(chunk)), Some((file, path)))),
                Err(error) => Some((Err(interrupted(&path, error)), None)),
            }
        })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_files_below_the_folder_are_opened() {
        let outer = tempfile::tempdir().unwrap();
        let inside = outer.path().join("repository");
        std::fs::create_dir_all(inside.join("metadata")).unwrap();
        std::fs::write(outer.path().join("secret"), b"outside").unwrap();
        std::fs::write(inside.join("metadata/plain"), b"inside").unwrap();
        std::os::unix::fs::symlink("../secret", inside.join("link")).unwrap();
        std::os::unix::fs::symlink(outer.path(), inside.join("linked-folder")).unwrap();
        rustix::fs::mknodat(CWD, inside.join("pipe"), rustix::fs::FileType::Fifo, Mode::RWXU, 0).unwrap();
        let folder = Folder::new(&inside);
        assert!(folder.file("metadata/plain").is_ok());
        assert_eq!(folder.file("none").unwrap_err(), SourceError::NotFound("none".to_owned()));
        for bad in ["link", "linked-folder/secret", "../secret", "pipe", "metadata", "/etc/passwd"] {
            let error = folder.file(bad).unwrap_err();
            assert_eq!(error, SourceError::NotAFile(bad.to_owned()), "{bad}");
        }
    }
}
