//! Importers on the publishers' real files: counts that an independent look (Python's csv and json) gave.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper that fails is a test that fails; what was imported is shown"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use parvis_content::import::{
    self, Doubt, Imported, Kind, OutlineRequest, Refusal, Repair, Report, Request, Territory,
};
use parvis_content::{ContentFile, Outline, Place, PlaceKind, Position, Weekday, file, source};

const FRANCE_SERVICES: &str = "france-services/liste-fs-20240801.csv";
const MEDIATION: &str = "mediation-numerique/structures-bretagne.json";
const STANDARD: &str = "mediation-numerique/standard/exemple-valide.csv";
const AIDANTS: &str = "aidants-connect/aidants-connect-35.json";
const SERVICES: &str = "data-inclusion/services-v0-echantillon.json";
const OUTLINES: &str = "territoire/communes-35-ille-et-vilaine.geojson";

fn data(name: &str) -> Option<PathBuf> {
    let Some(data) = std::env::var_os("PARVIS_DATA") else {
        println!("skipped: PARVIS_DATA not set");
        return None;
    };
    Some(Path::new(&data).join(name))
}

fn ille_et_vilaine() -> Territory {
    Territory::Departement("35".to_owned())
}

fn run(outlines: &[OutlineRequest], lists: &[Request]) -> Imported {
    let imported = import::run(Vec::new(), outlines, lists).unwrap();
    for (_, report) in &imported.reports {
        println!("{report}");
        assert!(report.adds_up());
    }
    imported
}

fn request(kind: Kind, name: &str, territory: Territory) -> Option<Request> {
    Some(Request { kind, path: data(name)?, territory, table: None })
}

fn alone(kind: Kind, name: &str, territory: Territory) -> Option<(Vec<Place>, Report)> {
    let mut imported = run(&[], &[request(kind, name, territory)?]);
    Some((imported.places, imported.reports.remove(0).1))
}

/// Imported, filtered, merged, refused.
fn ends(report: &Report) -> [usize; 4] {
    [report.imported, report.filtered, report.merged, report.refusals()]
}

fn place<'a>(places: &'a [Place], id: &str) -> &'a Place {
    places.iter().find(|place| place.id.as_str() == id).unwrap_or_else(|| panic!("no place {id}"))
}

#[test]
fn the_whole_list_of_france_services_is_imported_and_its_hours_are_weeks() {
    let Some((places, report)) = alone(Kind::FranceServices, FRANCE_SERVICES, Territory::Everywhere) else {
        return;
    };
    assert_eq!((report.read, ends(&report)), (2_845, [2_845, 0, 0, 0]));
    assert_eq!((report.weeks, report.texts), (2_777, 31));
    assert_eq!(report.repaired[&Repair::Hours], 101);
    assert_eq!(report.repaired[&Repair::LineBreak], 6);
    assert_eq!(report.repaired[&Repair::SplitAddress], 7);
    assert_eq!(report.doubtful[&Doubt::Hours].count, 20);
    assert!(report.what.ends_with("2024"), "{}", report.what);
    let travelling =
        places.iter().filter(|place| place.note.as_deref().is_some_and(|n| n.contains("itinérant")));
    assert_eq!(travelling.count(), 163);
    assert!(places.iter().all(|place| place.kind == PlaceKind::FranceServices && place.position.is_some()));
    let ids: BTreeSet<&str> = places.iter().map(|place| place.id.as_str()).collect();
    assert_eq!(ids.len(), places.len());
}

#[test]
fn one_departement_of_france_services_has_its_31_places_with_their_words() {
    let Some((places, report)) = alone(Kind::FranceServices, FRANCE_SERVICES, ille_et_vilaine()) else {
        return;
    };
    assert_eq!(ends(&report), [31, 2_814, 0, 0]);
    let saint_meen = place(&places, "fs-214");
    assert_eq!(saint_meen.name, "France services Communauté de communes de Saint-Méen-Montauban");
    assert_eq!(saint_meen.address, ["22 Rue de Gaël"]);
    assert_eq!(saint_meen.commune, "35290 Saint-Méen-le-Grand");
    assert_eq!(saint_meen.phone.as_deref(), Some("02 99 09 44 56"));
    let wednesday: Vec<_> =
        saint_meen.hours.on(Weekday::Wednesday).iter().map(|r| (r.from(), r.to())).collect();
    assert_eq!(wednesday, [(510, 750), (810, 1_080)]);
    assert!(saint_meen.hours.on(Weekday::Sunday).is_empty());
    assert!(
        saint_meen.hours.note.as_deref().unwrap().starts_with("Ouverture entre 10h et 13h le dernier samedi")
    );
    let by_appointment =
        places.iter().filter(|place| place.note.as_deref().is_some_and(|n| n.contains("rendez-vous")));
    assert_eq!(by_appointment.count(), 14);
}

#[test]
fn a_circle_and_a_list_of_communes_keep_what_lies_inside() {
    let saint_meen = Position::new(48.18427, -2.19591).unwrap();
    let Some((near, report)) =
        alone(Kind::FranceServices, FRANCE_SERVICES, Territory::Around(saint_meen, 20.0))
    else {
        return;
    };
    assert!(near.iter().all(|place| place.position.unwrap().distance_km(saint_meen) <= 20.0));
    assert!(report.imported >= 2 && report.imported < 31, "{}", report.imported);
    let communes = Territory::Communes(["35297", "35184"].map(str::to_owned).into());
    let (inside, _) = alone(Kind::FranceServices, FRANCE_SERVICES, communes).unwrap();
    assert!(inside.iter().any(|place| place.id.as_str() == "fs-214"));
    assert!(
        inside
            .iter()
            .all(|place| place.commune.contains("Saint-Méen") || place.commune.contains("Montauban"))
    );
}

#[test]
fn the_older_list_of_mediation_places_keeps_weeks_sentences_and_its_doubts() {
    let Some((places, report)) = alone(Kind::MediationNumerique, MEDIATION, Territory::Everywhere) else {
        return;
    };
    assert_eq!(report.read, 230);
    // 199 have hours: 159 in OpenStreetMap's syntax, of which four are cut and one has a range of no minute.
    assert_eq!((report.weeks, report.texts), (154, 45));
    assert_eq!(report.doubtful[&Doubt::Hours].count, 5);
    assert_eq!(report.doubtful[&Doubt::Capitals].count, 102);
    assert_eq!(report.repaired[&Repair::Phone], 144);
    assert_eq!(report.repaired[&Repair::Cedex], 2);
    // Five records say in every shown word and hour what another one says.
    assert_eq!(ends(&report), [225, 0, 5, 0]);
    // La Poste with other hours at one address, or at another address, stays apart.
    assert_eq!(places.iter().filter(|place| place.name == "LA POSTE").count(), 13);
    let montfort = places.iter().find(|place| place.name.starts_with("Eureka Emplois Services -")).unwrap();
    assert!(montfort.hours.is_unknown() && montfort.hours.note.as_deref().unwrap().contains("8h30 à 17h30"));
    assert_eq!(montfort.id.as_str(), "mn-cd35--1009", "sources repeat each other's identifiers");
    assert!(montfort.services.contains(&"Accéder à du matériel".to_owned()));
    let aidants = places.iter().filter(|place| place.services.iter().any(|s| s == "Aidants Connect"));
    assert_eq!(aidants.count(), 19);
}

#[test]
fn the_example_of_the_standard_is_one_whole_place() {
    let Some((places, report)) = alone(Kind::MediationNumerique, STANDARD, Territory::Everywhere) else {
        return;
    };
    assert_eq!(ends(&report), [1, 0, 0, 0]);
    let [place] = places.as_slice() else { panic!("{} places", places.len()) };
    assert_eq!(place.id.as_str(), "mn-structure-1");
    assert_eq!(place.address, ["12 BIS RUE DE LECLERCQ", "Le patio du bois de l'Aulne"]);
    assert_eq!((place.commune.as_str(), place.phone.as_deref()), ("51100 Reims", Some("01 80 05 98 80")));
    assert_eq!(place.hours.on(Weekday::Saturday).len(), 1);
    assert_eq!(place.services.len(), 4, "three services and Aidants Connect: {:?}", place.services);
}

#[test]
fn services_without_their_structure_are_refused_one_by_one() {
    let Some((places, report)) = alone(Kind::DataInclusion, SERVICES, Territory::Everywhere) else { return };
    assert_eq!((places.len(), ends(&report)), (0, [0, 0, 0, 600]));
    assert_eq!(report.refused[&Refusal::UnknownStructure].count, 600);
    assert!(report.what.ends_with("services v0"));
}

#[test]
fn aidants_connect_marks_places_that_are_surely_the_same_and_makes_the_others() {
    let lists = [
        (Kind::FranceServices, FRANCE_SERVICES, ille_et_vilaine()),
        (Kind::MediationNumerique, MEDIATION, Territory::Everywhere),
        (Kind::AidantsConnect, AIDANTS, Territory::Everywhere),
    ];
    let lists: Option<Vec<Request>> =
        lists.into_iter().map(|(kind, name, territory)| request(kind, name, territory)).collect();
    let (Some(lists), Some(path)) = (lists, data(OUTLINES)) else { return };
    let outlines = [OutlineRequest { path, territory: Territory::Everywhere }];
    let imported = run(&outlines, &lists);
    let (_, report) = &imported.reports[3];
    assert_eq!(report.read, 55);
    assert_eq!(report.repaired[&Repair::Siret], 55);
    assert_eq!(report.repaired[&Repair::SplitAddress], 23);
    assert_eq!(report.doubtful[&Doubt::NoCommune].count, 32);
    assert_eq!(ends(report), [45, 0, 10, 0]);
    let own = imported.places.iter().filter(|place| place.id.as_str().starts_with("ac-")).count();
    assert_eq!(own, 45);
    let marked: Vec<&str> = imported
        .places
        .iter()
        .filter(|place| !place.id.as_str().starts_with("ac-"))
        .filter(|place| place.services.iter().any(|service| service == "Aidants Connect"))
        .map(|place| place.name.as_str())
        .collect();
    // 19 say it themselves; each of the ten that joined was compared by hand.
    assert_eq!(marked.len(), 19 + 10, "{marked:?}");
    assert!(marked.contains(&"France services de La Guerche-de-Bretagne"));
    let capitals = imported.places.iter().filter(|place| place.commune.ends_with("RENNES")).count();
    assert_eq!(capitals, 0, "communes in capitals are written as elsewhere");
}

#[test]
fn identifiers_do_not_depend_on_the_order_of_a_file() {
    let Some(path) = data(MEDIATION) else { return };
    let text = std::fs::read_to_string(&path).unwrap();
    let mut records: Vec<serde_json::Value> = serde_json::from_str(&text).unwrap();
    records.reverse();
    let folder = tempfile::TempDir::new().unwrap();
    let turned = folder.path().join("turned.json");
    std::fs::write(&turned, serde_json::to_vec(&records).unwrap()).unwrap();
    let of = |path| Request {
        kind: Kind::MediationNumerique,
        path,
        territory: Territory::Everywhere,
        table: None,
    };
    assert_eq!(run(&[], &[of(path)]).places, run(&[], &[of(turned)]).places);
}

#[test]
fn the_outlines_of_a_departement_come_back_from_the_content_file() {
    let Some(path) = data(OUTLINES) else { return };
    let folder = tempfile::TempDir::new().unwrap();
    let fixture = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/bundle"));
    let mut library = source::read(fixture).unwrap().library;
    let imported = run(&[OutlineRequest { path, territory: Territory::Everywhere }], &[]);
    assert_eq!(ends(&imported.reports[0].1), [345, 0, 0, 0]);
    library.outlines = imported.outlines;
    let output = folder.path().join("contenu.parvis");
    let written = file::write(&library, &output).unwrap();
    let outlines = ContentFile::open(&output).unwrap().outlines().unwrap();
    assert_eq!(outlines, library.outlines);
    let by_code: BTreeMap<&str, &Outline> = outlines.iter().map(|o| (o.insee.as_str(), o)).collect();
    assert_eq!(by_code["35238"].name, "Rennes");
    let points: usize = outlines.iter().flat_map(|outline| &outline.rings).map(Vec::len).sum();
    // 26,778 in the file, less the point that closes each of 351 rings.
    assert_eq!(points, 26_778 - 351);
    println!("{points} points; the content file has {} bytes", written.bytes);
}
