//! A sheet: the short version, the facts, then the details behind titles and choices.

use crate::browse::Link;
use crate::date::Date;
use crate::facts::Facts;
use crate::id::{Lang, NodeId, SheetId};

/// Most paragraphs in the short version (accessibility bar H4: at most 3 lines first).
pub const SUMMARY_MAX: usize = 3;
/// Deepest nesting of blocks. No sheet of the DILA dump of March 2024 goes beyond it.
pub const BLOCK_DEPTH_MAX: usize = 24;
/// Most blocks in one sheet, at every depth together.
pub const BLOCKS_MAX: usize = 60_000;

/// One sheet in one language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Its identifier, the same in every language.
    pub id: SheetId,
    /// The language of the words.
    pub lang: Lang,
    /// What the sheet describes.
    pub kind: SheetKind,
    /// The title, without markup.
    pub title: String,
    /// The short version: at most [`SUMMARY_MAX`] paragraphs.
    pub summary: Vec<String>,
    /// Where, when, papers, digital requirements, human way.
    pub facts: Facts,
    /// The details, in order.
    pub sections: Vec<Section>,
    /// Who says so.
    pub source: Source,
    /// The day the publisher or editor last checked it ("à jour au …").
    pub checked: Option<Date>,
    /// A fictitious sheet: the screen and the slip say "démonstration".
    pub demonstration: bool,
    /// The way from home: theme, sub-theme, folder, the outermost first. Empty for sheets outside the tree.
    pub trail: Vec<Crumb>,
}

/// One step of the way from home to a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Crumb {
    /// The node.
    pub node: NodeId,
    /// Its title.
    pub title: String,
}

/// What a sheet describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum SheetKind {
    /// A right or a procedure.
    Procedure,
    /// The answer to one question.
    Question,
    /// An event of life with its list of procedures.
    LifeEvent,
    /// A service used over the internet.
    OnlineService,
    /// A paper or PDF form.
    Form,
    /// A model letter.
    Letter,
    /// A simulator on the internet.
    Simulator,
    /// A search tool on the internet.
    SearchTool,
    /// A short answer that the hall's own staff give to a local question.
    StaffAnswer,
}

impl SheetKind {
    /// Every kind, in the order of their numbers in the content file.
    pub const ALL: [Self; 9] = [
        Self::Procedure,
        Self::Question,
        Self::LifeEvent,
        Self::OnlineService,
        Self::Form,
        Self::Letter,
        Self::Simulator,
        Self::SearchTool,
        Self::StaffAnswer,
    ];

    /// The name in sources and in the content file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Procedure => "procedure",
            Self::Question => "question",
            Self::LifeEvent => "life-event",
            Self::OnlineService => "online-service",
            Self::Form => "form",
            Self::Letter => "letter",
            Self::Simulator => "simulator",
            Self::SearchTool => "search-tool",
            Self::StaffAnswer => "answer",
        }
    }

    /// Something to do or to fill in elsewhere, rather than something to read.
    pub fn is_service(self) -> bool {
        !matches!(self, Self::Procedure | Self::Question | Self::LifeEvent | Self::StaffAnswer)
    }

    /// Whether such a sheet owes the visitor the five facts: what it does not state is then said to be missing.
    pub fn owes_facts(self) -> bool {
        self != Self::StaffAnswer
    }

    /// The kind with that [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// Who publishes the information.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The publisher ("Service-Public.fr / DILA").
    pub publisher: String,
    /// The publisher's own reference ("F1344").
    pub reference: Option<String>,
    /// The address of the original.
    pub url: Option<String>,
}

/// A titled part of a sheet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// The title; empty only for text that the source gives no title.
    pub title: String,
    /// What stands under it.
    pub blocks: Vec<Block>,
}

/// One piece of text. Strings hold one paragraph of plain text, every acronym spelled out where it first appears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// A paragraph.
    Paragraph(String),
    /// A list; an item holds blocks, mostly one paragraph.
    List {
        /// Numbered, in the order of the steps.
        ordered: bool,
        /// The items.
        items: Vec<Vec<Block>>,
    },
    /// A table of plain cells. `header` is empty or as long as the rows; short rows were padded with empty cells.
    Table {
        /// The title of the table.
        caption: Option<String>,
        /// The heads of the columns.
        header: Vec<String>,
        /// The rows.
        rows: Vec<Vec<String>>,
    },
    /// A remark set apart.
    Note {
        /// Why it stands apart.
        kind: NoteKind,
        /// Its own title.
        title: Option<String>,
        /// Its text.
        blocks: Vec<Block>,
    },
    /// Situations of which the visitor picks one. Never shown as one wall of text.
    Choices {
        /// The question, if the source asks one.
        question: Option<String>,
        /// The situations, at least one.
        cases: Vec<Case>,
    },
    /// A titled part inside a section.
    SubSection {
        /// The title.
        title: String,
        /// What stands under it.
        blocks: Vec<Block>,
    },
    /// A way to something else.
    Link {
        /// Where to.
        target: Link,
        /// The words on the button.
        label: String,
    },
    /// An office, a phone line, a desk.
    Contact {
        /// Its name.
        title: String,
        /// Days, hours, addresses, remarks, as the source gives them.
        blocks: Vec<Block>,
        /// The first phone number that the source states.
        phone: Option<String>,
        /// An address on the internet.
        url: Option<String>,
    },
}

/// One situation of [`Block::Choices`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Case {
    /// The words on the button ("Vous êtes locataire").
    pub title: String,
    /// What holds in that situation.
    pub blocks: Vec<Block>,
}

/// Why a note stands apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NoteKind {
    /// Good to know.
    Info,
    /// Take care.
    Warning,
    /// Said before, said again.
    Reminder,
    /// An example.
    Example,
    /// What a word means.
    Definition,
    /// A service on the internet or a form, with its address.
    Service,
    /// The text holds only under a condition that the title states.
    Condition,
    /// What a picture or a film shows.
    Picture,
    /// The law the text rests on.
    Law,
}

impl NoteKind {
    /// Every kind.
    pub const ALL: [Self; 9] = [
        Self::Info,
        Self::Warning,
        Self::Reminder,
        Self::Example,
        Self::Definition,
        Self::Service,
        Self::Condition,
        Self::Picture,
        Self::Law,
    ];

    /// The name in the content file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Reminder => "reminder",
            Self::Example => "example",
            Self::Definition => "definition",
            Self::Service => "service",
            Self::Condition => "condition",
            Self::Picture => "picture",
            Self::Law => "law",
        }
    }

    /// The kind with that [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}
