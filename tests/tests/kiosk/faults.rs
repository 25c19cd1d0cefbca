//! What goes wrong in a hall. The screen says the truth, and there is another way.

use std::time::Duration;

use parvis_hardware::raster::Raster;
use parvis_hardware::simulated::{Fault, Lever, PrintedSlip};
use parvis_tests::content::demonstration as content;
use parvis_ui_model::geometry::Panel;

use crate::idle::ticks;
use crate::visit::{shown_sheet, slip_of};
use crate::world::{Setup, World, demonstration, in_a_hall};

/// What the screen says after each fault, and what puts the printer right again.
const FAULTS: [(Lever, &str, Lever); 6] = [
    (Lever::PaperOut, "Plus de papier.", Lever::LoadPaper),
    (Lever::CoverOpen(true), "L’imprimante est ouverte.", Lever::CoverOpen(false)),
    (Lever::Unplugged(true), "L’imprimante ne répond pas.", Lever::Unplugged(false)),
    // From here on, in the middle of the slip.
    (Lever::PaperOutAfter(200), "Votre ticket n’est pas sorti en entier", Lever::LoadPaper),
    (Lever::UnplugAfter(4000), "Votre ticket n’est pas sorti en entier", Lever::Unplugged(false)),
    (
        Lever::After { rows: 200, fault: Fault::CoverOpen },
        "Votre ticket n’est pas sorti en entier",
        Lever::CoverOpen(false),
    ),
];

#[test]
fn whatever_happens_to_the_printer_the_screen_says_the_truth_and_offers_another_way() {
    in_a_hall(demonstration(), |world| {
        let slip = to_a_slip(world);
        let whole_slips = |world: &World| {
            let whole = |piece: &PrintedSlip| piece.raster.bits().starts_with(slip.bits());
            world.printer.paper().slips.iter().filter(|piece| whole(piece)).count()
        };
        for (fault, said, repair) in FAULTS {
            let before = whole_slips(world);
            world.printer.pull(fault);
            print(world);
            world.wait_until(said, |world| world.shows(said) && world.target("Réessayer").is_some());
            assert!(!world.shows("imprimé"), "{fault:?}: {:?}", world.words());
            assert!(world.target("Appeler une personne").is_some() && world.target("Retour").is_some());
            assert_eq!(whole_slips(world), before, "{fault:?}: nothing whole came out");
            world.printer.pull(repair);
            print(world);
            world.wait_until("a whole slip", |world| world.shows("Votre ticket est imprimé"));
            assert_eq!(whole_slips(world), before + 1, "{fault:?}: one slip, and never a second one");
            world.tap("Continuer");
            world.tap("Imprimer");
        }
    });
}

#[test]
fn staff_are_told_what_to_do_about_the_printer() {
    in_a_hall(demonstration(), |world| {
        let mut staff = world.staff();
        let hears = |part: &'static str| {
            move |page: &parvis_tests::staff::StaffPage| {
                page.hall.kiosks.iter().any(|kiosk| kiosk.alive && kiosk.printer.contains(part))
            }
        };
        world.run(staff.until("the kiosk", |page| page.hall.kiosks.iter().any(|kiosk| kiosk.alive)));
        world.printer.pull(Lever::PaperOut);
        world.run(staff.until("the empty roll", hears("mettez un rouleau")));
        world.printer.pull(Lever::LoadPaper);
        world.printer.pull(Lever::Unplugged(true));
        world.run(staff.until("the cable", hears("vérifiez le câble")));
    });
}

#[test]
fn without_a_desk_the_kiosk_says_after_five_seconds_that_nobody_could_be_told() {
    in_a_hall(Setup { desk: false, ..demonstration() }, |world| {
        world.wake();
        world.tap("Appeler une personne");
        world.must_show("Votre appel part…");
        world.after(Duration::from_millis(4900));
        world.must_show("Votre appel part…");
        world.after(Duration::from_millis(100));
        world.must_show("Je n’arrive pas à prévenir quelqu’un");
        world.must_show("Téléphone : 02 61 91 10 10");
        assert!(!world.shows("arrive près") && !world.shows("L’accueil voit"));
        world.tap("Annuler mon appel");
        world.must_show("Que cherchez-vous ?");
    });
}

#[test]
fn a_desk_that_nobody_looks_at_is_no_promise_either() {
    in_a_hall(demonstration(), |world| {
        world.wake();
        world.tap("Appeler une personne");
        // Said at once, not after some seconds; and the call is open all the same.
        world.wait_until("the truth", |world| world.shows("Personne n’est devant l’écran de l’accueil"));
        world.wait_until("the number", |world| world.shows("Appel n° 1"));
        world.must_show("Téléphone : 02 61 91 10 10");
        // A person opens the page at last.
        let mut staff = world.staff();
        world.run(staff.until("the call", |page| page.hall.calls.len() == 1));
        let number = staff.call().number;
        world.run(staff.say(&parvis::protocol::FromStaff::Come { number, by: "Accueil 2".into() })).unwrap();
        world.wait_until("the answer", |world| world.shows("Accueil 2 arrive"));
    });
}

#[test]
fn a_call_can_be_taken_back_and_staff_see_it() {
    in_a_hall(demonstration(), |world| {
        world.wake();
        let mut staff = world.staff();
        world.tap("Appeler une personne");
        world.run(staff.until("the call", |page| page.hall.calls.len() == 1));
        world.wait_until("the desk", |world| world.shows("Votre appel est envoyé"));
        world.tap("Annuler mon appel");
        world.run(staff.until("no call", |page| page.hall.calls.is_empty()));
    });
}

#[test]
fn without_content_a_person_can_be_called_and_content_that_comes_is_shown() {
    for panel in [Panel::PORTRAIT_21, Panel::LANDSCAPE_10] {
        in_a_hall(Setup { panel, content: None, ..demonstration() }, calls_without_content);
    }
}

#[test]
fn with_broken_content_a_person_can_be_called() {
    let whole = std::fs::read(content()).unwrap();
    let mut turned = whole.clone();
    turned.iter_mut().skip(100).step_by(97).for_each(|byte| *byte ^= 0x55);
    for (name, bytes) in
        [("empty", &[][..]), ("text", b"bonjour"), ("half", &whole[..whole.len() / 2]), ("turned", &turned)]
    {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join(name);
        std::fs::write(&file, bytes).unwrap();
        in_a_hall(Setup { content: Some(file), ..demonstration() }, |world| {
            world.wake();
            if !world.shows("Que cherchez-vous ?") {
                world.must_show("Je ne peux pas vous renseigner maintenant");
            }
            call_is_heard(world);
        });
    }
}

fn calls_without_content(world: &mut World) {
    world.wake();
    world.must_show("Je ne peux pas vous renseigner maintenant");
    world.must_show("parvis intake");
    call_is_heard(world);
    world.finish();
    parvis::intake::by_hand::activate(content(), &world.content()).unwrap();
    ticks(world);
    world.wake();
    world.must_show("Que cherchez-vous ?");
}

fn call_is_heard(world: &mut World) {
    let mut staff = world.staff();
    world.tap("Appeler une personne");
    world.run(staff.until("the call", |page| page.hall.calls.len() == 1));
    let number = staff.call().number;
    world.run(staff.say(&parvis::protocol::FromStaff::Come { number, by: "Marie".into() })).unwrap();
    world.wait_until("Marie", |world| world.shows("Marie arrive"));
}

/// Goes to the slip of a sheet that is found by typing; the slip, as it must come out.
fn to_a_slip(world: &mut World) -> Raster {
    world.wake();
    world.tap("Écrire un mot");
    world.type_on_screen("passeport");
    let first = world.kiosk.session().visit().unwrap().answers()[0].title.clone();
    world.tap(&parvis::words::tied(&first));
    let slip = slip_of(world, &shown_sheet(world));
    world.tap("Imprimer");
    world.must_show("Voici ce qui sera imprimé.");
    slip
}

fn print(world: &mut World) {
    let label = if world.target("Réessayer").is_some() { "Réessayer" } else { "Imprimer" };
    world.tap(label);
}
