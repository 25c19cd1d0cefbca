//! The area around a hall: [`draw`] draws it with the hall and a place in it, [`words`] says the same.
//!
//! Everything is in whole metres from the hall: x to the east, y to the south, as a map with north up is seen. Distances
//! and directions from the hall are exact; elsewhere they are as true as on any map of that size.

pub mod clip;
pub mod draw;
pub mod words;

use serde::{Deserialize, Serialize};

use crate::{Broken, Point};

/// Farthest that a map reaches from its hall, in metres.
pub const RADIUS_M_MAX: i32 = 180_000;
/// Farthest place that has a map, in metres from the hall: the map reaches beyond it.
pub const PLACE_M_MAX: f64 = 100_000.0;
/// Lines of a map, at most.
pub const LINES_MAX: usize = 12_000;
/// Points of all lines of a map and of the hall's commune together, at most.
pub const POINTS_MAX: usize = 40_000;
/// Towns of a map, at most.
pub const TOWNS_MAX: usize = 2_000;
/// Stops of a map, at most.
pub const STOPS_MAX: usize = 5_000;
/// Characters of a name of a map, at most.
pub const NAME_CHARS_MAX: usize = 60;
/// Sources that a map names, at most.
pub const CREDITS_MAX: usize = 4;
/// Characters of the name of a source, at most.
pub const CREDIT_CHARS_MAX: usize = 80;
/// Characters of the names of all sources together, at most: on narrow paper they stand on many lines already.
pub const CREDITS_CHARS_MAX: usize = 160;
/// A stop farther from a place than that, in metres, is not the place's.
pub const STOP_M_MAX: f64 = 1_000.0;
/// Stops that are drawn beside a place, at most.
pub const STOPS_SHOWN_MAX: usize = 3;

/// The area around a hall.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// How far it reaches, at most [`RADIUS_M_MAX`].
    pub radius: i32,
    /// The outline of the hall's commune: closed rings, filled by the even-odd rule. None where it is not known.
    pub home: Vec<Vec<Point>>,
    /// Borders, roads, rivers, railways.
    pub lines: Vec<Line>,
    /// Names, the larger towns first.
    pub towns: Vec<Town>,
    /// Stops of buses, trams, trains, boats.
    pub stops: Vec<Stop>,
    /// Who made the data, as it must be said under the map.
    pub credits: Vec<String>,
}

/// What a line is, in the order in which lines are drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Between two communes.
    Border,
    /// Between the hall's commune and another.
    HomeBorder,
    /// A river or canal.
    River,
    /// A railway.
    Railway,
    /// A road.
    Road,
}

/// A line of a map.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// What it is.
    pub kind: Kind,
    /// 0 for those that every map shows, up to 3 for those that only a map of a few kilometres does.
    pub rank: u8,
    /// Its points.
    pub points: Vec<Point>,
}

/// A town or a village.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Town {
    /// Its name.
    pub name: String,
    /// Where its name is written.
    pub at: Point,
    /// 0 for a city, 1 a town, 2 a village, 3 where nothing tells.
    pub rank: u8,
}

/// A stop of public transport.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub at: Point,
}

impl Area {
    /// Whether it is within all bounds: a stored map may be hostile.
    pub fn check(&self) -> Result<(), Broken> {
        let within = |point: &Point| {
            let reach = -self.radius..=self.radius;
            reach.contains(&point.x) && reach.contains(&point.y)
        };
        let good = |name: &str, max: usize| {
            (1..=max).contains(&name.chars().take(max + 1).count()) && !name.chars().any(char::is_control)
        };
        let points = || self.lines.iter().flat_map(|line| &line.points).chain(self.home.iter().flatten());
        let names = || {
            let towns = self.towns.iter().map(|town| (&town.name, &town.at));
            towns.chain(self.stops.iter().map(|stop| (&stop.name, &stop.at)))
        };
        let rules = [
            ((1..=RADIUS_M_MAX).contains(&self.radius), "an impossible size"),
            (self.lines.len() + self.home.len() <= LINES_MAX, "too many lines"),
            (points().take(POINTS_MAX + 1).count() <= POINTS_MAX, "too many points"),
            (self.towns.len() <= TOWNS_MAX && self.stops.len() <= STOPS_MAX, "too many towns or stops"),
            (points().chain(names().map(|(_, at)| at)).all(within), "a point outside"),
            (names().all(|(name, _)| good(name, NAME_CHARS_MAX)), "an impossible name"),
            (
                self.credits.len() <= CREDITS_MAX
                    && self.credits.iter().all(|credit| good(credit, CREDIT_CHARS_MAX))
                    && self.credits.iter().map(|credit| credit.chars().count()).sum::<usize>()
                        <= CREDITS_CHARS_MAX,
                "an impossible name of a source",
            ),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            Some((_, why)) => Err(Broken(why)),
            None => Ok(()),
        }
    }

    /// Whether a place there has a map.
    pub fn holds(&self, at: Point) -> bool {
        HALL.distance(at) <= f64::from(self.radius).min(PLACE_M_MAX)
    }

    /// The stops nearest to a place, one of each name, with their distance in metres: at most [`STOPS_SHOWN_MAX`], none
    /// farther than [`STOP_M_MAX`].
    pub fn stops_near(&self, place: Point) -> Vec<(&Stop, f64)> {
        let mut near: Vec<(&Stop, f64)> = self
            .stops
            .iter()
            .map(|stop| (stop, place.distance(stop.at)))
            .filter(|(_, far)| *far <= STOP_M_MAX)
            .collect();
        near.sort_by(|(a, far), (b, farther)| far.total_cmp(farther).then_with(|| a.name.cmp(&b.name)));
        let mut shown: Vec<(&Stop, f64)> = Vec::new();
        for (stop, far) in near {
            if shown.len() < STOPS_SHOWN_MAX && shown.iter().all(|(other, _)| other.name != stop.name) {
                shown.push((stop, far));
            }
        }
        shown
    }
}

/// Where the hall is.
pub const HALL: Point = Point { x: 0, y: 0 };

#[cfg(test)]
mod tests {
    use super::*;

    fn stop(name: &str, x: i32) -> Stop {
        Stop { name: name.into(), at: Point { x, y: 0 } }
    }

    #[test]
    fn the_nearest_stops_have_different_names_and_are_near() {
        let stops = vec![stop("Gare", 120), stop("Mairie", -90), stop("Gare", 80), stop("Loin", 1_001)];
        let area = Area { radius: 2_000, stops, ..Area::default() };
        let near: Vec<(&str, f64)> =
            area.stops_near(HALL).into_iter().map(|(stop, far)| (stop.name.as_str(), far)).collect();
        assert_eq!(near, [("Gare", 80.0), ("Mairie", 90.0)]);
    }

    #[test]
    fn a_map_beyond_its_bounds_is_refused() {
        let area = |change: fn(&mut Area)| {
            let mut area = Area { radius: 1_000, stops: vec![stop("Gare", 10)], ..Area::default() };
            change(&mut area);
            area.check()
        };
        assert_eq!(area(|_| ()), Ok(()));
        let wrong: [fn(&mut Area); 7] = [
            |area| area.radius = RADIUS_M_MAX + 1,
            |area| area.radius = 0,
            |area| area.stops[0].at.x = i32::MIN,
            |area| area.stops[0].name = "a\nb".into(),
            |area| area.credits = vec![String::new()],
            |area| area.credits = vec!["é".repeat(CREDIT_CHARS_MAX); 3],
            |area| {
                area.lines = vec![Line { kind: Kind::Road, rank: 0, points: vec![HALL; POINTS_MAX + 1] }];
            },
        ];
        for change in wrong {
            assert!(area(change).is_err());
        }
    }
}
