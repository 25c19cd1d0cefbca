//! Domain types, importers, the content file and search.
//!
//! The path of a text: a source folder or a publisher's archive  is read into a [`Library`],
//! turned the library into one SQLite file, [`ContentFile`] reads that file on the kiosk, and
//! [`SearchIndex`] answers while the visitor types. Nothing here knows a screen, a printer or a clock.

pub mod area;
pub mod browse;
pub mod date;
pub mod dila;
pub mod editor;
pub mod evaluate;
pub mod facts;
pub mod file;
pub mod glossary;
pub mod guide;
pub mod id;
pub mod import;
pub mod library;
pub mod outline;
pub mod place;
pub mod plain;
pub mod search;
pub mod sheet;
mod simplify;
pub mod source;

pub use browse::{Entry, Link, Node, NodeKind, Target};
pub use date::Date;
pub use facts::{DigitalKind, DigitalRequirement, Fact, Facts, HumanWay};
pub use file::{ContentFile, OpenError, ReadError};
pub use glossary::Glossary;
pub use guide::{Answer, Guide, Next, Question};
pub use id::{GuideId, IdError, Lang, NodeId, PlaceId, QuestionId, SheetId};
pub use library::{Hall, Info, Library};
pub use outline::Outline;
pub use place::{OpeningHours, Place, PlaceKind, Position, TimeRange, Weekday};
pub use search::{Hit, HitKind, Reason, Results, SearchIndex};
pub use sheet::{Block, Case, Crumb, NoteKind, Section, Sheet, SheetKind, Source};
