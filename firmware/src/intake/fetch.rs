//! Fetching a signed file: as much as was signed, from where the last pass stopped.

use std::path::Path;

use futures_util::StreamExt as _;
use parvis_bundle::{Digest, Source, StoredFile};

use super::error::IntakeError;
use crate::durable::Disk;

/// Bytes between two syncs: what a power cut may cost.
const SYNC_BYTES: u64 = 512 * 1024;

/// What was fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Fetched {
    /// Bytes read from the source.
    pub bytes: u64,
    /// Bytes that were there before.
    pub resumed: u64,
}

/// Fetches `file` to `part`, going on where an earlier pass stopped. On success the file is whole, as signed, and
/// synced.
pub async fn fetch(
    source: &dyn Source,
    disk: &dyn Disk,
    file: &StoredFile,
    part: &Path,
) -> Result<Fetched, IntakeError> {
    let resumed = disk.length(part).map_err(IntakeError::disk("look at a part"))?.unwrap_or(0);
    if resumed > 0 && resumed <= file.bytes {
        let fetched = read_on(source, disk, file, part, resumed).await?;
        if is_as_signed(disk, file, part)? {
            return Ok(Fetched { bytes: fetched, resumed });
        }
        // What was there before a power cut was not what had been written: once more, from the beginning.
    }
    disk.remove(part).map_err(IntakeError::disk("clear a part"))?;
    let bytes = read_on(source, disk, file, part, 0).await?;
    if is_as_signed(disk, file, part)? {
        return Ok(Fetched { bytes, resumed: 0 });
    }
    disk.remove(part).map_err(IntakeError::disk("clear a part"))?;
    Err(IntakeError::NotAsSigned(file.name.clone()))
}

/// Appends what the source has from byte `from` on; never more than was signed.
async fn read_on(
    source: &dyn Source,
    disk: &dyn Disk,
    file: &StoredFile,
    part: &Path,
    from: u64,
) -> Result<u64, IntakeError> {
    let (mut length, mut unsynced) = (from, 0);
    if from < file.bytes {
        let mut body = source.open(&file.path(), from).await?;
        while let Some(chunk) = body.next().await {
            let chunk = match chunk {
                Ok(chunk) => chunk,
                Err(error) => {
                    // What came is worth keeping: the next pass goes on from here.
                    disk.sync(part).or_else(missing_is_fine).map_err(IntakeError::disk("sync a part"))?;
                    return Err(error.into());
                }
            };
            length += chunk.len() as u64;
            if length > file.bytes {
                disk.remove(part).map_err(IntakeError::disk("clear a part"))?;
                return Err(IntakeError::TooLong(file.name.clone()));
            }
            disk.append(part, &chunk).map_err(IntakeError::disk("write a part"))?;
            unsynced += chunk.len() as u64;
            if unsynced >= SYNC_BYTES {
                disk.sync(part).map_err(IntakeError::disk("sync a part"))?;
                unsynced = 0;
            }
        }
    }
    if length < file.bytes {
        disk.sync(part).or_else(missing_is_fine).map_err(IntakeError::disk("sync a part"))?;
        return Err(IntakeError::TooShort(file.name.clone()));
    }
    disk.sync(part).map_err(IntakeError::disk("sync a part"))?;
    Ok(length - from)
}

fn missing_is_fine(error: std::io::Error) -> std::io::Result<()> {
    if error.kind() == std::io::ErrorKind::NotFound { Ok(()) } else { Err(error) }
}

fn is_as_signed(disk: &dyn Disk, file: &StoredFile, part: &Path) -> Result<bool, IntakeError> {
    let mut opened = disk.open(part).map_err(IntakeError::disk("read a part"))?;
    let (digest, bytes) = Digest::read(&mut opened).map_err(IntakeError::disk("read a part"))?;
    Ok(digest == file.digest && bytes == file.bytes)
}
