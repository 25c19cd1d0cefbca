//! Text into lines of glyphs: sizes in millimetres of capital height, wrapping, both directions.

use cosmic_text::{
    Align, Attrs, Buffer, CacheKey, Family, FontSystem, Metrics, Shaping, SwashCache, Weight, Wrap,
};

use super::ink::Ink;
use super::{Direction, Fonts, TextSize, words};
use crate::paper::Paper;

/// Height of capitals in tenths of a millimetre, by the accessibility bar (J1) and the place in the hierarchy.
/// Large headings are bold rather than much larger: at 13 letters a line, size costs legibility.
const fn cap_tenths_mm(size: TextSize, role: Role) -> u32 {
    match (size, role) {
        (TextSize::Normal, Role::Body) => 35,
        (TextSize::Normal, Role::Heading) => 40,
        (TextSize::Normal, Role::Title) => 50,
        (TextSize::Large, Role::Body | Role::Heading) => 63,
        (TextSize::Large, Role::Title) => 70,
    }
}

/// Line height divided by font size: room for accents on capitals and for Arabic marks.
const LINE_HEIGHT: f32 = 1.3;

/// Place of a text in the hierarchy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Body,
    Heading,
    Title,
}

/// How a text is set.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Style {
    /// Font size in dots.
    pub(crate) size: f32,
    pub(crate) bold: bool,
}

impl Style {
    /// Dots from one line to the next.
    pub(crate) fn line(self) -> u32 {
        (self.size * LINE_HEIGHT).ceil() as u32
    }
}

/// A text that was set: its ink from (0, 0), its height in dots, and whether a word had to be broken.
#[derive(Debug)]
pub(crate) struct Set {
    pub(crate) ink: Vec<Ink>,
    pub(crate) height: u32,
    pub(crate) broken: bool,
}

/// Fonts, shaping buffer and glyph pictures, reused from slip to slip.
pub(crate) struct Typesetter {
    pub(crate) system: FontSystem,
    pub(crate) glyphs: SwashCache,
    buffer: Buffer,
    family: String,
    cap_ratio: f32,
    /// Characters that no font has, since this was last set to zero.
    pub(crate) missing: usize,
}

impl Typesetter {
    pub(crate) fn new(fonts: Fonts) -> Self {
        let Fonts { system, family, cap_ratio } = fonts;
        let buffer = Buffer::new_empty(Metrics::new(40.0, 52.0));
        Self { system, glyphs: SwashCache::new(), buffer, family, cap_ratio, missing: 0 }
    }

    /// The style of a role on a paper. Half a dot is added so that rounding to whole dots never falls below the bar.
    pub(crate) fn style(&self, paper: Paper, size: TextSize, role: Role, bold: bool) -> Style {
        let capitals = paper.at_least(cap_tenths_mm(size, role)) as f32 + 0.5;
        Style { size: capitals / self.cap_ratio, bold }
    }

    /// A bold style whose capitals are that many dots high.
    pub(crate) fn bold(&self, capitals: u32) -> Style {
        Style { size: (capitals as f32 + 0.5) / self.cap_ratio, bold: true }
    }

    /// Sets `text` in a column of `width` dots, aligned to the side where `direction` starts to read.
    /// Words wider than the column are hyphenated.
    pub(crate) fn set(&mut self, text: &str, style: Style, width: u32, direction: Direction) -> Set {
        let set = self.set_as_is(text, style, width, direction);
        if !set.broken {
            return set;
        }
        let hyphenated = self.hyphenated(text, style, width);
        Set { broken: true, ..self.set_as_is(&hyphenated, style, width, direction) }
    }

    /// Too wide words in parts that fit, each but the last with a hyphen and a space to break the line at. The parts
    /// never meet on one line, because together they are wider than it.
    fn hyphenated(&mut self, text: &str, style: Style, width: u32) -> String {
        let mut out = String::with_capacity(text.len() + 8);
        for piece in text.split_inclusive([' ', '\n']) {
            let mut rest = piece.to_owned();
            while self.widths(&rest, style).1 > width {
                let fits = |at: &usize| {
                    let head = format!("{}-", rest.get(..*at).unwrap_or_default());
                    self.widths(&head, style).1 <= width
                };
                let Some(at) = words::hyphenation(rest.trim_end()).into_iter().find(fits) else { break };
                let tail = rest.split_off(at);
                out.push_str(&rest);
                out.push_str("- ");
                rest = tail;
            }
            out.push_str(&rest);
        }
        out
    }

    fn set_as_is(&mut self, text: &str, style: Style, width: u32, direction: Direction) -> Set {
        self.shape(text, style, Some(width as f32), direction);
        let mut ink = Vec::with_capacity(text.len());
        let mut height = 0.0_f32;
        let mut broken = false;
        for run in self.buffer.layout_runs() {
            height = height.max(run.line_top + run.line_height);
            let start = run.glyphs.iter().map(|glyph| glyph.start).min().unwrap_or(0);
            broken |= breaks_a_word(run.text, start);
            for glyph in run.glyphs {
                let placed = glyph.physical((0.0, run.line_y.round()), 1.0);
                // Glyph 0 is the box that stands for what a font does not have.
                self.missing += usize::from(glyph.glyph_id == 0);
                // Whole dots only: a glyph then looks the same wherever it stands, and is drawn once.
                let (key, x, _) = CacheKey::new(
                    placed.cache_key.font_id,
                    placed.cache_key.glyph_id,
                    glyph.font_size,
                    ((glyph.x + glyph.font_size * glyph.x_offset).round(), 0.0),
                    placed.cache_key.font_weight,
                    placed.cache_key.flags,
                );
                ink.push(Ink::Glyph { key, x, y: placed.y });
            }
        }
        Set { ink, height: height.ceil() as u32, broken }
    }

    /// Widths in dots of the text on one line and of its widest word.
    pub(crate) fn widths(&mut self, text: &str, style: Style) -> (u32, u32) {
        let words = text.split_whitespace().collect::<Vec<_>>().join("\n");
        let mut widest = |text: &str| {
            self.shape(text, style, None, Direction::LeftToRight);
            self.buffer.layout_runs().map(|run| run.line_w).fold(0.0, f32::max).ceil() as u32
        };
        (widest(text), widest(&words))
    }

    fn shape(&mut self, text: &str, style: Style, width: Option<f32>, direction: Direction) {
        let weight = if style.bold { Weight::BOLD } else { Weight::NORMAL };
        let attrs = Attrs::new().family(Family::Name(&self.family)).weight(weight);
        let align = match direction {
            Direction::LeftToRight => Align::Left,
            Direction::RightToLeft => Align::Right,
        };
        self.buffer.set_metrics(Metrics::new(style.size, style.line() as f32));
        self.buffer.set_wrap(Wrap::WordOrGlyph);
        self.buffer.set_size(width, None);
        self.buffer.set_text(&directed(text, direction), &attrs, Shaping::Advanced, Some(align));
        self.buffer.shape_until_scroll(&mut self.system, false);
    }
}

/// Makes mixed lines read the way of the slip: a line with letters of both scripts that begins with the other one gets
/// a mark without width. A line wholly in the other script (a French address on an Arabic slip) keeps its own order,
/// and the groups of a telephone number are tied, because single spaces would let them be reversed.
fn directed(text: &str, direction: Direction) -> String {
    let (mark, ours): (char, fn(char) -> bool) = match direction {
        Direction::LeftToRight => ('\u{200E}', |c| !reads_right_to_left(c)),
        Direction::RightToLeft => ('\u{200F}', reads_right_to_left),
    };
    let mut directed = String::with_capacity(text.len() + 3);
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            directed.push('\n');
        }
        let mut letters = line.chars().filter(|c| c.is_alphabetic());
        if letters.next().is_some_and(|first| !ours(first)) && letters.any(ours) {
            directed.push(mark);
        }
        // On a line from left to right a long number may well be broken between its groups.
        directed.push_str(&words::tied(line, direction == Direction::RightToLeft));
    }
    directed
}

/// Hebrew, Arabic, Syriac, Thaana, N'Ko and their presentation forms (Unicode 16 blocks).
fn reads_right_to_left(c: char) -> bool {
    matches!(u32::from(c), 0x0590..=0x08FF | 0xFB1D..=0xFDFF | 0xFE70..=0xFEFC)
}

/// Whether a line that starts at byte `start` of `text` starts inside a word (its full stop included).
fn breaks_a_word(text: &str, start: usize) -> bool {
    let before = text.get(..start).and_then(|head| head.chars().next_back());
    before.is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mixed_line_that_starts_in_the_other_script_is_marked() {
        assert_eq!(directed("CAF\nCAF الصندوق", Direction::RightToLeft), "CAF\n\u{200F}CAF الصندوق");
        assert_eq!(directed("12 الصندوق CAF", Direction::LeftToRight), "\u{200E}12 الصندوق CAF");
        assert_eq!(directed("Où", Direction::LeftToRight), "Où");
    }

    #[test]
    fn only_a_break_between_two_letters_breaks_a_word() {
        assert!(breaks_a_word("mairie", 3));
        assert!(!breaks_a_word("la mairie", 3));
        assert!(!breaks_a_word("rendez-vous", 7));
        assert!(!breaks_a_word("mairie", 0));
    }
}
