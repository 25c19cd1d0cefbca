//! The area map: made of what `[[import]]` brings, around the hall (see docs/area-maps.md).

use std::path::{Path, PathBuf};

use parvis_plan::area::STOP_M_MAX;

use super::bundle::Bundle;
use super::{Faults, said};
use crate::area::{self, Features};
use crate::import::Report;
use crate::import::map::{self, Around};
use crate::library::Library;

/// Reads the data of the map and makes it. Without a position of the hall, outlines alone make none, as ever; other data
/// were meant for it, so that is a fault.
pub(super) fn read(
    bundle: &Bundle,
    file: &Path,
    library: &mut Library,
    reports: &mut Vec<(PathBuf, Report)>,
    faults: &mut Faults,
) {
    let maps = &bundle.imports.maps;
    let Some(hall) = library.hall.position else {
        if let Some((_, line)) = maps.first() {
            let message = said!(
                "la carte n’a pas de centre : dans places.toml, donnez « position » au lieu « {} »",
                "the map has no middle : give the place \"{}\" its \"position\" in places.toml",
                library.hall.name
            );
            faults.add(file, *line, message);
        }
        return;
    };
    let around = Around { hall, km: area::radius(hall, library) / 1_000.0 };
    // A file that is not there has its fault already.
    let requests: Vec<_> =
        maps.iter().map(|(request, _)| request.clone()).filter(|map| map.path.is_file()).collect();
    let mut features = Features::default();
    match map::read(&requests, around, &mut features) {
        Ok(read) => reports.extend(read),
        Err(fault) => faults.add(&fault.file, fault.line, fault.message),
    }
    // What was meant for the map is named where it makes none.
    let line = maps.first().map(|(_, line)| *line);
    match area::build(hall, library, &features, &bundle.imports.credits) {
        Ok(None) if faults.list.is_empty() && line.is_some() => {
            let message = said!(
                "la carte est vide : aucun arrêt n’est à moins de {} m d’un lieu, ajoutez des contours ou un extrait",
                "the map is empty : no stop is within {} m of a place, add outlines or an extract",
                STOP_M_MAX
            );
            faults.add(file, line.unwrap_or(1), message);
        }
        Ok(area) => library.area = area,
        Err(broken) => {
            let message = said!(
                "la carte ne peut pas être faite ({}) : retirez un import de la carte",
                "the map cannot be made ({}) : take away an import of the map",
                broken
            );
            faults.add(file, line.unwrap_or(1), message);
        }
    }
}
