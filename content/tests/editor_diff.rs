//! What visitors will see change from one content to the next.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

mod support;

use std::path::Path;
use std::process::Command;

use parvis_content::editor::diff::{Bounds, Diff, Fate, Kind, diff};
use parvis_content::editor::parts::Part;
use parvis_content::search::Lexicon;
use parvis_content::{ContentFile, file, source};
use support::{changed, fixture};
use tempfile::TempDir;

const SHEET: &str = "sheets/fr/carte-perdue.md";
const BOUNDS: Bounds = Bounds { titles: 5, items: 50 };

/// What a kiosk reads of the bundle in `folder`, without the lexicon that nobody searches here.
fn built(folder: &Path) -> (TempDir, ContentFile) {
    let out = TempDir::new().unwrap();
    let path = out.path().join("contenu.parvis");
    let mut library = source::read(folder).unwrap().library;
    library.lexicon = Lexicon::words_only();
    file::write(&library, &path).unwrap();
    let content = ContentFile::open(&path).unwrap();
    (out, content)
}

/// The small bundle beside itself after one change.
fn after(file: &str, change: impl Fn(String) -> String) -> Diff {
    let folder = changed(file, change);
    let ((_kept, old), (_kept_too, new)) = (built(fixture()), built(folder.path()));
    diff(&old, &new, BOUNDS).unwrap()
}

#[test]
fn the_same_content_shows_no_change() {
    let found = after("README.md", |_| "beside the content".to_owned());
    assert_eq!(found, Diff::default());
    assert!(found.summary.is_empty());
}

#[test]
fn a_changed_fact_is_told_with_the_words_before_and_after() {
    let found = after(SHEET, |text| text.replace("where = [", "where = [\"À la préfecture\", "));
    assert_eq!(found.summary.sheets.changed, 1);
    assert_eq!(found.summary.titles, [(Fate::Changed, "Refaire sa carte d'identité perdue".to_owned())]);
    assert_eq!(found.items.len(), 1, "{found:#?}");
    let item = &found.items[0];
    assert_eq!(
        (item.kind, item.fate, item.id.as_str(), item.lang.as_str()),
        (Kind::Sheet, Fate::Changed, "carte-perdue", "fr")
    );
    assert_eq!(item.changes.len(), 1, "{item:#?}");
    assert_eq!(
        (item.changes[0].part, item.changes[0].after.as_slice()),
        (Part::Where, &["À la préfecture".to_owned()][..])
    );
    assert!(item.changes[0].before.is_empty());
}

#[test]
fn facts_come_before_the_text() {
    let found = after(SHEET, |text| {
        text.replace("Il faut un timbre.", "Il faut deux timbres.")
            .replace("bring = ", "bring-nothing = true\n# ")
    });
    let changes = &found.items[0].changes;
    let parts: Vec<Part> = changes.iter().map(|change| change.part).collect();
    assert_eq!(parts, [Part::Bring, Part::Text]);
    assert_eq!(changes[0].after, ["rien à apporter"]);
    assert_eq!(
        (&changes[1].before[0], &changes[1].after[0]),
        (&"Il faut un timbre.".to_owned(), &"Il faut deux timbres.".to_owned())
    );
}

#[test]
fn a_new_date_alone_is_counted_and_not_told() {
    let found = after(SHEET, |text| text.replace("2026-11-02", "2026-11-20"));
    assert_eq!((found.summary.redated, found.summary.sheets.is_zero()), (1, true));
    assert!(found.items.is_empty() && !found.summary.is_empty(), "{found:#?}");
}

#[test]
fn what_comes_and_what_goes_is_told_on_both_sides() {
    let answer = "+++\ntitle = \"Le wifi\"\ntheme = \"famille\"\nkind = \"answer\"\nchecked = 2026-11-14\n+++\nIl est libre.\n";
    let folder = changed("sheets/fr/wifi.md", |_| answer.to_owned());
    let ((_kept, small), (_kept_too, large)) = (built(fixture()), built(folder.path()));
    let more = diff(&small, &large, BOUNDS).unwrap();
    let less = diff(&large, &small, BOUNDS).unwrap();
    assert_eq!((more.summary.sheets.added, more.summary.sheets.removed), (1, 0));
    assert_eq!((less.summary.sheets.added, less.summary.sheets.removed), (0, 1));
    assert_eq!(less.summary.titles, [(Fate::Removed, "Le wifi".to_owned())]);
    assert_eq!(more.summary.themes.changed, 1, "its theme lists it: {more:#?}");
    assert!(
        more.items
            .iter()
            .any(|item| item.kind == Kind::Theme && item.changes[0].after[0].contains("Le wifi"))
    );
}

#[test]
fn places_guides_hall_and_acronyms_are_told() {
    let place = after("places.toml", |text| text.replace("Mairie d'Exemple", "Hôtel de ville"));
    assert_eq!(place.summary.places.changed, 1, "{place:#?}");
    assert!(place.items.iter().any(|item| item.kind == Kind::Place && item.title == "Hôtel de ville"));
    let guide =
        after("guides/fr/quel-papier.toml", |text| text.replace("label = \"Oui\"", "label = \"Oui, tout\""));
    let told = guide.items.iter().any(|item| item.kind == Kind::Guide && item.changes[0].part == Part::Text);
    assert!(guide.summary.guides.changed == 1 && told, "{guide:#?}");
    let hall = after("bundle.toml", |text| text.replace("01 99 00 00 00", "01 99 00 00 09"));
    assert!(hall.summary.hall && hall.items[0].changes[0].after == ["01 99 00 00 09"], "{hall:#?}");
    let acronym = after("bundle.toml", |text| format!("{text}\n\"MSA\" = \"mutualité sociale agricole\"\n"));
    assert_eq!(acronym.summary.acronyms.added, 1, "{acronym:#?}");
}

#[test]
fn what_is_told_is_bounded_and_what_is_counted_is_not() {
    let folder = changed(SHEET, |text| text.replace("where = [", "where = [\"Là\", "));
    let path = folder.path().join("sheets/fr/naissance.md");
    let text = std::fs::read_to_string(&path).unwrap().replace("title = \"", "title = \"Bientôt : ");
    std::fs::write(&path, text).unwrap();
    let ((_kept, old), (_kept_too, new)) = (built(fixture()), built(folder.path()));
    let found = diff(&old, &new, Bounds { titles: 1, items: 1 }).unwrap();
    assert_eq!((found.summary.sheets.changed, found.summary.titles.len(), found.summary.more), (2, 1, 1));
    assert_eq!(found.items.iter().filter(|item| item.kind == Kind::Sheet).count(), 1);
    assert!(found.more >= 1, "{found:#?}");
}

#[test]
fn a_damaged_file_is_an_error_and_no_panic() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("x.parvis");
    file::write(&source::read(fixture()).unwrap().library, &path).unwrap();
    let connection = rusqlite::Connection::open(&path).unwrap();
    for hostile in
        ["UPDATE sheet SET body = x'00'", "UPDATE sheet SET body = 7", "UPDATE sheet SET id = '../x'"]
    {
        connection
            .execute_batch(&format!("SAVEPOINT a; {hostile} WHERE id = 'naissance'; RELEASE a;"))
            .unwrap();
        let old = ContentFile::open(&path).unwrap();
        let (_kept, new) = built(fixture());
        assert!(diff(&old, &new, BOUNDS).is_err(), "{hostile}");
    }
}

fn tool(arguments: &[&Path], json: bool) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_parvis-content"));
    command.arg("diff").args(arguments).env("LC_ALL", "fr_FR.UTF-8");
    let output = command.args(json.then_some("--json")).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_tool_compares_folders_and_files() {
    let folder = changed(SHEET, |text| text.replace("where = [", "where = [\"À la préfecture\", "));
    let said = tool(&[fixture(), folder.path()], false);
    let expected = "\
Ce que les visiteurs verront changer. Fiches : 0 de plus, 0 de moins, 1 avec d'autres mots.
~ Fiche « Refaire sa carte d'identité perdue » (carte-perdue, fr)
    Où :
      + À la préfecture
";
    assert_eq!(said, expected);
    assert_eq!(tool(&[fixture(), fixture()], false), "Les visiteurs ne verront rien changer.\n");
    let out = TempDir::new().unwrap();
    let old = out.path().join("x.parvis");
    file::write(&source::read(fixture()).unwrap().library, &old).unwrap();
    let json: serde_json::Value = serde_json::from_str(&tool(&[&old, folder.path()], true)).unwrap();
    assert_eq!(json["summary"]["sheets"]["changed"], 1, "{json}");
    assert_eq!(json["items"][0]["changes"][0]["part"], "where", "{json}");
}
