//! Every attack on the metadata, seen from the kiosk: refused by name, and the old release still shown. What tough and
//! its wrapper do with each is tested in `parvis-bundle`.

use std::path::Path;

use parvis::intake::Step;
use parvis_bundle::ceremony::{Powers, sign_root};
use parvis_bundle::keys::SigningKey;
use parvis_bundle::root::RolePlan;

use crate::editor::{Editor, Kiosk, NOW, bytes, wait};

/// A kiosk that shows release 2, and the repository as it was with release 1.
fn world() -> (Editor, Kiosk, tempfile::TempDir) {
    let editor = Editor::new();
    editor.publish(1);
    let old = tempfile::tempdir().unwrap();
    copy(&editor.repository(), old.path());
    editor.publish(2);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    (editor, kiosk, old)
}

pub fn copy(from: &Path, to: &Path) {
    for folder in ["metadata", "targets"] {
        std::fs::create_dir_all(to.join(folder)).unwrap();
        for entry in std::fs::read_dir(from.join(folder)).unwrap() {
            let entry = entry.unwrap();
            std::fs::copy(entry.path(), to.join(folder).join(entry.file_name())).unwrap();
        }
    }
}

#[test]
fn an_old_stick_is_refused() {
    let (_editor, kiosk, old) = world();
    kiosk.must_refuse(old.path(), "rollback");
}

#[test]
fn an_old_stick_is_refused_when_the_state_was_emptied_truncated_or_exchanged() {
    let (editor, kiosk, old) = world();
    let state = kiosk.state().join("intake.json");
    let good = std::fs::read(&state).unwrap();
    std::fs::write(&state, &good[..good.len() / 2]).unwrap();
    kiosk.must_refuse(old.path(), "state-damaged");
    std::fs::write(&state, b"").unwrap();
    kiosk.must_refuse(old.path(), "state-damaged");
    std::fs::remove_file(&state).unwrap();
    kiosk.must_refuse(old.path(), "rollback");
    // A state from before release 2, genuine and whole.
    let young = Kiosk::new(&editor);
    young.take(old.path()).1.unwrap();
    std::fs::copy(young.state().join("intake.json"), &state).unwrap();
    kiosk.must_refuse(old.path(), "rollback");
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
}

#[test]
fn an_old_stick_is_refused_after_the_publication_key_was_replaced() {
    let (mut editor, kiosk, old) = world();
    let new = SigningKey::generate().unwrap();
    let powers = Powers {
        root: RolePlan { keys: vec![editor.roots[0].public()], threshold: 1 },
        publication: RolePlan { keys: vec![editor.key.public(), new.public()], threshold: 1 },
    };
    wait(sign_root(&editor.repository(), powers, &editor.roots, NOW)).unwrap();
    editor.key = new;
    editor.publish(3);
    kiosk.take(&editor.repository()).1.unwrap();
    std::fs::copy(editor.file("metadata/2.root.json"), old.path().join("metadata/2.root.json")).unwrap();
    kiosk.must_refuse(old.path(), "rollback");
}

#[test]
fn a_frozen_repository_is_refused_with_a_clock_and_tells_nothing_new_without_one() {
    let (editor, mut kiosk, _) = world();
    kiosk.now = 0;
    kiosk.take(&editor.repository()).1.unwrap();
    kiosk.now = NOW + 181 * 86_400;
    kiosk.must_refuse(&editor.repository(), "expired");
    kiosk.now = 0;
    assert!(
        kiosk.take(&editor.repository()).0.iter().any(|step| matches!(step, Step::NothingNew { release: 2 }))
    );
}

#[test]
fn a_key_that_was_revoked_stays_revoked_even_if_nothing_else_in_that_repository_held() {
    let (mut editor, kiosk, _) = world();
    let stolen = std::mem::replace(&mut editor.key, SigningKey::generate().unwrap());
    let powers = Powers {
        root: RolePlan { keys: vec![editor.roots[0].public()], threshold: 1 },
        publication: RolePlan { keys: vec![editor.key.public()], threshold: 1 },
    };
    wait(sign_root(&editor.repository(), powers, &editor.roots, NOW)).unwrap();
    // The editor has not published under the new key yet.
    kiosk.must_refuse(&editor.repository(), "signature");
    std::fs::remove_file(editor.file("metadata/2.root.json")).unwrap();
    editor.key = stolen;
    editor.publish(3);
    kiosk.must_refuse(&editor.repository(), "signature");
}

#[test]
fn a_stranger_s_stick_is_refused() {
    let (_editor, kiosk, _) = world();
    let stranger = Editor::new();
    stranger.publish(3);
    kiosk.must_refuse(&stranger.repository(), "signature");
}

#[test]
fn a_stick_without_a_repository_and_one_cut_short_are_told_apart_from_a_false_one() {
    let (editor, kiosk, _) = world();
    let stick = tempfile::tempdir().unwrap();
    kiosk.must_refuse(stick.path(), "missing");
    kiosk.must_refuse(&stick.path().join("parvis"), "missing");
    editor.publish(3);
    std::fs::remove_dir_all(editor.file("targets")).unwrap();
    kiosk.must_refuse(&editor.repository(), "missing");
}
