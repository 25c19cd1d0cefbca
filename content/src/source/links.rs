//! Links of editors' sheets and guides: each must lead somewhere, and a button without words gets the title there.

use std::collections::{BTreeMap, BTreeSet};

use super::folder::Drafts;
use super::{Faults, Rule, said};
use crate::browse::{Link, Target};
use crate::guide::Next;
use crate::id::{Lang, SheetId};
use crate::library::Library;
use crate::sheet::Block;

/// Titles of everything a link may lead to.
pub(super) fn titles(library: &Library) -> BTreeMap<Target, String> {
    let sheets = library.sheets.iter().map(|sheet| (Target::Sheet(sheet.id.clone()), sheet.title.clone()));
    let guides = library.guides.iter().map(|guide| (Target::Guide(guide.id.clone()), guide.title.clone()));
    let places = library.places.iter().map(|place| (Target::Place(place.id.clone()), place.name.clone()));
    sheets.chain(guides).chain(places).collect()
}

/// Every link leads somewhere, and every translation has its French sheet.
pub(super) fn check(library: &Library, drafts: &Drafts, faults: &mut Faults) {
    let mut known: BTreeSet<Target> = titles(library).into_keys().collect();
    known.extend(drafts.named.iter().cloned());
    let sheets = drafts.sheets.iter().map(|(path, draft)| (path, &draft.links));
    let guides = drafts.guides.iter().map(|(path, draft)| (path, &draft.links));
    for (path, links) in sheets.chain(guides) {
        for (target, line) in links.iter().filter(|(target, _)| !known.contains(target)) {
            let [french, english] = match target {
                Target::Sheet(_) => ["la fiche", "the sheet"],
                Target::Place(_) => ["le lieu", "the place"],
                Target::Guide(_) => ["le parcours", "the guide"],
                Target::Node(_) => ["la rubrique", "the theme"],
            };
            let id = target.id();
            let message = said!(
                "{french} « {id} » n'existe pas : corrigez le lien",
                "{english} \"{id}\" does not exist : correct the link"
            );
            faults.breaks(Rule::Link, path, *line, message);
        }
    }
    let french: BTreeSet<&SheetId> = drafts
        .sheets
        .iter()
        .filter(|(_, draft)| draft.sheet.lang == Lang::french())
        .map(|(_, draft)| &draft.sheet.id)
        .collect();
    for (path, draft) in drafts.sheets.iter().filter(|(_, draft)| !french.contains(&draft.sheet.id)) {
        let message = said!(
            "cette traduction n'a pas de fiche française du même nom : ajoutez-la dans sheets/fr",
            "this translation has no French sheet of the same name : add it in sheets/fr"
        );
        if !library.sheets.iter().any(|sheet| sheet.id == draft.sheet.id) {
            faults.breaks(Rule::Translation, path, 1, message);
        }
    }
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
