//! The fonts, embedded: the screen, the slips and the page cutter use the same files.

use std::sync::Arc;

use parvis_ui_model::measure::Measure;
use slint::fontique_011::{fontique, shared_collection};

/// Every font file shipped, the main one first.
pub const FILES: [&[u8]; 6] = [
    include_bytes!("../../fonts/AtkinsonHyperlegibleNext-Regular.ttf"),
    include_bytes!("../../fonts/AtkinsonHyperlegibleNext-Bold.ttf"),
    include_bytes!("../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../fonts/NotoSansArabic-Bold.ttf"),
];

/// Makes the fonts known to Slint, with a chain of fallbacks, so that the machine's own fonts are
/// never needed (no usable font at all is a panic in Slint).
pub(crate) fn register() {
    let mut collection = shared_collection();
    let mut families = Vec::new();
    for file in FILES {
        for (family, _) in collection.register_fonts(fontique::Blob::new(Arc::new(file)), None) {
            if !families.contains(&family) {
                families.push(family);
            }
        }
    }
    for generic in [
        fontique::GenericFamily::SansSerif,
        fontique::GenericFamily::SystemUi,
        fontique::GenericFamily::UiSansSerif,
    ] {
        collection.set_generic_families(generic, families.iter().copied());
    }
    for script in [*b"Latn", *b"Arab", *b"Zyyy", *b"Grek", *b"Cyrl"] {
        let key = fontique::FallbackKey::new(fontique::Script::from_bytes(script), None);
        collection.set_fallbacks(key, families.iter().copied());
    }
}

/// The widths of the shipped fonts' characters.
pub struct FontMeasure {
    regular: Vec<ttf_parser::Face<'static>>,
    bold: Vec<ttf_parser::Face<'static>>,
}

impl Default for FontMeasure {
    fn default() -> Self {
        let faces = |which: usize| {
            let files = FILES.iter().skip(which).step_by(2);
            files.filter_map(|file| ttf_parser::Face::parse(file, 0).ok()).collect()
        };
        Self { regular: faces(0), bold: faces(1) }
    }
}

/// Width assumed for a character that no shipped font has, in em.
const UNKNOWN_EM: f32 = 0.6;

impl Measure for FontMeasure {
    fn width_em(&self, text: &str, bold: bool) -> f32 {
        let faces = if bold { &self.bold } else { &self.regular };
        text.chars().map(|c| faces.iter().find_map(|face| advance_em(face, c)).unwrap_or(UNKNOWN_EM)).sum()
    }
}

fn advance_em(face: &ttf_parser::Face<'_>, c: char) -> Option<f32> {
    let glyph = face.glyph_index(c)?;
    Some(f32::from(face.glyph_hor_advance(glyph)?) / f32::from(face.units_per_em()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use parvis_ui_model::geometry::{CAP_HEIGHT_EM, LINE_HEIGHT_EM};

    #[test]
    fn the_sizes_of_the_model_are_those_of_the_font() {
        let face = ttf_parser::Face::parse(FILES[0], 0).unwrap();
        let em = f32::from(face.units_per_em());
        assert!((f32::from(face.capital_height().unwrap()) / em - CAP_HEIGHT_EM).abs() < 0.001);
        let line = f32::from(face.ascender()) - f32::from(face.descender());
        assert!((line / em - LINE_HEIGHT_EM).abs() < 0.001);
    }

    #[test]
    fn widths_come_from_the_font_and_unknown_characters_have_one_too() {
        let measure = FontMeasure::default();
        assert!(measure.width_em("iiii", false) < measure.width_em("mmmm", false));
        assert!(measure.width_em("mot", true) > measure.width_em("mot", false));
        assert!(measure.width_em("مرحبا", false) > 1.0);
        assert!((measure.width_em("\u{10FFFF}", false) - UNKNOWN_EM).abs() < f32::EPSILON);
    }
}
