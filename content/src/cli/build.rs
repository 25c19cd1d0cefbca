//! `parvis-content build`: one content file from a source.

use std::path::Path;

use parvis_content::Library;
use parvis_content::file::{self, Written};
use parvis_content::search::Lexicon;

use super::{failed, read};

pub fn run(source: &Path, output: &Path, without_lexicon: bool) -> Result<(), u8> {
    let mut library = read(source)?;
    if without_lexicon {
        library.lexicon = Lexicon::words_only();
    }
    let written = file::write(&library, output).map_err(failed)?;
    print_written(&library, &written, output);
    Ok(())
}

fn print_written(library: &Library, written: &Written, output: &Path) {
    let info = &written.info;
    println!(
        "{} : {} fiches, {} parcours, {} lieux, {} rubriques, {} sigles, {} redirections",
        info.title,
        info.sheets,
        info.guides,
        info.places,
        library.nodes.len(),
        library.glossary.len(),
        library.redirects.len()
    );
    println!(
        "{} écrit : {:.1} Mo, dont {:.1} Mo pour la recherche",
        output.display(),
        written.bytes as f64 / 1e6,
        written.search_bytes as f64 / 1e6
    );
}
