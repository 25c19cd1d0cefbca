//! Golden slips: what visitors take away, as PNG files that a human can open. Bless with `PARVIS_BLESS=1`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

use std::path::PathBuf;

use parvis_hardware::paper::Paper;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{Direction, Element, Picture, Slip, SlipError, TextSize};

mod support;
use support::samples::{arabic, many_paragraphs, sheet};
use support::{renderer, text};

/// Compares with `tests/golden/NAME.png`, dot by dot; writes it when `PARVIS_BLESS` is set.
fn check(name: &str, raster: &Raster) {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    let png = raster.to_png().unwrap();
    if std::env::var_os("PARVIS_BLESS").is_some() {
        std::fs::write(&path, &png).unwrap();
    }
    let golden = std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    if support::decode_png(&golden) != support::decode_png(&png) {
        let seen = std::env::temp_dir().join(format!("parvis-{name}-seen.png"));
        std::fs::write(&seen, &png).unwrap();
        panic!("slip {name} changed: compare {} with {}", seen.display(), path.display());
    }
}

#[test]
fn a_sheet_prints_as_its_golden_slip_on_each_paper_and_size() {
    let mut renderer = renderer();
    for (paper, width) in [(Paper::MM80, "576"), (Paper::MM58, "384")] {
        for (size, name) in [(TextSize::Normal, "normal"), (TextSize::Large, "large")] {
            let made = renderer.render(&sheet(size), paper).unwrap();
            assert_eq!(made.size, size);
            check(&format!("sheet-{width}-{name}"), &made.raster);
        }
    }
}

#[test]
fn an_arabic_slip_is_mirrored_as_its_golden_slip() {
    let mut renderer = renderer();
    check("arabic-576", &renderer.render(&arabic(), Paper::MM80).unwrap().raster);
    check("arabic-384", &renderer.render(&arabic(), Paper::MM58).unwrap().raster);
}

fn slip(direction: Direction, size: TextSize) -> Slip {
    Slip::new("fr", direction, size)
}

#[test]
fn a_table_keeps_its_columns_where_words_fit_and_is_told_in_pairs_where_not() {
    let rows =
        [["Jour", "Matin", "Après-midi"], ["Lundi", "9 h – 12 h", "14 h – 17 h"], ["Mercredi", "", "fermé"]];
    let rows = rows.iter().map(|row| row.iter().map(|cell| (*cell).to_owned()).collect()).collect();
    let mut slip = slip(Direction::LeftToRight, TextSize::Normal);
    slip.push(Element::Heading("Horaires".into())).unwrap().push(Element::Table(rows)).unwrap();
    let mut renderer = renderer();
    check("table-576", &renderer.render(&slip, Paper::MM80).unwrap().raster);
    check("table-384", &renderer.render(&slip, Paper::MM58).unwrap().raster);
}

#[test]
fn a_qr_code_has_its_text_beside_or_under_it() {
    for (direction, name) in [(Direction::LeftToRight, "ltr"), (Direction::RightToLeft, "rtl")] {
        let mut slip = slip(direction, TextSize::Normal);
        let beside = "Scannez ou tapez exemple.fr".to_owned();
        slip.push(Element::Qr { payload: "https://exemple.fr/f/1".into(), beside }).unwrap();
        let mut renderer = renderer();
        check(&format!("qr-576-{name}"), &renderer.render(&slip, Paper::MM80).unwrap().raster);
        check(&format!("qr-384-{name}"), &renderer.render(&slip, Paper::MM58).unwrap().raster);
    }
}

#[test]
fn every_qr_code_is_at_least_25_mm_and_has_its_quiet_zone() {
    let mut renderer = renderer();
    for length in [1, 20, 60, 120, 200] {
        let mut slip = slip(Direction::LeftToRight, TextSize::Large);
        slip.push(Element::Qr { payload: "a".repeat(length), beside: "a".into() }).unwrap();
        let raster = renderer.render(&slip, Paper::MM80).unwrap().raster;
        let top = raster.ink_rows().unwrap().0;
        let black: Vec<u32> = (0..576).filter(|x| raster.is_black(*x, top)).collect();
        // The top row of the code: its finder patterns are its two ends, seven modules each.
        let (left, right) = (black[0], black[black.len() - 1]);
        let module = (left..576).take_while(|x| raster.is_black(*x, top)).count() as u32 / 7;
        assert!(right - left + 1 >= 200, "{length} bytes: {} dots", right - left + 1);
        assert!(left >= 4 * module, "{length} bytes: quiet zone");
    }
}

#[test]
fn capitals_are_at_least_as_high_as_the_accessibility_bar_asks() {
    let mut renderer = renderer();
    for (size, least) in [(TextSize::Normal, 28), (TextSize::Large, 51)] {
        for element in [
            text("HEF"),
            Element::Header("HEF".into()),
            Element::Heading("HEF".into()),
            Element::List(vec!["HEF".into()]),
        ] {
            let mut slip = slip(Direction::LeftToRight, size);
            slip.push(element).unwrap();
            let raster = renderer.render(&slip, Paper::MM80).unwrap().raster;
            // The stem of the H: the longest run of black in any of the first columns.
            let run = |x: u32| {
                let mut best = 0;
                let mut now = 0;
                for y in 0..raster.height() {
                    now = if raster.is_black(x, y) { now + 1 } else { 0 };
                    best = best.max(now);
                }
                best
            };
            let stem = (0..160).map(run).max().unwrap();
            assert!((least..=least + 14).contains(&stem), "{size:?}: {stem} dots");
        }
    }
}

#[test]
fn nothing_is_drawn_in_the_side_margins() {
    let mut renderer = renderer();
    for (paper, slip) in [
        (Paper::MM80, sheet(TextSize::Normal)),
        (Paper::MM58, sheet(TextSize::Large)),
        (Paper::MM80, arabic()),
        (Paper::MM80_NARROW, many_paragraphs(8)),
    ] {
        let raster = renderer.render(&slip, paper).unwrap().raster;
        // One dot of a glyph may hang over the edge of its own box.
        let (left, right) = (31, paper.dots() - 31);
        let stray = (0..raster.height())
            .flat_map(|y| (0..left).chain(right..paper.dots()).map(move |x| (x, y)))
            .find(|(x, y)| raster.is_black(*x, *y));
        assert_eq!(stray, None);
    }
}

#[test]
fn a_long_slip_ends_within_sixty_centimetres_with_its_essentials_and_says_so() {
    let mut renderer = renderer();
    let short = renderer.render(&many_paragraphs(4), Paper::MM80).unwrap();
    let long = renderer.render(&many_paragraphs(40), Paper::MM80).unwrap();
    assert_eq!(short.left_out, 0);
    assert!(long.left_out > 20, "{}", long.left_out);
    let millimetres = Paper::MM80.millimetres(long.raster.height());
    assert!((500..=592).contains(&millimetres), "{millimetres} mm");
    check("cut-576", &long.raster);
}

#[test]
fn essentials_that_are_too_long_alone_are_refused_by_name() {
    let mut slip = slip(Direction::LeftToRight, TextSize::Large);
    for _ in 0..5 {
        slip.push_essential(text(&"Une phrase essentielle. ".repeat(40))).unwrap();
    }
    let refused = renderer().render(&slip, Paper::MM58).unwrap_err();
    assert!(matches!(refused, SlipError::EssentialTooLong { millimetres, max: 592 } if millimetres > 592));
}

#[test]
fn essentials_that_do_not_fit_in_large_are_printed_in_normal_size() {
    let mut slip = slip(Direction::LeftToRight, TextSize::Large);
    slip.push_essential(text(&"Une phrase essentielle. ".repeat(25))).unwrap();
    let made = renderer().render(&slip, Paper::MM58).unwrap();
    assert_eq!((made.size, made.left_out), (TextSize::Normal, 0));
}

#[test]
fn a_plan_is_printed_dot_for_dot_or_refused_when_too_wide() {
    let bits: Vec<u8> = (0..25 * 40).map(|byte| (byte % 251) as u8).collect();
    let mut slip = slip(Direction::LeftToRight, TextSize::Normal);
    slip.push(Element::Picture(Picture::new(200, 40, bits.clone()).unwrap())).unwrap();
    let raster = renderer().render(&slip, Paper::MM80).unwrap().raster;
    let top = Paper::MM80.at_least(30);
    for y in 0..40 {
        for x in 0..200 {
            let drawn = bits[(y * 25 + x / 8) as usize] & (0x80 >> (x % 8)) != 0;
            assert_eq!(raster.is_black(32 + x, top + y), drawn, "{x} {y}");
        }
    }
    slip.push(Element::Picture(Picture::new(520, 1, vec![0; 65]).unwrap())).unwrap();
    let refused = renderer().render(&slip, Paper::MM80).unwrap_err();
    assert_eq!(refused, SlipError::PictureTooWide { width: 520, available: 512 });
}

#[test]
fn the_same_slip_gives_the_same_bits_from_a_new_and_a_used_renderer() {
    let mut used = renderer();
    used.render(&arabic(), Paper::MM58).unwrap();
    used.render(&many_paragraphs(40), Paper::MM80).unwrap();
    let slip = sheet(TextSize::Normal);
    assert_eq!(used.render(&slip, Paper::MM80).unwrap(), renderer().render(&slip, Paper::MM80).unwrap());
}

#[test]
fn characters_that_printers_lack_are_drawn() {
    let mut renderer = renderer();
    let mut blank = slip(Direction::LeftToRight, TextSize::Normal);
    blank.push(text("\u{10ffff}")).unwrap();
    let missing = renderer.render(&blank, Paper::MM80).unwrap().raster;
    for sign in ["’", "œ", "€", "Ÿ", "⅓", "№", "ế", "ş", "Ж", "س"] {
        let mut slip = slip(Direction::LeftToRight, TextSize::Normal);
        slip.push(text(sign)).unwrap();
        let drawn = renderer.render(&slip, Paper::MM80).unwrap().raster;
        assert!(drawn.ink_rows().is_some() && drawn.bits() != missing.bits(), "{sign}");
    }
}

#[test]
fn fonts_that_cannot_be_used_are_refused_by_number() {
    use parvis_hardware::slip::{Fonts, FontsError};
    assert_eq!(Fonts::new(&[]).err(), Some(FontsError::None));
    assert_eq!(
        Fonts::new(&[support::FONTS[0], b"no font"]).err(),
        Some(FontsError::Unreadable { number: 2 })
    );
}

#[test]
fn french_on_an_arabic_slip_stands_on_the_left_and_lines_to_write_on_are_there_whole() {
    let mut slip = slip(Direction::RightToLeft, TextSize::Normal);
    let labelled =
        |label: &str, text: &str| Element::Labelled { label: label.to_owned(), text: text.to_owned() };
    slip.push(labelled("ما يجب إحضاره", "بطاقة هويتك")).unwrap();
    slip.turn(Direction::LeftToRight).push(labelled("À apporter", "Votre carte d’identité")).unwrap();
    slip.push(Element::WriteIn(["Rendez-vous le", "À"].map(str::to_owned).to_vec())).unwrap();
    slip.turn(Direction::RightToLeft).push(Element::WriteIn(vec!["الموعد".to_owned()])).unwrap();
    let mut renderer = renderer();
    check("two-ways-576", &renderer.render(&slip, Paper::MM80).unwrap().raster);
    check("two-ways-384", &renderer.render(&slip, Paper::MM58).unwrap().raster);
}
