//! What a pass says of itself, one JSON object a step.

use parvis_bundle::Release;
use serde::Serialize;

use super::error::IntakeError;
use super::state::Installed;

/// One step of a pass, in this order; a pass may end after any of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// A release activated before was shown by the kiosk.
    Confirmed {
        /// Its number.
        release: u64,
    },
    /// The source holds a repository.
    Found,
    /// What it offers is shown already.
    NothingNew {
        /// Its number.
        release: u64,
    },
    /// It is signed as it must be.
    Verified {
        /// Its number.
        release: u64,
        /// Its title.
        title: String,
        /// Keys that signed it.
        signers: Vec<String>,
        /// When it was published, in seconds since 1970 (UTC).
        made: i64,
        /// When its signatures expire, in seconds since 1970 (UTC).
        expires: i64,
        /// The name of its file among the releases.
        file: String,
    },
    /// Its content file lies whole on the disk.
    Staged {
        /// Its number.
        release: u64,
        /// Bytes that were read from the source.
        fetched_bytes: u64,
        /// Bytes that were already there from an earlier pass.
        resumed_bytes: u64,
        /// A patch from the release shown, not the whole file.
        patch: bool,
    },
    /// It opens, has the sheets it says, and answers its probe searches.
    Checked {
        /// Its number.
        release: u64,
        /// Sheets.
        sheets: u32,
        /// Searches answered.
        probes: usize,
    },
    /// The kiosk shows it after the visitor who is there.
    Activated {
        /// Its number.
        release: u64,
    },
    /// The release before is shown again.
    RolledBack {
        /// The number of the release that is shown.
        release: u64,
        /// Why.
        because: &'static str,
    },
    /// Nothing changed.
    Refused {
        /// Short name of the error.
        error: &'static str,
        /// What happened.
        what: String,
        /// What staff are told, in French.
        staff: &'static str,
    },
}

impl Step {
    pub(super) fn verified(release: &Release, new: &Installed, expires: i64) -> Self {
        Self::Verified {
            release: release.number,
            title: release.about.title.clone(),
            signers: new.signers.clone(),
            made: new.made,
            expires,
            file: new.file_name(),
        }
    }

    /// The last step of a pass that failed.
    pub fn refused(error: &IntakeError) -> Self {
        Self::Refused { error: error.name(), what: error.to_string(), staff: error.for_staff() }
    }
}

impl std::fmt::Display for Step {
    /// The step as staff and technicians read it, in French.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Confirmed { release } => write!(f, "publication {release} : affichée par la borne"),
            Self::Found => write!(f, "un dépôt de contenu a été trouvé"),
            Self::NothingNew { release } => {
                write!(f, "rien de nouveau : la publication {release} est déjà là")
            }
            Self::Verified { release, title, signers, .. } => {
                write!(f, "publication {release} « {title} » : signée par {}", signers.join(", "))
            }
            Self::Staged { release, fetched_bytes, patch, .. } => {
                let kind = if *patch { "différences" } else { "contenu entier" };
                write!(f, "publication {release} : reçue ({kind}, {:.2} Mo lus)", *fetched_bytes as f64 / 1e6)
            }
            Self::Checked { release, sheets, probes } => {
                write!(f, "publication {release} : {sheets} fiches, {probes} recherches d'essai réussies")
            }
            Self::Activated { release } => {
                write!(f, "publication {release} : en place, affichée après le visiteur en cours")
            }
            Self::RolledBack { release, .. } => write!(f, "publication {release} : remise en place"),
            Self::Refused { what, staff, .. } => write!(f, "refusé : {what}. {staff}"),
        }
    }
}
