//! The hall with a real disk and a simulated light.

use super::*;
use crate::protocol::{Presence, ToKiosk, ToStaff};
use parvis_hardware::simulated::SimulatedLight;

fn hall(folder: &std::path::Path) -> (Hall, SimulatedLight) {
    let light = SimulatedLight::new();
    let files = HallFiles::beside(folder.join("calls.json"));
    (Hall::open(HallParts::real(files, Ladder::default(), Box::new(light.clone()))), light)
}

fn come(hall: &Hall) {
    hall.from_staff(FromStaff::Come { number: 1, by: "Marie".into() }).unwrap();
}

#[test]
fn a_call_survives_the_death_of_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = hall(folder.path());
    first.ask("Borne", 7, "fr");
    first.save();
    drop(first);
    let (second, light) = hall(folder.path());
    assert!(matches!(second.for_kiosk("Borne", 7), Some(ToKiosk::Call { number: 1, .. })));
    assert_eq!(light.view().state, LightState::Calling);
}

#[test]
fn a_call_that_cannot_be_written_down_is_shown_to_staff_but_not_promised_to_the_kiosk() {
    let folder = tempfile::tempdir().unwrap();
    let (hall, _) = hall(folder.path());
    let in_the_way = folder.path().join("calls.json.new");
    std::fs::create_dir(&in_the_way).unwrap();
    hall.ask("Borne", 7, "fr");
    hall.save();
    assert_eq!(hall.for_kiosk("Borne", 7), None);
    let ToStaff::Hall { calls, .. } = hall.for_staff() else { panic!() };
    assert_eq!(calls.len(), 1);
    // As soon as it can be written down, it is, and is promised.
    std::fs::remove_dir(&in_the_way).unwrap();
    hall.save();
    assert!(hall.for_kiosk("Borne", 7).is_some());
    hall.from_staff(FromStaff::Shown { number: 1 }).unwrap();
    assert!(hall.for_kiosk("Borne", 7).is_some());
}

#[test]
fn the_light_follows_the_calls() {
    let folder = tempfile::tempdir().unwrap();
    let (hall, light) = hall(folder.path());
    hall.ask("Borne", 7, "fr");
    assert_eq!(light.view().state, LightState::Calling);
    come(&hall);
    assert_eq!(light.view().state, LightState::Acknowledged);
    hall.from_staff(FromStaff::Done { number: 1 }).unwrap();
    assert_eq!(light.view().state, LightState::Off);
}

#[test]
fn a_call_that_nobody_answers_climbs_to_the_late_light() {
    let folder = tempfile::tempdir().unwrap();
    let light = SimulatedLight::new();
    let ladder = Ladder { late: Duration::ZERO, ..Ladder::default() };
    let files = HallFiles::beside(folder.path().join("calls.json"));
    let hall = Hall::open(HallParts::real(files, ladder, Box::new(light.clone())));
    hall.ask("Borne", 7, "fr");
    hall.beat();
    assert_eq!(light.view().state, LightState::Late);
    come(&hall);
    assert_eq!(light.view().state, LightState::Acknowledged);
}

#[test]
fn a_broken_book_is_put_aside_and_calls_go_on() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["calls.json", "measures.json", "presence.json"] {
        std::fs::write(folder.path().join(name), b"\0garbage").unwrap();
    }
    let (hall, _) = hall(folder.path());
    hall.ask("Borne", 7, "fr");
    hall.save();
    assert!(hall.for_kiosk("Borne", 7).is_some());
    assert!(folder.path().join("calls.broken").exists());
}

#[test]
fn a_reason_is_in_memory_alone_and_gone_with_its_call() {
    let folder = tempfile::tempdir().unwrap();
    let (hall, _) = hall(folder.path());
    hall.ask("Borne", 7, "ar");
    let reason = FromKiosk::Reason { key: 7, title: "Violences conjugales".into(), theme: "Justice".into() };
    hall.from_kiosk("Borne", reason.clone());
    let shown = |hall: &Hall| match hall.for_staff() {
        ToStaff::Hall { calls, .. } => calls.into_iter().next().and_then(|call| call.reason),
        ToStaff::Refused { .. } | ToStaff::Pong => None,
    };
    assert_eq!(shown(&hall).as_deref(), Some("Violences conjugales"));
    hall.save();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!text.contains("conjugales"), "{text}");
    }
    hall.from_kiosk("Borne", FromKiosk::Cancel { key: 7 });
    assert!(hall.lock().reasons.is_empty());
    hall.from_kiosk("Borne", reason);
    assert!(hall.lock().reasons.is_empty(), "a call that is over takes no reason");
}

#[test]
fn presence_is_what_staff_say_and_outlives_the_desk() {
    let folder = tempfile::tempdir().unwrap();
    let (first, _) = hall(folder.path());
    first.from_staff(FromStaff::Presence { presence: Presence::Back { at: 14 * 60 } }).unwrap();
    first.save();
    drop(first);
    let (second, _) = hall(folder.path());
    let ToKiosk::Desk { presence, watched, usual_s } = second.for_kiosks() else { panic!() };
    assert_eq!((presence, watched, usual_s), (Presence::Back { at: 840 }, false, None));
    second.page_came();
    assert!(matches!(second.for_kiosks(), ToKiosk::Desk { watched: true, .. }));
}

#[test]
fn the_usual_time_is_told_once_three_calls_were_answered() {
    let folder = tempfile::tempdir().unwrap();
    let (hall, _) = hall(folder.path());
    for key in 1..=3 {
        assert!(matches!(hall.for_kiosks(), ToKiosk::Desk { usual_s: None, .. }));
        hall.ask("Borne", key, "fr");
        let number = u32::try_from(key).unwrap();
        hall.from_staff(FromStaff::Come { number, by: "Marie".into() }).unwrap();
    }
    assert!(matches!(hall.for_kiosks(), ToKiosk::Desk { usual_s: Some(0..=2), .. }));
}

#[test]
fn a_second_desk_hears_of_a_call_when_the_first_has_not_answered_in_time() {
    let folder = tempfile::tempdir().unwrap();
    let ladder = Ladder { late: Duration::ZERO, ..Ladder::default() };
    let files = HallFiles::beside(folder.path().join("calls.json"));
    let hall = Hall::open(HallParts::real(files, ladder, Box::new(SimulatedLight::new())));
    hall.ask("Borne", 7, "fr");
    let calls = |second| match hall.for_desk(second) {
        ToStaff::Hall { calls, .. } => calls.len(),
        ToStaff::Refused { .. } | ToStaff::Pong => 0,
    };
    assert_eq!((calls(false), calls(true)), (1, 0));
    hall.beat();
    assert_eq!((calls(false), calls(true)), (1, 1));
}

#[test]
fn while_the_disk_stalls_staff_see_the_call_and_the_kiosk_hears_no_number_that_another_may_get() {
    let folder = tempfile::tempdir().unwrap();
    let (hall, _) = hall(folder.path());
    hall.ask("Borne", 7, "fr");
    hall.from_staff(FromStaff::Shown { number: 1 }).unwrap();
    assert_eq!(hall.for_kiosk("Borne", 7), None, "nothing is written down yet");
    hall.save();
    come(&hall);
    // Its number is safe: that Marie comes is said at once, and that it is over only once it is.
    assert!(matches!(
        hall.for_kiosk("Borne", 7),
        Some(ToKiosk::Call { state: CallState::Acknowledged { .. }, .. })
    ));
    hall.from_staff(FromStaff::Done { number: 1 }).unwrap();
    assert_eq!(hall.for_kiosk("Borne", 7), None);
    hall.save();
    assert!(matches!(hall.for_kiosk("Borne", 7), Some(ToKiosk::Call { state: CallState::Closed, .. })));
}

#[test]
fn a_name_is_one_living_kiosks_and_one_that_is_gone_makes_room() {
    let folder = tempfile::tempdir().unwrap();
    let (hall, _) = hall(folder.path());
    for number in 0..KIOSKS_MAX {
        assert!(hall.kiosk_came(&format!("Borne {number}")));
        assert!(!hall.kiosk_came(&format!("Borne {number}")));
    }
    assert!(!hall.kiosk_came("Autre"), "all of them live");
    hall.kiosk_went("Borne 7");
    assert!(hall.kiosk_came("Autre"));
    assert!(!hall.kiosk_came("Borne 7"));
    hall.kiosk_went("Autre");
    assert!(hall.kiosk_came("Borne 7"));
}

#[test]
fn a_call_that_gives_way_takes_its_reason_with_it_and_its_kiosk_is_told_the_end() {
    let folder = tempfile::tempdir().unwrap();
    let (hall, _) = hall(folder.path());
    let most = u64::try_from(crate::desk::book::OPEN_OF_KIOSK_MAX).unwrap();
    for key in 0..most {
        hall.ask("Borne", key, "fr");
    }
    let reason = FromKiosk::Reason { key: 2, title: "Passeport".into(), theme: "Papiers".into() };
    hall.from_kiosk("Borne", reason);
    hall.from_kiosk("Borne", FromKiosk::Left { key: 2 });
    hall.ask("Borne", most, "fr");
    hall.save();
    assert!(hall.lock().reasons.is_empty());
    let state = |key| match hall.for_kiosk("Borne", key) {
        Some(ToKiosk::Call { state, .. }) => Some(state),
        Some(ToKiosk::Desk { .. } | ToKiosk::Pong) | None => None,
    };
    assert_eq!((state(2), state(most)), (Some(CallState::Expired), Some(CallState::Requested)));
    hall.ask("Borne", most + 1, "fr");
    hall.save();
    assert_eq!(state(most + 1), None, "refused: nobody has left");
}
