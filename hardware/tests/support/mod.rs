//! What several tests of this crate need: a renderer with the shipped fonts, sample slips, printers on every port.
#![allow(clippy::unwrap_used, clippy::panic, reason = "the bench shares these samples with the tests")]
#![allow(dead_code, reason = "each test binary uses its own part")]

pub mod board;
pub mod line;
pub mod samples;
pub mod wires;

use parvis_hardware::slip::{Element, Fonts, SlipRenderer};

/// The fonts as the firmware gives them.
pub const FONTS: [&[u8]; 6] = [
    include_bytes!("../../../fonts/AtkinsonHyperlegibleNext-Regular.ttf"),
    include_bytes!("../../../fonts/AtkinsonHyperlegibleNext-Bold.ttf"),
    include_bytes!("../../../fonts/NotoSans-Regular.ttf"),
    include_bytes!("../../../fonts/NotoSans-Bold.ttf"),
    include_bytes!("../../../fonts/NotoSansArabic-Regular.ttf"),
    include_bytes!("../../../fonts/NotoSansArabic-Bold.ttf"),
];

pub fn renderer() -> SlipRenderer {
    SlipRenderer::new(Fonts::new(&FONTS).unwrap())
}

pub fn text(text: &str) -> Element {
    Element::Text(text.to_owned())
}

/// Width, height and rows of a 1-bit PNG.
pub fn decode_png(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut rows = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut rows).unwrap();
    (reader.info().width, reader.info().height, rows)
}
