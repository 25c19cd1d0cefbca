//! The browse tree: from home to every sheet by touch alone, theme › sub-theme › folder › sheet.

use crate::id::{GuideId, NodeId, PlaceId, SheetId};
use crate::sheet::Block;

/// Deepest way from home to a sheet, in taps (accessibility bar H1).
pub const TAPS_MAX: usize = 4;
/// Most entries in one node. Screens page them by seven.
pub const ENTRIES_MAX: usize = 600;

/// What a choice, a link or a search hit leads to inside the content.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Target {
    /// A step of the browse tree.
    Node(NodeId),
    /// A sheet, in the session's language or French.
    Sheet(SheetId),
    /// A guide.
    Guide(GuideId),
    /// A place.
    Place(PlaceId),
}

impl Target {
    /// The bare identifier, without its kind.
    pub fn id(&self) -> &str {
        match self {
            Self::Node(id) => id.as_str(),
            Self::Sheet(id) => id.as_str(),
            Self::Guide(id) => id.as_str(),
            Self::Place(id) => id.as_str(),
        }
    }
}

/// Where a link in a text leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Link {
    /// To something in this content.
    Inside(Target),
    /// To an address on the internet (`https://…`): shown as a QR code or printed, never opened by the kiosk.
    Web(String),
}

/// One choice in a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// What it opens.
    pub target: Target,
    /// The words on the button.
    pub title: String,
    /// The name of a pictogram; always present on home entries of an editor's bundle.
    pub icon: Option<String>,
    /// One line more.
    pub summary: Option<String>,
    /// The sub-title this entry stands under in its list ("Pour un mineur"); equal in neighbours of one group.
    pub group: Option<String>,
}

/// What a node is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NodeKind {
    /// A theme of home.
    Theme,
    /// A part of a theme.
    SubTheme,
    /// A folder of sheets.
    Folder,
    /// The list of life events ("Comment faire si…").
    LifeEvents,
    /// The list of places.
    Places,
}

/// One step of the browse tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its identifier.
    pub id: NodeId,
    /// What it is.
    pub kind: NodeKind,
    /// The words on the button.
    pub title: String,
    /// The name of a pictogram.
    pub icon: Option<String>,
    /// One line that says what is inside.
    pub summary: Option<String>,
    /// Text of the folder itself, if the publisher wrote some.
    pub intro: Vec<Block>,
    /// The node above; `None` on home.
    pub parent: Option<NodeId>,
    /// What is inside, in the publisher's or editor's order; at most [`ENTRIES_MAX`].
    pub entries: Vec<Entry>,
}
