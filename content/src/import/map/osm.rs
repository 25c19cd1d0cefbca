//! An extract of OpenStreetMap: main roads, rivers, railways, towns and bus stops around the hall.
//!
//! Ways name their points, and points may stand anywhere in the file: it is read twice, first what is wanted, then where
//! the points of wanted ways are.

use std::collections::HashMap;
use std::path::Path;

use super::super::Fault;
use super::super::report::{At, Refusal, Report};
use super::super::table::{bytes, fault};
use super::tags::{self, Tags};
use super::{Around, keep, osm_xml};
use crate::area::{Features, Way};
use crate::place::Position;

/// Wanted ways of one file, at most.
const WAYS_MAX: usize = 300_000;
/// Points of all wanted ways together, at most.
const REFS_MAX: usize = 4_000_000;

/// What stands in a file, in its order.
pub(super) enum Element {
    /// A point; without a position where the file says an impossible one.
    Node { id: i64, position: Option<Position>, tags: Tags },
    /// A line through points.
    Way { refs: Vec<i64>, tags: Tags },
}

/// A wanted way.
struct Draft {
    way: Way,
    refs: Vec<i64>,
    at: At,
}

pub(super) fn read(path: &Path, around: Around, features: &mut Features) -> Result<Report, Fault> {
    let bytes = bytes(path)?;
    let mut first = First {
        around,
        report: Report { what: "carte OpenStreetMap".to_owned(), ..Report::default() },
        ways: Vec::new(),
        refs: 0,
        towns: Vec::new(),
        stops: Vec::new(),
        number: 0,
    };
    osm_xml::each(path, &bytes, &mut |element| first.take(element))?;
    if first.refs > REFS_MAX || first.ways.len() > WAYS_MAX {
        let message = "extrait trop grand pour une carte : prenez l’extrait des environs de l’accueil";
        return Err(fault(path, 1, message));
    }
    let wanted = first.ways.iter().flat_map(|draft| &draft.refs).map(|id| (*id, None));
    let mut positions: HashMap<i64, Option<Position>> = wanted.collect();
    osm_xml::each(path, &bytes, &mut |element| {
        if let Element::Node { id, position, .. } = element
            && let Some(known) = positions.get_mut(&id)
        {
            *known = position;
        }
    })?;
    let First { mut report, ways, towns, stops, .. } = first;
    for draft in &ways {
        place(draft, &positions, around, features, &mut report);
    }
    features.towns.extend(towns);
    features.stops.extend(stops.into_iter().map(|(name, position, ())| (name, position)));
    Ok(report)
}

/// What the first reading finds.
struct First {
    around: Around,
    report: Report,
    ways: Vec<Draft>,
    refs: usize,
    towns: Vec<(String, Position, u8)>,
    stops: Vec<(String, Position, ())>,
    number: usize,
}

impl First {
    fn take(&mut self, element: Element) {
        self.number += 1;
        let at = At { record: self.number, line: None };
        match element {
            Element::Node { position, tags, .. } => self.node(at, position, &tags),
            Element::Way { refs, tags } => {
                // Beyond the bounds nothing more is kept, and the file is refused.
                if let Some((kind, rank)) = tags::way(&tags)
                    && self.refs <= REFS_MAX
                    && self.ways.len() <= WAYS_MAX
                {
                    self.refs += refs.len();
                    self.ways.push(Draft { way: Way { kind, rank, points: Vec::new() }, refs, at });
                }
            }
        }
    }

    fn node(&mut self, at: At, position: Option<Position>, tags: &Tags) {
        let (town, is_stop) = (tags::town(tags), tags::is_bus_stop(tags));
        if town.is_none() && !is_stop {
            return;
        }
        match (tags::name(tags), position) {
            (Some(name), Some(position)) => match town {
                Some(rank) => {
                    keep((name, position, rank), at, self.around, &mut self.towns, &mut self.report);
                }
                None => keep((name, position, ()), at, self.around, &mut self.stops, &mut self.report),
            },
            (name, _) => {
                self.report.read += 1;
                let why = if name.is_none() { Refusal::NoName } else { Refusal::Nowhere };
                self.report.refuse(at, why, &name.unwrap_or_default());
            }
        }
    }
}

/// A way with its points; one that an extract cut off has several pieces.
fn place(
    draft: &Draft,
    positions: &HashMap<i64, Option<Position>>,
    around: Around,
    features: &mut Features,
    report: &mut Report,
) {
    report.read += 1;
    let points: Vec<Option<Position>> =
        draft.refs.iter().map(|id| positions.get(id).copied().flatten()).collect();
    let pieces: Vec<Vec<Position>> = points
        .split(Option::is_none)
        .map(|piece| piece.iter().copied().flatten().collect::<Vec<_>>())
        .filter(|piece| piece.len() > 1)
        .collect();
    if pieces.is_empty() {
        report.refuse(draft.at, Refusal::Nowhere, "");
    } else if !pieces.iter().flatten().any(|point| around.holds(*point)) {
        report.filtered += 1;
    } else {
        report.imported += 1;
        let Way { kind, rank, .. } = draft.way;
        features.ways.extend(pieces.into_iter().map(|points| Way { kind, rank, points }));
    }
}
