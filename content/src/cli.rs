//! The commands of the editor's tool, one file each. A command returns the exit code of its failure.

pub mod build;
pub mod check;
pub mod diff;
pub mod evaluate;
pub mod search;
pub mod show;
mod text;

use std::time::{SystemTime, UNIX_EPOCH};

use parvis_content::Date;
use parvis_content::editor::Words;

/// Faults in the source: correct them and build again.
const FAULTS: u8 = 1;
/// The system, or a damaged file.
const FAILED: u8 = 3;

fn failed(error: impl std::fmt::Display) -> u8 {
    eprintln!("Erreur : {error}");
    FAILED
}

/// The language of this run.
fn words() -> &'static Words {
    Words::chosen(["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok()))
}

/// A day of the command line.
pub fn day(text: &str) -> Result<Date, &'static str> {
    Date::parse(text).ok_or("AAAA-MM-JJ, par exemple 2026-11-02")
}

/// The day of the computer's clock.
#[allow(
    clippy::disallowed_methods,
    reason = "the only reader of the clock: everything else is given the day"
)]
fn today() -> Option<Date> {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).ok()?;
    Date::of_unix_seconds(since.as_secs())
}
