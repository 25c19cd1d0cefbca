//! What visitors will see change from one content file to another.
//!
//! Records whose bytes are equal are not unpacked: an update of a few sheets is told in milliseconds. What is told is
//! bounded by [`Bounds`]; what is counted is everything.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::parts::{self, Change, Part};
use super::text;
pub use crate::file::Fate;
use crate::file::{self, ContentFile, ReadError, Table};
use crate::id::{GuideId, IdError, Lang, NodeId, PlaceId, SheetId};

/// How much is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Titles in the [`Summary`].
    pub titles: usize,
    /// Items of each kind told in detail.
    pub items: usize,
}

/// How many records of one kind came, went or changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// New ones.
    pub added: usize,
    /// Gone ones.
    pub removed: usize,
    /// Ones with other words.
    pub changed: usize,
}

impl Counts {
    fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Added => self.added += 1,
            Fate::Removed => self.removed += 1,
            Fate::Changed => self.changed += 1,
        }
    }

    /// Nothing came, went or changed.
    pub fn is_zero(self) -> bool {
        self == Self::default()
    }
}

/// The whole change in a few lines: for a receipt.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Sheets, every language counted.
    pub sheets: Counts,
    /// Sheets of which only the date, source or way from home changed.
    pub redated: usize,
    /// Guides.
    pub guides: Counts,
    /// Places.
    pub places: Counts,
    /// Themes and folders.
    pub themes: Counts,
    /// Old identifiers that lead elsewhere now.
    pub redirects: Counts,
    /// Acronyms.
    pub acronyms: Counts,
    /// The hall's name, address, phone or hours changed.
    pub hall: bool,
    /// The list of themes on home changed.
    pub home: bool,
    /// Titles of sheets that were added, removed or changed, in the order of their identifiers; at most [`Bounds::titles`].
    pub titles: Vec<(Fate, String)>,
    /// Such sheets beyond the bound.
    pub more: usize,
}

impl Summary {
    /// A visitor sees no difference.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// What an item is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// The hall.
    Hall,
    /// Home: the list of themes.
    Home,
    /// A sheet.
    Sheet,
    /// A guide.
    Guide,
    /// A place.
    Place,
    /// A theme or folder.
    Theme,
    /// An old identifier.
    Redirect,
    /// An acronym.
    Acronym,
}

/// One thing that a visitor will see change.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// What it is.
    pub kind: Kind,
    /// What became of it.
    pub fate: Fate,
    /// Its identifier; the acronym; empty for hall and home.
    pub id: String,
    /// Its language; empty where there is none.
    pub lang: String,
    /// Its new title, or its last one.
    pub title: String,
    /// What changed in it, facts first.
    pub changes: Vec<Change>,
}

/// The difference of two content files.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Diff {
    /// In a few lines.
    pub summary: Summary,
    /// In detail, by kind and identifier; at most [`Bounds::items`] of each kind.
    pub items: Vec<Item>,
    /// Items beyond the bound.
    pub more: usize,
}

/// Compares two content files.
pub fn diff(old: &ContentFile, new: &ContentFile, bounds: Bounds) -> Result<Diff, ReadError> {
    let mut told = Teller { old, new, bounds, diff: Diff::default(), kind: None };
    told.hall_and_home()?;
    told.records(Table::Sheets, Kind::Sheet)?;
    told.records(Table::Guides, Kind::Guide)?;
    told.records(Table::Places, Kind::Place)?;
    told.records(Table::Nodes, Kind::Theme)?;
    told.pairs(Kind::Redirect, &old.redirects()?, &new.redirects()?);
    let acronyms = [old.glossary()?, new.glossary()?].map(|glossary| {
        glossary.iter().map(|(acronym, said)| (acronym.to_owned(), said.to_owned())).collect::<Pairs>()
    });
    told.pairs(Kind::Acronym, &acronyms[0], &acronyms[1]);
    Ok(told.diff)
}

type Pairs = BTreeMap<String, String>;

/// A title and what changed, of a record that both files or one of them hold.
struct Compared {
    title: String,
    changes: Vec<Change>,
}

struct Teller<'a> {
    old: &'a ContentFile,
    new: &'a ContentFile,
    bounds: Bounds,
    diff: Diff,
    /// The kind that is told now, and how many items of it were told.
    kind: Option<(Kind, usize)>,
}

impl Teller<'_> {
    fn tell(&mut self, item: Item) {
        let told = match self.kind {
            Some((kind, told)) if kind == item.kind => told,
            _ => 0,
        };
        if told < self.bounds.items {
            self.kind = Some((item.kind, told + 1));
            self.diff.items.push(item);
        } else {
            self.diff.more += 1;
        }
    }

    fn hall_and_home(&mut self) -> Result<(), ReadError> {
        let item = |kind, title: &str, changes| {
            let (fate, title) = (Fate::Changed, title.to_owned());
            Item { kind, fate, id: String::new(), lang: String::new(), title, changes }
        };
        let halls = [self.old, self.new].map(|file| &file.info().hall);
        let changes = parts::lines(&text::hall(halls[0]), &text::hall(halls[1]));
        if !changes.is_empty() {
            self.diff.summary.hall = true;
            self.tell(item(Kind::Hall, &halls[1].name, changes));
        }
        let homes = [self.old.home()?, self.new.home()?]
            .map(|home| home.iter().map(|entry| entry.title.as_str()).collect::<Vec<_>>().join("\n"));
        let changes = parts::lines(&homes[0], &homes[1]);
        if !changes.is_empty() {
            self.diff.summary.home = true;
            self.tell(item(Kind::Home, &self.new.info().title, changes));
        }
        Ok(())
    }

    fn records(&mut self, table: Table, kind: Kind) -> Result<(), ReadError> {
        for difference in file::differences(self.old, self.new, table)? {
            let file::Difference { id, lang, fate } = difference;
            let (old, new) = match fate {
                Fate::Added => (None, Some(self.new)),
                Fate::Removed => (Some(self.old), None),
                Fate::Changed => (Some(self.old), Some(self.new)),
            };
            let damaged = |error: IdError| self.new.damaged("identifiers", error.to_string());
            let compared = match table {
                Table::Sheets => {
                    let (id, lang) =
                        (SheetId::new(&id).map_err(damaged)?, Lang::new(&lang).map_err(damaged)?);
                    let read = |file: &ContentFile| file.sheet(&id, &lang);
                    compare(old, new, read, |sheet| sheet.title.clone(), parts::sheet)?
                }
                Table::Guides => {
                    let (id, lang) =
                        (GuideId::new(&id).map_err(damaged)?, Lang::new(&lang).map_err(damaged)?);
                    let read = |file: &ContentFile| file.guide(&id, &lang);
                    compare(old, new, read, |guide| guide.title.clone(), parts::guide)?
                }
                Table::Places => {
                    let id = PlaceId::new(&id).map_err(damaged)?;
                    compare(old, new, |file| file.place(&id), |place| place.name.clone(), parts::place)?
                }
                Table::Nodes => {
                    let id = NodeId::new(&id).map_err(damaged)?;
                    let lines = |old: &_, new: &_| parts::lines(&text::node(old), &text::node(new));
                    compare(old, new, |file| file.node(&id), |node| node.title.clone(), lines)?
                }
            };
            if let Some(Compared { title, changes }) = compared {
                self.record(Item { kind, fate, id, lang, title, changes });
            }
        }
        Ok(())
    }

    /// Counts and tells a record, unless a visitor sees no difference.
    fn record(&mut self, item: Item) {
        if item.fate == Fate::Changed && item.changes.is_empty() {
            return;
        }
        let summary = &mut self.diff.summary;
        let aside = |change: &Change| matches!(change.part, Part::Date | Part::Source | Part::Way);
        if item.kind == Kind::Sheet && item.fate == Fate::Changed && item.changes.iter().all(aside) {
            summary.redated += 1;
            return;
        }
        match item.kind {
            Kind::Sheet => {
                summary.sheets.count(item.fate);
                if summary.titles.len() < self.bounds.titles {
                    summary.titles.push((item.fate, item.title.clone()));
                } else {
                    summary.more += 1;
                }
            }
            Kind::Guide => summary.guides.count(item.fate),
            Kind::Place => summary.places.count(item.fate),
            Kind::Theme => summary.themes.count(item.fate),
            Kind::Redirect => summary.redirects.count(item.fate),
            Kind::Acronym => summary.acronyms.count(item.fate),
            Kind::Hall | Kind::Home => {}
        }
        self.tell(item);
    }

    fn pairs(&mut self, kind: Kind, old: &Pairs, new: &Pairs) {
        let keys: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
        for key in keys {
            let fate = match (old.get(key), new.get(key)) {
                (Some(old), Some(new)) if old == new => continue,
                (Some(_), Some(_)) => Fate::Changed,
                (Some(_), None) => Fate::Removed,
                _ => Fate::Added,
            };
            let [before, after] = [old, new].map(|pairs| pairs.get(key).map_or("", String::as_str));
            let changes = parts::lines(before, after);
            let title = if fate == Fate::Removed { before } else { after }.to_owned();
            self.record(Item { kind, fate, id: key.clone(), lang: String::new(), title, changes });
        }
    }
}

/// Reads a record from the files that have it, and compares it where both do.
fn compare<T>(
    old: Option<&ContentFile>,
    new: Option<&ContentFile>,
    read: impl Fn(&ContentFile) -> Result<Option<T>, ReadError>,
    title: impl Fn(&T) -> String,
    changes: impl Fn(&T, &T) -> Vec<Change>,
) -> Result<Option<Compared>, ReadError> {
    let old = old.map(&read).transpose()?.flatten();
    let new = new.map(&read).transpose()?.flatten();
    let Some(title) = new.as_ref().or(old.as_ref()).map(title) else { return Ok(None) };
    let changes = match (&old, &new) {
        (Some(old), Some(new)) => changes(old, new),
        _ => Vec::new(),
    };
    Ok(Some(Compared { title, changes }))
}
