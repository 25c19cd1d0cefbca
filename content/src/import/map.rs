//! What area maps are made from: an extract of OpenStreetMap, and the stops of a GTFS timetable.

mod gtfs;
mod osm;
mod osm_xml;
mod tags;

use std::path::PathBuf;

use super::report::{At, Refusal, Report};
use super::{Fault, table};
use crate::area::Features;
use crate::place::Position;

/// How map data of OpenStreetMap must be named wherever it is shown.
pub const OSM_CREDIT: &str = "© les contributeurs d’OpenStreetMap";
/// Towns and bus stops of one file, at most, each.
pub const NODES_MAX: usize = 200_000;

/// A format of map data.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MapKind {
    /// An extract of OpenStreetMap, `.osm`.
    OpenStreetMap,
    /// `stops.txt` of a GTFS timetable.
    Gtfs,
}

/// One file of map data.
#[derive(Debug, Clone)]
pub struct MapRequest {
    /// The format.
    pub kind: MapKind,
    /// The file.
    pub path: PathBuf,
}

/// Where the map is wanted.
#[derive(Debug, Clone, Copy)]
pub struct Around {
    /// The hall.
    pub hall: Position,
    /// How far from it, in kilometres.
    pub km: f64,
}

impl Around {
    fn holds(&self, position: Position) -> bool {
        self.hall.distance_km(position) <= self.km
    }
}

/// Reads every file into `features`. A file that cannot be read, or has nothing around the hall, is the error.
pub fn read(
    requests: &[MapRequest],
    around: Around,
    features: &mut Features,
) -> Result<Vec<(PathBuf, Report)>, Fault> {
    let mut reports = Vec::new();
    for MapRequest { kind, path } in requests {
        let report = match kind {
            MapKind::OpenStreetMap => osm::read(path, around, features)?,
            MapKind::Gtfs => gtfs::read(path, around, features)?,
        };
        if report.imported == 0 {
            let message = format!(
                "rien de ce fichier ne se dessine à moins de {:.0} km de l’accueil : prenez l’extrait de ses environs",
                around.km
            );
            return Err(table::fault(path, 1, message));
        }
        reports.push((path.clone(), report));
    }
    Ok(reports)
}

/// Counts a stop or town, and keeps it where it is around the hall.
fn keep<T>(
    item: (String, Position, T),
    at: At,
    around: Around,
    kept: &mut Vec<(String, Position, T)>,
    report: &mut Report,
) {
    report.read += 1;
    if !around.holds(item.1) {
        report.filtered += 1;
    } else if kept.len() >= NODES_MAX {
        report.refuse(at, Refusal::TooMany, &item.0);
    } else {
        report.imported += 1;
        kept.push(item);
    }
}
