//! Configuration: read once at start, checked, with units in types. The rest of the code sees only [`Config`].

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use parvis_hardware::paper::Paper;
use parvis_ui_model::geometry::Panel;
use parvis_ui_model::help_call::HelpTimes;
use parvis_ui_model::idle::IdleTimes;
use serde::Deserialize;

use crate::desk::door::DoorConfig;
use crate::desk::door::certificate::CertificateFrom;
use crate::desk::ladder::Ladder;
use crate::staff::PinFiles;

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
    /// TCP, usually port 9100.
    Network(SocketAddr),
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
    /// Its paper.
    pub paper: Paper,
    /// The Unix socket between kiosk and desk.
    pub desk_socket: PathBuf,
    /// Where the staff page is served; loopback.
    pub staff_address: SocketAddr,
    /// Where the desk writes calls down.
    pub calls_file: PathBuf,
    /// Who may enter the desk, and where.
    pub door: DoorConfig,
    /// Where the bench page is served; loopback.
    pub bench_address: SocketAddr,
    /// Where new content comes from.
    pub intake: IntakeConfig,
    /// The staff's code.
    pub pin: PinFiles,
    /// The times of a call at the desk.
    pub ladder: Ladder,
    /// The times of a call at the kiosk.
    pub help: HelpTimes,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawConfig {
    kiosk: RawKiosk,
    content: RawContent,
    idle: RawIdle,
    printer: RawPrinter,
    desk: RawDesk,
    bench: RawBench,
    intake: RawIntake,
    staff: RawStaff,
    ladder: RawLadder,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct RawLadder {
    undelivered_s: Option<u64>,
    late_s: Option<u64>,
    another_way_s: Option<u64>,
    again_s: Option<u64>,
    forget_h: Option<u64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct RawStaff {
    pin_file: Option<PathBuf>,
    tries_file: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct RawIntake {
    from: Option<String>,
    every_minutes: Option<u64>,
    sticks: bool,
    state: Option<PathBuf>,
    root: Option<PathBuf>,
    proxy: Option<String>,
    authority: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct RawKiosk {
    name: Option<String>,
    display: Display,
    width_px: Option<u32>,
    height_px: Option<u32>,
    px_per_mm: Option<f32>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawContent {
    file: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct RawIdle {
    warn_after_s: Option<u64>,
    warning_for_s: Option<u64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawPrinter {
    kind: RawPrinterKind,
    path: Option<PathBuf>,
    address: Option<SocketAddr>,
    dots: Option<u32>,
    dpi: Option<u32>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawPrinterKind {
    #[default]
    Simulated,
    File,
    Network,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
struct RawDesk {
    socket: Option<PathBuf>,
    staff_address: Option<SocketAddr>,
    calls_file: Option<PathBuf>,
    lan_address: Option<SocketAddr>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    devices_file: Option<PathBuf>,
    certificate_folder: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct RawBench {
    address: Option<SocketAddr>,
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

impl TryFrom<RawConfig> for Config {
    type Error = ConfigError;

    fn try_from(raw: RawConfig) -> Result<Self, ConfigError> {
        let name = crate::protocol::clean_name(raw.kiosk.name.as_deref().unwrap_or("Borne de l’entrée"));
        check("kiosk.name", &name, !name.is_empty(), "a name that staff know")?;
        let or = |path: Option<PathBuf>, default: &str| path.unwrap_or_else(|| PathBuf::from(default));
        let staff_address = loopback("desk.staff-address", raw.desk.staff_address, 8460)?;
        let door = door(&raw.desk, staff_address)?;
        let socket = or(raw.desk.socket, "var/desk.sock");
        let socket_bytes = socket.as_os_str().len();
        check(
            "desk.socket",
            &socket.display(),
            socket_bytes <= 100,
            "a path of at most 100 bytes (a limit of sockets)",
        )?;
        Ok(Self {
            panel: panel(&raw.kiosk)?,
            kiosk_name: name,
            display: raw.kiosk.display,
            content: or(raw.content.file, "var/content.parvis"),
            idle: idle(&raw.idle)?,
            paper: paper(&raw.printer)?,
            printer: printer(raw.printer)?,
            desk_socket: socket,
            staff_address,
            door,
            calls_file: or(raw.desk.calls_file, "var/calls.json"),
            bench_address: loopback("bench.address", raw.bench.address, 8461)?,
            intake: intake(raw.intake)?,
            pin: PinFiles {
                pin: or(raw.staff.pin_file, "var/staff-pin"),
                tries: or(raw.staff.tries_file, "var/staff-tries.json"),
            },
            ladder: ladder(&raw.ladder)?,
            help: help(&raw.ladder)?,
        })
    }
}

fn check(
    key: &'static str,
    value: &impl ToString,
    holds: bool,
    expected: &'static str,
) -> Result<(), ConfigError> {
    if holds { Ok(()) } else { Err(ConfigError::Value { key, value: value.to_string(), expected }) }
}

fn panel(raw: &RawKiosk) -> Result<Panel, ConfigError> {
    let reference = Panel::PORTRAIT_21;
    let panel = Panel {
        width_px: raw.width_px.unwrap_or(reference.width_px),
        height_px: raw.height_px.unwrap_or(reference.height_px),
        px_per_mm: raw.px_per_mm.unwrap_or(reference.px_per_mm),
    };
    check("kiosk.width-px", &panel.width_px, (600..=4096).contains(&panel.width_px), "600 to 4096 pixels")?;
    check(
        "kiosk.height-px",
        &panel.height_px,
        (480..=4096).contains(&panel.height_px),
        "480 to 4096 pixels",
    )?;
    check(
        "kiosk.px-per-mm",
        &panel.px_per_mm,
        (1.5..=12.0).contains(&panel.px_per_mm),
        "1.5 to 12 pixels in a millimetre",
    )?;
    let fits = panel.width_mm() >= 200.0 && panel.height_mm() >= 130.0;
    check(
        "kiosk.px-per-mm",
        &panel.px_per_mm,
        fits,
        "a panel of at least 200 by 130 mm, or targets cannot be 20 mm",
    )?;
    Ok(panel)
}

fn idle(raw: &RawIdle) -> Result<IdleTimes, ConfigError> {
    let usual = IdleTimes::default();
    let warn = raw.warn_after_s.unwrap_or(usual.warn_after.as_secs());
    let warning = raw.warning_for_s.unwrap_or(usual.warning_for.as_secs());
    check("idle.warn-after-s", &warn, (120..=300).contains(&warn), "120 to 300 seconds (row G1: up only)")?;
    check("idle.warning-for-s", &warning, (30..=60).contains(&warning), "30 to 60 seconds (row G2)")?;
    Ok(IdleTimes {
        warn_after: Duration::from_secs(warn),
        warning_for: Duration::from_secs(warning),
        ..usual
    })
}

fn ladder(raw: &RawLadder) -> Result<Ladder, ConfigError> {
    let usual = Ladder::default();
    Ok(Ladder {
        late: seconds("ladder.late-s", raw.late_s, usual.late, 15..=600, "15 to 600 seconds")?,
        again: seconds("ladder.again-s", raw.again_s, usual.again, 60..=1_800, "60 to 1800 seconds")?,
        forget: seconds(
            "ladder.forget-h",
            raw.forget_h.map(|hours| hours.saturating_mul(3_600)),
            usual.forget,
            3_600..=72 * 3_600,
            "1 to 72 hours",
        )?,
    })
}

fn help(raw: &RawLadder) -> Result<HelpTimes, ConfigError> {
    let usual = HelpTimes::default();
    let key = "ladder.undelivered-s";
    Ok(HelpTimes {
        undelivered: seconds(key, raw.undelivered_s, usual.undelivered, 3..=30, "3 to 30 seconds")?,
        another_way: seconds(
            "ladder.another-way-s",
            raw.another_way_s,
            usual.another_way,
            30..=600,
            "30 to 600 seconds",
        )?,
    })
}

fn seconds(
    key: &'static str,
    given: Option<u64>,
    usual: Duration,
    bounds: std::ops::RangeInclusive<u64>,
    expected: &'static str,
) -> Result<Duration, ConfigError> {
    let value = given.unwrap_or(usual.as_secs());
    check(key, &value, bounds.contains(&value), expected)?;
    Ok(Duration::from_secs(value))
}

fn intake(raw: RawIntake) -> Result<IntakeConfig, ConfigError> {
    let minutes = raw.every_minutes.unwrap_or(60);
    check("intake.every-minutes", &minutes, (5..=1_440).contains(&minutes), "5 to 1440 minutes")?;
    let address = raw.from.as_deref().unwrap_or("https://");
    let known = ["https://", "http://"].iter().any(|scheme| address.starts_with(scheme));
    check("intake.from", &address, known, "an https or http address")?;
    Ok(IntakeConfig {
        from: raw.from,
        every: Duration::from_secs(60 * minutes),
        sticks: raw.sticks,
        state: raw.state.unwrap_or_else(|| PathBuf::from("var/intake")),
        root: raw.root,
        proxy: raw.proxy,
        authority: raw.authority,
    })
}

fn door(raw: &RawDesk, staff: SocketAddr) -> Result<DoorConfig, ConfigError> {
    let or = |path: &Option<PathBuf>, default: &str| path.clone().unwrap_or_else(|| PathBuf::from(default));
    if let Some(lan) = raw.lan_address {
        let apart = lan.port() == 0 || lan.port() != staff.port();
        check("desk.lan-address", &lan, apart, "another port than desk.staff-address")?;
    }
    let certificate = match (&raw.certificate, &raw.key) {
        (Some(certificate), Some(key)) => {
            CertificateFrom::Site { certificate: certificate.clone(), key: key.clone() }
        }
        (None, None) => CertificateFrom::Own(or(&raw.certificate_folder, "var/tls")),
        (given, _) => {
            let (key, value) = match given {
                Some(path) => ("desk.key", format!("(nothing, beside {})", path.display())),
                None => ("desk.certificate", "(nothing, beside desk.key)".to_owned()),
            };
            return Err(ConfigError::Value { key, value, expected: "both desk.certificate and desk.key" });
        }
    };
    let devices_file = or(&raw.devices_file, "var/devices.json");
    Ok(DoorConfig { lan_address: raw.lan_address, certificate, devices_file })
}

fn paper(raw: &RawPrinter) -> Result<Paper, ConfigError> {
    let (dots, dpi) = (raw.dots.unwrap_or(576), raw.dpi.unwrap_or(203));
    Paper::new(dots, dpi).map_err(|_| ConfigError::Value {
        key: "printer.dots",
        value: format!("{dots} at {dpi} dpi"),
        expected: "dots of a slip printer: 384 (58 mm), 512 or 576 (80 mm), at 180 or 203 dpi",
    })
}

fn printer(raw: RawPrinter) -> Result<PrinterKind, ConfigError> {
    let missing = |key| ConfigError::Value {
        key,
        value: "(nothing)".into(),
        expected: "needed by this kind of printer",
    };
    Ok(match raw.kind {
        RawPrinterKind::Simulated => PrinterKind::Simulated,
        RawPrinterKind::File => PrinterKind::File(raw.path.ok_or_else(|| missing("printer.path"))?),
        RawPrinterKind::Network => {
            PrinterKind::Network(raw.address.ok_or_else(|| missing("printer.address"))?)
        }
    })
}

/// Nothing listens beyond loopback: pairing and TLS come first.
fn loopback(key: &'static str, given: Option<SocketAddr>, port: u16) -> Result<SocketAddr, ConfigError> {
    let address = given.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], port)));
    check(key, &address, address.ip().is_loopback(), "an address of this machine only, as 127.0.0.1:8460")?;
    Ok(address)
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
            ("[kiosk]\nwidth-px = 20", "kiosk.width-px"),
            ("[printer]\ndots = 7", "printer.dots"),
            ("[printer]\nkind = 'file'", "printer.path"),
            ("[ladder]\nlate-s = 5", "ladder.late-s"),
            ("[ladder]\nforget-h = 100", "ladder.forget-h"),
        ] {
            let error = parse(text).unwrap_err().to_string();
            assert!(error.contains(key), "{text}: {error}");
        }
    }

    #[test]
    fn broken_configurations_are_refused_without_a_panic() {
        for text in ["[", "kiosk = 3", "[kiosk]\nname = \"\\u0000\"", "\u{feff}x", "[kiosk]\npx-per-mm = nan"]
        {
            assert!(parse(text).is_err(), "{text}");
        }
    }
}
