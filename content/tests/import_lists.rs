//! Importers on small files written for the purpose, through `bundle.toml`: dirty rows, both releases of formats, filters,
//! and that no record is ever lost.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

mod support;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use parvis_content::import::{
    self, Doubt, Kind, OutlineRequest, Refusal, Repair, Report, Request, Territory,
};
use parvis_content::source::{self, Source};
use parvis_content::{ContentFile, Place, PlaceId, PlaceKind, Position, Weekday, file};
use proptest::prelude::*;
use support::{changed, faults};
use tempfile::TempDir;

fn fixture(name: &str) -> String {
    format!("{}/tests/fixtures/import/{name}", env!("CARGO_MANIFEST_DIR"))
}

/// One `[[import]]` of a fixture.
fn section(kind: &str, name: &str, more: &str) -> String {
    format!("\n[[import]]\nkind = {kind:?}\npath = {:?}\n{more}\n", fixture(name))
}

/// The small bundle with `sections` added to its `bundle.toml`.
fn with(sections: &str) -> TempDir {
    changed("bundle.toml", |text| text + sections)
}

fn read(sections: &str) -> Source {
    source::read(with(sections).path()).unwrap()
}

fn faults_of(sections: &str) -> Vec<String> {
    faults("bundle.toml", |text| text + sections)
}

fn ends(report: &Report) -> [usize; 4] {
    assert!(report.adds_up(), "{report}");
    [report.imported, report.filtered, report.merged, report.refusals()]
}

fn place<'a>(source: &'a Source, id: &str) -> &'a Place {
    let ids: Vec<&str> = source.library.places.iter().map(|place| place.id.as_str()).collect();
    source
        .library
        .places
        .iter()
        .find(|place| place.id.as_str() == id)
        .unwrap_or_else(|| panic!("{id} in {ids:?}"))
}

const CSV: &str = "name = \"assos\"\nplace = \"association\"\n[import.columns]\nname = \"Nom\"\naddress = \"Rue\"\n\
    postcode = \"CP\"\ncommune = \"Ville\"\nphone = \"Tel\"\nlatitude = \"Lat\"\nlongitude = \"Long\"\nmon = \"Lundi\"\nnote = \"Infos\"\n";

#[test]
fn the_columns_of_2022_give_the_same_places_and_swapped_coordinates_are_put_right() {
    let source = read(&section("france-services", "france-services-2022.csv", "departement = \"35\""));
    let (_, report) = &source.lists[0];
    assert_eq!(report.what, "France services, colonnes de 2022");
    assert_eq!(ends(report), [2, 1, 0, 0]);
    assert_eq!(report.repaired[&Repair::SwappedPosition], 1);
    assert_eq!(report.repaired[&Repair::LineBreak], 1);
    assert_eq!(report.repaired[&Repair::Hours], 1);
    let house = place(&source, "fs-9001");
    assert_eq!(house.hours.on(Weekday::Monday).len(), 2);
    assert_eq!(house.hours.note.as_deref(), Some("Fermé le premier lundi"));
    let bus = place(&source, "fs-9002");
    assert_eq!(bus.position, Position::new(48.15, -2.05));
    assert!(bus.note.as_deref().unwrap().contains("itinérant"));
}

#[test]
fn every_list_of_a_territory_becomes_one_without_doubles() {
    let sections = [
        section("data-inclusion", "structures-v1.json", "departement = \"35\""),
        section("data-inclusion", "services-v1.json", ""),
        section("aidants-connect", "aidants-connect.json", ""),
        section("communes", "communes.geojson", ""),
    ];
    let first = section("france-services", "france-services-2022.csv", "communes = [\"35999\"]");
    let source = read(&(first + &sections.concat()));
    let reports: Vec<[usize; 4]> = source.lists.iter().map(|(_, report)| ends(report)).collect();
    // Outlines are read first, whatever their place in the file: their names put others right.
    assert_eq!(reports, [[2, 0, 0, 2], [2, 1, 0, 0], [1, 1, 1, 0], [0, 1, 2, 2], [1, 0, 1, 0]]);
    let house = place(&source, "fs-9001");
    assert_eq!(house.name, "France services d'Exemple");
    assert_eq!(house.services, ["Aide aux démarches"], "its services are named by data.inclusion");
    let centre = place(&source, "di-exemple--1");
    assert_eq!(centre.kind, PlaceKind::SocialAction);
    assert_eq!(centre.services, ["Atelier numérique", "Aidants Connect"]);
    assert_eq!(centre.hours.note.as_deref(), Some("Fermé les jours fériés"));
    assert_eq!(centre.phone.as_deref(), Some("01 99 00 00 05"));
    let mission = place(&source, "ac-9102");
    assert_eq!(
        (mission.commune.as_str(), mission.services.as_slice()),
        ("35990", &["Aidants Connect".to_owned()][..])
    );
    assert_eq!(source.lists[4].1.doubtful[&Doubt::Siret].count, 1);
    assert_eq!(source.library.outlines.len(), 2);
}

#[test]
fn identifiers_that_two_sources_of_v0_share_are_two_places() {
    let sections = section("data-inclusion", "structures-v0.json", "")
        + &section("data-inclusion", "services-v0.json", "");
    let source = read(&sections);
    assert_eq!(source.lists[0].1.what, "data.inclusion, structures v0");
    assert_eq!(source.lists[1].1.what, "data.inclusion, services v0");
    let reports: Vec<[usize; 4]> = source.lists.iter().map(|(_, report)| ends(report)).collect();
    assert_eq!(reports, [[3, 0, 0, 1], [0, 0, 2, 0]]);
    let centre = place(&source, "di-exemple--7");
    assert_eq!(
        (centre.kind, centre.services.as_slice()),
        (PlaceKind::FranceServices, &["Aide au permis".to_owned()][..])
    );
    assert_eq!(centre.address, ["5 rue du Tilleul", "Bâtiment B"]);
    assert_eq!(
        (centre.hours.on(Weekday::Friday).len(), centre.note.as_deref()),
        (1, Some("Un centre social."))
    );
    // One source gave one identifier twice: the second place gets another one, and the editor is told.
    assert_eq!(source.lists[0].1.doubtful[&Doubt::RepeatedId].count, 1);
    let of_the_other =
        source.library.places.iter().filter(|place| place.id.as_str().starts_with("di-ailleurs--7"));
    assert_eq!(of_the_other.count(), 2);
}

#[test]
fn a_dirty_table_of_an_editor_is_repaired_where_certain_and_told_where_not() {
    let outlines = section("communes", "communes.geojson", "");
    let source = read(&(outlines + &section("csv", "associations.csv", CSV)));
    let (_, report) = &source.lists[1];
    assert_eq!(ends(report), [2, 0, 0, 3]);
    for repair in [Repair::Encoding, Repair::Cedex, Repair::CommuneName, Repair::LineBreak, Repair::Phone] {
        assert_eq!(report.repaired.get(&repair), Some(&1), "{repair:?} in {report}");
    }
    assert_eq!(report.repaired[&Repair::DecimalComma], 1);
    assert_eq!(report.doubtful[&Doubt::Phone].examples[0].1, "poste 12");
    let refused: Vec<Refusal> = report.refused.keys().copied().collect();
    assert_eq!(refused, [Refusal::Shape, Refusal::NoName, Refusal::Nowhere]);
    // The second row has a line break inside: the third begins on line 5.
    assert_eq!(report.refused[&Refusal::Nowhere].examples[0].0.line, Some(5));
    let shop = source.library.places.iter().find(|place| place.name == "Epicerie d'été").unwrap();
    assert_eq!(shop.commune, "35990 Exemple-sur-Meu");
    assert_eq!((shop.kind, shop.note.as_deref()), (PlaceKind::Association, Some("Sur adhésion")));
    assert!(shop.id.as_str().starts_with("csv-assos-"));
}

#[test]
fn an_editors_own_place_stands_for_an_imported_one_and_keeps_its_words() {
    let folder = with(&section("france-services", "france-services-2022.csv", "departement = \"35\""));
    let places = folder.path().join("places.toml");
    let own = "\n[[place]]\nid = \"fs-9001\"\nname = \"La maison\"\nkind = \"france-services\"\ncommune = \"Exemple\"\n";
    let text = std::fs::read_to_string(&places).unwrap() + own;
    std::fs::write(&places, text).unwrap();
    let source = source::read(folder.path()).unwrap();
    assert_eq!(ends(&source.lists[0].1), [1, 1, 1, 0]);
    let house = place(&source, "fs-9001");
    assert_eq!((house.name.as_str(), house.commune.as_str()), ("La maison", "Exemple"));
    assert_eq!(house.phone.as_deref(), Some("01 99 00 00 01"), "what it lacked is completed");
    assert_eq!(source.library.places[0].id.as_str(), "mairie", "the editor's own places come first");
}

#[test]
fn imported_places_and_outlines_are_in_the_content_file_and_can_be_linked_to() {
    let sections = section("france-services", "france-services-2022.csv", "around = [48.15, -2.05]\nkm = 5")
        + &section("communes", "communes.geojson", "departement = \"35\"");
    let folder = with(&sections);
    let sheet = folder.path().join("sheets/fr/carte-perdue.md");
    let text = std::fs::read_to_string(&sheet).unwrap() + "\n[Le bus](place:fs-9002)\n";
    std::fs::write(&sheet, text).unwrap();
    let library = source::read(folder.path()).unwrap().library;
    let out = folder.path().join("contenu.parvis");
    file::write(&library, &out).unwrap();
    let content = ContentFile::open(&out).unwrap();
    assert_eq!(
        content.place(&PlaceId::new("fs-9002").unwrap()).unwrap().unwrap().name,
        "Bus France services d'Exemple"
    );
    let outlines = content.outlines().unwrap();
    assert_eq!(outlines, library.outlines);
    assert_eq!(outlines.iter().map(|outline| outline.rings.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(outlines[1].rings[0].len(), 4, "the first point is not repeated");
    let found =
        content.search_index(&parvis_content::Lang::french()).unwrap().search("bus france services", 5);
    assert!(found.hits.iter().any(|hit| hit.target.id() == "fs-9002"));
}

#[test]
fn a_bundle_without_outlines_says_so_and_its_file_has_no_record_of_them() {
    let (_folder, content) = support::built(support::fixture());
    assert_eq!(content.outlines().unwrap(), []);
}

#[test]
fn faults_of_an_import_name_the_line_and_what_to_do() {
    let fs = |more: &str| section("france-services", "france-services-2022.csv", more);
    for (sections, said) in [
        (section("netex", "communes.geojson", ""), "import « netex » inconnu"),
        (section("communes", "absent.geojson", ""), "fichier introuvable"),
        (fs("departement = \"Bretagne\""), "département inconnu"),
        (fs("communes = [\"35 290\"]"), "codes INSEE"),
        (fs("around = [48.0, -2.0]"), "vont ensemble"),
        (fs("around = [148.0, -2.0]\nkm = 5"), "en degrés"),
        (fs("departement = \"35\"\ncommunes = [\"35297\"]"), "un seul filtre"),
        (fs("name = \"x\""), "kind = \"csv\" seulement"),
        (section("csv", "associations.csv", ""), "demande name et [import.columns]"),
        (
            section("csv", "associations.csv", "name = \"a\"\n[import.columns]\nnom = \"Nom\""),
            "clé inconnue « nom »",
        ),
        (
            section("csv", "associations.csv", "name = \"a\"\n[import.columns]\nname = \"Titre\""),
            "il manque Titre",
        ),
        (section("mediation-numerique", "france-services-2022.csv", ""), "il manque id, nom, services"),
        (section("data-inclusion", "communes.geojson", ""), "liste JSON"),
        (section("communes", "associations.csv", ""), "FeatureCollection"),
    ] {
        let found = faults_of(&sections);
        assert!(found.iter().any(|fault| fault.contains(said)), "{said:?} in {found:#?}");
    }
}

#[test]
fn a_list_larger_than_a_hall_needs_asks_for_a_territory() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("lieux.csv");
    let mut text = "id,nom,services,commune,code_postal\n".to_owned();
    for number in 0..5_001 {
        writeln!(text, "{number},Lieu {number},x,Exemple,35990").unwrap();
    }
    std::fs::write(&path, text).unwrap();
    let request =
        Request { kind: Kind::MediationNumerique, path, territory: Territory::Everywhere, table: None };
    let fault = import::run(Vec::new(), &[], &[request]).unwrap_err();
    assert!(
        fault.to_string().contains("plus de 5000 lieux avec ceux-ci : réduisez le territoire"),
        "{fault}"
    );
}

fn cell() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[0-9]{4,14}",
        "-?[0-9]{1,2}\\.[0-9]{1,4}",
        "(Mo|Tu-Fr|PH) [0-9]{2}:[0-9]{2}-[0-9]{2}:[0-9]{2}",
        "[A-ZÉa-zé' ]{0,12}",
        "\\PC{0,20}",
    ]
}

proptest! {
    #[test]
    fn every_record_ends_in_exactly_one_place_whatever_it_says(
        rows in prop::collection::vec(prop::collection::vec(cell(), 9..=11), 0..30),
        kind in prop::sample::select(vec![Kind::MediationNumerique, Kind::DataInclusion]),
        filtered in any::<bool>(),
    ) {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join("liste.csv");
        let mut text = "id,nom,services,source,commune,code_postal,latitude,longitude,horaires,telephone\n".to_owned();
        for row in &rows {
            text.push_str(&row.iter().map(|cell| quoted(cell)).collect::<Vec<_>>().join(","));
            text.push('\n');
        }
        std::fs::write(&path, text).unwrap();
        let territory = if filtered { Territory::Departement("35".to_owned()) } else { Territory::Everywhere };
        let imported = run_twice(&path, kind, &territory);
        for (_, report) in &imported.reports {
            prop_assert_eq!(report.read, rows.len());
            prop_assert!(report.adds_up(), "{}", report);
        }
        let (first, second) = (&imported.reports[0].1, &imported.reports[1].1);
        prop_assert_eq!(first.imported + second.imported, imported.places.len());
        let mut ids: Vec<&PlaceId> = imported.places.iter().map(|place| &place.id).collect();
        ids.sort();
        ids.dedup();
        prop_assert_eq!(ids.len(), imported.places.len(), "identifiers are unique");
    }
}

/// Every fixture with the kind that reads it.
const FIXTURES: [(Kind, &str); 7] = [
    (Kind::FranceServices, "france-services-2022.csv"),
    (Kind::DataInclusion, "structures-v0.json"),
    (Kind::DataInclusion, "services-v0.json"),
    (Kind::DataInclusion, "structures-v1.json"),
    (Kind::DataInclusion, "services-v1.json"),
    (Kind::AidantsConnect, "aidants-connect.json"),
    (Kind::MediationNumerique, "structures-v1.json"),
];

proptest! {
    #[test]
    fn a_damaged_file_is_a_fault_or_adds_up_and_never_panics(
        which in 0..FIXTURES.len(),
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let folder = TempDir::new().unwrap();
        let (kind, name) = FIXTURES[which];
        let list = damaged(&fixture(name), &damage, cut, &folder);
        let outlines = damaged(&fixture("communes.geojson"), &damage, cut, &folder);
        let request = Request { kind, path: list, territory: Territory::Everywhere, table: None };
        if let Ok(imported) = import::run(Vec::new(), &[], &[request]) {
            prop_assert!(imported.reports.iter().all(|(_, report)| report.adds_up()));
        }
        let request = OutlineRequest { path: outlines, territory: Territory::Everywhere };
        if let Ok(imported) = import::run(Vec::new(), &[request], &[]) {
            prop_assert!(imported.reports[0].1.adds_up());
            prop_assert!(imported.outlines.iter().all(|outline| outline.rings.iter().all(|ring| ring.len() >= 3)));
        }
    }
}

fn damaged(
    path: &str,
    damage: &[(prop::sample::Index, u8)],
    cut: Option<prop::sample::Index>,
    folder: &TempDir,
) -> PathBuf {
    let mut bytes = std::fs::read(path).unwrap();
    for (at, byte) in damage {
        let at = at.index(bytes.len());
        bytes[at] = *byte;
    }
    if let Some(cut) = cut {
        bytes.truncate(cut.index(bytes.len()));
    }
    let path = folder.path().join(Path::new(path).file_name().unwrap());
    std::fs::write(&path, bytes).unwrap();
    path
}

fn quoted(cell: &str) -> String {
    format!("\"{}\"", cell.replace('"', "\"\""))
}

/// The same file twice: what is not surely the same stays apart, with an identifier of its own.
fn run_twice(path: &Path, kind: Kind, territory: &Territory) -> import::Imported {
    let request = || Request { kind, path: path.to_owned(), territory: territory.clone(), table: None };
    import::run(Vec::new(), &[], &[request(), request()]).unwrap()
}
