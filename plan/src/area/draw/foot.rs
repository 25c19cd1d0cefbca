//! What stands under a map: a scale bar with a round figure, an arrow to the north, who made the data.

use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{Point as Dot, Size};
use embedded_graphics::primitives::Rectangle;

use super::frame::{Frame, round_length};
use super::{MeasureText, Style, ink};
use crate::area::Area;
use crate::draw::Label;

/// The letter of the north, in French as in English.
const NORTH: &str = "N";
/// Lines of credits, at most: what their characters take on the narrowest paper.
const CREDIT_LINES_MAX: usize = 16;

#[derive(Clone, Debug)]
pub(super) struct Foot {
    /// The scale bar, and what it says in metres.
    pub(super) bar: Rectangle,
    pub(super) metres: f64,
    /// Where the arrow is.
    arrow: Rectangle,
    pub(super) captions: Vec<Label>,
    line: u32,
}

impl Foot {
    /// How high it is under a map of that width.
    pub(super) fn height(area: &Area, width: u32, line: u32, measure: MeasureText<'_>) -> u32 {
        let credits = credits(area, width, measure);
        let rows: u32 = credits.iter().map(|row| measure(row).height).sum();
        gap(line) + measure(NORTH).height + rows
    }

    pub(super) fn new(area: &Area, width: u32, frame: &Frame, line: u32, measure: MeasureText<'_>) -> Self {
        let row = measure(NORTH);
        let top = (frame.map.size.height + gap(line)) as i32;
        let middle = top + row.height as i32 / 2;
        let metres = round_length(frame.scale() * f64::from(width) / 3.0);
        let long = (metres / frame.scale()).round() as u32;
        let high = line * 4;
        let bar = Rectangle::new(Dot::new(0, middle - high as i32 / 2), Size::new(long, high));
        let says = length(metres);
        let says_at = Dot::new((long + gap(line)) as i32, top);
        let north_at = Dot::new(width.saturating_sub(row.width) as i32, top);
        let arrow_size = Size::new(row.height / 2, row.height * 3 / 4);
        let arrow_at = north_at - Dot::new((arrow_size.width + gap(line)) as i32, 0)
            + Dot::new(0, (row.height - arrow_size.height) as i32 / 2);
        let mut captions =
            vec![caption(says_at, says, measure), caption(north_at, NORTH.to_owned(), measure)];
        let mut below = top + row.height as i32;
        for text in credits(area, width, measure) {
            let label = caption(Dot::new(0, below), text, measure);
            below += label.area.size.height as i32;
            captions.push(label);
        }
        Self { bar, metres, arrow: Rectangle::new(arrow_at, arrow_size), captions, line }
    }

    pub(super) fn draw<D: DrawTarget>(
        &self,
        style: &Style<D::Color>,
        target: &mut D,
    ) -> Result<(), D::Error> {
        let (at, size) = (self.bar.top_left, self.bar.size);
        let base = Dot::new(at.x, at.y + (size.height - self.line) as i32);
        target.fill_solid(&Rectangle::new(base, Size::new(size.width, self.line)), style.ink)?;
        for end in [0, size.width.saturating_sub(self.line)] {
            let tick = Rectangle::new(at + Dot::new(end as i32, 0), Size::new(self.line, size.height));
            target.fill_solid(&tick, style.ink)?;
        }
        let (x, y) = (f64::from(self.arrow.top_left.x), f64::from(self.arrow.top_left.y));
        let (w, h) = (f64::from(self.arrow.size.width), f64::from(self.arrow.size.height));
        let arrow = vec![(x + w / 2.0, y), (x + w, y + h), (x + w / 2.0, y + h * 0.75), (x, y + h)];
        ink::fill(&[arrow], style.ink, target)
    }
}

fn gap(line: u32) -> u32 {
    line * 3
}

fn caption(at: Dot, text: String, measure: MeasureText<'_>) -> Label {
    let area = Rectangle::new(at, measure(&text));
    Label { lines: vec![text], area }
}

/// "500 m", "2 km".
fn length(metres: f64) -> String {
    if metres < 1_000.0 { format!("{metres:.0} m") } else { format!("{:.0} km", metres / 1_000.0) }
}

/// "Carte : IGN, © les contributeurs d’OpenStreetMap", in lines that fit.
fn credits(area: &Area, width: u32, measure: MeasureText<'_>) -> Vec<String> {
    if area.credits.is_empty() {
        return Vec::new();
    }
    let mut lines = vec![String::new()];
    for word in format!("Carte : {}", area.credits.join(", ")).split_whitespace() {
        for piece in pieces(word, width, measure) {
            let Some(line) = lines.last_mut() else { break };
            let longer = if line.is_empty() { piece.clone() } else { format!("{line} {piece}") };
            if line.is_empty() || measure(&longer).width <= width {
                *line = longer;
            } else {
                lines.push(piece);
            }
        }
    }
    lines.truncate(CREDIT_LINES_MAX);
    lines
}

/// A word, in pieces where it is wider than the map: addresses of sources are.
fn pieces(word: &str, width: u32, measure: MeasureText<'_>) -> Vec<String> {
    if measure(word).width <= width {
        return vec![word.to_owned()];
    }
    let mut pieces = vec![String::new()];
    for letter in word.chars() {
        let Some(piece) = pieces.last_mut() else { break };
        let longer = format!("{piece}{letter}");
        if piece.is_empty() || measure(&longer).width <= width {
            *piece = longer;
        } else {
            pieces.push(letter.to_string());
        }
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::area::{CREDIT_CHARS_MAX, CREDITS_CHARS_MAX};

    fn letters(text: &str) -> Size {
        Size::new(20 * text.chars().count() as u32, 30)
    }

    #[test]
    fn credits_stand_whole_on_narrow_paper() {
        let osm = "© les contributeurs d’OpenStreetMap";
        let credits = [
            osm,
            "IGN Admin Express",
            "Syndicat des mobilités du pays de Saint-Méen",
            "https://exemple.fr/mobilites/horaires/2026/janvier/stops",
        ];
        assert!(credits.iter().map(|credit| credit.chars().count()).sum::<usize>() <= CREDITS_CHARS_MAX);
        for credits in [credits.map(str::to_owned).to_vec(), vec!["M".repeat(CREDIT_CHARS_MAX); 2]] {
            let area = Area { credits, ..Area::default() };
            let lines = super::credits(&area, 352, &letters);
            assert!(lines.iter().all(|line| letters(line).width <= 352), "{lines:?}");
            let dense = |text: &str| text.split_whitespace().collect::<String>();
            assert_eq!(dense(&lines.concat()), dense(&format!("Carte : {}", area.credits.join(", "))));
        }
    }
}
