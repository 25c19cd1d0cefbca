//! Outlines of communes from `GeoJSON`: polygons with a code and a name.

use std::collections::BTreeSet;

use geojson::{Feature, FeatureReader, GeometryValue};

use super::gazetteer::Gazetteer;
use super::report::{At, Doubt, Findings, Refusal, Repair, Report};
use super::table::{RECORDS_MAX, bytes, fault};
use super::territory::{Territory, Whereabouts, is_insee};
use super::{Fault, OutlineRequest};
use crate::outline::{OUTLINES_MAX, Outline, POINTS_MAX, RINGS_MAX};
use crate::place::Position;
use crate::{plain, simplify};

/// Names of the properties that carry the INSEE code.
const CODES: [&str; 5] = ["code", "insee", "INSEE_COM", "codgeo", "com_insee"];
/// Names of the properties that carry the name.
const NAMES: [&str; 5] = ["nom", "name", "NOM", "NOM_COM", "libgeo"];
/// First tolerance of the simplification, in degrees of latitude: about 20 m.
const TOLERANCE: f64 = 0.0002;
/// The tolerance is doubled at most so often: then one degree, and an outline is a triangle.
const DOUBLINGS_MAX: usize = 13;
/// Longest name, in characters.
const NAME_CHARS_MAX: usize = 120;

/// Reads the outlines of `request` into `all`, and every name into `gazetteer`.
pub(super) fn read(
    request: &OutlineRequest,
    all: &mut Vec<Outline>,
    gazetteer: &mut Gazetteer,
) -> Result<Report, Fault> {
    let OutlineRequest { path, territory } = request;
    let bytes = bytes(path)?;
    let mut report = Report { what: "contours de communes".to_owned(), ..Report::default() };
    let mut seen: BTreeSet<String> = all.iter().map(|outline| outline.insee.clone()).collect();
    for feature in FeatureReader::from_reader(bytes.as_slice()).features() {
        let feature = feature.map_err(|error| {
            let message = format!("ce n'est pas une FeatureCollection GeoJSON, ou elle est coupée ({error})");
            fault(path, 1, format!("{message} : téléchargez le fichier de nouveau"))
        })?;
        report.read += 1;
        if report.read > RECORDS_MAX {
            return Err(fault(
                path,
                1,
                format!("plus de {RECORDS_MAX} contours : prenez l'extrait du territoire"),
            ));
        }
        let at = At { record: report.read, line: None };
        let mut findings = Findings::default();
        match outline(&feature, &mut findings) {
            None => report.refuse(at, Refusal::NoOutline, &text(&feature, &NAMES).unwrap_or_default()),
            Some(outline) => {
                gazetteer.commune(&outline.insee, &outline.name);
                keep(outline, at, &findings, territory, (&mut seen, all), &mut report);
            }
        }
    }
    all.sort_by(|a, b| a.insee.cmp(&b.insee));
    Ok(report)
}

fn keep(
    outline: Outline,
    at: At,
    findings: &Findings,
    territory: &Territory,
    (seen, all): (&mut BTreeSet<String>, &mut Vec<Outline>),
    report: &mut Report,
) {
    let position = outline.rings.first().and_then(|ring| ring.first()).copied();
    let whereabouts = Whereabouts { insee: Some(&outline.insee), postcode: None, position };
    if territory.holds(&whereabouts) != Some(true) {
        report.filtered += 1;
    } else if seen.contains(&outline.insee) {
        report.merged += 1;
        report.doubt(at, Doubt::RepeatedId, &format!("{} {}", outline.insee, outline.name));
    } else if all.len() >= OUTLINES_MAX {
        report.refuse(at, Refusal::TooMany, &outline.name);
    } else {
        report.imported += 1;
        report.found(at, findings);
        seen.insert(outline.insee.clone());
        all.push(outline);
    }
}

fn text(feature: &Feature, names: &[&str]) -> Option<String> {
    let found = names.iter().find_map(|name| feature.property(name)?.as_str());
    found.map(plain::line).filter(|text| !text.is_empty() && text.chars().count() <= NAME_CHARS_MAX)
}

fn outline(feature: &Feature, findings: &mut Findings) -> Option<Outline> {
    let insee = text(feature, &CODES).filter(|code| is_insee(code))?;
    let name = text(feature, &NAMES)?;
    let rings = match &feature.geometry.as_ref()?.value {
        GeometryValue::Polygon { coordinates } => rings(coordinates.iter())?,
        GeometryValue::MultiPolygon { coordinates } => rings(coordinates.iter().flatten())?,
        GeometryValue::Point { .. }
        | GeometryValue::MultiPoint { .. }
        | GeometryValue::LineString { .. }
        | GeometryValue::MultiLineString { .. }
        | GeometryValue::GeometryCollection { .. } => return None,
    };
    let (rings, cut) = bounded(rings);
    if cut {
        findings.repaired(Repair::Simplified);
    }
    (!rings.is_empty()).then_some(Outline { insee, name, rings })
}

/// Every ring as points; `None` if a coordinate is no place on earth.
fn rings<'a>(rings: impl Iterator<Item = &'a Vec<geojson::Position>>) -> Option<Vec<Vec<Position>>> {
    let point = |point: &geojson::Position| match point.as_slice() {
        [longitude, latitude, ..] => Position::new(*latitude, *longitude),
        _ => None,
    };
    let ring = |ring: &Vec<geojson::Position>| {
        let mut points: Vec<Position> = ring.iter().map(point).collect::<Option<_>>()?;
        if points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        Some(points)
    };
    rings.map(ring).collect()
}

/// At most [`RINGS_MAX`] rings, the longest ones, and [`POINTS_MAX`] points in all; whether something was left out.
fn bounded(mut rings: Vec<Vec<Position>>) -> (Vec<Vec<Position>>, bool) {
    let count = |rings: &[Vec<Position>]| rings.iter().map(Vec::len).sum::<usize>();
    let before = (rings.len(), count(&rings));
    rings.sort_by_key(|ring| std::cmp::Reverse(ring.len()));
    rings.truncate(RINGS_MAX);
    let mut tolerance = TOLERANCE;
    let mut fitted = rings.clone();
    for _ in 0..DOUBLINGS_MAX {
        if count(&fitted) <= POINTS_MAX {
            break;
        }
        fitted = rings.iter().map(|ring| simplified(ring, tolerance)).collect();
        tolerance *= 2.0;
    }
    fitted.retain(|ring| ring.len() >= 3);
    // Only a comb made for the purpose keeps so many points: its last rings go.
    while count(&fitted) > POINTS_MAX {
        fitted.pop();
    }
    let cut = before != (fitted.len(), count(&fitted));
    (fitted, cut)
}

/// Without points closer than `tolerance` to the line between those that stay. The ring is cut into two lines at its first
/// point and at the one farthest from it.
fn simplified(ring: &[Position], tolerance: f64) -> Vec<Position> {
    let Some(first) = ring.first() else { return Vec::new() };
    let mut flat: Vec<(f64, f64)> = ring.iter().map(|point| plane(*point, *first)).collect();
    let distance = |at: &usize| flat[*at].0.hypot(flat[*at].1);
    let far = (0..flat.len()).max_by(|a, b| distance(a).total_cmp(&distance(b))).unwrap_or_default();
    flat.extend(flat.first().copied());
    let mut kept = simplify::kept(flat.get(..=far).unwrap_or_default(), tolerance);
    let back = simplify::kept(flat.get(far..).unwrap_or_default(), tolerance);
    kept.extend(back.into_iter().skip(1));
    ring.iter().zip(kept).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect()
}

/// Degrees of latitude on a plane around `origin`.
fn plane(point: Position, origin: Position) -> (f64, f64) {
    let shrink = origin.latitude().to_radians().cos();
    ((point.longitude() - origin.longitude()) * shrink, point.latitude() - origin.latitude())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(points: usize) -> Vec<Position> {
        let turn = |at: usize| at as f64 / points as f64 * std::f64::consts::TAU;
        (0..points)
            .map(|at| Position::new(48.0 + 0.05 * turn(at).sin(), -2.0 + 0.05 * turn(at).cos()).unwrap())
            .collect()
    }

    #[test]
    fn an_outline_with_too_many_points_keeps_its_shape_with_few() {
        let (rings, cut) = bounded(vec![circle(5_000)]);
        assert!(cut);
        assert!((12..=POINTS_MAX).contains(&rings[0].len()), "{}", rings[0].len());
        let centre = Position::new(48.0, -2.0).unwrap();
        assert!(rings[0].iter().all(|point| point.distance_km(centre) > 3.0));
        assert_eq!(bounded(vec![circle(100)]), (vec![circle(100)], false));
    }

    #[test]
    fn many_islands_are_bounded_too() {
        let (rings, cut) = bounded(vec![circle(60); 500]);
        assert!(cut && rings.len() <= RINGS_MAX);
        assert!(rings.iter().map(Vec::len).sum::<usize>() <= POINTS_MAX);
    }
}
