//! The area map of a bundle, made from outlines of communes, an extract of OpenStreetMap and lists of stops: what the
//! maps of this hall's places can show, and no more.
//!
//! What lies far from the hall is only ever seen on a map that reaches so far: the farther a line, the fewer its points.

mod borders;
mod lines;
mod stops;

use std::collections::HashSet;

use parvis_plan::area::{Area, Kind, NAME_CHARS_MAX, PLACE_M_MAX, RADIUS_M_MAX, TOWNS_MAX, Town};
use parvis_plan::{Broken, Point};

use crate::library::Library;
use crate::outline::Outline;
use crate::place::Position;
use crate::plain;

/// The smallest area, in metres: a map of the hall's own street shows that much around it.
const RADIUS_M_MIN: f64 = 8_000.0;
/// A map reaches beyond its place: so many times its distance.
const BEYOND: f64 = 1.8;

/// What map sources hold, as they say it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Features {
    /// Roads, rivers, railways.
    pub ways: Vec<Way>,
    /// Towns: name, where, 0 for a city, 1 a town, 2 a village.
    pub towns: Vec<(String, Position, u8)>,
    /// Stops.
    pub stops: Vec<(String, Position)>,
}

/// A road, river or railway.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// What it is.
    pub kind: Kind,
    /// 0 for the largest, up to 3.
    pub rank: u8,
    /// Its points.
    pub points: Vec<Position>,
}

/// A point in metres from the hall.
type Metres = (f64, f64);

/// How far the map of this library must reach, in metres: to its farthest place and a little beyond.
pub fn radius(hall: Position, library: &Library) -> f64 {
    let far = library.places.iter().filter_map(|place| place.position);
    let far = far.map(|position| hall.distance_km(position) * 1_000.0);
    let farthest = far.filter(|far| *far <= PLACE_M_MAX).fold(0.0, f64::max);
    (farthest * BEYOND).clamp(RADIUS_M_MIN, f64::from(RADIUS_M_MAX))
}

/// The map; none without anything to show. One beyond the bounds of maps is the error.
pub fn build(
    hall: Position,
    library: &Library,
    features: &Features,
    credits: &[String],
) -> Result<Option<Area>, Broken> {
    if library.outlines.is_empty() && features == &Features::default() {
        return Ok(None);
    }
    let radius = radius(hall, library);
    let communes: Vec<Commune<'_>> =
        library.outlines.iter().filter_map(|outline| Commune::new(outline, hall, radius)).collect();
    let home = communes.iter().position(Commune::holds_hall);
    let mut drafts = borders::drafts(&communes, home);
    drafts.extend(lines::drafts(&features.ways, hall, radius));
    let home_rings: Vec<Vec<Metres>> = home
        .and_then(|at| communes.get(at))
        .map(|commune| commune.rings.iter().map(|ring| closed(ring)).collect())
        .unwrap_or_default();
    let (home, lines) = lines::bounded(&drafts, &home_rings, radius);
    let at = |position: Position| hall.metres_to(position);
    let stops = features.stops.iter().filter_map(|(name, position)| Some((tidy(name)?, at(*position))));
    let stops: Vec<(String, Metres)> = stops.collect();
    let places: Vec<Metres> = library.places.iter().filter_map(|place| place.position).map(at).collect();
    let towns = towns(&features.towns, &communes, hall, radius);
    let stops = stops::near(&places, &stops, radius);
    let area = Area { radius: radius as i32, home, lines, towns, stops, credits: credits.to_vec() };
    area.check()?;
    let empty =
        area.lines.is_empty() && area.towns.is_empty() && area.home.is_empty() && area.stops.is_empty();
    Ok((!empty).then_some(area))
}

/// A commune in metres.
struct Commune<'a> {
    outline: &'a Outline,
    rings: Vec<Vec<Metres>>,
}

impl<'a> Commune<'a> {
    /// None where no point of it is on the map.
    fn new(outline: &'a Outline, hall: Position, radius: f64) -> Option<Self> {
        let ring = |ring: &Vec<Position>| ring.iter().map(|point| hall.metres_to(*point)).collect();
        let rings: Vec<Vec<Metres>> = outline.rings.iter().map(ring).collect();
        // A commune around the whole map has its corners outside: those of up to twice the radius are looked at.
        let near = |(x, y): &Metres| x.abs() <= 2.0 * radius && y.abs() <= 2.0 * radius;
        rings.iter().flatten().any(near).then_some(Self { outline, rings })
    }

    fn holds_hall(&self) -> bool {
        let crossed = |ring: &Vec<Metres>| {
            let ends = ring.iter().zip(ring.iter().cycle().skip(1));
            ends.filter(|(a, b)| (a.1 > 0.0) != (b.1 > 0.0) && a.0 - a.1 * (b.0 - a.0) / (b.1 - a.1) > 0.0)
                .count()
        };
        self.rings.iter().map(crossed).sum::<usize>() % 2 == 1
    }

    /// The middle of its largest ring.
    fn middle(&self) -> Option<Metres> {
        let twice = |(a, b): (&Metres, &Metres)| a.0 * b.1 - b.0 * a.1;
        let sides = |ring: &'_ [Metres]| {
            let next: Vec<Metres> = ring.iter().cycle().skip(1).take(ring.len()).copied().collect();
            ring.iter().copied().zip(next).collect::<Vec<_>>()
        };
        let area = |ring: &[Metres]| sides(ring).iter().map(|(a, b)| twice((a, b))).sum::<f64>();
        let ring = self.rings.iter().max_by(|a, b| area(a).abs().total_cmp(&area(b).abs()))?;
        let whole = area(ring);
        let weighed = |of: fn(&Metres) -> f64| {
            sides(ring).iter().map(|(a, b)| (of(a) + of(b)) * twice((a, b))).sum::<f64>() / (3.0 * whole)
        };
        Some((weighed(|at| at.0), weighed(|at| at.1))).filter(|(x, y)| x.is_finite() && y.is_finite())
    }
}

fn closed(ring: &[Metres]) -> Vec<Metres> {
    ring.iter().chain(ring.first()).copied().collect()
}

/// Towns, and the communes that are none of them, in the middle of their outline.
fn towns(
    known: &[(String, Position, u8)],
    communes: &[Commune<'_>],
    hall: Position,
    radius: f64,
) -> Vec<Town> {
    let known = known.iter().map(|(name, position, rank)| (name, hall.metres_to(*position), *rank));
    let mut towns: Vec<Town> = known.filter_map(|(name, at, rank)| town(name, at, rank, radius)).collect();
    let mut named: HashSet<String> = towns.iter().map(|town| crate::search::fold(&town.name)).collect();
    for commune in communes {
        let name = crate::search::fold(&commune.outline.name);
        if !named.contains(&name)
            && let Some(town) = commune.middle().and_then(|at| town(&commune.outline.name, at, 3, radius))
        {
            named.insert(name);
            towns.push(town);
        }
    }
    towns.sort_by_cached_key(|town| (town.rank, town.at.x.abs().max(town.at.y.abs()), town.name.clone()));
    towns.dedup();
    towns.truncate(TOWNS_MAX);
    towns
}

fn town(name: &str, at: Metres, rank: u8, radius: f64) -> Option<Town> {
    Some(Town { name: tidy(name)?, at: whole(at, radius)?, rank })
}

/// A name that a map can write, shortened where it is too long; none where there is nothing to write.
fn tidy(name: &str) -> Option<String> {
    let name = plain::shorten(&plain::line(name), NAME_CHARS_MAX);
    (!name.is_empty()).then_some(name)
}

/// In whole metres, where that is on the map.
fn whole((x, y): Metres, radius: f64) -> Option<Point> {
    let radius = radius.floor();
    let on_map = x.abs() <= radius && y.abs() <= radius;
    on_map.then(|| Point { x: x.round() as i32, y: y.round() as i32 })
}
