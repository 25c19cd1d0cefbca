//! An area map drawn on any target: a slip of black dots, a screen. North is up, the hall and the place are marked; under
//! the map stand its scale, where north is, and who made the data. Texts are for the caller to write, into the boxes of
//! [`Drawing::names`] and [`Drawing::captions`].

mod foot;
mod frame;
mod ink;
mod names;

use embedded_graphics::draw_target::{DrawTarget, DrawTargetExt as _};
use embedded_graphics::geometry::{Point as Dot, Size};
use embedded_graphics::primitives::Rectangle;

use super::clip::Place;
use super::{Area, HALL, Kind, Line, Stop};
use crate::draw::Label;
use crate::{Point, Spot};
use foot::Foot;
use frame::Frame;

/// Widest map, in metres, that shows the lines of each rank.
const SPAN_M_MAX: [f64; 4] = [f64::MAX, 80_000.0, 40_000.0, 12_000.0];

/// What is drawn.
#[derive(Clone, Debug)]
pub struct Scene<'a> {
    area: &'a Area,
    place: &'a Spot,
    /// What the place is, in a word or two: written where its name is too long for a map.
    kind: &'a str,
    stops: Vec<&'a Stop>,
}

impl<'a> Scene<'a> {
    /// The hall and `place`, with the stops near the place.
    pub fn new(area: &'a Area, place: &'a Spot, kind: &'a str) -> Self {
        let stops = area.stops_near(place.at).into_iter().map(|(stop, _)| stop).collect();
        Self { area, place, kind, stops }
    }
}

/// How large a line of text is, in dots.
pub type MeasureText<'a> = &'a dyn Fn(&str) -> Size;

/// Colours, and sizes in dots of the target.
#[derive(Clone, Copy, Debug)]
pub struct Style<C> {
    /// Under and around the map, and around letters.
    pub ground: C,
    /// Communes.
    pub land: C,
    /// The hall's commune.
    pub home: C,
    /// Borders of communes, and the frame.
    pub border: C,
    /// Borders of the hall's commune.
    pub home_border: C,
    /// Rivers.
    pub river: C,
    /// Railways.
    pub railway: C,
    /// Roads; large ones have a core.
    pub road: C,
    /// The core of large roads.
    pub core: C,
    /// The hall.
    pub here: C,
    /// The place.
    pub place: C,
    /// Stops.
    pub stop: C,
    /// The scale bar and the arrow to the north.
    pub ink: C,
    /// Lines; at least half a millimetre on paper (row J6).
    pub line: u32,
    /// Marks are a few of these wide.
    pub dot: u32,
    /// Whether rivers are told apart by a pattern, for want of colours.
    pub patterns: bool,
}

/// A scene, fitted into a frame.
#[derive(Clone, Debug)]
pub struct Drawing<'a> {
    scene: Scene<'a>,
    frame: Frame,
    foot: Foot,
    line: u32,
    dot: u32,
}

impl<'a> Drawing<'a> {
    /// Fits `scene` into a frame of that size.
    pub fn new<C>(scene: Scene<'a>, style: &Style<C>, size: Size, measure: MeasureText<'_>) -> Self {
        let foot = Foot::height(scene.area, size.width, style.line, measure);
        let map = Size::new(size.width, size.height.saturating_sub(foot).max(1));
        let frame = Frame::new(&scene, map, margin(style, measure));
        let foot = Foot::new(scene.area, size.width, &frame, style.line, measure);
        Self { scene, frame, foot, line: style.line, dot: style.dot }
    }

    /// How high the frame needs to be for a map that fills `width`.
    pub fn height_for<C>(scene: &Scene<'_>, style: &Style<C>, width: u32, measure: MeasureText<'_>) -> u32 {
        Frame::height_for(scene, width, margin(style, measure))
            + Foot::height(scene.area, width, style.line, measure)
    }

    /// Where a point of the area is in the frame.
    pub fn dot(&self, point: Point) -> Dot {
        self.frame.dot(point)
    }

    /// Where the map is in the frame.
    pub fn map(&self) -> Rectangle {
        self.frame.map
    }

    /// The length of the scale bar: in dots, and what it says, in metres.
    pub fn scale_bar(&self) -> (u32, f64) {
        (self.foot.bar.size.width, self.foot.metres)
    }

    /// The names on the map, at most [`crate::draw::LABELS_MAX`], none over another.
    pub fn names(&self, here: &str, measure: MeasureText<'_>) -> Vec<Label> {
        names::place(self, here, measure)
    }

    /// What stands under the map: its scale, the letter of the north, who made the data.
    pub fn captions(&self) -> &[Label] {
        &self.foot.captions
    }

    /// Draws all but the texts.
    pub fn draw<D: DrawTarget>(&self, style: &Style<D::Color>, target: &mut D) -> Result<(), D::Error> {
        target.clear(style.ground)?;
        self.foot.draw(style, target)?;
        let mut map = target.clipped(&self.frame.map);
        map.fill_solid(&self.frame.map, style.land)?;
        self.home(style, &mut map)?;
        // Projected once: each kind is drawn over all of those before it.
        let lines: Vec<(&Line, Vec<Place>)> = self.lines_shown().collect();
        let of = |kind| lines.iter().filter(move |(line, _)| line.kind == kind);
        for (line, dots) in of(Kind::Border) {
            self.border(line, dots, style, &mut map)?;
        }
        for (_, dots) in of(Kind::River) {
            self.river(dots, style, &mut map)?;
        }
        for (line, dots) in of(Kind::HomeBorder) {
            self.border(line, dots, style, &mut map)?;
        }
        for (_, dots) in of(Kind::Railway) {
            self.railway(dots, style, &mut map)?;
        }
        for (line, dots) in of(Kind::Road) {
            ink::wide(dots, if line.rank < 2 { self.line * 3 } else { self.line }, style.road, &mut map)?;
        }
        for (_, dots) in of(Kind::Road).filter(|(line, _)| line.rank < 2) {
            ink::wide(dots, self.line, style.core, &mut map)?;
        }
        self.marks(style, &mut map)?;
        self.edge(style, &mut map)
    }

    /// The lines of a map of this size, cut where they leave it.
    fn lines_shown(&self) -> impl Iterator<Item = (&Line, Vec<Place>)> {
        let within = self.frame.within(self.line * 4);
        let shown = |line: &&Line| {
            SPAN_M_MAX.get(usize::from(line.rank)).is_some_and(|most| self.frame.span() <= *most)
        };
        self.scene.area.lines.iter().filter(shown).flat_map(move |line| {
            let dots = ink::thinned(line.points.iter().map(|point| self.frame.exact(*point)), 1.5);
            within.pieces(&dots).into_iter().map(move |piece| (line, piece))
        })
    }

    fn home<D: DrawTarget>(&self, style: &Style<D::Color>, target: &mut D) -> Result<(), D::Error> {
        let ring = |ring: &Vec<Point>| ink::thinned(ring.iter().map(|point| self.frame.exact(*point)), 1.0);
        let rings: Vec<Vec<Place>> = self.scene.area.home.iter().map(ring).collect();
        ink::fill(&rings, style.home, target)
    }

    /// Dashes; long and wide ones around the hall's commune.
    fn border<D: DrawTarget>(
        &self,
        line: &Line,
        dots: &[Place],
        style: &Style<D::Color>,
        target: &mut D,
    ) -> Result<(), D::Error> {
        let unit = f64::from(self.line);
        let (on, off, width, color) = match line.kind {
            Kind::HomeBorder => (unit * 6.0, unit * 3.0, self.line * 2, style.home_border),
            Kind::Border | Kind::River | Kind::Railway | Kind::Road => {
                (unit * 2.5, unit * 2.5, self.line, style.border)
            }
        };
        for piece in ink::dashes(dots, on, off) {
            ink::wide(&piece, width, color, target)?;
        }
        Ok(())
    }

    /// A wide line in its colour, or dots where there are no colours.
    fn river<D: DrawTarget>(
        &self,
        dots: &[Place],
        style: &Style<D::Color>,
        target: &mut D,
    ) -> Result<(), D::Error> {
        if !style.patterns {
            return ink::wide(dots, self.line * 2, style.river, target);
        }
        for (at, _) in ink::along(dots, f64::from(self.line) * 1.75) {
            ink::dot(at, self.line, style.river, target)?;
        }
        Ok(())
    }

    /// A line with sleepers.
    fn railway<D: DrawTarget>(
        &self,
        dots: &[Place],
        style: &Style<D::Color>,
        target: &mut D,
    ) -> Result<(), D::Error> {
        ink::wide(dots, self.line, style.railway, target)?;
        let half = f64::from(self.line) * 1.75;
        for ((x, y), (dx, dy)) in ink::along(dots, f64::from(self.line) * 6.0) {
            let sleeper = [(x - dy * half, y + dx * half), (x + dy * half, y - dx * half)];
            ink::wide(&sleeper, self.line, style.railway, target)?;
        }
        Ok(())
    }

    /// Stops are rings, the place is a target, the hall a full disc: three forms, whatever the colours.
    fn marks<D: DrawTarget>(&self, style: &Style<D::Color>, target: &mut D) -> Result<(), D::Error> {
        let at = |point: Point| self.frame.exact(point);
        for stop in &self.scene.stops {
            ink::dot(at(stop.at), self.dot * 2, style.stop, target)?;
            ink::dot(at(stop.at), self.dot, style.ground, target)?;
        }
        let place = at(self.scene.place.at);
        for (widths, color) in [(9, style.ground), (7, style.place), (5, style.ground), (3, style.place)] {
            ink::dot(place, self.dot * widths / 2, color, target)?;
        }
        for (widths, color) in [(8, style.ground), (6, style.here)] {
            ink::dot(at(HALL), self.dot * widths / 2, color, target)?;
        }
        Ok(())
    }

    fn edge<D: DrawTarget>(&self, style: &Style<D::Color>, target: &mut D) -> Result<(), D::Error> {
        let (size, width) = (target.bounding_box().size, self.line);
        let (right, bottom) = (size.width.saturating_sub(width), size.height.saturating_sub(width));
        let sides = [
            (0, 0, size.width, width),
            (0, bottom, size.width, width),
            (0, 0, width, size.height),
            (right, 0, width, size.height),
        ];
        for (x, y, wide, high) in sides {
            let edge = Rectangle::new(Dot::new(x as i32, y as i32), Size::new(wide, high));
            target.fill_solid(&edge, style.border)?;
        }
        Ok(())
    }
}

/// Room around hall and place, at the sides and above and below: for their marks, and for a name of two lines.
fn margin<C>(style: &Style<C>, measure: MeasureText<'_>) -> Size {
    Size::new(style.dot * 6, style.dot * 3 + measure("N").height * 2)
}
