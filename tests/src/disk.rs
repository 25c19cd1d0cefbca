//! A disk in memory that loses, at a power cut, what was not synced: bytes of files from any point on, or replaced by
//! zeros, and names given, changed or taken since their folder was last synced, from any point on in their order, as
//! a journalling file system does.
#![allow(clippy::unwrap_used, clippy::missing_panics_doc, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::chance::Chance;
use parvis::durable::Disk;

#[derive(Clone, Default)]
struct File {
    bytes: Vec<u8>,
    /// How many of them are surely on the disk.
    synced: usize,
}

#[derive(Clone)]
enum Entry {
    File(usize),
    Link(String),
}

type Names = BTreeMap<PathBuf, Entry>;

#[derive(Clone)]
enum Change {
    Put(PathBuf, Entry),
    Take(PathBuf),
    Rename(PathBuf, PathBuf),
}

#[derive(Clone, Default)]
struct Inside {
    files: Vec<File>,
    names: Names,
    /// Names that are surely on the disk.
    synced: Names,
    /// What changed since, in order.
    changes: Vec<Change>,
    calls_left: usize,
    dead: bool,
    seed: u64,
    story: Vec<String>,
}

/// The disk.
pub struct Forgetful(Mutex<Inside>);

fn apply(names: &mut Names, change: &Change) {
    match change {
        Change::Put(path, entry) => drop(names.insert(path.clone(), entry.clone())),
        Change::Take(path) => drop(names.remove(path)),
        Change::Rename(from, to) => {
            if let Some(entry) = names.remove(from) {
                names.insert(to.clone(), entry);
            }
        }
    }
}

fn missing<T>() -> io::Result<T> {
    Err(io::ErrorKind::NotFound.into())
}

impl Forgetful {
    /// An empty disk; `seed` says what it forgets.
    pub fn new(seed: u64) -> Self {
        Self(Mutex::new(Inside { calls_left: usize::MAX, seed, ..Inside::default() }))
    }

    /// The power goes after so many more calls that change something.
    pub fn cut_after(&self, calls: usize) {
        self.0.lock().unwrap().calls_left = calls;
    }

    /// Whether the power has gone.
    pub fn is_dead(&self) -> bool {
        self.0.lock().unwrap().dead
    }

    /// What was asked of the disk, for a message.
    pub fn story(&self) -> String {
        let inside = self.0.lock().unwrap();
        inside.story.iter().rev().take(40).rev().cloned().collect::<Vec<_>>().join("; ")
    }

    /// What the disk may hold when the power is back, in so many ways: the worst first.
    pub fn after_the_cut(&self, ways: usize) -> Vec<Self> {
        let inside = self.0.lock().unwrap();
        let survivor = |way: usize| {
            let mut chance = Chance::new(inside.seed.wrapping_mul(1_000).wrapping_add(way as u64 + 1));
            let mut below = |end: usize| chance.below(end as u64) as usize;
            let mut after = inside.clone();
            let kept = if way == 0 { 0 } else { below(inside.changes.len() + 1) };
            after.names = inside.synced.clone();
            inside.changes.iter().take(kept).for_each(|change| apply(&mut after.names, change));
            for file in &mut after.files {
                let unsynced = file.bytes.len() - file.synced;
                let kept = if way == 0 { 0 } else { below(unsynced + 1) };
                match below(3) {
                    // The length was written, and not the bytes.
                    0 if way > 0 => file.bytes[file.synced + kept..].fill(0),
                    _ => file.bytes.truncate(file.synced + kept),
                }
                file.synced = file.bytes.len();
            }
            after.synced = after.names.clone();
            after.changes.clear();
            after.forget_unnamed();
            after.story.push(format!("the power was cut, {kept} changes of names kept"));
            (after.calls_left, after.dead, after.seed) = (usize::MAX, false, chance.number());
            Self(Mutex::new(after))
        };
        (0..ways).map(survivor).collect()
    }

    /// Opens a file as the kiosk does, through links.
    pub fn open_followed(&self, path: &Path) -> Option<Box<dyn Read + Send>> {
        let target = match self.0.lock().unwrap().names.get(path)? {
            Entry::File(_) => path.to_owned(),
            Entry::Link(name) => path.with_file_name(name),
        };
        self.open(&target).ok()
    }

    /// A call that changes something; none does after the cut.
    fn change<T>(&self, what: String, act: impl FnOnce(&mut Inside) -> io::Result<T>) -> io::Result<T> {
        let mut inside = self.0.lock().unwrap();
        if inside.dead || inside.calls_left == 0 {
            inside.dead = true;
            return Err(io::Error::other("the power is cut"));
        }
        inside.calls_left -= 1;
        inside.story.push(what);
        act(&mut inside)
    }
}

impl Inside {
    /// What no name leads to is gone.
    fn forget_unnamed(&mut self) {
        let mut kept = Vec::new();
        for entry in self.names.values_mut() {
            if let Entry::File(at) = entry {
                kept.push(std::mem::take(&mut self.files[*at]));
                *at = kept.len() - 1;
            }
        }
        self.files = kept;
        self.synced = self.names.clone();
        self.story = self.story.split_off(self.story.len().saturating_sub(40));
    }

    fn file(&self, path: &Path) -> Option<usize> {
        match self.names.get(path)? {
            Entry::File(at) => Some(*at),
            Entry::Link(_) => None,
        }
    }

    fn renamed(&mut self, change: Change) {
        apply(&mut self.names, &change);
        self.changes.push(change);
    }
}

impl Disk for Forgetful {
    fn open(&self, path: &Path) -> io::Result<Box<dyn Read + Send>> {
        let inside = self.0.lock().unwrap();
        if inside.dead {
            return Err(io::Error::other("the power is cut"));
        }
        let Some(at) = inside.file(path) else { return missing() };
        Ok(Box::new(Cursor::new(inside.files[at].bytes.clone())))
    }

    fn length(&self, path: &Path) -> io::Result<Option<u64>> {
        let inside = self.0.lock().unwrap();
        Ok(inside.file(path).map(|at| inside.files[at].bytes.len() as u64))
    }

    fn append(&self, path: &Path, bytes: &[u8]) -> io::Result<()> {
        self.change(format!("append {} to {}", bytes.len(), path.display()), |inside| {
            let at = if let Some(at) = inside.file(path) {
                at
            } else {
                inside.files.push(File::default());
                let at = inside.files.len() - 1;
                inside.renamed(Change::Put(path.to_owned(), Entry::File(at)));
                at
            };
            inside.files[at].bytes.extend_from_slice(bytes);
            Ok(())
        })
    }

    fn sync(&self, path: &Path) -> io::Result<()> {
        self.change(format!("sync {}", path.display()), |inside| {
            let Some(at) = inside.file(path) else { return missing() };
            inside.files[at].synced = inside.files[at].bytes.len();
            Ok(())
        })
    }

    fn sync_folder(&self, folder: &Path) -> io::Result<()> {
        self.change(format!("sync folder {}", folder.display()), |inside| {
            let inside_folder = |path: &Path| path.parent() == Some(folder);
            let changes = std::mem::take(&mut inside.changes);
            for change in changes {
                let (Change::Put(path, _) | Change::Take(path) | Change::Rename(path, _)) = &change;
                if inside_folder(path) {
                    apply(&mut inside.synced, &change);
                } else {
                    inside.changes.push(change);
                }
            }
            Ok(())
        })
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.change(format!("rename {} to {}", from.display(), to.display()), |inside| {
            if !inside.names.contains_key(from) {
                return missing();
            }
            inside.renamed(Change::Rename(from.to_owned(), to.to_owned()));
            Ok(())
        })
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.change(format!("remove {}", path.display()), |inside| {
            if inside.names.contains_key(path) {
                inside.renamed(Change::Take(path.to_owned()));
            }
            Ok(())
        })
    }

    fn link(&self, name: &str, link: &Path) -> io::Result<()> {
        self.change(format!("link {} to {name}", link.display()), |inside| {
            if inside.names.contains_key(link) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            inside.renamed(Change::Put(link.to_owned(), Entry::Link(name.to_owned())));
            Ok(())
        })
    }

    fn linked(&self, link: &Path) -> io::Result<Option<String>> {
        match self.0.lock().unwrap().names.get(link) {
            Some(Entry::Link(name)) => Ok(Some(name.clone())),
            Some(Entry::File(_)) | None => Ok(None),
        }
    }

    fn names(&self, folder: &Path) -> io::Result<Vec<String>> {
        let inside = self.0.lock().unwrap();
        let paths = inside.names.keys().filter(|path| path.parent() == Some(folder));
        Ok(paths.filter_map(|path| path.file_name()?.to_str().map(str::to_owned)).collect())
    }

    fn make_folder(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }

    fn free(&self, _: &Path) -> io::Result<u64> {
        Ok(u64::MAX / 2)
    }
}
