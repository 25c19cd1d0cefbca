//! A whole editor's folder: reads every file, checks what crosses files, builds the browse tree.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use super::bundle::{self, Bundle};
use super::{
    FILE_BYTES_MAX, FILES_MAX, Faults, Import, Rule, Said, Source, Survey, Written, acronyms, area, guides,
    links, places, plan, said, sheets,
};
use parvis_plan::Plan;

use crate::browse::{ENTRIES_MAX, Entry, Node, NodeKind, Target};
use crate::dila;
use crate::editor::errors::Told as _;
use crate::glossary::Glossary;
use crate::id::{GuideId, Lang, NodeId, SheetId};
use crate::import;
use crate::library::Library;
use crate::place::PlaceKind;
use crate::search::{self, Lexicon};
use crate::sheet::{Crumb, Sheet, SheetKind};

/// The node of life events, shared with the DILA importer.
const LIFE_EVENTS: &str = "commentFaireSi";
/// The node that lists places.
const PLACES: &str = "lieux";

pub(super) fn survey(folder: &Path, cache: Option<&Path>) -> Survey {
    let mut faults = Faults::default();
    let file = folder.join("bundle.toml");
    let text = text(&file, &mut faults);
    let Some(bundle) = text.and_then(|text| bundle::read(&file, &text, &mut faults)) else {
        return Survey { faults, written: Vec::new(), glossary: Glossary::default(), source: None };
    };
    let drafts = drafts(folder, &bundle, &mut faults);
    let (mut library, imports) = imports(&bundle, &file, cache, &mut faults);
    let mut lists = lists(&bundle, &drafts.places, &mut library, &mut faults);
    library.plan = hall_plan(folder, &mut faults);
    let its_place = library.places.iter().find(|place| place.name == library.hall.name);
    library.hall.position = its_place.and_then(|place| place.position);
    area::read(&bundle, &file, &mut library, &mut lists, &mut faults);
    plan::join(&mut library, &bundle.hall.name, &folder.join("places.toml"), &mut faults);
    // A sheet that could not be read must not make its folder look empty.
    let complete = faults.is_empty();
    let mut builder =
        Builder { bundle: &bundle, file: &file, complete, faults: &mut faults, filled: BTreeMap::new() };
    builder.hang(&drafts);
    let nodes = builder.nodes(&library);
    links::check(&library, &drafts, &mut faults);
    let lexicon = lexicon(folder, &mut faults);
    let written = drafts.sheets.iter().map(written).collect();
    if faults.is_empty() {
        join(&mut library, &bundle, drafts, nodes);
        for fault in search::check(&lexicon, &library) {
            faults.add(Path::new(&fault.file), fault.line, fault.fault);
        }
    }
    let source = faults.is_empty().then(|| {
        library.lexicon = lexicon;
        library.lexicon.extend(Lexicon::built_in());
        Source { library, imports, lists }
    });
    Survey { faults, written, glossary: bundle.glossary, source }
}

fn written((path, draft): &(PathBuf, sheets::Draft)) -> Written {
    Written { path: path.clone(), sheet: draft.sheet.clone(), checked_line: draft.checked_line }
}

/// The editor's own `plan.svg`, if there is one.
fn hall_plan(folder: &Path, faults: &mut Faults) -> Option<Plan> {
    let file = folder.join("plan.svg");
    if !file.exists() {
        return None;
    }
    let text = text(&file, faults)?;
    plan::read(&file, &text, faults)
}

/// The editor's own `lexicon.tsv`, if there is one.
fn lexicon(folder: &Path, faults: &mut Faults) -> Lexicon {
    let mut lexicon = Lexicon::default();
    let file = folder.join("lexicon.tsv");
    if file.exists()
        && let Some(text) = text(&file, faults)
    {
        for fault in lexicon.add(&file.display().to_string(), &text) {
            faults.add(&file, fault.line, fault.fault);
        }
    }
    lexicon
}

/// Everything editors wrote, before it is joined.
pub(super) struct Drafts {
    pub(super) sheets: Vec<(PathBuf, sheets::Draft)>,
    pub(super) guides: Vec<(PathBuf, guides::Draft)>,
    pub(super) places: Vec<crate::place::Place>,
    /// Every file by its name, also those with faults: a link to one of them is no fault of its own.
    pub(super) named: BTreeSet<Target>,
}

/// A file of at most [`FILE_BYTES_MAX`], in UTF-8.
fn text(file: &Path, faults: &mut Faults) -> Option<String> {
    let mut bytes = Vec::new();
    let read = fs::File::open(file).and_then(|file| file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes));
    if let Err(error) = read {
        let said = if error.kind() == std::io::ErrorKind::NotFound {
            said!(
                "ce fichier manque : créez-le (voir SOURCE-FORMAT.md)",
                "this file is missing : make it (see SOURCE-FORMAT.md)"
            )
        } else {
            said!(
                "illisible ({error}) : vérifiez le support et les droits",
                "unreadable ({error}) : check the medium and the permissions"
            )
        };
        faults.add(file, 1, said);
        return None;
    }
    if bytes.len() as u64 > FILE_BYTES_MAX {
        faults.add(
            file,
            1,
            said!(
                "plus de {FILE_BYTES_MAX} octets : partagez ce fichier",
                "more than {FILE_BYTES_MAX} bytes : split this file"
            ),
        );
        return None;
    }
    String::from_utf8(bytes)
        .map_err(|error| {
            let line = error
                .as_bytes()
                .iter()
                .take(error.utf8_error().valid_up_to())
                .filter(|b| **b == b'\n')
                .count();
            faults.add(
                file,
                line + 1,
                said!(
                    "ce n'est pas de l'UTF-8 : enregistrez le fichier en UTF-8",
                    "not UTF-8 : save the file as UTF-8"
                ),
            );
        })
        .ok()
}

/// The files of `folder/<lang>/` that end in `.ending`, by name: language, identifier, path.
fn files(folder: &Path, ending: &str, faults: &mut Faults) -> Vec<(Lang, String, PathBuf)> {
    let mut found = Vec::new();
    for language in sorted(folder) {
        if !language.is_dir() {
            faults.add(
                &language,
                1,
                said!(
                    "rangez les fichiers dans un dossier de langue, par exemple « fr »",
                    "put files into a folder of their language, such as \"fr\""
                ),
            );
            continue;
        }
        let name = language.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let lang = match Lang::new(&name) {
            Ok(lang) => lang,
            Err(error) => {
                faults.add(
                    &language,
                    1,
                    Said::join(&said!("dossier de langue", "folder of a language"), &said::id(&error)),
                );
                continue;
            }
        };
        for path in sorted(&language) {
            let file = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            match file.strip_suffix(ending) {
                Some(id) if found.len() < FILES_MAX => found.push((lang.clone(), id.to_owned(), path)),
                Some(_) => {
                    faults.add(
                        &path,
                        1,
                        said!(
                            "plus de {FILES_MAX} fichiers : partagez le contenu",
                            "more than {FILES_MAX} files : split the content"
                        ),
                    );
                }
                None => {
                    faults.add(
                        &path,
                        1,
                        said!(
                            "nom inattendu : un fichier se termine par « {ending} »",
                            "unexpected name : a file ends in \"{ending}\""
                        ),
                    );
                }
            }
        }
    }
    found
}

/// What a folder holds, by name; nothing if there is no such folder. Hidden files are left alone.
fn sorted(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder)
        .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()).take(2 * FILES_MAX).collect())
        .unwrap_or_default();
    paths.retain(|path| !path.file_name().unwrap_or_default().to_string_lossy().starts_with('.'));
    paths.sort();
    paths
}

fn drafts(folder: &Path, bundle: &Bundle, faults: &mut Faults) -> Drafts {
    let mut drafts =
        Drafts { sheets: Vec::new(), guides: Vec::new(), places: Vec::new(), named: BTreeSet::new() };
    let file = folder.join("places.toml");
    if file.exists()
        && let Some(text) = text(&file, faults)
    {
        drafts.places = places::read(&file, &text, faults);
    }
    for (lang, id, path) in files(&folder.join("sheets"), ".md", faults) {
        let Some(text) = text(&path, faults) else { continue };
        match SheetId::new(&id) {
            Ok(id) => {
                drafts.named.insert(Target::Sheet(id.clone()));
                let draft = sheets::read(&path, &text, id, lang, bundle, faults);
                drafts.sheets.extend(draft.map(|draft| (path, draft)));
            }
            Err(error) => faults.add(
                &path,
                1,
                Said::join(&said!("nom de fichier", "name of the file"), &said::id(&error)),
            ),
        }
    }
    for (lang, id, path) in files(&folder.join("guides"), ".toml", faults) {
        let Some(text) = text(&path, faults) else { continue };
        match GuideId::new(&id) {
            Ok(id) => {
                drafts.named.insert(Target::Guide(id.clone()));
                let draft = guides::read(&path, &text, id, lang, &bundle.hall.name, faults);
                drafts.guides.extend(draft.map(|draft| (path, draft)));
            }
            Err(error) => faults.add(
                &path,
                1,
                Said::join(&said!("nom de fichier", "name of the file"), &said::id(&error)),
            ),
        }
    }
    drafts
}

/// Imports the archives into a library that has nothing else yet.
fn imports(
    bundle: &Bundle,
    file: &Path,
    cache: Option<&Path>,
    faults: &mut Faults,
) -> (Library, Vec<Import>) {
    let mut library = Library {
        bundle: bundle.id.clone(),
        title: bundle.title.clone(),
        demonstration: bundle.demonstration,
        hall: bundle.hall.clone(),
        home: Vec::new(),
        nodes: Vec::new(),
        sheets: Vec::new(),
        words: BTreeMap::new(),
        guides: Vec::new(),
        places: Vec::new(),
        outlines: Vec::new(),
        area: None,
        plan: None,
        redirects: BTreeMap::new(),
        glossary: bundle.glossary.clone(),
        lexicon: Lexicon::default(),
    };
    let mut imports = Vec::new();
    for (number, (path, line)) in (1..).zip(&bundle.imports.archives) {
        if !path.is_file() {
            faults.add(
                file,
                *line,
                said!(
                    "archive introuvable « {} » : corrigez path",
                    "no archive \"{}\" : correct path",
                    path.display()
                ),
            );
            continue;
        }
        let read = match cache {
            // Another archive, another cache: their files have the same names.
            Some(cache) => dila::import_cached(path, &cache.with_added_extension(number.to_string())),
            None => dila::import(path),
        };
        let imported = match read {
            Ok(imported) => imported,
            Err(error) => {
                let (french, english) = (error.french(), error.to_string());
                let message = said!("import refusé : {french}", "refused import : {english}");
                faults.breaks(Rule::Import, file, *line, message);
                continue;
            }
        };
        library.home.extend(imported.home);
        library.nodes.extend(imported.nodes);
        library.sheets.extend(imported.sheets);
        library.guides.extend(imported.guides);
        library.redirects.extend(imported.redirects);
        for (acronym, expansion) in imported.glossary.iter() {
            library.glossary.insert(acronym, expansion);
        }
        imports.push(Import { path: path.clone(), report: imported.report });
    }
    (library, imports)
}

/// The editor's own places and the imported ones, and the outlines, into the library.
fn lists(
    bundle: &Bundle,
    own: &[crate::place::Place],
    library: &mut Library,
    faults: &mut Faults,
) -> Vec<(PathBuf, import::Report)> {
    match import::run(own.to_vec(), &bundle.imports.outlines, &bundle.imports.lists) {
        Ok(imported) => {
            library.places = imported.places;
            library.outlines = imported.outlines;
            imported.reports
        }
        Err(fault) => {
            library.places = own.to_vec();
            faults.add(&fault.file, fault.line, fault.message);
            Vec::new()
        }
    }
}

/// Hangs sheets and guides into themes and folders.
struct Builder<'a> {
    bundle: &'a Bundle,
    file: &'a Path,
    /// Every file was read.
    complete: bool,
    faults: &'a mut Faults,
    /// Entries of each theme or folder, in the order of their titles.
    filled: BTreeMap<String, Vec<Entry>>,
}

fn entry(target: Target, title: &str) -> Entry {
    Entry { target, title: title.to_owned(), icon: None, summary: None, group: None }
}

impl Builder<'_> {
    fn hang(&mut self, drafts: &Drafts) {
        let french = Lang::french();
        for (path, draft) in &drafts.sheets {
            let entry = entry(Target::Sheet(draft.sheet.id.clone()), &draft.sheet.title);
            self.hang_one(path, &draft.theme, draft.folder.as_ref(), entry, draft.sheet.lang == french);
        }
        for (path, draft) in &drafts.guides {
            let entry = entry(Target::Guide(draft.guide.id.clone()), &draft.guide.title);
            self.hang_one(path, &draft.theme, draft.folder.as_ref(), entry, draft.guide.lang == french);
        }
        for (id, entries) in &mut self.filled {
            entries.sort_by_cached_key(|entry| search::fold(&entry.title));
            if entries.len() > ENTRIES_MAX {
                let message = said!(
                    "« {id} » contient plus de {ENTRIES_MAX} fiches : faites des dossiers",
                    "\"{id}\" holds more than {ENTRIES_MAX} sheets : make folders"
                );
                self.faults.add(self.file, 1, message);
            }
        }
    }

    fn hang_one(
        &mut self,
        path: &Path,
        theme: &(String, usize),
        folder: Option<&(String, usize)>,
        entry: Entry,
        listed: bool,
    ) {
        let Some(known) = self.bundle.themes.iter().find(|known| known.id.as_str() == theme.0) else {
            let message = said!(
                "thème inconnu « {} » : écrivez l'id d'un [[theme]] de bundle.toml",
                "unknown theme \"{}\" : write the id of a [[theme]] of bundle.toml",
                theme.0
            );
            self.faults.add(path, theme.1, message);
            return;
        };
        let home = match folder {
            None => known.id.as_str(),
            Some((id, line)) => {
                if let Some((folder, _)) = known.folders.iter().find(|(folder, _)| folder.as_str() == id) {
                    folder.as_str()
                } else {
                    let message = said!(
                        "dossier inconnu « {id} » dans le thème « {} » : corrigez folder",
                        "unknown folder \"{id}\" in the theme \"{}\" : correct folder",
                        theme.0
                    );
                    self.faults.add(path, *line, message);
                    return;
                }
            }
        };
        // Other languages reach a sheet through its French entry.
        if listed {
            self.filled.entry(home.to_owned()).or_default().push(entry);
        }
    }

    fn nodes(&mut self, library: &Library) -> Vec<Node> {
        let taken: BTreeSet<&str> = library.nodes.iter().map(|node| node.id.as_str()).collect();
        let mut nodes = Vec::new();
        for theme in &self.bundle.themes {
            let mut entries = Vec::new();
            for (id, title) in &theme.folders {
                let Some(filled) = self.filled.get(id.as_str()) else {
                    if self.complete {
                        let message = said!(
                            "le dossier « {id} » est vide : retirez-le",
                            "the folder \"{id}\" is empty : take it out"
                        );
                        self.faults.add(self.file, theme.line, message);
                    }
                    continue;
                };
                entries.push(entry(Target::Node(id.clone()), title));
                nodes.push(node(id, NodeKind::Folder, title, Some(&theme.id), filled.clone()));
            }
            entries.extend(self.filled.get(theme.id.as_str()).cloned().unwrap_or_default());
            if entries.is_empty() && self.complete {
                let message = said!(
                    "le thème « {} » est vide : retirez-le",
                    "the theme \"{}\" is empty : take it out",
                    theme.id
                );
                self.faults.add(self.file, theme.line, message);
            }
            let mut made = node(&theme.id, NodeKind::Theme, &theme.title, None, entries);
            made.icon = Some(theme.icon.clone());
            made.summary.clone_from(&theme.summary);
            nodes.push(made);
        }
        for made in nodes.iter().filter(|made| taken.contains(made.id.as_str())) {
            let message = said!(
                "l'id « {} » est pris par l'import : changez-le",
                "the id \"{}\" is taken by the import : change it",
                made.id
            );
            self.faults.add(self.file, 1, message);
        }
        nodes
    }
}

fn node(id: &NodeId, kind: NodeKind, title: &str, parent: Option<&NodeId>, entries: Vec<Entry>) -> Node {
    Node {
        id: id.clone(),
        kind,
        title: title.to_owned(),
        icon: None,
        summary: None,
        intro: Vec::new(),
        parent: parent.cloned(),
        entries,
    }
}

/// Joins everything; nothing can fail any more.
fn join(library: &mut Library, bundle: &Bundle, drafts: Drafts, nodes: Vec<Node>) {
    let trails = trails(&nodes);
    let trail = |theme: &(String, usize), folder: Option<&(String, usize)>| {
        trails.get(folder.map_or(theme.0.as_str(), |folder| folder.0.as_str())).cloned().unwrap_or_default()
    };
    let mut life_events = Vec::new();
    for (_, draft) in drafts.sheets {
        let mut sheet: Sheet = draft.sheet;
        sheet.trail = trail(&draft.theme, draft.folder.as_ref());
        if sheet.lang == Lang::french() {
            acronyms::spell_out(&mut sheet, &bundle.glossary);
            if sheet.kind == SheetKind::LifeEvent {
                life_events.push(entry(Target::Sheet(sheet.id.clone()), &sheet.title));
            }
        }
        library.words.entry(sheet.id.clone()).or_default().extend(draft.words);
        library.sheets.retain(|other| other.id != sheet.id || other.lang != sheet.lang);
        library.sheets.push(sheet);
    }
    for (_, draft) in drafts.guides {
        let mut guide = draft.guide;
        guide.trail = trail(&draft.theme, draft.folder.as_ref());
        library.guides.retain(|other| other.id != guide.id || other.lang != guide.lang);
        library.guides.push(guide);
    }
    let mut home: Vec<Entry> = bundle
        .themes
        .iter()
        .map(|theme| Entry {
            icon: Some(theme.icon.clone()),
            summary: theme.summary.clone(),
            ..entry(Target::Node(theme.id.clone()), &theme.title)
        })
        .collect();
    home.append(&mut library.home);
    library.home = home;
    library.nodes.extend(nodes);
    list_at_home(
        library,
        LIFE_EVENTS,
        NodeKind::LifeEvents,
        ("Comment faire si…", "life-events"),
        life_events,
    );
    let places: Vec<Entry> = library
        .places
        .iter()
        .map(|place| Entry {
            summary: (place.kind != PlaceKind::Here).then(|| place.commune.clone()),
            group: library.plan.is_some().then(|| plan::group(place).to_owned()),
            ..entry(Target::Place(place.id.clone()), &place.name)
        })
        .take(ENTRIES_MAX)
        .collect();
    list_at_home(library, PLACES, NodeKind::Places, ("Lieux utiles", "places"), places);
    links::label(library);
}

/// Puts `entries` first into the node `id` of home, which is made if there is none.
fn list_at_home(
    library: &mut Library,
    id: &str,
    kind: NodeKind,
    said: (&str, &str),
    mut entries: Vec<Entry>,
) {
    if entries.is_empty() {
        return;
    }
    if let Some(node) = library.nodes.iter_mut().find(|node| node.id.as_str() == id) {
        entries.append(&mut node.entries);
        node.entries = entries;
        node.entries.truncate(ENTRIES_MAX);
        return;
    }
    let Ok(id) = NodeId::new(id) else { return };
    let icon = Some(said.1.to_owned());
    library.home.push(Entry { icon: icon.clone(), ..entry(Target::Node(id.clone()), said.0) });
    let made = node(&id, kind, said.0, None, entries);
    library.nodes.push(Node { icon, ..made });
}

/// The way from home to each node of editors.
fn trails(nodes: &[Node]) -> BTreeMap<String, Vec<Crumb>> {
    let crumb = |node: &Node| Crumb { node: node.id.clone(), title: node.title.clone() };
    let above = |node: &Node| nodes.iter().find(|other| Some(&other.id) == node.parent.as_ref()).map(crumb);
    nodes
        .iter()
        .map(|node| (node.id.as_str().to_owned(), above(node).into_iter().chain([crumb(node)]).collect()))
        .collect()
}
