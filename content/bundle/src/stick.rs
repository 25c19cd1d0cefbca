//! Copying a repository to a stick, and reading back what was written.

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::digest::Digest;
use crate::folder::Folder;
use crate::names;
use crate::publish::{PublishError, keep_only, newest_root};
use crate::release::{Release, StoredFile};
use crate::trust::{Trust, TrustError, verify};

/// The folder of the repository on a stick: what a kiosk looks for.
pub const STICK_FOLDER: &str = "parvis";

/// Why a stick cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StickError {
    /// The repository to copy from.
    #[error(transparent)]
    Repository(#[from] PublishError),
    /// What is published does not hold.
    #[error("what is published does not hold: {0}")]
    Published(#[source] TrustError),
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// What was read back is not what was written: the stick is worn out, or was pulled.
    #[error("{} was not kept by the stick as it was written", .0.display())]
    NotKept(PathBuf),
    /// What was written would not be believed by a kiosk.
    #[error("a kiosk would not believe the stick: {0}")]
    NotBelieved(#[source] TrustError),
}

/// Copies what a kiosk needs of `repository` to `stick`, the timestamp last, and verifies it by what the stick gives
/// back. `now` is in seconds since 1970 (UTC); `progress` is told 0 to 100.
pub async fn copy(
    repository: &Path,
    stick: &Path,
    now: i64,
    mut progress: impl FnMut(u8),
) -> Result<Release, StickError> {
    let trust = first_trust(repository)?;
    let found =
        verify(Arc::new(Folder::new(repository)), &trust, now).await.map_err(StickError::Published)?;
    let to = stick.join(STICK_FOLDER);
    let files: Vec<&StoredFile> = std::iter::once(&found.release.full)
        .chain(found.release.patches.iter().map(|(_, file)| file))
        .collect();
    let floors = found.trust.floors;
    let mut paths: Vec<String> = files.iter().map(|file| file.path()).collect();
    paths.extend((1..=floors.root).map(names::root));
    paths.extend([
        names::targets(floors.targets),
        names::snapshot(floors.snapshot),
        names::TIMESTAMP.to_owned(),
    ]);
    let all = paths.len();
    for (at, path) in paths.iter().enumerate() {
        copy_one(&repository.join(path), &to.join(path))?;
        progress((at * 90 / all) as u8);
    }
    for file in files {
        let path = to.join(file.path());
        let (digest, bytes) = read_back(&path).map_err(failed(&path))?;
        if digest != file.digest || bytes != file.bytes {
            return Err(StickError::NotKept(path));
        }
    }
    verify(Arc::new(Folder::new(&to)), &trust, now).await.map_err(StickError::NotBelieved)?;
    // The stick of last month gives its room back, once it holds this month's.
    let targets = to.join(names::TARGETS);
    keep_only(&targets, &paths.into_iter().collect()).map_err(failed(&targets))?;
    progress(100);
    Ok(found.release)
}

/// The trust of a kiosk that was given the first root of the repository.
fn first_trust(repository: &Path) -> Result<Trust, StickError> {
    newest_root(repository)?;
    let path = repository.join(names::root(1));
    let root = std::fs::read(&path).map_err(failed(&path))?;
    Trust::first(&root).map_err(StickError::Published)
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> StickError + use<> {
    let path = path.to_owned();
    move |source| StickError::File { path, source }
}

/// Copies a file beside, syncs it, and gives it its name.
fn copy_one(from: &Path, to: &Path) -> Result<(), StickError> {
    let folder = to.parent().unwrap_or(to);
    std::fs::create_dir_all(folder).map_err(failed(folder))?;
    let beside = to.with_extension("new");
    std::fs::copy(from, &beside).map_err(failed(&beside))?;
    File::open(&beside).and_then(|file| file.sync_all()).map_err(failed(&beside))?;
    std::fs::rename(&beside, to).map_err(failed(to))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))
}

/// Reads what the stick kept, not what memory still holds of it.
fn read_back(path: &Path) -> io::Result<(Digest, u64)> {
    let mut file = File::open(path)?;
    rustix::fs::fadvise(&file, 0, None, rustix::fs::Advice::DontNeed)?;
    Digest::read(&mut file)
}
