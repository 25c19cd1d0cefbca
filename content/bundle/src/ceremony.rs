//! Key ceremonies: who may sign, from the first root to each new one.
//!
//! A new root is signed by enough keys of the root before it and of its own, so that every kiosk follows the chain
//! from the root that it was given.

use std::num::NonZeroU64;
use std::path::Path;

use tough::editor::signed::SignedRole;
use tough::key_source::KeySource;
use tough::schema::key::Key;
use tough::schema::{KeyHolder, Role as _, RoleType, Root, Signed};

use crate::keys::{SigningKey, random};
use crate::names;
use crate::publish::{PublishError, expiry, newest_root, write};
use crate::root::{RolePlan, RootPlan};

/// How long a root holds, in days: ten years. It is replaced by a ceremony, not by the calendar.
const ROOT_DAYS: u32 = 3_653;

/// Who may sign what.
#[derive(Debug, Clone)]
pub struct Powers {
    /// Who signs roots.
    pub root: RolePlan,
    /// Who signs releases.
    pub publication: RolePlan,
}

impl Powers {
    /// Those of the newest root of a repository.
    pub fn of(root: &Root) -> Self {
        let role = |kind: RoleType| RolePlan {
            keys: root.keys(kind).cloned().collect(),
            threshold: root.roles.get(&kind).map_or(1, |role| role.threshold.get()),
        };
        Self { root: role(RoleType::Root), publication: role(RoleType::Targets) }
    }

    /// Takes a key away wherever it stands, and puts `instead` there.
    pub fn replace(&mut self, old: &Key, instead: Option<&Key>) -> bool {
        let mut found = false;
        for role in [&mut self.root, &mut self.publication] {
            if let Some(at) = role.keys.iter().position(|key| key == old) {
                found = true;
                role.keys.remove(at);
                role.keys.extend(instead.cloned());
            }
        }
        found
    }

    /// Every role still has as many keys as it needs.
    pub fn suffice(&self) -> bool {
        [&self.root, &self.publication].iter().all(|role| role.keys.len() as u64 >= role.threshold)
    }
}

/// Signs the next root of `repository`, or its first, with `signers`, and writes it. Returns it as JSON: the file that
/// a new kiosk is given. `now` is in seconds since 1970 (UTC).
pub async fn sign_root(
    repository: &Path,
    powers: Powers,
    signers: &[SigningKey],
    now: i64,
) -> Result<Vec<u8>, PublishError> {
    let before = match newest_root(repository) {
        Ok(root) => Some(root),
        Err(PublishError::NoRepository(_)) => None,
        Err(error) => return Err(error),
    };
    let version = before.as_ref().map_or(NonZeroU64::MIN, |root| root.signed.version.saturating_add(1));
    let Powers { root, publication } = powers;
    let plan = RootPlan { version, expires: expiry(now, ROOT_DAYS)?, root, publication };
    let new = plan.root().ok_or_else(|| PublishError::Signing("a role without keys".to_owned()))?;
    let signed = sign(&new, before.as_ref(), signers).await?;
    let enough = new.verify_role(&signed).is_ok()
        && before.as_ref().is_none_or(|before| before.signed.verify_role(&signed).is_ok());
    if !enough {
        return Err(PublishError::WrongKey);
    }
    let json =
        serde_json::to_vec_pretty(&signed).map_err(|error| PublishError::Signing(error.to_string()))?;
    let folder = repository.join(names::METADATA);
    std::fs::create_dir_all(&folder).map_err(|source| PublishError::File { path: folder, source })?;
    write(&repository.join(names::root(new.version().get())), &json)?;
    Ok(json)
}

/// The signatures that the keys of the new root give, and those that the old one's give.
async fn sign(
    new: &Root,
    before: Option<&Signed<Root>>,
    signers: &[SigningKey],
) -> Result<Signed<Root>, PublishError> {
    let keys: Vec<Box<dyn KeySource>> = signers.iter().map(SigningKey::source).collect();
    let failed = |error: tough::error::Error| PublishError::Signing(error.to_string());
    let mut signed = Signed { signed: new.clone(), signatures: Vec::new() };
    for holder in std::iter::once(new).chain(before.map(|root| &root.signed)) {
        let holder = KeyHolder::Root(holder.clone());
        match SignedRole::new(new.clone(), &holder, &keys, &random()).await {
            Ok(role) => {
                for signature in &role.signed().signatures {
                    if signed.signatures.iter().all(|known| known.keyid != signature.keyid) {
                        signed.signatures.push(signature.clone());
                    }
                }
            }
            // None of the signers is in this one of the two: the caller checks whether it was needed.
            Err(tough::error::Error::KeysNotFoundInRoot { .. }) => {}
            Err(error) => return Err(failed(error)),
        }
    }
    Ok(signed)
}
