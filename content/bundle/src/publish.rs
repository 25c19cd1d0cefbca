//! Publishing: adds a release to a repository folder, which any web server or stick then carries.
//!
//! Files are written beside, synced and renamed, what is pointed to before what points to it, the timestamp last:
//! whoever reads meanwhile sees the old release or the new one. Nothing here needs a server.

use std::collections::{BTreeSet, HashMap};
use std::fs::File;
use std::io::{self, BufWriter, Write as _};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tough::TargetName;
use tough::editor::signed::SignedRole;
use tough::schema::decoded::{Decoded, Hex};
use tough::schema::{
    Hashes, KeyHolder, Metafile, Role, RoleType, Root, Signed, Snapshot, Target, Targets,
    Timestamp as TimestampRole,
};

use crate::digest::{Digest, Hasher};
use crate::keys::{SigningKey, random};
use crate::names;
use crate::pack::{self, PATCHED_BYTES_MAX};
use crate::release::{CONTENT_BYTES_MAX, Description, Release, StoredFile};
use crate::root::{self, RootError, SPEC_VERSION};
use crate::trust::{Floors, TrustError};

/// Releases from which a patch leads to the new one.
pub const PATCHES_FROM: u64 = 4;
/// A patch larger than this share of the whole file is not worth a step more.
const PATCH_SHARE_MAX: f64 = 0.6;
/// Most versions of the root looked for.
const ROOTS_MAX: u64 = 1_024;

/// Why nothing was published. The repository is as it was.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PublishError {
    /// A file cannot be read or written.
    #[error("{}: {source}", path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
    /// The folder holds no repository.
    #[error("{} holds no repository: create its keys first", .0.display())]
    NoRepository(PathBuf),
    /// Its root is damaged.
    #[error("the root of the repository cannot be used: {0}")]
    Root(#[from] RootError),
    /// What was published before cannot be believed.
    #[error("what is already published does not hold: {0}")]
    Before(#[source] TrustError),
    /// The key at hand may not publish.
    #[error("this key may not publish in this repository")]
    WrongKey,
    /// The content file is too large.
    #[error("the content file is larger than {} MB", CONTENT_BYTES_MAX / 1_000_000)]
    TooLarge,
    /// The same content is published already.
    #[error("this content is already published, as release {0}")]
    Unchanged(u64),
    /// tough could not sign.
    #[error("signing failed: {0}")]
    Signing(String),
}

/// What to publish.
#[derive(Debug)]
pub struct Publication<'a> {
    /// The content file.
    pub content: &'a Path,
    /// What is said of it.
    pub about: Description,
    /// How long kiosks may believe it, in days.
    pub days: u32,
}

/// The roots of a repository, the newest first.
fn roots(repository: &Path) -> Result<Vec<Signed<Root>>, PublishError> {
    let mut roots = Vec::new();
    for version in 1..=ROOTS_MAX {
        let path = repository.join(names::root(version));
        match std::fs::read(&path) {
            Ok(bytes) => roots.insert(0, root::read(&bytes)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(source) => return Err(PublishError::File { path, source }),
        }
    }
    Ok(roots)
}

/// The repository's newest root.
pub fn newest_root(repository: &Path) -> Result<Signed<Root>, PublishError> {
    roots(repository)?.into_iter().next().ok_or_else(|| PublishError::NoRepository(repository.to_owned()))
}

/// Publishes `publication` as the next release. `progress` is told 0 to 100.
pub async fn publish(
    repository: &Path,
    publication: Publication<'_>,
    key: &SigningKey,
    mut progress: impl FnMut(u8),
) -> Result<Release, PublishError> {
    let root = newest_root(repository)?;
    may_publish(&root.signed, key)?;
    let before = before(repository)?;
    let content = read_content(publication.content)?;
    let digest = Digest::of(&content);
    if let Some((release, _)) = before.as_ref().filter(|(release, _)| release.content == digest) {
        return Err(PublishError::Unchanged(release.number));
    }
    let floors = before.as_ref().map_or_else(Floors::default, |(_, floors)| *floors);
    let number = floors.targets + 1;
    std::fs::create_dir_all(repository.join(names::TARGETS))
        .map_err(failed(&repository.join(names::TARGETS)))?;
    progress(2);
    let full = store(repository, names::content(number), |out| pack::pack(&content, out))?;
    progress(50);
    let mut patches: Vec<(Digest, StoredFile)> = Vec::new();
    let olds = number.saturating_sub(PATCHES_FROM).max(1)..number;
    let steps = (number - olds.start).max(1);
    for (step, old) in olds.enumerate() {
        let Some((from, base)) = old_content(repository, old) else { continue };
        // Releases that were only signed anew have the same content.
        if patches.iter().all(|(known, _)| *known != from) {
            patches.extend(patch(repository, (old, from, &base), &content, number, full.bytes)?);
        }
        progress((50 + 48 * (step as u64 + 1) / steps) as u8);
    }
    let content_bytes = content.len() as u64;
    let release = Release { number, about: publication.about, content_bytes, content: digest, full, patches };
    sign(repository, &root.signed, floors, &release, publication.days, key).await?;
    prune(repository, number)?;
    progress(100);
    Ok(release)
}

/// Asked before anything is written: the files of a release that nobody can sign would only lie there.
fn may_publish(root: &Root, key: &SigningKey) -> Result<(), PublishError> {
    let mut keys = root.keys(RoleType::Targets);
    keys.any(|may| *may == key.public()).then_some(()).ok_or(PublishError::WrongKey)
}

/// Removes files that none of the last releases speaks of. Those of the release before stay: a kiosk may be reading them.
fn prune(repository: &Path, number: u64) -> Result<(), PublishError> {
    let mut kept = BTreeSet::new();
    for release in
        (number.saturating_sub(PATCHES_FROM).max(1)..=number).filter_map(|old| signed(repository, old))
    {
        let patches = release.patches.iter().map(|(_, file)| file.path());
        kept.extend(patches.chain([release.full.path()]));
    }
    keep_only(&repository.join(names::TARGETS), &kept).map_err(failed(repository))
}

/// Removes targets in `folder` whose paths in the repository are not `kept`. Files of anyone else stay.
pub(crate) fn keep_only(folder: &Path, kept: &BTreeSet<String>) -> io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if names::is_target(&name) && !kept.contains(&format!("{}/{name}", names::TARGETS)) {
            std::fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// Signs what is published anew, with later dates: nothing has changed, and kiosks may go on believing it.
pub async fn refresh(
    repository: &Path,
    now: i64,
    days: u32,
    key: &SigningKey,
) -> Result<Release, PublishError> {
    let root = newest_root(repository)?;
    let (mut release, floors) =
        before(repository)?.ok_or_else(|| PublishError::NoRepository(repository.to_owned()))?;
    release.about.made = now;
    release.number = floors.targets + 1;
    sign(repository, &root.signed, floors, &release, days, key).await?;
    Ok(release)
}

/// The release that is published, whatever its dates, and its versions. A key that has been replaced since may have
/// signed it: it counts here, on the editor's own disk, and no more on any kiosk.
fn before(repository: &Path) -> Result<Option<(Release, Floors)>, PublishError> {
    let path = repository.join(names::TIMESTAMP);
    if !path.exists() {
        return Ok(None);
    }
    let roots = roots(repository)?;
    let timestamp: TimestampRole = part(&path, &roots)?;
    let version = |meta: &HashMap<String, Metafile>, file: &str| {
        meta.get(file).map(|file| file.version.get()).ok_or_else(|| damaged(file))
    };
    let snapshot = names::snapshot(version(&timestamp.meta, "snapshot.json")?);
    let snapshot: Snapshot = part(&repository.join(snapshot), &roots)?;
    let targets = names::targets(version(&snapshot.meta, "targets.json")?);
    let targets: Targets = part(&repository.join(targets), &roots)?;
    let release = Release::read(&targets).map_err(|error| PublishError::Before(error.into()))?;
    let floors = Floors {
        root: roots.first().map_or(0, |root| root.signed.version.get()),
        timestamp: timestamp.version.get(),
        snapshot: snapshot.version.get(),
        targets: targets.version.get(),
    };
    Ok(Some((release, floors)))
}

/// A part of what is published, signed under one of the roots.
fn part<R: Role + DeserializeOwned>(path: &Path, roots: &[Signed<Root>]) -> Result<R, PublishError> {
    let bytes = std::fs::read(path).map_err(failed(path))?;
    let name = path.display().to_string();
    let signed: Signed<R> = serde_json::from_slice(&bytes).map_err(|_| damaged(&name))?;
    if roots.iter().any(|root| root.signed.verify_role(&signed).is_ok()) {
        Ok(signed.signed)
    } else {
        let reason = "none of the keys of this repository signed it".to_owned();
        Err(PublishError::Before(TrustError::Signature { role: name, reason }))
    }
}

fn damaged(name: &str) -> PublishError {
    PublishError::Before(TrustError::Malformed(name.to_owned()))
}

fn failed(path: &Path) -> impl FnOnce(io::Error) -> PublishError {
    let path = path.to_owned();
    move |source| PublishError::File { path, source }
}

fn read_content(path: &Path) -> Result<Vec<u8>, PublishError> {
    let bytes = std::fs::metadata(path).map_err(failed(path))?.len();
    if bytes > CONTENT_BYTES_MAX {
        return Err(PublishError::TooLarge);
    }
    std::fs::read(path).map_err(failed(path))
}

/// Writes through to the disk and to a digest.
struct Digesting<'a> {
    out: BufWriter<&'a File>,
    hasher: Hasher,
}

impl io::Write for Digesting<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.out.write(bytes)?;
        self.hasher.update(bytes.get(..count).unwrap_or_default());
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Writes a target under its digest.
fn store(
    repository: &Path,
    name: String,
    write: impl FnOnce(&mut Digesting<'_>) -> io::Result<()>,
) -> Result<StoredFile, PublishError> {
    let folder = repository.join(names::TARGETS);
    let beside = folder.join(format!("{name}.new"));
    let file = File::create(&beside).map_err(failed(&beside))?;
    let mut out = Digesting { out: BufWriter::new(&file), hasher: Hasher::default() };
    write(&mut out).and_then(|()| out.flush()).map_err(failed(&beside))?;
    let (digest, bytes) = out.hasher.finish();
    let stored = StoredFile { name, bytes, digest };
    put(&file, &beside, &repository.join(stored.path()))?;
    Ok(stored)
}

fn put(file: &File, beside: &Path, path: &Path) -> Result<(), PublishError> {
    file.sync_all().map_err(failed(beside))?;
    std::fs::rename(beside, path).map_err(failed(path))?;
    let folder = path.parent().unwrap_or(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed(folder))
}

/// The patch from a release (its number, the digest and the bytes of its content), where it is worth it.
fn patch(
    repository: &Path,
    (old, digest, base): (u64, Digest, &[u8]),
    content: &[u8],
    number: u64,
    full_bytes: u64,
) -> Result<Option<(Digest, StoredFile)>, PublishError> {
    let large = |bytes: &[u8]| bytes.len() as u64 > PATCHED_BYTES_MAX;
    if large(base) || large(content) {
        return Ok(None);
    }
    let file = store(repository, names::patch(old, number), |out| pack::pack_patch(base, content, out))?;
    if file.bytes as f64 > full_bytes as f64 * PATCH_SHARE_MAX {
        let path = repository.join(file.path());
        std::fs::remove_file(&path).map_err(failed(&path))?;
        return Ok(None);
    }
    Ok(Some((digest, file)))
}

/// What an earlier release said of itself, if it still lies there.
fn signed(repository: &Path, number: u64) -> Option<Release> {
    let text = std::fs::read(repository.join(names::targets(number))).ok()?;
    let signed: Signed<Targets> = serde_json::from_slice(&text).ok()?;
    Release::read(&signed.signed).ok()
}

/// The content file of an earlier release, if it still lies there as it was signed.
fn old_content(repository: &Path, number: u64) -> Option<(Digest, Vec<u8>)> {
    let release = signed(repository, number)?;
    let packed = File::open(repository.join(release.full.path())).ok()?;
    let mut content = Vec::new();
    pack::unpack(packed, release.content_bytes, &mut content).ok()?;
    (Digest::of(&content) == release.content).then_some((release.content, content))
}

fn targets(release: &Release) -> Result<HashMap<TargetName, Target>, PublishError> {
    let mut targets = HashMap::new();
    for (file, (key, value)) in release.targets() {
        let name = TargetName::new(&file.name).map_err(|error| PublishError::Signing(error.to_string()))?;
        let hashes = Hashes { sha256: decoded(&file.digest), _extra: HashMap::new() };
        let custom = HashMap::from([(key.to_owned(), value)]);
        targets.insert(name, Target { length: file.bytes, hashes, custom, _extra: HashMap::new() });
    }
    Ok(targets)
}

fn decoded(digest: &Digest) -> Decoded<Hex> {
    digest.bytes().to_vec().into()
}

/// Signs targets, snapshot and timestamp, and writes them in this order.
async fn sign(
    repository: &Path,
    root: &Root,
    floors: Floors,
    release: &Release,
    days: u32,
    key: &SigningKey,
) -> Result<(), PublishError> {
    let expires = expiry(release.about.made, days)?;
    let signer = Signer { holder: KeyHolder::Root(root.clone()), key };
    let mut role = Targets::new(SPEC_VERSION.to_owned(), next(floors.targets), expires);
    role.targets = targets(release)?;
    role.delegations = None;
    let targets = signer.sign(role).await?;
    let mut role = Snapshot::new(SPEC_VERSION.to_owned(), next(floors.snapshot), expires);
    role.meta.insert("targets.json".to_owned(), metafile(&targets));
    let snapshot = signer.sign(role).await?;
    let mut role = TimestampRole::new(SPEC_VERSION.to_owned(), next(floors.timestamp), expires);
    role.meta.insert("snapshot.json".to_owned(), metafile(&snapshot));
    let timestamp = signer.sign(role).await?;
    write(&repository.join(names::targets(next(floors.targets).get())), targets.buffer())?;
    write(&repository.join(names::snapshot(next(floors.snapshot).get())), snapshot.buffer())?;
    write(&repository.join(names::TIMESTAMP), timestamp.buffer())
}

struct Signer<'a> {
    holder: KeyHolder,
    key: &'a SigningKey,
}

impl Signer<'_> {
    async fn sign<R: Role + Serialize>(&self, role: R) -> Result<SignedRole<R>, PublishError> {
        let keys = [self.key.source()];
        SignedRole::new(role, &self.holder, &keys, &random()).await.map_err(|error| {
            #[allow(
                clippy::wildcard_enum_match_arm,
                reason = "tough has sixty errors; two mean the wrong key"
            )]
            match error {
                tough::error::Error::SigningKeysNotFound { .. }
                | tough::error::Error::KeysNotFoundInRoot { .. } => PublishError::WrongKey,
                other => PublishError::Signing(other.to_string()),
            }
        })
    }
}

fn next(version: u64) -> NonZeroU64 {
    NonZeroU64::MIN.saturating_add(version)
}

/// `days` after `now`, in whole seconds: fractions are not read by every TUF client.
pub(crate) fn expiry(now: i64, days: u32) -> Result<Timestamp, PublishError> {
    Timestamp::from_second(now)
        .and_then(|now| now.checked_add(SignedDuration::from_hours(24 * i64::from(days))))
        .map_err(|error| PublishError::Signing(error.to_string()))
}

fn metafile<R: Role>(role: &SignedRole<R>) -> Metafile {
    let hashes = Digest::from_bytes(role.sha256())
        .map(|digest| Hashes { sha256: decoded(&digest), _extra: HashMap::new() });
    let version = role.signed().signed.version();
    Metafile { length: Some(*role.length()), hashes, version, _extra: HashMap::new() }
}

/// Writes a metadata file: beside, synced, renamed.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let beside = path.with_extension("new");
    let mut file = File::create(&beside).map_err(failed(&beside))?;
    file.write_all(bytes).map_err(failed(&beside))?;
    put(&file, &beside, path)
}
