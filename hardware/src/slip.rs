//! The slip: what a visitor takes away on paper, as a neutral document of few kinds of elements.
//!
//! The words are the caller's; layout and pixels are [`render`]'s. A slip is checked while it is filled, so that a
//! renderer never meets one without bounds.

mod blocks;
mod fit;
pub mod fonts;
mod ink;
pub mod render;
mod table;
mod typeset;
mod words;

use thiserror::Error;

pub use blocks::{code, column_dots};
pub use fonts::{Fonts, FontsError};
pub use render::{Rendered, SlipRenderer};

/// Elements in one slip.
pub const ELEMENTS_MAX: usize = 200;
/// Characters in one text of a slip (a paragraph, a list item, a cell).
pub const TEXT_CHARS_MAX: usize = 2_000;
/// Characters in a whole slip: four times what fits on the longest paper.
pub const SLIP_CHARS_MAX: usize = 12_000;
/// Items in one list.
pub const ITEMS_MAX: usize = 60;
/// Lines to write on in one element.
pub const WRITE_IN_MAX: usize = 6;
/// Rows in one table.
pub const ROWS_MAX: usize = 60;
/// Columns in one table: more cannot be read at 3.5 mm on 72 mm.
pub const COLUMNS_MAX: usize = 4;
/// Bytes in a QR code: what fits in version 10 at medium correction, so that a module stays above 0.4 mm.
pub const QR_BYTES_MAX: usize = 200;
/// Rows of one picture.
pub const PICTURE_ROWS_MAX: u32 = 2_000;

/// Why something cannot be put on a slip, or the slip on paper.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SlipError {
    /// A bound was passed.
    #[error("slip has {found} {what}, at most {max} are printed: shorten it")]
    TooMany {
        /// What was counted: elements, characters, items, rows, columns, bytes.
        what: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        max: usize,
    },
    /// A text that must say something is empty.
    #[error("slip element \"{what}\" has no text: give it one or leave it out")]
    Empty {
        /// Which element.
        what: &'static str,
    },
    /// A picture is wider than what the margins leave.
    #[error("picture is {width} dots wide, {available} fit between the margins: draw it smaller")]
    PictureTooWide {
        /// Its width in dots.
        width: u32,
        /// What the paper offers, in dots.
        available: u32,
    },
    /// The essential elements alone pass the longest slip.
    #[error(
        "essential part of the slip is {millimetres} mm long, at most {max} mm are printed: mark less as essential or print in normal size"
    )]
    EssentialTooLong {
        /// Its length.
        millimetres: u32,
        /// The longest slip.
        max: u32,
    },
    /// Bits of a picture do not match its size.
    #[error(
        "picture of {width} x {height} dots has {bytes} bytes: rows are whole bytes, up to 832 dots and 2000 rows"
    )]
    Picture {
        /// Dots across.
        width: u32,
        /// Rows down.
        height: u32,
        /// Bytes given.
        bytes: usize,
    },
}

/// Which way the slip reads: everything is mirrored for right to left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// French, English, Vietnamese…
    LeftToRight,
    /// Arabic, Hebrew, Persian…
    RightToLeft,
}

/// How large the visitor wants it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextSize {
    /// Capitals of at least 3.5 mm (accessibility bar J1).
    Normal,
    /// Capitals of at least 6.3 mm (accessibility bar J1).
    Large,
}

/// A picture of one bit per dot: a plan, a pictogram. Rows are whole bytes, 1 is black.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Picture {
    width: u32,
    height: u32,
    bits: Vec<u8>,
}

impl Picture {
    /// A picture of `width` (up to 832) by `height` (up to [`PICTURE_ROWS_MAX`]) dots.
    pub fn new(width: u32, height: u32, bits: Vec<u8>) -> Result<Self, SlipError> {
        let fits = (1..=832).contains(&width) && (1..=PICTURE_ROWS_MAX).contains(&height);
        if !fits || bits.len() != (width.div_ceil(8) * height) as usize {
            return Err(SlipError::Picture { width, height, bytes: bits.len() });
        }
        Ok(Self { width, height, bits })
    }

    /// Dots across.
    pub const fn width(&self) -> u32 {
        self.width
    }

    /// Rows down.
    pub const fn height(&self) -> u32 {
        self.height
    }

    /// Whether the dot is black; anything outside is white.
    pub fn is_black(&self, x: u32, y: u32) -> bool {
        let at = (y * self.width.div_ceil(8) + x / 8) as usize;
        x < self.width && self.bits.get(at).is_some_and(|byte| byte & (0x80 >> (x % 8)) != 0)
    }
}

/// One element of a slip. Texts are plain Unicode; a line feed starts a new line, other controls become spaces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// The line at the very top: whose slip it is. At body size, with a rule under it.
    Header(String),
    /// What the slip is about.
    Title(String),
    /// What the next elements are about; it stays with them.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Points, one under the other; the paper may be cut between two of them.
    List(Vec<String>),
    /// A named fact: "Où", "Quand", "Téléphone".
    Labelled {
        /// The name, printed bold.
        label: String,
        /// The fact.
        text: String,
    },
    /// Rows of cells; the first row is the head. Told as pairs when the columns are too narrow for their words.
    Table(Vec<Vec<String>>),
    /// A code for a telephone, never without its text (accessibility bar J5).
    Qr {
        /// What the telephone reads.
        payload: String,
        /// The same, for people.
        beside: String,
    },
    /// A picture, as drawn: no scaling, no dither.
    Picture(Picture),
    /// Names, each with a line after it to write on by hand. Printed together or not at all.
    WriteIn(Vec<String>),
    /// A line across.
    Rule,
    /// One more gap between blocks.
    Space,
}

/// An element, whether the slip may be printed without it, and which way it reads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) element: Element,
    pub(crate) essential: bool,
    pub(crate) direction: Direction,
}

/// A slip, filled from top to bottom and bounded as it is filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slip {
    language: String,
    direction: Direction,
    /// Of what is added next.
    turned: Direction,
    size: TextSize,
    continuation: String,
    /// Whether something was left out before it was begun.
    shortened: bool,
    parts: Vec<Part>,
    chars: usize,
}

impl Slip {
    /// An empty slip. `language` is the BCP 47 tag of its words (for whoever keeps or converts slips; the layout
    /// itself follows `direction`).
    pub fn new(language: &str, direction: Direction, size: TextSize) -> Self {
        Self {
            language: clean(language).chars().take(35).collect(),
            direction,
            turned: direction,
            size,
            continuation: "Suite à l’écran".to_owned(),
            shortened: false,
            parts: Vec::new(),
            chars: 0,
        }
    }

    /// The words at the end of a slip that had to be cut, in its language ("Suite à l’écran" otherwise).
    pub fn with_continuation(mut self, words: &str) -> Result<Self, SlipError> {
        check_text("continuation", words, 60)?;
        self.continuation = clean(words);
        Ok(self)
    }

    /// Its caller left something out: it ends with the words of a slip that had to be cut, however short it is.
    #[must_use]
    pub fn shortened(mut self) -> Self {
        self.shortened = true;
        self
    }

    /// What is added from here on reads that way: French on an Arabic slip stands on the left.
    pub fn turn(&mut self, direction: Direction) -> &mut Self {
        self.turned = direction;
        self
    }

    /// Adds an element that may be left out when the slip is too long.
    pub fn push(&mut self, element: Element) -> Result<&mut Self, SlipError> {
        self.add(element, false)
    }

    /// Adds an element that is printed whatever the length: title, where, phone, human way.
    pub fn push_essential(&mut self, element: Element) -> Result<&mut Self, SlipError> {
        self.add(element, true)
    }

    /// BCP 47 tag of its words.
    pub fn language(&self) -> &str {
        &self.language
    }

    /// Which way it reads.
    pub const fn direction(&self) -> Direction {
        self.direction
    }

    /// How large it is printed.
    pub const fn size(&self) -> TextSize {
        self.size
    }

    pub(crate) const fn is_shortened(&self) -> bool {
        self.shortened
    }

    pub(crate) fn continuation(&self) -> &str {
        &self.continuation
    }

    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    fn add(&mut self, element: Element, essential: bool) -> Result<&mut Self, SlipError> {
        bounded("elements", self.parts.len() + 1, ELEMENTS_MAX)?;
        let element = checked(element)?;
        let chars = self.chars + texts(&element).map(|text| text.chars().count()).sum::<usize>();
        bounded("characters", chars, SLIP_CHARS_MAX)?;
        self.chars = chars;
        self.parts.push(Part { element, essential, direction: self.turned });
        Ok(self)
    }
}

fn bounded(what: &'static str, found: usize, max: usize) -> Result<(), SlipError> {
    if found > max { Err(SlipError::TooMany { what, found, max }) } else { Ok(()) }
}

fn check_text(what: &'static str, text: &str, max: usize) -> Result<(), SlipError> {
    if text.trim().is_empty() {
        return Err(SlipError::Empty { what });
    }
    // Bytes are a cheap upper bound: a hostile text of megabytes is not counted character by character.
    if text.len() <= max { Ok(()) } else { bounded("characters in one text", text.chars().count(), max) }
}

/// Line feeds stay, and Unicode's own separators become one: the layout library takes a text with two paragraphs in one
/// line for a bug of its caller, and panics. Every other control becomes a space: fonts have no glyph for them.
fn clean(text: &str) -> String {
    let plain = |c: char| match c {
        '\n' | '\u{2028}' | '\u{2029}' => '\n',
        c if c.is_control() => ' ',
        c => c,
    };
    text.trim().chars().map(plain).collect()
}

fn checked(element: Element) -> Result<Element, SlipError> {
    let one = |what, text: &str| -> Result<String, SlipError> {
        check_text(what, text, TEXT_CHARS_MAX)?;
        Ok(clean(text))
    };
    Ok(match element {
        Element::Header(text) => Element::Header(one("header", &text)?),
        Element::Title(text) => Element::Title(one("title", &text)?),
        Element::Heading(text) => Element::Heading(one("heading", &text)?),
        Element::Text(text) => Element::Text(one("text", &text)?),
        Element::List(items) => {
            bounded("items in a list", items.len(), ITEMS_MAX)?;
            Element::List(items.iter().map(|item| one("list item", item)).collect::<Result<_, _>>()?)
        }
        Element::Labelled { label, text } => {
            Element::Labelled { label: one("label", &label)?, text: one("labelled text", &text)? }
        }
        Element::Table(rows) => Element::Table(checked_rows(&rows)?),
        Element::Qr { payload, beside } => {
            if payload.is_empty() {
                return Err(SlipError::Empty { what: "QR code" });
            }
            bounded("bytes in a QR code", payload.len(), QR_BYTES_MAX)?;
            Element::Qr { payload, beside: one("text beside the QR code", &beside)? }
        }
        Element::WriteIn(names) => {
            bounded("lines to write on", names.len(), WRITE_IN_MAX)?;
            let names = names.iter().map(|name| one("name of a line to write on", name));
            Element::WriteIn(names.collect::<Result<_, _>>()?)
        }
        Element::Picture(_) | Element::Rule | Element::Space => element,
    })
}

fn checked_rows(rows: &[Vec<String>]) -> Result<Vec<Vec<String>>, SlipError> {
    bounded("rows in a table", rows.len(), ROWS_MAX)?;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    bounded("columns in a table", columns, COLUMNS_MAX)?;
    if columns == 0 {
        return Err(SlipError::Empty { what: "table" });
    }
    let cell = |row: &Vec<String>, column: usize| -> Result<String, SlipError> {
        let text = row.get(column).map_or("", String::as_str);
        if text.len() > TEXT_CHARS_MAX {
            bounded("characters in one text", text.chars().count(), TEXT_CHARS_MAX)?;
        }
        Ok(clean(text))
    };
    rows.iter().map(|row| (0..columns).map(|column| cell(row, column)).collect()).collect()
}

fn texts(element: &Element) -> Box<dyn Iterator<Item = &str> + '_> {
    match element {
        Element::Header(text) | Element::Title(text) | Element::Heading(text) | Element::Text(text) => {
            Box::new(std::iter::once(text.as_str()))
        }
        Element::List(items) | Element::WriteIn(items) => Box::new(items.iter().map(String::as_str)),
        Element::Labelled { label, text } => Box::new([label.as_str(), text.as_str()].into_iter()),
        Element::Table(rows) => Box::new(rows.iter().flatten().map(String::as_str)),
        Element::Qr { beside, .. } => Box::new(std::iter::once(beside.as_str())),
        Element::Picture(_) | Element::Rule | Element::Space => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slip() -> Slip {
        Slip::new("fr", Direction::LeftToRight, TextSize::Normal)
    }

    #[test]
    fn a_qr_code_without_its_text_is_refused() {
        let qr = Element::Qr { payload: "https://exemple.fr".into(), beside: " \n".into() };
        assert_eq!(slip().push(qr).unwrap_err(), SlipError::Empty { what: "text beside the QR code" });
    }

    #[test]
    fn every_bound_of_a_slip_is_a_named_refusal() {
        let many = vec!["a".to_owned(); 1_000];
        let cases = [
            (Element::Text("a".repeat(5_000_000)), "characters in one text"),
            (Element::List(many.clone()), "items in a list"),
            (Element::WriteIn(many.clone()), "lines to write on"),
            (Element::Table(vec![many.clone()]), "columns in a table"),
            (Element::Table(vec![vec![]; 1_000]), "rows in a table"),
            (Element::Qr { payload: "a".repeat(3_000), beside: "a".into() }, "bytes in a QR code"),
        ];
        for (element, expected) in cases {
            let refused = slip().push(element).unwrap_err();
            assert!(matches!(refused, SlipError::TooMany { what, .. } if what == expected), "{refused}");
        }
    }

    #[test]
    fn a_slip_takes_a_bounded_number_of_elements_and_characters() {
        let mut full = slip();
        for _ in 0..ELEMENTS_MAX {
            full.push(Element::Rule).unwrap();
        }
        assert!(matches!(full.push(Element::Rule), Err(SlipError::TooMany { what: "elements", .. })));
        let mut long = slip();
        let pushed = (0..20).take_while(|_| long.push(Element::Text("é".repeat(1_500))).is_ok()).count();
        assert_eq!(pushed, SLIP_CHARS_MAX / 1_500);
    }

    #[test]
    fn controls_become_spaces_and_line_feeds_stay() {
        let mut slip = slip();
        slip.push(Element::Text(" a\u{1b}b\nc\u{7}\u{0}".into())).unwrap();
        assert_eq!(slip.parts[0].element, Element::Text("a b\nc  ".into()));
    }

    #[test]
    fn a_picture_whose_bits_do_not_match_its_size_is_refused() {
        assert!(Picture::new(9, 2, vec![0; 4]).is_ok());
        assert!(Picture::new(9, 2, vec![0; 3]).is_err());
        assert!(Picture::new(u32::MAX, u32::MAX, vec![]).is_err());
    }
}
