//! What a kiosk trusts, and the one way by which it comes to trust a release.
//!
//! tough checks signatures, thresholds, hashes and the chain of roots. It is given a fresh folder each time, because
//! what it keeps between two runs is not synced, is ignored when damaged, and is wiped when keys change: each of
//! these let an old release in. What must not go back is in [`Trust`] instead, which its keeper stores durably.

use std::error::Error as StdError;
use std::sync::Arc;

use futures_util::StreamExt as _;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tough::schema::RoleType;
use tough::{ExpirationEnforcement, Limits, Repository, RepositoryLoader};
use url::Url;

use crate::digest::Digest;
use crate::names;
use crate::release::{Release, ReleaseError};
use crate::root::{self, RootError};
use crate::source::{Reader, Source, SourceError};

/// Bounds on metadata, in bytes. Ours are a tenth of these; a hundred keys would fit.
const METADATA_BYTES_MAX: u64 = 256 * 1024;
/// Most new roots in one run: an editor who changes keys each month for five years.
const ROOT_UPDATES_MAX: u64 = 64;
/// How far ahead of a kiosk's clock an editor's may be, in seconds: a day.
const MADE_AHEAD_MAX: i64 = 86_400;
/// The most that a version grows at once: beyond it nobody could ever publish again.
const VERSIONS_AT_ONCE_MAX: u64 = 100_000;
/// Where tough believes the repository to be; only the path counts.
const BASE: &str = "http://repository/";

/// What a kiosk trusts. Whoever keeps it stores it whole, synced, with a checksum, and starts from it the next time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trust {
    /// The newest root that was verified, as JSON.
    pub root: String,
    /// What must not go back.
    pub floors: Floors,
    /// The latest moment known to have passed, in seconds since 1970 (UTC): a lower bound of now, without a clock.
    pub seen: i64,
}

/// The highest versions seen. They never go down, not even when keys change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Floors {
    /// Of the root.
    pub root: u64,
    /// Of the timestamp.
    pub timestamp: u64,
    /// Of the snapshot.
    pub snapshot: u64,
    /// Of the targets, which is the number of the release.
    pub targets: u64,
}

impl Trust {
    /// The trust of a new kiosk, in the root that a technician put there.
    pub fn first(root: &[u8]) -> Result<Self, TrustError> {
        let version = root::version(root)?;
        let root = String::from_utf8(root.to_vec()).map_err(|_| RootError::Malformed)?;
        Ok(Self { root, floors: Floors { root: version, ..Floors::default() }, seen: 0 })
    }

    /// Short name of the root, to be compared by eye.
    pub fn fingerprint(&self) -> String {
        Digest::of(self.root.as_bytes()).to_string().chars().take(16).collect()
    }
}

/// A release that may be taken, and the trust to store once it is.
#[derive(Debug, Clone)]
pub struct Verified {
    /// The release.
    pub release: Release,
    /// What to trust from now on.
    pub trust: Trust,
    /// Keys that signed the release: the first 16 digits of each.
    pub signers: Vec<String>,
    /// When the first of the signatures expires, in seconds since 1970 (UTC).
    pub expires: i64,
}

/// Why a repository was not believed. Nothing changes then.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrustError {
    /// The root that is trusted, or the one to begin with, is no valid root.
    #[error("the trusted root cannot be used: {0}")]
    Root(#[from] RootError),
    /// A signature is missing, wrong, or there are too few.
    #[error("the {role} is not signed as it must be: {reason}")]
    Signature {
        /// Which part: `root`, `timestamp`, `snapshot`, `targets`.
        role: String,
        /// What is wrong.
        reason: String,
    },
    /// It is older than what was already seen.
    #[error("the {role} is version {offered}, older than {seen} that was already seen")]
    Rollback {
        /// Which part.
        role: String,
        /// What is offered.
        offered: u64,
        /// What was seen.
        seen: u64,
    },
    /// Its signatures are out of date: an old repository, shown again.
    #[error("the {role} is out of date")]
    Expired {
        /// Which part.
        role: String,
        /// Since when, in seconds since 1970 (UTC).
        since: i64,
    },
    /// Parts do not belong together, or a file is not what was signed.
    #[error("{0} is not the file that was signed")]
    Mismatch(String),
    /// A file is longer than it may be.
    #[error("{0} is too long")]
    TooLong(String),
    /// A part cannot be read.
    #[error("the {0} cannot be read")]
    Malformed(String),
    /// The signatures hold, and what they say is no release.
    #[error("the signed release cannot be used: {0}")]
    Release(#[from] ReleaseError),
    /// A file could not be fetched.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// This machine failed.
    #[error("{0}")]
    System(String),
}

impl TrustError {
    /// A short name for logs, tests and `--json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Root(_) => "root",
            Self::Signature { .. } => "signature",
            Self::Rollback { .. } => "rollback",
            Self::Expired { .. } => "expired",
            Self::Mismatch(_) => "mismatch",
            Self::TooLong(_) => "too-long",
            Self::Malformed(_) => "malformed",
            Self::Release(ReleaseError::FileName) => "file-name",
            Self::Release(_) => "release",
            Self::Source(SourceError::NotFound(_)) => "missing",
            Self::Source(SourceError::NotAFile(_)) => "not-a-file",
            Self::Source(SourceError::TooSlow(_)) => "too-slow",
            Self::Source(SourceError::Proxy { .. }) => "proxy",
            Self::Source(SourceError::Certificate { .. }) => "certificate",
            Self::Source(SourceError::Interrupted { .. } | SourceError::Refused { .. }) => "interrupted",
            Self::System(_) => "system",
        }
    }
}

/// Verifies what `source` offers against `trust`. `now` is the system's clock; a clock behind `trust.seen` counts for
/// nothing, so that a kiosk without a clock battery still sees what has expired since it last knew better.
pub async fn verify(source: Arc<dyn Source>, trust: &Trust, now: i64) -> Result<Verified, TrustError> {
    let reader = Reader::new(source);
    let loaded = load(&reader, trust).await;
    if let Some(trouble) = reader.trouble() {
        return Err(TrustError::Source(trouble));
    }
    let repository = loaded?;
    let floors = raised(&repository, trust.floors)?;
    let now = now.max(trust.seen);
    let expires = still_valid(&repository, now)?;
    let release = Release::read(&repository.targets().signed)?;
    let root =
        serde_json::to_string(repository.root()).map_err(|error| TrustError::System(error.to_string()))?;
    let mut signers: Vec<String> = repository
        .targets()
        .signatures
        .iter()
        .map(|signature| hex::encode(&signature.keyid).chars().take(16).collect())
        .collect();
    signers.sort_unstable();
    // A clock that is right knows better than an editor's computer that is not.
    let clock_is_right = now > trust.seen;
    let made = if clock_is_right { release.about.made.min(now + MADE_AHEAD_MAX) } else { release.about.made };
    let seen = now.max(made);
    Ok(Verified { release, trust: Trust { root, floors, seen }, signers, expires })
}

/// Follows the chain of roots that `source` offers, each signed by the one before and by itself. What comes of it is
/// worth keeping even when nothing else in the repository holds: a key that was revoked stays revoked.
pub async fn follow_roots(source: &dyn Source, trust: &Trust) -> Result<Trust, TrustError> {
    let mut trust = trust.clone();
    for _ in 0..ROOT_UPDATES_MAX {
        let path = names::root(trust.floors.root + 1);
        let mut body = match source.open(&path, 0).await {
            Ok(body) => body,
            Err(SourceError::NotFound(_)) => return Ok(trust),
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Vec::new();
        while let Some(chunk) = body.next().await {
            bytes.extend_from_slice(&chunk?);
            if bytes.len() as u64 > METADATA_BYTES_MAX {
                return Err(TrustError::TooLong(path));
            }
        }
        trust.floors.root = root::follows(trust.root.as_bytes(), &bytes)?;
        trust.root = String::from_utf8(bytes).map_err(|_| RootError::Malformed)?;
    }
    Err(TrustError::TooLong("the chain of roots".to_owned()))
}

async fn load(reader: &Reader, trust: &Trust) -> Result<Repository, TrustError> {
    let limits = Limits {
        max_root_size: METADATA_BYTES_MAX,
        max_targets_size: METADATA_BYTES_MAX,
        max_timestamp_size: METADATA_BYTES_MAX,
        max_snapshot_size: METADATA_BYTES_MAX,
        max_root_updates: ROOT_UPDATES_MAX,
    };
    let base = |folder: &str| {
        Url::parse(&format!("{BASE}{folder}/")).map_err(|error| TrustError::System(error.to_string()))
    };
    let loader = RepositoryLoader::new(&trust.root, base(names::METADATA)?, base(names::TARGETS)?)
        .transport(reader.clone())
        .limits(limits)
        // Dates are checked by `still_valid`, against a clock that does not go back.
        .expiration_enforcement(ExpirationEnforcement::Unsafe);
    loader.load().await.map_err(|error| explain(&error))
}

/// The floors with what was loaded; an error where something is below.
fn raised(repository: &Repository, floors: Floors) -> Result<Floors, TrustError> {
    let new = Floors {
        root: repository.root().signed.version.get(),
        timestamp: repository.timestamp().signed.version.get(),
        snapshot: repository.snapshot().signed.version.get(),
        targets: repository.targets().signed.version.get(),
    };
    let pairs = [
        ("root", new.root, floors.root),
        ("timestamp", new.timestamp, floors.timestamp),
        ("snapshot", new.snapshot, floors.snapshot),
        ("targets", new.targets, floors.targets),
    ];
    let leap = |offered: &u64, seen: &u64| offered.saturating_sub(*seen) > VERSIONS_AT_ONCE_MAX;
    if let Some((role, ..)) = pairs.iter().find(|(_, offered, seen)| leap(offered, seen)) {
        return Err(TrustError::Malformed((*role).to_owned()));
    }
    match pairs.into_iter().find(|(_, offered, seen)| offered < seen) {
        Some((role, offered, seen)) => Err(TrustError::Rollback { role: role.to_owned(), offered, seen }),
        None => Ok(new),
    }
}

/// When the first signature expires; an error if one has.
fn still_valid(repository: &Repository, now: i64) -> Result<i64, TrustError> {
    let parts = [
        (RoleType::Root, repository.root().signed.expires),
        (RoleType::Timestamp, repository.timestamp().signed.expires),
        (RoleType::Snapshot, repository.snapshot().signed.expires),
        (RoleType::Targets, repository.targets().signed.expires),
    ];
    let mut first = i64::MAX;
    for (role, expires) in parts {
        let expires = Timestamp::as_second(expires);
        if expires <= now {
            return Err(TrustError::Expired { role: role.to_string(), since: expires });
        }
        first = first.min(expires);
    }
    Ok(first)
}

/// Our name for what tough found.
fn explain(error: &tough::error::Error) -> TrustError {
    use tough::error::Error;
    if let Some(found) = within(error) {
        return found;
    }
    #[allow(
        clippy::wildcard_enum_match_arm,
        reason = "tough has sixty errors; the rest cannot happen while loading"
    )]
    match error {
        Error::VerifyMetadata { role, source, .. } => {
            TrustError::Signature { role: role.to_string(), reason: source.to_string() }
        }
        Error::OlderMetadata { role, current_version, new_version, .. } => {
            TrustError::Rollback { role: role.to_string(), offered: *new_version, seen: *current_version }
        }
        Error::VersionMismatch { role, .. } => TrustError::Mismatch(role.to_string()),
        Error::ParseTrustedMetadata { .. } => TrustError::Root(RootError::Malformed),
        Error::VerifyTrustedMetadata { .. } => TrustError::Root(RootError::Unsigned),
        Error::MaxUpdatesExceeded { .. } => TrustError::TooLong("the chain of roots".to_owned()),
        Error::ParseMetadata { role, .. } | Error::MetaMissing { role, .. } => {
            TrustError::Malformed(role.to_string())
        }
        Error::TimestampMetaLength { .. } | Error::MissingSnapshotMeta { .. } => {
            TrustError::Malformed("timestamp".to_owned())
        }
        Error::SnapshotTargetsMetaMissing { .. } => TrustError::Malformed("snapshot".to_owned()),
        other => TrustError::System(other.to_string()),
    }
}

/// What tough wrapped: a file that is missing, too long, or not the one that was signed.
fn within(error: &tough::error::Error) -> Option<TrustError> {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(error) = cause {
        if let Some(source) = error.downcast_ref::<SourceError>() {
            return Some(TrustError::Source(source.clone()));
        }
        match error.downcast_ref::<tough::error::Error>() {
            Some(tough::error::Error::HashMismatch { context, .. }) => {
                return Some(TrustError::Mismatch(file_of(context)));
            }
            Some(tough::error::Error::MaxSizeExceeded { specifier, .. }) => {
                // tough names the bound, not the file: "max_timestamp_size argument".
                let name = specifier.trim_start_matches("max_").trim_end_matches("_size argument");
                return Some(TrustError::TooLong(name.to_owned()));
            }
            _ => cause = error.source(),
        }
    }
    None
}

fn file_of(context: &str) -> String {
    context.rsplit('/').next().unwrap_or(context).to_owned()
}
