//! The promises of `CallLight` and `CallButton`, kept by every driver that can be had without a board: simulated, and
//! the USB relays on a terminal device (pty), byte for byte. GPIO lines are in the test of the emulated machine.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod support;

use std::time::Duration;

use parvis_hardware::button::{ButtonError, CallButton, NoButton, PRESSES_MAX, Press};
use parvis_hardware::light::driven::DrivenLight;
use parvis_hardware::light::rhythm::Rhythm;
use parvis_hardware::light::{CallLight, LightError, LightState, NoLight};
use parvis_hardware::relay::{RelayBoard, RelayLamps};
use parvis_hardware::simulated::{ButtonLever, SimulatedButton, SimulatedLight};
use support::board::{Board, HandClock, eventually};

const LAMP_ON: [u8; 4] = [0xA0, 0x01, 0x01, 0xA2];
const LAMP_OFF: [u8; 4] = [0xA0, 0x01, 0x00, 0xA1];
const BUZZER_ON: [u8; 4] = [0xA0, 0x02, 0x01, 0xA3];
const BUZZER_OFF: [u8; 4] = [0xA0, 0x02, 0x00, 0xA2];
const STATES: [LightState; 4] =
    [LightState::Calling, LightState::Late, LightState::Acknowledged, LightState::Off];

/// A light, and a hand at its cable.
struct Setup {
    name: &'static str,
    light: Box<dyn CallLight>,
    unplug: Box<dyn FnMut(bool)>,
}

fn relay(board: &Board, clock: &HandClock) -> DrivenLight {
    let at = RelayBoard { path: board.path(), lamp: 1, buzzer: Some(2) };
    DrivenLight::start(RelayLamps::new(at), Rhythm::RELAY, clock.shared())
}

fn lights() -> Vec<Setup> {
    let simulated = SimulatedLight::new();
    let lever = simulated.clone();
    let board = Board::plugged_in();
    let driven = relay(&board, &HandClock::default());
    vec![
        Setup {
            name: "simulated",
            light: Box::new(simulated),
            unplug: Box::new(move |out| lever.unplug(out)),
        },
        Setup {
            name: "relay",
            light: Box::new(driven),
            unplug: Box::new(move |out| if out { board.pull() } else { board.plug() }),
        },
    ]
}

#[test]
fn every_light_takes_every_state_as_often_as_it_is_shown() {
    for mut setup in lights() {
        for state in STATES.into_iter().chain(STATES) {
            assert_eq!(setup.light.show(state), Ok(()), "{}", setup.name);
            assert_eq!(setup.light.show(state), Ok(()), "{}", setup.name);
        }
    }
}

#[test]
fn every_light_says_when_it_is_unplugged_and_is_found_again() {
    for mut setup in lights() {
        for _ in 0..2 {
            assert_eq!(setup.light.show(LightState::Calling), Ok(()), "{}", setup.name);
            (setup.unplug)(true);
            let lost = || setup.light.show(LightState::Calling) == Err(LightError::NotConnected);
            eventually(&format!("{} is lost", setup.name), lost);
            (setup.unplug)(false);
            eventually(&format!("{} is back", setup.name), || {
                setup.light.show(LightState::Calling) == Ok(())
            });
        }
    }
}

#[test]
fn a_desk_without_a_light_or_a_button_works() {
    assert_eq!(NoLight.show(LightState::Late), Ok(()));
    assert_eq!(NoButton.next_press(Duration::ZERO), Ok(None));
}

#[test]
fn relays_are_switched_byte_for_byte_in_the_rhythm_of_the_call() {
    let (board, clock) = (Board::plugged_in(), HandClock::default());
    let mut light = relay(&board, &clock);
    let shows = |lamp: [u8; 4], buzzer: [u8; 4]| board.says(&[lamp, buzzer].concat());
    shows(LAMP_OFF, BUZZER_OFF);
    light.show(LightState::Acknowledged).unwrap();
    shows(LAMP_ON, BUZZER_OFF);
    light.show(LightState::Late).unwrap();
    shows(LAMP_ON, BUZZER_ON);
    clock.set(Duration::from_millis(3_600));
    shows(LAMP_OFF, BUZZER_OFF);
    clock.set(Duration::from_millis(10_100));
    shows(LAMP_ON, BUZZER_ON);
    drop(light);
    shows(LAMP_OFF, BUZZER_OFF);
    assert_eq!(board.settings_speed(), 9_600, "the boards know one speed only");
}

#[test]
fn a_board_that_is_plugged_in_again_shows_at_once_what_it_should() {
    let (board, clock) = (Board::plugged_in(), HandClock::default());
    let mut light = relay(&board, &clock);
    light.show(LightState::Acknowledged).unwrap();
    board.says(&[LAMP_ON, BUZZER_OFF].concat());
    board.pull();
    eventually("it is lost", || light.show(LightState::Acknowledged).is_err());
    board.plug();
    // Nobody shows anything again: the driver finds it by itself.
    board.says(&[LAMP_ON, BUZZER_OFF].concat());
}

#[test]
fn a_board_that_takes_nothing_more_is_lost_and_blocks_nobody() {
    let (board, clock) = (Board::plugged_in(), HandClock::default());
    // Nobody reads what it is told.
    let mut light = relay(&board, &clock);
    let mut state = STATES.into_iter().cycle();
    eventually("its line is full", || light.show(state.next().unwrap()) == Err(LightError::NotConnected));
}

#[test]
fn what_is_no_serial_device_is_refused_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ttyUSB0");
    std::fs::write(&path, "").unwrap();
    let at = RelayBoard { path: path.clone(), lamp: 1, buzzer: None };
    let mut light = DrivenLight::start(RelayLamps::new(at), Rhythm::RELAY, HandClock::default().shared());
    eventually("it is refused", || match light.show(LightState::Calling) {
        Err(LightError::Refused { place, .. }) => place == path.display().to_string(),
        _ => false,
    });
    assert_eq!(std::fs::read(&path).unwrap(), b"", "nothing is written into a plain file");
}

fn button() -> (Box<dyn CallButton>, ButtonLever) {
    let (button, lever) = SimulatedButton::new();
    (Box::new(button), lever)
}

#[test]
fn a_button_keeps_the_newest_presses_and_tells_of_the_others_by_number() {
    let (mut button, lever) = button();
    (0..PRESSES_MAX + 3).for_each(|_| lever.press());
    let first = button.next_press(Duration::ZERO).unwrap();
    assert_eq!(first, Some(Press { number: 4 }));
}

#[test]
fn a_jammed_button_is_one_call_one_warning_and_then_silence() {
    let (mut button, lever) = button();
    lever.jam();
    assert!(matches!(button.next_press(Duration::ZERO), Ok(Some(_))));
    assert_eq!(button.next_press(Duration::ZERO), Err(ButtonError::Stuck));
    assert_eq!(button.next_press(Duration::ZERO), Ok(None));
}
