//! The commands of the editor's tool, one file each. A command returns the exit code of its failure.

pub mod build;
pub mod check;
pub mod diff;
pub mod evaluate;
pub mod keys;
pub mod new;
pub mod preview;
mod progress;
pub mod publish;
pub mod search;
pub mod show;
mod text;

use std::time::{SystemTime, UNIX_EPOCH};

use parvis_content::Date;
use parvis_content::editor::Words;
use parvis_content::editor::errors::Told;
use parvis_content::editor::words::fill;

/// Faults in the source: correct them and build again.
const FAULTS: u8 = 1;
/// The system, or a damaged file.
const FAILED: u8 = 3;

fn failed(error: impl std::fmt::Display) -> u8 {
    eprintln!("{}", fill(words().error, &[("error", &error.to_string())]));
    FAILED
}

/// An error of the library, in the language of this run.
#[allow(clippy::needless_pass_by_value, reason = "what map_err hands on")]
fn refused(error: impl Told) -> u8 {
    failed(error.told(words()))
}

/// The language of this run.
fn words() -> &'static Words {
    Words::chosen(["LC_ALL", "LC_MESSAGES", "LANG"].map(|name| std::env::var(name).ok()))
}

/// One of two wordings, French and English, in the language of this run.
fn pick(both: [&str; 2]) -> &str {
    let [french, english] = both;
    if words().is_french() { french } else { english }
}

/// Says one of two wordings, with its `{names}` filled in.
fn say(both: [&str; 2], values: &[(&str, &str)]) {
    println!("{}", fill(pick(both), values));
}

/// Runs what waits for files.
fn wait<T>(future: impl Future<Output = T>) -> Result<T, u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(failed)?;
    Ok(runtime.block_on(future))
}

/// A day of the command line.
pub fn day(text: &str) -> Result<Date, &'static str> {
    Date::parse(text).ok_or("AAAA-MM-JJ, par exemple 2026-11-02")
}

/// The day of the computer's clock.
fn today() -> Option<Date> {
    Date::of_unix_seconds(u64::try_from(now()).ok()?)
}

/// Seconds since 1970 (UTC) by the computer's clock.
#[allow(
    clippy::disallowed_methods,
    reason = "the only reader of the clock: everything else is given the day"
)]
fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs() as i64)
}
