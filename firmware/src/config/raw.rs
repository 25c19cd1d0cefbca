//! The configuration as it is written: every key optional, nothing checked yet.

use std::net::SocketAddr;
use std::path::PathBuf;

use serde::Deserialize;

use super::Display;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawConfig {
    pub kiosk: RawKiosk,
    pub content: RawContent,
    pub idle: RawIdle,
    pub printer: RawPrinter,
    pub desk: RawDesk,
    pub bench: RawBench,
    pub intake: RawIntake,
    pub staff: RawStaff,
    pub ladder: RawLadder,
    pub broker: RawBroker,
    pub sound: RawSound,
    pub button: RawButton,
    pub light: RawLight,
    pub keypad: RawKeypad,
    pub screen: RawScreen,
    pub watchdog: RawWatchdog,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawScreen {
    pub backlight: Option<PathBuf>,
    pub night: Option<String>,
    pub night_percent: Option<u8>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawWatchdog {
    pub device: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawBroker {
    pub address: Option<String>,
    pub hall: Option<String>,
    pub name: Option<String>,
    pub user: Option<String>,
    pub password_file: Option<PathBuf>,
    pub authority: Option<PathBuf>,
    pub follow: Vec<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawSound {
    pub kind: RawSoundKind,
    pub device: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawSoundKind {
    #[default]
    Simulated,
    Alsa,
    None,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawKeypad {
    pub map: Option<String>,
    pub device: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawButton {
    pub kind: RawButtonKind,
    pub chip: Option<PathBuf>,
    pub line: Option<u32>,
    pub active_low: Option<bool>,
    pub bias: Option<RawBias>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawButtonKind {
    #[default]
    Simulated,
    Gpio,
    None,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawBias {
    PullUp,
    PullDown,
    External,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawLight {
    pub kind: RawLightKind,
    pub chip: Option<PathBuf>,
    pub path: Option<PathBuf>,
    pub line: Option<u32>,
    pub buzzer_line: Option<u32>,
    pub active_low: bool,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawLightKind {
    #[default]
    Simulated,
    Gpio,
    Relay,
    None,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawLadder {
    pub undelivered_s: Option<u64>,
    pub late_s: Option<u64>,
    pub another_way_s: Option<u64>,
    pub again_s: Option<u64>,
    pub forget_h: Option<u64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawStaff {
    pub pin_file: Option<PathBuf>,
    pub tries_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawIntake {
    pub from: Option<String>,
    pub every_minutes: Option<u64>,
    pub sticks: bool,
    pub state: Option<PathBuf>,
    pub root: Option<PathBuf>,
    pub proxy: Option<String>,
    pub authority: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawKiosk {
    pub name: Option<String>,
    pub display: Display,
    pub width_px: Option<u32>,
    pub height_px: Option<u32>,
    pub px_per_mm: Option<f32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawContent {
    pub file: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawIdle {
    pub warn_after_s: Option<u64>,
    pub warning_for_s: Option<u64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawPrinter {
    pub kind: RawPrinterKind,
    pub path: Option<PathBuf>,
    pub address: Option<SocketAddr>,
    pub profile: Option<String>,
    pub baud: Option<u32>,
    pub dots: Option<u32>,
    pub dpi: Option<u32>,
    pub roll_m: Option<u32>,
    pub roll_file: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum RawPrinterKind {
    #[default]
    Simulated,
    File,
    Serial,
    Network,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawDesk {
    pub socket: Option<PathBuf>,
    pub staff_address: Option<SocketAddr>,
    pub calls_file: Option<PathBuf>,
    pub lan_address: Option<SocketAddr>,
    pub certificate: Option<PathBuf>,
    pub key: Option<PathBuf>,
    pub devices_file: Option<PathBuf>,
    pub certificate_folder: Option<PathBuf>,
    pub remote: Option<String>,
    pub remote_fingerprint: Option<String>,
    pub remote_authority: Option<PathBuf>,
    pub remote_token_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct RawBench {
    pub address: Option<SocketAddr>,
}
