//! What a release says of itself, signed.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use tough::schema::{Target, Targets};

use crate::digest::Digest;
use crate::names;

/// Version of what a release says; a newer one is refused, never guessed.
const FORMAT: u32 = 1;
/// Bytes of a content file, at most.
pub const CONTENT_BYTES_MAX: u64 = 256 * 1024 * 1024;
/// Most patches that one release offers.
pub const PATCHES_MAX: usize = 8;
/// Probe searches of a release.
pub const PROBES: usize = 10;
/// Longest title, query or identifier in a release, in characters.
const TEXT_CHARS_MAX: usize = 200;

/// A search that the content must answer before it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Probe {
    /// What is typed.
    pub query: String,
    /// What must be among the first five answers.
    pub expects: String,
}

/// A file of the repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredFile {
    /// Its name, without its digest.
    pub name: String,
    /// Its length.
    pub bytes: u64,
    /// Its digest.
    pub digest: Digest,
}

impl StoredFile {
    /// Its path in the repository.
    pub fn path(&self) -> String {
        names::target(&self.name, &self.digest)
    }
}

/// What an editor says of a release, beside its file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Description {
    /// The title of the content.
    pub title: String,
    /// When it was published, in whole seconds since 1970 (UTC).
    pub made: i64,
    /// Sheets in it.
    pub sheets: u32,
    /// Searches that it must answer.
    pub probes: Vec<Probe>,
}

/// One signed release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Release {
    /// Its number: one more than that of the release before.
    pub number: u64,
    /// What the editor says of it.
    pub about: Description,
    /// Length of the content file.
    pub content_bytes: u64,
    /// Digest of the content file.
    pub content: Digest,
    /// The whole file, packed.
    pub full: StoredFile,
    /// Patches, each with the digest of the content file that it starts from.
    pub patches: Vec<(Digest, StoredFile)>,
}

/// Beside the whole file, under `parvis`.
#[derive(Debug, Serialize, Deserialize)]
struct FullRecord {
    format: u32,
    #[serde(flatten)]
    about: Description,
    content_bytes: u64,
    content_sha256: Digest,
}

/// Why signed targets are no release.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReleaseError {
    /// No whole content file, or two.
    #[error("it offers no single content file")]
    NoContent,
    /// It was made by a newer program.
    #[error("it was made for a newer version of Parvis")]
    NewerFormat,
    /// A file's name leads out of its folder, or may on some system.
    #[error("it names a file that is no plain name")]
    FileName,
    /// A value is missing or out of its bounds.
    #[error("what it says of itself cannot be read")]
    Malformed,
}

const RECORD: &str = "parvis";
const PATCH_FROM: &str = "parvis-patch-from";

impl Release {
    /// The release in targets whose signatures were checked.
    pub(crate) fn read(targets: &Targets) -> Result<Self, ReleaseError> {
        let (mut full, mut patches) = (None, Vec::new());
        for (name, target) in &targets.targets {
            let file = stored(name.raw(), target)?;
            if let Some(from) = target.custom.get(PATCH_FROM) {
                let from = from.as_str().and_then(Digest::parse).ok_or(ReleaseError::Malformed)?;
                patches.push((from, file));
            } else if let Some(record) = target.custom.get(RECORD)
                && full.replace((file, read_record(record)?)).is_some()
            {
                return Err(ReleaseError::NoContent);
            }
        }
        let (full, record) = full.ok_or(ReleaseError::NoContent)?;
        if patches.len() > PATCHES_MAX {
            return Err(ReleaseError::Malformed);
        }
        patches.sort_by_key(|(from, _)| *from);
        Ok(Self {
            number: targets.version.get(),
            about: record.about,
            content_bytes: record.content_bytes,
            content: record.content_sha256,
            full,
            patches,
        })
    }

    /// The targets to sign.
    pub(crate) fn targets(&self) -> Vec<(&StoredFile, (&'static str, Value))> {
        let record = FullRecord {
            format: FORMAT,
            about: self.about.clone(),
            content_bytes: self.content_bytes,
            content_sha256: self.content,
        };
        let record = serde_json::to_value(record).unwrap_or_default();
        let patches =
            self.patches.iter().map(|(from, file)| (file, (PATCH_FROM, Value::from(from.to_string()))));
        std::iter::once((&self.full, (RECORD, record))).chain(patches).collect()
    }

    /// The patch that starts from the content file with that digest.
    pub fn patch_from(&self, content: &Digest) -> Option<&StoredFile> {
        self.patches.iter().find(|(from, _)| from == content).map(|(_, file)| file)
    }
}

fn stored(name: &str, target: &Target) -> Result<StoredFile, ReleaseError> {
    if !names::is_plain(name) {
        return Err(ReleaseError::FileName);
    }
    let digest = Digest::from_bytes(&target.hashes.sha256);
    match digest {
        Some(digest) if target.length <= CONTENT_BYTES_MAX => {
            Ok(StoredFile { name: name.to_owned(), bytes: target.length, digest })
        }
        _ => Err(ReleaseError::Malformed),
    }
}

fn read_record(record: &Value) -> Result<FullRecord, ReleaseError> {
    let format = record.get("format").and_then(Value::as_u64).ok_or(ReleaseError::Malformed)?;
    if format != u64::from(FORMAT) {
        return Err(ReleaseError::NewerFormat);
    }
    let record: FullRecord = serde_json::from_value(record.clone()).map_err(|_| ReleaseError::Malformed)?;
    let short = |text: &str| text.chars().count() <= TEXT_CHARS_MAX;
    let probes = &record.about.probes;
    let sound = record.content_bytes <= CONTENT_BYTES_MAX
        && short(&record.about.title)
        && probes.len() <= PROBES
        && probes.iter().all(|probe| short(&probe.query) && short(&probe.expects));
    if sound { Ok(record) } else { Err(ReleaseError::Malformed) }
}
