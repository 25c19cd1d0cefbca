//! The commands of the editor's tool, one file each. A command returns the exit code of its failure.

pub mod build;
pub mod check;
pub mod evaluate;
pub mod search;
pub mod show;
mod text;

use std::path::Path;

use parvis_content::Library;
use parvis_content::source::{self, Source};

/// Faults in the source: correct them and build again.
const FAULTS: u8 = 1;
/// The system, or a damaged file.
const FAILED: u8 = 3;

fn failed(error: impl std::fmt::Display) -> u8 {
    eprintln!("Erreur : {error}");
    FAILED
}

/// Reads the source and reports; faults are printed all at once.
fn read(source: &Path) -> Result<Library, u8> {
    match source::read(source) {
        Ok(Source { library, imports }) => {
            for import in &imports {
                println!("{}", text::import_report(import));
            }
            Ok(library)
        }
        Err(source::SourceError::Faults(faults)) => {
            for fault in &faults.list {
                eprintln!("{fault}");
            }
            eprintln!("{}", text::fault_count(&faults));
            Err(FAULTS)
        }
        Err(error) => Err(failed(error)),
    }
}
