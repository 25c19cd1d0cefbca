//! Each element of a slip into pieces of ink: titles, lists, facts, codes, pictures.

use qrcodegen::{QrCode, QrCodeEcc, QrSegment, Version};

use super::fit::{Kind, Piece};
use super::ink::Ink;
use super::typeset::{Role, Style, Typesetter};
use super::{Direction, Element, Part, QR_BYTES_MAX, Slip, SlipError, TextSize};
use crate::paper::Paper;

/// Side margin in tenths of a millimetre (accessibility bar J3).
const MARGIN_TENTHS_MM: u32 = 40;

/// Dots between the side margins of a slip: what a picture may take.
pub fn column_dots(paper: Paper) -> u32 {
    paper.dots() - 2 * paper.at_least(MARGIN_TENTHS_MM)
}
/// Smallest side of a QR code without its quiet zone, in tenths of a millimetre (accessibility bar J5).
const QR_TENTHS_MM: u32 = 250;
/// Above a line to write on, in tenths of a millimetre: the height of a ruled line of a school exercise book.
const WRITTEN_TENTHS_MM: u32 = 80;
/// White modules that a QR code needs on each side (ISO/IEC 18004).
const QUIET_MODULES: u32 = 4;

/// The column that blocks are set in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Frame {
    pub(crate) paper: Paper,
    pub(crate) direction: Direction,
    pub(crate) size: TextSize,
    /// White dots left and right.
    pub(crate) margin: u32,
    /// Dots between the margins.
    pub(crate) width: u32,
}

impl Frame {
    pub(crate) fn of(slip: &Slip, size: TextSize, paper: Paper) -> Self {
        let margin = paper.at_least(MARGIN_TENTHS_MM);
        let width = column_dots(paper);
        Self { paper, direction: slip.direction(), size, margin, width }
    }

    /// Where something `width` dots wide goes that starts `start` dots after the side where reading starts.
    pub(crate) fn x(self, start: u32, width: u32) -> i32 {
        let from_left = match self.direction {
            Direction::LeftToRight => self.margin as i32 + start as i32,
            Direction::RightToLeft => (self.margin + self.width) as i32 - start as i32 - width as i32,
        };
        from_left.max(0)
    }
}

/// Sets elements in a frame.
pub(crate) struct Blocks<'a> {
    pub(crate) types: &'a mut Typesetter,
    pub(crate) frame: Frame,
}

impl Blocks<'_> {
    /// The pieces of element number `index`.
    pub(crate) fn pieces(&mut self, index: usize, part: &Part) -> Result<Vec<Piece>, SlipError> {
        let essential = part.essential;
        let piece = |kind, (ink, height)| Piece { kind, essential, height, ink };
        Ok(match &part.element {
            Element::Header(text) => vec![piece(Kind::Body, self.header(text))],
            Element::Title(text) => vec![piece(Kind::Body, self.display(text, Role::Title))],
            Element::Heading(text) => vec![piece(Kind::Heading, self.display(text, Role::Heading))],
            Element::Text(text) => vec![piece(Kind::Body, self.paragraph(text, false))],
            Element::List(items) => {
                items.iter().map(|item| piece(Kind::Item { list: index }, self.item(item))).collect()
            }
            Element::Labelled { label, text } => vec![piece(Kind::Body, self.labelled(label, text))],
            Element::Table(rows) => {
                let rows = self.table(rows);
                rows.into_iter().map(|row| piece(Kind::Item { list: index }, row)).collect()
            }
            Element::Qr { payload, beside } => vec![piece(Kind::Body, self.qr(payload, beside)?)],
            Element::Picture(picture) => {
                let (width, available) = (picture.width(), self.frame.width);
                if width > available {
                    return Err(SlipError::PictureTooWide { width, available });
                }
                let ink = Ink::Picture { x: self.frame.x(0, width), y: 0, picture: picture.clone() };
                vec![piece(Kind::Picture, (vec![ink], picture.height()))]
            }
            Element::WriteIn(names) => vec![piece(Kind::Body, self.write_ins(names))],
            Element::Rule => vec![piece(Kind::Rule, self.rule(self.hairline()))],
            Element::Space => vec![piece(Kind::Space, (Vec::new(), 0))],
        })
    }

    /// The words under a slip that was cut.
    pub(crate) fn notice(&mut self, words: &str) -> Piece {
        let (mut ink, line) = self.rule(self.hairline());
        let space = self.frame.paper.at_least(35);
        let (words, height) = self.paragraph(words, true);
        ink.extend(words.into_iter().map(|ink| ink.moved(0, (line + space) as i32)));
        Piece { kind: Kind::Rule, essential: true, height: line + space + height, ink }
    }

    pub(crate) fn style(&self, role: Role, bold: bool) -> Style {
        self.types.style(self.frame.paper, self.frame.size, role, bold)
    }

    /// Text in a column of `width` dots that starts `start` dots into the frame.
    pub(crate) fn column(&mut self, text: &str, style: Style, start: u32, width: u32) -> (Vec<Ink>, u32) {
        let set = self.types.set(text, style, width, self.frame.direction);
        let x = self.frame.x(start, width);
        (set.ink.into_iter().map(|ink| ink.moved(x, 0)).collect(), set.height)
    }

    pub(crate) fn hairline(&self) -> u32 {
        self.frame.paper.at_least(3)
    }

    fn rule(&self, thickness: u32) -> (Vec<Ink>, u32) {
        let line = Ink::Box {
            x: self.frame.x(0, self.frame.width),
            y: 0,
            width: self.frame.width,
            height: thickness,
        };
        (vec![line], thickness)
    }

    fn header(&mut self, text: &str) -> (Vec<Ink>, u32) {
        let (mut ink, height) = self.paragraph(text, false);
        let top = height + self.frame.paper.at_least(12);
        let (rule, thickness) = self.rule(self.frame.paper.at_least(7));
        ink.extend(rule.into_iter().map(|ink| ink.moved(0, top as i32)));
        (ink, top + thickness)
    }

    /// A title or heading: as large as its role says, smaller down to body size where a word would be broken.
    fn display(&mut self, text: &str, role: Role) -> (Vec<Ink>, u32) {
        let body = self.style(Role::Body, true);
        let mut style = self.style(role, true);
        let step = (style.size - body.size) / 3.0;
        while style.size > body.size + 0.5
            && self.types.set(text, style, self.frame.width, self.frame.direction).broken
        {
            style.size -= step;
        }
        self.column(text, style, 0, self.frame.width)
    }

    fn paragraph(&mut self, text: &str, bold: bool) -> (Vec<Ink>, u32) {
        let style = self.style(Role::Body, bold);
        self.column(text, style, 0, self.frame.width)
    }

    fn item(&mut self, text: &str) -> (Vec<Ink>, u32) {
        let style = self.style(Role::Body, false);
        let indent = (style.size * 0.8) as u32;
        let (mut ink, height) = self.column(text, style, indent, self.frame.width - indent);
        let radius = (style.size * 0.14) as i32;
        let x = self.frame.x(0, 2 * radius as u32) + radius;
        ink.push(Ink::Disc { x, y: (style.line() / 2) as i32, radius });
        (ink, height)
    }

    fn labelled(&mut self, label: &str, text: &str) -> (Vec<Ink>, u32) {
        let (mut ink, top) = self.paragraph(label, true);
        let (words, height) = self.paragraph(text, false);
        ink.extend(words.into_iter().map(|ink| ink.moved(0, top as i32)));
        (ink, top + height)
    }

    fn write_ins(&mut self, names: &[String]) -> (Vec<Ink>, u32) {
        let mut all = (Vec::new(), 0);
        for name in names {
            let (ink, height) = self.write_in(name);
            all.0.extend(ink.into_iter().map(|ink| ink.moved(0, all.1 as i32)));
            all.1 += height;
        }
        all
    }

    /// The name, and a line after it, or under it where that leaves too little of the line.
    fn write_in(&mut self, label: &str) -> (Vec<Ink>, u32) {
        let style = self.style(Role::Body, true);
        let (paper, width, thickness) = (self.frame.paper, self.frame.width, self.hairline());
        let gap = paper.at_least(20);
        let named = self.types.widths(label, style).0 + gap;
        let (mut ink, tall) = self.column(label, style, 0, width);
        let room = paper.at_least(WRITTEN_TENTHS_MM);
        let beside = named <= width / 2;
        // Beside its line, the name stands on it: its last fifth is for letters that go below.
        let down = if beside { room.saturating_sub(tall - style.line() / 5) } else { 0 };
        let line = if beside { room } else { tall + room };
        ink = ink.into_iter().map(|ink| ink.moved(0, down as i32)).collect();
        let start = if beside { named } else { 0 };
        let (x, length) = (self.frame.x(start, width - start), width - start);
        ink.push(Ink::Box { x, y: line as i32, width: length, height: thickness });
        (ink, (line + thickness).max(down + tall))
    }

    fn qr(&mut self, payload: &str, beside: &str) -> Result<(Vec<Ink>, u32), SlipError> {
        let code = encode(payload)?;
        let modules = code.size() as u32;
        let scale = self.frame.paper.at_least(QR_TENTHS_MM).div_ceil(modules);
        let (side, quiet) = (modules * scale, QUIET_MODULES * scale);
        // The side margin is part of the quiet zone; only what it lacks is added.
        let start = quiet.saturating_sub(self.frame.margin);
        let mut ink = modules_of(&code, scale, self.frame.x(start, side));
        let style = self.style(Role::Body, false);
        let column = (start + side + quiet).min(self.frame.width);
        let room = self.frame.width - column;
        if room as f32 >= style.size * 5.5 && self.types.widths(beside, style).1 <= room {
            let (words, height) = self.column(beside, style, column, room);
            let down = side.saturating_sub(height) / 2;
            ink.extend(words.into_iter().map(|ink| ink.moved(0, down as i32)));
            Ok((ink, side.max(height)))
        } else {
            let (words, height) = self.column(beside, style, 0, self.frame.width);
            ink.extend(words.into_iter().map(|ink| ink.moved(0, (side + quiet) as i32)));
            Ok((ink, side + quiet + height))
        }
    }
}

fn encode(payload: &str) -> Result<QrCode, SlipError> {
    let segments = QrSegment::make_segments(payload);
    let largest = Version::new(10);
    QrCode::encode_segments_advanced(&segments, QrCodeEcc::Medium, Version::MIN, largest, None, true).map_err(
        |_| SlipError::TooMany { what: "bytes in a QR code", found: payload.len(), max: QR_BYTES_MAX },
    )
}

/// A QR code for a screen: the modules of one side, and whether each is dark, row by row, with the quiet zone around it.
pub fn code(payload: &str) -> Result<(u32, Vec<bool>), SlipError> {
    let code = encode(payload)?;
    let (quiet, side) = (QUIET_MODULES as i32, code.size() + 2 * QUIET_MODULES as i32);
    let dark = |at: i32| code.get_module(at % side - quiet, at / side - quiet);
    Ok((side as u32, (0..side * side).map(dark).collect()))
}

fn modules_of(code: &QrCode, scale: u32, left: i32) -> Vec<Ink> {
    let size = code.size();
    let dark =
        (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|(x, y)| code.get_module(*x, *y));
    let step = scale as i32;
    dark.map(|(x, y)| Ink::Box { x: left + x * step, y: y * step, width: scale, height: scale }).collect()
}
