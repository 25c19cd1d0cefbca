//! From centimetres of the hall to dots of the target: turned in quarters, so that what is ahead is up; then made to fit.

use embedded_graphics::geometry::{Point as Dot, Size};
use embedded_graphics::primitives::Rectangle;

use super::Scene;
use crate::Point;

/// How the plan lies in its frame.
#[derive(Clone, Debug)]
pub(super) struct Fit {
    frame: Size,
    quarters: u8,
    /// The corner above left of the turned plan, in centimetres.
    corner: (i32, i32),
    /// Dots in a centimetre.
    scale: f64,
    /// Where that corner is in the frame.
    offset: (f64, f64),
}

impl Fit {
    pub(super) fn new(scene: &Scene<'_>, frame: Size, margin: u32) -> Self {
        let quarters = quarters(scene);
        let (corner, size) = bounds(scene, quarters);
        let room = |side: u32| f64::from(side.saturating_sub(2 * margin).max(1));
        let scale = (room(frame.width) / f64::from(size.0)).min(room(frame.height) / f64::from(size.1));
        let middle = |side: u32, cm: i32| (f64::from(side) - f64::from(cm) * scale) / 2.0;
        let offset = (middle(frame.width, size.0), middle(frame.height, size.1));
        Self { frame, quarters, corner, scale, offset }
    }

    pub(super) fn height_for(scene: &Scene<'_>, width: u32, margin: u32) -> u32 {
        let (_, size) = bounds(scene, quarters(scene));
        let inner = width.saturating_sub(2 * margin).max(1);
        (f64::from(inner) * f64::from(size.1) / f64::from(size.0)).ceil() as u32 + 2 * margin
    }

    pub(super) fn frame(&self) -> Rectangle {
        Rectangle::new(Dot::zero(), self.frame)
    }

    pub(super) fn dot(&self, point: Point) -> Dot {
        let (x, y) = turned(point, self.quarters);
        let to =
            |at: i32, corner: i32, offset: f64| (f64::from(at - corner) * self.scale + offset).round() as i32;
        Dot::new(to(x, self.corner.0, self.offset.0), to(y, self.corner.1, self.offset.1))
    }
}

/// Quarters of a turn to the right that bring up what is ahead of the visitor.
fn quarters(scene: &Scene<'_>) -> u8 {
    let (x, y) = scene.kiosk.stand.to(scene.kiosk.at);
    if y.abs() >= x.abs() {
        if y > 0 { 2 } else { 0 }
    } else if x > 0 {
        3
    } else {
        1
    }
}

fn turned(point: Point, quarters: u8) -> (i32, i32) {
    match quarters {
        0 => (point.x, point.y),
        1 => (-point.y, point.x),
        2 => (-point.x, -point.y),
        _ => (point.y, -point.x),
    }
}

/// Corner and size of all that is drawn, turned. Never empty.
fn bounds(scene: &Scene<'_>, quarters: u8) -> ((i32, i32), (i32, i32)) {
    let plan = scene.plan;
    let lines = plan.walls.iter().chain(plan.rooms.iter().map(|room| &room.outline)).flatten();
    let way = scene.way.into_iter().flat_map(|(place, route)| route.line.iter().chain([&place.at]));
    let points = lines.chain(way).chain([&scene.kiosk.stand, &scene.kiosk.at]);
    let (mut least, mut most) = ((i32::MAX, i32::MAX), (i32::MIN, i32::MIN));
    for (x, y) in points.map(|point| turned(*point, quarters)) {
        least = (least.0.min(x), least.1.min(y));
        most = (most.0.max(x), most.1.max(y));
    }
    (least, ((most.0 - least.0).max(1), (most.1 - least.1).max(1)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Kiosk, Plan};

    #[test]
    fn what_is_ahead_of_the_visitor_is_up() {
        let plan = Plan {
            size: (1_000, 500).into(),
            walls: vec![vec![(0, 0).into(), (1_000, 500).into()]],
            ..Plan::default()
        };
        for (x, y) in [(10, 0), (-10, 0), (0, 10), (0, -10), (10, 3), (-3, 10)] {
            let stand = Point { x: 500, y: 250 };
            let at = Point { x: 500 + x, y: 250 + y };
            let kiosk = Kiosk { name: "Borne".into(), stand, at };
            let scene = Scene { plan: &plan, kiosk: &kiosk, way: None };
            let fit = Fit::new(&scene, Size::new(4_000, 4_000), 10);
            let ahead = fit.dot(at) - fit.dot(stand);
            assert!(ahead.y < 0 && ahead.x.abs() < -ahead.y, "{x} {y}: {ahead:?}");
            // A turn, not a mirror: what is right of the visitor stays right.
            let right = Point { x: 500 - y, y: 250 + x };
            assert!((fit.dot(right) - fit.dot(stand)).x > 0);
        }
    }
}
