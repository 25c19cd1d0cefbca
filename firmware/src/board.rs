//! The devices that the configuration names, on the board that this is: call button, light, keypad, watchdog,
//! backlight.

use parvis_hardware::backlight::{Backlight, KernelBacklight};
use parvis_hardware::button::{CallButton, NoButton};
use parvis_hardware::gpio::{GpioButton, GpioLamps};
use parvis_hardware::keypad::Keypad;
use parvis_hardware::keypad::evdev::EvdevKeypad;
use parvis_hardware::light::driven::DrivenLight;
use parvis_hardware::light::rhythm::Rhythm;
use parvis_hardware::light::{CallLight, NoLight};
use parvis_hardware::relay::RelayLamps;
use parvis_hardware::simulated::{SimulatedButton, SimulatedLight};
use parvis_hardware::watchdog::{KernelWatchdog, Watchdog};

use crate::clock;
use crate::config::{ButtonKind, Config, LightKind};
use crate::kiosk::care::Care;

/// The button. One that is not there yet is looked for as long as the desk runs.
pub fn button(kind: &ButtonKind) -> Box<dyn CallButton> {
    match kind {
        ButtonKind::Simulated => Box::new(SimulatedButton::new().0),
        ButtonKind::Gpio(at) => Box::new(GpioButton::new(at.clone(), clock::shared())),
        ButtonKind::Absent => Box::new(NoButton),
    }
}

/// The light. It is looked for in the same way.
pub fn light(kind: &LightKind) -> Box<dyn CallLight> {
    match kind {
        LightKind::Simulated => Box::new(SimulatedLight::new()),
        LightKind::Gpio(at) => {
            Box::new(DrivenLight::start(GpioLamps::new(at.clone()), Rhythm::LAMP, clock::shared()))
        }
        LightKind::Relay(at) => {
            Box::new(DrivenLight::start(RelayLamps::new(at.clone()), Rhythm::RELAY, clock::shared()))
        }
        LightKind::Absent => Box::new(NoLight),
    }
}

/// The keypad, where there is one: opened at its first look.
pub fn keypad(config: &Config) -> Option<Box<dyn Keypad>> {
    let at = config.keypad.clone()?;
    Some(Box::new(EvdevKeypad::new(at.map, at.vendor, at.product)))
}

/// What the kiosk does for its machine.
pub fn care(config: &Config) -> Care {
    let watchdog =
        config.watchdog.as_ref().map(|path| -> Box<dyn Watchdog> { Box::new(KernelWatchdog::new(path)) });
    let panel = config.dimming.as_ref().map(|dimming| -> (Box<dyn Backlight>, _) {
        (Box::new(KernelBacklight::new(&dimming.backlight)), dimming.night)
    });
    Care::new(watchdog, panel)
}
