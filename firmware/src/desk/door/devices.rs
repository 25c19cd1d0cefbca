//! The paired devices: who may enter, until revoked or unused for 400 days. One file, checksummed, written whole.

use std::path::{Path, PathBuf};

use aws_lc_rs::constant_time::verify_slices_are_equal;
use parvis_bundle::Digest;
use serde::{Deserialize, Serialize};

use super::credentials::Token;
use super::names::{free_name, same_name};
use crate::durable::{self, DurableError};
use crate::protocol::clean_name;

/// Devices that can be paired at once.
pub const DEVICES_MAX: usize = 64;
/// A device that was not used for that many seconds is forgotten: 400 days, as long as browsers keep a cookie.
pub const KEPT_S: u64 = 400 * DAY_S;
/// When devices were last used is written down once in that many seconds at most.
const DAY_S: u64 = 24 * 60 * 60;
/// Bytes of the file, at most: 64 devices with the longest names come to a third of it.
const BYTES_MAX: u64 = 256 * 1024;
/// The file's format.
const FORMAT: u32 = 1;

/// What a device may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "kebab-case")]
pub enum Role {
    /// Shows staff pages and answers calls.
    Staff {
        /// The page of a second desk, which is alerted later.
        second: bool,
    },
    /// Another machine: a kiosk of the hall, which calls, or Prometheus, which reads figures. Nothing else.
    Kiosk,
}

/// A paired device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Its number; never given twice.
    pub id: u64,
    /// What staff call it: 1 to 120 characters.
    pub name: String,
    /// What it may do.
    #[serde(flatten)]
    pub role: Role,
    /// When it was paired, in seconds since 1970.
    pub paired_at: u64,
    /// When it was last used, in seconds since 1970.
    pub last_used: u64,
    /// The digest of its token.
    token: Digest,
}

/// Why a device was not added.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AddError {
    /// It has no name.
    #[error("a device needs a name")]
    NoName,
    /// There are too many.
    #[error("{DEVICES_MAX} devices are paired already")]
    Full,
    /// It could not be written down, so it would be forgotten at the next start.
    #[error(transparent)]
    NotSaved(#[from] StoredError),
}

/// Why the file was not written or was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoredError {
    /// The disk.
    #[error(transparent)]
    Durable(#[from] DurableError),
    /// Not what we wrote.
    #[error("the list of devices is damaged")]
    Damaged,
    /// A later program wrote it.
    #[error("the list of devices has format {0}, this program reads {FORMAT}")]
    Format(u32),
}

#[derive(Serialize, Deserialize)]
struct Sealed {
    format: u32,
    sha256: Digest,
    list: String,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stored {
    last_id: u64,
    written_at: u64,
    devices: Vec<Device>,
}

/// All paired devices, in the order of pairing.
pub struct Devices {
    file: PathBuf,
    stored: Stored,
    /// Whether something that matters is not on the disk yet.
    unsaved: bool,
}

impl Devices {
    /// Reads the file. A damaged one lets nobody in: it is put aside, and devices must be paired again.
    pub fn open(file: PathBuf) -> Self {
        let stored = read(&file).unwrap_or_else(|error| {
            let aside = file.with_extension("broken");
            // Kept for whoever wants to know; nobody is paired whether that works or not.
            let _ = std::fs::rename(&file, &aside);
            tracing::error!(%error, "devices.unreadable");
            Stored::default()
        });
        Self { file, stored, unsaved: false }
    }

    /// All of them.
    pub fn list(&self) -> &[Device] {
        &self.stored.devices
    }

    /// Whether a paired machine is called so.
    pub fn is_kiosk(&self, name: &str) -> bool {
        let machines = self.stored.devices.iter().filter(|device| device.role == Role::Kiosk);
        machines.into_iter().any(|device| same_name(&device.name, name))
    }

    /// Pairs a kiosk under a name that no other has, nor any of `reserved`: staff must know where to go, and calls are
    /// told apart by it. Returns that name too.
    pub fn add_kiosk(
        &mut self,
        wanted: &str,
        reserved: &[String],
        now: u64,
    ) -> Result<(Token, String), AddError> {
        let is_reserved = |name: &str| reserved.iter().any(|other| same_name(other, name));
        let name = free_name(wanted, |name| is_reserved(name) || self.is_kiosk(name));
        Ok((self.add(&name, Role::Kiosk, now)?, name))
    }

    /// Pairs a device; its token is written nowhere else.
    pub fn add(&mut self, name: &str, role: Role, now: u64) -> Result<Token, AddError> {
        let name = clean_name(name);
        if name.is_empty() {
            return Err(AddError::NoName);
        }
        if self.stored.devices.len() >= DEVICES_MAX {
            return Err(AddError::Full);
        }
        let token = Token::random();
        let id = self.stored.last_id + 1;
        let device = Device { id, name, role, paired_at: now, last_used: now, token: token.digest() };
        let before = self.stored.clone();
        self.stored.last_id = id;
        self.stored.devices.push(device);
        if let Err(error) = self.write(now) {
            self.stored = before;
            return Err(error.into());
        }
        tracing::info!("device.paired");
        Ok(token)
    }

    /// The device with that token, unless it was unused for too long.
    pub fn find(&self, token: &Token, now: u64) -> Option<&Device> {
        let shown = token.digest();
        let same = |device: &&Device| verify_slices_are_equal(device.token.bytes(), shown.bytes()).is_ok();
        self.stored.devices.iter().find(same).filter(|device| !is_old(device, now))
    }

    /// Device `id` is used now. Written down once a day.
    pub fn touch(&mut self, id: u64, now: u64) {
        if let Some(device) = self.stored.devices.iter_mut().find(|device| device.id == id) {
            device.last_used = now;
        }
        // Either way: a kiosk's clock may be set back by years.
        if self.stored.written_at.abs_diff(now) >= DAY_S {
            self.save(now);
        }
    }

    /// Device `id` may not enter any more. False when there is none of that number.
    pub fn revoke(&mut self, id: u64, now: u64) -> bool {
        let before = self.stored.devices.len();
        self.stored.devices.retain(|device| device.id != id);
        let found = self.stored.devices.len() < before;
        if found {
            tracing::info!("device.revoked");
            self.save(now);
        }
        found
    }

    /// Forgets devices that were unused for too long. True when there was one.
    pub fn expire(&mut self, now: u64) -> bool {
        let before = self.stored.devices.len();
        self.stored.devices.retain(|device| !is_old(device, now));
        let found = self.stored.devices.len() < before;
        if found {
            tracing::info!("device.expired");
            self.save(now);
        }
        found
    }

    /// Writes again what could not be written: a revoked device must not come back with the next start.
    pub fn save_again(&mut self, now: u64) {
        if self.unsaved && self.write(now).is_ok() {
            self.unsaved = false;
        }
    }

    fn save(&mut self, now: u64) {
        let written = self.write(now);
        self.unsaved = written.is_err();
        if let Err(error) = written {
            tracing::error!(%error, "devices.not_saved");
        }
    }

    fn write(&mut self, now: u64) -> Result<(), StoredError> {
        self.stored.written_at = now;
        let list = serde_json::to_string(&self.stored).map_err(|_| StoredError::Damaged)?;
        let sealed = Sealed { format: FORMAT, sha256: Digest::of(list.as_bytes()), list };
        let bytes = serde_json::to_vec(&sealed).map_err(|_| StoredError::Damaged)?;
        Ok(durable::write(&self.file, &bytes)?)
    }
}

/// A clock that went back makes nobody old.
fn is_old(device: &Device, now: u64) -> bool {
    now.saturating_sub(device.last_used) > KEPT_S
}

fn read(file: &Path) -> Result<Stored, StoredError> {
    let Some(bytes) = durable::read(file, BYTES_MAX)? else { return Ok(Stored::default()) };
    let sealed: Sealed = serde_json::from_slice(&bytes).map_err(|_| StoredError::Damaged)?;
    if sealed.format != FORMAT {
        return Err(StoredError::Format(sealed.format));
    }
    if Digest::of(sealed.list.as_bytes()) != sealed.sha256 {
        return Err(StoredError::Damaged);
    }
    let stored: Stored = serde_json::from_str(&sealed.list).map_err(|_| StoredError::Damaged)?;
    let whole = |device: &Device| device.id <= stored.last_id && clean_name(&device.name) == device.name;
    let ours = stored.devices.len() <= DEVICES_MAX && stored.devices.iter().all(whole);
    if ours { Ok(stored) } else { Err(StoredError::Damaged) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const STAFF: Role = Role::Staff { second: false };

    fn file(folder: &tempfile::TempDir) -> PathBuf {
        folder.path().join("devices.json")
    }

    #[test]
    fn a_device_is_known_after_a_start_and_the_disk_does_not_hold_its_token() {
        let folder = tempfile::tempdir().unwrap();
        let mut devices = Devices::open(file(&folder));
        let token = devices.add(" Accueil\u{0} 1 ", Role::Staff { second: true }, 1000).unwrap();
        let kiosk = devices.add("Borne 2", Role::Kiosk, 1001).unwrap();
        let again = Devices::open(file(&folder));
        assert_eq!(again.list(), devices.list());
        let device = again.find(&token, 1002).unwrap();
        assert_eq!((device.name.as_str(), device.role), ("Accueil 1", Role::Staff { second: true }));
        assert_eq!(again.find(&kiosk, 1002).unwrap().role, Role::Kiosk);
        assert!(again.find(&Token::random(), 1002).is_none());
        assert!(!std::fs::read_to_string(file(&folder)).unwrap().contains(&token.reveal()));
    }

    #[test]
    fn no_two_kiosks_have_one_name_and_pages_may() {
        let folder = tempfile::tempdir().unwrap();
        let mut devices = Devices::open(file(&folder));
        let reserved = ["Borne de l’entrée".to_owned()];
        let mut paired = |name: &str| devices.add_kiosk(name, &reserved, 0).unwrap().1;
        assert_eq!(paired("Borne de l’entrée"), "Borne de l’entrée 2");
        assert_eq!(paired("borne de l’entrée"), "borne de l’entrée 3");
        assert_eq!(paired("Borne du fond"), "Borne du fond");
        devices.add("Borne du fond", STAFF, 0).unwrap();
        devices.add("Borne du fond", STAFF, 0).unwrap();
        assert!(matches!(devices.add_kiosk(" ", &reserved, 0), Err(AddError::NoName)));
    }

    #[test]
    fn a_revoked_device_stays_out_and_its_number_is_not_given_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut devices = Devices::open(file(&folder));
        let token = devices.add("Accueil", STAFF, 0).unwrap();
        assert!(devices.revoke(1, 1) && !devices.revoke(1, 1));
        let mut devices = Devices::open(file(&folder));
        assert!(devices.find(&token, 2).is_none());
        devices.add("Accueil", STAFF, 3).unwrap();
        assert_eq!(devices.list()[0].id, 2);
    }

    #[test]
    fn a_device_lives_four_hundred_days_after_its_last_use() {
        let folder = tempfile::tempdir().unwrap();
        let mut devices = Devices::open(file(&folder));
        let token = devices.add("Accueil", STAFF, 1000).unwrap();
        devices.touch(1, 1000 + KEPT_S);
        assert!(devices.find(&token, 1000 + 2 * KEPT_S).is_some());
        assert!(!devices.expire(1000 + 2 * KEPT_S));
        assert!(devices.find(&token, 1001 + 2 * KEPT_S).is_none());
        assert!(devices.find(&token, 0).is_some(), "a clock that went back makes nobody old");
        assert!(devices.expire(1001 + 2 * KEPT_S));
        assert!(Devices::open(file(&folder)).list().is_empty());
    }

    #[test]
    fn use_is_written_down_once_a_day() {
        let folder = tempfile::tempdir().unwrap();
        let mut devices = Devices::open(file(&folder));
        devices.add("Accueil", STAFF, 1000).unwrap();
        let written = |folder| Devices::open(file(folder)).list()[0].last_used;
        devices.touch(1, 1000 + DAY_S - 1);
        assert_eq!(written(&folder), 1000);
        devices.touch(1, 1000 + DAY_S);
        assert_eq!(written(&folder), 1000 + DAY_S);
    }

    #[test]
    fn the_sixty_fifth_device_and_a_nameless_one_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let mut devices = Devices::open(file(&folder));
        assert!(matches!(devices.add(" \n", STAFF, 0), Err(AddError::NoName)));
        for _ in 0..DEVICES_MAX {
            devices.add(&"\"".repeat(500), STAFF, 0).unwrap();
        }
        assert!(matches!(devices.add("Accueil", STAFF, 0), Err(AddError::Full)));
        assert_eq!(Devices::open(file(&folder)).list().len(), DEVICES_MAX);
    }

    #[test]
    fn a_device_that_cannot_be_written_down_is_not_paired_and_a_revoked_one_is_written_later() {
        let folder = tempfile::tempdir().unwrap();
        let mut devices = Devices::open(file(&folder));
        devices.add("Accueil", STAFF, 0).unwrap();
        let in_the_way = durable::beside(&file(&folder));
        std::fs::create_dir(&in_the_way).unwrap();
        assert!(matches!(devices.add("Accueil 2", STAFF, 0), Err(AddError::NotSaved(_))));
        assert_eq!(devices.list().len(), 1);
        assert!(devices.revoke(1, 1));
        assert_eq!(Devices::open(file(&folder)).list().len(), 1);
        std::fs::remove_dir(in_the_way).unwrap();
        devices.save_again(2);
        assert!(Devices::open(file(&folder)).list().is_empty());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn a_file_with_any_byte_changed_or_cut_lets_nobody_in(
            at in any::<prop::sample::Index>(), by in 1_u8..=255, cut in any::<bool>(),
        ) {
            let folder = tempfile::tempdir().unwrap();
            let token = Devices::open(file(&folder)).add("Accueil", STAFF, 7).unwrap();
            let mut bytes = std::fs::read(file(&folder)).unwrap();
            let at = at.index(bytes.len());
            if cut { bytes.truncate(at) } else { bytes[at] ^= by }
            std::fs::write(file(&folder), &bytes).unwrap();
            let devices = Devices::open(file(&folder));
            // A changed byte may still say the same (a digit of the digest in capitals): then nothing is lost.
            let whole = devices.find(&token, 7).is_some_and(|device| device.name == "Accueil");
            prop_assert!(whole || devices.list().is_empty());
            prop_assert!(whole || folder.path().join("devices.broken").exists());
        }
    }
}
