//! Paper before it ends, slips for staff, and what a visitor takes away who is sent somewhere.

use parvis::desk::yesterday::{self, Yesterday};
use parvis_hardware::simulated::Lever;
use parvis_tests::staff::StaffPage;
use parvis_ui_model::flow::{Printable, Spot};

use crate::staff::goes_in;
use crate::visit::shown_sheet;
use crate::world::{Setup, World, demonstration, in_a_hall};

/// So much is left of a roll, in its file.
fn left(world: &World) -> Option<u64> {
    let bytes = std::fs::read(world.folder.path().join("roll.json")).ok()?;
    serde_json::from_slice::<serde_json::Value>(&bytes).ok()?.get("left_mm")?.as_u64()
}

#[test]
fn the_desk_tells_this_kiosk_of_yesterday() {
    in_a_hall(demonstration(), |world| {
        let socket = world.folder.path().join("desk.sock");
        // A new desk has no yesterday.
        assert_eq!(world.run(yesterday::asked(&socket)).unwrap(), Yesterday::default());
    });
}

/// A slip for staff comes out: the rows of it.
fn prints(world: &mut World, choice: &str) -> u32 {
    let before = world.printer.paper().slips.len();
    world.tap(choice);
    world.wait_until("the slip", |world| world.shows("Le ticket est imprimé."));
    let slips = world.printer.paper().slips;
    assert_eq!(slips.len(), before + 1);
    world.tap("Retour");
    slips.last().unwrap().raster.height()
}

#[test]
fn staff_note_a_new_roll_with_one_touch_and_every_slip_counts_down() {
    in_a_hall(demonstration(), |world| {
        goes_in(world);
        world.must_show("inconnu jusqu’au prochain rouleau neuf");
        world.tap("J’ai mis un rouleau neuf");
        world.wait_until("80 m", |world| world.shows("C’est noté. Papier : environ 80 m, soit 266 tickets."));
        assert_eq!(left(world), Some(80_000));
        world.tap("Retour");
        let rows = prints(world, "Imprimer un ticket d’essai");
        world.wait_until("less paper", |world| left(world).is_some_and(|left| left < 80_000));
        let (gone, slip) = (80_000 - left(world).unwrap(), u64::from(rows) * 254 / 2_030);
        assert!(gone.abs_diff(slip + 25) <= 30, "{gone} mm gone for a slip of {slip} mm");
        world.must_show("environ 79 m");
    });
}

#[test]
fn staff_hear_of_the_end_of_the_paper_at_their_desk_and_at_the_kiosk_before_it_comes() {
    in_a_hall(demonstration(), |world| {
        let mut staff = world.staff();
        let hears = |part: &'static str| {
            move |page: &StaffPage| page.hall.kiosks.iter().any(|kiosk| kiosk.printer.contains(part))
        };
        goes_in(world);
        world.printer.pull(Lever::PaperLow(true));
        world
            .run(staff.until("the sensor", hears("environ 3\u{a0}m, soit 10 tickets), préparez un rouleau")));
        world.wait_until("the same here", |world| world.shows("préparez un rouleau"));
        world.printer.pull(Lever::PaperOut);
        world.run(staff.until("the end", hears("mettez un rouleau")));
        world.printer.pull(Lever::PaperLow(false));
        world.printer.pull(Lever::LoadPaper);
        world.wait_until("a new roll", |world| world.shows("environ 80 m"));
        assert_eq!(left(world), Some(80_000));
    });
}

#[test]
fn the_morning_slip_comes_out_with_one_touch_also_without_content_and_without_a_desk() {
    in_a_hall(demonstration(), |world| {
        goes_in(world);
        assert!(prints(world, "Imprimer le ticket du matin") > 800);
    });
    in_a_hall(Setup { content: None, desk: false, ..demonstration() }, |world| {
        goes_in(world);
        assert!(prints(world, "Imprimer le ticket du matin") > 800);
    });
}

#[test]
fn a_slip_for_staff_that_does_not_come_out_says_so_with_what_to_do() {
    in_a_hall(demonstration(), |world| {
        goes_in(world);
        world.printer.pull(Lever::CoverOpen(true));
        world.tap("Imprimer un ticket d’essai");
        world.wait_until("the truth", |world| world.shows("Le ticket n’est pas sorti."));
        world.wait_until("what to do", |world| world.shows("capot ouvert, fermez-le"));
    });
}

#[test]
fn whoever_goes_from_a_sheet_to_a_place_takes_both_away() {
    in_a_hall(demonstration(), |world| {
        world.wake();
        world.tap("Écrire un mot");
        world.type_on_screen("wc");
        let first = world.kiosk.session().visit().unwrap().answers()[0].title.clone();
        world.tap(&first);
        let sheet = shown_sheet(world);
        world.tap("Où aller");
        world.tap("Toilettes");
        world.tap("Imprimer");
        world.must_show("Voici ce qui sera imprimé.");
        let of = Printable::Orientation { sheet, place: "ici-toilettes".to_owned() };
        assert_eq!(*world.kiosk.session().visit().unwrap().flow.spot(), Spot::Slip { of });
        world.tap("Imprimer");
        world.wait_until("the slip", |world| world.shows("Votre ticket est imprimé"));
        // From the list of places, nobody is known to have come for anything.
        world.tap("Continuer");
        world.tap("Accueil");
        while world.target("Lieux utiles").is_none() {
            world.tap("Suite");
        }
        world.tap("Lieux utiles");
        while world.target("Toilettes").is_none() {
            world.tap("Suite");
        }
        world.tap("Toilettes");
        world.tap("Imprimer");
        let of = Printable::Place("ici-toilettes".to_owned());
        assert_eq!(*world.kiosk.session().visit().unwrap().flow.spot(), Spot::Slip { of });
    });
}
