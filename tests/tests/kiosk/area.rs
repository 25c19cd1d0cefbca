//! Places outside the hall on a map: on screen, in words, on paper; and of a whole département.

use std::fmt::Write as _;
use std::path::Path;

use parvis::kiosk::ways::{Way, Ways};
use parvis::present::slip::{self, Reader};
use parvis_content::editor::starter;
use parvis_content::{ContentFile, Date, Lang, file, source};
use parvis_hardware::paper::Paper;
use parvis_hardware::slip::{Fonts, SlipRenderer, TextSize as SlipSize};
use parvis_plan::area::{LINES_MAX, POINTS_MAX, STOPS_MAX, TOWNS_MAX};
use parvis_ui_model::geometry::{Panel, TextSize};
use parvis_ui_model::intent::Intent;

use crate::plan::{PANELS, dump, screen, to};
use crate::world::{NAME, Setup, World, demonstration, in_a_hall};

/// What the map of the CAF's office shows.
const WORDS: &str = "à vol d’oiseau, vers le sud-est, à Saint-Aubin-du-Meu";
/// The record of a whole département's map, at most: JSON, before it is packed.
const RECORD_BYTES_MAX: usize = 1_000_000;

fn letters() -> SlipRenderer {
    SlipRenderer::new(Fonts::new(&parvis_ui::fonts::FILES).unwrap())
}

#[test]
fn a_visitor_sees_where_a_place_is_reads_it_in_words_and_takes_both_away() {
    in_a_hall(demonstration(), |world| {
        to(world, "Mairie de La Chapelle-sur-Meu");
        world.must_show("À 3,5 km à vol d’oiseau, vers le sud-est, à La Chapelle-sur-Meu.");
        world.must_show("Arrêt le plus proche du lieu : « Lavoir », à 100 m à vol d’oiseau.");
        dump("area.ppm", || screen(world));
        world.tap("Imprimer");
        world.wait_until("the slip", |world| world.shows("Voici ce qui sera imprimé."));
        world.tap("Imprimer");
        world.wait_until("the paper", |world| world.printer.paper().slips.len() == 1);
        dump("area-slip.png", || world.printer.paper().slips[0].raster.to_png().unwrap());
        world.finish();
    });
}

#[test]
fn the_map_fits_every_panel_text_size_and_theme() {
    for panel in PANELS {
        in_a_hall(Setup { panel, ..demonstration() }, move |world| {
            to(world, "Relais CAF du Val-de-Meu");
            for size in [TextSize::Normal, TextSize::Large, TextSize::Largest] {
                shown(world, panel, size, size == TextSize::Large);
            }
        });
    }
}

fn shown(world: &mut World, panel: Panel, size: TextSize, dark: bool) {
    world.kiosk.handle(parvis::session::Event::Intent(Intent::SetTextSize(size)));
    world.kiosk.handle(parvis::session::Event::Intent(Intent::SetDark(dark)));
    world.settle();
    world.must_show("Relais CAF");
    dump(&format!("area-{}x{}-{size:?}.ppm", panel.width_px, panel.height_px), || screen(world));
    // In the largest type, and on the small panel, a flat screen has the words on its next page.
    if !world.shows(WORDS) {
        assert!(size != TextSize::Normal || panel == Panel::LANDSCAPE_10, "{panel:?}");
        world.tap("Suite");
    }
    world.must_show(WORDS);
    world.kiosk.handle(parvis::session::Event::Intent(Intent::SetTextSize(TextSize::Normal)));
    world.settle();
}

/// The colour of the hall's mark on screen.
const HALL_MARK: [u8; 3] = [0x8a, 0x1c, 0x10];

#[test]
fn the_picture_of_a_map_has_the_mark_of_the_hall() {
    let content = ContentFile::open(parvis_tests::content::demonstration()).unwrap();
    let (ways, mut letters) = (Ways::of(&content), letters());
    let place = content.places().unwrap().into_iter().find(|place| place.id.as_str() == "mairie-la-chapelle");
    let place = place.unwrap();
    let way = ways.to(NAME, &place).unwrap();
    for capitals in [12, 20, 32] {
        let drawn = way.on_screen(&mut letters, 800, 600, capitals);
        assert!(drawn.height > 200 && drawn.height <= 600, "{}", drawn.height);
        assert_eq!(drawn.rgb.len(), (drawn.width * drawn.height * 3) as usize);
        let mark = drawn.rgb.chunks_exact(3).filter(|pixel| *pixel == HALL_MARK).count();
        assert!(mark > 20, "{mark} pixels in type of {capitals}");
    }
}

#[test]
fn the_slip_of_a_place_is_at_most_60_cm_with_its_map() {
    let content = ContentFile::open(parvis_tests::content::demonstration()).unwrap();
    let (hall, ways, mut letters) = (&content.info().hall, Ways::of(&content), letters());
    let places = content.places().unwrap();
    let place = places.iter().find(|place| place.id.as_str() == "mairie-la-chapelle").unwrap();
    let way = ways.to(NAME, place);
    assert!(matches!(way, Some(Way::Area(_))));
    for paper in [Paper::MM58, Paper::MM80_NARROW, Paper::MM80] {
        for size in [SlipSize::Normal, SlipSize::Large] {
            let reader = Reader::of(&Lang::french(), size);
            let with = slip::draw_place(place, hall, way.as_ref(), reader, &mut letters, paper).unwrap();
            let without = slip::draw_place(place, hall, None, reader, &mut letters, paper).unwrap();
            assert!(paper.millimetres(with.raster.height()) <= 600);
            assert_eq!(with.size, without.size, "{paper:?}: the map goes before the large type does");
            if size == SlipSize::Normal {
                assert_eq!(with.left_out, 0, "{paper:?}");
                assert!(with.raster.height() > without.raster.height() + paper.at_least(200));
            }
        }
    }
}

/// Outlines and lists of the publishers, as an editor of Saint-Méen-le-Grand would import them.
fn real_source(data: &Path, folder: &Path) {
    let outlines = data.join("territoire/communes-35-ille-et-vilaine.geojson");
    let lists = [
        ("france-services", data.join("france-services/liste-fs-20240801.csv")),
        ("mediation-numerique", data.join("mediation-numerique/structures-bretagne.json")),
    ];
    starter::write(folder, Date::new(2026, 1, 1).unwrap()).unwrap();
    let mut bundle = std::fs::read_to_string(folder.join("bundle.toml")).unwrap();
    let glossary = bundle.split_off(bundle.find("[glossary]").unwrap());
    writeln!(bundle, "[[import]]\nkind = \"communes\"\npath = \"{}\"\ncredit = \"IGN\"", outlines.display())
        .unwrap();
    for (kind, path) in lists {
        writeln!(
            bundle,
            "[[import]]\nkind = \"{kind}\"\npath = \"{}\"\ndepartement = \"35\"",
            path.display()
        )
        .unwrap();
    }
    std::fs::write(folder.join("bundle.toml"), bundle + &glossary).unwrap();
    let places = std::fs::read_to_string(folder.join("places.toml")).unwrap();
    std::fs::write(folder.join("places.toml"), places + "position = [48.1889, -2.1903]\n").unwrap();
}

#[test]
fn every_place_of_a_departement_has_a_map_of_bounded_size() {
    let Some(data) = std::env::var_os("PARVIS_DATA") else {
        println!("skipped: PARVIS_DATA not set");
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    real_source(Path::new(&data), folder.path());
    let survey = source::survey(folder.path()).unwrap();
    let library = survey.source.map(|source| source.library);
    let library = library.unwrap_or_else(|| panic!("{:?}", survey.faults));
    let area = library.area.as_ref().expect("a map");
    let points: usize = area.lines.iter().map(|line| line.points.len()).sum();
    println!("{} lines, {points} points, {} towns", area.lines.len(), area.towns.len());
    assert!(area.towns.len() > 300 && area.lines.len() > 600, "345 communes");
    assert!(points <= POINTS_MAX && area.lines.len() <= LINES_MAX);
    assert!(area.towns.len() <= TOWNS_MAX && area.stops.len() <= STOPS_MAX);
    assert!(serde_json::to_vec(area).unwrap().len() <= RECORD_BYTES_MAX);
    let file = folder.path().join("essai.parvis");
    file::write(&library, &file).unwrap();
    each_place(&ContentFile::open(&file).unwrap());
}

fn each_place(content: &ContentFile) {
    let (ways, mut letters) = (Ways::of(content), letters());
    let mut maps = 0;
    for place in content.places().unwrap() {
        let Some(way) = ways.to(NAME, &place) else { continue };
        let drawn = way.on_screen(&mut letters, 450, 350, 12);
        assert!(drawn.height <= 350);
        let picture = way.on_paper(&mut letters, 512, 28, 28).unwrap();
        assert!(picture.height() <= 700, "{}", picture.height());
        assert!(way.words()[0].starts_with("À "));
        maps += 1;
        if maps % 25 == 0 {
            dump(&format!("area-35-{maps}.ppm"), || {
                let mut bytes = format!("P6 {} {} 255\n", drawn.width, drawn.height).into_bytes();
                bytes.extend(&drawn.rgb);
                bytes
            });
        }
    }
    assert!(maps > 100, "{maps}");
}
