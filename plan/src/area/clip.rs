//! What of a line lies within a rectangle (Liang and Barsky).

/// A point of a plane, in any unit.
pub type Place = (f64, f64);

/// A rectangle: its least and its greatest corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Within {
    /// Left and top.
    pub least: Place,
    /// Right and bottom.
    pub most: Place,
}

impl Within {
    /// The piece of the segment that is inside; none where nothing is, or where a number is none.
    pub fn piece(&self, from: Place, to: Place) -> Option<(Place, Place)> {
        let (dx, dy) = (to.0 - from.0, to.1 - from.1);
        let sides = [
            (-dx, from.0 - self.least.0),
            (dx, self.most.0 - from.0),
            (-dy, from.1 - self.least.1),
            (dy, self.most.1 - from.1),
        ];
        let (mut enters, mut leaves) = (0.0_f64, 1.0_f64);
        for (across, room) in sides {
            if !across.is_finite() || !room.is_finite() {
                return None;
            }
            if across == 0.0 {
                if room < 0.0 {
                    return None;
                }
            } else if across < 0.0 {
                enters = enters.max(room / across);
            } else {
                leaves = leaves.min(room / across);
            }
        }
        let at = |share: f64| (from.0 + dx * share, from.1 + dy * share);
        // Ends that are inside stay as they are, to the last digit.
        let first = if enters > 0.0 { at(enters) } else { from };
        let last = if leaves < 1.0 { at(leaves) } else { to };
        (enters <= leaves).then_some((first, last))
    }

    /// The pieces of a line that are inside, in order.
    pub fn pieces(&self, line: &[Place]) -> Vec<Vec<Place>> {
        let mut pieces: Vec<Vec<Place>> = Vec::new();
        let mut goes_on = false;
        for two in line.windows(2) {
            let Some((from, to)) = self.piece(two[0], two[1]) else {
                goes_on = false;
                continue;
            };
            match pieces.last_mut().filter(|_| goes_on && from == two[0]) {
                Some(piece) => piece.push(to),
                None => pieces.push(vec![from, to]),
            }
            goes_on = to == two[1];
        }
        pieces
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: Within = Within { least: (0.0, 0.0), most: (10.0, 10.0) };

    #[test]
    fn a_line_is_cut_where_it_leaves() {
        let line = [(-5.0, 5.0), (5.0, 5.0), (5.0, 20.0), (8.0, 20.0), (8.0, 8.0)];
        assert_eq!(
            SQUARE.pieces(&line),
            [vec![(0.0, 5.0), (5.0, 5.0), (5.0, 10.0)], vec![(8.0, 10.0), (8.0, 8.0)]]
        );
        assert_eq!(SQUARE.pieces(&[(1.0, 1.0), (2.0, 2.0), (3.0, 1.0)]).len(), 1);
        assert!(SQUARE.pieces(&[(-1.0, 0.0), (-1.0, 10.0)]).is_empty());
    }

    #[test]
    fn numbers_that_are_none_are_nowhere() {
        for odd in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
            assert_eq!(SQUARE.piece((1.0, 1.0), (odd, 2.0)), None);
            assert_eq!(SQUARE.piece((1.0, odd), (1.0, 2.0)), None);
        }
    }
}
