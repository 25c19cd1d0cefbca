//! Identifiers: short, printable, safe in a file name, checked once when they are made.

use std::fmt;
use std::str::FromStr;

/// Longest identifier, in bytes: enough for words an editor can read in a file name.
pub const ID_BYTES_MAX: usize = 64;

/// Why a text is not an identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// Nothing between the quotes.
    #[error("empty identifier: give it 1 to {ID_BYTES_MAX} letters, digits, '-', '_' or '.'")]
    Empty,
    /// Longer than [`ID_BYTES_MAX`].
    #[error("identifier of {0} bytes: at most {ID_BYTES_MAX} are allowed")]
    TooLong(usize),
    /// A character outside ASCII letters, digits, `-`, `_`, `.`, or a leading `.` or `-`.
    #[error(
        "identifier {0:?}: only letters without accents, digits, '-', '_' and '.', and it begins with a letter or digit"
    )]
    Character(String),
    /// Not a language tag such as `fr` or `pt-br`.
    #[error(
        "language {0:?}: two or three small letters, then optional '-' parts, such as \"fr\" or \"pt-br\""
    )]
    Language(String),
}

fn check(text: &str) -> Result<(), IdError> {
    if text.is_empty() {
        return Err(IdError::Empty);
    }
    if text.len() > ID_BYTES_MAX {
        return Err(IdError::TooLong(text.len()));
    }
    let first = text.as_bytes()[0];
    let allowed = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.');
    if first.is_ascii_alphanumeric() && text.bytes().all(allowed) {
        Ok(())
    } else {
        Err(IdError::Character(text.chars().take(ID_BYTES_MAX).collect()))
    }
}

macro_rules! identifier {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Box<str>);

        impl $name {
            /// Checks `text`: 1 to [`ID_BYTES_MAX`] bytes of ASCII letters, digits, `-`, `_`, `.`.
            pub fn new(text: &str) -> Result<Self, IdError> {
                check(text).map(|()| Self(text.into()))
            }

            /// The identifier as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::new(text)
            }
        }
    };
}

identifier! {
    /// One sheet, the same in every language (`F1344`, `R46121`, `carte-identite-perdue`).
    SheetId
}
identifier! {
    /// One step of the browse tree: theme, sub-theme, folder, list of life events (`N358`).
    NodeId
}
identifier! {
    /// One place of the territory.
    PlaceId
}
identifier! {
    /// One guide (decision tree).
    GuideId
}
identifier! {
    /// One question inside a guide.
    QuestionId
}

/// A language tag in small letters: `fr`, `ar`, `pt-br`. At most 12 bytes.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lang(Box<str>);

impl Lang {
    /// Checks `text`: 2 or 3 small letters, then optional `-` parts of 2 to 4 small letters or digits.
    pub fn new(text: &str) -> Result<Self, IdError> {
        let mut parts = text.split('-');
        let primary = parts.next().unwrap_or_default();
        let small = |part: &str| part.bytes().all(|b| b.is_ascii_lowercase());
        let sub = |part: &str| {
            (2..=4).contains(&part.len())
                && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        };
        if text.len() <= 12 && (2..=3).contains(&primary.len()) && small(primary) && parts.all(sub) {
            Ok(Self(text.into()))
        } else {
            Err(IdError::Language(text.chars().take(16).collect()))
        }
    }

    /// French, the language every sheet exists in.
    pub fn french() -> Self {
        Self("fr".into())
    }

    /// The tag as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_short_ascii_words() {
        for good in ["F1344", "N358-1", "commentFaireSi", "a", "carte_1.2"] {
            assert_eq!(SheetId::new(good).unwrap().as_str(), good);
        }
        assert_eq!(SheetId::new(""), Err(IdError::Empty));
        assert_eq!(SheetId::new(&"a".repeat(65)), Err(IdError::TooLong(65)));
        for bad in ["../etc", ".x", "a b", "é", "a/b", "-a"] {
            assert!(matches!(SheetId::new(bad), Err(IdError::Character(_))), "{bad}");
        }
    }

    #[test]
    fn languages_are_small_tags() {
        for good in ["fr", "ar", "pt-br", "zh-hant"] {
            assert_eq!(Lang::new(good).unwrap().as_str(), good);
        }
        for bad in ["", "FR", "f", "fr-", "français", "fr_FR", "abcd-efgh-ijkl"] {
            assert!(Lang::new(bad).is_err(), "{bad}");
        }
    }
}
