//! `bundle.toml`: title, hall, themes, imports, glossary.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::imports::{self, Imports, RawImport};
use super::places::{RawHours, hours, lines, phone};
use super::{Faults, Said, line_at, said, title, toml_fault};
use crate::glossary::Glossary;
use crate::id::{Lang, NodeId, SheetId};
use crate::library::Hall;
use crate::plain;

/// Most themes on home; screens show seven at once.
const THEMES_MAX: usize = 40;
/// Most words in the title of a theme (accessibility bar H6).
const THEME_WORDS_MAX: usize = 3;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    bundle: RawBundle,
    hall: Spanned<RawHall>,
    #[serde(default)]
    theme: Vec<Spanned<RawTheme>>,
    #[serde(default)]
    import: Vec<Spanned<RawImport>>,
    #[serde(default)]
    glossary: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawBundle {
    id: Spanned<String>,
    title: Spanned<String>,
    language: Spanned<String>,
    demonstration: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHall {
    name: String,
    address: Vec<String>,
    phone: Option<String>,
    #[serde(default)]
    hours: RawHours,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawTheme {
    id: String,
    title: String,
    icon: String,
    summary: Option<String>,
    #[serde(default)]
    folder: Vec<Spanned<RawFolder>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFolder {
    id: String,
    title: String,
}

/// What `bundle.toml` says, checked.
pub(super) struct Bundle {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) demonstration: bool,
    pub(super) hall: Hall,
    pub(super) themes: Vec<Theme>,
    pub(super) imports: Imports,
    pub(super) glossary: Glossary,
}

pub(super) struct Theme {
    pub(super) id: NodeId,
    pub(super) line: usize,
    pub(super) title: String,
    pub(super) icon: String,
    pub(super) summary: Option<String>,
    pub(super) folders: Vec<(NodeId, String)>,
}

pub(super) fn read(file: &Path, text: &str, faults: &mut Faults) -> Option<Bundle> {
    let raw: RawFile = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            toml_fault(faults, file, text, 1, &error);
            return None;
        }
    };
    let at = |offset: usize| line_at(text, offset);
    let RawBundle { id, title: name, language, demonstration } = raw.bundle;
    if let Err(error) = SheetId::new(id.get_ref()) {
        faults.add(
            file,
            at(id.span().start),
            Said::join(&said!("id du contenu", "id of the content"), &said::id(&error)),
        );
    }
    if Lang::new(language.get_ref()).ok() != Some(Lang::french()) {
        let message = said!(
            "la langue de base est « fr » : écrivez language = \"fr\" et mettez les traductions à côté",
            "the base language is \"fr\" : write language = \"fr\" and put translations beside it"
        );
        faults.add(file, at(language.span().start), message);
    }
    let line = at(raw.hall.span().start);
    let hall = raw.hall.into_inner();
    let hall = Hall {
        name: title(faults, file, line, ["le nom de l'accueil", "the name of the hall"], &hall.name),
        address: lines(&hall.address),
        phone: phone(file, line, hall.phone.as_deref(), faults),
        hours: hours(file, text, line, hall.hours, faults),
        position: None,
    };
    let imports = imports::read(file, text, raw.import, faults);
    let themes = themes(file, text, raw.theme, faults);
    if themes.is_empty() && imports.archives.is_empty() {
        faults.add(
            file,
            1,
            said!("aucun thème : ajoutez au moins un [[theme]]", "no theme : add at least one [[theme]]"),
        );
    }
    let mut glossary = Glossary::default();
    for (acronym, expansion) in &raw.glossary {
        glossary.insert(&plain::line(acronym), &plain::line(expansion));
    }
    let line = at(name.span().start);
    let title =
        title(faults, file, line, ["le titre du contenu", "the title of the content"], name.get_ref());
    Some(Bundle { id: id.into_inner(), title, demonstration, hall, themes, imports, glossary })
}

fn themes(file: &Path, text: &str, raw: Vec<Spanned<RawTheme>>, faults: &mut Faults) -> Vec<Theme> {
    let mut seen = BTreeSet::new();
    let mut themes = Vec::new();
    for theme in raw {
        let line = line_at(text, theme.span().start);
        if themes.len() >= THEMES_MAX {
            faults.add(
                file,
                line,
                said!(
                    "plus de {THEMES_MAX} thèmes : regroupez-les",
                    "more than {THEMES_MAX} themes : group them"
                ),
            );
            break;
        }
        let theme = theme.into_inner();
        let name = title(faults, file, line, ["le titre du thème", "the title of the theme"], &theme.title);
        if name.split(' ').filter(|word| word.chars().any(char::is_alphanumeric)).count() > THEME_WORDS_MAX {
            faults.add(
                file,
                line,
                said!(
                    "« {name} » : un thème se dit en un à {THEME_WORDS_MAX} mots",
                    "\"{name}\" : a theme is said in one to {THEME_WORDS_MAX} words"
                ),
            );
        }
        if theme.icon.trim().is_empty() {
            faults.add(
                file,
                line,
                said!("icon est vide : donnez le nom d'un pictogramme", "icon is empty : name a pictogram"),
            );
        }
        let folders = theme.folder.into_iter().filter_map(|folder| {
            let line = line_at(text, folder.span().start);
            let folder = folder.into_inner();
            let id = node(file, line, &folder.id, &mut seen, faults)?;
            Some((
                id,
                title(faults, file, line, ["le titre du dossier", "the title of the folder"], &folder.title),
            ))
        });
        let folders = folders.collect();
        if let Some(id) = node(file, line, &theme.id, &mut seen, faults) {
            let summary = theme.summary.as_deref().map(plain::line).filter(|text| !text.is_empty());
            themes.push(Theme { id, line, title: name, icon: theme.icon, summary, folders });
        }
    }
    themes
}

fn node(
    file: &Path,
    line: usize,
    id: &str,
    seen: &mut BTreeSet<String>,
    faults: &mut Faults,
) -> Option<NodeId> {
    match NodeId::new(id) {
        Ok(node) if seen.insert(id.to_owned()) => Some(node),
        Ok(_) => {
            faults.add(
                file,
                line,
                said!(
                    "« {id} » existe deux fois : changez l'un des id",
                    "\"{id}\" exists twice : change one of the ids"
                ),
            );
            None
        }
        Err(error) => {
            faults.add(file, line, Said::join(&said!("id « {id} »", "id \"{id}\""), &said::id(&error)));
            None
        }
    }
}
