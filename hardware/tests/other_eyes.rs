//! Our slips in the eyes of others: python-escpos makes the same bytes of them, npos sees the same pictures in what the
//! driver sends, and zbar reads their QR codes.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a helper of a test fails it, and says what was skipped"
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Command;

use parvis_hardware::escpos;
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::device_file::DeviceFile;
use parvis_hardware::printer::esc_pos::EscPosPrinter;
use parvis_hardware::printer::port::Answers;
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::printer::{Printed, Printer};
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{Direction, Element, Slip, TextSize};
use support::samples;
use support::wires::{PATIENT, clock};

const CODE: &str = "https://exemple.fr/fiche/carte-identite";

/// The program that `./dev test` prepares; `None`, and a word on the output, when there is none. On a build machine there
/// must be one.
fn prepared(program: PathBuf, what: &str) -> Option<PathBuf> {
    if program.exists() {
        return Some(program);
    }
    assert!(std::env::var_os("CI").is_none(), "{what} is not installed: run ./dev test");
    println!("skipped: {what} is not installed");
    None
}

fn python() -> Option<PathBuf> {
    let environment = Path::new(env!("CARGO_MANIFEST_DIR")).join("../var/python");
    prepared(environment.join("escpos-3.1"), "python-escpos").map(|_| environment.join("bin/python"))
}

/// Node and the decoder, with where it finds npos.
fn decoder() -> Option<Command> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = prepared(here.join("../var/decoder/node_modules"), "npos")?;
    let mut command = Command::new(here.join("../var/python/bin/node"));
    command.env("NODE_PATH", packages).arg(here.join("tests/decoder/decode.js"));
    Some(command)
}

/// What the driver sends for a slip to a printer that never answers.
fn sent(raster: &Raster, profile: &Profile, folder: &Path) -> PathBuf {
    let path = folder.join("slip.bin");
    std::fs::write(&path, "").unwrap();
    let place = Box::new(DeviceFile::new(&path, Answers::Never));
    let mut printer = EscPosPrinter::new(place, profile.clone(), PATIENT, clock());
    assert_eq!(printer.print(raster), Ok(Printed::Unconfirmed));
    path
}

/// A byte a dot, 1 for ink.
fn dots(raster: &Raster) -> Vec<u8> {
    raster.bits().iter().flat_map(|byte| (0..8).map(move |bit| (byte >> (7 - bit)) & 1)).collect()
}

fn papers() -> [Paper; 4] {
    [Paper::MM58, Paper::MM80_NARROW, Paper::MM80, Paper::new(512, 180).unwrap()]
}

/// A slip that is short enough to keep its code at every width.
fn with_code(size: TextSize) -> Slip {
    let mut slip = Slip::new("fr", Direction::LeftToRight, size);
    slip.push_essential(Element::Title("Carte d’identité perdue".into())).unwrap();
    slip.push(Element::Qr { payload: CODE.into(), beside: "La même fiche sur exemple.fr".into() }).unwrap();
    slip
}

fn slips(paper: Paper) -> Vec<(&'static str, Raster)> {
    let mut renderer = support::renderer();
    let mut draw = |name, slip| (name, renderer.render(&slip, paper).unwrap().raster);
    vec![
        draw("whole sheet", samples::sheet(TextSize::Normal)),
        draw("normal", with_code(TextSize::Normal)),
        draw("large", with_code(TextSize::Large)),
        draw("arabic", samples::arabic()),
    ]
}

fn written(folder: &Path, raster: &Raster) -> PathBuf {
    let path = folder.join("slip.png");
    std::fs::write(&path, raster.to_png().unwrap()).unwrap();
    path
}

#[test]
fn python_escpos_makes_the_very_bytes_of_our_bands() {
    let Some(python) = python() else { return };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/peer.py");
    let folder = tempfile::tempdir().unwrap();
    for profile in Profile::all().unwrap() {
        let (name, raster) = slips(profile.paper).swap_remove(0);
        let picture = written(folder.path(), &raster);
        let rows = profile.band_rows.to_string();
        let output = Command::new(&python).arg(&script).arg(&picture).arg(&rows).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let ours: Vec<u8> = escpos::bands(&raster, profile.band_rows).flatten().collect();
        assert!(output.stdout == ours, "{name} slip on {}: {} bytes", profile.id, output.stdout.len());
    }
}

#[test]
fn a_decoder_of_others_sees_our_very_picture_in_what_the_driver_sends() {
    if decoder().is_none() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for profile in Profile::all().unwrap() {
        for (name, raster) in slips(profile.paper) {
            let bytes = std::fs::File::open(sent(&raster, &profile, folder.path())).unwrap();
            let output = decoder().unwrap().stdin(bytes).output().unwrap();
            let what = format!("{name} slip on {}", profile.id);
            assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
            let head = output.stdout.iter().position(|byte| *byte == b'\n').unwrap();
            let (said, seen) = output.stdout.split_at(head + 1);
            let said = String::from_utf8_lossy(said).into_owned();
            assert!(
                said.starts_with(&format!("{} {} ESC@", raster.width(), raster.height())),
                "{what}: {said}"
            );
            assert!(seen == dots(&raster), "{what}: another picture");
        }
    }
}

#[test]
fn zbar_reads_the_code_of_every_slip_at_every_width() {
    let Some(zbar) = prepared("/usr/bin/zbarimg".into(), "zbar-tools") else { return };
    let folder = tempfile::tempdir().unwrap();
    for paper in papers() {
        // At 384 dots the sheet is cut before its code.
        for (name, raster) in slips(paper).into_iter().skip(usize::from(paper == Paper::MM58)) {
            let picture = written(folder.path(), &raster);
            let read = Command::new(&zbar).args(["--quiet", "--raw"]).arg(&picture).output().unwrap();
            let expected = if name == "arabic" { "https://exemple.fr/ar" } else { CODE };
            let read = String::from_utf8_lossy(&read.stdout).into_owned();
            assert_eq!(read.trim_end(), expected, "{name} slip at {} dots", paper.dots());
        }
    }
}
