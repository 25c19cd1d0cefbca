//! `parvis-content show`: one sheet, node, guide or place as text.

use std::path::Path;

use parvis_content::editor::text;
use parvis_content::editor::words::fill;
use parvis_content::{ContentFile, Lang, SheetId, Target};

use super::{failed, refused, words};

pub fn run(file: &Path, id: &str, lang: &str) -> Result<(), u8> {
    let content = ContentFile::open(file).map_err(refused)?;
    let lang = Lang::new(lang).map_err(refused)?;
    let target = match content.resolve(id).map_err(refused)? {
        Some(target) => Some(target),
        None => content.redirect(id).map_err(refused)?,
    };
    let shown = match target {
        Some(Target::Sheet(id)) => sheet(&content, &id, &lang)?,
        Some(Target::Node(id)) => content.node(&id).map_err(refused)?.map(|node| text::node(&node)),
        Some(Target::Guide(id)) => {
            content.guide(&id, &lang).map_err(refused)?.map(|guide| text::guide(&guide))
        }
        Some(Target::Place(id)) => content.place(&id).map_err(refused)?.map(|place| text::place(&place)),
        None => None,
    };
    let shown = shown.ok_or_else(|| {
        failed(fill(words().unknown_id, &[("id", id), ("file", &file.display().to_string())]))
    })?;
    print!("{shown}");
    Ok(())
}

fn sheet(content: &ContentFile, id: &SheetId, lang: &Lang) -> Result<Option<String>, u8> {
    Ok(content.sheet(id, lang).map_err(refused)?.map(|sheet| text::sheet(&sheet, &content.info().hall)))
}
