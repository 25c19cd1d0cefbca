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
