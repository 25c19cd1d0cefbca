//! A visitor who does not touch the screen: a keypad beside it, and nothing else.

use evdev::KeyCode;
use parvis_ui_model::flow::Spot;

use crate::world::{World, demonstration, in_a_hall};

const ONWARDS: KeyCode = KeyCode::KEY_KP6;
const CHOOSE: KeyCode = KeyCode::KEY_KP5;
const BACK: KeyCode = KeyCode::KEY_KPDOT;
const HOME: KeyCode = KeyCode::KEY_KP7;
const HELP: KeyCode = KeyCode::KEY_KP0;
/// Things to touch on one screen, at most.
const THINGS_MAX: usize = 60;

fn spot(world: &World) -> Spot {
    world.kiosk.session().visit().unwrap().flow.spot().clone()
}

#[test]
fn with_the_keypad_alone_a_visitor_goes_in_back_home_and_calls_a_person() {
    in_a_hall(demonstration(), |world| {
        world.press_on_keypad(ONWARDS);
        assert!(world.kiosk.session().visit().is_some(), "any key wakes the kiosk");
        let home = spot(world);
        let mut steps = 0;
        while spot(world) == home {
            assert!(steps < THINGS_MAX, "nothing on the home screen leads anywhere");
            for key in [ONWARDS, CHOOSE] {
                world.press_on_keypad(key);
            }
            steps += 1;
        }
        let inside = spot(world);
        world.press_on_keypad(BACK);
        assert_eq!(spot(world), home);
        world.press_on_keypad(ONWARDS);
        world.press_on_keypad(CHOOSE);
        world.press_on_keypad(HOME);
        assert_eq!(spot(world), home);
        assert_ne!(inside, home);
        world.press_on_keypad(HELP);
        world.wait_until("the call", |world| world.kiosk.session().call.is_open());
    });
}

#[test]
fn staff_are_told_of_a_keypad_that_is_gone_and_when_it_is_back() {
    in_a_hall(demonstration(), |world| {
        let mut staff = world.staff();
        let hears = |wanted: bool| {
            move |page: &parvis_tests::staff::StaffPage| {
                page.hall.kiosks.iter().any(|kiosk| kiosk.alive && kiosk.keypad.contains("câble") == wanted)
            }
        };
        world.run(staff.until("a keypad that works", hears(false)));
        world.keys.unplug(true);
        world.run(staff.until("the pulled keypad", hears(true)));
        world.keys.unplug(false);
        world.run(staff.until("the keypad again", hears(false)));
    });
}
