//! A stick that is full of other things: nothing on it is ever listed, so they cost nothing.

use std::fs::File;
use std::path::Path;

use parvis_bundle::names;
use parvis_bundle::stick::STICK_FOLDER;

use crate::attacks::copy;
use crate::editor::{Editor, Kiosk, bytes};
use crate::program::{must_refuse, once};

/// Other files in each folder.
const OTHERS: usize = 100_000;
/// Most memory for a small release, in kB: a few times what it needs beside no other files.
const PEAK_KB_MAX: u64 = 160_000;
/// Most time for a pass in a build for tests, on a busy machine, in seconds.
const SECONDS_MAX: u64 = 30;

fn crowd(folder: &Path) {
    for at in 0..OTHERS {
        File::create(folder.join(format!("{at}.json"))).unwrap();
    }
}

#[test]
fn among_a_hundred_thousand_files_in_each_folder_a_release_is_found_or_refused_at_once() {
    let editor = Editor::today();
    editor.publish(1);
    let stick = tempfile::tempdir().unwrap();
    let repository = stick.path().join(STICK_FOLDER);
    copy(&editor.repository(), &repository);
    crowd(stick.path());
    crowd(&repository.join(names::METADATA));
    let (kiosk, from) = (Kiosk::new(&editor), repository.display().to_string());
    let started = parvis::clock::since_start();
    let run = once(&kiosk, &from, &[]);
    let took = parvis::clock::since_start().saturating_sub(started);
    println!("{} ms, {} kB at most", took.as_millis(), run.peak_kb);
    assert_eq!((run.code, kiosk.shown().as_deref()), (0, Some(bytes(1))), "{:?}", run.steps);
    assert_eq!(run.names(), ["found", "verified", "staged", "checked", "activated"]);
    assert!(took.as_secs() < SECONDS_MAX, "{took:?}");
    assert!((1..PEAK_KB_MAX).contains(&run.peak_kb), "{} kB", run.peak_kb);
    // The same crowd without a repository in it.
    std::fs::remove_file(repository.join(names::TIMESTAMP)).unwrap();
    must_refuse(&kiosk, &from, &[], ("missing", 3));
    must_refuse(&kiosk, &stick.path().display().to_string(), &[], ("missing", 3));
}
