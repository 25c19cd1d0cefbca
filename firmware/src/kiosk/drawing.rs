//! What the kiosk draws beside its screens: slips, and the way to a place, through the hall or on a map. Letters are kept
//! from one to the next.

use std::cell::OnceCell;

use parvis_content::{ContentFile, Lang, PlaceId};
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{Fonts, Slip, SlipRenderer, TextSize as SlipSize};
use parvis_ui_model::flow::Printable;
use parvis_ui_model::geometry::{Layout, Panel, TextRole, TextSize};

use super::ways::Ways;
use crate::present::{self, ShownWay, check_slip};
use crate::slip_file::drawn_slip;

/// The kiosk's drawing board.
pub(super) struct Drawing {
    /// What staff call the kiosk: where it is on the plan.
    name: String,
    panel: Panel,
    printer: Profile,
    letters: Option<SlipRenderer>,
    /// Plan and map of the content that is shown, once they were needed.
    ways: OnceCell<Ways>,
    /// The place and the text size that were looked at last, and the way there, where there is one.
    way: Option<(String, TextSize, Option<ShownWay>)>,
}

impl Drawing {
    /// Nothing is drawn yet.
    pub(super) fn new(name: String, panel: Panel, printer: Profile) -> Self {
        Self { name, panel, printer, letters: None, ways: OnceCell::new(), way: None }
    }

    /// Another content is shown: what was read of the one before goes.
    pub(super) fn forget_content(&mut self) {
        self.ways = OnceCell::new();
        self.way = None;
    }

    /// The slip of a sheet or a place, or of where a visitor is sent.
    pub(super) fn slip_of(
        &mut self,
        content: &ContentFile,
        of: &Printable,
        size: SlipSize,
    ) -> anyhow::Result<Raster> {
        let paper = self.printer.paper;
        // Screens are in French so far, and so are their visitors.
        let (from, letters) = ((self.name.as_str(), &self.ways), kept(&mut self.letters)?);
        Ok(drawn_slip(content, from, of, &Lang::french(), size, letters, paper)?.raster)
    }

    /// Any other slip.
    pub(super) fn slip(&mut self, slip: &Slip) -> anyhow::Result<Raster> {
        let paper = self.printer.paper;
        Ok(kept(&mut self.letters)?.render(slip, paper)?.raster)
    }

    /// The test slip of the printer.
    pub(super) fn check_slip(&mut self, date: &str) -> anyhow::Result<Raster> {
        Ok(check_slip::of_printer(&self.printer, date, SlipSize::Normal, kept(&mut self.letters)?)?)
    }

    /// What staff read of the printer.
    pub(super) fn model(&self) -> String {
        present::model(&self.printer)
    }

    /// The way to the place that was looked for last.
    pub(super) fn way(&self) -> Option<&ShownWay> {
        self.way.as_ref().and_then(|(_, _, way)| way.as_ref())
    }

    /// Looks for the way to the place that is `shown`, once for each place and text size.
    pub(super) fn look_for_way(&mut self, content: Option<&ContentFile>, shown: Option<(&str, TextSize)>) {
        let Some((place, text)) = shown else {
            self.way = None;
            return;
        };
        if !self.way.as_ref().is_some_and(|(known, drawn_for, _)| known == place && *drawn_for == text) {
            let way = content.map_or(Ok(None), |content| self.draw_way(content, place, text));
            let way = way.inspect_err(|error| tracing::error!(%error, "slip.refused")).ok().flatten();
            self.way = Some((place.to_owned(), text, way));
        }
    }

    fn draw_way(
        &mut self,
        content: &ContentFile,
        id: &str,
        text: TextSize,
    ) -> anyhow::Result<Option<ShownWay>> {
        let Some(place) = content.place(&PlaceId::new(id)?)? else { return Ok(None) };
        let ways = self.ways.get_or_init(|| Ways::of(content));
        let Some(way) = ways.to(&self.name, &place) else { return Ok(None) };
        let layout = Layout::new(self.panel, text);
        let pixels = |mm: f32| (mm * layout.panel.px_per_mm) as u32;
        let (width, height) = (pixels(layout.column_mm()), pixels(present::way_height_mm(&layout)));
        let letters = kept(&mut self.letters)?;
        let drawn = way.on_screen(letters, width, height, pixels(layout.cap_mm(TextRole::Note)));
        let has_steps = way.has_steps();
        Ok(Some(ShownWay { place: id.to_owned(), drawn, words: way.words(), has_steps }))
    }
}

/// The letters, made when they are first needed.
fn kept(letters: &mut Option<SlipRenderer>) -> anyhow::Result<&mut SlipRenderer> {
    Ok(match letters {
        Some(letters) => letters,
        none => none.insert(SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES)?)),
    })
}
