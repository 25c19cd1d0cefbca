//! An editor with keys and a kiosk with a disk, on real content.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::missing_panics_doc,
    reason = "a test fails by panicking"
)]

use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

use crate::content::described;
use parvis::durable::RealDisk;
use parvis::intake::check::ContentCheck;
use parvis::intake::{IntakeError, Pass, Shelf, Step, run};
use parvis_bundle::ceremony::{Powers, sign_root};
use parvis_bundle::keys::SigningKey;
use parvis_bundle::publish::{Publication, publish};
use parvis_bundle::release::Description;
use parvis_bundle::root::RolePlan;
use parvis_bundle::{Folder, Probe, Release, Source};
use parvis_content::{file, source};

/// 2026-11-01, in seconds since 1970.
pub const NOW: i64 = 1_793_491_200;

/// Runs `future` to its end.
pub fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

/// A small content file of a hall with `sheets` sheets; `version` is in their words.
pub fn small_content(folder: &Path, version: u32) -> PathBuf {
    let source = folder.join(format!("source-{version}"));
    std::fs::create_dir_all(source.join("sheets/fr")).unwrap();
    std::fs::write(source.join("bundle.toml"), BUNDLE).unwrap();
    for name in ["carte", "permis", "logement"] {
        let sheet = SHEET.replace("{name}", name).replace("{version}", &version.to_string());
        std::fs::write(source.join(format!("sheets/fr/{name}.md")), sheet).unwrap();
    }
    let content = folder.join(format!("content-{version}.parvis"));
    let read = source::read(&source).unwrap_or_else(|error| panic!("{error}"));
    file::write(&read.library, &content).unwrap();
    content
}

/// The bytes of [`small_content`], built once a program.
pub fn bytes(version: u32) -> &'static [u8] {
    static BUILT: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let built = BUILT.get_or_init(|| {
        let folder = tempfile::tempdir().unwrap();
        (1..=3).map(|version| std::fs::read(small_content(folder.path(), version)).unwrap()).collect()
    });
    &built[version as usize - 1]
}

const BUNDLE: &str = r#"
[bundle]
id = "essai"
title = "Accueil d'essai"
language = "fr"
demonstration = true

[hall]
name = "Accueil d'essai"
address = ["1 place des Tilleuls", "35990 Essai"]
phone = "02 61 91 10 10"

[[theme]]
id = "papiers"
title = "Mes papiers"
icon = "card"
"#;

const SHEET: &str = include_str!("sheet.md");

/// An editor with keys and a repository.
pub struct Editor {
    /// Of the repository.
    pub folder: tempfile::TempDir,
    /// Signs publications.
    pub key: SigningKey,
    /// Sign roots.
    pub roots: Vec<SigningKey>,
    /// When it signs.
    pub now: i64,
}

impl Default for Editor {
    fn default() -> Self {
        Self::new()
    }
}

impl Editor {
    /// With one key for roots and one for publications.
    pub fn new() -> Self {
        Self::at(NOW)
    }

    /// One that signs by the machine's clock, for the program, which reads it.
    pub fn today() -> Self {
        Self::at(i64::try_from(parvis::clock::unix_seconds()).unwrap())
    }

    fn at(now: i64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (key, root) = (SigningKey::generate().unwrap(), SigningKey::generate().unwrap());
        let powers = Powers {
            root: RolePlan { keys: vec![root.public()], threshold: 1 },
            publication: RolePlan { keys: vec![key.public()], threshold: 1 },
        };
        let editor = Self { folder, key, roots: vec![root], now };
        wait(sign_root(&editor.repository(), powers, &editor.roots, now)).unwrap();
        editor
    }

    /// What is published.
    pub fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    /// A file of it.
    pub fn file(&self, path: &str) -> PathBuf {
        self.repository().join(path)
    }

    /// What a kiosk is given to begin with.
    pub fn root(&self) -> Vec<u8> {
        std::fs::read(self.file("metadata/1.root.json")).unwrap()
    }

    /// Publishes [`bytes`] of `version`.
    pub fn publish(&self, version: u32) -> Release {
        self.publish_bytes(bytes(version), 3, "Carte")
    }

    /// Publishes any content, and says that it has so many sheets and answers `probe` with the first.
    pub fn publish_bytes(&self, content: &[u8], sheets: u32, probe: &str) -> Release {
        let file = self.folder.path().join("content");
        std::fs::write(&file, content).unwrap();
        let probes = vec![Probe { query: probe.to_owned(), expects: "carte".to_owned() }];
        let about = Description { title: "Essai".to_owned(), made: self.now, sheets, probes };
        self.publish_about(&file, about)
    }

    /// Publishes the publisher's real content.
    pub fn publish_file(&self, content: &Path) -> Release {
        self.publish_about(content, described(content, self.now))
    }

    fn publish_about(&self, content: &Path, about: Description) -> Release {
        let publication = Publication { content, about, days: 180 };
        wait(publish(&self.repository(), publication, &self.key, |_| ())).unwrap()
    }
}

/// A kiosk's folders.
pub struct Kiosk {
    /// All of them.
    pub folder: tempfile::TempDir,
    /// Its releases.
    pub shelf: Shelf,
    /// The root that it is given.
    pub root: Option<Vec<u8>>,
    /// Its clock, in seconds since 1970.
    pub now: i64,
}

impl Kiosk {
    /// With nothing but the editor's root.
    pub fn new(editor: &Editor) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let shelf = Shelf::new(&folder.path().join("content"));
        Self { folder, shelf, root: Some(editor.root()), now: NOW }
    }

    /// What its intake remembers.
    pub fn state(&self) -> PathBuf {
        self.folder.path().join("state")
    }

    /// A pass of its intake.
    pub fn pass<'a>(&'a self, state: &'a Path) -> Pass<'a> {
        Pass {
            disk: &RealDisk,
            state,
            shelf: &self.shelf,
            check: &ContentCheck,
            root: self.root.as_deref(),
            now: self.now,
        }
    }

    /// One pass over a folder: its steps, and how it ended.
    pub fn take(&self, from: &Path) -> (Vec<Step>, Result<(), IntakeError>) {
        self.take_from(Arc::new(Folder::new(from)))
    }

    /// The same over any source.
    pub fn take_from(&self, source: Arc<dyn Source>) -> (Vec<Step>, Result<(), IntakeError>) {
        let (mut steps, state) = (Vec::new(), self.state());
        let outcome = wait(run(self.pass(&state), source, |step| steps.push(step)));
        (steps, outcome)
    }

    /// The bytes that a kiosk would open now.
    pub fn shown(&self) -> Option<Vec<u8>> {
        std::fs::read(self.shelf.current_path()).ok()
    }

    /// The kiosk looks at what it was given.
    pub fn opens(&self, opened: bool) {
        let file = self.shelf.current(&RealDisk).unwrap().unwrap();
        Shelf::tell_shown(&RealDisk, &self.shelf.current_path(), &file, opened);
    }

    /// What is offered in `from` is refused under the name `error`, and what was shown still is.
    pub fn must_refuse(&self, from: &Path, error: &str) {
        self.must_refuse_from(Arc::new(Folder::new(from)), error);
    }

    /// The same of any source.
    pub fn must_refuse_from(&self, source: Arc<dyn Source>, error: &str) {
        let before = self.shown();
        let (steps, outcome) = self.take_from(source);
        let found = outcome.expect_err("it was believed");
        assert_eq!(found.name(), error, "{found}");
        assert!(matches!(steps.last(), Some(Step::Refused { .. })), "{steps:?}");
        assert_eq!(self.shown(), before, "{error}: what was shown has changed");
    }
}
