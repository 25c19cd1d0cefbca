//! The sections `[button]` and `[light]`: which lines of the board, or which relays.

use std::path::PathBuf;

use parvis_hardware::gpio::{Bias, ButtonLine, LINE_MAX, LightLines};
use parvis_hardware::relay::{RELAY_MAX, RelayBoard};

use super::checked::check;
use super::raw::{RawBias, RawButton, RawButtonKind, RawLight, RawLightKind};
use super::{ButtonKind, ConfigError, LightKind};

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
    fn lines_that_cannot_be_are_named() {
        for (text, key) in [
            ("[button]\nkind = 'gpio'\nline = 1", "button.chip"),
            ("[button]\nkind = 'gpio'\nchip = 'c'", "button.line"),
            ("[button]\nkind = 'gpio'\nchip = 'c'\nline = 5000", "button.line"),
            ("[button]\nkind = 'gpio'\nchip = 'c'\nline = 1\nbias = 'pull-down'", "button.bias"),
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
