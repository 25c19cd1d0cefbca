//! The browse tree of an archive: theme › sub-theme › folder › sheet from `menu.xml`, with everything the menu forgets.
//!
//! Services and forms hang under their theme, by kind; life events have a list of their own on home. So everything is
//! at most four taps from home.

use std::collections::{BTreeMap, BTreeSet};

use super::convert::Parent;
use super::folder::Folder;
use super::xml::Element;
use crate::browse::{ENTRIES_MAX, Entry, Node, NodeKind, Target};
use crate::guide::Guide;
use crate::id::NodeId;
use crate::sheet::{Crumb, Sheet, SheetKind};

/// Where each sheet and guide says that it hangs.
pub(super) type Parents = BTreeMap<String, Parent>;

/// The node of life events.
const LIFE_EVENTS: &str = "commentFaireSi";
/// The last theme: for sheets that name no theme that the menu has.
const OTHERS: &str = "autres";

pub(super) struct Tree {
    pub(super) home: Vec<Entry>,
    pub(super) nodes: Vec<Node>,
}

/// Old identifier → new identifier, as `redirections.xml` lists them.
pub(super) fn redirects(root: &Element) -> BTreeMap<String, String> {
    let pair = |element: &Element| {
        let (old, new) = (element.attribute("from")?, element.attribute("to")?);
        let valid = |id: &str| NodeId::new(id).is_ok();
        (valid(old) && valid(new)).then(|| (old.to_owned(), new.to_owned()))
    };
    root.named("Redirection").filter_map(pair).collect()
}

pub(super) fn build(
    menu: &Element,
    folders: &[Folder],
    sheets: &mut [Sheet],
    guides: &mut [Guide],
    parents: &Parents,
) -> Tree {
    let mut builder = Builder { nodes: BTreeMap::new(), home: Vec::new(), folders: BTreeMap::new() };
    builder.folders = folders.iter().map(|folder| (folder.id.as_str().to_owned(), folder)).collect();
    for item in menu.named("ItemMenu") {
        if let Some(id) = builder.item(item, None) {
            builder.home.push(id);
        }
    }
    builder.hang_forgotten(sheets, guides, parents);
    builder.hang_services(sheets, parents);
    builder.hang_life_events(sheets);
    builder.set_trails(sheets, guides, parents);
    builder.finish()
}

struct Builder<'a> {
    nodes: BTreeMap<String, Node>,
    home: Vec<NodeId>,
    folders: BTreeMap<String, &'a Folder>,
}

fn entry(target: Target, title: &str, group: Option<&str>) -> Entry {
    Entry { target, title: title.to_owned(), icon: None, summary: None, group: group.map(str::to_owned) }
}

impl Builder<'_> {
    /// One line of the menu with all below it.
    fn item(&mut self, item: &Element, parent: Option<&NodeId>) -> Option<NodeId> {
        let id = NodeId::new(item.attribute("ID")?).ok()?;
        let kind = match item.attribute("type")? {
            "Theme" => NodeKind::Theme,
            "Sous-theme" => NodeKind::SubTheme,
            "Dossier" => NodeKind::Folder,
            _ => return None,
        };
        let title = item.child("Titre").map(Element::flat_text).filter(|title| !title.is_empty())?;
        let mut entries = Vec::new();
        for child in item.named("ItemMenu") {
            if let Some(child) = self.item(child, Some(&id)) {
                let title = self.nodes.get(child.as_str()).map(|node| node.title.clone()).unwrap_or_default();
                entries.push(entry(Target::Node(child), &title, None));
            }
        }
        let mut intro = Vec::new();
        if let Some(folder) = self.folders.get(id.as_str()) {
            intro.clone_from(&folder.intro);
            let listed = folder.entries.iter().filter(|listed| {
                // A theme's own file repeats the menu.
                kind == NodeKind::Folder || !matches!(listed.target, Target::Node(_))
            });
            entries.extend(listed.map(|l| Entry {
                summary: l.summary.clone(),
                ..entry(l.target.clone(), &l.title, l.group.as_deref())
            }));
        }
        entries.truncate(ENTRIES_MAX);
        let icon = (kind == NodeKind::Theme).then(|| icon(id.as_str()).to_owned());
        let node = Node {
            id: id.clone(),
            kind,
            title,
            icon,
            summary: None,
            intro,
            parent: parent.cloned(),
            entries,
        };
        self.nodes.insert(id.as_str().to_owned(), node);
        Some(id)
    }

    fn listed(&self) -> BTreeSet<String> {
        let entries = self.nodes.values().flat_map(|node| &node.entries);
        entries.map(|entry| entry.target.id().to_owned()).collect()
    }

    /// Sheets and guides that no folder lists go into the folder they name, else under their theme.
    fn hang_forgotten(&mut self, sheets: &[Sheet], guides: &[Guide], parents: &Parents) {
        let listed = self.listed();
        let mut waiting: Vec<(Target, String)> = Vec::new();
        for sheet in
            sheets.iter().filter(|sheet| !sheet.kind.is_service() && sheet.kind != SheetKind::LifeEvent)
        {
            waiting.push((Target::Sheet(sheet.id.clone()), sheet.title.clone()));
        }
        for guide in guides {
            waiting.push((Target::Guide(guide.id.clone()), guide.title.clone()));
        }
        for (target, title) in waiting.into_iter().filter(|(target, _)| !listed.contains(target.id())) {
            let parent = parents.get(target.id()).cloned().unwrap_or_default();
            let named = parent.folder.into_iter().chain(parent.themes);
            let home =
                named.into_iter().find(|id| self.nodes.contains_key(id)).unwrap_or_else(|| self.others());
            let group =
                if matches!(target, Target::Guide(_)) { "Selon votre situation" } else { "Autres fiches" };
            self.add(&home, entry(target, &title, Some(group)));
        }
    }

    /// Services and forms: theme › "Services et formulaires" › kind › service.
    fn hang_services(&mut self, sheets: &[Sheet], parents: &Parents) {
        for sheet in sheets.iter().filter(|sheet| sheet.kind.is_service()) {
            let themes =
                parents.get(sheet.id.as_str()).map(|parent| parent.themes.clone()).unwrap_or_default();
            let mut known: Vec<String> =
                themes.into_iter().filter(|id| self.nodes.contains_key(id)).collect();
            if known.is_empty() {
                known.push(self.others());
            }
            for theme in known {
                let all = format!("{theme}-services");
                let kind = format!("{theme}-{}", sheet.kind.name());
                self.ensure(&all, NodeKind::SubTheme, "Services et formulaires", &theme);
                self.ensure(&kind, NodeKind::SubTheme, kind_title(sheet.kind), &all);
                self.add(&kind, entry(Target::Sheet(sheet.id.clone()), &sheet.title, None));
            }
        }
    }

    fn hang_life_events(&mut self, sheets: &[Sheet]) {
        let mut entries: Vec<Entry> = sheets
            .iter()
            .filter(|sheet| sheet.kind == SheetKind::LifeEvent)
            .map(|sheet| entry(Target::Sheet(sheet.id.clone()), &sheet.title, None))
            .collect();
        entries.truncate(ENTRIES_MAX);
        let Ok(id) = NodeId::new(LIFE_EVENTS) else { return };
        if entries.is_empty() {
            return;
        }
        let node = Node {
            id: id.clone(),
            kind: NodeKind::LifeEvents,
            title: "Comment faire si…".to_owned(),
            icon: Some("life-events".to_owned()),
            summary: None,
            intro: Vec::new(),
            parent: None,
            entries,
        };
        self.nodes.insert(LIFE_EVENTS.to_owned(), node);
        self.home.push(id);
    }

    fn others(&mut self) -> String {
        if !self.nodes.contains_key(OTHERS)
            && let Ok(id) = NodeId::new(OTHERS)
        {
            let icon = Some("other".to_owned());
            let (title, entries) = ("Autres sujets".to_owned(), Vec::new());
            let node = Node {
                id: id.clone(),
                kind: NodeKind::Theme,
                title,
                icon,
                summary: None,
                intro: Vec::new(),
                parent: None,
                entries,
            };
            self.nodes.insert(OTHERS.to_owned(), node);
            self.home.push(id);
        }
        OTHERS.to_owned()
    }

    fn ensure(&mut self, id: &str, kind: NodeKind, title: &str, parent: &str) {
        if self.nodes.contains_key(id) {
            return;
        }
        let (Ok(node), Ok(above)) = (NodeId::new(id), NodeId::new(parent)) else { return };
        let (title, entries) = (title.to_owned(), Vec::new());
        self.add(parent, entry(Target::Node(node.clone()), &title, None));
        let made = Node {
            id: node,
            kind,
            title,
            icon: None,
            summary: None,
            intro: Vec::new(),
            parent: Some(above),
            entries,
        };
        self.nodes.insert(id.to_owned(), made);
    }

    fn add(&mut self, node: &str, entry: Entry) {
        if let Some(node) = self.nodes.get_mut(node)
            && node.entries.len() < ENTRIES_MAX
        {
            node.entries.push(entry);
        }
    }

    /// The trail of a sheet: the folder it names, else the shallowest that lists it.
    fn set_trails(&self, sheets: &mut [Sheet], guides: &mut [Guide], parents: &Parents) {
        let mut listing: BTreeMap<&str, &Node> = BTreeMap::new();
        for node in self.nodes.values() {
            for entry in node.entries.iter().filter(|entry| entry.group.as_deref() != Some("Voir aussi")) {
                listing.entry(entry.target.id()).or_insert(node);
            }
        }
        let trail = |id: &str| {
            let named =
                parents.get(id).and_then(|parent| parent.folder.as_ref()).and_then(|f| self.nodes.get(f));
            self.trail(named.or_else(|| listing.get(id).copied()))
        };
        for sheet in sheets {
            sheet.trail = trail(sheet.id.as_str());
        }
        for guide in guides {
            guide.trail = trail(guide.id.as_str());
        }
    }

    fn trail(&self, from: Option<&Node>) -> Vec<Crumb> {
        let mut trail = Vec::new();
        let mut at = from;
        while let Some(node) = at.filter(|_| trail.len() < crate::browse::TAPS_MAX) {
            trail.push(Crumb { node: node.id.clone(), title: node.title.clone() });
            at = node.parent.as_ref().and_then(|parent| self.nodes.get(parent.as_str()));
        }
        trail.reverse();
        trail
    }

    fn finish(self) -> Tree {
        let home = self.home.iter().filter_map(|id| self.nodes.get(id.as_str()));
        let home = home
            .map(|node| Entry {
                icon: node.icon.clone(),
                ..entry(Target::Node(node.id.clone()), &node.title, None)
            })
            .collect();
        Tree { home, nodes: self.nodes.into_values().collect() }
    }
}

fn kind_title(kind: SheetKind) -> &'static str {
    match kind {
        SheetKind::Form => "Formulaires",
        SheetKind::Letter => "Modèles de lettre",
        SheetKind::Simulator => "Simulateurs",
        SheetKind::SearchTool => "Outils de recherche",
        SheetKind::OnlineService
        | SheetKind::Procedure
        | SheetKind::Question
        | SheetKind::LifeEvent
        | SheetKind::StaffAnswer => "Services en ligne",
    }
}

/// The pictogram of each of the publisher's eleven themes.
fn icon(theme: &str) -> &'static str {
    match theme {
        "N19810" => "papers",
        "N19805" => "family",
        "N19811" => "health",
        "N19806" => "work",
        "N19808" => "housing",
        "N19812" => "transport",
        "N19803" => "money",
        "N19807" => "justice",
        "N19804" => "world",
        "N19809" => "leisure",
        "N31931" => "association",
        _ => "theme",
    }
}
