//! python-tuf, the reference implementation, believes what we publish; and what it signs, we believe or refuse.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use parvis_bundle::pack::pack;
use parvis_bundle::{Digest, Trust};
use serde_json::json;

use crate::editor::{Editor, Kiosk, NOW, bytes};

/// The python that `./dev test` prepares; `None`, and a word on the output, when there is none. On a build machine there
/// must be one.
fn python() -> Option<PathBuf> {
    let python = Path::new(env!("CARGO_MANIFEST_DIR")).join("../var/python/bin/python");
    if python.exists() {
        return Some(python);
    }
    assert!(std::env::var_os("CI").is_none(), "python-tuf is not installed: run ./dev test");
    println!("skipped: python-tuf is not installed");
    None
}

fn peer(python: &Path, arguments: &[&Path]) -> Output {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/intake/peer.py");
    Command::new(python).arg(script).args(arguments).output().unwrap()
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn python_tuf_believes_what_we_publish_and_refuses_it_once_it_is_edited() {
    let Some(python) = python() else { return };
    let editor = Editor::new();
    editor.publish(1);
    let release = editor.publish(2);
    let root = editor.file("metadata/1.root.json");
    let verify =
        |name: &str| peer(&python, &[Path::new("verify"), &editor.repository(), &root, Path::new(name)]);
    for file in [&release.full, &release.patches[0].1] {
        let output = verify(&file.name);
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains(&file.bytes.to_string()), "{}", said(&output));
    }
    let target = editor.file(&release.full.path());
    let mut damaged = std::fs::read(&target).unwrap();
    damaged[9] ^= 1;
    std::fs::write(&target, damaged).unwrap();
    assert!(!verify(&release.full.name).status.success());
}

#[test]
fn a_release_that_python_tuf_signed_is_taken_and_what_it_signed_badly_is_refused() {
    let Some(python) = python() else { return };
    let editor = Editor::new();
    for (fault, error) in [
        ("", None),
        ("expired", Some("expired")),
        ("threshold", Some("signature")),
        ("tampered", Some("signature")),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let (packed, record) = (folder.path().join("packed"), folder.path().join("record"));
        pack(bytes(1), std::fs::File::create(&packed).unwrap()).unwrap();
        let content = bytes(1);
        let about = json!({ "parvis": {
            "format": 1, "title": "Essai", "made": NOW, "sheets": 3,
            "probes": [{ "query": "Carte", "expects": "carte" }],
            "content_bytes": content.len(), "content_sha256": Digest::of(content),
        }});
        std::fs::write(&record, about.to_string()).unwrap();
        let repository = folder.path().join("repository");
        let output = peer(&python, &[Path::new("sign"), &repository, &packed, &record, Path::new(fault)]);
        assert!(output.status.success(), "{}", said(&output));
        let mut kiosk = Kiosk::new(&editor);
        let root = std::fs::read(repository.join("metadata/1.root.json")).unwrap();
        Trust::first(&root).unwrap();
        kiosk.root = Some(root);
        // python-tuf dates what it signs by the machine's clock.
        kiosk.now = i64::try_from(parvis::clock::unix_seconds()).unwrap();
        match error {
            None => {
                kiosk.take(&repository).1.unwrap();
                assert_eq!(kiosk.shown().unwrap(), bytes(1));
            }
            Some(error) => kiosk.must_refuse(&repository, error),
        }
    }
}
