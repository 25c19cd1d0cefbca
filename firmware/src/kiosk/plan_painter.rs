//! The way to a place of the hall: its words, and its picture for the screen or for a slip.

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;

use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Size};
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888, RgbColor as _};
use parvis_hardware::slip::{Picture, SlipRenderer};
use parvis_plan::draw::{Drawing, Scene, Style};
use parvis_plan::route::{Route, Walk};
use parvis_plan::{Kiosk, Plan, Spot, words};
use parvis_ui_model::document::Drawn;

use super::canvas::{Colours, Dots, FINER, Letters, SLIP_ROWS_MAX};
use super::ways::HERE;

/// A way, ready to be said and drawn.
pub struct HallWay<'a> {
    plan: &'a Plan,
    kiosk: &'a Kiosk,
    place: &'a Spot,
    route: Route,
}

impl<'a> HallWay<'a> {
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
        let mut canvas = Colours::new(size);
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
        let mut canvas = Dots::new(Size::new(width, height));
        let Ok(()) = self.paint(letters, capitals, &style, &mut canvas);
        canvas.picture()
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
        let letters = RefCell::new(Letters::new(letters, capitals));
        for label in drawing.labels(HERE, &|text| letters.borrow_mut().size(text)) {
            letters.borrow_mut().write(&label, style.wall, style.ground, canvas)?;
        }
        Ok(())
    }
}
