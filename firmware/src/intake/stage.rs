//! Staging: the content file of a release, whole, as signed, on this disk, from a patch where one fits.

use std::io::{self, Read as _, Write};
use std::path::Path;

use parvis_bundle::pack::{PATCHED_BYTES_MAX, unpack, unpack_patch};
use parvis_bundle::{Digest, Hasher, Release, Source, StoredFile};

use super::error::IntakeError;
use super::fetch::{Fetched, fetch};
use super::library::Shelf;
use crate::durable::{self, Disk};

/// Bytes that stay free beside a release: logs and state must go on.
const SPARE_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes written at once.
const CHUNK_BYTES: usize = 256 * 1024;

/// How a release came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Staged {
    /// What was read.
    pub fetched: Fetched,
    /// By a patch.
    pub patch: bool,
}

/// Puts the content file of `release` under `name` on the shelf. `base` is the release that is shown: its digest and the
/// name of its file.
pub async fn stage(
    source: &dyn Source,
    disk: &dyn Disk,
    shelf: &Shelf,
    release: &Release,
    base: Option<(&Digest, &str)>,
    name: &str,
) -> Result<Staged, IntakeError> {
    let patch = base.and_then(|(digest, file)| Some((release.patch_from(digest)?, digest, file)));
    let packed = patch.map_or(&release.full, |(patch, ..)| patch);
    room(disk, shelf, packed.bytes + release.content_bytes)?;
    if let Some((patch, digest, file)) = patch
        && let Some(old) = old_content(disk, shelf, digest, file)?
    {
        let fetched = fetch(source, disk, patch, &part(shelf, patch)).await?;
        // A genuine patch that does not lead to the release is a mistake of the publisher: the whole file may still do.
        if unpacked(disk, shelf, release, patch, name, |packed, out| {
            unpack_patch(&old, packed, release.content_bytes, out)
        })
        .is_ok()
        {
            return Ok(Staged { fetched, patch: true });
        }
    }
    room(disk, shelf, release.full.bytes + release.content_bytes)?;
    let fetched = fetch(source, disk, &release.full, &part(shelf, &release.full)).await?;
    unpacked(disk, shelf, release, &release.full, name, |packed, out| {
        unpack(packed, release.content_bytes, out)
    })?;
    Ok(Staged { fetched, patch: false })
}

/// Where the packed `file` lies until it is unpacked.
pub(super) fn part_name(file: &StoredFile) -> String {
    format!("{}.part", file.digest)
}

fn part(shelf: &Shelf, file: &StoredFile) -> std::path::PathBuf {
    shelf.path(&part_name(file))
}

fn room(disk: &dyn Disk, shelf: &Shelf, bytes: u64) -> Result<(), IntakeError> {
    let free = disk.free(shelf.folder()).map_err(IntakeError::disk("look at the room left"))?;
    let needed = bytes + SPARE_BYTES;
    if free < needed { Err(IntakeError::DiskFull { needed, free }) } else { Ok(()) }
}

/// The content that a patch starts from, if it is still what it was.
fn old_content(
    disk: &dyn Disk,
    shelf: &Shelf,
    digest: &Digest,
    file: &str,
) -> Result<Option<Vec<u8>>, IntakeError> {
    let Ok(opened) = disk.open(&shelf.path(file)) else { return Ok(None) };
    let mut old = Vec::new();
    opened
        .take(PATCHED_BYTES_MAX + 1)
        .read_to_end(&mut old)
        .map_err(IntakeError::disk("read the release shown"))?;
    Ok((Digest::of(&old) == *digest).then_some(old))
}

/// Unpacks a part into the file called `name`, checks that it is what was signed, and takes the part away.
fn unpacked(
    disk: &dyn Disk,
    shelf: &Shelf,
    release: &Release,
    file: &StoredFile,
    name: &str,
    unpack: impl FnOnce(Box<dyn io::Read + Send>, &mut Writer<'_>) -> io::Result<()>,
) -> Result<(), IntakeError> {
    let staged = shelf.path(&format!("{name}.staged"));
    disk.remove(&staged).map_err(IntakeError::disk("clear the staged file"))?;
    let packed = disk.open(&part(shelf, file)).map_err(IntakeError::disk("open a part"))?;
    let mut out =
        Writer { disk, path: &staged, waiting: Vec::new(), hasher: Hasher::default(), failed: None };
    let outcome = unpack(packed, &mut out);
    if let Some(error) = out.failed {
        // The disk's fault, not the file's: the part is kept for when there is room.
        disk.remove(&staged).map_err(IntakeError::disk("clear the staged file"))?;
        return Err(IntakeError::disk("write the staged file")(error));
    }
    let (digest, bytes) = out.hasher.finish();
    if outcome.is_err() || digest != release.content || bytes != release.content_bytes {
        disk.remove(&staged).map_err(IntakeError::disk("clear the staged file"))?;
        disk.remove(&part(shelf, file)).map_err(IntakeError::disk("remove a part"))?;
        return Err(match outcome {
            Err(error) => IntakeError::Unpack(file.name.clone(), error),
            Ok(()) => IntakeError::NotAsSigned(file.name.clone()),
        });
    }
    disk.sync(&staged).map_err(IntakeError::disk("sync the staged file"))?;
    durable::replace_on(disk, &staged, &shelf.path(name)).map_err(|error| IntakeError::Disk {
        what: "name the release".to_owned(),
        source: io::Error::other(error),
    })?;
    disk.remove(&part(shelf, file)).map_err(IntakeError::disk("remove a part"))
}

/// Writes to the disk in large pieces, and to a digest.
struct Writer<'a> {
    disk: &'a dyn Disk,
    path: &'a Path,
    waiting: Vec<u8>,
    hasher: Hasher,
    /// What the disk said when it failed.
    failed: Option<io::Error>,
}

impl Write for Writer<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.waiting.extend_from_slice(bytes);
        if self.waiting.len() >= CHUNK_BYTES {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if let Err(error) = self.disk.append(self.path, &self.waiting) {
            let kind = error.kind();
            self.failed.get_or_insert(error);
            return Err(kind.into());
        }
        self.waiting.clear();
        Ok(())
    }
}
