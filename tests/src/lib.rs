//! What whole-kiosk tests share: content built once, a staff page without a browser, a broker, chance that can be
//! repeated, and a search for traces on disk. The tests themselves live in `tests/`.

pub mod chance;
pub mod content;
pub mod disk;
pub mod editor;
pub mod mosquitto;
pub mod staff;
pub mod traces;

use std::path::{Path, PathBuf};

/// A folder beside this test program, for what outlives single tests: made anew by every run, so that runs leave
/// nothing behind that grows.
///
/// # Panics
/// When the build folder cannot be written.
pub fn own_folder(name: &str) -> PathBuf {
    let program = std::env::current_exe().expect("a program has a path");
    let folder = program.with_extension(name);
    std::fs::create_dir_all(&folder).expect("the build folder can be written");
    folder
}

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
