//! Putting pieces one under the other, and leaving some out when the paper would be too long.
//!
//! Order of what is left out, until the rest and the words "Suite à l’écran" fit:
//! 1. pictures that are not essential, the last first (they cost most paper, and the text route says the same);
//! 2. everything else that is not essential, the last first;
//! 3. with each: headings, rules and spaces that have nothing left under them.
//!
//! Essential pieces are never left out.

use super::ink::Ink;
use crate::paper::Paper;

/// The longest slip, in tenths of a millimetre: 60 cm (accessibility bar J4) less the 8 mm fed before the cut.
pub(crate) const LENGTH_MAX_TENTHS_MM: u32 = 5_920;

/// What a piece is, as far as gaps and cutting go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Body,
    /// An item of the list that is element number `list`.
    Item {
        list: usize,
    },
    Heading,
    Picture,
    Rule,
    Space,
}

/// Ink that is printed together or not at all.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) kind: Kind,
    pub(crate) essential: bool,
    pub(crate) height: u32,
    pub(crate) ink: Vec<Ink>,
}

/// Pieces that fit, and how many were left out.
#[derive(Debug)]
pub(crate) struct Fitted {
    pub(crate) pieces: Vec<Piece>,
    pub(crate) left_out: usize,
}

/// The gap in dots between two pieces. Blocks are at least 5 mm apart (accessibility bar J3); a heading is nearer to
/// what it announces, and items of one list are one block.
pub(crate) fn gap(paper: Paper, above: Kind, below: Kind) -> u32 {
    let tenths = match (above, below) {
        (Kind::Item { list: a }, Kind::Item { list: b }) if a == b => 15,
        (Kind::Heading, Kind::Body | Kind::Item { .. } | Kind::Picture) => 15,
        // With the line itself the blocks on both sides are more than 5 mm apart.
        (Kind::Rule, _) | (_, Kind::Rule) => 35,
        (_, Kind::Heading) => 70,
        (
            Kind::Body | Kind::Item { .. } | Kind::Heading | Kind::Picture | Kind::Space,
            Kind::Body | Kind::Item { .. } | Kind::Picture | Kind::Space,
        ) => 50,
    };
    paper.at_least(tenths)
}

/// Length in dots of pieces one under the other.
pub(crate) fn length(paper: Paper, pieces: &[Piece]) -> u32 {
    let heights: u32 = pieces.iter().map(|piece| piece.height).sum();
    let gaps: u32 = pieces.windows(2).map(|pair| gap(paper, pair[0].kind, pair[1].kind)).sum();
    heights + gaps
}

/// Leaves out what does not fit in `room` dots; `notice` is added under what remains. `Err` gives the length of what
/// is essential, with the notice, when that alone is too long.
///
/// What was `shortened` before has the notice in any case, and counts as one more that was left out.
pub(crate) fn fit(
    paper: Paper,
    mut pieces: Vec<Piece>,
    room: u32,
    notice: Piece,
    shortened: bool,
) -> Result<Fitted, u32> {
    if !shortened && length(paper, &pieces) <= room {
        return Ok(Fitted { pieces, left_out: 0 });
    }
    let before = pieces.len();
    let ending = notice.height + gap(paper, Kind::Body, Kind::Rule);
    let room = room.saturating_sub(ending);
    while length(paper, &pieces) > room {
        let droppable = |piece: &Piece| !piece.essential;
        let picture = pieces.iter().rposition(|piece| droppable(piece) && piece.kind == Kind::Picture);
        match picture.or_else(|| pieces.iter().rposition(droppable)) {
            Some(last) => drop(pieces.remove(last)),
            None => return Err(length(paper, &pieces) + ending),
        }
        drop_orphans(&mut pieces);
    }
    let left_out = before - pieces.len() + usize::from(shortened);
    pieces.push(notice);
    Ok(Fitted { pieces, left_out })
}

/// A heading needs something under it that is not another heading; a rule or a space needs anything at all.
fn drop_orphans(pieces: &mut Vec<Piece>) {
    for index in (0..pieces.len()).rev() {
        let below = pieces.get(index + 1).map(|piece| piece.kind);
        let orphan = match pieces[index].kind {
            Kind::Heading => matches!(below, None | Some(Kind::Heading | Kind::Rule | Kind::Space)),
            Kind::Rule | Kind::Space => matches!(below, None | Some(Kind::Rule | Kind::Space)),
            Kind::Body | Kind::Item { .. } | Kind::Picture => false,
        };
        if orphan && !pieces[index].essential {
            pieces.remove(index);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(kind: Kind, height: u32, essential: bool) -> Piece {
        Piece { kind, essential, height, ink: Vec::new() }
    }

    fn kinds(fitted: &Fitted) -> Vec<Kind> {
        fitted.pieces.iter().map(|piece| piece.kind).collect()
    }

    #[test]
    fn what_fits_is_left_alone() {
        let pieces = vec![piece(Kind::Heading, 50, false), piece(Kind::Body, 50, false)];
        let fitted = fit(Paper::MM80, pieces, 112, piece(Kind::Body, 10, true), false).unwrap();
        assert_eq!((fitted.left_out, fitted.pieces.len()), (0, 2));
    }

    #[test]
    fn pictures_go_first_then_the_end_and_headings_with_it() {
        let pieces = || {
            vec![
                piece(Kind::Picture, 500, false),
                piece(Kind::Body, 100, true),
                piece(Kind::Heading, 50, false),
                piece(Kind::Body, 100, false),
                piece(Kind::Body, 100, true),
            ]
        };
        let notice = || piece(Kind::Rule, 60, true);
        let without_picture = fit(Paper::MM80, pieces(), 700, notice(), false).unwrap();
        assert_eq!(
            kinds(&without_picture),
            [Kind::Body, Kind::Heading, Kind::Body, Kind::Body, Kind::Rule],
            "the picture alone was enough"
        );
        let shortest = fit(Paper::MM80, pieces(), 340, notice(), false).unwrap();
        assert_eq!(kinds(&shortest), [Kind::Body, Kind::Body, Kind::Rule], "the heading went with its text");
        assert_eq!(shortest.left_out, 3);
        assert_eq!(
            fit(Paper::MM80, pieces(), 200, notice(), false).unwrap_err(),
            328,
            "essentials are never dropped"
        );
    }
}
