//! Staff at the kiosk: their code, the content before with one touch, and a space that closes behind them.

use std::time::Duration;

use parvis::durable::RealDisk;
use parvis::intake::command::{Once, once};
use parvis::intake::news::News;
use parvis::intake::{Shelf, Step};
use parvis::session::call::{DeskNews, LinkTrouble};
use parvis::session::staff::STAFF_TIME;
use parvis::session::{Event, Phase};
use parvis::staff::set_pin;
use parvis_tests::editor::Editor;

use crate::idle::ticks;
use crate::world::{Setup, World, demonstration, in_a_hall, staff_parts};

const PIN: &str = "305172";

/// Wakes the kiosk, and goes to the staff's door.
fn at_the_door(world: &mut World) {
    world.wake();
    world.tap("Affichage");
    world.tap("Personnel de l’accueil");
    world.must_show("Écrivez le code à six chiffres.");
}

fn types(world: &mut World, pin: &str) {
    for figure in pin.chars() {
        world.tap(&figure.to_string());
    }
}

/// Into the space, with the right code.
pub fn goes_in(world: &mut World) {
    set_pin(&staff_parts(world.folder.path()).pin, PIN).unwrap();
    at_the_door(world);
    types(world, PIN);
    world.wait_until("the space", |world| world.shows("Contenu affiché"));
}

/// The content of `editor`, as a timer brings it.
fn takes(world: &World, editor: &Editor) {
    let (code, steps) = offered(world, editor);
    assert_eq!(code, 0, "{steps:?}");
}

/// The exit code of a pass over it, and its steps.
fn offered(world: &World, editor: &Editor) -> (u8, Vec<Step>) {
    let asked = Once {
        from: editor.repository().display().to_string(),
        state: world.folder.path().join("intake"),
        content: world.folder.path().to_owned(),
        root: Some(editor.file("metadata/1.root.json")),
        proxy: None,
        authority: None,
    };
    let mut steps = Vec::new();
    (once(&asked, |step| steps.push(step)), steps)
}

#[test]
fn staff_go_back_to_the_content_before_with_one_touch_and_come_back_with_another() {
    in_a_hall(Setup { content: None, ..demonstration() }, |world| {
        let editor = Editor::new();
        editor.publish(1);
        takes(world, &editor);
        ticks(world);
        editor.publish(2);
        takes(world, &editor);
        ticks(world);
        goes_in(world);
        world.must_show("Publication 2 du 1er novembre 2026");
        world.tap("Revenir à la publication 1");
        world.wait_until("the content before", |world| {
            world.shows("La publication 1 est de nouveau affichée")
        });
        world.tap("Retour");
        world.must_show("Publication 1 du 1er novembre 2026");
        // A timer that comes by does not bring it back.
        assert!(matches!(offered(world, &editor).1.last(), Some(Step::Refused { error: "rejected", .. })));
        ticks(world);
        world.must_show("Publication 1 du 1er novembre 2026");
        world.tap("Revenir à la publication 2");
        world
            .wait_until("the newer content", |world| world.shows("La publication 2 est de nouveau affichée"));
        world.finish();
        world.must_show("Accueil d'essai");
    });
}

#[test]
fn without_a_release_before_there_is_nothing_to_touch_and_without_content_staff_still_get_in() {
    in_a_hall(Setup { content: None, ..demonstration() }, |world| {
        goes_in(world);
        world.must_show("Aucun contenu ne s’affiche");
        assert!(!world.shows("Revenir"));
        world.finish();
        let editor = Editor::new();
        editor.publish(1);
        takes(world, &editor);
        goes_in(world);
        world.must_show("Publication 1 du");
        assert!(!world.shows("Revenir à la publication"));
    });
}

#[test]
fn a_stick_is_told_about_in_the_space_and_its_content_is_there_at_once() {
    in_a_hall(Setup { content: None, ..demonstration() }, |world| {
        goes_in(world);
        let (editor, shelf) = (Editor::new(), Shelf::new(world.folder.path()));
        News::of(&Step::Found).unwrap().tell(&RealDisk, &shelf);
        ticks(world);
        world.must_show("lecture de la clé. Laissez la clé en place.");
        editor.publish(1);
        takes(world, &editor);
        News::of(&Step::Activated { release: 1 }).unwrap().tell(&RealDisk, &shelf);
        ticks(world);
        world.must_show("Contenu à jour : publication 1. Vous pouvez retirer la clé.");
        world.must_show("Publication 1 du");
    });
}

#[test]
fn a_wrong_code_says_so_and_after_five_of_them_the_door_waits() {
    in_a_hall(demonstration(), |world| {
        set_pin(&staff_parts(world.folder.path()).pin, PIN).unwrap();
        at_the_door(world);
        for _ in 0..4 {
            types(world, "111112");
            world.wait_until("no", |world| world.shows("Ce n’est pas le bon code. Recommencez."));
        }
        types(world, "111112");
        world.wait_until("a wait", |world| world.shows("Trop d’essais. Recommencez dans 1 minute."));
        types(world, PIN);
        world.wait_until("a wait", |world| world.shows("Recommencez dans 1 minute."));
        world.after(Duration::from_secs(60));
        types(world, PIN);
        world.wait_until("the space", |world| world.shows("Contenu affiché"));
    });
}

#[test]
fn a_kiosk_whose_code_nobody_chose_says_whom_to_ask_and_a_person_can_be_called_from_the_door() {
    in_a_hall(demonstration(), |world| {
        at_the_door(world);
        types(world, PIN);
        world.wait_until("who chooses it", |world| world.shows("Aucun code n’est choisi"));
        world.tap("Appeler une personne");
        world.wait_until("the call", |world| world.shows("Votre appel"));
    });
}

#[test]
fn leaving_the_space_closes_it_and_so_does_its_time() {
    in_a_hall(demonstration(), |world| {
        goes_in(world);
        world.tap("Appeler une personne");
        world.wait_until("the call", |world| world.shows("Votre appel"));
        world.tap("Retour");
        assert!(!world.shows("Contenu affiché"), "behind the call the space is closed");
    });
    in_a_hall(demonstration(), |world| {
        goes_in(world);
        world.must_show("Cet espace se ferme dans 10 min");
        // Somebody is there all the time; the space closes all the same.
        for _ in 0..STAFF_TIME.as_secs() / 100 - 1 {
            world.after(Duration::from_secs(100));
            world.press_key("x");
        }
        world.must_show("Cet espace se ferme dans 2 min");
        world.after(Duration::from_secs(99));
        world.after(Duration::from_secs(1));
        assert_eq!(world.kiosk.session().phase, Phase::Asleep);
    });
}

#[test]
fn staff_pair_a_page_with_a_code_that_is_good_while_it_is_shown() {
    in_a_hall(Setup { guarded: true, ..demonstration() }, |world| {
        let open = |world: &World| {
            world.door.as_ref().is_some_and(|door| door.pairing_left(parvis::clock::since_start()).is_some())
        };
        goes_in(world);
        assert!(!open(world));
        world.tap("Relier un poste de l’accueil");
        world.wait_until("the code", |world| world.shows("Code :"));
        world.must_show("Sur le poste, ouvrez https://127.0.0.1:");
        world.must_show("comparez son empreinte SHA-256");
        assert!(open(world));
        world.tap("Retour");
        world.must_show("Contenu affiché");
        world.wait_until("a closed window", |world| !open(world));
    });
}

#[test]
fn where_pages_need_no_code_staff_are_told_so_and_where_the_desk_is_dead_too() {
    in_a_hall(demonstration(), |world| {
        goes_in(world);
        world.tap("Relier un poste de l’accueil");
        world.wait_until("the reason", |world| world.shows("n’a pas besoin de code"));
    });
    in_a_hall(Setup { desk: false, ..demonstration() }, |world| {
        goes_in(world);
        world.tap("Relier un poste de l’accueil");
        world.wait_until("the reason", |world| world.shows("L’accueil ne répond pas."));
    });
}

#[test]
fn staff_read_why_no_call_arrives_at_a_desk_that_does_not_let_the_kiosk_in() {
    in_a_hall(Setup { desk: false, ..demonstration() }, |world| {
        goes_in(world);
        assert!(!world.shows("Aucun appel n’y arrive"), "a desk that is only off is no fault to mend");
        for (trouble, why) in [
            (LinkTrouble::NotPaired, "ne connaît pas cette borne"),
            (LinkTrouble::OtherCertificate, "n’a pas le certificat de l’accueil"),
            (LinkTrouble::NameTaken, "appelle déjà sous le nom"),
            (LinkTrouble::Unreadable, "est illisible"),
        ] {
            let news = DeskNews { trouble: Some(trouble), ..DeskNews::default() };
            world.kiosk.handle(Event::DeskNews(news));
            world.settle();
            world.must_show(why);
        }
    });
}
