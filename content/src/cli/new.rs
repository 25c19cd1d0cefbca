//! `parvis-content new`: a folder to start from.

use std::path::Path;

use parvis_content::Date;
use parvis_content::editor::starter;
use parvis_content::editor::words::fill;

use super::{failed, refused, today, words};

pub fn run(folder: &Path, day: Option<Date>) -> Result<(), u8> {
    let words = words();
    let today = day.or_else(today).ok_or_else(|| failed(words.no_clock))?;
    starter::write(folder, today).map_err(refused)?;
    println!("{}", fill(words.started, &[("folder", &folder.display().to_string())]));
    Ok(())
}
