//! The plan of the demonstration: read, walked, said.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use parvis_plan::route::{NoRoute, Walk};
use parvis_plan::svg::{self, Fault, FaultKind};
use parvis_plan::{Plan, Point, words};

const HALL: &str = include_str!("../../content/demonstration/plan.svg");

fn hall() -> Plan {
    svg::read(HALL).unwrap_or_else(|faults| panic!("{faults:?}"))
}

fn said(place: &str) -> String {
    let plan = hall();
    let (kiosk, place) = (plan.kiosk("Borne de l’entrée").unwrap(), plan.place(place).unwrap());
    let route = Walk::new(&plan).route(&plan, kiosk, place).unwrap();
    words::french(&plan, &route, place).join(" ")
}

fn faults(drawing: &str) -> Vec<FaultKind> {
    svg::read(drawing).unwrap_err().into_iter().map(|Fault { kind, .. }| kind).collect()
}

#[test]
fn the_hall_is_read_in_centimetres_with_its_names() {
    let plan = hall();
    plan.check().unwrap();
    assert_eq!(plan.size, Point { x: 1_700, y: 1_200 });
    assert_eq!((plan.rooms.len(), plan.doors.len(), plan.places.len(), plan.kiosks.len()), (6, 6, 8, 1));
    assert_eq!(plan.kiosks[0].stand, Point { x: 1_020, y: 980 });
    assert_eq!(plan.place("accueil").unwrap().at, Point { x: 640, y: 690 });
    assert_eq!(plan.room_at(Point { x: 100, y: 1_000 }).unwrap().name, "Sanitaires");
}

#[test]
fn every_way_of_the_hall_is_said_as_one_says_it() {
    let ways = [
        (
            "sortie",
            "Partez à votre droite, environ 2 mètres, en passant la porte. « Sortie » est devant vous.",
        ),
        (
            "toilettes",
            "Faites demi-tour, environ 8 mètres, en passant la porte vers « Sanitaires ». « Toilettes » est devant vous, dans « Sanitaires ».",
        ),
        (
            "accueil",
            "Partez à votre gauche, environ 4 mètres. Tournez à gauche, environ 4 mètres. « Accueil » est à votre gauche.",
        ),
        (
            "bureau-1",
            "Partez à votre gauche, environ 4 mètres. Tournez à gauche, environ 8 mètres. Tournez à droite, environ 3 mètres, en passant la porte vers « Bureau 1 ». « Bureau 1 : aide aux démarches » est à votre gauche.",
        ),
        (
            "reunion",
            "Partez à votre gauche, environ 8 mètres, en passant la porte vers « Salle de réunion ». « Salle de réunion » est devant vous.",
        ),
    ];
    for (place, words) in ways {
        assert_eq!(said(place), words);
    }
}

#[test]
fn the_same_drawing_moved_scaled_and_named_by_inkscape_is_the_same_plan() {
    let moved = HALL
        .replace("<g id=\"chemins\" stroke=\"#0f62a6\">", "<g inkscape:groupmode=\"layer\" inkscape:label=\"Chemins\" id=\"layer7\" stroke=\"#0f62a6\" transform=\"translate(10 20) scale(2)\">")
        .replace("102,118 102,54 31,54 31,28", "46,49 46,17 10.5,17 10.5,4")
        .replace("65,54 65,28", "27.5,17 27.5,4")
        .replace("103,54 103,28", "46.5,17 46.5,4")
        .replace("102,54 142,54 142,26", "46,17 66,17 66,3")
        .replace("102,91 24,91", "46,35.5 7,35.5")
        .replace("142,54 148,72", "66,17 69,26");
    assert_eq!(svg::read(&moved).unwrap(), hall());
}

#[test]
fn the_picture_for_a_page_is_read_back_and_holds_names_as_text_only() {
    let mut plan = hall();
    plan.rooms[0].name = "<script>&\"'".into();
    let picture = parvis_plan::picture::svg(&plan, plan.kiosk("Borne de l'entrée")).unwrap();
    assert!(!picture.contains("<script"), "{picture}");
    let tree = usvg::Tree::from_str(&picture, &usvg::Options::default()).unwrap();
    assert_eq!((tree.size().width() as i32, tree.size().height() as i32), (1_700, 1_200));
}

#[test]
fn an_editor_is_told_what_is_wrong_with_a_drawing() {
    let without = |layer: &str| HALL.replace(&format!("<g id=\"{layer}\""), "<g id=\"autre\"");
    assert_eq!(faults("rien"), [FaultKind::Unreadable("unknown token at 1:1".into())]);
    assert_eq!(faults(&without("chemins")), [FaultKind::NoLayer("chemins")]);
    assert_eq!(faults(&without("bornes")), [FaultKind::NoLayer("bornes")]);
    assert_eq!(faults(&without("echelle")), [FaultKind::NoScale]);
    assert_eq!(faults(&HALL.replace("3 m<", "trois<")), [FaultKind::NoScale]);
    assert_eq!(
        faults(&HALL.replace("<title>Toilettes</title>", "")),
        [FaultKind::NoName("toilettes".into())]
    );
    assert_eq!(
        faults(&HALL.replace("<title>Sortie", "<title>Toilettes")),
        [FaultKind::Twice("Toilettes".into())]
    );
    assert!(matches!(faults(&HALL.replace("3 m<", "900 m<"))[0], FaultKind::TooWide(5_100, 3_600)));
    assert!(matches!(
        faults(
            &HALL
                .replace(
                    "<line id=\"borne-entree\" x1=\"102\" y1=\"98\" x2=\"112\" y2=\"98\">",
                    "<rect id=\"b\" x=\"1\" y=\"1\" width=\"9\" height=\"9\">"
                )
                .replace("de l’entrée</title></line>", "de l’entrée</title></rect>")
        )[..],
        [FaultKind::NotALine(_)]
    ));
    assert!(matches!(
        &faults(&HALL.replace("<g id=\"chemins\"", "<g display=\"none\" id=\"chemins\""))[..],
        [FaultKind::Invisible(_), ..]
    ));
    assert_eq!(
        faults(&HALL.replace("<g id=\"salles\"", "<use href=\"#murs\"/><g id=\"salles\"")),
        [FaultKind::Clone]
    );
    let door =
        HALL.replace("x1=\"26\" y1=\"40\" x2=\"36\" y2=\"40\"", "x1=\"26\" y1=\"60\" x2=\"36\" y2=\"60\"");
    assert_eq!(faults(&door), [FaultKind::DoorApart("porte-bureau-1".into())]);
    let apart = HALL.replace("102,91 24,91", "60,91 24,91");
    assert!(
        matches!(&faults(&apart)[..], [FaultKind::NoRoute { why: NoRoute::Apart, to, .. }] if to == "Toilettes")
    );
    let entities = HALL.replace("<svg ", "<!DOCTYPE svg [<!ENTITY a \"aaaa\">]><svg ");
    assert!(matches!(&faults(&entities)[..], [FaultKind::Unreadable(_)]));
}
