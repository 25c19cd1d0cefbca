//! Links of editors' sheets and guides: each must lead somewhere, and a button without words gets the title there.

use std::collections::BTreeMap;

use crate::browse::{Link, Target};
use crate::guide::Next;
use crate::library::Library;
use crate::sheet::Block;

/// Titles of everything a link may lead to.
pub(super) fn titles(library: &Library) -> BTreeMap<Target, String> {
    let sheets = library.sheets.iter().map(|sheet| (Target::Sheet(sheet.id.clone()), sheet.title.clone()));
    let guides = library.guides.iter().map(|guide| (Target::Guide(guide.id.clone()), guide.title.clone()));
    let places = library.places.iter().map(|place| (Target::Place(place.id.clone()), place.name.clone()));
    sheets.chain(guides).chain(places).collect()
}

/// Gives buttons that carry only an identifier the title of what they open.
pub(super) fn label(library: &mut Library) {
    let titles = titles(library);
    for sheet in &mut library.sheets {
        for section in &mut sheet.sections {
            label_blocks(&mut section.blocks, &titles);
        }
    }
    for question in library.guides.iter_mut().flat_map(|guide| &mut guide.questions) {
        for answer in &mut question.answers {
            if let Next::Outcome(blocks) = &mut answer.next {
                label_blocks(blocks, &titles);
            }
        }
    }
}

fn label_blocks(blocks: &mut [Block], titles: &BTreeMap<Target, String>) {
    for block in blocks {
        if let Block::Link { target: Link::Inside(target), label } = block
            && label == target.id()
            && let Some(title) = titles.get(target)
        {
            label.clone_from(title);
        }
    }
}
