//! Metadata that was edited, mixed, under-signed or has no end, offered to a kiosk that shows a release.

use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream;
use parvis_bundle::ceremony::{Powers, sign_root};
use parvis_bundle::keys::SigningKey;
use parvis_bundle::root::RolePlan;
use parvis_bundle::{Body, Folder, Source, SourceError};
use serde_json::Value;

use crate::editor::{Editor, Kiosk, NOW, bytes, wait};

/// A kiosk that shows release 1, and an editor who has published release 2.
fn world() -> (Editor, Kiosk) {
    let editor = Editor::new();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    editor.publish(2);
    (editor, kiosk)
}

fn edit(path: &Path, change: impl FnOnce(&mut Value)) {
    let mut json: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    change(&mut json);
    std::fs::write(path, serde_json::to_vec(&json).unwrap()).unwrap();
}

#[test]
fn edited_and_mixed_metadata_is_refused_part_by_part_and_then_taken_once_mended() {
    let (editor, kiosk) = world();
    for (file, error) in
        [("timestamp.json", "signature"), ("2.snapshot.json", "mismatch"), ("2.targets.json", "mismatch")]
    {
        let path = editor.file("metadata").join(file);
        let good = std::fs::read(&path).unwrap();
        edit(&path, |json| json["signed"]["version"] = 9.into());
        kiosk.must_refuse(&editor.repository(), error);
        std::fs::write(&path, good).unwrap();
    }
    for (file, other) in [("2.snapshot.json", "1.snapshot.json"), ("2.targets.json", "1.targets.json")] {
        let path = editor.file("metadata").join(file);
        let good = std::fs::read(&path).unwrap();
        std::fs::copy(editor.file("metadata").join(other), &path).unwrap();
        kiosk.must_refuse(&editor.repository(), "mismatch");
        std::fs::write(&path, good).unwrap();
    }
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
}

#[test]
fn a_root_with_too_few_signatures_or_the_same_one_twice_is_refused() {
    let (editor, kiosk) = world();
    let second = SigningKey::generate().unwrap();
    let roots = [editor.roots[0].clone(), second];
    let powers = || Powers {
        root: RolePlan { keys: roots.iter().map(SigningKey::public).collect(), threshold: 2 },
        publication: RolePlan { keys: vec![editor.key.public()], threshold: 1 },
    };
    wait(sign_root(&editor.repository(), powers(), &roots, NOW)).unwrap();
    kiosk.take(&editor.repository()).1.unwrap();
    wait(sign_root(&editor.repository(), powers(), &roots, NOW)).unwrap();
    let root = editor.file("metadata/3.root.json");
    edit(&root, |json| drop(json["signatures"].as_array_mut().unwrap().pop()));
    kiosk.must_refuse(&editor.repository(), "signature");
    edit(&root, |json| {
        let signatures = json["signatures"].as_array_mut().unwrap();
        signatures.push(signatures[0].clone());
    });
    kiosk.must_refuse(&editor.repository(), "signature");
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
}

/// Sends spaces without end instead of one file.
#[derive(Debug)]
struct Endless(Folder, &'static str);

#[async_trait]
impl Source for Endless {
    async fn open(&self, path: &str, from: u64) -> Result<Body, SourceError> {
        if !path.ends_with(self.1) {
            return self.0.open(path, from).await;
        }
        Ok(Box::pin(stream::repeat_with(|| Ok(vec![b' '; 16 * 1024].into()))))
    }
}

#[test]
fn files_without_end_are_cut_off() {
    let (editor, kiosk) = world();
    for file in ["2.root.json", "timestamp.json", "2.snapshot.json", "2.targets.json", "patch.zst"] {
        let source = Endless(Folder::new(&editor.repository()), file);
        kiosk.must_refuse_from(Arc::new(source), "too-long");
    }
    assert_eq!(kiosk.shown().unwrap(), bytes(1));
}
