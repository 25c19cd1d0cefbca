//! The folder that a new editor starts from: a small content that builds, and says of itself that it is an example.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::date::Date;

/// What stands in the files for the day on which the folder is made.
const TODAY: &str = "AAAA-MM-JJ";

/// The files, by their path in the folder.
const FILES: [(&str, &str); 6] = [
    ("README.md", include_str!("../../starter/README.md")),
    ("bundle.toml", include_str!("../../starter/bundle.toml")),
    ("places.toml", include_str!("../../starter/places.toml")),
    ("sheets/fr/rendez-vous.md", include_str!("../../starter/sheets/fr/rendez-vous.md")),
    ("sheets/fr/toilettes.md", include_str!("../../starter/sheets/fr/toilettes.md")),
    ("guides/fr/par-ou-commencer.toml", include_str!("../../starter/guides/fr/par-ou-commencer.toml")),
];

/// Why no folder was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StarterError {
    /// Something is there already: it is never overwritten.
    #[error("{path} is not empty: name a new or empty folder")]
    NotEmpty {
        /// The folder.
        path: PathBuf,
    },
    /// The system refused.
    #[error("cannot write {path}: {source}; check the folder, its permissions and the free space")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        source: io::Error,
    },
}

/// Writes the starter into `folder`, which is made if it is missing and must be empty if it is not.
///
/// `today` becomes the day on which its sheets were last checked.
pub fn write(folder: &Path, today: Date) -> Result<(), StarterError> {
    let at = |path: &Path| {
        let path = path.to_owned();
        move |source| StarterError::Io { path, source }
    };
    fs::create_dir_all(folder).map_err(at(folder))?;
    if fs::read_dir(folder).map_err(at(folder))?.next().is_some() {
        return Err(StarterError::NotEmpty { path: folder.to_owned() });
    }
    for (name, text) in FILES {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(at(parent))?;
        }
        let mut file = fs::File::create_new(&path).map_err(at(&path))?;
        file.write_all(text.replace(TODAY, &today.to_string()).as_bytes()).map_err(at(&path))?;
    }
    Ok(())
}
