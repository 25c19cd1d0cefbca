//! Nobody touches the screen any more (rows G1 to G3), and the content changes between two visitors.

use std::time::Duration;

use parvis::session::Phase;
use parvis_ui_model::flow::Spot;

use crate::world::{World, demonstration, in_a_hall};

const SECOND: Duration = Duration::from_secs(1);
/// Ticks between two looks at the content file, and some.
const LOOKS_AT_CONTENT: usize = 8;

#[test]
fn the_warning_comes_at_120_s_and_the_end_at_150_s() {
    in_a_hall(demonstration(), |world| {
        world.wake();
        world.tap("Écrire un mot");
        world.type_on_screen("secret");
        world.after(119 * SECOND);
        assert!(!world.shows("Êtes-vous toujours là ?"));
        world.after(SECOND);
        world.must_show("Êtes-vous toujours là ?");
        world.must_show("30 secondes");
        world.after(29 * SECOND);
        world.must_show("1 seconde.");
        world.after(SECOND);
        world.must_show("Bonjour");
        assert_eq!(world.kiosk.session().phase, Phase::Asleep);
        assert!(!format!("{:?}", world.kiosk.session()).contains("secret"));
    });
}

#[test]
fn any_touch_keeps_the_session_and_does_nothing_else() {
    in_a_hall(demonstration(), |world| {
        world.wake();
        world.tap("Écrire un mot");
        for _ in 0..3 {
            world.after(140 * SECOND);
            world.must_show("Êtes-vous toujours là ?");
            world.tap_at(300.0, 300.0);
            assert!(!world.shows("Êtes-vous toujours là ?"));
            assert_eq!(*world.kiosk.session().visit().unwrap().flow.spot(), Spot::Search);
        }
        world.after(140 * SECOND);
        world.tap("Oui, je continue");
        assert!(!world.shows("Êtes-vous toujours là ?"));
    });
}

#[test]
fn a_call_stops_the_idle_clock_and_a_forgotten_one_does_not_stop_it_for_ever() {
    in_a_hall(demonstration(), |world| {
        world.wake();
        let mut staff = world.staff();
        world.tap("Appeler une personne");
        world.run(staff.until("the call", |page| page.hall.calls.len() == 1));
        world.after(599 * SECOND);
        assert!(!world.shows("Êtes-vous toujours là ?"));
        world.after(SECOND + 150 * SECOND);
        assert_eq!(world.kiosk.session().phase, Phase::Asleep);
        world
            .run(staff.until("the word that the visitor left", |page| {
                page.hall.calls.iter().any(|call| call.left)
            }));
    });
}

#[test]
fn new_content_appears_between_two_visitors_and_never_under_one() {
    in_a_hall(demonstration(), |world| {
        let mut library = parvis_tests::content::demonstration_library();
        library.hall.name = "France Services d’Outre-Meu".to_owned();
        let new = parvis_tests::content::write(&library, "other-hall");
        world.must_show("France Services du Val-de-Meu");
        world.wake();
        parvis::intake::by_hand::activate(&new, &world.content()).unwrap();
        ticks(world);
        world.must_show("France Services du Val-de-Meu");
        assert!(world.kiosk.session().visit().is_some());
        world.finish();
        ticks(world);
        world.must_show("France Services d’Outre-Meu");
        world.wake();
        world.must_show("France Services d’Outre-Meu");
        world.tap("Écrire un mot");
        world.type_on_screen("carte");
        assert!(!world.kiosk.session().visit().unwrap().answers().is_empty(), "the new index answers");
    });
}

/// Ticks as production does: often enough for a look at the content file.
pub fn ticks(world: &mut World) {
    for _ in 0..LOOKS_AT_CONTENT {
        world.after(parvis::kiosk::TICK);
    }
}
