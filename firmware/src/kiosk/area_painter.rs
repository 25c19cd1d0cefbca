//! The map with a place outside of the hall: its words, and its picture for the screen or for a slip.

use std::cell::RefCell;
use std::convert::Infallible;
use std::sync::Arc;

use embedded_graphics::draw_target::{DrawTarget, DrawTargetExt as _};
use embedded_graphics::geometry::{Point, Size};
use embedded_graphics::pixelcolor::{BinaryColor, Rgb888, RgbColor as _};
use embedded_graphics::primitives::Rectangle;
use parvis_content::{Place, Position};
use parvis_hardware::slip::{Picture, SlipRenderer};
use parvis_plan::area::draw::{Drawing, Scene, Style};
use parvis_plan::area::{Area, words};
use parvis_plan::{Point as Metres, Spot};
use parvis_ui_model::document::Drawn;

use super::canvas::{Colours, Dots, FINER, Letters, SLIP_ROWS_MAX};
use super::ways::HERE;
use crate::present::commune_name;
use crate::words::place_kind;

/// Nearer than that, in kilometres, is here.
pub const HERE_KM: f64 = 0.05;

/// A map is at least so many times as wide as its capitals are high.
const NARROWEST: u32 = 14;

/// A map, ready to be said and drawn.
pub struct AreaMap<'a> {
    area: &'a Area,
    place: Spot,
    kind: &'static str,
    commune: String,
}

impl<'a> AreaMap<'a> {
    /// The map from `hall` to a place; none where the place has no position, is here, or is beyond the map.
    pub fn find(area: &'a Area, hall: Position, place: &Place) -> Option<Self> {
        let there = place.position?;
        let (x, y) = hall.metres_to(there);
        let at = Metres { x: x.round() as i32, y: y.round() as i32 };
        let shown = hall.distance_km(there) >= HERE_KM && area.holds(at);
        shown.then(|| Self {
            area,
            place: Spot { id: place.id.as_str().to_owned(), name: place.name.clone(), at },
            kind: place_kind(place.kind),
            commune: commune_name(&place.commune).to_owned(),
        })
    }

    /// How far, in which direction, in which commune; and the nearest bus stop.
    pub fn words(&self) -> Vec<String> {
        words::french(self.area, self.place.at, &self.commune)
    }

    fn scene(&self) -> Scene<'_> {
        Scene::new(self.area, &self.place, self.kind)
    }

    /// In colours, `width` by at most `height` pixels, with names whose capitals are `capitals` pixels high.
    pub fn on_screen(
        &self,
        letters: &mut SlipRenderer,
        width: u32,
        height: u32,
        capitals: u32,
    ) -> Arc<Drawn> {
        let line = (capitals * FINER / 8).max(2);
        let style = Style {
            ground: Rgb888::WHITE,
            land: Rgb888::new(0xf5, 0xf3, 0xee),
            home: Rgb888::new(0xdc, 0xea, 0xe6),
            border: Rgb888::new(0x93, 0xa3, 0xa3),
            home_border: Rgb888::new(0x3f, 0x66, 0x68),
            river: Rgb888::new(0x86, 0xb6, 0xd8),
            railway: Rgb888::new(0x5c, 0x5c, 0x62),
            road: Rgb888::new(0xb4, 0x8a, 0x3c),
            core: Rgb888::new(0xff, 0xe9, 0xae),
            here: Rgb888::new(0x8a, 0x1c, 0x10),
            place: Rgb888::new(0x0f, 0x4d, 0x55),
            stop: Rgb888::new(0x1f, 0x5f, 0xa8),
            ink: Rgb888::new(0x14, 0x26, 0x2a),
            line,
            dot: line * 3,
            patterns: false,
        };
        let letters = RefCell::new(Letters::new(letters, capitals * FINER).near());
        // Pictures have round corners on screen: nothing of the map lies under them.
        let edge = line * 3;
        let (inner, most) =
            ((width * FINER).saturating_sub(2 * edge), (height * FINER).saturating_sub(2 * edge));
        let needed = self.height_for(&letters, &style, inner).clamp(FINER, most.max(FINER));
        let size = Size::new(width * FINER, (needed + 2 * edge) / FINER * FINER);
        let mut canvas = Colours::new(size);
        let inside = Rectangle::new(Point::new_equal(edge as i32), Size::new(inner, needed));
        let Ok(()) = self.paint(&letters, &style, &mut canvas.cropped(&inside));
        Arc::new(canvas.halved())
    }

    /// In black dots, `width` of them across, with names whose capitals are `capitals` dots high, or smaller where they
    /// would hide the map, but at `least` that. None when it cannot be that large.
    pub fn on_paper(
        &self,
        letters: &mut SlipRenderer,
        width: u32,
        capitals: u32,
        least: u32,
    ) -> Option<Picture> {
        let (black, white) = (BinaryColor::On, BinaryColor::Off);
        let capitals = capitals.min((width / NARROWEST).max(least));
        let line = (capitals / 7).max(4);
        let style = Style {
            ground: white,
            land: white,
            home: white,
            border: black,
            home_border: black,
            river: black,
            railway: black,
            road: black,
            core: white,
            here: black,
            place: black,
            stop: black,
            ink: black,
            line,
            dot: line * 5 / 2,
            patterns: true,
        };
        let letters = RefCell::new(Letters::new(letters, capitals).near());
        let height = self.height_for(&letters, &style, width).min(SLIP_ROWS_MAX);
        let mut canvas = Dots::new(Size::new(width, height));
        let Ok(()) = self.paint(&letters, &style, &mut canvas);
        canvas.picture()
    }

    fn height_for<C>(&self, letters: &RefCell<Letters<'_>>, style: &Style<C>, width: u32) -> u32 {
        Drawing::height_for(&self.scene(), style, width, &|text| letters.borrow_mut().size(text))
    }

    fn paint<D: DrawTarget<Error = Infallible>>(
        &self,
        letters: &RefCell<Letters<'_>>,
        style: &Style<D::Color>,
        canvas: &mut D,
    ) -> Result<(), Infallible> {
        let measure = |text: &str| letters.borrow_mut().size(text);
        let drawing = Drawing::new(self.scene(), style, canvas.bounding_box().size, &measure);
        drawing.draw(style, canvas)?;
        let names = drawing.names(HERE, &measure);
        let mut letters = letters.borrow_mut();
        for label in drawing.captions() {
            letters.write(label, style.ink, style.ground, canvas)?;
        }
        let mut map = canvas.clipped(&drawing.map());
        for label in names {
            letters.write_over(&label, (style.ink, style.ground), style.line + 1, &mut map)?;
        }
        Ok(())
    }
}
