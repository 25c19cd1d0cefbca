//! What was genuine once: rollback, freeze, mix and match.

use parvis_bundle::ceremony::sign_root;
use parvis_bundle::keys::SigningKey;
use parvis_bundle::{Trust, TrustError};

use crate::support::{DAY, DAYS, Editor, NOW, refusal, verified, wait};

/// An editor with two releases, a copy of the repository as it was with the first, and the trust of a kiosk that saw both.
fn two_releases() -> (Editor, tempfile::TempDir, Trust) {
    let editor = Editor::new();
    editor.publish(b"one");
    let old = editor.copy();
    editor.publish(b"two");
    let trust = verified(editor.path(), &editor.first_trust(), NOW).unwrap().trust;
    (editor, old, trust)
}

#[test]
fn a_release_older_than_the_last_one_seen_is_refused() {
    let (_editor, old, trust) = two_releases();
    assert_eq!(refusal(old.path(), &trust), "rollback");
}

#[test]
fn an_old_release_is_refused_after_the_keys_have_changed_too() {
    let (mut editor, old, trust) = two_releases();
    let mut powers = editor.powers();
    let new = SigningKey::generate().unwrap();
    // The old key stays beside the new one, so that what it signed still holds.
    powers.publication.keys.push(new.public());
    wait(sign_root(editor.path(), powers, &editor.roots[..2], NOW)).unwrap();
    editor.key = new;
    editor.publish(b"three");
    let trust = verified(editor.path(), &trust, NOW).unwrap().trust;
    std::fs::copy(editor.file("metadata/2.root.json"), old.path().join("metadata/2.root.json")).unwrap();
    assert_eq!(refusal(old.path(), &trust), "rollback");
}

#[test]
fn each_part_of_two_releases_mixed_with_the_other_is_refused() {
    let (editor, old, _) = two_releases();
    let trust = editor.first_trust();
    let new = editor.copy();
    for (part, from, name) in
        [("2.targets.json", "1.targets.json", "mismatch"), ("2.snapshot.json", "1.snapshot.json", "mismatch")]
    {
        let path = new.path().join("metadata").join(part);
        let good = std::fs::read(&path).unwrap();
        std::fs::copy(old.path().join("metadata").join(from), &path).unwrap();
        assert_eq!(refusal(new.path(), &trust), name, "{part}");
        std::fs::write(&path, good).unwrap();
    }
    assert!(verified(new.path(), &trust, NOW).is_ok());
}

#[test]
fn a_repository_that_is_frozen_is_refused_once_its_dates_have_passed() {
    let (editor, _, trust) = two_releases();
    let last_day = NOW + i64::from(DAYS) * DAY;
    assert!(verified(editor.path(), &trust, last_day - DAY).is_ok());
    let error = verified(editor.path(), &trust, last_day + DAY).unwrap_err();
    assert!(matches!(error, TrustError::Expired { .. }), "{error}");
}

#[test]
fn without_a_clock_the_latest_date_that_was_seen_counts() {
    let (editor, _, mut trust) = two_releases();
    assert_eq!(
        verified(editor.path(), &trust, 0).unwrap().trust.seen,
        NOW,
        "a clock at 1970 moves nothing back"
    );
    trust.seen = NOW + i64::from(DAYS) * DAY + 1;
    assert_eq!(verified(editor.path(), &trust, 0).unwrap_err().name(), "expired");
}

#[test]
fn a_kiosk_whose_floor_is_known_refuses_older_releases_with_nothing_else_left_of_its_state() {
    let (editor, old, _) = two_releases();
    let mut trust = editor.first_trust();
    trust.floors.targets = 2;
    assert_eq!(refusal(old.path(), &trust), "rollback");
    assert!(verified(editor.path(), &trust, NOW).is_ok());
}
