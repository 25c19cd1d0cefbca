//! The promises of button, light and watchdog on the kernel's own interfaces. Needs the chip of `tests/vm/chip`, which the
//! emulated machine has: `./dev vm-test` runs this there, one test at a time. Elsewhere each test skips itself.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]
#![allow(clippy::print_stderr, reason = "a test that skips itself says so")]

mod support;

use std::path::PathBuf;
use std::time::Duration;

use parvis_hardware::button::{ButtonError, CallButton, DEBOUNCE, HELD_MAX, PRESSES_MAX, Press};
use parvis_hardware::gpio::{Bias, ButtonLine, GpioButton, GpioLamps, LightLines};
use parvis_hardware::light::driven::DrivenLight;
use parvis_hardware::light::rhythm::Rhythm;
use parvis_hardware::light::{CallLight, LightError, LightState};
use parvis_hardware::watchdog::{KernelWatchdog, Watchdog as _, WatchdogError};
use support::board::{HandClock, eventually};

/// Lines of the chip.
const BUTTON: u32 = 0;
const LAMP: u32 = 3;
const BUZZER: u32 = 5;
/// A press that comes is there long before.
const WAIT: Duration = Duration::from_secs(5);
/// Longer than the kernel waits for a line to rest: one that does not come by then does not come.
const NONE: Duration = DEBOUNCE.saturating_mul(10);

/// A chip that comes back may have another number; the label stays.
fn label() -> PathBuf {
    PathBuf::from("parvis-chip")
}

/// The chip's wires, and its cable.
struct Chip {
    driver: PathBuf,
}

impl Chip {
    /// The chip, plugged in, with no line held; nothing where there is none.
    fn find() -> Option<Self> {
        let driver = PathBuf::from("/sys/bus/platform/drivers/parvis-chip");
        if !driver.exists() {
            eprintln!("skipped: no GPIO chip for tests here, ./dev vm-test has one");
            return None;
        }
        let chip = Self { driver };
        chip.plug(false);
        chip.plug(true);
        Some(chip)
    }

    fn device(&self) -> PathBuf {
        self.driver.join("parvis-chip")
    }

    fn is_there(&self) -> bool {
        self.device().exists()
    }

    /// Both are done when the kernel returns.
    fn plug(&self, plugged: bool) {
        if plugged != self.is_there() {
            let way = if plugged { "bind" } else { "unbind" };
            std::fs::write(self.driver.join(way), "parvis-chip").unwrap();
        }
    }

    fn pull(&self, line: u32, level: u32) {
        std::fs::write(self.device().join("pull"), format!("{line} {level}")).unwrap();
    }

    fn is_high(&self, line: u32) -> bool {
        let levels: u32 =
            std::fs::read_to_string(self.device().join("levels")).unwrap().trim().parse().unwrap();
        levels & (1 << line) != 0
    }

    /// Asked once, so that the line is held.
    fn button(&self, clock: &HandClock) -> GpioButton {
        assert!(self.is_there());
        let at = ButtonLine { chip: label(), line: BUTTON, active_low: true, bias: Bias::PullUp };
        let mut button = GpioButton::new(at, clock.shared());
        assert_eq!(button.next_press(NONE), Ok(None), "nobody has pressed yet");
        button
    }

    /// A whole press, long enough for the kernel to believe both edges.
    fn press(&self) {
        for level in [0, 1] {
            self.pull(BUTTON, level);
            std::thread::park_timeout(DEBOUNCE * 3);
        }
    }

    fn light(&self, clock: &HandClock, active_low: bool) -> DrivenLight {
        assert!(self.is_there());
        let at = LightLines { chip: label(), lamp: LAMP, buzzer: Some(BUZZER), active_low };
        DrivenLight::start(GpioLamps::new(at), Rhythm::LAMP, clock.shared())
    }

    fn shows(&self, lamp: bool, buzzer: bool) {
        eventually(&format!("lamp {lamp}, buzzer {buzzer}"), || {
            (self.is_high(LAMP), self.is_high(BUZZER)) == (lamp, buzzer)
        });
    }
}

fn press(number: u64) -> Press {
    Press { number }
}

#[test]
fn a_press_is_reported_when_the_button_goes_down_and_once() {
    let Some(chip) = Chip::find() else { return };
    let mut button = chip.button(&HandClock::default());
    for number in 1..=3 {
        chip.pull(BUTTON, 0);
        assert_eq!(button.next_press(WAIT), Ok(Some(press(number))));
        assert_eq!(button.next_press(NONE), Ok(None), "held, it is not another press");
        chip.pull(BUTTON, 1);
        assert_eq!(button.next_press(NONE), Ok(None), "let go, neither");
    }
}

#[test]
fn contacts_that_bounce_are_one_press_and_a_disturbance_is_none() {
    let Some(chip) = Chip::find() else { return };
    let mut button = chip.button(&HandClock::default());
    for level in [0, 1, 0, 1, 0, 1, 0] {
        chip.pull(BUTTON, level);
    }
    assert_eq!(button.next_press(WAIT), Ok(Some(press(1))));
    assert_eq!(button.next_press(NONE), Ok(None));
    for level in [1, 0, 1] {
        chip.pull(BUTTON, level);
    }
    assert_eq!(button.next_press(NONE), Ok(None), "bounced on the way up");
    for level in [0, 1] {
        chip.pull(BUTTON, level);
    }
    assert_eq!(button.next_press(NONE), Ok(None), "a spike is no press");
}

#[test]
fn the_newest_presses_wait_for_a_late_reader() {
    let Some(chip) = Chip::find() else { return };
    let mut button = chip.button(&HandClock::default());
    let made = PRESSES_MAX as u64 + 3;
    (0..made).for_each(|_| chip.press());
    for number in 4..=made {
        assert_eq!(button.next_press(WAIT), Ok(Some(press(number))));
    }
    assert_eq!(button.next_press(NONE), Ok(None));
}

#[test]
fn a_stuck_button_is_one_press_and_one_warning_until_it_is_let_go() {
    let Some(chip) = Chip::find() else { return };
    let clock = HandClock::default();
    let mut button = chip.button(&clock);
    for round in 0..2 {
        let begin = Duration::from_secs(100 * round);
        clock.set(begin);
        chip.pull(BUTTON, 0);
        assert_eq!(button.next_press(WAIT), Ok(Some(press(round + 1))));
        assert_eq!(button.next_press(NONE), Ok(None));
        clock.set(begin + HELD_MAX + Duration::from_millis(1));
        assert_eq!(button.next_press(NONE), Err(ButtonError::Stuck));
        assert_eq!(button.next_press(NONE), Ok(None));
        chip.pull(BUTTON, 1);
        assert_eq!(button.next_press(NONE), Ok(None));
    }
}

#[test]
fn a_button_whose_chip_is_pulled_says_so_and_comes_back() {
    let Some(chip) = Chip::find() else { return };
    let mut button = chip.button(&HandClock::default());
    chip.press();
    assert_eq!(button.next_press(WAIT), Ok(Some(press(1))));
    for round in 0..2 {
        chip.plug(false);
        assert_eq!(button.next_press(NONE), Err(ButtonError::NotConnected));
        assert_eq!(button.next_press(NONE), Err(ButtonError::NotConnected));
        chip.plug(true);
        assert_eq!(button.next_press(NONE), Ok(None));
        chip.press();
        assert_eq!(button.next_press(WAIT), Ok(Some(press(round + 2))), "numbers go on");
    }
}

#[test]
fn a_line_that_another_holds_is_refused_by_name() {
    let Some(chip) = Chip::find() else { return };
    let clock = HandClock::default();
    let _holder = chip.button(&clock);
    let at = ButtonLine { chip: label(), line: BUTTON, active_low: true, bias: Bias::PullUp };
    let mut second = GpioButton::new(at, clock.shared());
    let Err(ButtonError::Refused { place, reason }) = second.next_press(NONE) else { panic!("not refused") };
    assert_eq!(place, "parvis-chip 0");
    assert!(reason.to_lowercase().contains("busy"), "{reason}");
}

#[test]
fn lamp_and_buzzer_follow_the_rhythm_and_go_dark_at_the_end() {
    let Some(chip) = Chip::find() else { return };
    for active_low in [false, true] {
        let clock = HandClock::default();
        let mut light = chip.light(&clock, active_low);
        let shows = |lamp, buzzer| chip.shows(lamp != active_low, buzzer != active_low);
        for (state, at_ms, lamp, buzzer) in [
            (LightState::Acknowledged, 0, true, false),
            (LightState::Calling, 0, true, false),
            (LightState::Calling, 600, false, false),
            (LightState::Calling, 1_100, true, false),
            (LightState::Off, 1_100, false, false),
            (LightState::Late, 1_100, true, true),
            (LightState::Late, 1_100 + 3_100, true, false),
            (LightState::Late, 1_100 + 10_100, false, true),
        ] {
            clock.set(Duration::from_millis(at_ms));
            assert_eq!(light.show(state), Ok(()));
            shows(lamp, buzzer);
        }
        drop(light);
        shows(false, false);
    }
}

#[test]
fn a_light_whose_chip_is_pulled_says_so_and_shines_again_by_itself() {
    let Some(chip) = Chip::find() else { return };
    let mut light = chip.light(&HandClock::default(), false);
    light.show(LightState::Acknowledged).unwrap();
    chip.shows(true, false);
    chip.plug(false);
    eventually("it is lost", || light.show(LightState::Acknowledged) == Err(LightError::NotConnected));
    chip.plug(true);
    chip.shows(true, false);
    eventually("it is back", || light.show(LightState::Acknowledged) == Ok(()));
}

/// The kernel's watchdog without hardware; in the emulated machine it waits for 60 s.
#[test]
fn a_watchdog_is_armed_by_food_stays_armed_when_forgotten_and_stops_when_asked() {
    let state = std::path::Path::new("/sys/class/watchdog/watchdog0/state");
    let identity = std::fs::read_to_string("/sys/class/watchdog/watchdog0/identity").unwrap_or_default();
    if Chip::find().is_none() || identity.trim() != "Software Watchdog" {
        return;
    }
    let is = |wanted: &str| assert_eq!(std::fs::read_to_string(state).unwrap().trim(), wanted);
    let mut watchdog = KernelWatchdog::new("/dev/watchdog");
    is("inactive");
    watchdog.feed().unwrap();
    watchdog.feed().unwrap();
    is("active");
    let second = KernelWatchdog::new("/dev/watchdog").feed();
    assert!(matches!(second, Err(WatchdogError::Refused { .. })), "two programs cannot feed it: {second:?}");
    drop(watchdog);
    is("active");
    let mut watchdog = KernelWatchdog::new("/dev/watchdog");
    watchdog.feed().unwrap();
    watchdog.release().unwrap();
    is("inactive");
}
