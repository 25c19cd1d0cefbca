//! OpenStreetMap's XML, element by element. Document types are refused; what is nested otherwise than the format says is a
//! fault.

use std::path::Path;

use quick_xml::events::{BytesStart, Event};
use quick_xml::reader::Reader;

use super::super::Fault;
use super::super::table::fault;
use super::osm::Element;
use super::tags::{KEYS, Tags};
use crate::place::Position;

/// Points of one way, at most: the publisher's own bound.
const REFS_MAX: usize = 2_000;
/// Bytes of the value of a tag that are kept, at most.
const VALUE_BYTES_MAX: usize = 300;

/// Hands every node and way of the file to `take`.
pub(super) fn each(path: &Path, bytes: &[u8], take: &mut dyn FnMut(Element)) -> Result<(), Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let line = line_of(bytes, error.valid_up_to());
        fault(path, line, "ce n’est pas de l’UTF-8 : donnez un extrait « .osm » (XML)")
    })?;
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    let mut parser = Parser { take, open: None, depth: 0, is_osm: false };
    loop {
        let read = reader.read_event().map_err(|error| error.to_string());
        let done = read.and_then(|event| parser.event(event));
        match done {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            Err(why) => {
                let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
                let message = format!("extrait OpenStreetMap illisible ({why}) : téléchargez-le de nouveau");
                return Err(fault(path, line_of(bytes, at), message));
            }
        }
    }
}

fn line_of(bytes: &[u8], at: usize) -> u64 {
    bytes.iter().take(at).filter(|byte| **byte == b'\n').count() as u64 + 1
}

struct Parser<'a> {
    take: &'a mut dyn FnMut(Element),
    /// The node or way that is being read.
    open: Option<Element>,
    depth: usize,
    is_osm: bool,
}

impl Parser<'_> {
    /// Whether the file is at its end.
    fn event(&mut self, event: Event<'_>) -> Result<bool, String> {
        match event {
            Event::Start(start) => {
                self.start(&start)?;
                self.depth += 1;
            }
            Event::Empty(start) => {
                self.start(&start)?;
                self.end(start.name().as_ref());
            }
            Event::End(end) => {
                self.depth = self.depth.saturating_sub(1);
                self.end(end.name().as_ref());
            }
            Event::DocType(_) => return Err("un type de document".to_owned()),
            Event::Eof if !self.is_osm => return Err("aucun élément « osm »".to_owned()),
            Event::Eof if self.depth > 0 => return Err("fichier coupé".to_owned()),
            Event::Eof => return Ok(true),
            Event::Text(_)
            | Event::CData(_)
            | Event::Comment(_)
            | Event::Decl(_)
            | Event::PI(_)
            | Event::GeneralRef(_) => {}
        }
        Ok(false)
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        let name = start.name();
        match (name.as_ref(), self.depth, &mut self.open) {
            ("osm", 0, _) => self.is_osm = true,
            (other, 0, _) => return Err(format!("« {} » n’est pas « osm »", shown(other))),
            ("node", 1, _) => {
                let (id, position) = node(start)?;
                self.open = Some(Element::Node { id, position, tags: Tags::new() });
            }
            ("way", 1, _) => self.open = Some(Element::Way { refs: Vec::new(), tags: Tags::new() }),
            ("node" | "way", ..) => return Err(format!("« {} » au mauvais endroit", shown(name.as_ref()))),
            ("nd", 2, Some(Element::Way { refs, .. })) => {
                if refs.len() >= REFS_MAX {
                    return Err(format!("plus de {REFS_MAX} points dans une ligne"));
                }
                refs.extend(attribute(start, "ref")?.and_then(|id| id.parse::<i64>().ok()));
            }
            ("tag", 2, Some(Element::Node { tags, .. } | Element::Way { tags, .. })) => {
                tags.extend(tag(start)?.filter(|_| tags.len() < KEYS.len()));
            }
            _ => {}
        }
        Ok(())
    }

    fn end(&mut self, name: &str) {
        if matches!(name, "node" | "way")
            && let Some(element) = self.open.take()
        {
            (self.take)(element);
        }
    }
}

fn node(start: &BytesStart<'_>) -> Result<(i64, Option<Position>), String> {
    let degrees = |name| Ok::<_, String>(attribute(start, name)?.and_then(|text| text.parse::<f64>().ok()));
    let position = degrees("lat")?.zip(degrees("lon")?).and_then(|(lat, lon)| Position::new(lat, lon));
    let id = attribute(start, "id")?.and_then(|id| id.parse().ok());
    Ok((id.ok_or("un point sans numéro")?, position))
}

/// A tag with a key that we look at.
fn tag(start: &BytesStart<'_>) -> Result<Option<(String, String)>, String> {
    let Some(key) = attribute(start, "k")?.filter(|key| KEYS.contains(&key.as_str())) else {
        return Ok(None);
    };
    let value = attribute(start, "v")?.filter(|value| value.len() <= VALUE_BYTES_MAX);
    Ok(value.map(|value| (key, value)))
}

fn attribute(start: &BytesStart<'_>, name: &str) -> Result<Option<String>, String> {
    let found = start.try_get_attribute(name).map_err(|error| error.to_string())?;
    let value = found.map(|found| {
        let value = found.normalized_value(quick_xml::XmlVersion::Implicit1_0);
        value.map(std::borrow::Cow::into_owned).map_err(|error| error.to_string())
    });
    value.transpose()
}

/// A name of a hostile file is not told whole.
fn shown(name: &str) -> String {
    name.chars().take(30).collect()
}
