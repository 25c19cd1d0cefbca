//! The steps of a pass, and what each leaves.

use parvis::intake::Step;

use crate::editor::{Editor, Kiosk, bytes};

fn names(steps: &[Step]) -> Vec<String> {
    let name = |step: &Step| serde_json::to_value(step).unwrap()["step"].as_str().unwrap().to_owned();
    steps.iter().map(name).collect()
}

#[test]
fn a_first_release_and_the_next_one_go_through_every_step() {
    let editor = Editor::new();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    let (steps, outcome) = kiosk.take(&editor.repository());
    outcome.unwrap();
    assert_eq!(names(&steps), ["found", "verified", "staged", "checked", "activated"]);
    assert_eq!(kiosk.shown().unwrap(), bytes(1));
    kiosk.opens(true);
    editor.publish(2);
    let (steps, outcome) = kiosk.take(&editor.repository());
    outcome.unwrap();
    assert_eq!(names(&steps), ["confirmed", "found", "verified", "staged", "checked", "activated"]);
    assert!(matches!(steps[3], Step::Staged { patch: true, .. }), "{steps:?}");
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
    let (steps, outcome) = kiosk.take(&editor.repository());
    outcome.unwrap();
    assert_eq!(names(&steps), ["found", "nothing-new"]);
}

#[test]
fn a_kiosk_that_trusts_nobody_is_told_so_and_a_stranger_s_root_is_only_read_once() {
    let editor = Editor::new();
    editor.publish(1);
    let mut kiosk = Kiosk::new(&editor);
    kiosk.root = None;
    kiosk.must_refuse(&editor.repository(), "no-root");
    kiosk.root = Some(editor.root());
    kiosk.take(&editor.repository()).1.unwrap();
    let stranger = Editor::new();
    stranger.publish(2);
    kiosk.root = Some(stranger.root());
    kiosk.must_refuse(&stranger.repository(), "signature");
}

#[test]
fn a_release_that_the_kiosk_cannot_open_is_rolled_back_and_not_tried_again() {
    let editor = Editor::new();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    kiosk.opens(true);
    editor.publish(2);
    kiosk.take(&editor.repository()).1.unwrap();
    kiosk.opens(false);
    let (steps, outcome) = kiosk.take(&editor.repository());
    assert_eq!(names(&steps), ["rolled-back", "found", "verified", "refused"]);
    assert_eq!(outcome.unwrap_err().name(), "rejected");
    assert_eq!(kiosk.shown().unwrap(), bytes(1));
    editor.publish(3);
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.shown().unwrap(), bytes(3), "the next release is taken");
}

#[test]
fn two_bad_releases_in_a_row_lead_back_to_the_good_one() {
    let editor = Editor::new();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    kiosk.opens(true);
    for version in [2, 3] {
        editor.publish(version);
        kiosk.take(&editor.repository()).1.unwrap();
        assert_eq!(kiosk.shown().unwrap(), bytes(version));
        kiosk.opens(false);
        assert_eq!(kiosk.take(&editor.repository()).1.unwrap_err().name(), "rejected");
        assert_eq!(kiosk.shown().unwrap(), bytes(1), "after release {version}");
    }
}

#[test]
fn a_release_that_was_damaged_on_the_disk_is_fetched_again() {
    let editor = Editor::new();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    kiosk.opens(true);
    kiosk.take(&editor.repository()).1.unwrap();
    let file = std::fs::canonicalize(kiosk.shelf.current_path()).unwrap();
    std::fs::write(file, b"worn out").unwrap();
    kiosk.opens(false);
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.shown().unwrap(), bytes(1));
}

#[test]
fn staff_go_back_to_the_release_before_with_one_touch() {
    let editor = Editor::new();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    let state = kiosk.state();
    assert_eq!(kiosk.pass(&state).roll_back().unwrap_err().name(), "nothing-before");
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.pass(&state).roll_back().unwrap_err().name(), "nothing-before");
    editor.publish(2);
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.pass(&state).roll_back().unwrap(), 1);
    assert_eq!(kiosk.shown().unwrap(), bytes(1));
}

#[test]
fn a_release_that_does_not_work_here_is_not_shown() {
    let editor = Editor::new();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    editor.publish_bytes(bytes(2), 4, "Carte");
    kiosk.must_refuse(&editor.repository(), "sheets");
    editor.publish_bytes(bytes(3), 3, "introuvable xyz");
    kiosk.must_refuse(&editor.repository(), "probes");
    editor.publish_bytes(b"no content file at all", 3, "Carte");
    kiosk.must_refuse(&editor.repository(), "unreadable");
    kiosk.must_refuse(&editor.repository(), "rejected");
}

#[test]
fn only_the_release_shown_and_the_one_before_stay_on_the_disk() {
    let editor = Editor::new();
    let kiosk = Kiosk::new(&editor);
    for version in 1..=3 {
        editor.publish(version);
        kiosk.take(&editor.repository()).1.unwrap();
    }
    editor.publish(1);
    kiosk.take(&editor.repository()).1.unwrap();
    let releases = std::fs::read_dir(kiosk.shelf.folder()).unwrap();
    let names: Vec<String> =
        releases.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    assert!(names.iter().filter(|name| name.contains(".parvis")).count() <= 3, "{names:?}");
    assert!(!names.iter().any(|name| name.contains(".staged") || name.contains(".part")), "{names:?}");
}
