//! Ways through the hall and maps of the area, found and drawn, on both targets: of the demonstration, and of a map as
//! large as maps may be.

use std::path::Path;
use std::time::{Duration, Instant};

use parvis::kiosk::ways::Ways;
use parvis::present::slip;
use parvis_content::{ContentFile, Place};
use parvis_hardware::paper::Paper;
use parvis_hardware::slip::{Fonts, SlipRenderer, TextSize};
use parvis_plan::Point;
use parvis_plan::area::{Area, Kind, LINES_MAX, Line, POINTS_MAX, STOPS_MAX, Stop, TOWNS_MAX, Town};
use parvis_tests::chance::Chance;
use parvis_tests::content;

use crate::Figures;
use crate::kiosk::NAME;

/// Ways that are drawn for one figure.
const DRAWN: usize = 200;
/// How far the full map reaches, in metres: as far as a country town's places.
const RADIUS_M: i32 = 15_000;
/// Metres between two points of one of its lines, at most, each way.
const STEP_M: i32 = 400;
/// How often the full map is read.
const READ: usize = 20;

pub fn measure(figures: &mut Figures) {
    let file = content::demonstration();
    draw(file, true, ["way_screen_p99_ms", "way_slip_p99_ms"], figures);
    draw(file, false, ["area_screen_p99_ms", "area_slip_p99_ms"], figures);
    let mut library = content::demonstration_library();
    library.area = Some(full_map());
    let full = content::write(&library, "full-map");
    draw(&full, false, ["area_full_screen_p99_ms", "area_full_slip_p99_ms"], figures);
    // At the first place of each new content.
    let file = ContentFile::open(&full).unwrap();
    let read = || time(|| std::hint::black_box(Ways::of(&file)));
    let mut reading: Vec<Duration> = (0..READ).map(|_| read()).collect();
    figures.add_share("area_full_read_p99_ms", &mut reading, 0.99, "");
}

fn time<T>(what: impl FnOnce() -> T) -> Duration {
    let start = Instant::now();
    what();
    start.elapsed()
}

fn draw(content: &Path, in_hall: bool, [on_screen, on_paper]: [&'static str; 2], figures: &mut Figures) {
    let file = ContentFile::open(content).unwrap();
    let ways = Ways::of(&file);
    let mut letters = SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES).unwrap());
    let places = file.places().unwrap();
    let (mut screen, mut paper) = (Vec::new(), Vec::new());
    let wanted = |place: &&Place| place.plan.is_some() == in_hall && ways.to(NAME, place).is_some();
    for place in places.iter().filter(wanted).cycle().take(DRAWN) {
        screen.push(time(|| {
            let way = ways.to(NAME, place).unwrap();
            std::hint::black_box(way.on_screen(&mut letters, 1_000, 770, 16))
        }));
        paper.push(time(|| {
            let way = ways.to(NAME, place).unwrap();
            std::hint::black_box(slip::way_on_paper(&way, &mut letters, Paper::MM80, TextSize::Normal))
        }));
    }
    figures.add_share(on_screen, &mut screen, 0.99, "≤ 30");
    figures.add_share(on_paper, &mut paper, 0.99, "≤ 30");
}

/// A map just within its bounds, the same in every run.
fn full_map() -> Area {
    let mut chance = Chance::new(1);
    let mut within = |least: i32, most: i32| least + chance.below((most - least) as u64) as i32;
    let mut at = || Point { x: within(-RADIUS_M, RADIUS_M), y: within(-RADIUS_M, RADIUS_M) };
    let towns = (0..TOWNS_MAX).map(|number| Town {
        name: format!("Ville-{number}"),
        at: at(),
        rank: number as u8 % 4,
    });
    let towns = towns.collect();
    let stops = (0..STOPS_MAX).map(|number| Stop { name: format!("Arrêt {number}"), at: at() }).collect();
    let starts: Vec<Point> = (0..LINES_MAX - 1).map(|_| at()).collect();
    let kinds = [Kind::Border, Kind::HomeBorder, Kind::River, Kind::Railway, Kind::Road];
    let long = POINTS_MAX / LINES_MAX;
    let inside = |metres: i32| metres.clamp(-RADIUS_M, RADIUS_M);
    let mut line = |(number, start): (usize, &Point)| {
        let mut points = vec![*start];
        while points.len() < long {
            let last = points[points.len() - 1];
            let (x, y) = (last.x + within(-STEP_M, STEP_M), last.y + within(-STEP_M, STEP_M));
            points.push(Point { x: inside(x), y: inside(y) });
        }
        Line { kind: kinds[number % kinds.len()], rank: (number / kinds.len()) as u8 % 4, points }
    };
    let lines = starts.iter().enumerate().map(&mut line).collect();
    let half = RADIUS_M / 2;
    let corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)];
    let home = vec![corners.map(Point::from).to_vec()];
    let area = Area { radius: RADIUS_M, home, lines, towns, stops, credits: vec!["IGN".to_owned()] };
    area.check().unwrap();
    area
}
