//! Reading the zip: every count and size is bounded before a byte is unpacked, and again while it is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use zip::ZipArchive;
use zip::result::ZipError;

/// Most files in an archive. The dump of March 2024 has 5,271.
pub const FILES_MAX: usize = 50_000;
/// Largest file once unpacked: 16 MB. The publisher's largest sheet has 4 MB.
pub const FILE_BYTES_MAX: u64 = 16_000_000;
/// Everything unpacked: 600 MB. The dump of March 2024 has 81 MB.
pub const TOTAL_BYTES_MAX: u64 = 600_000_000;
/// Highest ratio of unpacked to packed bytes of one file. The dump of March 2024 reaches 31.
pub const RATIO_MAX: u64 = 150;

/// Why an archive was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveError {
    /// The system refused.
    #[error("cannot read {path}: {source}; check that the file exists and may be read")]
    Io {
        /// The archive.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// Not a zip, or cut.
    #[error("{path} is not a whole zip archive ({source}): download it again")]
    NotZip {
        /// The archive.
        path: PathBuf,
        /// What the zip reader says.
        source: ZipError,
    },
    /// One file inside cannot be unpacked.
    #[error("{path}: {file} cannot be unpacked ({reason}): download the archive again")]
    Damaged {
        /// The archive.
        path: PathBuf,
        /// The file inside it.
        file: String,
        /// What is wrong.
        reason: String,
    },
    /// Beyond a bound of this module.
    #[error("{path}: {what}, more than {limit}: this is not the archive that the publisher ships")]
    Bound {
        /// The archive.
        path: PathBuf,
        /// What was counted.
        what: String,
        /// The bound.
        limit: u64,
    },
    /// Two entries share a name.
    #[error("{path}: {file} exists twice: this is not the archive that the publisher ships")]
    Twice {
        /// The archive.
        path: PathBuf,
        /// The name.
        file: String,
    },
}

/// Whether a file is a sheet, folder or service (`F1.xml`, `N2.xml`, `R3.xml`), not an index.
pub(super) fn is_content(name: &str) -> bool {
    let stem = name.strip_suffix(".xml").unwrap_or_default();
    let digits = stem.strip_prefix(['F', 'N', 'R']).unwrap_or_default();
    !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit())
}

/// Unpacks every XML file into memory, by its bare name.
pub(super) fn read(path: &Path) -> Result<BTreeMap<String, Vec<u8>>, ArchiveError> {
    let io = |source| ArchiveError::Io { path: path.to_owned(), source };
    let bound = |what: String, limit: u64| ArchiveError::Bound { path: path.to_owned(), what, limit };
    let file = File::open(path).map_err(io)?;
    if !file.metadata().map_err(io)?.is_file() {
        return Err(io(io::Error::other("not a regular file")));
    }
    let mut zip = ZipArchive::new(BufReader::new(file))
        .map_err(|source| ArchiveError::NotZip { path: path.to_owned(), source })?;
    if zip.len() > FILES_MAX {
        return Err(bound(format!("{} files", zip.len()), FILES_MAX as u64));
    }
    let mut files = BTreeMap::new();
    let mut total = 0_u64;
    for at in 0..zip.len() {
        let damaged = |file: &str, reason: String| ArchiveError::Damaged {
            path: path.to_owned(),
            file: file.to_owned(),
            reason,
        };
        let entry = zip.by_index(at).map_err(|error| damaged(&format!("entry {at}"), error.to_string()))?;
        let full = entry.name().map_err(|error| damaged(&format!("entry {at}"), error.to_string()))?;
        let name = full.rsplit(['/', '\\']).next().unwrap_or_default().to_owned();
        // The publisher writes small letters; a file in capitals is not one of its own.
        if entry.is_dir() || Path::new(&name).extension().is_none_or(|ending| ending != "xml") {
            continue;
        }
        let (announced, packed) = (entry.size(), entry.compressed_size());
        if announced > FILE_BYTES_MAX {
            return Err(bound(format!("{name} has {announced} bytes"), FILE_BYTES_MAX));
        }
        if announced / packed.max(1) > RATIO_MAX {
            return Err(bound(
                format!("{name} unpacks to {} times its size", announced / packed.max(1)),
                RATIO_MAX,
            ));
        }
        let mut bytes = Vec::new();
        // The header may lie: what is really unpacked is bounded too.
        let read = entry.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes);
        read.map_err(|error| damaged(&name, error.to_string()))?;
        total += bytes.len() as u64;
        if bytes.len() as u64 > FILE_BYTES_MAX {
            return Err(bound(format!("{name} has more than {FILE_BYTES_MAX} bytes"), FILE_BYTES_MAX));
        }
        if total > TOTAL_BYTES_MAX {
            return Err(bound("unpacked bytes".to_owned(), TOTAL_BYTES_MAX));
        }
        if files.insert(name.clone(), bytes).is_some() {
            return Err(ArchiveError::Twice { path: path.to_owned(), file: name });
        }
    }
    Ok(files)
}
