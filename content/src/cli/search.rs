//! `parvis-content search`: what a kiosk would answer.

use std::path::Path;

use parvis_content::{ContentFile, Lang};

use super::{refused, text};

pub fn run(file: &Path, query: &str, limit: usize, explain: bool) -> Result<(), u8> {
    let content = ContentFile::open(file).map_err(refused)?;
    let index = content.search_index(&Lang::french()).map_err(refused)?;
    if explain {
        print!("{}", text::explanation(&index.explain(query, limit)));
    } else {
        print!("{}", text::results(&index.search(query, limit)));
    }
    Ok(())
}
