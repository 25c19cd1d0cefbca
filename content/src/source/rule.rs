//! What sheets are held to: the rules by name, as `check --json` says them.

use std::fmt;

/// A rule of content. Editors' sheets must keep it; of imports, sheets that do not are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The form of the files: keys, names, bounds, what a kiosk can show.
    Format,
    /// Where, when, what to bring, digital requirements.
    Fact,
    /// The way that needs no internet.
    HumanWay,
    /// Who says so.
    Source,
    /// The day of the last check, which is no later than today.
    Date,
    /// The last check is not too long ago.
    Expired,
    /// Short sentences in the short version (accessibility bar H3).
    Sentence,
    /// Every acronym is explained (accessibility bar H9).
    Acronym,
    /// Links inside the content lead somewhere.
    Link,
    /// Each language says what French says.
    Translation,
    /// Pictures have a text and a licence.
    Picture,
    /// Files of a publisher that could be read.
    Import,
}

impl Rule {
    /// Every rule, in the order of reports.
    pub const ALL: [Self; 12] = [
        Self::Format,
        Self::Fact,
        Self::HumanWay,
        Self::Source,
        Self::Date,
        Self::Expired,
        Self::Sentence,
        Self::Acronym,
        Self::Link,
        Self::Translation,
        Self::Picture,
        Self::Import,
    ];

    /// The name for machines.
    pub fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::Fact => "fact",
            Self::HumanWay => "human-way",
            Self::Source => "source",
            Self::Date => "date",
            Self::Expired => "expired",
            Self::Sentence => "sentence",
            Self::Acronym => "acronym",
            Self::Link => "link",
            Self::Translation => "translation",
            Self::Picture => "picture",
            Self::Import => "import",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
