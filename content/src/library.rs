//! A whole bundle in memory, between the importers and the file writer. The kiosk never holds one.

use std::collections::BTreeMap;

use crate::browse::{Entry, Node};
use crate::date::Date;
use crate::glossary::Glossary;
use crate::guide::Guide;
use crate::id::{Lang, SheetId};
use crate::outline::Outline;
use crate::place::{OpeningHours, Place, Position};
use crate::search::Lexicon;
use crate::sheet::Sheet;

/// The hall that shows the content: the human way wherever a sheet states none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hall {
    /// "France Services du Val-de-Meu".
    pub name: String,
    /// The lines of the address.
    pub address: Vec<String>,
    /// The number as it is dialled, with spaces.
    pub phone: Option<String>,
    /// When a person is there.
    pub hours: OpeningHours,
    /// Where it is: the position of the place of its name.
    pub position: Option<Position>,
}

/// What a content file says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Info {
    /// The bundle's identifier (`val-de-meu`).
    pub bundle: String,
    /// Its title.
    pub title: String,
    /// The hall.
    pub hall: Hall,
    /// Languages of the sheets, French first.
    pub languages: Vec<Lang>,
    /// The newest date of a sheet: a lower bound of today.
    pub newest: Option<Date>,
    /// A fictitious bundle.
    pub demonstration: bool,
    /// Sheets, every language counted.
    pub sheets: u32,
    /// Guides.
    pub guides: u32,
    /// Places.
    pub places: u32,
}

/// Everything that goes into one content file.
#[derive(Debug, Clone)]
pub struct Library {
    /// The bundle's identifier.
    pub bundle: String,
    /// Its title.
    pub title: String,
    /// A fictitious bundle.
    pub demonstration: bool,
    /// The hall.
    pub hall: Hall,
    /// Home, in order.
    pub home: Vec<Entry>,
    /// Every node of the browse tree.
    pub nodes: Vec<Node>,
    /// Every sheet.
    pub sheets: Vec<Sheet>,
    /// Everyday words for search, by sheet.
    pub words: BTreeMap<SheetId, Vec<String>>,
    /// Every guide.
    pub guides: Vec<Guide>,
    /// Every place.
    pub places: Vec<Place>,
    /// Outlines of communes, by INSEE code.
    pub outlines: Vec<Outline>,
    /// The map of the area, where there is anything to draw and the position of the hall is known.
    pub area: Option<parvis_plan::area::Area>,
    /// The plan of the hall, where its editor drew one.
    pub plan: Option<parvis_plan::Plan>,
    /// Old identifier → new identifier, as the publisher lists them.
    pub redirects: BTreeMap<String, String>,
    /// Acronyms.
    pub glossary: Glossary,
    /// What people say → what the sheets say: the editor's lines, then those that come with Parvis.
    pub lexicon: Lexicon,
}
