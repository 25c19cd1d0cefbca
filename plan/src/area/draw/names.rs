//! Which names are written on an area map: the hall, the place, its stop, then towns, the larger and nearer first.

use embedded_graphics::geometry::{Point as Dot, Size};
use embedded_graphics::primitives::Rectangle;

use super::{Drawing, MeasureText};
use crate::area::{HALL, Town};
use crate::draw::{Board, GAP, LABELS_MAX, Label, splits};

/// Towns that are tried, at most: each is measured.
const TRIED_MAX: usize = 16;
/// Lines of a name, at most.
const LINES_MAX: usize = 3;

pub(super) fn place(drawing: &Drawing<'_>, here: &str, measure: MeasureText<'_>) -> Vec<Label> {
    let inset = (drawing.line * 2) as i32;
    let mut board =
        Board { frame: drawing.frame.map.offset(-inset), measure, busy: busy(drawing), placed: Vec::new() };
    let scene = &drawing.scene;
    let reach = (drawing.dot * 2) as i32 + GAP;
    board.beside(&ways(&board, here), drawing.dot(HALL), reach, true);
    let way = short_ways(&board, &scene.place.name).unwrap_or_else(|| ways(&board, scene.kind));
    board.beside(&way, drawing.dot(scene.place.at), reach, true);
    if let Some(stop) = scene.stops.first() {
        let name = format!("Arrêt {}", stop.name);
        board.beside(&whole_ways(&board, &name), drawing.dot(stop.at), drawing.dot as i32 + GAP, false);
    }
    for town in towns(drawing) {
        if board.placed.len() < LABELS_MAX {
            around(&mut board, drawing.dot(town.at), &town.name);
        }
    }
    board.placed
}

/// The marks, which no name covers.
fn busy(drawing: &Drawing<'_>) -> Vec<Rectangle> {
    let mark = |at, widths: u32| Rectangle::with_center(at, Size::new_equal(drawing.dot * widths));
    let scene = &drawing.scene;
    let mut busy = vec![mark(drawing.dot(HALL), 4), mark(drawing.dot(scene.place.at), 4)];
    busy.extend(scene.stops.iter().map(|stop| mark(drawing.dot(stop.at), 2)));
    busy
}

/// Towns on the map in the order in which they are tried: the larger first, of these the nearest to the place, then those
/// that are farthest from all before, so that names are spread over the map.
fn towns<'a>(drawing: &'a Drawing<'_>) -> Vec<&'a Town> {
    let scene = &drawing.scene;
    let mut left: Vec<&Town> =
        scene.area.towns.iter().filter(|town| drawing.frame.map.contains(drawing.dot(town.at))).collect();
    left.sort_by_key(|town| (town.rank, scene.place.at.distance(town.at) as i64));
    let (mut towns, mut taken): (Vec<&Town>, _) = (Vec::new(), vec![HALL, scene.place.at]);
    while towns.len() < TRIED_MAX && !left.is_empty() {
        let apart = |town: &Town| taken.iter().map(|at| at.distance(town.at) as i64).min();
        let alike = left.iter().take_while(|town| town.rank == left[0].rank).enumerate();
        let farthest = alike.max_by_key(|(_, town)| apart(town)).map_or(0, |(number, _)| number);
        let town = left.remove(if towns.is_empty() { 0 } else { farthest });
        taken.push(town.at);
        towns.push(town);
    }
    towns
}

/// On the town itself, or just above or below.
fn around(board: &mut Board<'_>, at: Dot, name: &str) {
    for lines in splits(name) {
        let size = board.size(&lines);
        for shift in [0, -1, 1] {
            let middle = at + Dot::new(0, shift * (size.height as i32 + GAP));
            let area = Rectangle::with_center(middle, size);
            let inside = board.frame.intersection(&area) == area;
            if inside && board.put(&lines, area) {
                return;
            }
        }
    }
}

/// Ways to put the name of a place on a line or two that hide little of the map, if there are any: it stands above the map
/// in full.
fn short_ways(board: &Board<'_>, name: &str) -> Option<Vec<Vec<String>>> {
    let most = board.frame.size.width * 3 / 5;
    let mut ways = splits(name);
    ways.retain(|lines| board.size(lines).width <= most);
    (!ways.is_empty()).then_some(ways)
}

/// The widest line of a name on the map.
fn widest(board: &Board<'_>) -> u32 {
    board.frame.size.width * 4 / 5
}

/// Ways to put the whole name on few lines; none where it is too long for the map.
fn whole_ways(board: &Board<'_>, name: &str) -> Vec<Vec<String>> {
    let most = widest(board);
    let mut ways = splits(name);
    ways.retain(|lines| board.size(lines).width <= most);
    if ways.is_empty() {
        let lines = wrapped(board, name, most);
        let fits = lines.len() <= LINES_MAX && board.size(&lines).width <= board.frame.size.width;
        ways.extend(fits.then_some(lines));
    }
    ways
}

/// Ways to put a name that must be there: cut where even the most lines do not hold it.
fn ways(board: &Board<'_>, name: &str) -> Vec<Vec<String>> {
    let mut ways = whole_ways(board, name);
    if ways.is_empty() {
        let mut lines = wrapped(board, name, widest(board));
        lines.truncate(LINES_MAX);
        for line in &mut lines {
            while board.size(std::slice::from_ref(line)).width > board.frame.size.width
                && line.pop().is_some()
            {}
        }
        ways.push(lines);
    }
    ways
}

/// Words, parted after hyphens too, put into lines of at most `most` dots, where they are no longer than that.
fn wrapped(board: &Board<'_>, name: &str, most: u32) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in name.split_inclusive([' ', '-']) {
        match lines.last_mut() {
            Some(line) if (board.measure)(format!("{line}{word}").trim_end()).width <= most => {
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    for line in &mut lines {
        line.truncate(line.trim_end().len());
    }
    lines
}
