//! Why a pass of intake changed nothing. Each has a short name, and a class that is the exit code.

use parvis_bundle::{SourceError, TrustError};

use super::check::CheckError;
use super::http::LineError;
use super::state::StateError;

/// Exit code: the source could not be read to its end. The next pass goes on from there.
pub const UNREACHABLE: u8 = 3;
/// Exit code: what was offered is not believed.
pub const REFUSED: u8 = 4;
/// Exit code: what was offered is genuine, and does not work here.
pub const UNFIT: u8 = 5;
/// Exit code: this machine failed: disk full, state damaged, no root.
pub const FAILED: u8 = 6;

/// Why a pass of intake changed nothing. The release that was shown still is.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// There is no state yet, and no root to begin with.
    #[error("this kiosk trusts nobody yet: give it the root of its editor")]
    NoRoot,
    /// What is remembered cannot be used.
    #[error(transparent)]
    State(#[from] StateError),
    /// The repository is not believed.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// A signed file could not be fetched whole.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A file is not the one that was signed.
    #[error("{0} is not the file that was signed")]
    NotAsSigned(String),
    /// A file is longer than was signed.
    #[error("{0} is longer than was signed")]
    TooLong(String),
    /// A file ends before its signed length.
    #[error("{0} is shorter than was signed")]
    TooShort(String),
    /// A file cannot be unpacked, or is more than was promised.
    #[error("{0} cannot be unpacked: {1}")]
    Unpack(String, std::io::Error),
    /// The release does not work on this kiosk.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// It failed before, or staff rolled it back.
    #[error("release {0} was rejected before")]
    Rejected(u64),
    /// There is no room for the release.
    #[error("the disk has {free} bytes left and the release needs {needed}")]
    DiskFull {
        /// Bytes needed.
        needed: u64,
        /// Bytes left.
        free: u64,
    },
    /// The disk failed.
    #[error("{what}: {source}")]
    Disk {
        /// What was tried.
        what: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// The server cannot even be asked.
    #[error(transparent)]
    Line(#[from] LineError),
    /// There is no release to go back to.
    #[error("there is no earlier release to go back to")]
    NothingBefore,
    /// Another pass is running.
    #[error("another intake is at work")]
    Busy,
}

impl IntakeError {
    pub(super) fn disk(what: &str) -> impl FnOnce(std::io::Error) -> Self {
        let what = what.to_owned();
        move |source| Self::Disk { what, source }
    }

    /// A short name for logs, tests and `--json`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::NoRoot => "no-root",
            Self::State(StateError::Damaged) => "state-damaged",
            Self::State(StateError::Newer) => "state-newer",
            Self::State(StateError::Durable(_)) | Self::Disk { .. } => "disk",
            Self::Trust(error) => error.name(),
            Self::Source(SourceError::NotFound(_)) => "missing",
            Self::Source(SourceError::NotAFile(_)) => "not-a-file",
            Self::Source(SourceError::TooSlow(_)) => "too-slow",
            Self::Source(SourceError::Proxy { .. }) => "proxy",
            Self::Source(SourceError::Certificate { .. }) => "certificate",
            Self::Source(_) => "interrupted",
            Self::NotAsSigned(_) => "mismatch",
            Self::TooLong(_) => "too-long",
            Self::TooShort(_) => "too-short",
            Self::Unpack(..) => "unpack",
            Self::Check(error) => error.name(),
            Self::Rejected(_) => "rejected",
            Self::DiskFull { .. } => "disk-full",
            Self::Line(_) => "line",
            Self::NothingBefore => "nothing-before",
            Self::Busy => "busy",
        }
    }

    /// The exit code of `parvis intake --once`.
    pub fn exit_code(&self) -> u8 {
        match self.name() {
            "missing" | "interrupted" | "too-slow" | "proxy" => UNREACHABLE,
            "sheets" | "probes" | "unreadable" | "rejected" | "release" => UNFIT,
            "line" | "root" | "no-root" | "state-damaged" | "state-newer" | "disk" | "disk-full"
            | "nothing-before" | "busy" | "system" => FAILED,
            _ => REFUSED,
        }
    }

    /// What staff read: what happened and what to do, in French.
    pub fn for_staff(&self) -> &'static str {
        match self.name() {
            "missing" => {
                "La clé ne contient pas de contenu Parvis complet. Demandez à l'éditeur de la refaire."
            }
            "interrupted" | "too-slow" => {
                "La lecture s'est arrêtée en route. Réessayez ; ce qui est déjà lu est gardé."
            }
            "expired" => "Ce contenu est périmé. Demandez à l'éditeur une publication plus récente.",
            "rollback" => {
                "Ce contenu est plus ancien que celui de la borne. Demandez la dernière publication."
            }
            "rejected" => {
                "Ce contenu a déjà été retiré de cette borne. Pour le remettre : espace du personnel, sur la borne. Sinon, demandez une publication plus récente."
            }
            "sheets" | "probes" | "unreadable" => {
                "Ce contenu ne fonctionne pas sur cette borne. L'ancien reste affiché. Prévenez l'éditeur."
            }
            "release" => "Ce contenu demande une version plus récente de la borne. Prévenez le technicien.",
            "proxy" => "Le proxy ne répond pas, ou ne laisse pas passer la borne. Prévenez le technicien.",
            "certificate" => "Le serveur n'a pas pu prouver qui il est. Prévenez le technicien.",
            "line" => {
                "L'adresse du serveur, le proxy ou le certificat est mal réglé. Prévenez le technicien."
            }
            "disk" | "disk-full" | "system" => {
                "Le disque de la borne est plein ou abîmé. Prévenez le technicien."
            }
            "root" | "no-root" | "state-damaged" | "state-newer" => {
                "La borne ne sait plus à qui faire confiance. Prévenez le technicien."
            }
            "nothing-before" => "Il n'y a pas de contenu précédent à remettre.",
            "busy" => "Une autre mise à jour est en cours. Attendez qu'elle finisse.",
            _ => {
                "Ce contenu n'est pas signé par votre éditeur, ou il est abîmé. N'utilisez pas cette clé et prévenez l'éditeur."
            }
        }
    }
}
