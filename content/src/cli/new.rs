//! `parvis-content new`: a folder to start from.

use std::path::Path;

use parvis_content::Date;
use parvis_content::editor::starter::{self, StarterError};
use parvis_content::editor::words::fill;

use super::{FAILED, failed, today, words};

pub fn run(folder: &Path, day: Option<Date>) -> Result<(), u8> {
    let words = words();
    let today = day.or_else(today).ok_or_else(|| failed(words.no_clock))?;
    let shown = folder.display().to_string();
    match starter::write(folder, today) {
        Ok(()) => {
            println!("{}", fill(words.started, &[("folder", &shown)]));
            Ok(())
        }
        Err(StarterError::NotEmpty { .. }) => {
            eprintln!("{}", fill(words.not_empty, &[("folder", &shown)]));
            Err(FAILED)
        }
        Err(error) => Err(failed(error)),
    }
}
