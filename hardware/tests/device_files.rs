//! Printers behind a path that cannot answer, and places where there is no printer.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod support;

use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use parvis_hardware::escpos;
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::device_file::{BAUDS, DeviceFile};
use parvis_hardware::printer::esc_pos::EscPosPrinter;
use parvis_hardware::printer::network::NetworkPrinter;
use parvis_hardware::printer::port::Answers;
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::printer::{OfflineReason, PrintError, Printed, Printer, PrinterStatus};
use parvis_hardware::raster::Raster;
use parvis_hardware::simulated::SimulatedPrinter;
use rustix::termios::ControlModes;
use support::wires::{HASTY, PATIENT, clock, plug_in};

fn slip() -> Raster {
    let mut raster = Raster::white(576, 300).unwrap();
    raster.fill(40, 10, 100, 250);
    raster
}

fn printer(path: &Path) -> EscPosPrinter {
    EscPosPrinter::new(
        Box::new(DeviceFile::new(path, Answers::Expected)),
        Profile::generic(Paper::MM80),
        HASTY,
        clock(),
    )
}

/// The bytes, printed by a simulated printer.
fn as_paper(bytes: &[u8]) -> Vec<Raster> {
    let sim = SimulatedPrinter::new(Paper::MM80);
    assert_eq!(sim.arrive(bytes), bytes.len());
    assert_eq!(sim.paper().unknown_bytes, 0);
    sim.paper().slips.into_iter().map(|paper| paper.raster).collect()
}

#[test]
fn a_plain_file_keeps_the_bytes_of_the_last_slip_and_claims_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("slip.bin");
    std::fs::write(&path, "what was here before").unwrap();
    let mut printer = printer(&path);
    assert_eq!(printer.status(), PrinterStatus::Ready, "only writing can tell");
    for _ in 0..3 {
        assert_eq!(printer.print(&slip()), Ok(Printed::Unconfirmed));
    }
    let slips = as_paper(&std::fs::read(&path).unwrap());
    assert_eq!(slips.len(), 1, "one slip, the last");
    assert_eq!(slips[0].bits()[..slip().bits().len()], *slip().bits());
}

#[test]
fn a_printer_that_is_not_there_is_not_connected_and_no_file_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lp0");
    let status = PrinterStatus::Offline(OfflineReason::NotConnected);
    let mut printer = printer(&path);
    assert_eq!(printer.status(), status);
    assert_eq!(printer.print(&slip()), Err(PrintError::NotStarted(status)));
    assert!(!path.exists());
    assert_eq!(self::printer(folder.path()).status(), status, "a folder is no printer");
}

#[test]
fn a_device_that_the_system_refuses_is_told_apart_from_one_that_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("lp0");
    std::fs::write(&path, "").unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::File::open(&path).is_ok() {
        println!("skipped: this user may open everything");
        return;
    }
    assert_eq!(printer(&path).status(), PrinterStatus::Offline(OfflineReason::NotAllowed));
}

#[test]
fn a_pipe_that_nobody_reads_blocks_nothing_and_ends_as_incomplete() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("pipe");
    rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR).unwrap();
    let mut printer = printer(&path);
    assert_eq!(printer.status(), PrinterStatus::Offline(OfflineReason::NotConnected), "no reader");
    let mut reader = rustix::fs::open(
        &path,
        rustix::fs::OFlags::RDONLY | rustix::fs::OFlags::NONBLOCK,
        rustix::fs::Mode::empty(),
    )
    .map(std::fs::File::from)
    .unwrap();
    let large = Raster::white(576, 4_000).unwrap();
    match printer.print(&large) {
        Err(PrintError::Incomplete { status, bands_sent, bands }) => {
            assert_eq!(status, PrinterStatus::Offline(OfflineReason::Silent));
            assert!(bands_sent < bands);
        }
        other => panic!("{other:?}"),
    }
    let mut start = [0; 2];
    reader.read_exact(&mut start).unwrap();
    assert_eq!(start, escpos::INIT);
}

#[test]
fn an_address_where_nothing_listens_is_not_connected() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let place = Box::new(NetworkPrinter::new(free));
    let mut printer = EscPosPrinter::new(place, Profile::generic(Paper::MM80), PATIENT, clock());
    assert_eq!(printer.status(), PrinterStatus::Offline(OfflineReason::NotConnected));
}

#[test]
fn a_serial_line_gets_its_speed_and_anything_else_is_no_printer() {
    let folder = tempfile::tempdir().unwrap();
    let (path, plain) = (folder.path().join("ttyS9"), folder.path().join("plain"));
    let line = plug_in(&path);
    std::fs::write(&plain, "").unwrap();
    let at = |path: &Path, baud| {
        let place = Box::new(DeviceFile::serial(path, baud));
        EscPosPrinter::new(place, Profile::generic(Paper::MM80), HASTY, clock())
    };
    for baud in BAUDS {
        let mut printer = at(&path, baud);
        assert_eq!(printer.status(), PrinterStatus::Offline(OfflineReason::Silent), "nobody answers");
        let settings = rustix::termios::tcgetattr(&line).unwrap();
        assert_eq!((settings.input_speed(), settings.output_speed()), (baud, baud));
        assert!(settings.control_modes.contains(ControlModes::CS8 | ControlModes::CRTSCTS));
        assert!(!settings.control_modes.intersects(ControlModes::PARENB | ControlModes::CSTOPB));
    }
    let status = at(&plain, BAUDS[0]).status();
    assert_eq!(status, PrinterStatus::Offline(OfflineReason::NotConnected), "a file is no serial line");
}
