//! Sizes and places on the panel, in millimetres.
//!
//! A kiosk's pixel means nothing, so pixels appear only in [`Panel`]. Thresholds come from the
//! accessibility bar: C1 (targets of 20 mm), C2 (keys of 16 mm, 14 mm on the 10.1" panel),
//! C3 (gaps of 3 mm), A2 (call button of 30 mm), D1 and D2 (cap heights of 4.8 and 7.4 mm).

/// Cap height ÷ em of Atkinson Hyperlegible Next, the font of every screen (read from its OS/2 table; a test checks it).
pub const CAP_HEIGHT_EM: f32 = 0.668;
/// Line height ÷ em of the same font (ascent 0.984 + descent 0.316).
pub const LINE_HEIGHT_EM: f32 = 1.3;
/// Smallest gap between two targets, in millimetres (row C3).
pub const GAP_MM: f32 = 3.0;

/// A screen: its pixels and how many of them make a millimetre.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Panel {
    /// Width in pixels.
    pub width_px: u32,
    /// Height in pixels.
    pub height_px: u32,
    /// Pixels in a millimetre.
    pub px_per_mm: f32,
}

impl Panel {
    /// The reference panel: 21.5", 1080×1920, upright.
    pub const PORTRAIT_21: Self = Self { width_px: 1080, height_px: 1920, px_per_mm: 4.03 };
    /// The same panel lying.
    pub const LANDSCAPE_21: Self = Self { width_px: 1920, height_px: 1080, px_per_mm: 4.03 };
    /// The small panel: 10.1", 1280×800.
    pub const LANDSCAPE_10: Self = Self { width_px: 1280, height_px: 800, px_per_mm: 5.90 };

    /// The same panel with half the pixels: what fits on a desk's screen.
    pub fn halved(self) -> Self {
        Self { width_px: self.width_px / 2, height_px: self.height_px / 2, px_per_mm: self.px_per_mm / 2.0 }
    }

    /// Width in millimetres.
    pub fn width_mm(self) -> f32 {
        self.width_px as f32 / self.px_per_mm
    }

    /// Height in millimetres.
    pub fn height_mm(self) -> f32 {
        self.height_px as f32 / self.px_per_mm
    }

    /// Whether the panel is higher than it is wide.
    pub fn is_portrait(self) -> bool {
        self.height_px > self.width_px
    }

    /// Whether the short side is under 180 mm: keys are then 14 mm, and margins tight.
    pub fn is_small(self) -> bool {
        self.width_mm().min(self.height_mm()) < 180.0
    }
}

/// The size of text that the visitor chose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TextSize {
    /// 100 %: cap height 4.95 mm.
    #[default]
    Normal,
    /// 150 %: cap height 7.43 mm, read at 600 mm by somebody with 0.7° of need.
    Large,
    /// 200 %.
    Largest,
}

impl TextSize {
    /// All sizes, smallest first.
    pub const ALL: [Self; 3] = [Self::Normal, Self::Large, Self::Largest];

    /// The factor on the normal size.
    pub fn factor(self) -> f32 {
        match self {
            Self::Normal => 1.0,
            Self::Large => 1.5,
            Self::Largest => 2.0,
        }
    }
}

/// A rectangle, in millimetres from the panel's upper left corner.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Upper edge.
    pub y: f32,
    /// Width.
    pub w: f32,
    /// Height.
    pub h: f32,
}

/// What a text is for; each has its own size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TextRole {
    /// The question or the name of the screen, in bold.
    Title,
    /// A part of a sheet, in bold.
    Heading,
    /// What is read: the blocks of a sheet.
    Reading,
    /// Choices, buttons, short messages.
    Body,
    /// A second line under a choice; the date and the source.
    Note,
}

/// Where everything stands on one panel at one text size.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Layout {
    /// The panel.
    pub panel: Panel,
    /// The text size.
    pub text: TextSize,
    /// The bar with the call button: along the bottom when upright, along the side when lying.
    pub bar: Rect,
    /// What is left for the page, margins taken off.
    pub page: Rect,
    /// Edge of a key of the on-screen keyboard.
    pub key: f32,
}

impl Layout {
    /// Places everything. The bar's rectangle does not depend on the text size, so that the call
    /// button stays where the hand learnt it (row A1).
    pub fn new(panel: Panel, text: TextSize) -> Self {
        let (w, h) = (panel.width_mm(), panel.height_mm());
        let small = panel.is_small();
        let margin = if small { 5.5 } else { 10.0 };
        let bar = match (panel.is_portrait(), small) {
            (true, _) => Rect { x: 0.0, y: h - 46.0, w, h: 46.0 },
            (false, true) => Rect { x: w - 38.0, y: 0.0, w: 38.0, h },
            (false, false) => Rect { x: w - 72.0, y: 0.0, w: 72.0, h },
        };
        let (right, bottom) = if panel.is_portrait() { (w, bar.y) } else { (bar.x, h) };
        let page = Rect { x: margin, y: margin, w: right - 2.0 * margin, h: bottom - 2.0 * margin };
        Self { panel, text, bar, page, key: if small { 14.0 } else { 18.0 } }
    }

    /// Whether the bar runs down the side.
    pub fn bar_on_side(&self) -> bool {
        !self.panel.is_portrait()
    }

    /// Cap height of a text, in millimetres.
    pub fn cap_mm(&self, role: TextRole) -> f32 {
        let reading = 4.95 * self.text.factor();
        // On the small panel what is read doubles; choices and titles stop at 150 %, or nothing else would fit.
        let most = if self.panel.is_small() { 1.5 } else { 2.0 };
        let factor = self.text.factor().min(most);
        let body = 4.95 * factor;
        let title = if self.panel.is_small() { 6.4 } else { 8.0 };
        match role {
            // A title that doubled would push the answer off the screen; it stays the largest text all the same.
            TextRole::Title => f32::max(title, body * 1.08),
            TextRole::Heading => f32::max(5.6, reading),
            TextRole::Reading => reading,
            TextRole::Body => body,
            TextRole::Note => 4.0 * factor,
        }
    }

    /// Font size (em) of a text, in millimetres.
    pub fn em_mm(&self, role: TextRole) -> f32 {
        self.cap_mm(role) / CAP_HEIGHT_EM
    }

    /// Height of a line of text, in millimetres.
    pub fn line_mm(&self, role: TextRole) -> f32 {
        self.em_mm(role) * LINE_HEIGHT_EM
    }

    /// Height of the row of buttons under a page (previous, next, print).
    pub fn footer_mm(&self) -> f32 {
        f32::max(if self.panel.is_small() { 20.0 } else { 24.0 }, self.line_mm(TextRole::Body) + 6.0)
    }

    /// Space between blocks of a page.
    pub fn spacing_mm(&self) -> f32 {
        if self.panel.is_small() { 4.0 } else { 8.0 }
    }

    /// Width of a column of text: about 60 characters on a lying panel, 67 on the upright one (row D8: 80 at the most).
    pub fn column_mm(&self) -> f32 {
        if self.panel.is_portrait() {
            return self.page.w;
        }
        f32::min(self.page.w, 60.0 * 0.5 * self.em_mm(TextRole::Reading)).max(f32::min(self.page.w, 230.0))
    }

    /// Height of the field that shows what is typed.
    pub fn search_field_mm(&self) -> f32 {
        f32::max(if self.panel.is_small() { 20.0 } else { 24.0 }, self.line_mm(TextRole::Body) + 4.0)
    }

    /// Height of the on-screen keyboard.
    pub fn keyboard_mm(&self) -> f32 {
        let rows = crate::keyboard::ROWS as f32;
        rows * self.key + (rows - 1.0) * GAP_MM
    }

    /// Height left for the results of a search. Their pager is taken off, except where the results
    /// have a step of their own and only the first ones are shown above the keyboard.
    pub fn results_mm(&self, with_keyboard: bool) -> f32 {
        let left = self.page.h - self.search_field_mm() - GAP_MM;
        match (with_keyboard, self.results_are_a_step()) {
            (true, true) => left - self.keyboard_mm() - GAP_MM,
            (true, false) => left - self.keyboard_mm() - self.footer_mm() - 3.0 * GAP_MM,
            (false, _) => left - self.footer_mm() - GAP_MM,
        }
    }

    /// Columns and rows of tiles on the first screen: at most six tiles.
    pub fn tile_grid(&self) -> (usize, usize) {
        match (self.panel.is_portrait(), self.panel.is_small(), self.text) {
            (_, true, TextSize::Normal) | (false, false, TextSize::Largest) => (2, 2),
            (_, true, _) => (1, 2),
            (true, false, _) => (2, 3),
            (false, false, _) => (3, 2),
        }
    }

    /// Whether all the results come on a step after the keyboard: the small panel has no room for both.
    pub fn results_are_a_step(&self) -> bool {
        self.panel.is_small()
    }

    /// Whether not even the first results fit above the keyboard.
    pub fn keyboard_is_a_step(&self) -> bool {
        self.panel.is_small() && self.text == TextSize::Largest
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_stands_at_the_same_place_at_every_text_size() {
        for panel in [Panel::PORTRAIT_21, Panel::LANDSCAPE_21, Panel::LANDSCAPE_10] {
            let bars = TextSize::ALL.map(|text| Layout::new(panel, text).bar);
            assert!(bars.iter().all(|bar| *bar == bars[0]));
        }
    }

    #[test]
    fn text_meets_the_cap_heights_of_the_bar() {
        for panel in [Panel::PORTRAIT_21, Panel::LANDSCAPE_21, Panel::LANDSCAPE_10] {
            assert!(Layout::new(panel, TextSize::Normal).cap_mm(TextRole::Reading) >= 4.8);
            assert!(Layout::new(panel, TextSize::Large).cap_mm(TextRole::Reading) >= 7.4);
            assert!(Layout::new(panel, TextSize::Normal).cap_mm(TextRole::Note) >= 3.5);
        }
    }

    #[test]
    fn ten_keys_and_their_gaps_fit_on_every_panel() {
        for panel in [Panel::PORTRAIT_21, Panel::LANDSCAPE_21, Panel::LANDSCAPE_10] {
            let layout = Layout::new(panel, TextSize::Normal);
            assert!(10.0 * layout.key + 9.0 * GAP_MM <= layout.page.w, "{panel:?}");
        }
    }
}
