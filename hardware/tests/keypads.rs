//! The promises of a keypad: the simulated one everywhere, and in the emulated machine one that the kernel's uinput makes
//! (`./dev vm-test`), one test at a time.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod support;

use std::path::Path;
use std::time::Duration;

use evdev::raw_stream::RawDevice;
use evdev::uinput::VirtualDevice;
use evdev::{AttributeSet, BusType, EventType, InputEvent, InputId, KeyCode};
use parvis_hardware::keypad::evdev::{EvdevKeypad, name_of};
use parvis_hardware::keypad::{Keypad, KeypadError, KeypadKey, KeypadMap, Stroke};
use parvis_hardware::simulated::{KeypadLever, SimulatedKeypad};
use support::board::eventually;

/// A stroke that comes is there long before.
const WAIT: Duration = Duration::from_secs(5);
/// Longer than an event takes through the kernel: one that has not come by then does not come.
const NONE: Duration = Duration::from_millis(200);
const DEVICE: (u16, u16) = (0x0D8C, 0x0170);

/// The keypad as a hand and a cable find it.
enum Hand {
    Simulated(KeypadLever),
    /// Nothing while its cable is out.
    Kernel(Option<VirtualDevice>, Option<RawDevice>),
}

struct Setup {
    name: &'static str,
    keypad: Box<dyn Keypad>,
    hand: Hand,
}

fn map() -> KeypadMap {
    KeypadMap::by_id("storm-audionav").unwrap().unwrap()
}

fn every_keypad() -> Vec<Setup> {
    let (keypad, lever) = SimulatedKeypad::new(map());
    let mut all = vec![Setup { name: "simulated", keypad: Box::new(keypad), hand: Hand::Simulated(lever) }];
    // Elsewhere the keys would reach whatever else runs on the machine.
    if Path::new("/sys/bus/platform/drivers/parvis-chip").exists() {
        let keypad = Box::new(EvdevKeypad::new(map(), DEVICE.0, DEVICE.1));
        all.push(Setup { name: "kernel", keypad, hand: Hand::Kernel(Some(on_usb()), None) });
    }
    all
}

/// A device of the kernel's uinput with every key of the map, and one that it does not know.
fn on_usb() -> VirtualDevice {
    let mut keys = AttributeSet::<KeyCode>::new();
    map().codes().for_each(|(code, _)| keys.insert(KeyCode(code)));
    keys.insert(KeyCode::KEY_A);
    let id = InputId::new(BusType::BUS_USB, DEVICE.0, DEVICE.1, 1);
    let builder = VirtualDevice::builder().unwrap().name("keypad").input_id(id);
    let mut device = builder.with_keys(&keys).unwrap().build().unwrap();
    eventually("its event device is there", || node_of(&mut device).is_some());
    device
}

fn node_of(device: &mut VirtualDevice) -> Option<std::path::PathBuf> {
    let node = device.enumerate_dev_nodes_blocking().ok()?.flatten().next()?;
    node.exists().then_some(node)
}

impl Setup {
    fn strike(&mut self, key: KeyCode, values: &[i32]) {
        match &mut self.hand {
            Hand::Simulated(lever) => lever.press(key.0),
            Hand::Kernel(Some(device), _) => {
                for value in values {
                    device.emit(&[InputEvent::new(EventType::KEY.0, key.0, *value)]).unwrap();
                }
            }
            Hand::Kernel(None, _) => {}
        }
    }

    fn press(&mut self, key: KeyCode) {
        self.strike(key, &[1, 0]);
    }

    fn plug(&mut self, plugged: bool) {
        match &mut self.hand {
            Hand::Simulated(lever) => lever.unplug(!plugged),
            Hand::Kernel(device, _) => *device = plugged.then(on_usb),
        }
    }

    fn take_by_another(&mut self, taken: bool) {
        match &mut self.hand {
            Hand::Simulated(lever) => lever.hold(taken),
            Hand::Kernel(device, other) => {
                *other = taken.then(|| {
                    let mut other = RawDevice::open(node_of(device.as_mut().unwrap()).unwrap()).unwrap();
                    other.grab().unwrap();
                    other
                });
            }
        }
    }

    fn next(&mut self) -> Result<Option<Stroke>, KeypadError> {
        self.keypad.next_stroke(WAIT)
    }

    fn nothing_comes(&mut self) {
        assert_eq!(self.keypad.next_stroke(NONE), Ok(None), "{}", self.name);
    }
}

#[test]
fn every_key_of_the_map_is_the_stroke_that_it_says_in_the_order_of_presses() {
    for mut setup in every_keypad() {
        setup.nothing_comes();
        for (code, key) in map().codes() {
            setup.press(KeyCode(code));
            assert_eq!(setup.next(), Ok(Some(Stroke::Key(key))), "{}", setup.name);
        }
        setup.press(KeyCode::KEY_DOWN);
        setup.press(KeyCode::KEY_ENTER);
        assert_eq!(setup.next(), Ok(Some(Stroke::Key(KeypadKey::Next))), "{}", setup.name);
        assert_eq!(setup.next(), Ok(Some(Stroke::Key(KeypadKey::Select))), "{}", setup.name);
        setup.nothing_comes();
    }
}

#[test]
fn a_key_that_is_held_down_is_one_stroke() {
    for mut setup in every_keypad() {
        setup.nothing_comes();
        setup.strike(KeyCode::KEY_DOWN, &[1, 2, 2, 2, 0]);
        assert_eq!(setup.next(), Ok(Some(Stroke::Key(KeypadKey::Next))), "{}", setup.name);
        setup.nothing_comes();
    }
}

#[test]
fn a_key_that_the_map_does_not_know_is_told_by_its_code() {
    for mut setup in every_keypad() {
        setup.nothing_comes();
        setup.press(KeyCode::KEY_A);
        assert_eq!(setup.next(), Ok(Some(Stroke::Unknown(KeyCode::KEY_A.0))), "{}", setup.name);
    }
}

#[test]
fn what_somebody_types_has_no_name_for_a_log() {
    assert_eq!(name_of(KeyCode::KEY_F22.0).as_deref(), Some("KEY_F22"));
    for key in [KeyCode::KEY_A, KeyCode::KEY_7, KeyCode::KEY_KP7] {
        assert_eq!(name_of(key.0), None);
    }
}

#[test]
fn a_keypad_whose_cable_is_pulled_says_so_and_comes_back_with_nothing_old() {
    for mut setup in every_keypad() {
        setup.nothing_comes();
        setup.press(KeyCode::KEY_DOWN);
        setup.plug(false);
        setup.press(KeyCode::KEY_DOWN);
        let mut said = setup.keypad.next_stroke(NONE);
        if matches!(said, Ok(Some(_))) {
            // Pressed while the cable was still in.
            said = setup.keypad.next_stroke(NONE);
        }
        assert_eq!(said, Err(KeypadError::NotConnected), "{}", setup.name);
        assert_eq!(setup.keypad.next_stroke(NONE), Err(KeypadError::NotConnected), "{}", setup.name);
        setup.plug(true);
        setup.nothing_comes();
        setup.press(KeyCode::KEY_ENTER);
        assert_eq!(setup.next(), Ok(Some(Stroke::Key(KeypadKey::Select))), "{}", setup.name);
    }
}

#[test]
fn a_keypad_that_another_program_holds_is_refused_and_read_when_it_is_free() {
    for mut setup in every_keypad() {
        setup.take_by_another(true);
        let refused = setup.keypad.next_stroke(NONE);
        assert!(matches!(refused, Err(KeypadError::Refused { .. })), "{}: {refused:?}", setup.name);
        setup.take_by_another(false);
        setup.nothing_comes();
        setup.press(KeyCode::KEY_UP);
        assert_eq!(setup.next(), Ok(Some(Stroke::Key(KeypadKey::Previous))), "{}", setup.name);
    }
}

#[test]
fn no_other_program_gets_what_is_pressed() {
    for mut setup in every_keypad() {
        setup.nothing_comes();
        let Hand::Kernel(Some(device), _) = &mut setup.hand else { continue };
        let mut other = RawDevice::open(node_of(device).unwrap()).unwrap();
        let flags = rustix::fs::fcntl_getfl(&other).unwrap();
        rustix::fs::fcntl_setfl(&other, flags | rustix::fs::OFlags::NONBLOCK).unwrap();
        setup.press(KeyCode::KEY_UP);
        assert_eq!(setup.next(), Ok(Some(Stroke::Key(KeypadKey::Previous))));
        assert!(other.fetch_events().is_err(), "another reader got it");
    }
}
