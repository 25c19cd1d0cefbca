//! Lines with fewer points and the same shape (Douglas and Peucker).

/// Points that are compared with each other, at most: a longer line is simplified in pieces, so that a hostile one costs no
/// more than its length.
const PIECE_POINTS_MAX: usize = 4_000;

/// Which points of a line stay: first and last, and those farther than `tolerance` from the line between others that
/// stay. In the unit of the points.
pub fn kept(line: &[(f64, f64)], tolerance: f64) -> Vec<bool> {
    let mut kept = vec![false; line.len()];
    let Some(last) = line.len().checked_sub(1) else { return kept };
    let mut open: Vec<(usize, usize)> = Vec::new();
    for from in (0..last).step_by(PIECE_POINTS_MAX) {
        open.push((from, (from + PIECE_POINTS_MAX).min(last)));
    }
    kept[last] = true;
    for (from, _) in &open {
        kept[*from] = true;
    }
    while let Some((from, to)) = open.pop() {
        let off = |at: &usize| from_line(line[*at], line[from], line[to]);
        let farthest = (from + 1..to).max_by(|a, b| off(a).total_cmp(&off(b)));
        if let Some(at) = farthest.filter(|at| off(at) > tolerance) {
            kept[at] = true;
            open.extend([(from, at), (at, to)]);
        }
    }
    kept
}

/// The points that stay.
pub fn simplified(line: &[(f64, f64)], tolerance: f64) -> Vec<(f64, f64)> {
    line.iter().zip(kept(line, tolerance)).filter(|(_, kept)| *kept).map(|(point, _)| *point).collect()
}

fn from_line((x, y): (f64, f64), (x1, y1): (f64, f64), (x2, y2): (f64, f64)) -> f64 {
    let (dx, dy) = (x2 - x1, y2 - y1);
    let length = dx.hypot(dy);
    if length < f64::EPSILON {
        (x - x1).hypot(y - y1)
    } else {
        (dy * (x - x1) - dx * (y - y1)).abs() / length
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn corners_stay_and_points_between_them_go() {
        let line = [(0.0, 0.0), (1.0, 0.01), (2.0, 0.0), (2.0, 2.0)];
        assert_eq!(simplified(&line, 0.1), [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)]);
        assert_eq!(simplified(&[], 0.1), []);
        // A ring, whose ends are one point.
        let ring = [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0), (0.0, 0.0)];
        assert_eq!(simplified(&ring, 0.1), ring);
    }

    #[test]
    fn a_hostile_comb_costs_no_more_than_its_length() {
        let comb: Vec<(f64, f64)> = (0..200_000).map(|at| (f64::from(at), f64::from(at % 2))).collect();
        assert_eq!(simplified(&comb, 0.1).len(), comb.len());
    }
}
