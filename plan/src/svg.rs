//! A plan as an editor draws it, in any SVG editor: layers by name, see `docs/plans.md`.
//!
//! `usvg` says where shapes are, whatever transforms, units and styles the editor used; `roxmltree` what they are called.

mod layers;
mod shapes;

use crate::geometry::nearest;
use crate::route::{NoRoute, Walk};
use crate::{
    KIOSKS_MAX, Kiosk, LINES_MAX, PLACES_MAX, Plan, Point, ROOMS_MAX, Room, SIDE_MAX, Spot, WALK_POINTS_MAX,
};
use layers::Layer;
use shapes::Shape;

/// Bytes of a drawing, at most.
pub const BYTES_MAX: usize = 1_000_000;

/// One fault of a drawing, for its editor. `element` is the identifier of the shape, where one is at fault.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// The line of the file, from 1.
    pub line: usize,
    /// What is wrong.
    pub kind: FaultKind,
}

/// What can be wrong with a drawing.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum FaultKind {
    /// It cannot be read at all.
    #[error("not a drawing that can be read: {0}")]
    Unreadable(String),
    /// It is too large.
    #[error("larger than {BYTES_MAX} bytes")]
    TooLarge,
    /// It uses clones, which other programs show otherwise.
    #[error("clones are not read")]
    Clone,
    /// A layer that is needed is missing or empty.
    #[error("layer {0:?} is missing or empty")]
    NoLayer(&'static str),
    /// The scale is missing, or its title is no length.
    #[error("the scale needs one line whose title is its length, as \"10 m\"")]
    NoScale,
    /// The drawing is larger than any hall.
    #[error("the plan would be {0} m wide and {1} m high, at most {SIDE_MAX} cm are possible")]
    TooWide(i64, i64),
    /// More of something than a plan may have.
    #[error("more than {1} in layer {0:?}")]
    TooMany(&'static str, usize),
    /// A shape that cannot be seen.
    #[error("{0:?} cannot be seen: it has neither stroke nor fill")]
    Invisible(String),
    /// A place or kiosk without a name.
    #[error("{0:?} has no title")]
    NoName(String),
    /// Two of one layer have the same name or identifier.
    #[error("{0:?} is there twice")]
    Twice(String),
    /// A kiosk is not a line.
    #[error("{0:?} must be one line, from where the visitor stands to the kiosk")]
    NotALine(String),
    /// There is no way.
    #[error("no way from {from:?} to {to:?}: {why}")]
    NoRoute {
        /// The kiosk.
        from: String,
        /// The place.
        to: String,
        /// Why.
        why: NoRoute,
    },
    /// A door is in no wall.
    #[error("the door {0:?} is in no wall")]
    DoorApart(String),
}

/// A door is at most so far from a wall, in centimetres.
const DOOR_MAX: f64 = 60.0;

/// Reads a drawing. All faults at once.
pub fn read(text: &str) -> Result<Plan, Vec<Fault>> {
    let at_start = |kind| vec![Fault { line: 1, kind }];
    if text.len() > BYTES_MAX {
        return Err(at_start(FaultKind::TooLarge));
    }
    let drawn = shapes::read(text).map_err(|fault| vec![fault])?;
    let scale = scale(drawn.of(Layer::Scale)).ok_or_else(|| at_start(FaultKind::NoScale))?;
    let mut reading = Reading { scale, size: Point::default(), faults: Vec::new() };
    let plan = reading.plan(&drawn);
    if reading.faults.is_empty() {
        check_routes(&plan, &drawn, &mut reading.faults);
    }
    if reading.faults.is_empty() { Ok(plan) } else { Err(reading.faults) }
}

/// Centimetres of one unit of the drawing.
fn scale(shapes: &[Shape]) -> Option<f64> {
    let [line] = shapes else { return None };
    let metres: f64 = line.name.trim().strip_suffix('m')?.trim().replace(',', ".").parse().ok()?;
    let units: f64 = line.points.windows(2).map(|two| (two[1].0 - two[0].0).hypot(two[1].1 - two[0].1)).sum();
    let scale = metres * 100.0 / units;
    (scale.is_finite() && scale > 0.0).then_some(scale)
}

struct Reading {
    scale: f64,
    size: Point,
    faults: Vec<Fault>,
}

impl Reading {
    fn plan(&mut self, drawn: &shapes::Drawn) -> Plan {
        self.size = self.size_of(drawn);
        let plan = Plan {
            size: self.size,
            rooms: self
                .bounded(drawn, Layer::Rooms, ROOMS_MAX)
                .iter()
                .map(|shape| self.room(shape))
                .collect(),
            walls: self.lines(drawn, Layer::Walls),
            doors: self
                .lines(drawn, Layer::Doors)
                .into_iter()
                .filter_map(|line| Some([*line.first()?, *line.last()?]))
                .collect(),
            walk: self.lines(drawn, Layer::Walk),
            kiosks: self
                .bounded(drawn, Layer::Kiosks, KIOSKS_MAX)
                .iter()
                .filter_map(|shape| self.kiosk(shape))
                .collect(),
            places: self
                .bounded(drawn, Layer::Places, PLACES_MAX)
                .iter()
                .map(|shape| self.place(shape))
                .collect(),
        };
        if plan.walk.iter().map(Vec::len).sum::<usize>() > WALK_POINTS_MAX {
            self.add(1, FaultKind::TooMany(Layer::Walk.name(), WALK_POINTS_MAX));
        }
        for layer in [Layer::Walk, Layer::Kiosks, Layer::Places] {
            if drawn.of(layer).is_empty() {
                self.add(1, FaultKind::NoLayer(layer.name()));
            }
        }
        self.named(drawn.of(Layer::Kiosks));
        self.named(drawn.of(Layer::Places));
        self.doors_in_walls(&plan, drawn);
        plan
    }

    fn add(&mut self, line: usize, kind: FaultKind) {
        self.faults.push(Fault { line, kind });
    }

    fn size_of(&mut self, drawn: &shapes::Drawn) -> Point {
        let (width, height) = (drawn.size.0 * self.scale, drawn.size.1 * self.scale);
        let most = f64::from(SIDE_MAX);
        if width > most || height > most {
            self.add(1, FaultKind::TooWide((width / 100.0) as i64, (height / 100.0) as i64));
        }
        Point { x: width.min(most).round() as i32, y: height.min(most).round() as i32 }
    }

    fn bounded<'d>(&mut self, drawn: &'d shapes::Drawn, layer: Layer, max: usize) -> &'d [Shape] {
        let shapes = drawn.of(layer);
        for shape in shapes.iter().filter(|shape| shape.points.is_empty()) {
            self.add(shape.line, FaultKind::Invisible(shape.called().to_owned()));
        }
        if shapes.len() > max {
            self.add(shapes[max].line, FaultKind::TooMany(layer.name(), max));
        }
        &shapes[..shapes.len().min(max)]
    }

    fn lines(&mut self, drawn: &shapes::Drawn, layer: Layer) -> Vec<Vec<Point>> {
        let shapes = self.bounded(drawn, layer, LINES_MAX);
        shapes.iter().map(|shape| self.line(shape)).filter(|line| line.len() > 1).collect()
    }

    fn line(&self, shape: &Shape) -> Vec<Point> {
        let mut line: Vec<Point> = shape.points.iter().map(|at| self.point(*at)).collect();
        line.dedup();
        line
    }

    /// What lies beside the sheet is brought to its edge.
    fn point(&self, (x, y): (f64, f64)) -> Point {
        let to = |at: f64, most: i32| (at * self.scale).round().clamp(0.0, f64::from(most)) as i32;
        Point { x: to(x, self.size.x), y: to(y, self.size.y) }
    }

    fn room(&self, shape: &Shape) -> Room {
        Room { name: shape.name.clone(), outline: self.line(shape) }
    }

    fn kiosk(&mut self, shape: &Shape) -> Option<Kiosk> {
        let line = self.line(shape);
        if let [stand, at] = line[..] {
            return Some(Kiosk { name: shape.name.clone(), stand, at });
        }
        self.add(shape.line, FaultKind::NotALine(shape.called().to_owned()));
        None
    }

    fn place(&self, shape: &Shape) -> Spot {
        Spot { id: shape.id.clone(), name: shape.name.clone(), at: self.point(shape.middle()) }
    }

    fn named(&mut self, shapes: &[Shape]) {
        for (at, shape) in shapes.iter().enumerate() {
            if shape.name.is_empty() {
                self.add(shape.line, FaultKind::NoName(shape.called().to_owned()));
            }
            if shapes[..at]
                .iter()
                .any(|other| other.id == shape.id || (!shape.name.is_empty() && other.name == shape.name))
            {
                self.add(shape.line, FaultKind::Twice(shape.called().to_owned()));
            }
        }
    }

    fn doors_in_walls(&mut self, plan: &Plan, drawn: &shapes::Drawn) {
        let walls: Vec<[Point; 2]> =
            plan.walls.iter().flat_map(|wall| wall.windows(2)).map(|two| [two[0], two[1]]).collect();
        for shape in drawn.of(Layer::Doors) {
            let middle = self.point(shape.middle());
            let near =
                walls.iter().any(|[from, to]| nearest(*from, *to, middle).0.distance(middle) <= DOOR_MAX);
            if !near && !shape.points.is_empty() {
                self.add(shape.line, FaultKind::DoorApart(shape.called().to_owned()));
            }
        }
    }
}

/// Every kiosk leads to every place.
fn check_routes(plan: &Plan, drawn: &shapes::Drawn, faults: &mut Vec<Fault>) {
    for (kiosk, shape) in plan.kiosks.iter().zip(drawn.of(Layer::Kiosks)) {
        for place in &plan.places {
            if let Err(why) = Walk::new(plan).route(plan, kiosk, place) {
                let (from, to) = (kiosk.name.clone(), place.name.clone());
                faults.push(Fault { line: shape.line, kind: FaultKind::NoRoute { from, to, why } });
            }
        }
    }
}
