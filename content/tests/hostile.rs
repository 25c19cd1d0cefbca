//! Damaged and hostile files: a named error each, never a panic.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::format_collect,
    reason = "a helper that fails is a test that fails; inputs are written here"
)]

use std::io::Write as _;
use std::path::{Path, PathBuf};

use parvis_content::dila::{self, ArchiveError, DilaError, Refusal, XmlError};
use parvis_content::{ContentFile, Lang, OpenError, SearchIndex, SheetId, file, source};
use proptest::prelude::*;
use tempfile::TempDir;
use zip::write::SimpleFileOptions;

const MENU: &str = r#"<?xml version="1.0" encoding="UTF-8"?><Menu xmlns:dc="x"><dc:date>2024-03-06</dc:date>
<ItemMenu type="Theme" ID="N1"><Titre>Papiers</Titre><ItemMenu type="Dossier" ID="N2"><Titre>Carte</Titre></ItemMenu></ItemMenu></Menu>"#;

fn sheet(id: &str, body: &str) -> String {
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?><Publication xmlns:dc="x" ID="{id}" type="Fiche d'information conditionnée"><dc:title>Titre</dc:title>{body}</Publication>"#
    )
}

fn archive(folder: &TempDir, files: &[(&str, &[u8])]) -> PathBuf {
    let path = folder.path().join("a.zip");
    let mut zip = zip::ZipWriter::new(std::fs::File::create(&path).unwrap());
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap();
    path
}

/// Imports a good sheet beside `bytes` as `F2.xml` and gives the rule that `F2.xml` broke.
fn refusal(bytes: &[u8]) -> Refusal {
    let folder = TempDir::new().unwrap();
    let good = sheet("F1", "<Texte><Paragraphe>Bien</Paragraphe></Texte>");
    let path =
        archive(&folder, &[("menu.xml", MENU.as_bytes()), ("F1.xml", good.as_bytes()), ("F2.xml", bytes)]);
    let mut imported = dila::import(&path).unwrap();
    assert_eq!(imported.sheets.len(), 1, "the good sheet is kept");
    let (name, rule) = imported.report.refused.pop().expect("F2 is refused");
    assert_eq!(name, "F2.xml");
    rule
}

#[test]
fn each_broken_rule_of_a_file_has_its_name() {
    let latin =
        [sheet("F2", "<Texte>").into_bytes(), vec![0xe9], b"</Texte></Publication>".to_vec()].concat();
    assert!(matches!(refusal(&latin), Refusal::Xml(XmlError::Encoding(_))));
    let announced = sheet("F2", "").replace("UTF-8", "ISO-8859-1");
    assert!(matches!(refusal(announced.as_bytes()), Refusal::Xml(XmlError::Encoding(_))));
    let bomb = r#"<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><Publication>&b;</Publication>"#;
    assert_eq!(refusal(bomb.as_bytes()), Refusal::Xml(XmlError::DocumentType));
    let entity = sheet("F2", "<Texte>&bombe;</Texte>");
    assert_eq!(refusal(entity.as_bytes()), Refusal::Xml(XmlError::Entity("bombe".into())));
    let deep = sheet("F2", &format!("{}{}", "<Texte>".repeat(60), "</Texte>".repeat(60)));
    assert_eq!(refusal(deep.as_bytes()), Refusal::Xml(XmlError::TooDeep));
    // Numbered, or the zip would be refused for its ratio.
    let elements: String = (0..=dila::ELEMENTS_MAX).map(|at| format!("<a b=\"{at}\"/>")).collect();
    let many = sheet("F2", &elements);
    assert_eq!(refusal(many.as_bytes()), Refusal::Xml(XmlError::TooMany));
    let cut = &sheet("F2", "<Texte>")[..140];
    assert!(matches!(refusal(cut.as_bytes()), Refusal::Xml(XmlError::Malformed { .. })));
    assert_eq!(refusal(b""), Refusal::Xml(XmlError::Empty));
    assert_eq!(refusal(b"<html/>"), Refusal::Root("html".into()));
    assert_eq!(refusal(sheet("F3", "").as_bytes()), Refusal::Id);
    assert_eq!(refusal(sheet("F2", "").replace("Titre", "").as_bytes()), Refusal::NoTitle);
    let unknown = sheet("F2", "").replace("Fiche d'information conditionnée", "Poème");
    assert_eq!(refusal(unknown.as_bytes()), Refusal::Type("Poème".into()));
    let nested = format!("{}{}", "<Liste><Item>".repeat(20), "</Item></Liste>".repeat(20));
    let nested = nested.replace("<Item></Item>", "<Item><Paragraphe>x</Paragraphe></Item>");
    let cases = format!("{}<Paragraphe>x</Paragraphe>{}", "<ASavoir>".repeat(30), "</ASavoir>".repeat(30));
    const { assert!(dila::DEPTH_MAX > 40, "the two cases below stay under the depth of the XML itself") };
    assert_eq!(refusal(sheet("F2", &format!("<Texte>{cases}{nested}</Texte>")).as_bytes()), Refusal::TooDeep);
}

#[test]
fn an_archive_beyond_a_bound_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let huge = vec![b' '; dila::FILE_BYTES_MAX as usize + 1];
    let path = archive(&folder, &[("menu.xml", MENU.as_bytes()), ("F1.xml", &huge)]);
    assert!(matches!(dila::import(&path), Err(DilaError::Archive(ArchiveError::Bound { .. }))));
    // Compressed a thousand times: a bomb, even if small.
    let bomb = vec![b'a'; 5_000_000];
    let path = archive(&folder, &[("menu.xml", MENU.as_bytes()), ("F1.xml", &bomb)]);
    let error = dila::import(&path).unwrap_err();
    assert!(error.to_string().contains("times its size"), "{error}");
    let path = archive(&folder, &[("a/F1.xml", b"<a/>"), ("b/F1.xml", b"<a/>")]);
    assert!(matches!(dila::import(&path), Err(DilaError::Archive(ArchiveError::Twice { .. }))));
}

#[test]
fn an_archive_that_is_none_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let good = sheet("F1", "");
    let path = archive(&folder, &[("menu.xml", MENU.as_bytes()), ("F1.xml", good.as_bytes())]);
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 30]).unwrap();
    assert!(matches!(dila::import(&path), Err(DilaError::Archive(ArchiveError::NotZip { .. }))));
    std::fs::write(&path, b"not a zip").unwrap();
    assert!(matches!(dila::import(&path), Err(DilaError::Archive(ArchiveError::NotZip { .. }))));
    assert!(matches!(
        dila::import(&folder.path().join("no")),
        Err(DilaError::Archive(ArchiveError::Io { .. }))
    ));
    let path = archive(&folder, &[("F1.xml", good.as_bytes())]);
    assert!(matches!(dila::import(&path), Err(DilaError::NoMenu { .. })));
    let path = archive(&folder, &[("menu.xml", MENU.as_bytes())]);
    assert!(matches!(dila::import(&path), Err(DilaError::Empty { .. })));
    let path = archive(&folder, &[("menu.xml", b"<!DOCTYPE a>".as_slice()), ("F1.xml", good.as_bytes())]);
    assert!(matches!(dila::import(&path), Err(DilaError::Index { .. })));
}

fn fixture() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/bundle"))
}

fn built(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("contenu d'essai.parvis");
    file::write(&source::read(fixture()).unwrap().library, &path).unwrap();
    path
}

#[test]
fn what_is_no_content_file_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x");
    assert!(matches!(ContentFile::open(&path), Err(OpenError::Missing { .. })));
    assert!(matches!(ContentFile::open(folder.path()), Err(OpenError::NotContent { .. })));
    std::fs::write(&path, "petit").unwrap();
    assert!(matches!(ContentFile::open(&path), Err(OpenError::NotContent { .. })));
    std::fs::write(&path, "x".repeat(5000)).unwrap();
    assert!(matches!(ContentFile::open(&path), Err(OpenError::NotContent { .. })));
    std::fs::remove_file(&path).unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE other (x)").unwrap();
    assert!(matches!(ContentFile::open(&path), Err(OpenError::NotContent { .. })));
}

#[test]
fn a_cut_or_foreign_version_or_extended_file_is_refused_by_name() {
    let folder = TempDir::new().unwrap();
    let path = built(&folder);
    ContentFile::open(&path).unwrap();
    let bytes = std::fs::read(&path).unwrap();
    std::fs::write(&path, &bytes[..bytes.len() - 1]).unwrap();
    assert!(matches!(ContentFile::open(&path), Err(OpenError::Truncated { .. })));
    let mut other = bytes.clone();
    other[63] = 9;
    std::fs::write(&path, &other).unwrap();
    assert!(matches!(ContentFile::open(&path), Err(OpenError::Version { found: 9, .. })));
    std::fs::write(&path, &bytes).unwrap();
    let evil = "CREATE TRIGGER zz AFTER DELETE ON sheet BEGIN DELETE FROM node; END;";
    rusqlite::Connection::open(&path).unwrap().execute_batch(evil).unwrap();
    assert!(matches!(ContentFile::open(&path), Err(OpenError::Schema { .. })));
}

#[test]
fn a_record_that_lies_about_its_size_is_refused() {
    let folder = TempDir::new().unwrap();
    let path = built(&folder);
    let bomb = zstd::bulk::compress(&vec![b' '; 9_000_000], 3).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.execute("UPDATE sheet SET body = ?1 WHERE id = 'carte-perdue'", [bomb]).unwrap();
    drop(connection);
    let content = ContentFile::open(&path).unwrap();
    let error = content.sheet(&SheetId::new("carte-perdue").unwrap(), &Lang::french()).unwrap_err();
    assert!(error.to_string().contains("more than 8000000 bytes"), "{error}");
}

fn search_blob() -> &'static [u8] {
    static BLOB: std::sync::OnceLock<Vec<u8>> = std::sync::OnceLock::new();
    BLOB.get_or_init(|| {
        let library = source::read(fixture()).unwrap().library;
        parvis_content::search::build(&library, &Lang::french()).unwrap()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn a_content_file_with_changed_bytes_never_panics(changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..40)) {
        let folder = TempDir::new().unwrap();
        let path = built(&folder);
        let mut bytes = std::fs::read(&path).unwrap();
        for (at, byte) in &changes {
            let at = at.index(bytes.len());
            bytes[at] = *byte;
        }
        std::fs::write(&path, &bytes).unwrap();
        let Ok(content) = ContentFile::open(&path) else { return Ok(()) };
        let french = Lang::french();
        // Errors are welcome, panics are not.
        let _ = content.home();
        let _ = content.glossary();
        let _ = content.places();
        for (id, lang) in content.sheet_ids().unwrap_or_default() {
            let _ = content.sheet(&id, &lang);
        }
        if let Ok(index) = content.search_index(&french) {
            index.search("carte perdu", 10);
        }
    }

    #[test]
    fn a_search_blob_with_changed_bytes_never_panics(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..60),
        query in "\\PC{0,30}",
    ) {
        let mut blob = search_blob().to_vec();
        for (at, byte) in &changes {
            let at = at.index(blob.len());
            blob[at] = *byte;
        }
        if let Ok(index) = SearchIndex::open(blob.into()) {
            index.search(&query, 20);
            index.search("carte perdue", 20);
        }
    }

    #[test]
    fn random_bytes_as_any_file_of_a_bundle_never_panic(
        which in 0..4_usize,
        bytes in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..400),
            "(\\+\\+\\+\n)?(title|where|checked|\\[\\[question\\]\\]|\\[hall\\])?[ =]?\\PC{0,200}".prop_map(String::into_bytes),
            "\\+\\+\\+\n\\+\\+\\+\n(#{1,6} |- |> |\\| |\\[a\\]\\(sheet:b\\)|<b>|\n|[a-z .]{1,20}){0,40}".prop_map(String::into_bytes),
        ],
    ) {
        let folder = TempDir::new().unwrap();
        copy(fixture(), folder.path());
        let file = ["bundle.toml", "places.toml", "sheets/fr/carte-perdue.md", "guides/fr/quel-papier.toml"][which];
        std::fs::write(folder.path().join(file), bytes).unwrap();
        let _ = source::read(folder.path());
    }
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &target);
        } else {
            std::fs::copy(&path, &target).unwrap();
        }
    }
}
