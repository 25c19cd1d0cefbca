//! What the search says of its answers: why they are there, and when it is not sure.

use parvis::protocol::CallState;
use parvis::session::{Event, PAUSE};
use parvis::words::{ALL_THEMES, CALL, NOTHING_FOUND, UNSURE};
use parvis_ui_model::flow::Spot;
use parvis_ui_model::geometry::Panel;
use parvis_ui_model::intent::Intent;

use crate::visit::{shown_sheet, slip_of};
use crate::world::{Setup, World, demonstration, in_a_hall};

const PANELS: [Panel; 3] = [Panel::PORTRAIT_21, Panel::LANDSCAPE_21, Panel::LANDSCAPE_10];

/// Types `question`, pauses, and goes to the results where they are a step of their own.
fn ask(world: &mut World, question: &str) {
    world.wake();
    world.tap("Écrire un mot");
    world.type_on_screen(question);
    world.after(PAUSE);
    if world.panel.is_small() {
        let found = world.kiosk.session().visit().unwrap().answers().len();
        let count = if found == 1 { "1 réponse".to_owned() } else { format!("{found} réponses") };
        world.tap(if found == 0 { "Que faire ?" } else { &count });
    }
}

/// Touches a row of the page, even if the bar has a button of that name.
fn tap_row(world: &mut World, label: &str) {
    let targets = world.targets();
    let row = targets.iter().find(|target| target.label == label && !world.is_on_the_bar(target));
    let (x, y) = row.unwrap_or_else(|| panic!("no row {label:?} among {targets:#?}")).middle();
    world.tap_at(x, y);
}

#[test]
fn a_question_that_nothing_answers_is_said_to_be_one_and_a_person_is_one_row_away() {
    for panel in PANELS {
        for question in ["meteo demain", "qzxwv"] {
            in_a_hall(Setup { panel, ..demonstration() }, move |world| {
                ask(world, question);
                let nothing = world.kiosk.session().visit().unwrap().answers().is_empty();
                world.must_show(if nothing { NOTHING_FOUND } else { UNSURE });
                let mut staff = world.staff();
                tap_row(world, CALL);
                world.run(staff.until("the call", |page| !page.hall.calls.is_empty()));
                assert_eq!(staff.call().state, CallState::Requested);
                assert_eq!(*world.kiosk.session().visit().unwrap().flow.spot(), Spot::Call);
            });
        }
    }
}

#[test]
fn while_a_visitor_types_nothing_is_said_of_half_a_word_and_no_row_moves_when_it_is() {
    in_a_hall(demonstration(), |world| {
        world.wake();
        world.tap("Écrire un mot");
        world.type_on_screen("velo");
        let first = world.kiosk.session().visit().unwrap().answers()[0].title.clone();
        let before = world.target(&first).unwrap();
        assert!(!world.shows(UNSURE) && !world.shows(ALL_THEMES), "{:#?}", world.words());
        world.after(PAUSE);
        world.must_show(UNSURE);
        assert_eq!(world.target(&first).unwrap(), before);
        world.tap("Effacer une lettre");
        assert!(!world.shows(UNSURE), "another letter, another question: {:#?}", world.words());
    });
}

#[test]
fn from_a_question_without_answer_the_themes_are_one_row_away_and_back_leads_to_it_again() {
    in_a_hall(demonstration(), |world| {
        ask(world, "meteo demain");
        tap_row(world, ALL_THEMES);
        world.must_show("Que cherchez-vous ?");
        world.tap("Retour");
        let visit = world.kiosk.session().visit().unwrap();
        assert_eq!((visit.flow.spot(), visit.query.as_str()), (&Spot::Search, "meteo demain"));
        world.tap("Accueil");
        assert_eq!(world.kiosk.session().visit().unwrap().query, "");
    });
}

#[test]
fn a_good_answer_is_shown_without_reserve() {
    for panel in PANELS {
        in_a_hall(Setup { panel, ..demonstration() }, |world| {
            ask(world, "carte d'identité perdue");
            for reserve in [UNSURE, NOTHING_FOUND, ALL_THEMES] {
                assert!(!world.shows(reserve), "{:#?}", world.words());
            }
            let first = world.kiosk.session().visit().unwrap().answers()[0].title.clone();
            assert!(first.to_lowercase().contains("carte"), "{first}");
            world.must_show(&first);
        });
    }
}

#[test]
fn an_answer_says_what_it_is_and_why_it_is_there() {
    in_a_hall(demonstration(), |world| {
        ask(world, "msap");
        world.must_show("Lieu · « msap » = ");
        world.tap("Tout effacer");
        assert!(!world.shows("msap"), "the reason goes with the question: {:#?}", world.words());
        world.type_on_screen("panier repas");
        world.must_show("On dit aussi : repas");
        world.tap("Tout effacer");
        world.type_on_screen("passeport");
        world.must_show("Démarche");
        world.finish();
    });
}

#[test]
fn staff_answers_are_found_and_show_no_empty_facts_on_screen_or_slip() {
    in_a_hall(demonstration(), |world| {
        ask(world, "wifi");
        world.must_show("Réponse de l’accueil");
        world.tap("Quel est le code du wifi ?");
        assert_eq!(shown_sheet(world), "wifi");
        world.must_show("Réponse de l’accueil");
        world.must_show("Le code change chaque semaine.");
        world.must_show("Source : France Services du Val-de-Meu");
        for question in ["Où", "Quand", "À apporter", "Ce que cela demande en numérique", "Sans internet"]
        {
            assert!(!world.words().iter().any(|text| text == question), "{question}: {:#?}", world.words());
        }
        assert!(!world.shows("Non précisé"));
        assert!(slip_of(world, "wifi").ink_rows().is_some());
        world.tap("Retour");
        world.tap("Tout effacer");
        world.type_on_screen("photocopie");
        world.tap("Où faire des photocopies ?");
        for (question, stated) in
            [("Où", true), ("À apporter", true), ("Quand", false), ("Sans internet", false)]
        {
            assert_eq!(world.words().iter().any(|text| text == question), stated, "{question}");
        }
    });
}

#[test]
fn what_was_understood_is_said_and_forgotten_with_the_visit() {
    in_a_hall(demonstration(), |world| {
        ask(world, "passepor ");
        let visit = world.kiosk.session().visit().unwrap();
        let found = visit.found.clone().unwrap();
        assert!(found.sure && found.corrected.is_some(), "{found:?}");
        world.must_show("Compris : passeport");
        world.finish();
        assert_eq!(world.kiosk.window().texts_held(), Vec::<String>::new());
        assert!(!format!("{:?}", world.kiosk.session()).contains("passepor"));
    });
}

#[test]
fn under_the_warning_a_touch_on_the_row_of_the_call_calls_nobody() {
    in_a_hall(demonstration(), |world| {
        ask(world, "qzxwv");
        world.after(std::time::Duration::from_secs(125));
        world.kiosk.handle(Event::Intent(Intent::Choose(0)));
        world.settle();
        assert_eq!(*world.kiosk.session().visit().unwrap().flow.spot(), Spot::Search);
        assert!(world.staff().hall.calls.is_empty());
    });
}
