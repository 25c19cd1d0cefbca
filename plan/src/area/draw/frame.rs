//! How an area map lies in its frame: north is up, the hall and the place are inside with a margin, and what stands under
//! the map has its room.

use embedded_graphics::geometry::{Point as Dot, Size};
use embedded_graphics::primitives::Rectangle;

use super::Scene;
use crate::Point;
use crate::area::HALL;
use crate::area::clip::{Place, Within};

/// The smallest map, in metres across: nearer, nobody needs one.
const SPAN_M_MIN: f64 = 700.0;
/// Height of a map to its width, at least and at most.
const FLATTEST: f64 = 0.62;
const STEEPEST: f64 = 1.05;

/// Where the map is, and its scale.
#[derive(Clone, Debug)]
pub(super) struct Frame {
    /// The map, in the corner above left.
    pub(super) map: Rectangle,
    /// The point in its middle, in metres.
    middle: Place,
    /// Metres of a dot.
    metres: f64,
}

impl Frame {
    /// `margin` dots are kept free at each side of hall and place, where the frame is large enough for that.
    pub(super) fn new(scene: &Scene<'_>, size: Size, margin: Size) -> Self {
        let (least, most) = bounds(scene);
        let metres = |side: u32, margin: u32, span: f64| {
            span / f64::from((side - 2 * margin.min(side * 3 / 10)).max(1))
        };
        let needed = metres(size.width, margin.width, most.0 - least.0).max(metres(
            size.height,
            margin.height,
            most.1 - least.1,
        ));
        let smallest = SPAN_M_MIN / f64::from(size.width.min(size.height).max(1));
        Self {
            map: Rectangle::new(Dot::zero(), size),
            middle: (f64::midpoint(least.0, most.0), f64::midpoint(least.1, most.1)),
            metres: needed.max(smallest),
        }
    }

    /// How high a map of that width is best.
    pub(super) fn height_for(scene: &Scene<'_>, width: u32, margin: Size) -> u32 {
        let (least, most) = bounds(scene);
        let (wide, high) = ((most.0 - least.0).max(1.0), most.1 - least.1);
        let inner = f64::from(width.saturating_sub(2 * margin.width).max(1));
        let best = inner * high / wide + f64::from(2 * margin.height);
        best.clamp(f64::from(width) * FLATTEST, f64::from(width) * STEEPEST) as u32
    }

    pub(super) fn exact(&self, point: Point) -> Place {
        let to =
            |at: i32, middle: f64, side: u32| (f64::from(at) - middle) / self.metres + f64::from(side) / 2.0;
        (to(point.x, self.middle.0, self.map.size.width), to(point.y, self.middle.1, self.map.size.height))
    }

    pub(super) fn dot(&self, point: Point) -> Dot {
        let (x, y) = self.exact(point);
        Dot::new(x.round() as i32, y.round() as i32)
    }

    /// Metres of a dot.
    pub(super) fn scale(&self) -> f64 {
        self.metres
    }

    /// Metres that the map shows from side to side.
    pub(super) fn span(&self) -> f64 {
        self.metres * f64::from(self.map.size.width)
    }

    /// The map and a little more, in dots: what is farther out is not drawn.
    pub(super) fn within(&self, more: u32) -> Within {
        let more = f64::from(more);
        let Size { width, height } = self.map.size;
        Within { least: (-more, -more), most: (f64::from(width) + more, f64::from(height) + more) }
    }
}

/// The round length of the scale bar, in metres: a third of the map at most.
pub(super) fn round_length(most: f64) -> f64 {
    let ten = 10_f64.powf(most.max(1.0).log10().floor());
    [5.0, 2.0].into_iter().map(|times| times * ten).find(|length| *length <= most).unwrap_or(ten)
}

/// Hall, place and its bus stop.
fn bounds(scene: &Scene<'_>) -> (Place, Place) {
    let stop = scene.stops.first().map(|stop| stop.at);
    let points = [HALL, scene.place.at].into_iter().chain(stop);
    let start = (f64::from(HALL.x), f64::from(HALL.y));
    points.fold((start, start), |(least, most), point| {
        let (x, y) = (f64::from(point.x), f64::from(point.y));
        ((least.0.min(x), least.1.min(y)), (most.0.max(x), most.1.max(y)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_bar_is_a_round_figure() {
        let round =
            [(0.3, 1.0), (1.0, 1.0), (4.9, 2.0), (99.0, 50.0), (1_000.0, 1_000.0), (7_300.0, 5_000.0)];
        for (most, length) in round {
            assert!((round_length(most) - length).abs() < 1e-9, "{most}");
        }
    }
}
