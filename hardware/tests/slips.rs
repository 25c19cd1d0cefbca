//! Golden slips: what visitors take away, as PNG files that a human can open. Bless with `PARVIS_BLESS=1`.

use std::path::PathBuf;

use parvis_hardware::paper::Paper;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::TextSize;

mod support;
use support::renderer;
use support::samples::{arabic, sheet};

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
            let rendered = renderer.render(&sheet(size), paper).unwrap();
            check(&format!("sheet-{width}-{name}"), &rendered.raster);
        }
    }
}

#[test]
fn an_arabic_slip_is_mirrored_as_its_golden_slip() {
    let mut renderer = renderer();
    check("arabic-576", &renderer.render(&arabic(), Paper::MM80).unwrap().raster);
    check("arabic-384", &renderer.render(&arabic(), Paper::MM58).unwrap().raster);
}
