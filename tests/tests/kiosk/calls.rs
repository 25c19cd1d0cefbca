//! A call from the visitor's side: what for, how long, who, and what when nobody is there.

use std::time::Duration;

use futures_util::SinkExt as _;
use parvis::desk::book::OPEN_MAX;
use parvis::protocol::{CallState, FromKiosk, FromStaff, Presence};
use parvis_hardware::sound::Tune;
use parvis_tests::staff::StaffPage;
use parvis_ui_model::idle::IdleTimes;
use tokio::net::UnixStream;
use tokio_tungstenite::tungstenite::Message;

use crate::world::{NAME, World, demonstration, in_a_hall};

const SECOND: Duration = Duration::from_secs(1);

/// Staff with a page in sight.
fn staff(world: &World) -> StaffPage {
    let mut staff = world.staff();
    world.run(staff.until("the hall", |page| !page.hall.kiosks.is_empty()));
    staff
}

fn calls(world: &mut World, staff: &mut StaffPage) -> u32 {
    world.tap("Appeler une personne");
    world.run(staff.until("the call", |page| page.hall.calls.len() == 1));
    staff.call().number
}

fn says(world: &World, staff: &mut StaffPage, message: &FromStaff) {
    world.run(staff.say(message)).unwrap();
}

#[test]
fn staff_read_what_for_only_when_the_visitor_says_so_and_only_the_title_of_a_sheet() {
    in_a_hall(demonstration(), |world| {
        let mut staff = staff(world);
        world.wake();
        world.tap("Écrire un mot");
        world.type_on_screen("naturalisation");
        let title = world.kiosk.session().visit().unwrap().answers()[0].title.clone();
        world.tap(&title);
        calls(world, &mut staff);
        assert_eq!(staff.call().reason, None);
        world.wait_until("the offer", |world| world.shows("Dire pour quoi"));
        world.tap("Dire pour quoi");
        world.run(staff.until("the reason", |page| page.call().reason.is_some()));
        assert_eq!(parvis::words::tied(staff.call().reason.as_ref().unwrap()), title);
        world.must_show("L’accueil sait pour quoi");
        world.finish();
    });
}

#[test]
fn the_visitor_says_that_the_person_is_there_and_staff_close_the_call() {
    in_a_hall(demonstration(), |world| {
        let mut staff = staff(world);
        world.wake();
        let number = calls(world, &mut staff);
        says(world, &mut staff, &FromStaff::Come { number, by: "Marie".into() });
        world.wait_until("Marie", |world| world.shows("Marie arrive"));
        world.tap("La personne est là");
        world.must_show("Marie est avec vous");
        world.run(staff.until("the visitor's word", |page| {
            page.call().state == CallState::Arrived { by: "Marie".into() }
        }));
        says(world, &mut staff, &FromStaff::Done { number });
        world.wait_until("the end", |world| world.shows("Votre appel est terminé"));
        world.run(staff.until("the history", |page| page.hall.ended.len() == 1));
        let ended = &staff.hall.ended[0];
        assert_eq!((ended.number, ended.end.as_str()), (number, "closed"));
    });
}

#[test]
fn whoever_does_not_see_the_screen_hears_how_the_call_stands_wherever_in_the_kiosk_they_are() {
    in_a_hall(demonstration(), |world| {
        let mut staff = staff(world);
        world.wake();
        let number = calls(world, &mut staff);
        let hears = |world: &mut World, tune: Tune, words: &str| {
            world.wait_until(words, |world| {
                world.speaker.view().last == Some(tune) && world.said.borrow().starts_with(words)
            });
        };
        hears(world, Tune::Sent, "Votre appel est envoyé. J’attends que l’accueil le voie. Appel n° 1.");
        says(world, &mut staff, &FromStaff::Shown { number });
        hears(world, Tune::Seen, "L’accueil voit votre appel. Restez ici.");
        world.tap("Accueil");
        says(world, &mut staff, &FromStaff::Come { number, by: "Marie".into() });
        hears(world, Tune::Coming, "Marie arrive. Restez près de la borne. Appel n° 1.");
        says(world, &mut staff, &FromStaff::With { number });
        hears(world, Tune::Arrived, "Marie est avec vous.");
        says(world, &mut staff, &FromStaff::Done { number });
        hears(world, Tune::Over, "Votre appel est terminé.");
        let sounds = world.speaker.view().count;
        world.finish();
        assert_eq!(*world.said.borrow(), "", "nothing is left of it");
        assert_eq!(world.speaker.view().count, sounds);
    });
}

#[test]
fn a_desk_that_is_away_says_until_when_and_the_call_is_open_with_a_number_on_paper() {
    in_a_hall(demonstration(), |world| {
        let mut staff = staff(world);
        says(world, &mut staff, &FromStaff::Presence { presence: Presence::Back { at: 14 * 60 } });
        world.wake();
        calls(world, &mut staff);
        world.wait_until("the truth", |world| world.shows("L’accueil est de retour à 14 h"));
        world.must_show("Votre appel reste ouvert. Vous pouvez aussi :");
        world.must_show("Téléphone : 02 61 91 10 10");
        world.wait_until("the number", |world| world.shows("Imprimer mon numéro"));
        world.tap("Imprimer mon numéro");
        world.wait_until("the slip", |world| world.shows("Prenez votre ticket."));
        assert_eq!(world.printer.paper().slips.len(), 1);
        if let Some(folder) = std::env::var_os("PARVIS_DUMPS") {
            let png = world.printer.paper().slips[0].raster.to_png().unwrap();
            std::fs::write(std::path::Path::new(&folder).join("call.png"), png).unwrap();
        }
        says(world, &mut staff, &FromStaff::Shown { number: 1 });
        world.wait_until("a person who sees it", |world| world.shows("L’accueil voit votre appel"));
    });
}

#[test]
fn how_long_it_takes_is_told_from_three_answers_on() {
    in_a_hall(demonstration(), |world| {
        let mut staff = staff(world);
        for _ in 0..3 {
            world.wake();
            let number = calls(world, &mut staff);
            assert!(!world.shows("Les derniers appels ont eu"));
            says(world, &mut staff, &FromStaff::Come { number, by: "Marie".into() });
            says(world, &mut staff, &FromStaff::Done { number });
            world.wait_until("the end", |world| world.shows("Votre appel est terminé"));
            world.run(staff.until("quiet", |page| page.hall.calls.is_empty()));
            world.finish();
        }
        world.wake();
        calls(world, &mut staff);
        world.wait_until("the usual time", |world| {
            world.shows("Les derniers appels ont eu une réponse en une minute environ.")
        });
    });
}

#[test]
fn while_a_call_waits_the_visit_goes_on_and_a_visitor_who_left_leaves_it_with_staff() {
    in_a_hall(demonstration(), |world| {
        let mut staff = staff(world);
        world.wake();
        calls(world, &mut staff);
        world.tap("Accueil");
        world.must_show("Votre appel");
        let times = IdleTimes::default();
        world.after(Duration::from_secs(600) + times.warn_after + times.warning_for + SECOND);
        world.run(staff.until("perhaps left", |page| page.call().left));
    });
}

#[test]
fn where_the_desk_has_no_room_for_a_call_the_visitor_is_told_so_and_it_is_made_as_soon_as_there_is() {
    in_a_hall(demonstration(), |world| {
        let mut staff = staff(world);
        for number in 0..4 {
            others_call(world, &format!("Borne {number}"), 16);
        }
        world.run(staff.until("a full book", |page| page.hall.calls.len() == OPEN_MAX));
        world.wake();
        world.tap("Appeler une personne");
        world.after(5 * SECOND);
        world.must_show("Je n’arrive pas à prévenir quelqu’un");
        world.run(staff.until("still the others", |page| page.hall.calls.len() == OPEN_MAX));
        let number = staff.hall.calls[0].number;
        says(world, &mut staff, &FromStaff::Come { number, by: "Marie".into() });
        says(world, &mut staff, &FromStaff::Done { number });
        world.run(staff.until("the call", |page| page.hall.calls.iter().any(|call| call.kiosk == NAME)));
    });
}

/// Another kiosk of the hall calls so many times, and is gone.
fn others_call(world: &World, name: &str, calls: u64) {
    let socket = world.folder.path().join("desk.sock");
    let mut said = vec![FromKiosk::Hello { kiosk: name.to_owned() }];
    said.extend((0..calls).map(|key| FromKiosk::Ask { key, lang: "fr".to_owned() }));
    world.run(async {
        let stream = UnixStream::connect(socket).await.unwrap();
        let mut line = tokio_tungstenite::client_async("ws://desk/api/kiosk", stream).await.unwrap().0;
        for message in said {
            line.send(Message::text(serde_json::to_string(&message).unwrap())).await.unwrap();
        }
        line.close(None).await.unwrap();
    });
}
