//! Wide lines, dashes and filled outlines on any target, row by row: a map has many of them, and each dot of it costs.

use embedded_graphics::Drawable as _;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Point as Dot, Size};
use embedded_graphics::primitives::{Circle, Primitive as _, PrimitiveStyle, Rectangle};

use crate::area::clip::Place;

/// Pieces of one line, at most: dashes of a line as long as a map is wide are far fewer.
const PIECES_MAX: usize = 4_000;

/// Fills outlines by the even-odd rule.
pub(super) fn fill<D: DrawTarget>(
    rings: &[Vec<Place>],
    color: D::Color,
    target: &mut D,
) -> Result<(), D::Error> {
    let frame = target.bounding_box();
    let (top, bottom) = (frame.top_left.y, frame.top_left.y + frame.size.height as i32);
    let (left, right) = (frame.top_left.x, frame.top_left.x + frame.size.width as i32);
    let heights = || rings.iter().flatten().map(|point| point.1);
    let first = (heights().fold(f64::MAX, f64::min).floor() as i32).max(top);
    let last = (heights().fold(f64::MIN, f64::max).ceil() as i32).min(bottom);
    let mut crossings: Vec<f64> = Vec::new();
    for y in first..last {
        crossings.clear();
        for ring in rings {
            cross(ring, f64::from(y) + 0.5, &mut crossings);
        }
        crossings.sort_by(f64::total_cmp);
        for [from, to] in crossings.as_chunks::<2>().0 {
            let (from, to) = ((from.round() as i32).max(left), (to.round() as i32).min(right));
            if from < to {
                let row = Rectangle::new(Dot::new(from, y), Size::new((to - from) as u32, 1));
                target.fill_solid(&row, color)?;
            }
        }
    }
    Ok(())
}

/// Where a closed ring crosses a row.
fn cross(ring: &[Place], y: f64, crossings: &mut Vec<f64>) {
    let Some(mut from) = ring.last().copied() else { return };
    for &to in ring {
        if (from.1 > y) != (to.1 > y) {
            crossings.push(from.0 + (y - from.1) / (to.1 - from.1) * (to.0 - from.0));
        }
        from = to;
    }
}

/// A line of that width, with round corners.
pub(super) fn wide<D: DrawTarget>(
    line: &[Place],
    width: u32,
    color: D::Color,
    target: &mut D,
) -> Result<(), D::Error> {
    for two in line.windows(2) {
        straight(two[0], two[1], width, color, target)?;
    }
    if width > 2 {
        for point in line {
            dot(*point, width, color, target)?;
        }
    }
    Ok(())
}

fn straight<D: DrawTarget>(
    from: Place,
    to: Place,
    width: u32,
    color: D::Color,
    target: &mut D,
) -> Result<(), D::Error> {
    let (x, y) = (to.0 - from.0, to.1 - from.1);
    let long = x.hypot(y);
    if long < f64::EPSILON {
        return Ok(());
    }
    let half = f64::from(width.max(1)) / 2.0 / long;
    let (x, y) = (-y * half, x * half);
    let corners =
        vec![(from.0 + x, from.1 + y), (to.0 + x, to.1 + y), (to.0 - x, to.1 - y), (from.0 - x, from.1 - y)];
    fill(&[corners], color, target)
}

/// A full disc.
pub(super) fn dot<D: DrawTarget>(
    at: Place,
    width: u32,
    color: D::Color,
    target: &mut D,
) -> Result<(), D::Error> {
    let middle = Dot::new(at.0.round() as i32, at.1.round() as i32);
    Circle::with_center(middle, width).into_styled(PrimitiveStyle::with_fill(color)).draw(target)
}

/// The pieces of a line that are `on` dots long, with `off` between them.
pub(super) fn dashes(line: &[Place], on: f64, off: f64) -> Vec<Vec<Place>> {
    let mut pieces: Vec<Vec<Place>> = Vec::new();
    let (mut drawing, mut left) = (true, on);
    let mut piece: Vec<Place> = line.first().copied().into_iter().collect();
    for two in line.windows(2) {
        let (x, y) = (two[1].0 - two[0].0, two[1].1 - two[0].1);
        let long = x.hypot(y);
        let mut done = 0.0;
        while long - done >= left && pieces.len() < PIECES_MAX {
            done += left;
            let at = (two[0].0 + x * done / long, two[0].1 + y * done / long);
            if drawing {
                piece.push(at);
                pieces.push(std::mem::take(&mut piece));
            } else {
                piece = vec![at];
            }
            drawing = !drawing;
            left = if drawing { on } else { off };
        }
        left -= long - done;
        if drawing {
            piece.push(two[1]);
        }
    }
    if drawing && piece.len() > 1 {
        pieces.push(piece);
    }
    pieces
}

/// Points `step` dots apart, each with the direction of the line there.
pub(super) fn along(line: &[Place], step: f64) -> Vec<(Place, Place)> {
    let mut points = Vec::new();
    let mut left = step / 2.0;
    for two in line.windows(2) {
        let (x, y) = (two[1].0 - two[0].0, two[1].1 - two[0].1);
        let long = x.hypot(y);
        if long < f64::EPSILON {
            continue;
        }
        let mut at = left;
        while at <= long && points.len() < PIECES_MAX {
            points.push(((two[0].0 + x * at / long, two[0].1 + y * at / long), (x / long, y / long)));
            at += step;
        }
        left = at - long;
    }
    points
}

/// The line without points that are less than `step` dots from the one before; its last one stays.
pub(super) fn thinned(line: impl Iterator<Item = Place>, step: f64) -> Vec<Place> {
    let mut kept: Vec<Place> = Vec::new();
    let mut last = None;
    for point in line {
        let far = kept.last().is_none_or(|kept| (kept.0 - point.0).hypot(kept.1 - point.1) >= step);
        if far {
            kept.push(point);
        }
        last = (!far).then_some(point);
    }
    kept.extend(last);
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashes_go_round_corners() {
        let line = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)];
        let pieces = dashes(&line, 6.0, 2.0);
        assert_eq!(
            pieces,
            [
                vec![(0.0, 0.0), (6.0, 0.0)],
                vec![(8.0, 0.0), (10.0, 0.0), (10.0, 4.0)],
                vec![(10.0, 6.0), (10.0, 10.0)],
            ]
        );
        assert_eq!(dashes(&[(0.0, 0.0), (1e9, 0.0)], 1.0, 1.0).len(), PIECES_MAX);
        assert!(dashes(&[], 1.0, 1.0).is_empty());
    }

    #[test]
    fn a_thinned_line_keeps_its_ends() {
        let line = [(0.0, 0.0), (0.5, 0.0), (3.0, 0.0), (3.1, 0.0)];
        assert_eq!(thinned(line.into_iter(), 1.0), [(0.0, 0.0), (3.0, 0.0), (3.1, 0.0)]);
    }
}
