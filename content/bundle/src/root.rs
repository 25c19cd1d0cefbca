//! Roots: which keys may sign what.

use std::collections::HashMap;
use std::num::NonZeroU64;

use crate::trust::TrustError;
use jiff::Timestamp;
pub use tough::schema::RoleType;
use tough::schema::decoded::{Decoded, Hex};
use tough::schema::key::Key;
use tough::schema::{RoleKeys, Root, Signed};

/// Version of the TUF specification that we write.
pub(crate) const SPEC_VERSION: &str = "1.0.31";

/// Why a root cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RootError {
    /// It is no TUF root.
    #[error("it is no root file")]
    Malformed,
    /// It is not signed by its own keys.
    #[error("it is not signed by its own keys")]
    Unsigned,
    /// It allows files to be replaced under the same name.
    #[error("it does not ask for consistent snapshots")]
    NotConsistent,
}

/// The version of a root that is signed by its own keys.
pub(crate) fn version(root: &[u8]) -> Result<u64, RootError> {
    Ok(read(root)?.signed.version.get())
}

/// Reads a root that is signed by its own keys.
pub fn read(root: &[u8]) -> Result<Signed<Root>, RootError> {
    let root: Signed<Root> = serde_json::from_slice(root).map_err(|_| RootError::Malformed)?;
    root.signed.verify_role(&root).map_err(|_| RootError::Unsigned)?;
    if root.signed.consistent_snapshot { Ok(root) } else { Err(RootError::NotConsistent) }
}

/// The version of a root that follows `before`: signed by enough keys of both, and the very next one.
pub(crate) fn follows(before: &[u8], next: &[u8]) -> Result<u64, TrustError> {
    let before = read(before)?;
    let next: Signed<Root> =
        serde_json::from_slice(next).map_err(|_| TrustError::Malformed("root".to_owned()))?;
    for root in [&before, &next] {
        root.signed
            .verify_role(&next)
            .map_err(|error| TrustError::Signature { role: "root".to_owned(), reason: error.to_string() })?;
    }
    let (offered, seen) = (next.signed.version.get(), before.signed.version.get());
    if offered != seen + 1 {
        return Err(TrustError::Rollback { role: "root".to_owned(), offered, seen });
    }
    if next.signed.consistent_snapshot { Ok(offered) } else { Err(RootError::NotConsistent.into()) }
}

/// Keys of one role.
#[derive(Debug, Clone)]
pub struct RolePlan {
    /// Public keys that may sign.
    pub keys: Vec<Key>,
    /// How many of them must.
    pub threshold: u64,
}

/// A root to sign.
#[derive(Debug, Clone)]
pub struct RootPlan {
    /// Its version.
    pub version: NonZeroU64,
    /// When it expires.
    pub expires: Timestamp,
    /// Who signs roots.
    pub root: RolePlan,
    /// Who signs releases: targets, snapshot and timestamp.
    pub publication: RolePlan,
}

impl RootPlan {
    /// The root, unsigned. `None` where a threshold is zero or no key has an identifier.
    pub fn root(&self) -> Option<Root> {
        let mut keys: HashMap<Decoded<Hex>, Key> = HashMap::new();
        let mut role = |plan: &RolePlan| -> Option<RoleKeys> {
            let mut keyids = Vec::new();
            for key in &plan.keys {
                let id = key.key_id().ok()?;
                keys.insert(id.clone(), key.clone());
                keyids.push(id);
            }
            Some(RoleKeys { keyids, threshold: NonZeroU64::new(plan.threshold)?, _extra: HashMap::new() })
        };
        let publication = role(&self.publication)?;
        let root = role(&self.root)?;
        let roles = HashMap::from([
            (RoleType::Root, root),
            (RoleType::Targets, publication.clone()),
            (RoleType::Snapshot, publication.clone()),
            (RoleType::Timestamp, publication),
        ]);
        Some(Root {
            spec_version: SPEC_VERSION.to_owned(),
            consistent_snapshot: true,
            version: self.version,
            expires: self.expires,
            keys,
            roles,
            _extra: HashMap::new(),
        })
    }
}
