//! What was converted last time, so that a newer archive costs only its changes.
//!
//! One file: a mark, the version of the importer, a sum of the rest; then, compressed, two lines for each file of the
//! archive: what it depends on, and what it became. A converted text depends on its own file and on the titles of the
//! files it links to, so an entry holds only while both are the same. Everything in it can be made again.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::Changes;
use super::convert::{Catalogue, Content, Converted, Parent};
use super::folder::{Folder, Listed};
use crate::browse::{Entry as Row, Node, NodeKind};
use crate::file::stored;

/// The beginning of a cache.
const MARK: &[u8; 8] = b"PRVSCACH";
/// Largest cache file: 200 MB. That of the DILA corpus has under 20.
const FILE_BYTES_MAX: u64 = 200_000_000;
/// Everything unpacked: 600 MB, as the archive.
const UNPACKED_BYTES_MAX: usize = 600_000_000;
/// zstd level: written after every import, so quickly.
const COMPRESSION: i32 = 1;

/// The text of everything that decides what a file becomes: another text is another importer.
const IMPORTER: [&str; 18] = [
    include_str!("../dila.rs"),
    include_str!("blocks.rs"),
    include_str!("cache.rs"),
    include_str!("convert.rs"),
    include_str!("facts.rs"),
    include_str!("folder.rs"),
    include_str!("guide.rs"),
    include_str!("inline.rs"),
    include_str!("service.rs"),
    include_str!("xml.rs"),
    include_str!("../file/record.rs"),
    include_str!("../file/sheet_record.rs"),
    include_str!("../date.rs"),
    include_str!("../facts.rs"),
    include_str!("../guide.rs"),
    include_str!("../id.rs"),
    include_str!("../plain.rs"),
    include_str!("../sheet.rs"),
];

/// A SHA-256.
pub(super) type Sum = [u8; 32];

pub(super) fn sum(bytes: &[u8]) -> Sum {
    Sha256::digest(bytes).into()
}

/// The version of the importer.
fn version() -> Sum {
    let mut hasher = Sha256::new();
    for text in IMPORTER {
        hasher.update(text.len().to_le_bytes());
        hasher.update(text);
    }
    hasher.finalize().into()
}

/// What the cache says of one file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Entry {
    head: Head,
    /// The stored form; empty for a file that was refused.
    body: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Head {
    name: String,
    /// Of the file.
    sum: Sum,
    asked: BTreeSet<String>,
    /// Of what was answered.
    answers: Sum,
    form: Form,
    parent: Parent,
    acronyms: Vec<(String, String)>,
    dead_links: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
enum Form {
    Refused,
    Sheet,
    Guide,
    Folder,
}

/// The last import.
#[derive(Debug, Default)]
pub(super) struct Cache(BTreeMap<String, Arc<Entry>>);

impl Cache {
    /// Reads the file; what cannot be read is an empty cache.
    pub(super) fn read(path: &Path) -> Self {
        let entries = bytes(path).and_then(|bytes| entries(&bytes)).unwrap_or_default();
        Self(entries.into_iter().map(|entry| (entry.head.name.clone(), Arc::new(entry))).collect())
    }

    /// What the file of that name and sum became, if nothing it depends on has changed.
    pub(super) fn find(
        &self,
        name: &str,
        sum: &Sum,
        catalogue: &Catalogue,
    ) -> Option<(Converted, Arc<Entry>)> {
        let entry = self.0.get(name).filter(|entry| entry.head.sum == *sum)?;
        let same = entry.head.answers == answers(&entry.head.asked, catalogue);
        let converted = entry.converted().filter(|_| same)?;
        Some((converted, Arc::clone(entry)))
    }

    /// How the files of now differ from those of the last time.
    pub(super) fn changes(&self, now: &[(Arc<Entry>, bool)]) -> Changes {
        let mut changes = Changes::default();
        for (entry, converted) in now {
            match self.0.get(&entry.head.name) {
                None => changes.new += 1,
                Some(before) if before.head.sum == entry.head.sum => changes.unchanged += 1,
                Some(_) => changes.changed += 1,
            }
            changes.converted += usize::from(*converted);
        }
        changes.removed = self.0.len() - changes.unchanged - changes.changed;
        changes
    }
}

impl Entry {
    /// `converted` is none for a file that was refused: it is converted, and refused, each time.
    pub(super) fn new(name: &str, sum: Sum, converted: Option<&Converted>, catalogue: &Catalogue) -> Self {
        let stored = converted.and_then(|converted| Some((converted, stored(&converted.content)?)));
        let Some((converted, (form, parent, body))) = stored else {
            return Self { head: Head::of(name, sum, Form::Refused), body: String::new() };
        };
        let head = Head {
            asked: converted.asked.clone(),
            answers: answers(&converted.asked, catalogue),
            parent,
            acronyms: converted.acronyms.clone(),
            dead_links: converted.dead_links,
            ..Head::of(name, sum, form)
        };
        Self { head, body }
    }

    fn converted(&self) -> Option<Converted> {
        let bytes = self.body.as_bytes();
        let parent = self.head.parent.clone();
        let content = match self.head.form {
            Form::Refused => return None,
            Form::Sheet => Content::Sheet(Box::new(stored::sheet_from_bytes(bytes).ok()?), parent),
            Form::Guide => Content::Guide(Box::new(stored::guide_from_bytes(bytes).ok()?), parent),
            Form::Folder => Content::Folder(folder(stored::node_from_bytes(bytes).ok()?)),
        };
        let Head { acronyms, dead_links, asked, .. } = self.head.clone();
        Some(Converted { content, asked, acronyms, dead_links })
    }
}

impl Head {
    fn of(name: &str, sum: Sum, form: Form) -> Self {
        Self {
            name: name.to_owned(),
            sum,
            asked: BTreeSet::new(),
            answers: Sum::default(),
            form,
            parent: Parent::default(),
            acronyms: Vec::new(),
            dead_links: 0,
        }
    }
}

/// The stored form of what a file became.
fn stored(content: &Content) -> Option<(Form, Parent, String)> {
    let (form, parent, bytes) = match content {
        Content::Sheet(sheet, parent) => (Form::Sheet, parent.clone(), stored::sheet_to_bytes(sheet).ok()?),
        Content::Guide(guide, parent) => (Form::Guide, parent.clone(), stored::guide_to_bytes(guide).ok()?),
        Content::Folder(folder) => {
            (Form::Folder, Parent::default(), stored::node_to_bytes(&node(folder)).ok()?)
        }
    };
    Some((form, parent, String::from_utf8(bytes).ok()?))
}

/// A folder in the form of a node: the tree gives nodes their titles and parents later.
fn node(folder: &Folder) -> Node {
    let row = |listed: &Listed| Row {
        target: listed.target.clone(),
        title: listed.title.clone(),
        icon: None,
        summary: listed.summary.clone(),
        group: listed.group.clone(),
    };
    Node {
        id: folder.id.clone(),
        kind: NodeKind::Folder,
        title: String::new(),
        icon: None,
        summary: None,
        intro: folder.intro.clone(),
        parent: None,
        entries: folder.entries.iter().map(row).collect(),
    }
}

fn folder(node: Node) -> Folder {
    let listed =
        |row: Row| Listed { target: row.target, title: row.title, summary: row.summary, group: row.group };
    Folder { id: node.id, intro: node.intro, entries: node.entries.into_iter().map(listed).collect() }
}

/// A sum of what the catalogue answers.
fn answers(asked: &BTreeSet<String>, catalogue: &Catalogue) -> Sum {
    let mut hasher = Sha256::new();
    for id in asked {
        hasher.update(format!("{id:?} {:?}\n", catalogue.target(id)));
    }
    hasher.finalize().into()
}

fn bytes(path: &Path) -> Option<Vec<u8>> {
    let file = File::open(path).ok()?;
    let mut bytes = Vec::new();
    file.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes).ok()?;
    (bytes.len() as u64 <= FILE_BYTES_MAX).then_some(bytes)
}

fn entries(bytes: &[u8]) -> Option<Vec<Entry>> {
    let rest = bytes.strip_prefix(MARK)?.strip_prefix(&version())?;
    let (expected, packed) = rest.split_at_checked(size_of::<Sum>())?;
    if sum(packed) != *expected {
        return None;
    }
    let size = zstd::zstd_safe::get_frame_content_size(packed).ok().flatten()?;
    let size = usize::try_from(size).ok().filter(|size| *size <= UNPACKED_BYTES_MAX)?;
    let text = String::from_utf8(zstd::bulk::decompress(packed, size).ok()?).ok()?;
    let mut lines = text.lines();
    let mut entries = Vec::new();
    while let Some(head) = lines.next() {
        entries.push(Entry { head: serde_json::from_str(head).ok()?, body: lines.next()?.to_owned() });
    }
    Some(entries)
}

/// Writes beside and renames; not synced: a torn cache is no cache.
pub(super) fn write(path: &Path, entries: &[(Arc<Entry>, bool)]) -> io::Result<()> {
    let mut text = String::new();
    for (entry, _) in entries {
        text.push_str(&serde_json::to_string(&entry.head)?);
        text.push('\n');
        text.push_str(&entry.body);
        text.push('\n');
    }
    let packed = zstd::bulk::compress(text.as_bytes(), COMPRESSION)?;
    let mut beside = path.as_os_str().to_owned();
    beside.push(".part");
    let mut file = File::create(&beside)?;
    for part in [&MARK[..], &version(), &sum(&packed), &packed] {
        file.write_all(part)?;
    }
    fs::rename(&beside, path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_that_converts_is_part_of_the_version() {
        let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/dila"));
        for file in fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            // These two read the zip and hang what was converted into the tree, each time anew.
            if path.ends_with("archive.rs") || path.ends_with("tree.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).unwrap();
            assert!(IMPORTER.contains(&text.as_str()), "{} is missing in IMPORTER", path.display());
        }
    }

    #[test]
    fn a_cache_that_is_damaged_cut_or_of_another_version_is_empty() {
        let folder = tempfile::TempDir::new().unwrap();
        let path = folder.path().join("cache");
        let entry = Entry { head: Head::of("F1.xml", sum(b"x"), Form::Refused), body: String::new() };
        write(&path, &[(Arc::new(entry.clone()), true)]).unwrap();
        assert_eq!(*Cache::read(&path).0["F1.xml"], entry);
        let whole = fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&path, &bytes).unwrap();
            assert!(Cache::read(&path).0.is_empty(), "byte {at}");
            fs::write(&path, &whole[..at]).unwrap();
            assert!(Cache::read(&path).0.is_empty(), "cut at {at}");
        }
        assert!(Cache::read(&folder.path().join("none")).0.is_empty());
        assert!(Cache::read(folder.path()).0.is_empty());
    }
}
