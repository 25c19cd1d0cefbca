//! The content file that the kiosk shows: opened, fallen back from, and told to intake.

use std::path::Path;

use parvis_content::ContentFile;

use crate::durable::{Disk as _, RealDisk};
use crate::intake::Shelf;

/// Opens the content at `path` and tells intake how it went. What does not open is replaced by the release before, until
/// intake has put that one in place.
pub(super) fn open(path: &Path) -> Result<ContentFile, String> {
    // The link is read once: what is opened is what is told of, whatever intake does meanwhile.
    let opened = match RealDisk.linked(path).ok().flatten() {
        Some(file) => {
            let opened = open_one(&path.with_file_name(&file));
            Shelf::tell_shown(&RealDisk, path, &file, opened.is_ok());
            opened
        }
        None => open_one(path),
    };
    opened.or_else(|why| open_before(path, why))
}

/// What [`open`] would show; intake is told nothing.
pub(super) fn look(path: &Path) -> Result<ContentFile, String> {
    open_one(path).or_else(|why| open_before(path, why))
}

fn open_before(path: &Path, why: String) -> Result<ContentFile, String> {
    Shelf::others(&RealDisk, path).iter().find_map(|before| open_one(before).ok()).ok_or(why)
}

fn open_one(path: &Path) -> Result<ContentFile, String> {
    match ContentFile::open(path) {
        Ok(content) => {
            tracing::info!(sheets = content.info().sheets, "content.opened");
            Ok(content)
        }
        Err(error) => {
            tracing::error!(%error, "content.refused");
            Err(format!(
                "pas de contenu lisible ({error}). Copiez un fichier de contenu avec « parvis intake »."
            ))
        }
    }
}
