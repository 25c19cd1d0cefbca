//! Files that are not what was signed: wrong, short, long, bombs, patches that lie, links, pipes, a full disk.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use futures_util::StreamExt as _;

use parvis::durable::{Disk, RealDisk};
use parvis::intake::check::ContentCheck;
use parvis::intake::command::{self, Once};
use parvis::intake::stage::stage;
use parvis::intake::{Pass, Shelf, Step, run};
use parvis_bundle::pack::{pack, pack_patch};
use parvis_bundle::release::Description;
use parvis_bundle::{Body, Digest, Folder, Release, Source, SourceError, StoredFile};

use crate::editor::{Editor, Kiosk, NOW, bytes, wait};

/// A kiosk that shows release 1, and an editor who has published release 2.
fn world() -> (Editor, Kiosk, Release) {
    let editor = Editor::new();
    editor.publish(1);
    let kiosk = Kiosk::new(&editor);
    kiosk.take(&editor.repository()).1.unwrap();
    let release = editor.publish(2);
    (editor, kiosk, release)
}

fn damage(editor: &Editor, file: &StoredFile, change: impl FnOnce(&mut Vec<u8>)) {
    let path = editor.file(&file.path());
    let mut bytes = std::fs::read(&path).unwrap();
    change(&mut bytes);
    std::fs::write(&path, bytes).unwrap();
}

/// The patch that the kiosk would take.
fn patch(release: &Release) -> &StoredFile {
    &release.patches[0].1
}

#[test]
fn a_target_that_is_wrong_short_or_long_is_refused() {
    let (editor, kiosk, release) = world();
    let good = std::fs::read(editor.file(&patch(&release).path())).unwrap();
    for (error, change) in [
        ("mismatch", Box::new(|bytes: &mut Vec<u8>| bytes[20] ^= 1) as Box<dyn FnOnce(&mut Vec<u8>)>),
        ("too-short", Box::new(|bytes: &mut Vec<u8>| bytes.truncate(bytes.len() - 1))),
        ("too-long", Box::new(|bytes: &mut Vec<u8>| bytes.push(0))),
        ("too-short", Box::new(Vec::clear)),
    ] {
        damage(&editor, patch(&release), |bytes| good.clone_into(bytes));
        damage(&editor, patch(&release), change);
        kiosk.must_refuse(&editor.repository(), error);
    }
    damage(&editor, patch(&release), |bytes| good.clone_into(bytes));
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
}

#[test]
fn links_and_pipes_in_place_of_a_target_are_refused_without_waiting() {
    let (editor, kiosk, release) = world();
    let path = editor.file(&patch(&release).path());
    let aside = editor.folder.path().join("aside");
    std::fs::rename(&path, &aside).unwrap();
    std::os::unix::fs::symlink(&aside, &path).unwrap();
    kiosk.must_refuse(&editor.repository(), "not-a-file");
    std::fs::remove_file(&path).unwrap();
    let (fifo, mode) = (rustix::fs::FileType::Fifo, rustix::fs::Mode::RWXU);
    rustix::fs::mknodat(rustix::fs::CWD, &path, fifo, mode, 0).unwrap();
    kiosk.must_refuse(&editor.repository(), "not-a-file");
}

#[test]
fn what_an_earlier_pass_left_is_gone_on_with_and_what_was_damaged_meanwhile_is_read_again() {
    let (editor, kiosk, release) = world();
    let part = kiosk.shelf.path(&format!("{}.part", patch(&release).digest));
    let whole = std::fs::read(editor.file(&patch(&release).path())).unwrap();
    std::fs::write(&part, &whole[..whole.len() / 2]).unwrap();
    let (steps, outcome) = kiosk.take(&editor.repository());
    outcome.unwrap();
    let staged = serde_json::to_value(&steps[2]).unwrap();
    assert_eq!(staged["resumed_bytes"], whole.len() / 2, "{staged}");
    let (editor, kiosk, release) = world();
    let part = kiosk.shelf.path(&format!("{}.part", patch(&release).digest));
    std::fs::write(&part, vec![0; 100]).unwrap();
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
}

#[test]
fn without_the_release_that_a_patch_starts_from_the_whole_file_is_taken() {
    let (editor, kiosk, _) = world();
    // The release shown was damaged on the kiosk's own disk.
    let shown = std::fs::canonicalize(kiosk.shelf.current_path()).unwrap();
    let mut damaged = std::fs::read(&shown).unwrap();
    damaged[5_000] ^= 1;
    std::fs::write(&shown, damaged).unwrap();
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
}

/// A disk that is full once so many bytes are written.
struct Full {
    left: AtomicI64,
    free: u64,
}

impl Disk for Full {
    fn open(&self, path: &Path) -> io::Result<Box<dyn io::Read + Send>> {
        RealDisk.open(path)
    }
    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        RealDisk.length(path)
    }
    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        let left = self.left.fetch_sub(bytes.len() as i64, Ordering::Relaxed);
        if left < bytes.len() as i64 {
            Err(io::ErrorKind::StorageFull.into())
        } else {
            RealDisk.append(path, bytes)
        }
    }
    fn sync(&self, path: &Path) -> io::Result<()> {
        RealDisk.sync(path)
    }
    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        RealDisk.sync_folder(folder)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }
    fn link(&self, name: &str, link: &Path) -> io::Result<()> {
        RealDisk.link(name, link)
    }
    fn linked(&self, link: &Path) -> io::Result<Option<String>> {
        RealDisk.linked(link)
    }
    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        RealDisk.names(folder)
    }
    fn make_folder(&self, folder: &Path) -> io::Result<()> {
        RealDisk.make_folder(folder)
    }
    fn free(&self, _: &Path) -> io::Result<u64> {
        Ok(self.free)
    }
}

#[test]
fn a_disk_that_is_full_or_fills_up_at_any_byte_keeps_what_is_shown() {
    let (editor, kiosk, _) = world();
    let state = kiosk.state();
    let pass = |disk: &Full| {
        let pass =
            Pass { disk, state: &state, shelf: &kiosk.shelf, check: &ContentCheck, root: None, now: NOW };
        wait(run(pass, Arc::new(Folder::new(&editor.repository())), |_| ()))
    };
    let none_free = Full { left: i64::MAX.into(), free: 1_000 };
    assert_eq!(pass(&none_free).unwrap_err().name(), "disk-full");
    for kilobytes in [0, 1, 3, 5, 10, 20, 50, 100, 150] {
        let filling = Full { left: (kilobytes * 1_000).into(), free: u64::MAX / 2 };
        if let Err(error) = pass(&filling) {
            assert_eq!(error.name(), "disk", "{error}");
            assert_eq!(kiosk.shown().unwrap(), bytes(1), "after {kilobytes} kB");
        }
    }
    kiosk.take(&editor.repository()).1.unwrap();
    assert_eq!(kiosk.shown().unwrap(), bytes(2), "room again");
}

/// A release that was signed, of files that lie: what the signatures do not see.
fn staged(
    release: &Release,
    repository: &Path,
    base: Option<&[u8]>,
) -> Result<(bool, Vec<u8>), &'static str> {
    let folder = tempfile::tempdir().unwrap();
    let shelf = Shelf::new(folder.path());
    let digest = base.map(|base| {
        std::fs::write(shelf.path("old"), base).unwrap();
        Digest::of(base)
    });
    let base = digest.as_ref().map(|digest| (digest, "old"));
    let staged = wait(stage(&Folder::new(repository), &RealDisk, &shelf, release, base, "new"));
    let staged = staged.map_err(|error| error.name());
    let left = std::fs::read_dir(folder.path()).unwrap().count();
    assert!(left <= 2, "{left} files are left");
    staged.map(|staged| (staged.patch, std::fs::read(shelf.path("new")).unwrap()))
}

fn stored(repository: &Path, name: &str, bytes: &[u8]) -> StoredFile {
    let file = StoredFile { name: name.to_owned(), bytes: bytes.len() as u64, digest: Digest::of(bytes) };
    std::fs::create_dir_all(repository.join("targets")).unwrap();
    std::fs::write(repository.join(file.path()), bytes).unwrap();
    file
}

fn packed(content: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    pack(content, &mut out).unwrap();
    out
}

fn release_of(full: StoredFile, content: &[u8], said: u64) -> Release {
    let about = Description { title: String::new(), made: NOW, sheets: 1, probes: Vec::new() };
    Release { number: 1, about, content_bytes: said, content: Digest::of(content), full, patches: Vec::new() }
}

#[test]
fn a_bomb_is_refused_and_leaves_nothing_on_the_disk() {
    let repository = tempfile::tempdir().unwrap();
    let bomb = packed(&vec![0; 30_000_000]);
    assert!(bomb.len() < 10_000);
    let full = stored(repository.path(), "content-1.parvis.zst", &bomb);
    assert_eq!(staged(&release_of(full, b"small", 5), repository.path(), None), Err("unpack"));
}

#[test]
fn a_file_that_unpacks_to_something_else_than_was_signed_is_refused() {
    let repository = tempfile::tempdir().unwrap();
    let full = stored(repository.path(), "content-1.parvis.zst", &packed(b"evil"));
    assert_eq!(staged(&release_of(full, b"good", 4), repository.path(), None), Err("mismatch"));
}

#[test]
fn a_patch_that_leads_elsewhere_or_is_none_gives_way_to_the_whole_file() {
    let repository = tempfile::tempdir().unwrap();
    let (old, new) = (bytes(1), bytes(2));
    let full = stored(repository.path(), "content-1.parvis.zst", &packed(new));
    let mut release = release_of(full, new, new.len() as u64);
    let mut elsewhere = Vec::new();
    pack_patch(old, bytes(3), &mut elsewhere).unwrap();
    let mut right = Vec::new();
    pack_patch(old, new, &mut right).unwrap();
    for (patch, by_patch) in [(&elsewhere[..], false), (b"no patch", false), (&right, true)] {
        let file = stored(repository.path(), "content-0-to-1.patch.zst", patch);
        release.patches = vec![(Digest::of(old), file)];
        let (patch, content) = staged(&release, repository.path(), Some(old)).unwrap();
        assert!(patch == by_patch && content == new);
    }
}

/// A stick that is pulled after so many openings and pieces.
#[derive(Debug)]
struct Pulled {
    folder: Folder,
    left: Arc<AtomicI64>,
}

fn pulled(path: &str, left: &AtomicI64) -> Result<(), SourceError> {
    if left.fetch_sub(1, Ordering::Relaxed) > 0 {
        return Ok(());
    }
    Err(SourceError::Interrupted { path: path.to_owned(), reason: "no such device".to_owned() })
}

#[async_trait::async_trait]
impl Source for Pulled {
    async fn open(&self, path: &str, from: u64) -> Result<Body, SourceError> {
        pulled(path, &self.left)?;
        let (body, left, path) = (self.folder.open(path, from).await?, self.left.clone(), path.to_owned());
        Ok(Box::pin(body.map(move |piece| pulled(&path, &left).and(piece))))
    }
}

#[test]
fn a_stick_pulled_at_any_moment_leaves_what_is_shown_and_the_next_one_finishes() {
    let (editor, kiosk, _) = world();
    for moment in 0.. {
        let source = Pulled { folder: Folder::new(&editor.repository()), left: Arc::new(moment.into()) };
        match kiosk.take_from(Arc::new(source)).1 {
            Ok(()) => {
                assert!(moment > 10, "a pass is more than {moment} readings");
                break;
            }
            Err(error) => assert_eq!(error.name(), "interrupted", "{error}"),
        }
        assert_eq!(kiosk.shown().unwrap(), bytes(1), "pulled at moment {moment}");
    }
    assert_eq!(kiosk.shown().unwrap(), bytes(2));
}

#[test]
fn two_passes_at_once_are_one_and_a_word_for_the_other() {
    let (editor, kiosk, _) = world();
    let state = kiosk.state();
    let held = command::lock(&state).unwrap();
    let once = Once {
        from: editor.repository().display().to_string(),
        content: kiosk.shelf.folder().to_owned(),
        state,
        root: None,
        proxy: None,
        authority: None,
    };
    let mut steps = Vec::new();
    assert_eq!(command::once(&once, |step| steps.push(step)), 6);
    assert!(matches!(steps.as_slice(), [Step::Refused { error: "busy", .. }]), "{steps:?}");
    assert_eq!(kiosk.shown().unwrap(), bytes(1));
    drop(held);
    assert!(command::lock(&once.state).is_ok(), "free again");
}
