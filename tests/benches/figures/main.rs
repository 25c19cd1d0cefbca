//! `./dev bench`: the figures of the README, as a table or as one JSON object.
//!
//! Usage: `figures [--json FILE]`. With `PARVIS_DATA` the content is the publisher's whole archive,
//! otherwise the demonstration, and the table says so.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::disallowed_methods,
    reason = "a bench measures time, prints, and stops at the first surprise"
)]

mod kiosk;
mod process;
mod updates;
mod ways;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// The figures so far: name, value, bar (what the issue asks for, if anything).
#[derive(Default)]
pub struct Figures(Vec<(&'static str, f64, &'static str)>);

impl Figures {
    fn add(&mut self, name: &'static str, value: f64, bar: &'static str) {
        println!("{name:<24} {value:>10.2}  {bar}");
        self.0.push((name, value, bar));
    }

    /// Median (or another share) of durations, in milliseconds.
    fn add_share(&mut self, name: &'static str, times: &mut [Duration], share: f64, bar: &'static str) {
        times.sort_unstable();
        let at = ((times.len().saturating_sub(1)) as f64 * share).round() as usize;
        self.add(name, times.get(at).map_or(f64::NAN, |time| time.as_secs_f64() * 1000.0), bar);
    }

    fn to_json(&self) -> String {
        let map: serde_json::Map<String, serde_json::Value> = self
            .0
            .iter()
            .map(|(name, value, _)| {
                ((*name).to_owned(), serde_json::json!((value * 1000.0).round() / 1000.0))
            })
            .collect();
        serde_json::to_string_pretty(&map).unwrap()
    }
}

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| argument != "--bench").collect();
    if let [flag, content] = arguments.as_slice()
        && flag == "--memory-of"
    {
        return kiosk::memory_child(Path::new(content));
    }
    let folder = tempfile::tempdir().unwrap();
    let mut figures = Figures::default();
    let (content, library) = build(folder.path(), &mut figures);
    if let Some(library) = library {
        updates::measure(library, &content, folder.path(), &mut figures);
    }
    process::measure(&content, folder.path(), &mut figures);
    kiosk::measure(&content, &mut figures);
    ways::measure(&mut figures);
    if let Some(file) = arguments.iter().position(|a| a == "--json").and_then(|at| arguments.get(at + 1)) {
        std::fs::write(caller_path(file), figures.to_json()).unwrap();
    }
}

/// Cargo runs benches in the package's folder; a relative path is the caller's, at the root.
fn caller_path(file: &str) -> PathBuf {
    let path = PathBuf::from(file);
    if path.is_absolute() { path } else { parvis_tests::root().join(path) }
}

/// The content file and, of real content, what it was written from.
fn build(folder: &Path, figures: &mut Figures) -> (PathBuf, Option<parvis_content::Library>) {
    let content = folder.join("content.parvis");
    let source = std::env::var_os("PARVIS_DATA")
        .map(|data| PathBuf::from(data).join("dila/vosdroits-part-20240306.zip"));
    let real = source.filter(|source| source.exists());
    let source = real.clone().unwrap_or_else(|| parvis_tests::root().join("content/demonstration"));
    println!("content: {}", source.display());
    let start = Instant::now();
    let whole = parvis_content::source::read(&source).unwrap();
    parvis_content::file::write(&whole.library, &content).unwrap();
    let seconds = start.elapsed().as_secs_f64();
    if real.is_some() {
        figures.add("dila_build_s", seconds, "≤ 20");
        figures.add("dila_file_mb", std::fs::metadata(&content).unwrap().len() as f64 / 1e6, "≤ 60");
    }
    (content, real.is_some().then_some(whole.library))
}
