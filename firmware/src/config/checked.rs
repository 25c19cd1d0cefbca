//! From what is written to what holds: defaults, bounds, units. A value that cannot be is named with what it may be.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use parvis_hardware::paper::Paper;
use parvis_hardware::printer::device_file::BAUDS;
use parvis_hardware::printer::profile::{GENERIC, Profile};
use parvis_hardware::printer::roll::usual_mm;
use parvis_ui_model::geometry::Panel;
use parvis_ui_model::help_call::HelpTimes;
use parvis_ui_model::idle::IdleTimes;

use super::raw::{
    RawConfig, RawDesk, RawIdle, RawIntake, RawKiosk, RawLadder, RawPrinter, RawPrinterKind, RawSound,
    RawSoundKind,
};
use super::{Config, ConfigError, IntakeConfig, PrinterKind, SpeakerKind};
use crate::desk::door::DoorConfig;
use crate::desk::door::certificate::{CertificateFrom, parse_fingerprint};
use crate::desk::ladder::Ladder;
use crate::kiosk::paper_roll::RollConfig;
use crate::kiosk::remote_desk::{DeskAddress, RemoteDesk, Trust};
use crate::staff::PinFiles;

impl TryFrom<RawConfig> for Config {
    type Error = ConfigError;

    fn try_from(raw: RawConfig) -> Result<Self, ConfigError> {
        let name = crate::protocol::clean_name(raw.kiosk.name.as_deref().unwrap_or("Borne de l’entrée"));
        check("kiosk.name", &name, !name.is_empty(), "a name that staff know")?;
        let or = |path: Option<PathBuf>, default: &str| path.unwrap_or_else(|| PathBuf::from(default));
        let staff_address = loopback("desk.staff-address", raw.desk.staff_address, 8460)?;
        let door = door(&raw.desk, staff_address, &name)?;
        let remote = remote(&raw.desk)?;
        let roll = raw.printer.clone();
        let (printer, printer_profile) = printer(raw.printer)?;
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
            paper: printer_profile.paper,
            roll: roll_of(roll, printer_profile.paper)?,
            printer,
            printer_profile,
            desk_socket: socket,
            remote,
            staff_address,
            door,
            calls_file: or(raw.desk.calls_file, "var/calls.json"),
            bench_address: loopback("bench.address", raw.bench.address, 8461)?,
            intake: intake(raw.intake)?,
            pin: PinFiles {
                pin: or(raw.staff.pin_file, "var/staff-pin"),
                tries: or(raw.staff.tries_file, "var/staff-tries.json"),
            },
            broker: super::broker::broker(raw.broker)?,
            ladder: ladder(&raw.ladder)?,
            speaker: speaker(raw.sound),
            button: super::board::button(raw.button)?,
            light: super::board::light(raw.light)?,
            keypad: super::board::keypad(raw.keypad)?,
            dimming: super::board::dimming(raw.screen)?,
            watchdog: raw.watchdog.device,
            help: help(&raw.ladder)?,
        })
    }
}

pub(super) fn check(
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

/// A desk on another machine.
fn remote(raw: &RawDesk) -> Result<RemoteDesk, ConfigError> {
    let wrong = |key, value: &str, expected| ConfigError::Value { key, value: value.to_owned(), expected };
    let address = raw.remote.as_deref().map(|text| {
        let expected = "a name or an address, and a port, as 192.168.1.20:8443";
        DeskAddress::parse(text).ok_or_else(|| wrong("desk.remote", text, expected))
    });
    let pinned = raw.remote_fingerprint.as_deref().map(|text| {
        let expected = "a SHA-256 as the desk shows it: sixteen groups of four";
        parse_fingerprint(text).ok_or_else(|| wrong("desk.remote-fingerprint", text, expected))
    });
    let trust = match (pinned.transpose()?, &raw.remote_authority) {
        (Some(_), Some(file)) => {
            let expected = "either this or desk.remote-fingerprint";
            return Err(wrong("desk.remote-authority", &file.display().to_string(), expected));
        }
        (Some(fingerprint), None) => Some(Trust::Fingerprint(fingerprint)),
        (None, authority) => authority.clone().map(Trust::Authority),
    };
    let file = raw.remote_token_file.clone().unwrap_or_else(|| PathBuf::from("var/desk-token"));
    Ok(RemoteDesk { address: address.transpose()?, trust, file })
}

fn door(raw: &RawDesk, staff: SocketAddr, own_kiosk: &str) -> Result<DoorConfig, ConfigError> {
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
    let own_kiosk = own_kiosk.to_owned();
    Ok(DoorConfig { lan_address: raw.lan_address, certificate, devices_file, own_kiosk })
}

/// The printer: where it is, and what its model can do on the paper that it has.
fn printer(raw: RawPrinter) -> Result<(PrinterKind, Profile), ConfigError> {
    let profile = Profile::named(raw.profile.as_deref().unwrap_or(GENERIC))?;
    let paper = paper(&raw, profile.paper)?;
    let profile = profile.with_paper(paper);
    let kind = printer_kind(raw)?;
    let profile = match kind {
        PrinterKind::Serial(_, baud) => profile.at_baud(baud),
        PrinterKind::Simulated | PrinterKind::File(_) | PrinterKind::Network(_) => profile,
    };
    Ok((kind, profile))
}

fn paper(raw: &RawPrinter, usual: Paper) -> Result<Paper, ConfigError> {
    let (dots, dpi) = (raw.dots.unwrap_or(usual.dots()), raw.dpi.unwrap_or(usual.dpi()));
    Paper::new(dots, dpi).map_err(|_| ConfigError::Value {
        key: "printer.dots",
        value: format!("{dots} at {dpi} dpi"),
        expected: "dots of a slip printer: 384 (58 mm), 512 or 576 (80 mm), at 180 or 203 dpi",
    })
}

/// The roll: as long as it is sold for that width, unless the site has another.
fn roll_of(raw: RawPrinter, paper: Paper) -> Result<RollConfig, ConfigError> {
    let length_mm = match raw.roll_m {
        Some(metres) => {
            check("printer.roll-m", &metres, (5..=500).contains(&metres), "5 to 500 metres")?;
            metres * 1_000
        }
        None => usual_mm(paper),
    };
    let file = raw.roll_file.unwrap_or_else(|| PathBuf::from("var/roll.json"));
    Ok(RollConfig { file, length_mm })
}

fn printer_kind(raw: RawPrinter) -> Result<PrinterKind, ConfigError> {
    let missing = |key| ConfigError::Value {
        key,
        value: "(nothing)".into(),
        expected: "needed by this kind of printer",
    };
    let path = raw.path.ok_or_else(|| missing("printer.path"));
    Ok(match raw.kind {
        RawPrinterKind::Simulated => PrinterKind::Simulated,
        RawPrinterKind::File => PrinterKind::File(path?),
        RawPrinterKind::Serial => {
            let baud = raw.baud.unwrap_or(BAUDS[0]);
            check("printer.baud", &baud, BAUDS.contains(&baud), "38400, 57600, 115200 or 230400")?;
            PrinterKind::Serial(path?, baud)
        }
        RawPrinterKind::Network => {
            PrinterKind::Network(raw.address.ok_or_else(|| missing("printer.address"))?)
        }
    })
}

fn speaker(raw: RawSound) -> SpeakerKind {
    match raw.kind {
        RawSoundKind::Simulated => SpeakerKind::Simulated,
        RawSoundKind::Alsa => SpeakerKind::Alsa(raw.device.unwrap_or_else(|| "default".to_owned())),
        RawSoundKind::None => SpeakerKind::Silent,
    }
}

/// Nothing listens beyond loopback: pairing and TLS come first.
fn loopback(key: &'static str, given: Option<SocketAddr>, port: u16) -> Result<SocketAddr, ConfigError> {
    let address = given.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], port)));
    check(key, &address, address.ip().is_loopback(), "an address of this machine only, as 127.0.0.1:8460")?;
    Ok(address)
}
