//! `./dev soak slow-line`: the publisher's real content over a line of 64 kbit/s that drops every minute, in real time.
//!
//! Each pass is one of the service's, and between two it waits as the service does, by the same schedule. Without
//! `PARVIS_SOAK_SLOW_LINE` the test is not run: the patch takes a minute or two, the whole file well over an hour.

use std::io::Write as _;
use std::sync::atomic::Ordering;
use std::time::Duration;

use parvis::clock::since_start;
use parvis::durable::RealDisk;
use parvis::intake::command::{Once, once};
use parvis::intake::schedule::Schedule;
use parvis_tests::chance::Chance;
use parvis_tests::content;

use super::line::slow;
use super::server::nginx;
use crate::editor::{Editor, Kiosk};

/// The service asks once an hour, unless a line broke off.
const EVERY: Duration = Duration::from_secs(3_600);
/// The line drops for the first time in the middle of the patch.
const FIRST_DROP: Duration = Duration::from_secs(15);
/// Most passes: one brings up to 480,000 bytes, and half of that on average, as waits and drops fall.
const PASSES_MAX: usize = 200;

#[test]
fn real_content_comes_over_a_line_of_64_kbit_that_drops_every_minute() {
    if std::env::var_os("PARVIS_SOAK_SLOW_LINE").is_none() {
        println!("skipped: ./dev soak slow-line runs it");
        return;
    }
    let old = content::dila().expect("PARVIS_DATA is set");
    let editor = Editor::today();
    editor.publish_file(old);
    let by_patch = Kiosk::new(&editor);
    by_patch.take(&editor.repository()).1.unwrap();
    let mut library = content::dila_library().expect("PARVIS_DATA is set");
    content::change_one_in_a_hundred(&mut library);
    let new = content::write(&library, "dila-newer");
    drop(library);
    let second = editor.publish_file(&new);
    let new = std::fs::read(&new).unwrap();
    told(&update(&editor, &by_patch, "patch", second.patches[0].1.bytes));
    assert!(by_patch.shown().unwrap() == new);
    // A new kiosk, or one that has missed more releases than there are patches for.
    let whole = Kiosk::new(&editor);
    told(&update(&editor, &whole, "whole file", second.full.bytes));
    assert!(whole.shown().unwrap() == new);
}

fn told(line: &str) {
    println!("{line}");
    if let Some(out) = std::env::var_os("PARVIS_SOAK_OUT") {
        let mut file = std::fs::File::options().create(true).append(true).open(out).unwrap();
        writeln!(file, "{line}").unwrap();
    }
}

/// Passes over the line until the kiosk has what is offered, which is a file of `bytes`.
fn update(editor: &Editor, kiosk: &Kiosk, what: &str, bytes: u64) -> String {
    let nginx = nginx(&editor.repository()).expect("nginx is installed");
    let line = slow(nginx.address, FIRST_DROP);
    let root = kiosk.folder.path().join("root.json");
    std::fs::write(&root, editor.root()).unwrap();
    let asked = Once {
        from: format!("http://{}/", line.address),
        state: kiosk.state(),
        content: kiosk.shelf.folder().to_owned(),
        root: Some(root),
        proxy: None,
        authority: None,
    };
    let (mut schedule, mut chance) = (Schedule::new(EVERY), Chance::new(1));
    let (started, mut waited, mut passes) = (since_start(), Duration::ZERO, 0);
    let seconds = || since_start().saturating_sub(started).as_secs();
    loop {
        passes += 1;
        assert!(passes <= PASSES_MAX, "{what}: it never ends");
        let before = parts(kiosk);
        let mut last = None;
        let code = once(&asked, |step| last = Some(step));
        println!("{what}, pass {passes} after {} s: {last:?}", seconds());
        if code == 0 {
            break;
        }
        assert_eq!(code, 3, "{last:?}");
        let wait = schedule.next(code, parts(kiosk) > before, chance.number());
        // The service waits like this; the figure is of real time.
        std::thread::sleep(wait);
        waited += wait;
    }
    format!(
        "slow line, {what} of {bytes} bytes: {} bytes moved, {} connections, {passes} passes, {} s, of which {} s between \
         passes",
        line.bytes.load(Ordering::Relaxed),
        line.connections.load(Ordering::Relaxed),
        seconds(),
        waited.as_secs()
    )
}

/// Bytes of what is coming, which lie on the kiosk's disk.
fn parts(kiosk: &Kiosk) -> u64 {
    kiosk.shelf.parts(&RealDisk)
}
