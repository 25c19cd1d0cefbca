//! Every way to make a kiosk believe what its editor did not sign, or not any more.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../support/mod.rs"]
mod support;

mod endless;
mod old;
mod signatures;

#[test]
fn what_the_editor_signed_is_believed_and_followed_through_new_keys() {
    use support::{Editor, NOW, verified, wait};
    let mut editor = Editor::new();
    let first = editor.publish(b"one");
    let trust = editor.first_trust();
    let found = verified(editor.path(), &trust, NOW).unwrap();
    assert_eq!((found.release, found.trust.floors.targets), (first, 1));
    let (mut powers, old) = (editor.powers(), editor.key.public());
    editor.key = parvis_bundle::keys::SigningKey::generate().unwrap();
    assert!(powers.replace(&old, Some(&editor.key.public())) && powers.suffice());
    wait(parvis_bundle::ceremony::sign_root(editor.path(), powers, &editor.roots[1..], NOW)).unwrap();
    let second = editor.publish(b"two");
    let after = verified(editor.path(), &found.trust, NOW).unwrap();
    assert_eq!((after.release, after.trust.floors.root), (second, 2));
}

#[test]
fn a_repository_keeps_the_files_of_the_last_releases_a_stick_those_of_the_newest_and_nobody_else_s_go() {
    use support::{Editor, NOW, verified, wait};
    let (editor, stick) = (Editor::new(), tempfile::tempdir().unwrap());
    let others = editor.file("targets/photo.jpg");
    for version in 0..9_u8 {
        let content: Vec<u8> =
            (0..20_000_u32).map(|at| (at % 251) as u8 ^ (at / 9_000) as u8 ^ version).collect();
        editor.publish(&content);
        std::fs::write(&others, b"someone else's").unwrap();
        wait(parvis_bundle::stick::copy(editor.path(), stick.path(), NOW, |_| ())).unwrap();
    }
    let files = std::fs::read_dir(editor.file("targets")).unwrap().count();
    // Five whole files, at most four patches to each, and the picture.
    assert!((6..=26).contains(&files), "{files}");
    let on_stick = std::fs::read_dir(stick.path().join("parvis/targets")).unwrap().count();
    assert!((1..=5).contains(&on_stick), "{on_stick}");
    assert!(others.exists() && verified(editor.path(), &editor.first_trust(), NOW).is_ok());
}
