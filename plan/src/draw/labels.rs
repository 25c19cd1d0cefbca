//! Which names are written, and where: the ones that matter first, none over another.

use embedded_graphics::geometry::{Point as Dot, Size};
use embedded_graphics::primitives::Rectangle;

use super::Drawing;
use crate::{Point, Room};

/// Names on a plan, at most (row J6).
pub const LABELS_MAX: usize = 7;
/// Dots between a mark and its name, and between names.
pub(crate) const GAP: i32 = 4;

/// A name and where it is written: centred lines in a box.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// One line or two.
    pub lines: Vec<String>,
    /// Where.
    pub area: Rectangle,
}

/// Where names still fit: shared by plans and maps.
pub(crate) struct Board<'a> {
    pub(crate) frame: Rectangle,
    pub(crate) measure: &'a dyn Fn(&str) -> Size,
    /// Marks and dots of the way: better not covered.
    pub(crate) busy: Vec<Rectangle>,
    pub(crate) placed: Vec<Label>,
}

pub(super) fn place(drawing: &Drawing<'_>, here: &str, measure: &dyn Fn(&str) -> Size) -> Vec<Label> {
    let mut board = Board { frame: drawing.frame(), measure, busy: busy(drawing), placed: Vec::new() };
    let scene = drawing.scene;
    let reach = (drawing.dot * 2) as i32 + GAP;
    board.beside(&splits(here), drawing.fit.dot(scene.kiosk.stand), reach, true);
    if let Some((place, _)) = scene.way {
        board.beside(&splits(&place.name), drawing.fit.dot(place.at), reach, true);
    }
    for room in rooms_by_worth(drawing) {
        if scene.way.is_none_or(|(place, _)| place.name != room.name) {
            inside(&mut board, room, drawing);
        }
    }
    board.placed
}

/// Rooms that the way leads through first, then the others, the largest first.
fn rooms_by_worth<'a>(drawing: &'a Drawing<'_>) -> Vec<&'a Room> {
    let doors = drawing.scene.way.iter().flat_map(|(_, route)| &route.legs).flat_map(|leg| &leg.doors);
    let passed: Vec<&str> = doors.filter_map(|room| room.as_deref()).collect();
    let mut rooms: Vec<&Room> =
        drawing.scene.plan.rooms.iter().filter(|room| !room.name.is_empty()).collect();
    rooms.sort_by_key(|room| (!passed.contains(&&*room.name), -crate::geometry::area(&room.outline)));
    rooms
}

fn busy(drawing: &Drawing<'_>) -> Vec<Rectangle> {
    let mark = |at: Point, widths: u32| {
        Rectangle::with_center(drawing.fit.dot(at), Size::new_equal(drawing.dot * widths))
    };
    let mut busy = vec![mark(drawing.scene.kiosk.stand, 4)];
    if let Some((place, route)) = drawing.scene.way {
        busy.push(mark(place.at, 4));
        let around = |dot: Dot| Rectangle::with_center(dot, Size::new_equal(drawing.dot));
        busy.extend(drawing.dots(route).into_iter().map(around));
    }
    busy
}

/// Inside a room, where its name fits and covers nothing: in the middle, or above or below it.
fn inside(board: &mut Board<'_>, room: &Room, drawing: &Drawing<'_>) {
    let corners: Vec<Dot> = room.outline.iter().map(|point| drawing.fit.dot(*point)).collect();
    let Some(bounds) = bounds(&corners) else { return };
    for lines in splits(&room.name) {
        let size = board.size(&lines);
        for share in [3, 1, 2, 4, 5] {
            let middle = bounds.top_left
                + Dot::new(bounds.size.width as i32 / 2, bounds.size.height as i32 * share / 6);
            let area = Rectangle::with_center(middle, size);
            let held = bounds.intersection(&area) == area && holds(room, drawing, &area.offset(GAP));
            if held && board.put(&lines, area) {
                return;
            }
        }
    }
}

impl Board<'_> {
    /// Beside a mark, in one of these ways to part the name. A name that `must` be there is, even where it covers a part
    /// of the way.
    pub(crate) fn beside(&mut self, ways: &[Vec<String>], mark: Dot, reach: i32, must: bool) {
        let mut best: Option<(usize, Label)> = None;
        for lines in ways {
            let size = self.size(lines);
            let (w, h) = (size.width as i32, size.height as i32);
            let corners = [
                (reach, -h / 2),
                (-reach - w, -h / 2),
                (-w / 2, reach),
                (-w / 2, -reach - h),
                (reach, reach),
                (-reach - w, reach),
                (reach, -reach - h),
                (-reach - w, -reach - h),
            ];
            for (x, y) in corners {
                let area = self.brought_inside(Rectangle::new(mark + Dot::new(x, y), size));
                if self.is_free(area) {
                    let cost = self.busy.iter().filter(|busy| overlap(busy, &area)).count();
                    if best.as_ref().is_none_or(|(least, _)| cost < *least) {
                        best = Some((cost, Label { lines: lines.clone(), area }));
                    }
                }
            }
        }
        self.placed.extend(best.filter(|(cost, _)| must || *cost == 0).map(|(_, label)| label));
    }

    /// Exactly there, where that covers nothing and there is room for another name.
    pub(crate) fn put(&mut self, lines: &[String], area: Rectangle) -> bool {
        let busy = self.busy.iter().any(|busy| overlap(busy, &area));
        let fits = self.placed.len() < LABELS_MAX && self.is_free(area) && !busy;
        if fits {
            self.placed.push(Label { lines: lines.to_vec(), area });
        }
        fits
    }

    pub(crate) fn size(&self, lines: &[String]) -> Size {
        let sizes: Vec<Size> = lines.iter().map(|line| (self.measure)(line)).collect();
        Size::new(
            sizes.iter().map(|size| size.width).max().unwrap_or(0),
            sizes.iter().map(|size| size.height).sum(),
        )
    }

    fn is_free(&self, area: Rectangle) -> bool {
        let wide = area.offset(GAP);
        self.placed.iter().all(|label| !overlap(&label.area, &wide))
    }

    /// The nearest place inside the frame.
    fn brought_inside(&self, area: Rectangle) -> Rectangle {
        let (corner, frame) = (self.frame.top_left, self.frame.size);
        let to = |at: i32, from: i32, size: u32, frame: u32| {
            at.clamp(from, from + (frame as i32 - size as i32).max(0))
        };
        let corner = Dot::new(
            to(area.top_left.x, corner.x, area.size.width, frame.width),
            to(area.top_left.y, corner.y, area.size.height, frame.height),
        );
        Rectangle::new(corner, area.size)
    }
}

/// Whether the room itself, not only its bounds, is around the area.
fn holds(room: &Room, drawing: &Drawing<'_>, area: &Rectangle) -> bool {
    let outline: Vec<Point> = room
        .outline
        .iter()
        .map(|point| drawing.fit.dot(*point))
        .map(|dot| Point { x: dot.x, y: dot.y })
        .collect();
    let (from, to) = (area.top_left, area.top_left + area.size);
    let corners = [(from.x, from.y), (to.x, from.y), (from.x, to.y), (to.x, to.y)];
    corners.into_iter().all(|corner| crate::geometry::is_inside(&outline, corner.into()))
}

fn overlap(a: &Rectangle, b: &Rectangle) -> bool {
    !a.intersection(b).is_zero_sized()
}

fn bounds(dots: &[Dot]) -> Option<Rectangle> {
    let least = dots.iter().copied().reduce(Dot::component_min)?;
    let most = dots.iter().copied().reduce(Dot::component_max)?;
    Some(Rectangle::with_corners(least, most))
}

/// A name on one line, then on two, parted at the space that is nearest to its middle, then after the hyphen that is.
pub(crate) fn splits(name: &str) -> Vec<Vec<String>> {
    let middle = name.len() / 2;
    let mut splits = vec![vec![name.to_owned()]];
    for sign in [' ', '-'] {
        // A sign at the end parts nothing.
        let places = name.match_indices(sign).map(|(at, _)| at + 1).filter(|at| *at < name.len());
        let two = places.min_by_key(|at| at.abs_diff(middle)).and_then(|at| name.split_at_checked(at));
        splits.extend(two.map(|(first, second)| vec![first.trim().to_owned(), second.trim().to_owned()]));
    }
    splits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parted_at_spaces_then_after_hyphens() {
        let parted = |name| splits(name).into_iter().map(|lines| lines.join("/")).collect::<Vec<_>>();
        assert_eq!(parted("Gare"), ["Gare"]);
        assert_eq!(parted("Saint-Aubin-du-Meu"), ["Saint-Aubin-du-Meu", "Saint-/Aubin-du-Meu"]);
        let names = ["Arrêt Le Pré-Vert", "Arrêt Le/Pré-Vert", "Arrêt Le Pré-/Vert"];
        assert_eq!(parted("Arrêt Le Pré-Vert"), names);
    }
}
