//! `parvis-content build`: one content file from a source.

use std::path::Path;

use parvis_content::Library;
use parvis_content::editor::check::Checked;
use parvis_content::editor::words::fill;
use parvis_content::editor::{Check, Words};
use parvis_content::file::{self, Written};
use parvis_content::search::Lexicon;
use parvis_content::source::Source;

use super::progress::Progress;
use super::{FAULTS, check, refused, text, words};

pub fn run(source: &Path, output: &Path, without_lexicon: bool) -> Result<(), u8> {
    let words = words();
    let source = source_cached(source, Some(&output.with_added_extension("cache")), words)?;
    for import in &source.imports {
        println!("{}", text::import_report(import));
    }
    for (path, report) in &source.lists {
        println!("{} : {report}", path.display());
    }
    let mut library = source.library;
    if without_lexicon {
        library.lexicon = Lexicon::words_only();
    }
    let written = write(&library, output, words)?;
    print_written(&library, &written, output, words);
    Ok(())
}

/// Whether `path` is something to build from; anything else should be a content file.
pub fn is_source(path: &Path) -> bool {
    path.is_dir() || path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
}

/// A source without faults. Its age is not looked at: the same source gives the same file on any day.
pub fn source(path: &Path, words: &Words) -> Result<Source, u8> {
    source_cached(path, None, words)
}

/// The same, with what an earlier build converted.
fn source_cached(path: &Path, cache: Option<&Path>, words: &Words) -> Result<Source, u8> {
    let check = Check { today: None, examples: 0, words };
    let progress = Progress::new(words.reading);
    let Checked { findings, source } = check.run_cached(path, cache).map_err(refused)?;
    drop(progress);
    if let Some(source) = source.filter(|_| findings.faults() == 0) {
        return Ok(source);
    }
    check::print_faults(&findings, words);
    eprintln!("{}", fill(words.not_built, &[("n", &findings.faults().to_string())]));
    Err(FAULTS)
}

/// Writes the content file.
pub fn write(library: &Library, output: &Path, words: &Words) -> Result<Written, u8> {
    let _progress = Progress::new(words.writing);
    file::write(library, output).map_err(refused)
}

fn print_written(library: &Library, written: &Written, output: &Path, words: &Words) {
    let info = &written.info;
    let counts = [
        ("title", info.title.clone()),
        ("sheets", info.sheets.to_string()),
        ("guides", info.guides.to_string()),
        ("places", info.places.to_string()),
        ("nodes", library.nodes.len().to_string()),
        ("acronyms", library.glossary.len().to_string()),
        ("redirects", library.redirects.len().to_string()),
        ("file", output.display().to_string()),
        ("size", format!("{:.1}", written.bytes as f64 / 1e6)),
        ("search", format!("{:.1}", written.search_bytes as f64 / 1e6)),
    ];
    let counts = counts.each_ref().map(|(name, count)| (*name, count.as_str()));
    println!("{}\n{}", fill(words.built, &counts), fill(words.built_file, &counts));
}
