//! What is asked of a disk, one system call a word, so that a test can cut the power after each.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write as _};
use std::path::Path;

/// Most names listed in one folder.
const NAMES_MAX: usize = 256;

/// A disk. What is not synced may be gone after a power cut, names as well as bytes.
pub trait Disk: Send + Sync {
    /// Opens a file; `NotFound` when there is none.
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>>;
    /// The length of a file in bytes; `None` when there is none.
    fn length(&self, path: &Path) -> io::Result<Option<u64>>;
    /// Adds bytes at the end of a file, which is made if there is none.
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()>;
    /// Waits until the bytes of a file are on the disk.
    fn sync(&self, path: &Path) -> io::Result<()>;
    /// Waits until the names in a folder are on the disk.
    fn sync_folder(&self, folder: &Path) -> io::Result<()>;
    /// Gives a file another name; what had that name is gone.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;
    /// Takes a name away; nothing happens when there is none.
    fn remove(&self, path: &Path) -> io::Result<()>;
    /// Makes a symbolic link to `name`, in the same folder.
    fn link(&self, name: &str, link: &Path) -> io::Result<()>;
    /// The name that a symbolic link holds; `None` when there is no link there.
    fn linked(&self, link: &Path) -> io::Result<Option<String>>;
    /// Names in a folder, at most 256, in no order.
    fn names(&self, folder: &Path) -> io::Result<Vec<String>>;
    /// Makes a folder and those above it.
    fn make_folder(&self, folder: &Path) -> io::Result<()>;
    /// Bytes that can still be written in a folder.
    fn free(&self, folder: &Path) -> io::Result<u64>;
}

/// The disk of this machine.
#[derive(Debug, Clone, Copy)]
pub struct RealDisk;

fn found<T>(outcome: io::Result<T>) -> io::Result<Option<T>> {
    match outcome {
        Ok(found) => Ok(Some(found)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Disk for RealDisk {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        Ok(Box::new(File::open(path)?))
    }

    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        Ok(found(std::fs::metadata(path))?.map(|metadata| metadata.len()))
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        OpenOptions::new().append(true).create(true).open(path)?.write_all(bytes)
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        OpenOptions::new().append(true).open(path)?.sync_all()
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        File::open(folder)?.sync_all()
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        std::fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        found(std::fs::remove_file(path)).map(|_| ())
    }

    fn link(&self, name: &str, link: &Path) -> io::Result<()> {
        std::os::unix::fs::symlink(name, link)
    }

    fn linked(&self, link: &Path) -> io::Result<Option<String>> {
        match std::fs::read_link(link) {
            Ok(target) => Ok(target.to_str().map(str::to_owned)),
            // No link there: nothing, or a file that someone put by hand.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::InvalidInput) => {
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let entries = std::fs::read_dir(folder)?.take(NAMES_MAX);
        entries.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned())).collect()
    }

    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        std::fs::create_dir_all(folder)
    }

    fn free(&self, folder: &Path) -> io::Result<u64> {
        let stat = rustix::fs::statvfs(folder)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }
}
