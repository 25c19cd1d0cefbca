//! Content files for tests, built with the editors' own tool, once for each test program.

use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use parvis_content::{Library, file, source};

/// The demonstration content, as the library that is written to files.
pub fn demonstration_library() -> Library {
    let folder = crate::root().join("content/demonstration");
    source::read(&folder).expect("the demonstration content has no fault").library
}

/// The demonstration content.
pub fn demonstration() -> &'static Path {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    FILE.get_or_init(|| write(&demonstration_library(), "demonstration"))
}

/// The publisher's archive in `PARVIS_DATA`; `None` when the variable is not set.
pub fn dila() -> Option<&'static Path> {
    static FILE: OnceLock<Option<PathBuf>> = OnceLock::new();
    let build = || {
        let data = PathBuf::from(std::env::var_os("PARVIS_DATA")?);
        let archive = data.join("dila/vosdroits-part-20240306.zip");
        let library = source::read(&archive).expect("the archive of the DILA can be read").library;
        Some(write(&library, "dila"))
    };
    FILE.get_or_init(build).as_deref()
}

/// Writes `library` into a file called `name`.
pub fn write(library: &Library, name: &str) -> PathBuf {
    let path = crate::own_folder("content").join(format!("{name}.parvis"));
    file::write(library, &path).expect("the content can be written");
    path
}
