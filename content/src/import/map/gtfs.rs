//! `stops.txt` of a GTFS timetable: the stops, not the entrances of stations.

use std::path::Path;

use super::super::report::{Refusal, Report};
use super::super::table::{Table, fault};
use super::super::{Fault, Findings, Repair};
use super::{Around, keep};
use crate::area::Features;
use crate::place::Position;
use crate::plain;

/// Columns that the format demands of stops.
const NEEDED: [&str; 3] = ["stop_name", "stop_lat", "stop_lon"];

pub(super) fn read(path: &Path, around: Around, features: &mut Features) -> Result<Report, Fault> {
    let table = Table::open(path)?;
    let there = table.columns(path)?;
    if let Some(missing) = NEEDED.iter().find(|name| !there.contains(**name)) {
        let message = format!("il manque {missing} : donnez le fichier stops.txt d’un horaire GTFS");
        return Err(fault(path, 1, message));
    }
    let mut report = Report { what: "arrêts GTFS".to_owned(), ..Report::default() };
    let mut kept = Vec::new();
    table.each(path, &mut |at, record| {
        let Some(record) = record else {
            report.read += 1;
            report.refuse(at, Refusal::Shape, "");
            return;
        };
        let column = |name: &str| record.text(&[name.to_owned()]);
        let degrees = |name: &str| column(name)?.trim().parse::<f64>().ok();
        // 0 (or nothing) is a stop, 1 a station; entrances and nodes of the way are no stops.
        if column("location_type").is_some_and(|kind| !matches!(kind.trim(), "0" | "1")) {
            return;
        }
        let position =
            degrees("stop_lat").zip(degrees("stop_lon")).and_then(|(lat, lon)| Position::new(lat, lon));
        let name = column("stop_name").map(|name| plain::line(&name)).filter(|name| !name.is_empty());
        match (name, position) {
            (Some(name), Some(position)) => keep((name, position, ()), at, around, &mut kept, &mut report),
            (name, _) => {
                report.read += 1;
                let why = if name.is_none() { Refusal::NoName } else { Refusal::Nowhere };
                report.refuse(at, why, &name.unwrap_or_default());
            }
        }
    })?;
    if table.recoded {
        let at = super::At { record: 0, line: Some(1) };
        report.found(at, &Findings { repairs: vec![Repair::Encoding], doubts: Vec::new() });
    }
    features.stops.extend(kept.into_iter().map(|(name, position, ())| (name, position)));
    Ok(report)
}
