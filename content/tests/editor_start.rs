//! An editor's first steps: a folder to start from, and the simulated kiosk on it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

const TOOL: &str = env!("CARGO_BIN_EXE_parvis-content");

fn tool(program: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(program);
    command.args(arguments).env("LC_ALL", "fr_FR.UTF-8").env("PATH", "/usr/bin:/bin");
    command
}

fn run(arguments: &[&str]) -> Output {
    tool(Path::new(TOOL), arguments).output().unwrap()
}

/// The starter in a folder of its own.
fn started() -> (TempDir, String) {
    let kept = TempDir::new().unwrap();
    let folder = kept.path().join("mon accueil").display().to_string();
    let made = run(&["new", &folder, "--today", "2026-11-22"]);
    assert!(made.status.success(), "{made:?}");
    assert!(String::from_utf8_lossy(&made.stdout).contains("est prêt"), "{made:?}");
    (kept, folder)
}

#[test]
fn the_starter_has_no_fault_nothing_to_know_and_builds() {
    let (kept, folder) = started();
    let checked = run(&["check", &folder, "--today", "2026-11-22"]);
    assert!(checked.status.success() && checked.stdout.is_empty(), "{checked:?}");
    let file = kept.path().join("x.parvis").display().to_string();
    let built = run(&["build", &folder, "-o", &file]);
    assert!(built.status.success(), "{built:?}");
    let content = parvis_content::ContentFile::open(Path::new(&file)).unwrap();
    let info = content.info();
    assert_eq!((info.sheets, info.guides, info.places), (2, 1, 1));
    assert!(info.demonstration, "an example says that it is one");
    assert_eq!(info.newest.unwrap().to_string(), "2026-11-22", "the day it was made");
}

#[test]
fn the_starter_made_today_is_not_past_its_date() {
    let kept = TempDir::new().unwrap();
    let folder = kept.path().display().to_string();
    assert!(run(&["new", &folder]).status.success(), "an empty folder will do");
    let checked = run(&["check", &folder]);
    assert!(checked.status.success(), "{checked:?}");
}

#[test]
fn a_folder_that_is_not_empty_is_left_alone() {
    let kept = TempDir::new().unwrap();
    let precious = kept.path().join("bundle.toml");
    fs::write(&precious, "à moi").unwrap();
    let refused = run(&["new", &kept.path().display().to_string()]);
    assert_eq!(refused.status.code(), Some(3), "{refused:?}");
    assert!(String::from_utf8_lossy(&refused.stderr).contains("n'est pas vide"), "{refused:?}");
    assert_eq!(fs::read_to_string(&precious).unwrap(), "à moi");
    assert_eq!(fs::read_dir(kept.path()).unwrap().count(), 1);
    let file = run(&["new", &precious.display().to_string()]);
    assert_eq!(file.status.code(), Some(3), "a file is no folder: {file:?}");
}

/// The tool in a folder of its own, with `script` beside it in the place of the simulator.
fn beside(script: Option<&str>) -> (TempDir, PathBuf) {
    let folder = TempDir::new().unwrap();
    let program = folder.path().join("parvis-content");
    put_program(Path::new(TOOL), &program);
    if let Some(script) = script {
        let text = folder.path().join("script");
        fs::write(&text, format!("#!/bin/sh\n{script}\n")).unwrap();
        put_program(&text, &folder.path().join("parvis"));
    }
    (folder, program)
}

/// Copies a program by a process of its own. Were it written here, a test that starts another program just then would
/// hand its child the open file for a moment, and the copy could not be run: "Text file busy".
fn put_program(from: &Path, to: &Path) {
    let status = Command::new("install").args(["-m", "755"]).arg(from).arg(to).status().unwrap();
    assert!(status.success(), "{status}");
}

/// `parvis simulate --content FILE --state FOLDER`: says whether there is content, and where.
const SIMULATOR: &str =
    r#"test "$1 $2 $4" = "simulate --content --state" && test -s "$3" && echo "montre $3""#;

/// The file that the simulator said it shows.
fn shown(line: &str) -> PathBuf {
    PathBuf::from(line.trim().strip_prefix("montre ").unwrap_or_else(|| panic!("{line}")))
}

#[test]
fn a_preview_shows_what_was_built_and_leaves_nothing() {
    let (_starter, folder) = started();
    let (_kept, program) = beside(Some(SIMULATOR));
    let done = tool(&program, &["preview", &folder]).output().unwrap();
    assert!(done.status.success(), "{done:?}");
    let said = String::from_utf8(done.stdout).unwrap();
    let file = shown(said.lines().last().unwrap());
    assert!(!file.exists() && !file.parent().unwrap().exists(), "{} is gone", file.display());
    let more = tool(&program, &["preview", &folder, "--port", "0"]).output().unwrap();
    assert!(more.status.success(), "{more:?}");
}

#[test]
fn a_preview_that_is_stopped_leaves_nothing_either() {
    let (_starter, folder) = started();
    let (_kept, program) = beside(Some(&format!("{SIMULATOR}\nexec sleep 60")));
    let mut running = tool(&program, &["preview", &folder]).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(running.stdout.take().unwrap()).lines();
    assert!(lines.next().unwrap().unwrap().contains("démarre"));
    let file = shown(&lines.next().unwrap().unwrap());
    assert!(file.exists());
    assert!(Command::new("kill").arg(running.id().to_string()).status().unwrap().success());
    assert!(running.wait().unwrap().success(), "to be stopped is no error");
    assert!(!file.exists(), "{} is gone", file.display());
    assert!(lines.next().is_none(), "the simulator has ended too: nobody holds its output");
}

#[test]
fn a_preview_that_cannot_be_says_why() {
    let (_starter, folder) = started();
    let (_kept, alone) = beside(None);
    let none = tool(&alone, &["preview", &folder]).output().unwrap();
    assert_eq!(none.status.code(), Some(3), "{none:?}");
    assert!(String::from_utf8_lossy(&none.stderr).contains("« parvis »"), "{none:?}");

    let (_kept, broken) = beside(Some("exit 7"));
    let failed = tool(&broken, &["preview", &folder]).output().unwrap();
    assert_eq!(failed.status.code(), Some(3), "{failed:?}");
    assert!(String::from_utf8_lossy(&failed.stderr).contains("exit status: 7"), "{failed:?}");

    fs::write(Path::new(&folder).join("bundle.toml"), "").unwrap();
    let faults = tool(&broken, &["preview", &folder]).output().unwrap();
    assert_eq!(faults.status.code(), Some(1), "a source with faults is not shown: {faults:?}");
}
