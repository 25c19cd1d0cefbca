//! What staff with a stick in their hand are told: a line on the sleeping kiosk, and a receipt on paper.
//!
//! Intake writes, the kiosk reads: two small files beside the releases. They speak of releases, never of visitors.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::library::Shelf;
use super::step::Step;
use crate::durable::{self, Disk};

/// The line for staff.
const NEWS: &str = "news.json";
/// What the receipt says.
const RECEIPT: &str = "receipt.json";
/// Bytes of either, at most.
const BYTES_MAX: u64 = 16 * 1024;

/// What happens with a stick, in the words of staff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct News {
    /// One or two sentences.
    pub text: String,
    /// The stick may be pulled.
    pub done: bool,
}

/// What the receipt of an update says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// The number of the release.
    pub release: u64,
    /// When it was published, in seconds since 1970 (UTC).
    pub made: i64,
    /// When its signatures expire, in seconds since 1970 (UTC).
    pub expires: i64,
    /// Keys that signed it.
    pub signers: Vec<String>,
    /// The file of the release.
    pub file: String,
    /// The file of the release before, if there was one.
    pub before: Option<String>,
}

impl News {
    /// What a step means to who holds the stick; nothing where the step is none of theirs.
    pub fn of(step: &Step) -> Option<Self> {
        let working =
            |text: &str| Some(Self { text: format!("{text} Laissez la clé en place."), done: false });
        let done =
            |text: String| Some(Self { text: format!("{text} Vous pouvez retirer la clé."), done: true });
        match step {
            Step::Found => working("Mise à jour du contenu : lecture de la clé."),
            Step::Verified { .. } => working("Mise à jour du contenu : signature vérifiée, copie en cours."),
            Step::Staged { .. } => working("Mise à jour du contenu : copie terminée, vérification en cours."),
            Step::Activated { release } => done(format!("Contenu à jour : publication {release}.")),
            Step::NothingNew { release } => {
                done(format!("Rien de nouveau : la publication {release} est déjà sur la borne."))
            }
            Step::Refused { staff, .. } => done(format!("Mise à jour refusée. {staff}")),
            Step::Checked { .. } | Step::Confirmed { .. } | Step::RolledBack { .. } => None,
        }
    }

    /// A stick that is not FAT.
    pub fn unreadable() -> Self {
        let text = "Cette clé n'est pas lisible ici : il faut une clé au format FAT32 ou exFAT.".to_owned();
        Self { text, done: true }
    }

    /// Writes it beside the releases; a line for staff is never worth an update, so a failure is only logged.
    pub fn tell(&self, disk: &dyn Disk, releases: &Shelf) {
        write(disk, &releases.path(NEWS), self);
    }

    /// Takes it away.
    pub fn clear(disk: &dyn Disk, releases: &Shelf) {
        let _ = disk.remove(&releases.path(NEWS));
    }

    /// What the kiosk that shows `content` may tell.
    pub fn read(disk: &dyn Disk, content: &Path) -> Option<Self> {
        read(disk, &content.with_file_name(NEWS))
    }
}

impl Receipt {
    /// Leaves it for the kiosk to print.
    pub fn leave(&self, disk: &dyn Disk, releases: &Shelf) {
        write(disk, &releases.path(RECEIPT), self);
    }

    /// Takes it, once: what the printer then fails to print is not printed later, beside a visitor.
    pub fn take(disk: &dyn Disk, content: &Path) -> Option<Self> {
        let path = content.with_file_name(RECEIPT);
        let receipt = read(disk, &path)?;
        disk.remove(&path).ok()?;
        Some(receipt)
    }
}

fn write(disk: &dyn Disk, path: &Path, told: &impl Serialize) {
    let bytes = serde_json::to_vec(told).unwrap_or_default();
    if let Err(error) = durable::write_on(disk, path, &bytes) {
        tracing::warn!(%error, "content.not_told");
    }
}

fn read<T: DeserializeOwned>(disk: &dyn Disk, path: &Path) -> Option<T> {
    serde_json::from_slice(&durable::read_on(disk, path, BYTES_MAX).ok()??).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::durable::RealDisk;

    #[test]
    fn staff_are_told_to_leave_the_stick_until_they_may_pull_it() {
        let leave = News::of(&Step::Found).unwrap();
        assert!(!leave.done && leave.text.ends_with("Laissez la clé en place."));
        let error = super::super::IntakeError::NoRoot;
        for step in [Step::Activated { release: 3 }, Step::NothingNew { release: 3 }, Step::refused(&error)] {
            let news = News::of(&step).unwrap();
            assert!(news.done && news.text.ends_with("Vous pouvez retirer la clé."), "{news:?}");
        }
    }

    #[test]
    fn a_receipt_is_taken_once_and_a_damaged_one_never() {
        let folder = tempfile::tempdir().unwrap();
        let (shelf, content) = (Shelf::new(folder.path()), folder.path().join("current"));
        let receipt = Receipt {
            release: 2,
            made: 0,
            expires: 0,
            signers: Vec::new(),
            file: "2.parvis".to_owned(),
            before: None,
        };
        assert_eq!(Receipt::take(&RealDisk, &content), None);
        receipt.leave(&RealDisk, &shelf);
        assert_eq!(Receipt::take(&RealDisk, &content), Some(receipt));
        assert_eq!(Receipt::take(&RealDisk, &content), None);
        std::fs::write(folder.path().join(RECEIPT), b"{").unwrap();
        assert_eq!(Receipt::take(&RealDisk, &content), None);
    }
}
