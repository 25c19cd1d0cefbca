//! What whole-kiosk tests share: content built once, a staff page without a browser, chance that can be
//! repeated, and a search for traces on disk. The tests themselves live in `tests/`.

pub mod chance;
pub mod content;
pub mod staff;
pub mod traces;

use std::path::{Path, PathBuf};

/// The root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
