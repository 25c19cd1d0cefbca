//! On random areas, what is said and what is drawn are the same place.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::convert::Infallible;

use embedded_graphics::Pixel;
use embedded_graphics::draw_target::DrawTarget;
use embedded_graphics::geometry::{OriginDimensions, Point as Dot, Size};
use embedded_graphics::pixelcolor::BinaryColor;
use embedded_graphics::primitives::Rectangle;
use parvis_plan::area::draw::{Drawing, Scene, Style};
use parvis_plan::area::{Area, HALL, Kind, Line, RADIUS_M_MAX, Stop, Town, words};
use parvis_plan::draw::{LABELS_MAX, Label};
use parvis_plan::{Point, Spot};
use proptest::prelude::*;

const STYLE: Style<BinaryColor> = Style {
    ground: BinaryColor::Off,
    land: BinaryColor::Off,
    home: BinaryColor::Off,
    border: BinaryColor::On,
    home_border: BinaryColor::On,
    river: BinaryColor::On,
    railway: BinaryColor::On,
    road: BinaryColor::On,
    core: BinaryColor::Off,
    here: BinaryColor::On,
    place: BinaryColor::On,
    stop: BinaryColor::On,
    ink: BinaryColor::On,
    line: 4,
    dot: 8,
    patterns: true,
};

fn text(text: &str) -> Size {
    Size::new(12 * text.chars().count() as u32, 30)
}

/// Areas of any size: most places are within a few kilometres, some very far.
fn area() -> impl Strategy<Value = (Area, Spot)> {
    let radius = prop_oneof![1_000..20_000_i32, Just(RADIUS_M_MAX)];
    radius.prop_flat_map(|radius| {
        let point = move || (-radius..=radius, -radius..=radius).prop_map(Point::from);
        let kind = prop_oneof![
            Just(Kind::Border),
            Just(Kind::HomeBorder),
            Just(Kind::River),
            Just(Kind::Railway),
            Just(Kind::Road)
        ];
        let line = (kind, 0..4_u8, prop::collection::vec(point(), 2..12))
            .prop_map(|(kind, rank, points)| Line { kind, rank, points });
        let town =
            (point(), 0..4_u8).prop_map(|(at, rank)| Town { name: format!("Ville {}", at.x), at, rank });
        let stop = point().prop_map(|at| Stop { name: format!("Gare {}", at.y), at });
        let lists = (
            prop::collection::vec(line, 0..12),
            prop::collection::vec(town, 0..12),
            prop::collection::vec(stop, 0..30),
            prop::collection::vec(prop::collection::vec(point(), 3..9), 0..3),
        );
        let name = prop_oneof!["[A-Z][a-z]{2,12}", "[A-Z][a-z ]{40,58}[a-z]"];
        (lists, point(), name, -900..900_i32).prop_map(
            move |((lines, towns, mut stops, home), at, name, near)| {
                let clamp = |at: i32| at.clamp(-radius, radius);
                stops.push(Stop { name: "Place".into(), at: Point { x: clamp(at.x + near), y: at.y } });
                let credits = vec!["IGN".into(), "© les contributeurs d’OpenStreetMap".into()];
                let area = Area { radius, home, lines, towns, stops, credits };
                (area, Spot { id: "lieu".into(), name, at })
            },
        )
    })
}

/// What the sentence says: metres, and degrees clockwise from north.
fn said(sentence: &str) -> (f64, f64) {
    let figure = sentence.strip_prefix("À ").unwrap().split(" à vol").next().unwrap().replace(',', ".");
    let metres = match figure.strip_suffix(" km") {
        Some(km) => km.parse::<f64>().unwrap() * 1_000.0,
        None => figure.strip_suffix(" m").unwrap().parse().unwrap(),
    };
    let winds = ["nord", "nord-est", "est", "sud-est", "sud", "sud-ouest", "ouest", "nord-ouest"];
    let wind = sentence.split("vers ").nth(1).unwrap().split([',', '.']).next().unwrap();
    let wind = wind.trim_start_matches("le ").trim_start_matches("l’");
    (metres, 45.0 * winds.iter().position(|known| *known == wind).unwrap() as f64)
}

fn must_agree(area: &Area, place: &Spot) {
    let drawing = Drawing::new(Scene::new(area, place, "Lieu"), &STYLE, Size::new(20_000, 20_000), &text);
    let by = drawing.dot(place.at) - drawing.dot(HALL);
    let (metres, degrees) = said(&words::french(area, place.at, "Commune")[0]);
    let (bar, figure) = drawing.scale_bar();
    let drawn = f64::from(by.x).hypot(f64::from(by.y)) / f64::from(bar) * figure;
    // Rounded to hundreds of metres below a kilometre, to tenths of one below ten, then to kilometres; the bar to a dot.
    let step = if metres < 9_500.0 { 50.0 } else { 500.0 };
    let exact = drawn * (1.0 + 2.0 / f64::from(bar)) + 2.0;
    assert!((metres - drawn).abs() <= step + exact - drawn || metres <= 100.0, "said {metres} drawn {drawn}");
    if drawn > 5.0 {
        let wind = f64::from(by.x).atan2(-f64::from(by.y)).to_degrees().rem_euclid(360.0);
        let off = (wind - degrees).abs();
        assert!(off.min(360.0 - off) <= 23.0, "said {degrees} drawn {wind}");
    }
}

fn must_be_apart(labels: &[Label], inside: Rectangle) {
    for (at, label) in labels.iter().enumerate() {
        assert_eq!(inside.intersection(&label.area), label.area, "{label:?} is outside");
        for other in &labels[..at] {
            assert!(other.area.intersection(&label.area).is_zero_sized(), "{label:?} over {other:?}");
        }
    }
}

/// Refuses what is outside of it.
struct Paper(Size, usize);

impl OriginDimensions for Paper {
    fn size(&self) -> Size {
        self.0
    }
}

impl DrawTarget for Paper {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<BinaryColor>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(at, _) in pixels {
            assert!(Rectangle::new(Dot::zero(), self.0).contains(at), "{at} is not on the paper");
            self.1 += 1;
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn words_and_drawing_are_one_place((area, place) in area()) {
        area.check().unwrap();
        must_agree(&area, &place);
        for width in [384, 512, 1_000] {
            let scene = Scene::new(&area, &place, "Lieu");
            let height = Drawing::height_for(&scene, &STYLE, width, &text);
            prop_assert!(height <= width * 105 / 100 + 200, "{height}");
            let drawing = Drawing::new(scene, &STYLE, Size::new(width, height), &text);
            let names = drawing.names("Vous êtes ici", &text);
            prop_assert!(names.len() >= 2 && names.len() <= LABELS_MAX);
            prop_assert_eq!(names[0].lines.join(" "), "Vous êtes ici");
            must_be_apart(&names, drawing.map());
            must_be_apart(drawing.captions(), Rectangle::new(Dot::zero(), Size::new(width, height)));
            for at in [HALL, place.at] {
                prop_assert!(drawing.map().offset(-16).contains(drawing.dot(at)), "a mark is at the edge");
            }
        }
    }

    #[test]
    fn a_map_stays_on_its_paper((area, place) in area()) {
        let mut paper = Paper(Size::new(384, 340), 0);
        let Ok(()) = Drawing::new(Scene::new(&area, &place, "Lieu"), &STYLE, paper.0, &text).draw(&STYLE, &mut paper);
        prop_assert!(paper.1 >= 384 * 340);
    }
}

#[test]
fn the_map_of_a_place_has_its_parts_where_they_belong() {
    let line = |kind, points: &[(i32, i32)]| Line {
        kind,
        rank: 0,
        points: points.iter().copied().map(Point::from).collect(),
    };
    let area = Area {
        radius: 10_000,
        lines: vec![line(Kind::Road, &[(-9_000, 200), (9_000, 200)])],
        stops: vec![Stop { name: "Gare".into(), at: Point { x: 1_300, y: -1_500 } }],
        ..Area::default()
    };
    let place = Spot { id: "m".into(), name: "Mairie".into(), at: Point { x: 2_000, y: -1_500 } };
    let mut map = Dots { size: Size::new(512, 400), black: vec![false; 512 * 400] };
    let drawing = Drawing::new(Scene::new(&area, &place, "Mairie"), &STYLE, map.size, &text);
    let Ok(()) = drawing.draw(&STYLE, &mut map);
    let black = |at: Dot| map.black[(at.y * 512 + at.x) as usize];
    assert!(black(drawing.dot(HALL)), "a full disc");
    assert!(black(drawing.dot(place.at)), "a target");
    assert!(!black(drawing.dot(place.at) + Dot::new(8, 0)), "with a white ring");
    assert!(!black(drawing.dot(area.stops[0].at)), "a ring");
    let road = drawing.dot(Point { x: 500, y: 200 });
    // Three times half a millimetre, white inside.
    let across: Vec<bool> = (-8..8).map(|y| black(road + Dot::new(0, y))).collect();
    assert_eq!(across.iter().filter(|dot| **dot).count(), 8, "{across:?}");
    assert!(!black(road) && across.windows(4).any(|four| four == [true; 4]));
    assert!(drawing.dot(place.at).y < drawing.dot(HALL).y, "north is up");
}

struct Dots {
    size: Size,
    black: Vec<bool>,
}

impl OriginDimensions for Dots {
    fn size(&self) -> Size {
        self.size
    }
}

impl DrawTarget for Dots {
    type Color = BinaryColor;
    type Error = Infallible;

    fn draw_iter<I: IntoIterator<Item = Pixel<BinaryColor>>>(&mut self, pixels: I) -> Result<(), Infallible> {
        for Pixel(at, color) in pixels {
            self.black[(at.y * self.size.width as i32 + at.x) as usize] = color.is_on();
        }
        Ok(())
    }
}
