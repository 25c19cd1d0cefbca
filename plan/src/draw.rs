//! A plan and a way drawn on any target: a slip of black dots, a screen. What is ahead of the visitor is up, as people
//! read such plans best; the names are for the caller to write, into the boxes of [`Drawing::labels`].

mod fit;
mod labels;

use embedded_graphics::Drawable as _;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Point as Dot, Size};
use embedded_graphics::primitives::{
    Circle, Line, PointsIter as _, Primitive as _, PrimitiveStyle, Rectangle,
};

use crate::route::Route;
use crate::{Kiosk, Plan, Point, Spot};
use fit::Fit;
pub(crate) use labels::{Board, GAP, splits};
pub use labels::{LABELS_MAX, Label};

/// What is drawn.
#[derive(Clone, Copy, Debug)]
pub struct Scene<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// Where one is.
    pub kiosk: &'a Kiosk,
    /// Where one goes, and how.
    pub way: Option<(&'a Spot, &'a Route)>,
}

/// Colours, and sizes in dots of the target.
#[derive(Clone, Copy, Debug)]
pub struct Style<C> {
    /// Everything else.
    pub ground: C,
    /// Walls and outlines.
    pub wall: C,
    /// The way, and where it leads.
    pub way: C,
    /// Where one is.
    pub here: C,
    /// Lines of walls; at least half a millimetre on paper (row J6). Outlines of rooms are half as wide.
    pub line: u32,
    /// Dots of the way, across.
    pub dot: u32,
}

/// A scene, fitted into a frame.
#[derive(Clone, Debug)]
pub struct Drawing<'a> {
    scene: Scene<'a>,
    fit: Fit,
    line: u32,
    dot: u32,
}

impl<'a> Drawing<'a> {
    /// Fits `scene` into a frame of that size, with room for marks at its edges.
    pub fn new<C>(scene: Scene<'a>, style: &Style<C>, frame: Size) -> Self {
        Self { scene, fit: Fit::new(&scene, frame, style.dot * 2), line: style.line, dot: style.dot }
    }

    /// How high the frame needs to be for a plan that fills `width`.
    pub fn height_for<C>(scene: &Scene<'_>, style: &Style<C>, width: u32) -> u32 {
        Fit::height_for(scene, width, style.dot * 2)
    }

    /// Where a point of the hall is in the frame.
    pub fn dot(&self, point: Point) -> Dot {
        self.fit.dot(point)
    }

    /// Draws all but the names.
    pub fn draw<D: DrawTarget>(&self, style: &Style<D::Color>, target: &mut D) -> Result<(), D::Error> {
        target.clear(style.ground)?;
        for room in &self.scene.plan.rooms {
            self.polyline(&room.outline, (self.line / 2).max(1), style.wall, target)?;
        }
        for wall in &self.scene.plan.walls {
            self.polyline(wall, self.line, style.wall, target)?;
        }
        for door in &self.scene.plan.doors {
            self.polyline(door, self.line + 2, style.ground, target)?;
        }
        if let Some((place, route)) = self.scene.way {
            self.way(place, route, style, target)?;
        }
        self.here(style, target)
    }

    fn polyline<D: DrawTarget>(
        &self,
        line: &[Point],
        width: u32,
        color: D::Color,
        target: &mut D,
    ) -> Result<(), D::Error> {
        for two in line.windows(2) {
            stroke(self.fit.dot(two[0]), self.fit.dot(two[1]), width, color, target)?;
        }
        Ok(())
    }

    /// Dots, which no wall is made of: the way is seen without colours, too.
    fn way<D: DrawTarget>(
        &self,
        place: &Spot,
        route: &Route,
        style: &Style<D::Color>,
        target: &mut D,
    ) -> Result<(), D::Error> {
        let filled = PrimitiveStyle::with_fill(style.way);
        for dot in self.dots(route) {
            Circle::with_center(dot, self.dot).into_styled(filled).draw(target)?;
        }
        let at = self.fit.dot(place.at);
        Circle::with_center(at, self.dot * 3)
            .into_styled(PrimitiveStyle::with_fill(style.ground))
            .draw(target)?;
        let ring = PrimitiveStyle::with_stroke(style.way, self.dot / 2);
        Circle::with_center(at, self.dot * 3).into_styled(ring).draw(target)?;
        Circle::with_center(at, self.dot).into_styled(filled).draw(target)
    }

    /// The dots of the way, two of their widths apart.
    fn dots(&self, route: &Route) -> Vec<Dot> {
        let step = f64::from(self.dot) * 2.0;
        let mut dots = Vec::new();
        let mut left = step;
        for two in route.line.windows(2) {
            let (from, to) = (self.fit.dot(two[0]), self.fit.dot(two[1]));
            let (x, y) = (f64::from(to.x - from.x), f64::from(to.y - from.y));
            let long = x.hypot(y);
            let mut at = left;
            while at <= long && dots.len() < DOTS_MAX {
                dots.push(Dot::new(from.x + (x * at / long) as i32, from.y + (y * at / long) as i32));
                at += step;
            }
            left = at - long;
        }
        dots
    }

    /// A full disc where one stands, with a line to where one looks.
    fn here<D: DrawTarget>(&self, style: &Style<D::Color>, target: &mut D) -> Result<(), D::Error> {
        let (stand, at) = (self.fit.dot(self.scene.kiosk.stand), self.fit.dot(self.scene.kiosk.at));
        stroke(stand, at, self.dot / 2, style.here, target)?;
        Circle::with_center(stand, self.dot * 4)
            .into_styled(PrimitiveStyle::with_fill(style.ground))
            .draw(target)?;
        Circle::with_center(stand, self.dot * 3)
            .into_styled(PrimitiveStyle::with_fill(style.here))
            .draw(target)
    }

    /// The names, at most [`LABELS_MAX`], none over another: `measure` says how large a line of text is.
    pub fn labels(&self, here: &str, measure: &dyn Fn(&str) -> Size) -> Vec<Label> {
        labels::place(self, here, measure)
    }

    fn frame(&self) -> Rectangle {
        self.fit.frame()
    }
}

/// A straight line of that width. The library's own wide lines compute in 32 bits, which a screen's dots overflow.
fn stroke<D: DrawTarget>(
    from: Dot,
    to: Dot,
    width: u32,
    color: D::Color,
    target: &mut D,
) -> Result<(), D::Error> {
    let width = width.max(1);
    if from.x == to.x || from.y == to.y {
        let half = Dot::new_equal((width / 2) as i32);
        let corner = from.component_min(to) - half;
        let long = (from - to).abs();
        let size = Size::new(long.x as u32 + width, long.y as u32 + width);
        return target.fill_solid(&Rectangle::new(corner, size), color);
    }
    let filled = PrimitiveStyle::with_fill(color);
    for dot in Line::new(from, to).points().step_by((width as usize / 4).max(1)) {
        Circle::with_center(dot, width).into_styled(filled).draw(target)?;
    }
    Ok(())
}

/// Dots of a way, at most.
const DOTS_MAX: usize = 2_000;
