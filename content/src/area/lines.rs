//! Lines of a map: joined, cut at its edge, simplified until they are within its bounds.

use std::collections::BTreeMap;

use parvis_plan::Point;
use parvis_plan::area::clip::Within;
use parvis_plan::area::{Kind, LINES_MAX, Line, POINTS_MAX};

use super::borders::Net;
use super::{Metres, Way, whole};
use crate::place::Position;
use crate::simplify::simplified;

/// Points closer than that to a line are dropped, in metres; farther from the hall, this part of the distance.
const TOLERANCE_M: f64 = 4.0;
const TOLERANCE_PART: f64 = 1.0 / 1_500.0;
/// The tolerance is doubled at most so often; then lines are left out, those of the last ranks first.
const DOUBLINGS_MAX: u32 = 5;
/// How far from the hall the lines of each rank are seen, in metres: about the widest map that shows them.
const REACH_M: [f64; 4] = [f64::MAX, 90_000.0, 45_000.0, 14_000.0];

/// A line in metres, before it is bounded.
pub(super) struct Draft {
    pub(super) kind: Kind,
    pub(super) rank: u8,
    pub(super) points: Vec<Metres>,
}

/// Ways of one kind and rank that meet are one line: its dashes go on, and it has fewer ends.
pub(super) fn drafts(ways: &[Way], hall: Position, radius: f64) -> Vec<Draft> {
    let mut nets: BTreeMap<(Kind, u8), Net> = BTreeMap::new();
    for way in ways {
        let net = nets.entry((way.kind, way.rank)).or_default();
        let reach = REACH_M.get(usize::from(way.rank)).copied().unwrap_or_default().min(2.0 * radius);
        let mut before = None;
        for point in &way.points {
            let at = hall.metres_to(*point);
            let near = at.0.abs() <= reach && at.1.abs() <= reach;
            let decimetres = |metres: f64| (metres * 10.0).round() as i64;
            let number = net.point((decimetres(at.0), decimetres(at.1)), at);
            if let Some((from, was_near)) = before
                && (near || was_near)
            {
                net.join(from, number, way.kind);
            }
            before = Some((number, near));
        }
    }
    let lines = nets.into_iter().flat_map(|((_, rank), net)| {
        net.lines().into_iter().map(move |(kind, points)| Draft { kind, rank, points })
    });
    lines.collect()
}

/// The rings of the hall's commune and all lines, within the bounds of a map.
pub(super) fn bounded(drafts: &[Draft], home: &[Vec<Metres>], radius: f64) -> (Vec<Vec<Point>>, Vec<Line>) {
    let square = Within { least: (-radius, -radius), most: (radius, radius) };
    let cut = |draft: &Draft| {
        let pieces = square.pieces(&draft.points).into_iter();
        pieces.map(|points| Draft { points, kind: draft.kind, rank: draft.rank }).collect::<Vec<_>>()
    };
    let mut drafts: Vec<(u8, f64, Draft)> =
        drafts.iter().flat_map(cut).map(|draft| (draft.rank, nearest(&draft.points), draft)).collect();
    drafts.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    drafts.truncate(LINES_MAX - home.len().min(LINES_MAX));
    let home: Vec<Vec<Point>> = home.iter().map(|ring| fitted(ring, TOLERANCE_M, radius)).collect();
    let room = POINTS_MAX.saturating_sub(home.iter().map(Vec::len).sum());
    let mut lines = Vec::new();
    for doubling in 0..=DOUBLINGS_MAX {
        let times = f64::from(1_u32 << doubling);
        let tolerance = |far: f64| TOLERANCE_M.max(far * TOLERANCE_PART) * times;
        let line = |(rank, far, draft): &(u8, f64, Draft)| Line {
            kind: draft.kind,
            rank: *rank,
            points: fitted(&draft.points, tolerance(*far), radius),
        };
        lines = drafts.iter().map(line).filter(|line| line.points.len() > 1).collect();
        if lines.iter().map(|line| line.points.len()).sum::<usize>() <= room {
            break;
        }
    }
    (home, within(lines, room))
}

/// The first lines that have no more than `room` points together.
fn within(mut lines: Vec<Line>, room: usize) -> Vec<Line> {
    let mut points = 0;
    let fits = lines.iter().position(|line| {
        points += line.points.len();
        points > room
    });
    lines.truncate(fits.unwrap_or(lines.len()));
    lines
}

/// How near a line comes to the hall, at its corners.
fn nearest(points: &[Metres]) -> f64 {
    points.iter().map(|(x, y)| x.hypot(*y)).fold(f64::MAX, f64::min)
}

/// Simplified, in whole metres, without points that are there twice in a row; a corner outside is brought to the edge.
fn fitted(line: &[Metres], tolerance: f64, radius: f64) -> Vec<Point> {
    let edge = radius.floor();
    let inside = |(x, y): Metres| (x.clamp(-edge, edge), y.clamp(-edge, edge));
    let points = simplified(line, tolerance).into_iter().map(inside);
    let mut points: Vec<Point> = points.filter_map(|point| whole(point, radius)).collect();
    points.dedup();
    points
}
