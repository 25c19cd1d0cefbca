//! The way to a place of the hall: on screen, in words, on paper.

use parvis_ui_model::geometry::{Panel, TextSize};
use parvis_ui_model::intent::Intent;

use crate::world::{Setup, World, demonstration, in_a_hall};

pub const PANELS: [Panel; 3] = [Panel::PORTRAIT_21, Panel::LANDSCAPE_21, Panel::LANDSCAPE_10];

pub fn dump(name: &str, png: impl FnOnce() -> Vec<u8>) {
    if let Some(folder) = std::env::var_os("PARVIS_DUMPS") {
        std::fs::write(std::path::Path::new(&folder).join(name), png()).unwrap();
    }
}

pub fn screen(world: &World) -> Vec<u8> {
    let (width, height, rgb) = world.kiosk.window().snapshot().unwrap();
    let mut bytes = format!("P6 {width} {height} 255\n").into_bytes();
    bytes.extend(rgb);
    bytes
}

/// Goes to a place of the hall through the list of places.
pub fn to(world: &mut World, place: &str) {
    world.wake();
    while world.target("Lieux utiles").is_none() {
        world.tap("Suite");
    }
    world.tap("Lieux utiles");
    while world.target(place).is_none() {
        world.tap("Suite");
    }
    world.tap(place);
}

#[test]
fn a_visitor_sees_the_plan_reads_the_same_way_in_words_and_takes_both_away() {
    in_a_hall(demonstration(), |world| {
        to(world, "Toilettes");
        world.must_show("Dans ce bâtiment");
        world.must_show("Faites demi-tour, environ 8 mètres");
        world.must_show("« Toilettes » est devant vous");
        dump("way.ppm", || screen(world));
        world.tap("Imprimer");
        world.wait_until("the slip", |world| world.shows("Voici ce qui sera imprimé."));
        world.tap("Imprimer");
        world.wait_until("the paper", |world| world.printer.paper().slips.len() == 1);
        dump("way-slip.png", || world.printer.paper().slips[0].raster.to_png().unwrap());
        world.finish();
    });
}

#[test]
fn an_answer_of_the_hall_leads_to_the_way_there() {
    in_a_hall(demonstration(), |world| {
        world.wake();
        world.tap("Écrire un mot");
        world.type_on_screen("wc");
        let first = world.kiosk.session().visit().unwrap().answers()[0].title.clone();
        assert_eq!(first, parvis::words::tied("Où sont les toilettes ?"));
        world.tap(&first);
        world.tap("Où aller");
        if !world.shows("demi-tour") {
            world.tap("Toilettes");
        }
        world.must_show("Faites demi-tour, environ 8 mètres");
    });
}

#[test]
fn a_kiosk_that_is_not_on_the_plan_shows_the_place_without_a_way() {
    in_a_hall(Setup { name: "Borne du fond", ..demonstration() }, |world| {
        to(world, "Toilettes");
        world.must_show("Dans ce bâtiment");
        assert!(!world.shows("demi-tour"), "another kiosk's way would be a lie");
        world.tap("Imprimer");
        world.wait_until("the slip", |world| world.shows("Voici ce qui sera imprimé."));
    });
}

#[test]
fn the_way_fits_every_panel_and_text_size() {
    for panel in PANELS {
        in_a_hall(Setup { panel, ..demonstration() }, move |world| {
            to(world, "Photocopieur");
            for size in [TextSize::Normal, TextSize::Large, TextSize::Largest] {
                world.kiosk.handle(parvis::session::Event::Intent(Intent::SetTextSize(size)));
                world.settle();
                world.must_show("Photocopieur");
                dump(&format!("way-{}-{size:?}.ppm", panel.width_px), || screen(world));
            }
        });
    }
}
