//! A plan as an SVG picture for a page: only what was read, so nothing that a drawing could hide.

use std::fmt::Write as _;

use quick_xml::Writer;
use quick_xml::events::BytesText;

use crate::draw::splits;
use crate::{Kiosk, Plan, Point, Room};

/// Colours and widths of the page, in centimetres of the hall.
const STYLE: &str = "text{font:bold 70px sans-serif;text-anchor:middle;fill:#14262a;stroke:#fff;stroke-width:14px;paint-order:stroke}\
.r{fill:#fff;stroke:#93a8a9;stroke-width:6}.w{fill:none;stroke:#14262a;stroke-width:14;stroke-linecap:square}\
.d{stroke:#fff;stroke-width:18}.k{fill:#8a1c10}.k+path{stroke:#8a1c10;stroke-width:22;stroke-linecap:round}";

/// Centimetres of the hall that a letter takes, and a line.
const LETTER: i32 = 38;
const LINE: i32 = 75;

/// The picture of `plan` with a mark at `here`, and the names of rooms.
pub fn svg(plan: &Plan, here: Option<&Kiosk>) -> std::io::Result<String> {
    let mut writer = Writer::new(Vec::new());
    let view = format!("0 0 {} {}", plan.size.x, plan.size.y);
    let attributes = [("xmlns", "http://www.w3.org/2000/svg"), ("viewBox", view.as_str())];
    writer.create_element("svg").with_attributes(attributes).write_inner_content(|writer| {
        writer.create_element("style").write_text_content(BytesText::new(STYLE))?;
        for room in &plan.rooms {
            path(writer, "r", &room.outline)?;
        }
        for wall in &plan.walls {
            path(writer, "w", wall)?;
        }
        for door in &plan.doors {
            path(writer, "d", door)?;
        }
        for room in plan.rooms.iter().filter(|room| !room.name.is_empty()) {
            name(writer, room)?;
        }
        here.map_or(Ok(()), |kiosk| mark(writer, kiosk))
    })?;
    Ok(String::from_utf8_lossy(&writer.into_inner()).into_owned())
}

fn mark(writer: &mut Writer<Vec<u8>>, kiosk: &Kiosk) -> std::io::Result<()> {
    let (x, y) = (kiosk.stand.x.to_string(), kiosk.stand.y.to_string());
    let circle = [("class", "k"), ("cx", x.as_str()), ("cy", y.as_str()), ("r", "45")];
    writer.create_element("circle").with_attributes(circle).write_empty()?;
    path(writer, "", &[kiosk.stand, kiosk.at])
}

fn path(writer: &mut Writer<Vec<u8>>, class: &str, line: &[Point]) -> std::io::Result<()> {
    let mut way = String::new();
    for (at, point) in line.iter().enumerate() {
        let step = if at == 0 { 'M' } else { 'L' };
        // A string does not refuse to be written to.
        let _ = write!(way, "{step}{} {}", point.x, point.y);
    }
    writer.create_element("path").with_attributes([("class", class), ("d", way.as_str())]).write_empty()?;
    Ok(())
}

/// The name of a room, on one line or two; not at all where it would stand in the next one.
fn name(writer: &mut Writer<Vec<u8>>, room: &Room) -> std::io::Result<()> {
    let sides = || room.outline.iter().map(|point| point.x);
    let width = sides().max().zip(sides().min()).map_or(0, |(most, least)| most - least);
    let fits = |lines: &Vec<String>| lines.iter().all(|line| line.chars().count() as i32 * LETTER <= width);
    let Some(lines) = splits(&room.name).into_iter().find(fits) else { return Ok(()) };
    let middle = crate::geometry::middle(&room.outline);
    let first = middle.y - (lines.len() as i32 - 1) * LINE / 2;
    for (at, line) in (0..).zip(&lines) {
        text(writer, Point { x: middle.x, y: first + at * LINE }, line)?;
    }
    Ok(())
}

fn text(writer: &mut Writer<Vec<u8>>, at: Point, name: &str) -> std::io::Result<()> {
    let (x, y) = (at.x.to_string(), (at.y + LINE / 3).to_string());
    let attributes = [("x", x.as_str()), ("y", y.as_str())];
    writer.create_element("text").with_attributes(attributes).write_text_content(BytesText::new(name))?;
    Ok(())
}
