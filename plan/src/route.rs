//! The way from a kiosk to a place, along walkable lines.

use std::collections::BTreeMap;

use petgraph::algo::astar;
use petgraph::graph::{NodeIndex, UnGraph};

use crate::geometry::{crossing, nearest, turn};
use crate::{Kiosk, Plan, Point, Spot};

/// Lines that end so near to another, in centimetres, meet it: hands draw.
pub const MEETS: f64 = 15.0;
/// A kiosk's visitor stands at most so far from a walkable line, in centimetres,
pub const STAND_MAX: f64 = 400.0;
/// and a place is at most so far from one.
pub const PLACE_MAX: f64 = 600.0;
/// Bends below that many degrees are none: one goes on straight.
pub const STRAIGHT: f64 = 30.0;
/// A place that is nearer to the end of the way, in centimetres, is where the way ends.
const BESIDE_MIN: f64 = 50.0;
/// A piece that is shorter, in centimetres, is no leg of its own: drawing is not that exact, nor is walking.
const PIECE_MIN: f64 = 100.0;

/// Why there is no way.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum NoRoute {
    /// Nothing is walkable.
    #[error("the plan has no walkable line")]
    NoLines,
    /// The kiosk is not at a walkable line.
    #[error("the kiosk is {0:.0} cm from the nearest walkable line, at most {STAND_MAX:.0} is possible")]
    KioskFar(f64),
    /// The place is not at a walkable line.
    #[error("the place is {0:.0} cm from the nearest walkable line, at most {PLACE_MAX:.0} is possible")]
    PlaceFar(f64),
    /// The walkable lines do not connect them.
    #[error("no walkable lines lead from the kiosk to the place")]
    Apart,
}

/// A way: as it is drawn, and as it is walked.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// From where the visitor stands to where the place is nearest to a walkable line.
    pub line: Vec<Point>,
    /// The same as legs, each straight but for slight bends.
    pub legs: Vec<Leg>,
    /// The named room in which it begins, where there is one.
    pub from: Option<String>,
    /// On which side the place is at the end, in degrees to the right of the last leg; `None` where the way ends in it.
    pub side: Option<f64>,
}

/// A part of a way.
#[derive(Clone, Debug, PartialEq)]
pub struct Leg {
    /// How one turns before it, in degrees to the right: before the first one, from where the kiosk's visitor looks.
    pub turn: f64,
    /// Where it begins and ends.
    pub ends: [Point; 2],
    /// How long it is along the line, in centimetres.
    pub length: i32,
    /// The doors that it passes, in order: the room behind each, where it has a name.
    pub doors: Vec<Option<String>>,
}

/// The walkable lines as a graph. Lengths in millimetres, so that ways are compared exactly.
pub struct Walk {
    graph: UnGraph<Point, u32>,
}

impl Walk {
    /// The lines of a plan, joined where they cross or meet.
    pub fn new(plan: &Plan) -> Self {
        let segments: Vec<[Point; 2]> =
            plan.walk.iter().flat_map(|line| line.windows(2)).map(|two| [two[0], two[1]]).collect();
        let mut walk = Self { graph: UnGraph::default() };
        let mut nodes = BTreeMap::new();
        for (at, &segment) in segments.iter().enumerate() {
            let others =
                segments.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, other)| *other);
            walk.add(segment, cuts(segment, others), &mut nodes);
        }
        walk
    }

    /// One line with what joins it, in the order of its way.
    fn add(
        &mut self,
        segment: [Point; 2],
        mut cuts: Vec<(f64, Point)>,
        nodes: &mut BTreeMap<Point, NodeIndex>,
    ) {
        cuts.sort_by(|a, b| a.0.total_cmp(&b.0));
        let mut last = self.node(segment[0], nodes);
        for point in cuts.into_iter().map(|(_, point)| point).chain([segment[1]]) {
            let next = self.node(point, nodes);
            self.join(last, next);
            last = next;
        }
    }

    fn node(&mut self, point: Point, nodes: &mut BTreeMap<Point, NodeIndex>) -> NodeIndex {
        *nodes.entry(point).or_insert_with(|| self.graph.add_node(point))
    }

    fn join(&mut self, a: NodeIndex, b: NodeIndex) {
        if a != b {
            let length = self.graph[a].distance(self.graph[b]);
            self.graph.update_edge(a, b, (length * 10.0) as u32);
        }
    }

    /// The nearest point of all lines, and how far it is.
    pub fn nearest(&self, point: Point) -> Option<(Point, f64)> {
        self.nearest_edge(point).map(|(_, found, far)| (found, far))
    }

    fn nearest_edge(&self, point: Point) -> Option<([NodeIndex; 2], Point, f64)> {
        let edges = self.graph.edge_indices().filter_map(|edge| {
            let (a, b) = self.graph.edge_endpoints(edge)?;
            let (found, _) = nearest(self.graph[a], self.graph[b], point);
            Some(([a, b], found, found.distance(point)))
        });
        edges.min_by(|a, b| a.2.total_cmp(&b.2))
    }

    /// A node at the point of the lines that is nearest to `point`.
    fn enter(&mut self, point: Point) -> Option<(NodeIndex, f64)> {
        let ([a, b], found, far) = self.nearest_edge(point)?;
        if let Some(end) = [a, b].into_iter().find(|end| self.graph[*end] == found) {
            return Some((end, far));
        }
        let node = self.graph.add_node(found);
        // Whoever enters on the same piece later must find this one on the way.
        if let Some(whole) = self.graph.find_edge(a, b) {
            self.graph.remove_edge(whole);
        }
        self.join(node, a);
        self.join(node, b);
        Some((node, far))
    }

    /// The shortest way from `kiosk` to `place`.
    pub fn route(mut self, plan: &Plan, kiosk: &Kiosk, place: &Spot) -> Result<Route, NoRoute> {
        let (from, far) = self.enter(kiosk.stand).ok_or(NoRoute::NoLines)?;
        if far > STAND_MAX {
            return Err(NoRoute::KioskFar(far));
        }
        let (to, far) = self.enter(place.at).ok_or(NoRoute::NoLines)?;
        if far > PLACE_MAX {
            return Err(NoRoute::PlaceFar(far));
        }
        let goal = self.graph[to];
        let left = |node: NodeIndex| (self.graph[node].distance(goal) * 10.0) as u32;
        let (_, nodes) =
            astar(&self.graph, from, |node| node == to, |edge| *edge.weight(), left).ok_or(NoRoute::Apart)?;
        let mut line: Vec<Point> = nodes.into_iter().map(|node| self.graph[node]).collect();
        if line.first().is_some_and(|first| *first != kiosk.stand) {
            line.insert(0, kiosk.stand);
        }
        Ok(walked(plan, kiosk, place, line))
    }
}

/// Where other lines cross this one or end beside it.
fn cuts(segment: [Point; 2], others: impl Iterator<Item = [Point; 2]>) -> Vec<(f64, Point)> {
    let mut cuts = Vec::new();
    for other in others {
        if let Some((share, _)) = crossing(segment, other) {
            cuts.push((share, segment[0].towards(segment[1], share)));
        }
        for end in other {
            let (found, share) = nearest(segment[0], segment[1], end);
            if found.distance(end) <= MEETS {
                // The end itself: the other line begins there.
                cuts.push((share, end));
            }
        }
    }
    cuts
}

fn walked(plan: &Plan, kiosk: &Kiosk, place: &Spot, line: Vec<Point>) -> Route {
    let corners = corners(&line);
    let mut looks = kiosk.stand.to(kiosk.at);
    let mut legs = Vec::new();
    for two in corners.windows(2) {
        let piece = &line[two[0]..=two[1]];
        let ends = [line[two[0]], line[two[1]]];
        let direction = ends[0].to(ends[1]);
        legs.push(Leg {
            turn: turn(looks, direction),
            ends,
            length: crate::length(piece),
            doors: doors(plan, piece),
        });
        looks = direction;
    }
    let last = line.last().copied().unwrap_or(kiosk.stand);
    let beside = last.distance(place.at) >= BESIDE_MIN;
    let side = beside.then(|| turn(looks, last.to(place.at)));
    let from = plan.room_at(kiosk.stand).map(|room| room.name.clone());
    Route { line, legs, from, side }
}

/// Where one turns: the indices of the line's ends and of its real corners.
fn corners(line: &[Point]) -> Vec<usize> {
    let Some(end) = line.len().checked_sub(1).filter(|end| *end > 0) else { return Vec::new() };
    let mut corners = vec![0];
    for at in 1..end {
        let from = corners.last().copied().unwrap_or(0);
        let bend = turn(line[from].to(line[at]), line[at].to(line[next_far(line, at)])).abs();
        if bend >= STRAIGHT && line[from].distance(line[at]) >= PIECE_MIN {
            corners.push(at);
        }
    }
    corners.push(end);
    corners
}

/// The next point that is far enough to say in which direction it goes on.
fn next_far(line: &[Point], at: usize) -> usize {
    let far = (at + 1..line.len()).find(|next| line[at].distance(line[*next]) >= PIECE_MIN);
    far.unwrap_or(line.len() - 1)
}

fn doors(plan: &Plan, piece: &[Point]) -> Vec<Option<String>> {
    let mut passed: Vec<(f64, Option<String>)> = Vec::new();
    let mut walked = 0.0;
    for two in piece.windows(2) {
        let long = two[0].distance(two[1]);
        for door in &plan.doors {
            if let Some((share, _)) = crossing([two[0], two[1]], *door) {
                let behind = (share * long + PIECE_MIN).min(long) / long.max(1.0);
                let room = plan.room_at(two[0].towards(two[1], behind)).map(|room| room.name.clone());
                passed.push((walked + share * long, room));
            }
        }
        walked += long;
    }
    passed.sort_by(|a, b| a.0.total_cmp(&b.0));
    passed.into_iter().map(|(_, room)| room).collect()
}
