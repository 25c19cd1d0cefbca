//! python-tuf, the reference implementation, believes what we publish; and what it signs, we believe or refuse.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use parvis_bundle::pack::pack;
use parvis_bundle::{Digest, Trust};
use serde_json::json;

use crate::editor::{Editor, Kiosk, NOW, bytes};
use crate::program::once;

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

/// A repository with one release that python-tuf signed, with that fault.
fn signed(python: &Path, folder: &Path, fault: &str) -> PathBuf {
    let (packed, record) = (folder.join("packed"), folder.join("record"));
    let content = bytes(1);
    pack(content, std::fs::File::create(&packed).unwrap()).unwrap();
    let about = json!({ "parvis": {
        "format": 1, "title": "Essai", "made": NOW, "sheets": 3,
        "probes": [{ "query": "Carte", "expects": "carte" }],
        "content_bytes": content.len(), "content_sha256": Digest::of(content),
    }});
    std::fs::write(&record, about.to_string()).unwrap();
    let repository = folder.join("repository");
    let output = peer(python, &[Path::new("sign"), &repository, &packed, &record, Path::new(fault)]);
    assert!(output.status.success(), "{}", said(&output));
    repository
}

#[test]
fn a_release_that_names_a_file_elsewhere_is_refused_though_it_is_signed_and_nothing_is_written_there() {
    let Some(python) = python() else { return };
    let editor = Editor::new();
    let refused = |name: &str, refusal: Option<(&str, i32)>| {
        let folder = tempfile::tempdir().unwrap();
        let repository = signed(&python, folder.path(), &format!("name={name}"));
        let mut kiosk = Kiosk::new(&editor);
        kiosk.root = Some(std::fs::read(repository.join("metadata/1.root.json")).unwrap());
        let run = once(&kiosk, &repository.display().to_string(), &[]);
        let Some(refusal) = refusal else {
            assert_eq!(run.code, 0, "{name} harms nobody: {:?}", run.steps);
            return;
        };
        let (error, what) = run.refusal();
        assert_eq!((error, run.code), refusal, "{name}: {what}");
        assert_eq!(std::fs::read_dir(kiosk.shelf.folder()).unwrap().count(), 0, "{name}");
        let beside = std::fs::read_dir(kiosk.folder.path()).unwrap();
        let mut beside: Vec<_> = beside.map(|entry| entry.unwrap().file_name()).collect();
        beside.sort_unstable();
        assert_eq!(beside, ["content", "root.json", "state"], "{name}");
    };
    refused("content-0-to-1.patch.zst", None);
    for bad in ["../../evil", "a/../../evil", "/etc/evil", "folder/evil", "%2e%2e%2fevil", ".hidden", " "] {
        refused(bad, Some(("file-name", 4)));
    }
    for bad in ["..\\evil", "C:\\evil", "\\\\server\\evil"] {
        refused(bad, Some(("file-name", 4)));
    }
    // No names at all for tough, which reads the metadata before us.
    for bad in ["..", ".", "/"] {
        refused(bad, Some(("malformed", 4)));
    }
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
        let repository = signed(&python, folder.path(), fault);
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
