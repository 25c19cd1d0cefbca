//! Plans of a hall: [`svg`] reads what an editor drew, [`route`] finds the way along walkable lines, [`words`] says it, and
//! [`draw`] draws it, on a screen and on a slip from one source; [`picture`] shows the hall on a page. Maps of the area
//! around it are in [`area`].
//!
//! ```text
//! drawing.svg ──svg──▶ Plan ──route──▶ Route ──words──▶ sentences
//!                        └──────────────┴─────draw────▶ any DrawTarget
//! ```
//!
//! Everything of a hall is in whole centimetres: x to the right, y down, as the drawing is seen. This crate knows neither content nor
//! devices nor screens.

pub mod area;
pub mod draw;
mod geometry;
pub mod picture;
pub mod route;
pub mod svg;
pub mod words;

use serde::{Deserialize, Serialize};

pub use geometry::{Point, length};

/// Longest side of a plan: 500 m, in centimetres.
pub const SIDE_MAX: i32 = 50_000;
/// Rooms of a plan, at most.
pub const ROOMS_MAX: usize = 200;
/// Places of a plan, at most.
pub const PLACES_MAX: usize = 200;
/// Kiosks of a plan, at most.
pub const KIOSKS_MAX: usize = 16;
/// Walls, doors and walkable lines of a plan, at most, each.
pub const LINES_MAX: usize = 1_000;
/// Corners of all walkable lines together, at most: each is compared with each.
pub const WALK_POINTS_MAX: usize = 1_000;
/// Corners of one line, at most.
pub const POINTS_MAX: usize = 2_000;
/// Characters of a name, at most.
pub const NAME_CHARS_MAX: usize = 60;

/// A plan.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// Width and height.
    pub size: Point,
    /// The rooms.
    pub rooms: Vec<Room>,
    /// The walls, as lines.
    pub walls: Vec<Vec<Point>>,
    /// The doors: lines across openings.
    pub doors: Vec<[Point; 2]>,
    /// Where one can walk, as lines that meet.
    pub walk: Vec<Vec<Point>>,
    /// The kiosks.
    pub kiosks: Vec<Kiosk>,
    /// Where one can go.
    pub places: Vec<Spot>,
}

/// A room.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Room {
    /// What it is called; empty where it has no name.
    pub name: String,
    /// Its corners.
    pub outline: Vec<Point>,
}

/// A kiosk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Kiosk {
    /// What staff call it.
    pub name: String,
    /// Where its visitor stands.
    pub stand: Point,
    /// Where the kiosk is: its visitor looks there.
    pub at: Point,
}

/// A place where one can go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spot {
    /// Its identifier.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Where.
    pub at: Point,
}

/// Why a stored plan is refused.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the plan has {0}")]
pub struct Broken(&'static str);

impl Plan {
    /// Whether it is within all bounds: a stored plan may be hostile.
    pub fn check(&self) -> Result<(), Broken> {
        let within =
            |point: &Point| (0..=self.size.x).contains(&point.x) && (0..=self.size.y).contains(&point.y);
        let short =
            |name: &str| name.chars().count() <= NAME_CHARS_MAX && !name.chars().any(char::is_control);
        let lines = self.walls.iter().chain(&self.walk);
        let mut points = lines.clone().flatten().chain(self.doors.iter().flatten());
        let rules = [
            (
                (1..=SIDE_MAX).contains(&self.size.x) && (1..=SIDE_MAX).contains(&self.size.y),
                "an impossible size",
            ),
            (self.rooms.len() <= ROOMS_MAX && self.places.len() <= PLACES_MAX, "too many rooms or places"),
            (self.kiosks.len() <= KIOSKS_MAX, "too many kiosks"),
            ([&self.walls, &self.walk].iter().all(|lines| lines.len() <= LINES_MAX), "too many lines"),
            (self.doors.len() <= LINES_MAX, "too many doors"),
            (self.walk.iter().map(Vec::len).sum::<usize>() <= WALK_POINTS_MAX, "too long walkable lines"),
            (
                lines
                    .clone()
                    .chain(self.rooms.iter().map(|room| &room.outline))
                    .all(|line| line.len() <= POINTS_MAX),
                "a line with too many corners",
            ),
            (points.all(within), "a point outside"),
            (self.rooms.iter().flat_map(|room| &room.outline).all(within), "a room outside"),
            (
                self.places.iter().all(|place| within(&place.at) && short(&place.name) && short(&place.id)),
                "an impossible place",
            ),
            (
                self.kiosks
                    .iter()
                    .all(|kiosk| within(&kiosk.at) && within(&kiosk.stand) && short(&kiosk.name)),
                "an impossible kiosk",
            ),
            (self.rooms.iter().all(|room| short(&room.name)), "a name that is too long"),
        ];
        match rules.into_iter().find(|(holds, _)| !holds) {
            Some((_, why)) => Err(Broken(why)),
            None => Ok(()),
        }
    }

    /// The kiosk of that name. Another one's place would be a lie, so there is no guess but for the look of letters.
    pub fn kiosk(&self, name: &str) -> Option<&Kiosk> {
        let plain = |name: &str| name.trim().replace('’', "'").to_lowercase();
        self.kiosks.iter().find(|kiosk| plain(&kiosk.name) == plain(name))
    }

    /// The place with that identifier.
    pub fn place(&self, id: &str) -> Option<&Spot> {
        self.places.iter().find(|place| place.id == id)
    }

    /// The smallest room around `point` that has a name.
    pub fn room_at(&self, point: Point) -> Option<&Room> {
        let around = self
            .rooms
            .iter()
            .filter(|room| !room.name.is_empty() && geometry::is_inside(&room.outline, point));
        around.min_by_key(|room| geometry::area(&room.outline))
    }
}
