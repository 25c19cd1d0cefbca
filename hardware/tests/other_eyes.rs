//! Our slips in the eyes of others: python-escpos makes the same bytes of them, and zbar reads their QR codes.
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
use parvis_hardware::printer::profile::Profile;
use parvis_hardware::raster::Raster;
use parvis_hardware::slip::{Direction, Element, Slip, TextSize};
use support::samples;

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
