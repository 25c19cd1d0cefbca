//! The five facts every procedure states before anything else: where, when, what to bring, what it demands
//! digitally, and the way that needs no internet.
//!
//! A fact that the source does not state is [`Fact::Unspecified`]; it is never guessed. The kiosk then says
//! "non précisé, demandez à l'accueil".

use crate::id::PlaceId;

/// A fact that the source states, or does not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Fact<T> {
    /// What the source says. An empty list means that it says "nothing" (nothing to bring, nothing digital).
    Stated(T),
    /// The source is silent.
    #[default]
    Unspecified,
}

impl<T> Fact<T> {
    /// The stated value, if any.
    pub fn stated(&self) -> Option<&T> {
        match self {
            Self::Stated(value) => Some(value),
            Self::Unspecified => None,
        }
    }
}

impl<T> Fact<Vec<T>> {
    /// Stated when the list holds something: for importers, where an empty list means that nothing was found.
    pub fn found(list: Vec<T>) -> Self {
        if list.is_empty() { Self::Unspecified } else { Self::Stated(list) }
    }
}

/// The five facts of a sheet. Lists hold at most [`FACT_LINES_MAX`] lines of at most [`FACT_CHARS_MAX`] characters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// Where to go ("où").
    pub place: Fact<Vec<String>>,
    /// When: opening, delay, validity.
    pub when: Fact<Vec<String>>,
    /// Papers to bring. `Stated([])` is "rien à apporter".
    pub bring: Fact<Vec<String>>,
    /// Digital requirements. `Stated([])` is "rien de numérique".
    pub digital: Fact<Vec<DigitalRequirement>>,
    /// The way that needs no internet. Where unspecified, the hall's own contact stands in.
    pub human: Fact<HumanWay>,
}

/// Most lines in one fact.
pub const FACT_LINES_MAX: usize = 14;
/// Longest line of a fact, in characters.
pub const FACT_CHARS_MAX: usize = 400;

/// One thing that a procedure silently demands of the visitor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DigitalRequirement {
    /// Which kind, for the icon and the word beside it.
    pub kind: DigitalKind,
    /// One short French sentence.
    pub text: String,
}

/// The kinds of digital requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DigitalKind {
    /// An e-mail address.
    Email,
    /// A mobile phone, often to receive a code.
    Phone,
    /// An account, most often `FranceConnect`.
    Account,
    /// Scanned or photographed papers.
    Scan,
    /// Something to print.
    Printing,
    /// Internet access.
    Internet,
    /// Payment by card online.
    Payment,
    /// A long time before a screen.
    Time,
    /// Reading French well.
    ReadingFrench,
}

impl DigitalKind {
    /// Every kind, in the order of the screens.
    pub const ALL: [Self; 9] = [
        Self::Internet,
        Self::Account,
        Self::Email,
        Self::Phone,
        Self::Scan,
        Self::Printing,
        Self::Payment,
        Self::Time,
        Self::ReadingFrench,
    ];

    /// The name used in sources and in the content file: `email`, `reading-french`…
    pub fn name(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::Account => "account",
            Self::Scan => "scan",
            Self::Printing => "printing",
            Self::Internet => "internet",
            Self::Payment => "payment",
            Self::Time => "time",
            Self::ReadingFrench => "reading-french",
        }
    }

    /// The kind with that [`name`](Self::name).
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

/// How to do it with a person: at a desk, by phone, by post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HumanWay {
    /// One or two short French sentences.
    pub text: String,
    /// A number as it is dialled, with spaces.
    pub phone: Option<String>,
    /// A place of the bundle.
    pub place: Option<PlaceId>,
}
