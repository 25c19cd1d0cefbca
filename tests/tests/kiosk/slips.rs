//! Every slip of real content, on every paper: long enough, short enough, nothing missing.

use std::io::Write as _;
use std::time::Duration;

use parvis::kiosk::ways::{Way, Ways};
use parvis::present::slip;
use parvis_content::{ContentFile, Lang};
use parvis_hardware::paper::Paper;
use parvis_hardware::slip::{Fonts, Rendered, SlipError, SlipRenderer, TextSize};

use crate::world::NAME;

const PAPERS: [Paper; 3] = [Paper::MM58, Paper::MM80_NARROW, Paper::MM80];
const SIZES: [TextSize; 2] = [TextSize::Normal, TextSize::Large];
/// The longest slip: 60 cm (row J4).
const LONGEST_MM: u32 = 600;
/// Of the publisher's sheets, one in so many in `./dev test`; all in `./dev soak slips`.
const SAMPLE: usize = 60;

fn letters() -> SlipRenderer {
    SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES).unwrap())
}

fn must_be_whole(what: &str, drawn: Result<Rendered, SlipError>, paper: Paper) {
    let drawn = drawn.unwrap_or_else(|error| panic!("{what}, {paper:?}: {error}"));
    let long = paper.millimetres(drawn.raster.height());
    assert!(long <= LONGEST_MM, "{what}, {paper:?}: {long} mm");
    assert_eq!(drawn.missing, 0, "{what}, {paper:?}: characters that no font has");
}

#[test]
fn every_place_and_every_call_of_the_demonstration_has_a_slip() {
    let content = ContentFile::open(parvis_tests::content::demonstration()).unwrap();
    let (hall, ways, mut letters) = (&content.info().hall, Ways::of(&content).unwrap(), letters());
    let (mut in_hall, mut on_map) = (0, 0);
    for paper in PAPERS {
        for size in SIZES {
            for place in content.places().unwrap() {
                let way = ways.to(NAME, &place);
                in_hall += usize::from(matches!(way, Some(Way::Hall(_))));
                on_map += usize::from(matches!(way, Some(Way::Area(_))));
                let drawn = slip::draw_place(&place, hall, way.as_ref(), size, &mut letters, paper);
                must_be_whole(&place.name, drawn, paper);
            }
            let slip = slip::of_call(999, Some(hall), size).unwrap();
            must_be_whole("call", letters.render(&slip, paper), paper);
        }
    }
    // The hall's own place has no map.
    assert_eq!([in_hall, on_map], [8, 14].map(|places| places * PAPERS.len() * SIZES.len()));
}

#[test]
fn every_sheet_has_a_slip_on_every_paper_in_both_sizes() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<usize>().expect(name));
    let from = number("PARVIS_SOAK_FROM").unwrap_or(0);
    let every = if number("PARVIS_SOAK_SLIPS").is_some() { 1 } else { SAMPLE };
    let most = Duration::from_secs(60 * number("PARVIS_SOAK_MINUTES").unwrap_or(60).min(60) as u64);
    let started = parvis::clock::since_start();
    let demonstration = every_sheet_of(parvis_tests::content::demonstration(), 1, 0, most, started);
    assert!(demonstration.0 > 50);
    let Some(dila) = parvis_tests::content::dila() else {
        println!("without PARVIS_DATA: the demonstration's sheets only");
        return;
    };
    let (sheets, next) = every_sheet_of(dila, every, from, most, started);
    println!("{sheets} sheets of the publisher on every paper, next seed {next}");
    if let Some(out) = std::env::var_os("PARVIS_SOAK_OUT") {
        let mut file = std::fs::File::options().create(true).append(true).open(out).unwrap();
        writeln!(file, "sheets {from} to {next}, all whole, next seed {next}").unwrap();
    }
}

/// One sheet in `every`, from number `from` on; how many, and where to go on.
fn every_sheet_of(
    file: &std::path::Path,
    every: usize,
    from: usize,
    most: Duration,
    started: Duration,
) -> (usize, usize) {
    let content = ContentFile::open(file).unwrap();
    let (hall, mut letters) = (&content.info().hall, letters());
    let ids = content.sheet_ids().unwrap();
    let mut drawn = 0;
    for (at, (id, lang)) in ids.iter().enumerate().skip(from).step_by(every) {
        if parvis::clock::since_start().saturating_sub(started) >= most {
            return (drawn, at);
        }
        // Slips are in French so far.
        let Some(sheet) = content.sheet(id, lang).unwrap().filter(|_| *lang == Lang::french()) else {
            continue;
        };
        for paper in PAPERS {
            for size in SIZES {
                let drawn = slip::draw_sheet(&sheet, hall, size, &mut letters, paper);
                must_be_whole(id.as_str(), drawn, paper);
            }
        }
        drawn += 1;
    }
    (drawn, ids.len())
}
