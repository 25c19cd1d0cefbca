//! One XML file as a small tree, with bounds; document types and foreign entities are refused.

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

/// Deepest nesting of elements. The dump of March 2024 reaches 23.
pub const DEPTH_MAX: usize = 48;
/// Most elements in one file. The largest sheet of the dump of March 2024 has 41,206.
pub const ELEMENTS_MAX: usize = 200_000;

/// The rule that an XML file breaks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum XmlError {
    /// Bytes that are no UTF-8, or another encoding announced.
    #[error("not UTF-8 (byte {0}): save it as UTF-8")]
    Encoding(usize),
    /// A document type: entity bombs and foreign files come that way.
    #[error("a <!DOCTYPE>, which no file of the publisher has")]
    DocumentType,
    /// An entity other than the five of XML.
    #[error("unknown entity &{0};")]
    Entity(String),
    /// Deeper than [`DEPTH_MAX`].
    #[error("elements nested more than {DEPTH_MAX} deep")]
    TooDeep,
    /// More than [`ELEMENTS_MAX`].
    #[error("more than {ELEMENTS_MAX} elements")]
    TooMany,
    /// Not well-formed.
    #[error("not well-formed at byte {at}: {reason}")]
    Malformed {
        /// Where, in bytes.
        at: u64,
        /// What the parser says.
        reason: String,
    },
    /// Nothing but white space.
    #[error("empty file")]
    Empty,
}

/// An element with its attributes and content.
#[derive(Debug, Default)]
pub(super) struct Element {
    pub(super) name: String,
    attributes: Vec<(String, String)>,
    pub(super) content: Vec<Piece>,
}

/// What stands inside an element.
#[derive(Debug)]
pub(super) enum Piece {
    Text(String),
    Element(Element),
}

impl Element {
    pub(super) fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn children(&self) -> impl Iterator<Item = &Self> {
        self.content.iter().filter_map(|piece| match piece {
            Piece::Element(element) => Some(element),
            Piece::Text(_) => None,
        })
    }

    pub(super) fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Self> {
        self.children().filter(move |child| child.name == name)
    }

    pub(super) fn child(&self, name: &str) -> Option<&Self> {
        self.children().find(|child| child.name == name)
    }

    /// Every element below, in document order, this one first.
    pub(super) fn descend<'a>(&'a self, visit: &mut dyn FnMut(&'a Self)) {
        visit(self);
        for child in self.children() {
            child.descend(visit);
        }
    }

    /// All text below as one tidy line of readable characters.
    pub(super) fn flat_text(&self) -> String {
        let mut raw = String::new();
        self.push_text(&mut raw);
        crate::plain::line(&raw)
    }

    fn push_text(&self, out: &mut String) {
        for piece in &self.content {
            match piece {
                Piece::Text(text) => out.push_str(text),
                Piece::Element(element) => {
                    element.push_text(out);
                    // Paragraphs of a title or a cell must not run into each other.
                    if element.name == "Paragraphe" {
                        out.push(' ');
                    }
                }
            }
        }
    }
}

/// Parses one file.
pub(super) fn parse(bytes: &[u8]) -> Result<Element, XmlError> {
    let text = std::str::from_utf8(bytes).map_err(|error| XmlError::Encoding(error.valid_up_to()))?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut open: Vec<Element> = vec![Element::default()];
    let mut count = 0_usize;
    loop {
        let event = reader.read_event();
        let at = reader.buffer_position();
        let malformed = |reason: String| XmlError::Malformed { at, reason };
        match event.map_err(|error| malformed(error.to_string()))? {
            Event::Start(start) => {
                count += 1;
                if open.len() > DEPTH_MAX {
                    return Err(XmlError::TooDeep);
                }
                open.push(element(&start).map_err(malformed)?);
            }
            Event::Empty(start) => {
                count += 1;
                let element = element(&start).map_err(malformed)?;
                put(&mut open, Piece::Element(element));
            }
            Event::End(_) => {
                let done = open.pop().unwrap_or_default();
                put(&mut open, Piece::Element(done));
            }
            Event::Text(text) => put_text(&mut open, &text.xml10_content()),
            Event::CData(text) => put_text(&mut open, &text.xml10_content()),
            Event::GeneralRef(reference) => {
                let resolved = reference.resolve_char_ref().map_err(|error| malformed(error.to_string()))?;
                let c = match (resolved, &*reference.xml10_content()) {
                    (Some(c), _) => c,
                    (None, "amp") => '&',
                    (None, "lt") => '<',
                    (None, "gt") => '>',
                    (None, "quot") => '"',
                    (None, "apos") => '\'',
                    (None, other) => return Err(XmlError::Entity(other.chars().take(40).collect())),
                };
                put_text(&mut open, c.encode_utf8(&mut [0; 4]));
            }
            Event::DocType(_) => return Err(XmlError::DocumentType),
            Event::Decl(declaration) => check_encoding(declaration.encoding())?,
            Event::Comment(_) | Event::PI(_) => {}
            Event::Eof => break,
        }
        if count > ELEMENTS_MAX {
            return Err(XmlError::TooMany);
        }
    }
    finish(open, reader.buffer_position())
}

fn check_encoding<E>(found: Option<Result<std::borrow::Cow<'_, str>, E>>) -> Result<(), XmlError> {
    match found {
        Some(Ok(name)) if !name.eq_ignore_ascii_case("utf-8") => Err(XmlError::Encoding(0)),
        Some(Err(_)) => Err(XmlError::Encoding(0)),
        _ => Ok(()),
    }
}

fn finish(mut open: Vec<Element>, at: u64) -> Result<Element, XmlError> {
    let top = open.pop().unwrap_or_default();
    if !open.is_empty() {
        return Err(XmlError::Malformed { at, reason: format!("<{}> is never closed", top.name) });
    }
    let mut roots = top.content.into_iter().filter_map(|piece| match piece {
        Piece::Element(element) => Some(element),
        Piece::Text(_) => None,
    });
    roots.next_back().ok_or(XmlError::Empty)
}

fn element(start: &BytesStart<'_>) -> Result<Element, String> {
    let mut attributes = Vec::new();
    for attribute in start.attributes() {
        let attribute = attribute.map_err(|error| error.to_string())?;
        let value = attribute
            .normalized_value(quick_xml::XmlVersion::Implicit1_0)
            .map_err(|error| error.to_string())?;
        attributes.push((attribute.key.as_ref().to_owned(), value.into_owned()));
    }
    Ok(Element { name: start.name().as_ref().to_owned(), attributes, content: Vec::new() })
}

fn put(open: &mut [Element], piece: Piece) {
    if let Some(parent) = open.last_mut() {
        parent.content.push(piece);
    }
}

fn put_text(open: &mut [Element], text: &str) {
    let Some(parent) = open.last_mut() else { return };
    if let Some(Piece::Text(before)) = parent.content.last_mut() {
        before.push_str(text);
    } else {
        parent.content.push(Piece::Text(text.to_owned()));
    }
}

/// The attributes of the root element, and the first `dc:title`: enough for a catalogue, without the whole tree.
pub(super) fn head(bytes: &[u8]) -> Option<(Element, String)> {
    let mut reader = Reader::from_str(std::str::from_utf8(bytes).ok()?);
    let mut root = None;
    let mut title: Option<String> = None;
    loop {
        match reader.read_event().ok()? {
            Event::Start(start) if root.is_none() => root = element(&start).ok(),
            Event::Start(start) if start.name().as_ref() == "dc:title" => title = Some(String::new()),
            Event::Text(text) => {
                if let Some(title) = &mut title {
                    title.push_str(&text.xml10_content());
                }
            }
            Event::GeneralRef(reference) => {
                // The full parse refuses unknown entities; a catalogue only loses a character.
                let c = reference.resolve_char_ref().ok().flatten().unwrap_or('&');
                if let Some(title) = &mut title {
                    title.push(c);
                }
            }
            Event::End(end) if end.name().as_ref() == "dc:title" => {
                return Some((root?, crate::plain::line(&title.unwrap_or_default())));
            }
            Event::Eof | Event::DocType(_) => return None,
            Event::Start(_)
            | Event::Empty(_)
            | Event::End(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_) => {}
        }
    }
}
