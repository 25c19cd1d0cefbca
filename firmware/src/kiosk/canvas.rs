//! What plans and maps are drawn on: colours for the screen, black dots for a slip, and names as pictures of their
//! letters.

use std::collections::HashMap;
use std::convert::Infallible;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888, RgbColor as _};
use embedded_graphics::primitives::Rectangle;
use parvis_hardware::slip::{Picture, SlipRenderer};
use parvis_plan::draw::Label;
use parvis_ui_model::document::Drawn;

/// The screen's picture is drawn so much larger, and made smooth by taking the mean.
pub(super) const FINER: u32 = 2;
/// Rows of a picture on a slip, at most: 20 cm at 203 dpi.
pub(super) const SLIP_ROWS_MAX: u32 = 1_600;
/// Around letters, as wide as the halo: far enough from each other for a wall of ground.
const AROUND: [(i32, i32); 12] = [
    (2, 0),
    (-2, 0),
    (0, 2),
    (0, -2),
    (1, 2),
    (-1, 2),
    (1, -2),
    (-1, -2),
    (2, 1),
    (-2, 1),
    (2, -1),
    (-2, -1),
];

/// Pieces of one line of text, at most: none is wider than paper, and screens are.
const PIECES_MAX: usize = 8;

/// A line of text as pictures beside each other.
#[derive(Default)]
struct Line {
    /// Where each begins.
    pieces: Vec<(u32, Picture)>,
    width: u32,
    height: u32,
}

impl Line {
    /// Draws `text`, parted at spaces and hyphens where it is too long for one picture. None where even that does not do.
    fn of(text: &str, renderer: &mut SlipRenderer, capitals: u32) -> Option<Self> {
        let mut line = Self::default();
        // Those that come first are at the end.
        let mut parts = vec![text];
        while let Some(part) = parts.pop() {
            if let Ok(picture) = renderer.line(part.trim_end(), capitals) {
                if line.pieces.len() >= PIECES_MAX {
                    return None;
                }
                let space = if part.ends_with(' ') { capitals / 4 } else { 0 };
                let left = line.width;
                line.width += picture.width() + space;
                line.height = line.height.max(picture.height());
                line.pieces.push((left, picture));
            } else {
                let (first, second) = parted(part)?;
                parts.extend([second, first]);
            }
        }
        Some(line)
    }
}

/// Two parts of a text, cut after the space or hyphen that is nearest to its middle.
fn parted(text: &str) -> Option<(&str, &str)> {
    let ends = text.match_indices([' ', '-']).map(|(at, _)| at + 1).filter(|at| *at < text.len());
    ends.min_by_key(|at| at.abs_diff(text.len() / 2)).and_then(|at| text.split_at_checked(at))
}

/// Names as pictures of their letters, of one size.
pub(super) struct Letters<'a> {
    renderer: &'a mut SlipRenderer,
    capitals: u32,
    /// Lines stand so much nearer to each other, in tenths of their height.
    nearer: u32,
    known: HashMap<String, Option<Line>>,
}

impl<'a> Letters<'a> {
    /// Capitals are `capitals` dots high.
    pub(super) fn new(renderer: &'a mut SlipRenderer, capitals: u32) -> Self {
        Self { renderer, capitals, nearer: 0, known: HashMap::new() }
    }

    /// With lines near each other: a map has little room.
    pub(super) fn near(self) -> Self {
        Self { nearer: 2, ..self }
    }

    fn line(&mut self, text: &str) -> Option<&Line> {
        if !self.known.contains_key(text) {
            let line = Line::of(text, self.renderer, self.capitals);
            self.known.insert(text.to_owned(), line);
        }
        self.known.get(text)?.as_ref()
    }

    /// How large a line is. One that cannot be drawn is not measured as small, but as never fitting.
    pub(super) fn size(&mut self, text: &str) -> Size {
        let nearer = self.nearer;
        self.line(text).map_or(Size::new(u32::from(u16::MAX), 1), |line| {
            Size::new(line.width, line.height - line.height * nearer / 10)
        })
    }

    /// Each line in the middle of its label, on ground of its own: a wall behind letters is not read as one.
    pub(super) fn write<D: DrawTarget>(
        &mut self,
        label: &Label,
        ink: D::Color,
        ground: D::Color,
        canvas: &mut D,
    ) -> Result<(), D::Error> {
        canvas.fill_solid(&label.area, ground)?;
        self.each_line(label, |picture, corner| stamp(picture, corner, ink, canvas))
    }

    /// The same on whatever is there, with `halo` dots of ground around each letter: names of a map hide little of it.
    pub(super) fn write_over<D: DrawTarget>(
        &mut self,
        label: &Label,
        (ink, ground): (D::Color, D::Color),
        halo: u32,
        canvas: &mut D,
    ) -> Result<(), D::Error> {
        self.each_line(label, |picture, corner| {
            for (x, y) in AROUND {
                let step = Point::new(x * halo as i32 / 2, y * halo as i32 / 2);
                stamp(picture, corner + step, ground, canvas)?;
            }
            stamp(picture, corner, ink, canvas)
        })
    }

    fn each_line<E>(
        &mut self,
        label: &Label,
        mut draw: impl FnMut(&Picture, Point) -> Result<(), E>,
    ) -> Result<(), E> {
        let (mut top, nearer) = (label.area.top_left.y, self.nearer);
        for text in &label.lines {
            let Some(line) = self.line(text) else { continue };
            let left = label.area.top_left.x + (label.area.size.width as i32 - line.width as i32) / 2;
            // What is cut off a line's height is white, above and below its letters.
            let cut = (line.height * nearer / 10) as i32;
            for (at, picture) in &line.pieces {
                draw(picture, Point::new(left + *at as i32, top - cut / 2))?;
            }
            top += line.height as i32 - cut;
        }
        Ok(())
    }
}

/// The black dots of a picture, in that colour.
fn stamp<D: DrawTarget>(
    picture: &Picture,
    corner: Point,
    color: D::Color,
    canvas: &mut D,
) -> Result<(), D::Error> {
    let dots = (0..picture.height()).flat_map(|y| (0..picture.width()).map(move |x| (x, y)));
    let black = dots.filter(|(x, y)| picture.is_black(*x, *y));
    canvas.draw_iter(black.map(|(x, y)| Pixel(corner + Point::new(x as i32, y as i32), color)))
}

/// The column and row of a point of the canvas; what is drawn over its edge is nowhere.
fn within(at: Point, size: Size) -> Option<(usize, usize)> {
    let (x, y) = (u32::try_from(at.x).ok()?, u32::try_from(at.y).ok()?);
    (x < size.width && y < size.height).then_some((x as usize, y as usize))
}

/// The rows of an area of the canvas, and its first and last column.
fn rows(area: &Rectangle, size: Size) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
    let on_canvas = area.intersection(&Rectangle::new(Point::zero(), size));
    let (x, y) = (on_canvas.top_left.x as usize, on_canvas.top_left.y as usize);
    (y..y + on_canvas.size.height as usize, x..x + on_canvas.size.width as usize)
}

/// A canvas of colours.
pub(super) struct Colours {
    size: Size,
    pixels: Vec<Rgb888>,
}

impl Colours {
    /// A white one.
    pub(super) fn new(size: Size) -> Self {
        Self { size, pixels: vec![Rgb888::WHITE; (size.width * size.height) as usize] }
    }

    /// Half as large: each pixel the mean of four.
    pub(super) fn halved(&self) -> Drawn {
        let (width, height) = (self.size.width / FINER, self.size.height / FINER);
        let mut rgb = Vec::with_capacity((width * height * 3) as usize);
        for y in 0..height {
            for x in 0..width {
                let four =
                    [(0, 0), (1, 0), (0, 1), (1, 1)].map(|(dx, dy)| self.at(x * FINER + dx, y * FINER + dy));
                let mean = |of: fn(&Rgb888) -> u8| {
                    (four.iter().map(|pixel| u16::from(of(pixel))).sum::<u16>() / 4) as u8
                };
                rgb.extend([mean(Rgb888::r), mean(Rgb888::g), mean(Rgb888::b)]);
            }
        }
        Drawn { width, height, rgb }
    }

    fn at(&self, x: u32, y: u32) -> Rgb888 {
        self.pixels.get((y * self.size.width + x) as usize).copied().unwrap_or(Rgb888::WHITE)
    }
}

impl OriginDimensions for Colours {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Colours {
    type Color = Rgb888;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<Rgb888>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(at, color) in pixels {
            let Some((x, y)) = within(at, self.size) else { continue };
            if let Some(pixel) = self.pixels.get_mut(y * self.size.width as usize + x) {
                *pixel = color;
            }
        }
        Ok(())
    }

    fn fill_solid(&mut self, area: &Rectangle, color: Rgb888) -> Result<(), Infallible> {
        let (rows, columns) = rows(area, self.size);
        for y in rows {
            let row = y * self.size.width as usize;
            if let Some(pixels) = self.pixels.get_mut(row + columns.start..row + columns.end) {
                pixels.fill(color);
            }
        }
        Ok(())
    }
}

/// A canvas of black dots, packed as a slip's pictures are.
pub(super) struct Dots {
    size: Size,
    bits: Vec<u8>,
}

impl Dots {
    /// A white one.
    pub(super) fn new(size: Size) -> Self {
        Self { size, bits: vec![0; (size.width.div_ceil(8) * size.height) as usize] }
    }

    /// As a picture of a slip; none when it cannot be that large.
    pub(super) fn picture(self) -> Option<Picture> {
        Picture::new(self.size.width, self.size.height, self.bits).ok()
    }
}

impl OriginDimensions for Dots {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Dots {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<BinaryColor>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        let row = self.size.width.div_ceil(8) as usize;
        for Pixel(at, color) in pixels {
            let Some((x, y)) = within(at, self.size) else { continue };
            if let Some(byte) = self.bits.get_mut(y * row + x / 8) {
                let bit = 0x80 >> (x % 8);
                if color.is_on() { *byte |= bit } else { *byte &= !bit }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use parvis_hardware::slip::Fonts;

    use super::*;

    #[test]
    fn names_wider_than_paper_are_drawn_on_the_screen() {
        let mut renderer = SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES).unwrap());
        let mut letters = Letters::new(&mut renderer, 80);
        let name = "Saint-Aubin-d’Aubigné et les communes";
        let wide = letters.size(name);
        assert!((833..3_000).contains(&wide.width), "{wide}");
        let pieces = letters.line(name).unwrap();
        assert!(pieces.pieces.len() > 1);
        let halves = letters.size("Saint-Aubin-d’Aubigné").width + letters.size("et les communes").width;
        assert!(wide.width.abs_diff(halves) < 80, "{wide} {halves}");
        assert_eq!(letters.size(&"M".repeat(60)).width, u32::from(u16::MAX), "no place to part it");
    }
}
