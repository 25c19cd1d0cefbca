//! `parvis-content build`: one content file from a source.

use std::path::Path;

use parvis_content::Library;
use parvis_content::editor::check::Checked;
use parvis_content::editor::words::fill;
use parvis_content::editor::{Check, Words};
use parvis_content::file::{self, Written};
use parvis_content::search::Lexicon;
use parvis_content::source::Source;

use super::{FAULTS, check, failed, text, words};

pub fn run(source: &Path, output: &Path, without_lexicon: bool) -> Result<(), u8> {
    let words = words();
    let source = self::source(source, words)?;
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
    let written = file::write(&library, output).map_err(failed)?;
    print_written(&library, &written, output, words);
    Ok(())
}

/// A source without faults. Its age is not looked at: the same source gives the same file on any day.
pub fn source(path: &Path, words: &Words) -> Result<Source, u8> {
    let check = Check { today: None, examples: 0, words };
    let Checked { findings, source } = check.run(path).map_err(failed)?;
    if let Some(source) = source.filter(|_| findings.faults() == 0) {
        return Ok(source);
    }
    check::print_faults(&findings, words);
    eprintln!("{}", fill(words.not_built, &[("n", &findings.faults().to_string())]));
    Err(FAULTS)
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
