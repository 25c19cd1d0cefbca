//! Points, lengths, turns, crossings: in whole centimetres of a hall or metres of an area, exact where it matters.

use serde::{Deserialize, Serialize};

/// A point: of a plan in centimetres from its corner above left, of an area in metres from the hall.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "(i32, i32)", into = "(i32, i32)")]
pub struct Point {
    /// To the right.
    pub x: i32,
    /// Down.
    pub y: i32,
}

impl From<(i32, i32)> for Point {
    fn from((x, y): (i32, i32)) -> Self {
        Self { x, y }
    }
}

impl From<Point> for (i32, i32) {
    fn from(point: Point) -> Self {
        (point.x, point.y)
    }
}

impl Point {
    /// The vector from here to `other`.
    pub(crate) fn to(self, other: Self) -> (i64, i64) {
        (i64::from(other.x) - i64::from(self.x), i64::from(other.y) - i64::from(self.y))
    }

    /// How far `other` is, in the unit of both.
    pub(crate) fn distance(self, other: Self) -> f64 {
        let (x, y) = self.to(other);
        (x as f64).hypot(y as f64)
    }

    /// The point at `share` (0 to 1) of the way to `other`.
    pub(crate) fn towards(self, other: Self, share: f64) -> Self {
        let (x, y) = self.to(other);
        let along = |from: i32, by: i64| from + (by as f64 * share).round() as i32;
        Self { x: along(self.x, x), y: along(self.y, y) }
    }
}

/// How long a line is, in the unit of its points.
pub fn length(line: &[Point]) -> i32 {
    line.windows(2).map(|two| two[0].distance(two[1])).sum::<f64>().round() as i32
}

/// Positive when `b` lies to the right of the direction `a`, as one sees it on the plan.
pub(crate) fn cross(a: (i64, i64), b: (i64, i64)) -> i64 {
    a.0 * b.1 - a.1 * b.0
}

/// The angle from direction `a` to direction `b` in degrees: to the right positive, -180 to 180. 0 where one has none.
pub(crate) fn turn(a: (i64, i64), b: (i64, i64)) -> f64 {
    let dot = a.0 * b.0 + a.1 * b.1;
    (cross(a, b) as f64).atan2(dot as f64).to_degrees()
}

/// The point of the segment that is nearest to `point`, and where on it (0 to 1).
pub(crate) fn nearest(from: Point, to: Point, point: Point) -> (Point, f64) {
    let (along, off) = (from.to(to), from.to(point));
    let square = along.0 * along.0 + along.1 * along.1;
    if square == 0 {
        return (from, 0.0);
    }
    let share = ((along.0 * off.0 + along.1 * off.1) as f64 / square as f64).clamp(0.0, 1.0);
    (from.towards(to, share), share)
}

/// Where two segments cross: the share of the way on the first, and on the second. `None` for parallel ones.
pub(crate) fn crossing(a: [Point; 2], b: [Point; 2]) -> Option<(f64, f64)> {
    let (along_a, along_b, between) = (a[0].to(a[1]), b[0].to(b[1]), a[0].to(b[0]));
    let both = cross(along_a, along_b);
    if both == 0 {
        return None;
    }
    let share_a = cross(between, along_b) as f64 / both as f64;
    let share_b = cross(between, along_a) as f64 / both as f64;
    let within = |share: f64| (0.0..=1.0).contains(&share);
    (within(share_a) && within(share_b)).then_some((share_a, share_b))
}

/// Whether `point` is inside a closed outline.
pub(crate) fn is_inside(outline: &[Point], point: Point) -> bool {
    let mut inside = false;
    for (at, &to) in outline.iter().enumerate() {
        let from = outline[(at + outline.len() - 1) % outline.len()];
        if (from.y > point.y) == (to.y > point.y) {
            continue;
        }
        let share = f64::from(point.y - from.y) / f64::from(to.y - from.y);
        if f64::from(point.x) < f64::from(from.x) + share * f64::from(to.x - from.x) {
            inside = !inside;
        }
    }
    inside
}

/// The middle of the bounds of a line.
pub(crate) fn middle(line: &[Point]) -> Point {
    let bounds = |of: fn(&Point) -> i32| {
        let ends = line.iter().map(of).min().zip(line.iter().map(of).max());
        ends.map_or(0, |(least, most)| i32::midpoint(least, most))
    };
    Point { x: bounds(|point| point.x), y: bounds(|point| point.y) }
}

/// The area of a closed outline, in the square of the unit of its points.
pub(crate) fn area(outline: &[Point]) -> i64 {
    let pairs = outline.iter().zip(outline.iter().cycle().skip(1));
    let origin = Point::default();
    pairs.map(|(a, b)| cross(origin.to(*a), origin.to(*b))).sum::<i64>().abs() / 2
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(x: i32, y: i32) -> Point {
        Point { x, y }
    }

    #[test]
    fn right_and_left_are_those_of_somebody_who_walks_there() {
        // Up the plan, then to its right: a turn to the right.
        assert!((turn((0, -5), (5, 0)) - 90.0).abs() < 1e-9);
        assert!((turn((0, -5), (-5, 0)) + 90.0).abs() < 1e-9);
        // Down the plan, its right is on the walker's left.
        assert!((turn((0, 5), (5, 0)) + 90.0).abs() < 1e-9);
        assert!((turn((3, 0), (-3, 0)).abs() - 180.0).abs() < 1e-9);
        assert!(turn((0, 0), (1, 0)).abs() < 1e-9);
    }

    #[test]
    fn crossings_and_nearest_points() {
        let flat = [at(0, 100), at(200, 100)];
        assert_eq!(crossing(flat, [at(50, 0), at(50, 200)]), Some((0.25, 0.5)));
        assert_eq!(crossing(flat, [at(0, 120), at(200, 120)]), None);
        assert_eq!(crossing(flat, [at(50, 0), at(50, 90)]), None);
        assert_eq!(nearest(flat[0], flat[1], at(150, 0)), (at(150, 100), 0.75));
        assert_eq!(nearest(flat[0], flat[1], at(900, 0)), (at(200, 100), 1.0));
        assert_eq!(nearest(flat[0], flat[0], at(1, 1)), (flat[0], 0.0));
    }

    #[test]
    fn inside_outside_and_how_large() {
        let room = [at(0, 0), at(400, 0), at(400, 300), at(0, 300)];
        assert!(is_inside(&room, at(10, 10)) && !is_inside(&room, at(401, 10)));
        assert_eq!(area(&room), 120_000);
        assert!(!is_inside(&[], at(0, 0)));
        assert_eq!(area(&[]), 0);
    }
}
