//! Area maps from an editor's folder: what is kept, what is told, and what hostile files may not do.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::fmt::Write as _;
use std::path::Path;

use parvis_content::editor::starter;
use parvis_content::import::Refusal;
use parvis_content::source::{self, Survey};
use parvis_content::{ContentFile, Date, file};
use parvis_plan::area::{Area, Kind, LINES_MAX, POINTS_MAX};
use proptest::prelude::*;

/// The starter's folder with a position for its hall, and these files as the data of its map.
fn survey(position: bool, files: &[(&str, &str, &str)]) -> Survey {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    starter::write(folder.path(), Date::new(2026, 1, 1).unwrap()).unwrap();
    let mut bundle = std::fs::read_to_string(at("bundle.toml")).unwrap();
    let glossary = bundle.split_off(bundle.find("[glossary]").unwrap());
    for (kind, name, text) in files {
        let (name, more) = name.split_once(' ').unwrap_or((name, ""));
        std::fs::write(at(name), text).unwrap();
        writeln!(bundle, "[[import]]\nkind = \"{kind}\"\npath = \"{name}\"\n{more}").unwrap();
    }
    std::fs::write(at("bundle.toml"), bundle + &glossary).unwrap();
    if position {
        let places = std::fs::read_to_string(at("places.toml")).unwrap();
        std::fs::write(at("places.toml"), places + "position = [48.2, -2.1]\n").unwrap();
    }
    source::survey(folder.path()).unwrap()
}

fn faults(survey: &Survey) -> Vec<String> {
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    let told = survey.faults.list.iter();
    told.map(|fault| format!("{}:{} : {}", name(&fault.file), fault.line, fault.message.french)).collect()
}

fn area(files: &[(&str, &str, &str)]) -> Area {
    let survey = survey(true, files);
    assert_eq!(faults(&survey), [""; 0]);
    survey.source.unwrap().library.area.unwrap()
}

const OSM: &str = r#"<?xml version="1.0" encoding="UTF-8"?>
<osm version="0.6">
 <node id="1" lat="48.2" lon="-2.2"/><node id="2" lat="48.2" lon="-2.1"/><node id="3" lat="48.21" lon="-2.05"/>
 <node id="4" lat="48.201" lon="-2.101"><tag k="highway" v="bus_stop"/><tag k="name" v="Gare &amp; place"/></node>
 <node id="5" lat="49.9" lon="-2.1"><tag k="place" v="town"/><tag k="name" v="Loin"/></node>
 <node id="6" lat="48.19" lon="-2.12"><tag k="place" v="village"/><tag k="name" v="Le Bourg"/></node>
 <way id="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="primary"/></way>
 <way id="2"><nd ref="2"/><nd ref="3"/><tag k="highway" v="primary"/></way>
 <way id="3"><nd ref="1"/><nd ref="3"/><tag k="highway" v="footway"/></way>
</osm>"#;

/// Two squares side by side; the hall is in the left one.
const OUTLINES: &str = r#"{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"code": "35001", "nom": "Gauche"}, "geometry": {"type": "Polygon",
  "coordinates": [[[-2.15, 48.15], [-2.05, 48.15], [-2.05, 48.25], [-2.15, 48.25], [-2.15, 48.15]]]}},
 {"type": "Feature", "properties": {"code": "35002", "nom": "Droite"}, "geometry": {"type": "Polygon",
  "coordinates": [[[-2.05, 48.15], [-2.0, 48.15], [-2.0, 48.25], [-2.05, 48.25], [-2.05, 48.15]]]}}]}"#;

const STOPS: &str = "stop_id,stop_name,stop_lat,stop_lon,location_type\n\
    a,Mairie,48.2005,-2.1004,\nb,Entrée,48.2005,-2.1004,2\nc,Ailleurs,12,12,0\n";

#[test]
fn a_map_is_made_of_outlines_an_extract_and_stops_and_comes_back_from_the_file() {
    let files = [
        ("communes", "c.geojson credit = \"IGN\"", OUTLINES),
        ("openstreetmap", "e.osm", OSM),
        ("gtfs", "stops.txt credit = \"Bus du pays\"", STOPS),
    ];
    let survey = survey(true, &files);
    assert_eq!(faults(&survey), [""; 0]);
    let library = survey.source.unwrap().library;
    let area = library.area.clone().unwrap();
    let lines = |kind| area.lines.iter().filter(|line| line.kind == kind).collect::<Vec<_>>();
    assert_eq!(lines(Kind::Road).len(), 1, "two ways that meet are one line");
    assert_eq!(lines(Kind::Road)[0].points.len(), 3);
    let shared = lines(Kind::HomeBorder).iter().map(|line| line.points.len() - 1).sum::<usize>();
    assert_eq!((shared, lines(Kind::Border).len()), (4, 1), "a shared border is the hall's, once");
    assert_eq!(area.home[0].len(), 5);
    let names: Vec<&str> = area.towns.iter().map(|town| town.name.as_str()).collect();
    assert_eq!(names, ["Le Bourg", "Gauche", "Droite"]);
    let stops: Vec<&str> = area.stops.iter().map(|stop| stop.name.as_str()).collect();
    assert_eq!(stops, ["Gare & place", "Mairie"], "of what is near a place; the hall's is one");
    assert_eq!(area.credits, ["IGN", "© les contributeurs d’OpenStreetMap", "Bus du pays"]);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parvis");
    file::write(&library, &path).unwrap();
    assert_eq!(ContentFile::open(&path).unwrap().area().unwrap(), Some(area));
}

#[test]
fn a_bundle_without_map_data_has_no_map() {
    assert_eq!(survey(true, &[]).source.unwrap().library.area, None);
    // Outlines alone, as bundles had before there were maps.
    assert_eq!(survey(false, &[("communes", "c.geojson", OUTLINES)]).source.unwrap().library.area, None);
}

#[test]
fn every_fault_of_map_data_is_told_with_its_file_and_what_to_do() {
    let told = |text: &str| faults(&survey(true, &[("openstreetmap", "e.osm", text)])).join("\n");
    let away =
        "<osm><node id='1' lat='1' lon='1'><tag k='place' v='town'/><tag k='name' v='X'/></node></osm>";
    for (text, start) in [
        ("", "e.osm:1 : extrait OpenStreetMap illisible (aucun élément « osm »)"),
        ("<html></html>", "e.osm:1 : extrait OpenStreetMap illisible (« html » n’est pas « osm »)"),
        (
            "<osm>\n<way><node id='1'/></way></osm>",
            "e.osm:2 : extrait OpenStreetMap illisible (« node » au mauvais",
        ),
        ("<osm>\n\n<node id='1'", "e.osm:3 : extrait OpenStreetMap illisible"),
        ("<osm><node id='1'>", "e.osm:1 : extrait OpenStreetMap illisible (fichier coupé)"),
        (
            "<!DOCTYPE a [<!ENTITY b 'c'>]><osm/>",
            "e.osm:1 : extrait OpenStreetMap illisible (un type de document)",
        ),
        ("<osm></osm>", "e.osm:1 : rien de ce fichier ne se dessine à moins de 8 km"),
        (away, "e.osm:1 : rien de ce fichier ne se dessine à moins de 8 km"),
    ] {
        let told = told(text);
        assert!(told.starts_with(start), "{told}");
        assert!(told.contains(" : téléchargez-le") || told.contains(" : prenez l’extrait"), "{told}");
    }
    let nowhere = faults(&survey(false, &[("openstreetmap", "e.osm", OSM)]));
    assert!(nowhere[0].contains("la carte n’a pas de centre"), "{nowhere:?}");
    let stops = faults(&survey(true, &[("gtfs", "stops.txt", "a,b\n1,2\n")]));
    assert!(stops[0].starts_with("stops.txt:1 : il manque stop_name"), "{stops:?}");
    let filter = faults(&survey(true, &[("openstreetmap", "e.osm departement=\"35\"", OSM)]));
    assert!(filter[0].contains("la carte prend ce qui entoure l’accueil"), "{filter:?}");
}

#[test]
fn no_source_of_a_map_is_lost_without_a_fault() {
    let named: Vec<String> = (1..=4).map(|at| format!("s{at}.txt credit = \"Réseau {at}\"")).collect();
    let mut files: Vec<(&str, &str, &str)> =
        named.iter().map(|name| ("gtfs", name.as_str(), STOPS)).collect();
    files.push(("openstreetmap", "e.osm", OSM));
    let told = faults(&survey(true, &files));
    assert!(told.len() == 1 && told[0].contains("plus de 4 auteurs"), "{told:?}");
    let long = |at: u8| format!("s{at}.txt credit = \"{at}{}\"", "é".repeat(70));
    let (first, second) = (long(1), long(2));
    let files = [("gtfs", &*first, STOPS), ("gtfs", &*second, STOPS), ("openstreetmap", "e.osm", OSM)];
    let told = faults(&survey(true, &files));
    assert!(told.len() == 1 && told[0].contains("plus de 160 caractères d’auteurs"), "{told:?}");
}

#[test]
fn stops_alone_are_a_map_and_an_empty_map_is_a_fault() {
    let stops = area(&[("gtfs", "stops.txt", STOPS)]);
    assert_eq!((stops.stops.len(), stops.lines.len()), (1, 0));
    let far = "stop_name,stop_lat,stop_lon\nLoin,48.23,-2.1\n";
    let told = faults(&survey(true, &[("gtfs", "stops.txt", far)]));
    assert!(told.len() == 1 && told[0].contains("la carte est vide"), "{told:?}");
}

#[test]
fn long_names_are_shortened_and_broken_rows_are_told_as_such() {
    let rows =
        format!("stop_name,stop_lat,stop_lon\nArrêt {},48.2005,-2.1004\nMairie,48.2\n", "long ".repeat(20));
    let survey = survey(true, &[("gtfs", "stops.txt", &rows)]);
    let source = survey.source.unwrap();
    let area = source.library.area.unwrap();
    assert!(area.stops[0].name.starts_with("Arrêt long") && area.stops[0].name.ends_with('…'));
    let (_, report) = &source.lists[0];
    assert!(report.adds_up());
    assert_eq!(report.refused.keys().copied().collect::<Vec<_>>(), [Refusal::Shape]);
}

#[test]
fn a_million_points_become_a_bounded_map() {
    let mut osm = String::from("<osm>");
    for at in 0..400_000_u32 {
        let (lat, lon) = (48.2 + f64::from(at % 997) / 20_000.0, -2.1 + f64::from(at / 997) / 10_000.0);
        write!(osm, "<node id='{at}' lat='{lat}' lon='{lon}'/>").unwrap();
    }
    // Lines that cross themselves and each other, through every point.
    for way in 0..800_u32 {
        osm.push_str("<way id='1'><tag k='highway' v='primary'/>");
        for step in 0..500_u32 {
            write!(osm, "<nd ref='{}'/>", (way * 500 + step * 7_919) % 400_000).unwrap();
        }
        osm.push_str("</way>");
    }
    osm.push_str("</osm>");
    let area = area(&[("openstreetmap", "e.osm", &osm)]);
    assert!(area.lines.len() <= LINES_MAX);
    assert!(area.lines.iter().map(|line| line.points.len()).sum::<usize>() <= POINTS_MAX);
    let long = format!("<osm><way>{}</way></osm>", "<nd ref='1'/>".repeat(2_001));
    let told = faults(&survey(true, &[("openstreetmap", "e.osm", &long)]));
    assert!(told[0].contains("plus de 2000 points dans une ligne"), "{told:?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn whatever_stands_in_a_file_ends_with_a_map_or_with_faults(
        cut in 0..1_400_usize,
        piece in "(<way>|</way>|<node id='9' lat='NaN' lon='1e400'/>|<nd ref='-1'/>|\"|<|&x;|lat=|[0-9é]{0,9})",
        outlines in any::<bool>(),
    ) {
        let whole = if outlines { OUTLINES } else { OSM };
        let at = (0..=cut.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap();
        let (before, after) = whole.split_at(at);
        let text = format!("{before}{piece}{after}");
        let kind = if outlines { ("communes", "c.geojson") } else { ("openstreetmap", "e.osm") };
        let survey = survey(true, &[(kind.0, kind.1, &text)]);
        match survey.source {
            Some(source) => if let Some(area) = source.library.area { area.check().unwrap() },
            None => prop_assert!(!survey.faults.list.is_empty()),
        }
    }
}
