//! Signatures that are wrong, missing, too few, or someone else's.

use parvis_bundle::ceremony::{Powers, sign_root};
use parvis_bundle::keys::SigningKey;
use parvis_bundle::publish::PublishError;
use parvis_bundle::root::RolePlan;
use serde_json::json;

use crate::support::{Editor, NOW, edit, refusal, verified, wait};

#[test]
fn a_root_of_a_stranger_is_refused() {
    let (editor, stranger) = (Editor::new(), Editor::new());
    editor.publish(b"one");
    stranger.publish(b"evil");
    let trust = editor.first_trust();
    assert_eq!(refusal(stranger.path(), &trust), "signature");
    // The stranger's root, put in as the next one of ours.
    wait(sign_root(stranger.path(), stranger.powers(), &stranger.roots, NOW)).unwrap();
    std::fs::copy(stranger.file("metadata/2.root.json"), editor.file("metadata/2.root.json")).unwrap();
    assert_eq!(refusal(editor.path(), &trust), "signature");
}

#[test]
fn a_root_signed_by_one_key_of_the_two_that_it_takes_is_refused() {
    let editor = Editor::new();
    editor.publish(b"one");
    let thief = SigningKey::generate().unwrap();
    let mut powers = editor.powers();
    powers.publication = RolePlan { keys: vec![thief.public()], threshold: 1 };
    let alone = wait(sign_root(editor.path(), powers.clone(), &editor.roots[..1], NOW));
    assert!(matches!(alone, Err(PublishError::WrongKey)));
    // A genuine second root, from which one signature is taken away, or doubled.
    wait(sign_root(editor.path(), powers, &editor.roots[..2], NOW)).unwrap();
    let root = editor.file("metadata/2.root.json");
    edit(&root, |json| drop(json["signatures"].as_array_mut().unwrap().pop()));
    assert_eq!(refusal(editor.path(), &editor.first_trust()), "signature");
    edit(&root, |json| {
        let signatures = json["signatures"].as_array_mut().unwrap();
        signatures.push(signatures[0].clone());
    });
    assert_eq!(refusal(editor.path(), &editor.first_trust()), "signature");
}

#[test]
fn one_key_under_two_names_counts_once() {
    let editor = Editor::new();
    editor.publish(b"one");
    wait(sign_root(editor.path(), editor.powers(), &editor.roots[..2], NOW)).unwrap();
    edit(&editor.file("metadata/2.root.json"), |json| {
        let signatures = json["signatures"].as_array_mut().unwrap();
        signatures.pop();
        let mut again = signatures[0].clone();
        let id = again["keyid"].as_str().unwrap().to_uppercase();
        again["keyid"] = json!(id);
        signatures.push(again);
    });
    let name = refusal(editor.path(), &editor.first_trust());
    assert!(["signature", "malformed"].contains(&name), "{name}");
}

#[test]
fn every_metadata_file_is_refused_when_what_it_says_is_edited() {
    let editor = Editor::new();
    editor.publish(b"one");
    let trust = editor.first_trust();
    for (file, expected) in
        [("timestamp.json", "signature"), ("1.snapshot.json", "mismatch"), ("1.targets.json", "mismatch")]
    {
        let path = editor.file("metadata").join(file);
        let good = std::fs::read(&path).unwrap();
        edit(&path, |json| json["signed"]["expires"] = json!("2090-01-01T00:00:00Z"));
        assert_eq!(refusal(editor.path(), &trust), expected, "{file}");
        edit(&path, |json| json["signed"]["version"] = json!(7));
        assert_eq!(refusal(editor.path(), &trust), expected, "{file}");
        std::fs::write(&path, b"{").unwrap();
        assert!(["malformed", "mismatch"].contains(&refusal(editor.path(), &trust)), "{file}");
        std::fs::remove_file(&path).unwrap();
        assert_eq!(refusal(editor.path(), &trust), "missing", "{file}");
        std::fs::write(&path, good).unwrap();
    }
    assert!(verified(editor.path(), &trust, NOW).is_ok(), "mended");
}

#[test]
fn a_release_signed_by_a_key_that_was_revoked_is_refused() {
    let mut editor = Editor::new();
    editor.publish(b"one");
    let trust = editor.first_trust();
    let stolen = editor.key.clone();
    let mut powers = editor.powers();
    let new = SigningKey::generate().unwrap();
    assert!(powers.replace(&stolen.public(), Some(&new.public())));
    wait(sign_root(editor.path(), powers, &editor.roots[..2], NOW)).unwrap();
    assert_eq!(
        refusal(editor.path(), &trust),
        "signature",
        "the stolen key's own release, under the new root"
    );
    editor.key = new;
}

#[test]
fn a_key_that_may_not_publish_cannot() {
    let mut editor = Editor::new();
    editor.key = SigningKey::generate().unwrap();
    let file = editor.file("content.parvis");
    std::fs::write(&file, b"one").unwrap();
    let about = parvis_bundle::release::Description {
        title: String::new(),
        made: NOW,
        sheets: 0,
        probes: Vec::new(),
    };
    let publication = parvis_bundle::publish::Publication { content: &file, about, days: 1 };
    let outcome = wait(parvis_bundle::publish::publish(editor.path(), publication, &editor.key, |_| ()));
    assert!(matches!(outcome, Err(PublishError::WrongKey)));
    assert!(!editor.file("metadata/timestamp.json").exists());
    assert!(!editor.file("targets").exists(), "nothing is written that nobody can sign");
}

#[test]
fn a_root_that_nobody_could_ever_sign_is_not_made() {
    let editor = Editor::new();
    let powers = Powers { root: RolePlan { keys: Vec::new(), threshold: 0 }, ..editor.powers() };
    assert!(wait(sign_root(editor.path(), powers, &editor.roots, NOW)).is_err());
}
