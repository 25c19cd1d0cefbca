//! The sections `[button]`, `[light]` and `[screen]`: which lines of the board or which relays, and when the panel dims.

use std::path::PathBuf;

use parvis_hardware::gpio::{Bias, ButtonLine, LINE_MAX, LightLines};
use parvis_hardware::keypad::KeypadMap;
use parvis_hardware::relay::{RELAY_MAX, RelayBoard};

use super::checked::check;
use super::raw::{RawBias, RawButton, RawButtonKind, RawKeypad, RawLight, RawLightKind, RawScreen};
use super::{ButtonKind, ConfigError, Dimming, KeypadPlace, LightKind};
use crate::kiosk::care::Night;

const LINE: &str = "a line of that chip: 0 to 1023";
const RELAY: &str = "a relay of that board: 1 to 8";
const APART: &str = "another than light.line";

pub(super) fn button(raw: RawButton) -> Result<ButtonKind, ConfigError> {
    Ok(match raw.kind {
        RawButtonKind::Simulated => ButtonKind::Simulated,
        RawButtonKind::None => ButtonKind::Absent,
        RawButtonKind::Gpio => {
            let active_low = raw.active_low.unwrap_or(true);
            let usual = if active_low { RawBias::PullUp } else { RawBias::PullDown };
            let bias = match raw.bias.unwrap_or(usual) {
                RawBias::PullUp => Bias::PullUp,
                RawBias::PullDown => Bias::PullDown,
                RawBias::External => Bias::External,
            };
            // Held at the level that means pressed, it would be one call for ever.
            let is_told_apart = !matches!((active_low, bias), (true, Bias::PullDown) | (false, Bias::PullUp));
            let value = format!("{bias:?}");
            check("button.bias", &value, is_told_apart, "pull-up where pressed is low, else pull-down")?;
            let line = line("button.line", raw.line)?;
            ButtonKind::Gpio(ButtonLine { chip: path("button.chip", raw.chip)?, line, active_low, bias })
        }
    })
}

pub(super) fn light(raw: RawLight) -> Result<LightKind, ConfigError> {
    let lamp = if raw.kind == RawLightKind::Relay { raw.line.or(Some(1)) } else { raw.line };
    let apart = raw.buzzer_line.is_none() || raw.buzzer_line != lamp;
    Ok(match raw.kind {
        RawLightKind::Simulated => LightKind::Simulated,
        RawLightKind::None => LightKind::Absent,
        RawLightKind::Gpio => {
            check("light.buzzer-line", &raw.buzzer_line.unwrap_or_default(), apart, APART)?;
            let lamp = line("light.line", lamp)?;
            let buzzer = raw.buzzer_line.map(|buzzer| line("light.buzzer-line", Some(buzzer))).transpose()?;
            let chip = path("light.chip", raw.chip)?;
            LightKind::Gpio(LightLines { chip, lamp, buzzer, active_low: raw.active_low })
        }
        RawLightKind::Relay => {
            check("light.buzzer-line", &raw.buzzer_line.unwrap_or_default(), apart, APART)?;
            let lamp = relay("light.line", lamp.unwrap_or(1))?;
            let buzzer = raw.buzzer_line.map(|buzzer| relay("light.buzzer-line", buzzer)).transpose()?;
            check("light.active-low", &raw.active_low, !raw.active_low, "false: a relay has two contacts")?;
            LightKind::Relay(RelayBoard { path: path("light.path", raw.path)?, lamp, buzzer })
        }
    })
}

/// Nothing without a map.
pub(super) fn keypad(raw: RawKeypad) -> Result<Option<KeypadPlace>, ConfigError> {
    let Some(id) = raw.map else { return Ok(None) };
    let Some(map) = KeypadMap::by_id(&id).map_err(ConfigError::Keypads)? else {
        let expected = "the id of a keypad in hardware/src/keypad/maps.toml";
        return Err(ConfigError::Value { key: "keypad.map", value: id, expected });
    };
    let said = raw.device.as_deref().map(|text| usb_ids(text).ok_or(text)).transpose();
    let device = said.map_err(|text| ConfigError::Value {
        key: "keypad.device",
        value: text.to_owned(),
        expected: "vendor and product as lsusb says them, as 0d8c:0170",
    })?;
    let (vendor, product) = device.or(map.device).ok_or_else(|| missing("keypad.device"))?;
    Ok(Some(KeypadPlace { map, vendor, product }))
}

fn usb_ids(text: &str) -> Option<(u16, u16)> {
    let (vendor, product) = text.split_once(':')?;
    Some((u16::from_str_radix(vendor, 16).ok()?, u16::from_str_radix(product, 16).ok()?))
}

pub(super) fn dimming(raw: RawScreen) -> Result<Option<Dimming>, ConfigError> {
    let percent = raw.night_percent.unwrap_or(30);
    check("screen.night-percent", &percent, (10..=100).contains(&percent), "10 to 100 percent")?;
    let hours = raw.night.as_deref().unwrap_or("21:00-07:00");
    let (from, to) = night(hours).ok_or_else(|| ConfigError::Value {
        key: "screen.night",
        value: hours.to_owned(),
        expected: "two different hours, as 21:00-07:00",
    })?;
    Ok(raw.backlight.map(|backlight| Dimming { backlight, night: Night { from, to, percent } }))
}

/// Both ends, in minutes since midnight.
fn night(hours: &str) -> Option<(u16, u16)> {
    let minute = |text: &str| {
        let (hour, minute) = text.trim().split_once(':')?;
        let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
        (hour < 24 && minute < 60).then_some(hour * 60 + minute)
    };
    let (from, to) = hours.split_once('-')?;
    let (from, to) = (minute(from)?, minute(to)?);
    (from != to).then_some((from, to))
}

fn missing(key: &'static str) -> ConfigError {
    ConfigError::Value { key, value: "(nothing)".to_owned(), expected: "needed by this kind" }
}

fn path(key: &'static str, given: Option<PathBuf>) -> Result<PathBuf, ConfigError> {
    given.ok_or_else(|| missing(key))
}

fn line(key: &'static str, given: Option<u32>) -> Result<u32, ConfigError> {
    let line = given.ok_or_else(|| missing(key))?;
    check(key, &line, line <= LINE_MAX, LINE)?;
    Ok(line)
}

fn relay(key: &'static str, given: u32) -> Result<u8, ConfigError> {
    let relay = u8::try_from(given).ok().filter(|relay| (1..=RELAY_MAX).contains(relay));
    relay.ok_or_else(|| ConfigError::Value { key, value: given.to_string(), expected: RELAY })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, std::path::Path::new("parvis.toml"))
    }

    #[test]
    fn a_button_to_ground_with_the_chips_resistor_needs_a_chip_and_a_line_only() {
        let config = parse("[button]\nkind = 'gpio'\nchip = 'pinctrl-bcm2711'\nline = 17").unwrap();
        let chip = PathBuf::from("pinctrl-bcm2711");
        let expected = ButtonLine { chip, line: 17, active_low: true, bias: Bias::PullUp };
        assert_eq!(config.button, ButtonKind::Gpio(expected));
    }

    #[test]
    fn a_relay_board_needs_a_device_only_and_its_first_relay_is_the_lamps() {
        let config = parse("[light]\nkind = 'relay'\npath = '/dev/ttyUSB0'\nbuzzer-line = 2").unwrap();
        let path = PathBuf::from("/dev/ttyUSB0");
        assert_eq!(config.light, LightKind::Relay(RelayBoard { path, lamp: 1, buzzer: Some(2) }));
    }

    #[test]
    fn a_keypad_is_a_map_and_the_device_that_the_map_or_the_configuration_says() {
        assert_eq!(parse("").unwrap().keypad, None);
        let device = |text: &str| parse(text).unwrap().keypad.map(|at| (at.vendor, at.product));
        assert_eq!(device("[keypad]\nmap = 'storm-audionav'"), Some((0x0D8C, 0x0170)));
        assert_eq!(device("[keypad]\nmap = 'numeric'\ndevice = '1a2c:2d43'"), Some((0x1A2C, 0x2D43)));
    }

    #[test]
    fn a_panel_dims_at_night_where_its_backlight_is_named() {
        assert_eq!(parse("[screen]\nnight-percent = 20").unwrap().dimming, None);
        let config = parse("[screen]\nbacklight = '/sys/class/backlight/b'\nnight = '20:30-06:15'").unwrap();
        let night = Night { from: 20 * 60 + 30, to: 6 * 60 + 15, percent: 30 };
        let backlight = PathBuf::from("/sys/class/backlight/b");
        assert_eq!(config.dimming, Some(Dimming { backlight, night }));
    }

    #[test]
    fn lines_that_cannot_be_are_named() {
        for (text, key) in [
            ("[button]\nkind = 'gpio'\nline = 1", "button.chip"),
            ("[button]\nkind = 'gpio'\nchip = 'c'", "button.line"),
            ("[button]\nkind = 'gpio'\nchip = 'c'\nline = 5000", "button.line"),
            ("[button]\nkind = 'gpio'\nchip = 'c'\nline = 1\nbias = 'pull-down'", "button.bias"),
            ("[keypad]\nmap = 'unknown'", "keypad.map"),
            ("[keypad]\nmap = 'numeric'", "keypad.device"),
            ("[keypad]\nmap = 'numeric'\ndevice = '1a2c'", "keypad.device"),
            ("[screen]\nnight = '21-7'", "screen.night"),
            ("[screen]\nnight = '21:00-24:00'", "screen.night"),
            ("[screen]\nnight = '21:00-21:00'", "screen.night"),
            ("[screen]\nnight-percent = 0", "screen.night-percent"),
            ("[light]\nkind = 'gpio'\nchip = 'c'", "light.line"),
            ("[light]\nkind = 'gpio'\nchip = 'c'\nline = 1\nbuzzer-line = 1", "light.buzzer-line"),
            ("[light]\nkind = 'relay'", "light.path"),
            ("[light]\nkind = 'relay'\npath = 'p'\nline = 0", "light.line"),
            ("[light]\nkind = 'relay'\npath = 'p'\nbuzzer-line = 1", "light.buzzer-line"),
            ("[light]\nkind = 'relay'\npath = 'p'\nactive-low = true", "light.active-low"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(key), "{text}: {error}");
        }
    }
}
