//! The way to a place of the hall: its words, and its picture for the screen or for a slip.

use std::convert::Infallible;
use std::sync::Arc;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point, Size};
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888, RgbColor as _};
use parvis_content::Place;
use parvis_hardware::slip::{Picture, SlipRenderer};
use parvis_plan::draw::{Drawing, Label, Scene, Style};
use parvis_plan::route::{Route, Walk};
use parvis_plan::{Kiosk, Plan, Spot, words};
use parvis_ui_model::document::Drawn;

/// What stands at the kiosk on every plan.
const HERE: &str = "Vous êtes ici";
/// The screen's picture is drawn so much larger, and made smooth by taking the mean.
const FINER: u32 = 2;
/// Rows of a picture on a slip, at most: 20 cm at 203 dpi.
const SLIP_ROWS_MAX: u32 = 1_600;

/// A way, ready to be said and drawn.
pub struct Way<'a> {
    plan: &'a Plan,
    kiosk: &'a Kiosk,
    place: &'a Spot,
    route: Route,
}

impl<'a> Way<'a> {
    /// The way from the kiosk of that name to a place; none where the plan does not have both, or no way.
    pub fn find(plan: &'a Plan, kiosk: &str, place: &str) -> Option<Self> {
        let (kiosk, place) = (plan.kiosk(kiosk)?, plan.place(place)?);
        let route = Walk::new(plan).route(plan, kiosk, place).ok()?;
        Some(Self { plan, kiosk, place, route })
    }

    /// The way in sentences.
    pub fn words(&self) -> Vec<String> {
        words::french(self.plan, &self.route, self.place)
    }

    fn scene(&self) -> Scene<'_> {
        Scene { plan: self.plan, kiosk: self.kiosk, way: Some((self.place, &self.route)) }
    }

    /// In colours, `width` by at most `height` pixels, with names whose capitals are `capitals` pixels high.
    pub fn on_screen(
        &self,
        letters: &mut SlipRenderer,
        width: u32,
        height: u32,
        capitals: u32,
    ) -> Arc<Drawn> {
        let (width, height) = (width * FINER, height * FINER);
        let line = (capitals * FINER / 5).max(2);
        let style = Style {
            ground: Rgb888::WHITE,
            wall: Rgb888::new(0x14, 0x26, 0x2a),
            way: Rgb888::new(0x0f, 0x4d, 0x55),
            here: Rgb888::new(0x8a, 0x1c, 0x10),
            line,
            dot: line * 2,
        };
        let needed = Drawing::height_for(&self.scene(), &style, width).clamp(FINER, height.max(FINER));
        let size = Size::new(width, needed / FINER * FINER);
        let mut canvas = Colours { size, pixels: vec![Rgb888::WHITE; (size.width * size.height) as usize] };
        let Ok(()) = self.paint(letters, capitals * FINER, &style, &mut canvas);
        Arc::new(canvas.halved())
    }

    /// In black dots, `width` of them across, with names whose capitals are `capitals` dots high. None when it cannot
    /// be that large.
    pub fn on_paper(&self, letters: &mut SlipRenderer, width: u32, capitals: u32) -> Option<Picture> {
        let line = (capitals / 5).max(4);
        let style = Style {
            ground: BinaryColor::Off,
            wall: BinaryColor::On,
            way: BinaryColor::On,
            here: BinaryColor::On,
            line,
            dot: line * 2,
        };
        let height = Drawing::height_for(&self.scene(), &style, width).min(SLIP_ROWS_MAX);
        let mut canvas =
            Dots { size: Size::new(width, height), bits: vec![0; (width.div_ceil(8) * height) as usize] };
        let Ok(()) = self.paint(letters, capitals, &style, &mut canvas);
        Picture::new(width, height, canvas.bits).ok()
    }

    fn paint<D>(
        &self,
        letters: &mut SlipRenderer,
        capitals: u32,
        style: &Style<D::Color>,
        canvas: &mut D,
    ) -> Result<(), Infallible>
    where
        D: DrawTarget<Error = Infallible> + OriginDimensions,
    {
        let drawing = Drawing::new(self.scene(), style, canvas.size());
        drawing.draw(style, canvas)?;
        let mut lines = Lines { letters, capitals };
        for label in lines.place(&drawing) {
            lines.write(&label, style, canvas)?;
        }
        Ok(())
    }
}

/// The way to a place, where the hall's plan has both the place and the kiosk of that name.
pub fn way_to<'p>(plan: Option<&'p Plan>, kiosk: &str, place: &Place) -> Option<Way<'p>> {
    Way::find(plan?, kiosk, place.plan.as_deref()?)
}

/// Names as pictures of their letters.
struct Lines<'a> {
    letters: &'a mut SlipRenderer,
    capitals: u32,
}

impl Lines<'_> {
    fn picture(&mut self, text: &str) -> Option<Picture> {
        self.letters.line(text, self.capitals).ok()
    }

    fn place(&mut self, drawing: &Drawing<'_>) -> Vec<Label> {
        // A name that is too long for any paper is not measured as small, but as never fitting.
        let lines = std::cell::RefCell::new(self);
        drawing.labels(HERE, &|text| {
            let picture = lines.borrow_mut().picture(text);
            picture.map_or(Size::new(u32::from(u16::MAX), 1), |picture| {
                Size::new(picture.width(), picture.height())
            })
        })
    }

    /// Each line in the middle of its label, on ground of its own: a wall behind letters is not read as one.
    fn write<D: DrawTarget>(
        &mut self,
        label: &Label,
        style: &Style<D::Color>,
        canvas: &mut D,
    ) -> Result<(), D::Error> {
        canvas.fill_solid(&label.area, style.ground)?;
        let mut top = label.area.top_left.y;
        for text in &label.lines {
            let Some(picture) = self.picture(text) else { return Ok(()) };
            let left = label.area.top_left.x + (label.area.size.width as i32 - picture.width() as i32) / 2;
            let dots = (0..picture.height()).flat_map(|y| (0..picture.width()).map(move |x| (x, y)));
            let black = dots.filter(|(x, y)| picture.is_black(*x, *y));
            canvas.draw_iter(black.map(|(x, y)| {
                let at = Point::new(left + x as i32, top + y as i32);
                Pixel(at, style.wall)
            }))?;
            top += picture.height() as i32;
        }
        Ok(())
    }
}

/// The column and row of a point of the canvas; what is drawn over its edge is nowhere.
fn within(at: Point, size: Size) -> Option<(usize, usize)> {
    let (x, y) = (u32::try_from(at.x).ok()?, u32::try_from(at.y).ok()?);
    (x < size.width && y < size.height).then_some((x as usize, y as usize))
}

/// A canvas of colours.
struct Colours {
    size: Size,
    pixels: Vec<Rgb888>,
}

impl Colours {
    /// Half as large: each pixel the mean of four.
    fn halved(&self) -> Drawn {
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
}

/// A canvas of black dots, packed as a slip's pictures are.
struct Dots {
    size: Size,
    bits: Vec<u8>,
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
