//! The editors' folder, from its files to what a kiosk reads; and every fault told at once.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::format_collect,
    reason = "a helper that fails is a test that fails; inputs are written here"
)]

mod support;

use parvis_content::source::{self, SourceError};
use parvis_content::{
    Block, ContentFile, DigitalKind, Fact, Facts, GuideId, HitKind, Lang, Link, Next, NodeId, PlaceId,
    SheetId, SheetKind, Target, Weekday, file,
};
use support::{changed, faults, fixture};
use tempfile::TempDir;

fn content() -> (TempDir, ContentFile) {
    support::built(fixture())
}

fn is_send<T: Send>(_: &T) {}
fn is_sync<T: Send + Sync>(_: &T) {}

#[test]
fn the_file_says_what_it_holds() {
    let (_folder, content) = content();
    is_send(&content);
    is_sync(&content.search_index(&Lang::french()).unwrap());
    let info = content.info();
    assert_eq!((info.bundle.as_str(), info.title.as_str()), ("petit-hall", "Le petit hall"));
    assert_eq!((info.sheets, info.guides, info.places), (2, 1, 1));
    assert_eq!(info.hall.phone.as_deref(), Some("01 99 00 00 00"));
    assert_eq!(info.hall.hours.on(Weekday::Monday).len(), 2);
    assert_eq!(info.newest.unwrap().to_string(), "2026-11-02");
    assert!(info.demonstration);
}

#[test]
fn home_leads_to_every_sheet() {
    let (_folder, content) = content();
    let home = content.home().unwrap();
    let titles: Vec<&str> = home.iter().map(|entry| entry.title.as_str()).collect();
    assert_eq!(titles, ["Mes papiers", "Ma famille", "Comment faire si…", "Lieux utiles"]);
    assert!(home.iter().all(|entry| entry.icon.is_some()));
    let papers = content.children(&NodeId::new("papiers").unwrap()).unwrap();
    assert_eq!(papers[0].title, "Perte et vol");
    assert_eq!(papers[1].target, Target::Guide(GuideId::new("quel-papier").unwrap()));
    let lost = content.children(&NodeId::new("papiers-perte").unwrap()).unwrap();
    assert_eq!(lost[0].target, Target::Sheet(SheetId::new("carte-perdue").unwrap()));
    assert!(content.children(&NodeId::new("rien").unwrap()).unwrap().is_empty());
}

#[test]
fn a_sheet_comes_back_as_it_was_written() {
    let (_folder, content) = content();
    let sheet =
        content.sheet(&SheetId::new("carte-perdue").unwrap(), &Lang::new("ar").unwrap()).unwrap().unwrap();
    assert_eq!(sheet.lang, Lang::french(), "no Arabic: French stands in and says so");
    assert_eq!(
        sheet.summary[0],
        "Vous avez perdu votre carte. La CAF (caisse d'allocations familiales) n'y peut rien."
    );
    assert_eq!(sheet.facts.bring.stated().unwrap().len(), 2);
    assert_eq!(sheet.facts.digital.stated().unwrap()[0].kind, DigitalKind::Email);
    let human = sheet.facts.human.stated().unwrap();
    assert_eq!(human.place, Some(PlaceId::new("mairie").unwrap()));
    let blocks = &sheet.sections[0].blocks;
    assert!(
        matches!(&blocks[1], Block::List { ordered: true, items } if items.len() == 2 && items[1].len() == 2)
    );
    assert!(
        matches!(&blocks[2], Block::Note { blocks, .. } if *blocks == [Block::Paragraph("La CAF demande aussi une copie.".into())])
    );
    assert!(
        matches!(&blocks[3], Block::Table { header, rows, .. } if header.len() == 2 && rows == &[["Perte", "25 €"]])
    );
    let Block::Choices { question, cases } = &blocks[4] else { panic!("{:?}", blocks[4]) };
    assert_eq!(question.as_deref(), Some("Où êtes-vous né ?"));
    let Block::Link { target: Link::Inside(target), label } = &cases[1].blocks[1] else { panic!("a button") };
    assert_eq!((target.id(), label.as_str()), ("naissance", "Je viens d'avoir un enfant"));
    assert!(matches!(&blocks[5], Block::SubSection { title, .. } if title == "Le prix"));
    let Block::Link { label, .. } = &sheet.sections[1].blocks[0] else { panic!("a place") };
    assert_eq!(label, "Mairie d'Exemple");
    assert_eq!(sheet.trail.len(), 2);
    assert!(sheet.demonstration);
}

#[test]
fn nothing_to_bring_and_unspecified_are_two_things() {
    let (_folder, content) = content();
    let sheet = content.sheet(&SheetId::new("naissance").unwrap(), &Lang::french()).unwrap().unwrap();
    assert_eq!(sheet.kind, SheetKind::LifeEvent);
    assert_eq!(sheet.facts.bring, Fact::Stated(Vec::new()));
    assert_eq!(sheet.facts.digital, Fact::Stated(Vec::new()));
    let events = content.children(&NodeId::new("commentFaireSi").unwrap()).unwrap();
    assert_eq!(events[0].title, "Je viens d'avoir un enfant");
}

#[test]
fn an_answer_of_the_halls_staff_needs_no_facts_and_says_what_it_is() {
    let folder = changed("sheets/fr/wifi.md", |_| ANSWER.to_owned());
    let (_folder, content) = support::built(folder.path());
    let sheet = content.sheet(&SheetId::new("wifi").unwrap(), &Lang::french()).unwrap().unwrap();
    assert_eq!(sheet.kind, SheetKind::StaffAnswer);
    assert_eq!(sheet.facts, Facts::default(), "nothing is made up");
    assert_eq!(sheet.source.publisher, "Accueil du petit hall");
    assert_eq!(sheet.summary, ["Le code est affiché à l'accueil."]);
    let results = content.search_index(&Lang::french()).unwrap().search("wifi", 5);
    let first = &results.hits[0];
    assert_eq!((first.target.id(), first.kind), ("wifi", HitKind::Sheet(SheetKind::StaffAnswer)));
}

#[test]
fn an_answer_still_needs_a_title_a_theme_a_date_and_a_text() {
    let found = faults("sheets/fr/wifi.md", |_| "+++\nkind = \"answer\"\n+++\n".to_owned());
    let expected =
        ["pas de version courte", "il manque « checked »", "il manque « title »", "il manque « theme »"];
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (fault, expected) in found.iter().zip(expected) {
        assert!(fault.starts_with(&format!("sheets/fr/wifi.md:1 : {expected}")), "{fault}");
    }
    let unknown = faults(SHEET, |text| text.replace("theme =", "kind = \"réponse\"\ntheme ="));
    assert_eq!(
        unknown,
        [
            "sheets/fr/carte-perdue.md:3 : genre de fiche inconnu « réponse » : procedure, life-event ou answer"
        ]
    );
}

#[test]
fn what_an_answer_states_is_kept_and_checked_like_any_fact() {
    let stated = ANSWER.replace("checked", "where = [\"Dans le hall\"]\nbring-nothing = true\nchecked");
    let folder = changed("sheets/fr/wifi.md", |_| stated.clone());
    let (_folder, content) = support::built(folder.path());
    let sheet = content.sheet(&SheetId::new("wifi").unwrap(), &Lang::french()).unwrap().unwrap();
    assert_eq!(sheet.facts.place, Fact::Stated(vec!["Dans le hall".to_owned()]));
    assert_eq!(sheet.facts.bring, Fact::Stated(Vec::new()));
    let found = faults("sheets/fr/wifi.md", |_| stated.replace("[\"Dans le hall\"]", "[]"));
    assert!(
        found.len() == 1 && found[0].starts_with("sheets/fr/wifi.md:5 : « where » est vide"),
        "{found:?}"
    );
}

#[test]
fn a_guide_and_a_place_come_back() {
    let (_folder, content) = content();
    let guide = content.guide(&GuideId::new("quel-papier").unwrap(), &Lang::french()).unwrap().unwrap();
    let first = guide.question(&guide.start).unwrap();
    let Next::Outcome(blocks) = &first.answers[0].next else { panic!("the first answer ends") };
    assert!(matches!(&blocks[0], Block::Link { label, .. } if label == "Refaire sa carte d'identité perdue"));
    let Next::Question(next) = &first.answers[1].next else { panic!("the second goes on") };
    assert_eq!(guide.question(next).unwrap().answers.len(), 2);
    let place = content.place(&PlaceId::new("mairie").unwrap()).unwrap().unwrap();
    assert_eq!(place.hours.on(Weekday::Tuesday)[0].from(), 540, "ranges are sorted");
    assert_eq!(content.places().unwrap(), [place]);
    assert_eq!(content.glossary().unwrap().expansion("CAF"), Some("caisse d'allocations familiales"));
}

#[test]
fn search_finds_by_everyday_words_typos_and_beginnings() {
    let (_folder, content) = content();
    let index = content.search_index(&Lang::french()).unwrap();
    for query in
        ["carte didentité perdu", "cni", "perdu mes papiers", "CARTE", "cart", "identitee", "idantité"]
    {
        let results = index.search(query, 5);
        assert_eq!(results.hits[0].target.id(), "carte-perdue", "{query}: {results:?}");
    }
    let results = index.search("refaire la cart", 5);
    assert!(results.hits[0].words.starts_with(&["refaire".to_owned(), "carte".to_owned()]), "{results:?}");
    assert!(results.hits.iter().any(|hit| hit.kind == HitKind::Sheet(SheetKind::Procedure)));
    assert!(index.search("", 5).hits.is_empty());
    assert!(index.search("xqzwv", 5).hits.is_empty());
    assert!(index.search("carte", 1).hits.len() == 1);
}

#[test]
fn two_builds_give_the_same_bytes() {
    let folder = TempDir::new().unwrap();
    let paths = ["a", "b"].map(|name| folder.path().join(name));
    for path in &paths {
        file::write(&source::read(fixture()).unwrap().library, path).unwrap();
    }
    assert_eq!(std::fs::read(&paths[0]).unwrap(), std::fs::read(&paths[1]).unwrap());
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 2, "nothing is left beside");
}

const SHEET: &str = "sheets/fr/carte-perdue.md";
/// The least that an answer of the hall's staff says.
const ANSWER: &str = "+++
title = \"Quel est le code du wifi ?\"
theme = \"famille\"
kind = \"answer\"
checked = 2026-11-14
+++
Le code est affiché à l'accueil.
";

#[test]
fn every_missing_fact_is_told_at_once() {
    let found = faults(SHEET, |text| {
        text.lines()
            .filter(|line| {
                let keys = ["where ", "when ", "bring ", "digital ", "human ", "source ", "checked "];
                !keys.iter().any(|key| line.starts_with(key))
            })
            .map(|line| format!("{line}\n"))
            .collect()
    });
    assert_eq!(found.len(), 7, "{found:#?}");
    for key in ["where", "when", "bring", "digital", "human", "source", "checked"] {
        assert!(
            found.iter().any(|f| f.starts_with(&format!("{SHEET}:1 : il manque « {key} »"))),
            "{key} {found:#?}"
        );
    }
}

#[test]
fn each_fault_names_its_line_and_what_to_do() {
    let cases: [(&str, &str, &str, &str); 19] = [
        (SHEET, "theme = \"papiers\"", "theme = \"rien\"", ":3 : thème inconnu « rien »"),
        (SHEET, "folder = \"papiers-perte\"", "folder = \"rien\"", ":4 : dossier inconnu « rien »"),
        (SHEET, "place = \"mairie\"", "place = \"poste\"", ":10 : le lieu « poste » n'existe pas"),
        (SHEET, "sheet:naissance", "sheet:rien", ":44 : la fiche « rien » n'existe pas"),
        (SHEET, "kind = \"email\"", "kind = \"fax\"", ":9 : exigence inconnue « fax »"),
        (SHEET, "checked = 2026-11-02", "checked = 1026-11-02", ":12 : « checked » n'est pas un jour"),
        (SHEET, "words = ", "mots = ", ":5 : clé inconnue `mots`"),
        (SHEET, "words = [", "words = ", ":5 : ce n'est pas du TOML attendu ici"),
        (
            SHEET,
            "Allez dans une mairie équipée.",
            "Allez dans une mairie équipée le matin ou le soir avec tous vos papiers et aussi votre ancienne carte.",
            ":17 : phrase de 19 mots",
        ),
        (
            SHEET,
            "Il faut un timbre.",
            "Il faut [un timbre](https://exemple.fr) ici.",
            ":50 : lien au milieu d'une phrase",
        ),
        (SHEET, "Il faut un timbre.", "![x](y.png)", ":50 : image"),
        (SHEET, "Il faut un timbre.", "<b>x</b>", ":50 : HTML"),
        (SHEET, "#### En France\n", "", ":34 : une question avec un seul cas"),
        (
            SHEET,
            "bring = ",
            "bring-nothing = true\nbring = ",
            ":8 : « bring » et « bring-nothing » se contredisent",
        ),
        ("places.toml", "09:00-12:00\"], tue", "9h-12h\"], tue", ":10 : horaire « 9h-12h » (mon)"),
        ("places.toml", "town-hall", "château", ":4 : genre de lieu inconnu « château »"),
        ("places.toml", "48.15", "480.15", ":9 : position hors du globe"),
        ("guides/fr/quel-papier.toml", "next = \"ou\"", "next = \"quoi\"", ":1 : parcours impossible"),
        (
            "bundle.toml",
            "title = \"Ma famille\"",
            "title = \"Toute ma grande famille\"",
            ":23 : « Toute ma grande famille »",
        ),
    ];
    for (file, before, after, expected) in cases {
        let found = faults(file, |text| {
            assert!(text.contains(before), "{file} has no {before}");
            text.replacen(before, after, 1)
        });
        let expected = format!("{file}{expected}");
        assert!(found.iter().any(|fault| fault.starts_with(&expected)), "{expected}\n{found:#?}");
    }
}

#[test]
fn files_that_are_missing_or_misplaced_are_told() {
    assert!(faults("bundle.toml", |_| String::new())[0].contains("bundle.toml:1 : il manque"));
    assert!(faults("sheets/fr/notes.txt", |_| String::new())[0].contains("se termine par « .md »"));
    assert!(faults("sheets/fr/é.md", |_| String::new())[0].contains("nom de fichier"));
    assert!(faults("sheets/fr/vide.md", |_| String::new())[0].contains("en-tête TOML"));
    let empty = TempDir::new().unwrap();
    assert!(
        matches!(source::read(empty.path()), Err(SourceError::Faults(f)) if f.list[0].message.french.contains("manque"))
    );
}

#[test]
fn the_plan_of_the_hall_is_in_the_file_and_its_faults_are_told_with_their_line() {
    const PLAN: &str = include_str!("../demonstration/plan.svg");
    assert!(faults("plan.svg", |_| PLAN.to_owned()).is_empty());
    let unnamed = faults("plan.svg", |_| PLAN.replace("<title>Toilettes</title>", ""));
    assert_eq!(
        unnamed,
        ["plan.svg:46 : « toilettes » n’a pas de titre : donnez-lui le nom que les visiteurs lisent"]
    );
    let alone = faults("plan.svg", |_| PLAN.replace("102,91 24,91", "60,91 24,91"));
    assert_eq!(
        alone,
        [
            "plan.svg:38 : aucun chemin de « Borne de l’entrée » à « Toilettes » : reliez les lignes du calque « chemins »"
        ]
    );
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("demonstration");
    let (_folder, content) = support::built(&folder);
    let plan = content.plan().unwrap().unwrap();
    assert_eq!((plan.places.len(), plan.kiosks[0].name.as_str()), (8, "Borne de l’entrée"));
    assert_eq!(self::content().1.plan().unwrap(), None);
}
