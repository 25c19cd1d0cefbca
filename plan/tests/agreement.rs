//! On random plans, what is said and what is drawn are the same way.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use embedded_graphics::geometry::{Point as Dot, Size};
use embedded_graphics::mock_display::MockDisplay;
use embedded_graphics::pixelcolor::BinaryColor;
use parvis_plan::draw::{Drawing, LABELS_MAX, Scene, Style};
use parvis_plan::route::{NoRoute, Route, Walk};
use parvis_plan::words::{self, Turn};
use parvis_plan::{Kiosk, Plan, Point, Room, Spot, length};
use proptest::prelude::*;

const SIDE: i32 = 3_000;

fn point() -> impl Strategy<Value = Point> {
    (0..=SIDE, 0..=SIDE).prop_map(Point::from)
}

/// Halls as they are drawn: corridors that meet by hand, rooms, doors anywhere.
fn plan() -> impl Strategy<Value = Plan> {
    let line = prop::collection::vec(point(), 2..5);
    let room =
        (point(), 100..1_500_i32, 100..1_500_i32).prop_map(|(at, width, height): (Point, i32, i32)| {
            let (right, below) = ((at.x + width).min(SIDE), (at.y + height).min(SIDE));
            let outline =
                [(at.x, at.y), (right, at.y), (right, below), (at.x, below)].map(Point::from).to_vec();
            Room { name: format!("Salle {}", at.x), outline }
        });
    let lists = (
        prop::collection::vec(line, 1..8),
        prop::collection::vec(room, 0..5),
        prop::collection::vec((point(), point()), 0..5),
    );
    (lists, point(), point(), point()).prop_map(|((walk, rooms, doors), stand, at, place)| Plan {
        size: Point { x: SIDE, y: SIDE },
        walls: rooms.iter().map(|room: &Room| room.outline.clone()).collect(),
        rooms,
        doors: doors.into_iter().map(|(from, to)| [from, to]).collect(),
        walk,
        kiosks: vec![Kiosk { name: "Borne".into(), stand, at }],
        places: vec![Spot { id: "lieu".into(), name: "Lieu".into(), at: place }],
    })
}

const STYLE: Style<BinaryColor> = Style {
    ground: BinaryColor::Off,
    wall: BinaryColor::On,
    way: BinaryColor::On,
    here: BinaryColor::On,
    line: 4,
    dot: 6,
};

/// To the right positive, as a person sees the drawing.
fn degrees(a: Dot, b: Dot) -> f64 {
    let (cross, dot) = (
        i64::from(a.x) * i64::from(b.y) - i64::from(a.y) * i64::from(b.x),
        i64::from(a.x) * i64::from(b.x) + i64::from(a.y) * i64::from(b.y),
    );
    (cross as f64).atan2(dot as f64).to_degrees()
}

/// Whether two angles are the same, as exactly as dots of these vectors can tell.
fn same(said: f64, drawn: f64, vectors: [Dot; 2]) -> bool {
    let shortest =
        vectors.iter().map(|dot| f64::from(dot.x).hypot(f64::from(dot.y))).fold(f64::MAX, f64::min);
    let off = (said - drawn).abs();
    off.min(360.0 - off) < 1.0 + (3.0 / shortest.max(0.1)).atan().to_degrees()
}

fn side_word(turn: Turn) -> Option<&'static str> {
    match turn {
        Turn::Right => Some("droite"),
        Turn::Left => Some("gauche"),
        Turn::Ahead | Turn::Back => None,
    }
}

fn must_agree(plan: &Plan, route: &Route) {
    let (kiosk, place) = (&plan.kiosks[0], &plan.places[0]);
    let scene = Scene { plan, kiosk, way: Some((place, route)) };
    // A large frame: dots as fine as the plan.
    let drawing = Drawing::new(scene, &STYLE, Size::new(30_000, 30_000));
    let said = words::french(plan, route, place);
    assert_eq!(said.len(), route.legs.len() + 1);
    let mut looks = drawing.dot(kiosk.at) - drawing.dot(kiosk.stand);
    let mut stands = drawing.dot(kiosk.stand);
    for (leg, sentence) in route.legs.iter().zip(&said) {
        let [from, to] = leg.ends.map(|end| drawing.dot(end));
        assert_eq!(from, stands, "a leg begins where the one before ended");
        let drawn = degrees(looks, to - from);
        assert!(same(leg.turn, drawn, [looks, to - from]), "said {} drawn {drawn}", leg.turn);
        assert_eq!(
            sentence.contains("droite"),
            side_word(Turn::of(leg.turn)) == Some("droite"),
            "{sentence}"
        );
        assert_eq!(
            sentence.contains("gauche"),
            side_word(Turn::of(leg.turn)) == Some("gauche"),
            "{sentence}"
        );
        assert!(sentence.contains(&words::distance(leg.length)));
        assert_eq!(sentence.contains("porte"), !leg.doors.is_empty(), "{sentence}");
        (looks, stands) = (to - from, to);
    }
    let all: i32 = route.legs.iter().map(|leg| leg.length).sum();
    assert!((all - length(&route.line)).abs() <= route.legs.len() as i32);
    if let Some(side) = route.side {
        let beside = drawing.dot(place.at) - stands;
        let drawn = degrees(looks, beside);
        assert!(route.legs.is_empty() || same(side, drawn, [looks, beside]), "said {side} drawn {drawn}");
    }
}

/// Every piece of the way but the first one lies on walkable lines.
fn must_be_walkable(plan: &Plan, route: &Route) {
    let near = |point: Point| {
        let only = Plan { walk: plan.walk.clone(), ..Plan::default() };
        Walk::new(&only).nearest(point).unwrap().1
    };
    for two in route.line[1..].windows(2) {
        let middle = Point { x: i32::midpoint(two[0].x, two[1].x), y: i32::midpoint(two[0].y, two[1].y) };
        assert!(near(two[0]) <= 16.0 && near(middle) <= 16.0, "{two:?} is not walkable");
    }
}

fn must_have_labels(plan: &Plan, route: &Route) {
    let scene = Scene { plan, kiosk: &plan.kiosks[0], way: Some((&plan.places[0], route)) };
    let frame = Size::new(512, 512);
    let drawing = Drawing::new(scene, &STYLE, frame);
    let labels = drawing.labels("Vous êtes ici", &|text| Size::new(12 * text.chars().count() as u32, 30));
    assert!(labels.len() <= LABELS_MAX);
    assert_eq!(labels[0].lines.join(" "), "Vous êtes ici");
    for (at, label) in labels.iter().enumerate() {
        let end = label.area.top_left + label.area.size;
        assert!(label.area.top_left.x >= 0 && label.area.top_left.y >= 0 && end.x <= 512 && end.y <= 512);
        assert!(labels[..at].iter().all(|other| other.area.intersection(&label.area).is_zero_sized()));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn words_and_drawing_are_one_way(plan in plan()) {
        plan.check().unwrap();
        match Walk::new(&plan).route(&plan, &plan.kiosks[0], &plan.places[0]) {
            Ok(route) => {
                must_agree(&plan, &route);
                must_be_walkable(&plan, &route);
                must_have_labels(&plan, &route);
            }
            Err(NoRoute::KioskFar(_) | NoRoute::PlaceFar(_) | NoRoute::Apart) => {}
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn whatever_is_read_as_a_drawing_ends_with_a_plan_or_with_faults(cut in 0..4_000_usize, piece in "[<>\"/=a-z0-9 #é]{0,12}") {
        let hall = include_str!("../../content/demonstration/plan.svg");
        let at = (0..=cut.min(hall.len())).rev().find(|at| hall.is_char_boundary(*at)).unwrap();
        let (before, after) = hall.split_at(at);
        let drawing = format!("{before}{piece}{after}");
        match parvis_plan::svg::read(&drawing) {
            Ok(plan) => plan.check().unwrap(),
            Err(faults) => prop_assert!(!faults.is_empty()),
        }
    }
}

#[test]
fn a_drawing_stays_in_its_frame() {
    let hall = parvis_plan::svg::read(include_str!("../../content/demonstration/plan.svg")).unwrap();
    let scene = Scene { plan: &hall, kiosk: &hall.kiosks[0], way: None };
    let style = Style { line: 2, dot: 2, ..STYLE };
    // A target that refuses what is outside of its 64 by 64 dots, and to be drawn twice but for what we allow.
    let mut display = MockDisplay::new();
    display.set_allow_overdraw(true);
    Drawing::new(scene, &style, Size::new(64, 64)).draw(&style, &mut display).unwrap();
}
