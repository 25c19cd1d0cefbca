//! Sources that never end, drop at the wrong moment, or hold what is no file.

use std::sync::Arc;

use async_trait::async_trait;
use futures_util::stream;
use parvis_bundle::{Body, Folder, Source, SourceError};

use crate::support::{Editor, NOW, edit, refusal, verified, verified_from};

/// Sends spaces without end instead of one file, or drops the line there.
#[derive(Debug)]
struct Hostile {
    folder: Folder,
    file: &'static str,
    drops: bool,
}

#[async_trait]
impl Source for Hostile {
    async fn open(&self, path: &str, from: u64) -> Result<Body, SourceError> {
        if !path.ends_with(self.file) {
            return self.folder.open(path, from).await;
        }
        if self.drops {
            return Err(SourceError::Interrupted { path: path.to_owned(), reason: "reset".to_owned() });
        }
        Ok(Box::pin(stream::repeat_with(|| Ok(vec![b' '; 16 * 1024].into()))))
    }
}

#[test]
fn data_without_end_is_cut_off_in_every_file() {
    let editor = Editor::new();
    editor.publish(b"one");
    for file in ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"] {
        let source = Hostile { folder: Folder::new(editor.path()), file, drops: false };
        let error = verified_from(Arc::new(source), &editor.first_trust(), NOW).unwrap_err();
        assert_eq!(error.name(), "too-long", "{file}: {error}");
    }
}

#[test]
fn a_line_that_drops_while_the_next_root_is_read_does_not_keep_a_kiosk_on_old_keys() {
    let editor = Editor::new();
    editor.publish(b"one");
    for file in ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"] {
        let source = Hostile { folder: Folder::new(editor.path()), file, drops: true };
        let error = verified_from(Arc::new(source), &editor.first_trust(), NOW).unwrap_err();
        assert_eq!(error.name(), "interrupted", "{file}: {error}");
    }
}

#[test]
fn links_and_pipes_in_place_of_files_are_refused_without_waiting() {
    let editor = Editor::new();
    editor.publish(b"one");
    let timestamp = editor.file("metadata/timestamp.json");
    let aside = editor.file("aside.json");
    std::fs::rename(&timestamp, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &timestamp).unwrap();
    assert_eq!(refusal(editor.path(), &editor.first_trust()), "not-a-file");
    std::fs::remove_file(&timestamp).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, &timestamp, rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU, 0)
        .unwrap();
    assert_eq!(refusal(editor.path(), &editor.first_trust()), "not-a-file");
}

#[test]
fn a_hundred_thousand_other_files_cost_nothing() {
    let editor = Editor::new();
    editor.publish(b"one");
    for at in 0..100_000 {
        std::fs::File::create(editor.file("metadata").join(format!("{at}.jpg"))).unwrap();
    }
    assert!(verified(editor.path(), &editor.first_trust(), NOW).is_ok());
}

#[test]
fn a_root_file_that_is_none_is_no_trust() {
    use parvis_bundle::Trust;
    let editor = Editor::new();
    let path = editor.file("metadata/1.root.json");
    edit(&path, |json| json["signed"]["consistent_snapshot"] = false.into());
    for bad in [&b""[..], b"{}", b"\xff\xfe", &std::fs::read(&path).unwrap()] {
        assert_eq!(Trust::first(bad).unwrap_err().name(), "root");
    }
}
