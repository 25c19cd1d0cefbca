//! Golden pictures. `PARVIS_BLESS=1` writes them anew; look at each before committing it.

use std::path::PathBuf;

use parvis_ui_model::geometry::{Panel, TextSize};

use crate::samples::{PANELS, Stage, all_views, on_panel};

/// A pixel may differ by that much in a channel: rounding of anti-aliasing between machines.
const TOLERANCE: u8 = 24;
/// And so many pixels in a million may differ by more.
const STRAY_PER_MILLION: usize = 200;

const LAYOUTS: [&str; 12] = [
    "home",
    "list",
    "search",
    "search-results",
    "search-unsure",
    "search-unsure-results",
    "search-nothing",
    "search-nothing-results",
    "document",
    "slip-ready",
    "call-coming",
    "staff-door-no-pin",
];

#[test]
fn every_screen_looks_as_it_was_blessed() {
    for (name, panel) in PANELS {
        on_panel(panel, move |mut stage| {
            for (screen, view) in all_views(panel, TextSize::Normal, false) {
                // Lying panels differ in layout alone: one picture of each layout tells.
                if panel != Panel::PORTRAIT_21 && !LAYOUTS.contains(&screen.as_str()) {
                    continue;
                }
                stage.show(&view);
                compare(&stage, panel, &format!("{name}-{screen}"));
            }
        });
    }
}

#[test]
fn large_dark_and_mirrored_variants_look_as_they_were_blessed() {
    on_panel(Panel::PORTRAIT_21, |mut stage| {
        let kept = ["home", "document", "search", "search-unsure", "call-coming", "list"];
        for (suffix, text, rtl, dark) in [
            ("largest", TextSize::Largest, false, false),
            ("dark", TextSize::Normal, false, true),
            ("rtl", TextSize::Normal, true, false),
        ] {
            for (screen, mut view) in all_views(Panel::PORTRAIT_21, text, rtl) {
                if kept.contains(&screen.as_str()) {
                    view.dark = dark;
                    stage.show(&view);
                    compare(&stage, Panel::PORTRAIT_21, &format!("portrait-21-{screen}-{suffix}"));
                }
            }
        }
    });
}

fn compare(stage: &Stage, panel: Panel, name: &str) {
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.png"));
    let picture = stage.headless.picture();
    if std::env::var_os("PARVIS_BLESS").is_some() {
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        write(&file, panel, &picture);
        return;
    }
    let golden = read(&file);
    assert_eq!(golden.len(), picture.len(), "{name}: another size");
    let differing = golden
        .chunks(3)
        .zip(picture.chunks(3))
        .filter(|(a, b)| a.iter().zip(*b).any(|(a, b)| a.abs_diff(*b) > TOLERANCE));
    let count = differing.count();
    if count * 1_000_000 > golden.len() / 3 * STRAY_PER_MILLION {
        let actual = std::env::temp_dir().join(format!("parvis-{name}.png"));
        write(&actual, panel, &picture);
        panic!("{name}: {count} pixels differ; see {}; PARVIS_BLESS=1 blesses the new one", actual.display());
    }
}

fn write(file: &std::path::Path, panel: Panel, rgb: &[u8]) {
    let mut encoder =
        png::Encoder::new(std::fs::File::create(file).unwrap(), panel.width_px, panel.height_px);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_compression(png::Compression::High);
    encoder.write_header().unwrap().write_image_data(rgb).unwrap();
}

fn read(file: &std::path::Path) -> Vec<u8> {
    let file = std::fs::File::open(file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut bytes = vec![0; reader.output_buffer_size().unwrap()];
    reader.next_frame(&mut bytes).unwrap();
    bytes
}
