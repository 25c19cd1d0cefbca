//! Any bytes and any text: no panic, and never more memory than the bounds say.

#![allow(clippy::unwrap_used, reason = "a refusal where none is expected fails the test")]

mod support;

use std::cell::RefCell;

use parvis_hardware::escpos::status::parse_status;
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::PrinterStatus;
use parvis_hardware::simulated::{Lever, SLIPS_MAX, SimulatedPrinter};
use parvis_hardware::slip::{Direction, Element, Slip, SlipRenderer, TextSize};
use proptest::prelude::*;

/// Bytes that are often commands: random bytes alone would hardly ever start one.
fn stream() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..40),
        Just(b"\x1b@".to_vec()),
        Just(b"\x1dVB\xff".to_vec()),
        Just(b"\x1dr\x01".to_vec()),
        Just(b"\x1bJ\xff\x1bd\xff".to_vec()),
        Just(b"\x10\x04\x01\x10\x04\x04".to_vec()),
        Just(b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08".to_vec()),
        (any::<u16>(), any::<u16>()).prop_map(|(x, y)| {
            let ([xl, xh], [yl, yh]) = (x.to_le_bytes(), y.to_le_bytes());
            vec![0x1D, 0x76, 0x30, 0, xl, xh, yl, yh]
        }),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn any_bytes_leave_the_simulated_printer_within_its_bounds(bytes in stream(), out_after in 0_u32..3_000) {
        let sim = SimulatedPrinter::new(Paper::MM80);
        sim.pull(Lever::PaperOutAfter(out_after));
        let taken = sim.arrive(&bytes);
        prop_assert!(taken <= bytes.len());
        sim.pull(Lever::LoadPaper);
        sim.arrive(&bytes);
        let view = sim.paper();
        prop_assert!(view.slips.len() <= SLIPS_MAX);
        prop_assert!(view.rows_hanging <= 8_000 && view.bytes_waiting <= 36 * 1024);
        prop_assert!(view.slips.iter().all(|slip| slip.raster.height() <= 8_000));
        prop_assert!(sim.take_answers(usize::MAX).len() <= 256);
    }

    #[test]
    fn only_four_well_formed_answers_can_say_ready(answers in prop::collection::vec(any::<u8>(), 0..9)) {
        let well_formed = answers.len() == 4 && answers.iter().all(|byte| byte & 0x93 == 0x12);
        match parse_status(&answers) {
            PrinterStatus::Offline(_) => {}
            PrinterStatus::Ready | PrinterStatus::PaperLow | PrinterStatus::PaperOut | PrinterStatus::CoverOpen => {
                prop_assert!(well_formed);
            }
        }
    }
}

#[test]
fn separators_of_paragraphs_in_both_directions_are_lines_of_their_own() {
    // Found by the property below: the layout library panicked.
    let mut slip = Slip::new("und", Direction::LeftToRight, TextSize::Normal);
    for separator in ["\u{2029}", "\u{2028}", "\u{85}", "\u{1c}", "\r", "\r\n", "\n"] {
        slip.push(Element::Text(format!("abc{separator}ابج{separator}abc"))).unwrap();
    }
    assert!(support::renderer().render(&slip, Paper::MM80).unwrap().raster.ink_rows().is_some());
}

thread_local! {
    static RENDERER: RefCell<SlipRenderer> = RefCell::new(support::renderer());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn any_text_becomes_a_slip_of_at_most_sixty_centimetres(
        texts in prop::collection::vec(".{0,300}", 1..12),
        cells in prop::collection::vec(prop::collection::vec(".{0,20}", 0..5), 0..6),
        rtl in any::<bool>(),
        large in any::<bool>(),
        dots in (32_u32..=104).prop_map(|bytes| bytes * 8),
    ) {
        let direction = if rtl { Direction::RightToLeft } else { Direction::LeftToRight };
        let mut slip = Slip::new("und", direction, if large { TextSize::Large } else { TextSize::Normal });
        for text in &texts {
            // Refusals are the business of other tests; what is accepted must print.
            let _ = slip.push(Element::Title(text.clone()));
            let _ = slip.push(Element::List(vec![text.clone(), text.clone()]));
            let _ = slip.push(Element::Qr { payload: text.clone(), beside: text.clone() });
        }
        let _ = slip.push(Element::Table(cells));
        let paper = Paper::new(dots, 203).unwrap();
        let printed = RENDERER.with_borrow_mut(|renderer| renderer.render(&slip, paper));
        let printed = printed.unwrap();
        prop_assert!(paper.millimetres(printed.raster.height()) <= 600);
        prop_assert_eq!(printed.raster.width(), dots);
    }
}
