//! Importing a newer archive costs its changes only, and gives what a whole import gives.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a helper that fails is a test that fails; what changed is shown"
)]

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use parvis_content::dila::{self, Changes};
use parvis_content::file;
use parvis_content::source::{self, Source};
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

type Files = BTreeMap<String, String>;

fn sheet(id: &str, title: &str, text: &str) -> String {
    format!(
        "<Publication xmlns:dc=\"http://purl.org/dc/elements/1.1/\" ID=\"{id}\" type=\"Fiche d'information conditionnée\">\
         <dc:title>{title}</dc:title><dc:date>modified 2024-01-02</dc:date><Theme ID=\"N1\"><Titre>Papiers</Titre></Theme>\
         <DossierPere ID=\"N2\"/><Texte><Chapitre><Titre>Comment</Titre>{text}</Chapitre></Texte></Publication>"
    )
}

fn folder(id: &str, kind: &str, title: &str, listed: &str) -> String {
    format!(
        "<Publication xmlns:dc=\"http://purl.org/dc/elements/1.1/\" ID=\"{id}\" type=\"{kind}\">\
         <dc:title>{title}</dc:title>{listed}</Publication>"
    )
}

fn files() -> Files {
    let menu = "<Menu xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:date>2024-03-06</dc:date>\
                <Item ID=\"N1\" type=\"Theme\"><Titre>Papiers</Titre><Item ID=\"N2\" type=\"Dossier\"><Titre>Perte</Titre></Item></Item></Menu>";
    let paragraph = "<Paragraphe>Voir <LienInterne LienPublication=\"F2\">ceci</LienInterne>.</Paragraphe>";
    [
        ("menu.xml", menu.to_owned()),
        ("F1.xml", sheet("F1", "Carte perdue", paragraph)),
        ("F2.xml", sheet("F2", "Passeport perdu", "<Paragraphe>Rien.</Paragraphe>")),
        ("F3.xml", sheet("F3", "Permis perdu", "<Paragraphe>Rien.</Paragraphe>")),
        ("F4.xml", "<Publication ID=\"F4\"><dc:title>Cassé".to_owned()),
        ("N1.xml", folder("N1", "Theme", "Papiers", "")),
        (
            "N2.xml",
            folder("N2", "Dossier", "Perte", "<Fiche ID=\"F1\"/><Fiche ID=\"F2\"/><Fiche ID=\"F3\"/>"),
        ),
    ]
    .map(|(name, text)| (name.to_owned(), text))
    .into()
}

fn archive(path: &Path, files: &Files) {
    let mut zip = zip::ZipWriter::new(fs::File::create(path).unwrap());
    for (name, text) in files {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap();
}

/// A folder with an archive and a cache, as an editor has them from one release to the next.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new() -> Self {
        Self { folder: TempDir::new().unwrap() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The bytes of the content file that `archive` gives with the cache, what changed, and that a whole build agrees.
    fn build(&self, archive: &Path) -> (Vec<u8>, Changes) {
        let survey = source::survey_cached(archive, Some(&self.path("cache"))).unwrap();
        let source = survey.source.unwrap();
        let changes = source.imports[0].report.changes.unwrap();
        println!("{changes}");
        let bytes = self.written(&source);
        assert!(bytes == self.written(&source::read(archive).unwrap()), "a whole build gives other bytes");
        (bytes, changes)
    }

    fn written(&self, source: &Source) -> Vec<u8> {
        let path = self.path("contenu.parvis");
        file::write(&source.library, &path).unwrap();
        fs::read(path).unwrap()
    }

    /// The same for a list of files.
    fn release(&self, files: &Files) -> Changes {
        let path = self.path("archive.zip");
        archive(&path, files);
        self.build(&path).1
    }
}

/// New, changed, removed, unchanged, converted.
fn counts(changes: Changes) -> [usize; 5] {
    let Changes { new, changed, removed, unchanged, converted } = changes;
    [new, changed, removed, unchanged, converted]
}

#[test]
fn only_what_changed_is_converted_and_the_file_is_the_same() {
    let desk = Desk::new();
    let mut files = files();
    // The broken file is converted, and refused, each time.
    assert_eq!(counts(desk.release(&files)), [6, 0, 0, 0, 6]);
    assert_eq!(counts(desk.release(&files)), [0, 0, 0, 6, 1]);
    files.insert("F3.xml".to_owned(), sheet("F3", "Permis perdu", "<Paragraphe>Du neuf.</Paragraphe>"));
    assert_eq!(counts(desk.release(&files)), [0, 1, 0, 5, 2]);
    files.remove("F3.xml");
    files.insert("F5.xml".to_owned(), sheet("F5", "Visa perdu", "<Paragraphe>Rien.</Paragraphe>"));
    // The folder listed the sheet that is gone, so it is converted too.
    assert_eq!(counts(desk.release(&files)), [1, 0, 1, 5, 3]);
}

#[test]
fn a_title_that_changes_is_new_wherever_it_is_shown() {
    let desk = Desk::new();
    let mut files = files();
    desk.release(&files);
    files.insert("F2.xml".to_owned(), sheet("F2", "Passeport volé", "<Paragraphe>Rien.</Paragraphe>"));
    // F2 itself, F1 that links to it, N2 that lists it, and the broken file.
    assert_eq!(counts(desk.release(&files)), [0, 1, 0, 5, 4]);
}

#[test]
fn a_damaged_cache_is_ignored_and_a_cache_that_cannot_be_written_does_no_harm() {
    let desk = Desk::new();
    let files = files();
    desk.release(&files);
    fs::write(desk.path("cache"), b"PRVSCACH and then nothing of ours").unwrap();
    assert_eq!(counts(desk.release(&files)), [6, 0, 0, 0, 6]);
    fs::remove_file(desk.path("cache")).unwrap();
    fs::create_dir(desk.path("cache")).unwrap();
    assert_eq!(counts(desk.release(&files)), [6, 0, 0, 0, 6]);
    assert_eq!(dila::import(&desk.path("archive.zip")).unwrap().report.changes, None);
}

#[test]
fn a_folder_with_two_archives_keeps_their_caches_apart() {
    let desk = Desk::new();
    archive(&desk.path("one.zip"), &files());
    let other = files().into_iter().filter(|(name, _)| name == "menu.xml" || name.starts_with('F'));
    archive(&desk.path("two.zip"), &other.collect());
    let bundle = "[bundle]\nid = \"x\"\ntitle = \"X\"\nlanguage = \"fr\"\ndemonstration = true\n\
                  [hall]\nname = \"X\"\naddress = []\n\
                  [[import]]\nkind = \"dila\"\npath = \"one.zip\"\n[[import]]\nkind = \"dila\"\npath = \"two.zip\"\n";
    fs::write(desk.path("bundle.toml"), bundle).unwrap();
    let read = || {
        let survey = source::survey_cached(desk.folder.path(), Some(&desk.path("cache"))).unwrap();
        let source = survey.source.unwrap_or_else(|| panic!("{:?}", survey.faults));
        source.imports.iter().map(|import| counts(import.report.changes.unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(read(), [[6, 0, 0, 0, 6], [4, 0, 0, 0, 4]]);
    assert_eq!(read(), [[0, 0, 0, 6, 1], [0, 0, 0, 4, 1]]);
}

#[test]
fn a_newer_release_of_the_whole_dump_converts_one_percent_and_gives_the_same_bytes() {
    let Some(data) = std::env::var_os("PARVIS_DATA") else {
        println!("skipped: PARVIS_DATA not set");
        return;
    };
    let whole = Path::new(&data).join("dila/vosdroits-part-20240306.zip");
    let desk = Desk::new();
    source::survey_cached(&whole, Some(&desk.path("cache"))).unwrap();
    println!("cache: {} bytes", fs::metadata(desk.path("cache")).unwrap().len());
    let mut zip = zip::ZipArchive::new(fs::File::open(&whole).unwrap()).unwrap();
    let mut files = Files::new();
    for at in 0..zip.len() {
        let mut entry = zip.by_index(at).unwrap();
        let mut text = String::new();
        entry.read_to_string(&mut text).unwrap();
        files.insert(entry.name().unwrap().into_owned(), text);
    }
    let sheets: Vec<String> = files.keys().filter(|name| name.starts_with('F')).cloned().collect();
    let mut changed = 0;
    for name in sheets.iter().step_by(100) {
        let text = files.get_mut(name).unwrap();
        let newer = text.replacen("</Paragraphe>", " Depuis peu.</Paragraphe>", 1);
        changed += usize::from(newer != *text);
        *text = newer;
    }
    files.remove(&sheets[7]);
    let newer = desk.path("newer.zip");
    archive(&newer, &files);
    let (_, found) = desk.build(&newer);
    assert_eq!((found.new, found.changed, found.removed), (0, changed, 1));
    assert!(changed >= 28, "{changed}");
    assert!(found.converted < 2 * changed + 60, "{found}");
}
