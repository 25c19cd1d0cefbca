//! The library's errors as an editor reads them in French: what failed, and what to do. In English they say it themselves.

use std::fmt::Display;
use std::io;

use super::starter::StarterError;
use super::words::Words;
use crate::dila::{ArchiveError, DilaError};
use crate::file::{OpenError, ReadError, SCHEMA_VERSION, WriteError};
use crate::id::IdError;
use crate::source::SourceError;

/// An error that also speaks French.
pub trait Told: Display {
    /// The whole error in French.
    fn french(&self) -> String;

    /// The error in the language of `words`.
    fn told(&self, words: &Words) -> String {
        if words.is_french() { self.french() } else { self.to_string() }
    }
}

impl Told for OpenError {
    fn french(&self) -> String {
        match self {
            Self::Missing { path } => format!(
                "{} n'existe pas : corrigez le nom, ou construisez-le avec « parvis-content build »",
                path.display()
            ),
            Self::Io { path, source } => {
                format!(
                    "{} est illisible ({}) : vérifiez le support et les droits",
                    path.display(),
                    system(source)
                )
            }
            Self::NotContent { path, .. } => format!(
                "{} n'est pas un fichier de contenu : construisez-le avec « parvis-content build »",
                path.display()
            ),
            Self::Version { path, found } => format!(
                "{} est au format {found}, ce programme lit le format {SCHEMA_VERSION} : construisez-le avec la même version",
                path.display()
            ),
            Self::Truncated { path, found, expected } => {
                format!("{} est coupé : {found} octets sur {expected} ; copiez-le à nouveau", path.display())
            }
            Self::TooBig { path, found } => {
                format!("{} a {found} octets : trop pour un fichier de contenu de Parvis", path.display())
            }
            Self::Schema { path, .. } | Self::Info { path, .. } => format!(
                "{} n'est pas un fichier de contenu entier : construisez-le à nouveau",
                path.display()
            ),
            Self::Sqlite { path, source } => {
                format!("{} est abîmé ({source}) : copiez-le à nouveau", path.display())
            }
        }
    }
}

impl Told for ReadError {
    fn french(&self) -> String {
        match self {
            Self::Sqlite { what, path, source } => format!(
                "{} : « {what} » est illisible ({source}) ; copiez le fichier à nouveau",
                path.display()
            ),
            Self::Damaged { what, path, reason } => format!(
                "{} : « {what} » est abîmé ({reason}) ; construisez le fichier à nouveau",
                path.display()
            ),
        }
    }
}

impl Told for WriteError {
    fn french(&self) -> String {
        match self {
            Self::Io { path, source } => unwritten(path, source),
            Self::Sqlite { what, source } => {
                format!("« {what} » ne se range pas ({source}) : un identifiant doit être unique")
            }
            Self::Record { what, reason } => {
                format!("« {what} » ne se range pas ({reason}) : raccourcissez-le")
            }
        }
    }
}

impl Told for SourceError {
    fn french(&self) -> String {
        match self {
            Self::Faults(faults) => {
                format!("{} fautes dans la source : corrigez-les", faults.list.len() + faults.more)
            }
            Self::Dila(error) => error.french(),
        }
    }
}

impl Told for DilaError {
    fn french(&self) -> String {
        match self {
            Self::Archive(error) => error.french(),
            Self::NoMenu { path } => format!(
                "{} : pas de menu.xml ; ce n'est pas une archive de « Vos droits et démarches », ou elle n'est pas entière",
                path.display()
            ),
            Self::Index { path, file, reason } => {
                format!(
                    "{} : {file} est inutilisable ({reason}) : téléchargez l'archive à nouveau",
                    path.display()
                )
            }
            Self::Empty { path, files } => format!(
                "{} : aucun de ses {files} fichiers n'est une fiche ; ce n'est pas l'archive que publie la DILA",
                path.display()
            ),
        }
    }
}

impl Told for ArchiveError {
    fn french(&self) -> String {
        const OTHER: &str = "ce n'est pas l'archive que publie la DILA";
        match self {
            Self::Io { path, source } => format!(
                "{} est illisible ({}) : vérifiez son nom, le support et les droits",
                path.display(),
                system(source)
            ),
            Self::NotZip { path, source } => format!(
                "{} n'est pas une archive zip entière ({source}) : téléchargez-la à nouveau",
                path.display()
            ),
            Self::Damaged { path, file, reason } => format!(
                "{} : {file} ne s'ouvre pas ({reason}) ; téléchargez l'archive à nouveau",
                path.display()
            ),
            Self::Bound { path, what, limit } => {
                format!("{} : {what}, au-delà de {limit} ; {OTHER}", path.display())
            }
            Self::Twice { path, file } => format!("{} : {file} y est deux fois ; {OTHER}", path.display()),
        }
    }
}

impl Told for StarterError {
    fn french(&self) -> String {
        match self {
            Self::NotEmpty { path } => format!(
                "{} n'est pas vide : rien n'y a été écrit, donnez un dossier nouveau ou vide",
                path.display()
            ),
            Self::Io { path, source } => unwritten(path, source),
        }
    }
}

impl Told for IdError {
    fn french(&self) -> String {
        crate::source::id_fault(self).french
    }
}

fn unwritten(path: &std::path::Path, source: &io::Error) -> String {
    format!(
        "{} ne s'écrit pas ({}) : vérifiez le dossier, les droits et la place libre",
        path.display(),
        system(source)
    )
}

/// What the system says, in French where it is said often.
fn system(error: &io::Error) -> String {
    let known = [
        (io::ErrorKind::NotFound, "introuvable"),
        (io::ErrorKind::PermissionDenied, "accès refusé"),
        (io::ErrorKind::StorageFull, "support plein"),
        (io::ErrorKind::ReadOnlyFilesystem, "support en lecture seule"),
        (io::ErrorKind::NotADirectory, "ce n'est pas un dossier"),
        (io::ErrorKind::IsADirectory, "c'est un dossier"),
        (io::ErrorKind::AlreadyExists, "un fichier a déjà ce nom"),
    ];
    let said = known.iter().find(|(kind, _)| *kind == error.kind());
    said.map_or_else(|| error.to_string(), |(_, said)| (*said).to_owned())
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::editor::words::{ENGLISH, FRENCH};
    use crate::{ContentFile, source};

    #[test]
    fn an_error_is_told_in_the_language_that_was_asked_for() {
        let error = ContentFile::open(Path::new("/nulle/part.parvis")).unwrap_err();
        assert!(error.told(&FRENCH).starts_with("/nulle/part.parvis n'existe pas : corrigez le nom"));
        assert_eq!(error.told(&ENGLISH), error.to_string());
    }

    #[test]
    fn what_the_system_says_often_is_french() {
        let error = source::read(Path::new("/nulle/part.zip")).unwrap_err();
        assert_eq!(
            error.told(&FRENCH),
            "/nulle/part.zip est illisible (introuvable) : vérifiez son nom, le support et les droits"
        );
        let full = WriteError::Io { path: PathBuf::from("x"), source: io::ErrorKind::StorageFull.into() };
        assert!(full.french().contains("support plein"));
    }
}
