//! `parvis-content check`: a source is read, nothing is written.

use std::path::Path;

use super::read;

pub fn run(source: &Path) -> Result<(), u8> {
    read(source).map(|_| ())
}
