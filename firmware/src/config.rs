//! Configuration: read once at start, checked, with units in types. The rest of the code sees only [`Config`].

mod board;
mod broker;
mod checked;
mod raw;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parvis_hardware::gpio::{ButtonLine, LightLines};
use parvis_hardware::keypad::{KeypadMap, MapError};
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::profile::{Profile, ProfileError};
use parvis_hardware::relay::RelayBoard;
use parvis_ui_model::geometry::Panel;
use parvis_ui_model::help_call::HelpTimes;
use parvis_ui_model::idle::IdleTimes;
use serde::Deserialize;

use crate::desk::broker::BrokerConfig;
use crate::desk::door::DoorConfig;
use crate::desk::ladder::Ladder;
use crate::kiosk::care::Night;
use crate::kiosk::paper_roll::RollConfig;
use crate::kiosk::remote_desk::RemoteDesk;
use crate::staff::PinFiles;
use raw::RawConfig;

/// The documented example; a test parses it.
pub const EXAMPLE: &str = include_str!("../parvis.example.toml");
/// Bytes of a configuration file, at most.
const CONFIG_BYTES_MAX: u64 = 64 * 1024;

/// Why a configuration was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// The file cannot be read.
    #[error(transparent)]
    Read(#[from] crate::durable::DurableError),
    /// There is no such file.
    #[error("no configuration at {}: copy parvis.example.toml there", .0.display())]
    Missing(PathBuf),
    /// It is not TOML, or has a key that nobody reads.
    #[error("{}: {message}", path.display())]
    Syntax {
        /// The file.
        path: PathBuf,
        /// Line, column and what is wrong.
        message: String,
    },
    /// There is no such printer.
    #[error("printer.profile: {0}")]
    Profile(#[from] ProfileError),
    /// The list of keypads is broken.
    #[error("keypad.map: {0}")]
    Keypads(#[source] MapError),
    /// A value cannot be.
    #[error("{key} = {value}: {expected}")]
    Value {
        /// The key, with its table.
        key: &'static str,
        /// What it says.
        value: String,
        /// What it may say.
        expected: &'static str,
    },
}

/// Where the screen is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Display {
    /// The panel of the kiosk, without X or Wayland.
    Kms,
    /// A window on a desk.
    Window,
    /// The bench page in a browser.
    #[default]
    Bench,
}

/// Which printer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum PrinterKind {
    /// The simulated one.
    #[default]
    Simulated,
    /// A character device or a file.
    File(PathBuf),
    /// A serial line, and its bits in a second.
    Serial(PathBuf, u32),
    /// TCP, usually port 9100.
    Network(SocketAddr),
}

/// Which loudspeaker.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum SpeakerKind {
    /// The simulated one.
    #[default]
    Simulated,
    /// A device of the system, as ALSA calls it.
    Alsa(String),
    /// None.
    Silent,
}

/// Which keypad, and what its keys mean.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeypadPlace {
    /// What its keys mean.
    pub map: KeypadMap,
    /// USB vendor.
    pub vendor: u16,
    /// USB product.
    pub product: u16,
}

/// Which call button.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// The simulated one.
    #[default]
    Simulated,
    /// On a GPIO line.
    Gpio(ButtonLine),
    /// None.
    Absent,
}

/// Which light above the desk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum LightKind {
    /// The simulated one.
    #[default]
    Simulated,
    /// On GPIO lines.
    Gpio(LightLines),
    /// Behind USB relays.
    Relay(RelayBoard),
    /// None.
    Absent,
}

/// The panel at night.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimming {
    /// The backlight's folder.
    pub backlight: PathBuf,
    /// When, and how far.
    pub night: Night,
}

/// Where new content comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IntakeConfig {
    /// The address of a repository.
    pub from: Option<String>,
    /// How often it is asked.
    pub every: Duration,
    /// USB sticks are read.
    pub sticks: bool,
    /// The folder of what intake remembers.
    pub state: PathBuf,
    /// The root of the editor, to begin with.
    pub root: Option<PathBuf>,
    /// An HTTP proxy.
    pub proxy: Option<String>,
    /// A certification authority of one's own, as PEM.
    pub authority: Option<PathBuf>,
}

/// Everything, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// The kiosk's name, as staff know it.
    pub kiosk_name: String,
    /// Where the screen is.
    pub display: Display,
    /// The panel.
    pub panel: Panel,
    /// The content file.
    pub content: PathBuf,
    /// When nobody touches it any more.
    pub idle: IdleTimes,
    /// The printer.
    pub printer: PrinterKind,
    /// What its model can do, on the paper that it has.
    pub printer_profile: Profile,
    /// Its paper.
    pub paper: Paper,
    /// The roll in it.
    pub roll: RollConfig,
    /// The Unix socket between kiosk and desk.
    pub desk_socket: PathBuf,
    /// A desk on another machine, which comes before the one behind that socket.
    pub remote: RemoteDesk,
    /// Where the staff page is served; loopback.
    pub staff_address: SocketAddr,
    /// Where the desk writes calls down.
    pub calls_file: PathBuf,
    /// Who may enter the desk, and where.
    pub door: DoorConfig,
    /// The site's MQTT broker, where there is one.
    pub broker: Option<BrokerConfig>,
    /// Where the bench page is served; loopback.
    pub bench_address: SocketAddr,
    /// Where new content comes from.
    pub intake: IntakeConfig,
    /// The staff's code.
    pub pin: PinFiles,
    /// The times of a call at the desk.
    pub ladder: Ladder,
    /// The loudspeaker.
    pub speaker: SpeakerKind,
    /// The call button of the hall.
    pub button: ButtonKind,
    /// The light of the hall.
    pub light: LightKind,
    /// The keypad beside the screen.
    pub keypad: Option<KeypadPlace>,
    /// The panel at night.
    pub dimming: Option<Dimming>,
    /// The watchdog's device.
    pub watchdog: Option<PathBuf>,
    /// The times of a call at the kiosk.
    pub help: HelpTimes,
}

impl Config {
    /// Reads and checks the file at `path`.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let bytes = crate::durable::read(path, CONFIG_BYTES_MAX)?;
        let bytes = bytes.ok_or_else(|| ConfigError::Missing(path.to_owned()))?;
        Self::parse(&String::from_utf8_lossy(&bytes), path)
    }

    /// Checks the text of a configuration; `path` is for messages.
    pub fn parse(text: &str, path: &Path) -> Result<Self, ConfigError> {
        let raw: RawConfig = toml::from_str(text)
            .map_err(|error| ConfigError::Syntax { path: path.to_owned(), message: error.to_string() })?;
        Self::try_from(raw)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Config, ConfigError> {
        Config::parse(text, Path::new("parvis.toml"))
    }

    #[test]
    fn the_documented_example_says_the_defaults() {
        assert_eq!(parse(EXAMPLE).unwrap(), parse("").unwrap());
    }

    #[test]
    fn a_key_that_nobody_reads_is_refused_with_its_line() {
        let error = parse("[kiosk]\ncolour = 'red'\n").unwrap_err().to_string();
        assert!(error.contains("colour") && error.contains("parvis.toml"), "{error}");
    }

    #[test]
    fn values_out_of_bounds_are_named() {
        for (text, key) in [
            ("[idle]\nwarn-after-s = 30", "idle.warn-after-s"),
            ("[desk]\nstaff-address = '0.0.0.0:80'", "desk.staff-address"),
            ("[desk]\nlan-address = '0.0.0.0:8460'", "desk.lan-address"),
            ("[desk]\ncertificate = 'desk.pem'", "desk.key"),
            ("[desk]\nkey = 'desk.key'", "desk.certificate"),
            ("[desk]\nremote = 'accueil'", "desk.remote"),
            ("[desk]\nremote-fingerprint = 'AB12'", "desk.remote-fingerprint"),
            (
                "[desk]\nremote-authority = 'a.pem'\nremote-fingerprint = '0000000000000000000000000000000000000000000000000000000000000000'",
                "desk.remote-authority",
            ),
            ("[kiosk]\nwidth-px = 20", "kiosk.width-px"),
            ("[printer]\ndots = 7", "printer.dots"),
            ("[printer]\nkind = 'file'", "printer.path"),
            ("[printer]\nkind = 'serial'", "printer.path"),
            ("[printer]\nkind = 'serial'\npath = '/dev/ttyS0'\nbaud = 9600", "printer.baud"),
            ("[printer]\nprofile = 'epson'", "epson-tm-t20iii"),
            ("[printer]\nroll-m = 2", "printer.roll-m"),
            ("[ladder]\nlate-s = 5", "ladder.late-s"),
            ("[ladder]\nforget-h = 100", "ladder.forget-h"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(key), "{text}: {error}");
        }
    }

    #[test]
    fn a_printer_has_the_paper_of_its_profile_unless_another_is_named() {
        let paper = |text: &str| parse(text).unwrap().paper;
        assert_eq!(paper("[printer]\nprofile = 'epson-tm-t88v'"), Paper::new(512, 180).unwrap());
        assert_eq!(paper("[printer]\nprofile = 'epson-tm-t20iii'\ndots = 384").dots(), 384);
        let roll = |text: &str| parse(text).unwrap().roll.length_mm;
        assert_eq!(roll("[printer]\nprofile = 'generic-58'"), 25_000);
        assert_eq!(roll("[printer]\nprofile = 'generic-58'\nroll-m = 18"), 18_000);
        let serial = "[printer]\nkind = 'serial'\npath = '/dev/ttyS0'\nbaud = 38400";
        let config = parse(serial).unwrap();
        assert_eq!(config.printer, PrinterKind::Serial("/dev/ttyS0".into(), 38_400));
        assert_eq!(config.printer_profile.band_rows, 26, "bands that the line carries in half a second");
    }

    #[test]
    fn broken_configurations_are_refused_without_a_panic() {
        for text in ["[", "kiosk = 3", "[kiosk]\nname = \"\\u0000\"", "\u{feff}x", "[kiosk]\npx-per-mm = nan"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
