//! The check of a source: every rule by the file and line it is broken in, and the tool that tells it.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper that fails is a test that fails")]

mod support;

use std::path::Path;
use std::process::{Command, Output};

use parvis_content::Date;
use parvis_content::editor::check::Checked;
use parvis_content::editor::words::{ENGLISH, FRENCH};
use parvis_content::editor::{Check, Findings, Severity};
use parvis_content::source::Rule;
use support::{changed, fixture};

const SHEET: &str = "sheets/fr/carte-perdue.md";

fn check(folder: &Path, today: &str) -> Checked {
    Check { today: Date::parse(today), examples: 2, words: &FRENCH }.run(folder).unwrap()
}

/// Faults of the small bundle after one change, as `file:line rule what`.
fn red(file: &str, before: &str, after: &str) -> Vec<String> {
    let folder = changed(file, |text| {
        assert!(before.is_empty() || text.contains(before), "{file} has no {before}");
        if before.is_empty() { after.to_owned() } else { text.replacen(before, after, 1) }
    });
    let findings = check(folder.path(), "2026-11-22").findings;
    let prefix = format!("{}/", folder.path().display());
    findings
        .red
        .iter()
        .inspect(|finding| assert!(!finding.to_do.is_empty(), "nothing to do about {finding:?}"))
        .map(|found| {
            let file = found.file.replace(&prefix, "");
            format!("{file}:{} {} {}", found.line.unwrap(), found.rule, found.what)
        })
        .collect()
}

fn tool(arguments: &[&str], lang: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_parvis-content"))
        .args(arguments)
        .env_remove("LC_ALL")
        .env_remove("LC_MESSAGES")
        .env("LANG", lang)
        .output()
        .unwrap()
}

#[test]
fn a_good_bundle_has_no_fault_and_nothing_to_know() {
    let Checked { findings, source } = check(fixture(), "2026-11-22");
    assert_eq!(findings, Findings::default());
    assert_eq!(source.unwrap().library.sheets.len(), 2);
}

#[test]
fn each_rule_is_told_with_its_line() {
    for (before, after, expected) in [
        ("Il faut un timbre.", "Demandez au CDAS.", ":50 acronym sigle « CDAS »"),
        ("Il faut un timbre.", "![plan](plan.png)", ":50 picture image « plan.png »"),
        ("sheet:naissance", "sheet:rien", ":44 link la fiche « rien » n'existe pas"),
        ("checked = 2026-11-02", "checked = 2025-11-02", ":12 expired vérifiée le 2025-11-02"),
        ("checked = 2026-11-02", "checked = 2026-12-02", ":12 date vérifiée le 2026-12-02"),
        ("checked = 2026-11-02", "", ":1 date il manque « checked »"),
        ("human = ", "# ", ":1 human-way il manque « human »"),
        ("source = ", "# ", ":1 source il manque « source »"),
        ("when = ", "# ", ":1 fact il manque « when »"),
        (
            "Allez dans une mairie équipée.",
            "Allez dans une mairie équipée le matin ou le soir avec tous vos papiers et votre carte.",
            ":17 sentence phrase de 17 mots",
        ),
    ] {
        let found = red(SHEET, before, after);
        assert_eq!(found.len(), 1, "{before} → {after}: {found:#?}");
        assert!(found[0].starts_with(&format!("{SHEET}{expected}")), "{expected}: {found:#?}");
    }
    let lonely = red("sheets/ar/rien.md", "", &translation("2026-11-02"));
    assert_eq!(lonely.len(), 1, "{lonely:#?}");
    assert!(lonely[0].starts_with("sheets/ar/rien.md:1 translation cette traduction"), "{lonely:#?}");
}

#[test]
fn a_fault_of_form_hides_no_other_fault() {
    let folder = changed(SHEET, |text| {
        text.replace("checked = 2026-11-02", "checked = 2020-01-01")
            .replace("kind = \"email\"", "kind = \"fax\"")
            .replace("source = ", "# ")
    });
    let Checked { findings, source } = check(folder.path(), "2026-11-22");
    let rules: Vec<Rule> = findings.red.iter().map(|found| found.rule).collect();
    assert_eq!(rules, [Rule::Source, Rule::Format, Rule::Expired], "{findings:#?}");
    assert!(source.is_none(), "nothing can be built of it");
}

#[test]
fn an_acronym_is_fine_once_it_is_explained() {
    for said in
        ["Le CDAS (centre d'action sociale) aide.", "Le centre d'action sociale (CDAS) aide. Le CDAS aussi."]
    {
        assert_eq!(red(SHEET, "Il faut un timbre.", said), [""; 0], "{said}");
    }
    assert_eq!(red(SHEET, "Il faut un timbre.", "La CAF aide."), [""; 0], "the glossary has it");
}

#[test]
fn without_a_day_no_sheet_is_too_old() {
    let folder = changed(SHEET, |text| text.replace("checked = 2026-11-02", "checked = 1990-01-01"));
    let checked = Check { today: None, examples: 0, words: &FRENCH }.run(folder.path()).unwrap();
    assert_eq!(checked.findings, Findings::default());
    assert!(checked.source.is_some());
}

/// The least that a translated sheet says.
fn translation(checked: &str) -> String {
    format!("+++\ntitle = \"X\"\ntheme = \"papiers\"\nkind = \"answer\"\nchecked = {checked}\n+++\nX.\n")
}

#[test]
fn translations_that_are_missing_or_old_are_to_know_and_block_nothing() {
    let folder = changed("sheets/ar/carte-perdue.md", |_| translation("2026-11-01"));
    let Checked { findings, source } = check(folder.path(), "2026-11-22");
    assert!(source.is_some() && findings.red.is_empty(), "{findings:#?}");
    assert_eq!(findings.warnings.len(), 1, "{findings:#?}");
    let told = &findings.warnings[0];
    assert_eq!((told.rule, told.count), (Rule::Translation, 2));
    assert!(told.examples[0].file.ends_with("sheets/ar/carte-perdue.md"), "{told:#?}");
    assert_eq!((told.examples[0].line, told.examples[0].severity), (Some(5), Severity::Warning));
    assert!(told.examples[1].file.ends_with("sheets/fr/naissance.md"), "{told:#?}");
}

#[test]
fn english_is_said_on_request_for_every_fault_of_the_same_source() {
    let folder = changed(SHEET, |text| {
        let sheet = text.replace("Il faut un timbre.", "Demandez au CDAS.").replace("when = ", "# ");
        sheet.replace("kind = \"email\"", "kind = \"fax\"").replace("sheet:naissance", "sheet:rien")
    });
    std::fs::write(folder.path().join("sheets/fr/é.md"), "<b>").unwrap();
    std::fs::write(folder.path().join("places.toml"), "[[place]]\nid = 1\n").unwrap();
    let found = |words| Check { today: None, examples: 0, words }.run(folder.path()).unwrap().findings.red;
    let (french, english) = (found(&FRENCH), found(&ENGLISH));
    assert!(french.len() >= 6 && french.len() == english.len(), "{french:#?}");
    for (french, english) in french.iter().zip(&english) {
        assert_eq!((&french.file, french.line, french.rule), (&english.file, english.line, english.rule));
        assert!(!english.to_do.is_empty() && french.to_do != english.to_do, "{english:?}");
    }
    let acronym = english.iter().find(|found| found.rule == Rule::Acronym).unwrap();
    assert_eq!(acronym.what, "acronym \"CDAS\" without an explanation");
}

#[test]
fn the_tool_says_the_fault_and_its_exit_code() {
    let good = tool(&["check", fixture().to_str().unwrap(), "--today", "2026-11-22"], "fr_FR.UTF-8");
    assert!(good.status.success() && good.stdout.is_empty(), "{good:?}");
    assert_eq!(String::from_utf8_lossy(&good.stderr).trim(), "Aucune faute dans 2 fiches. À savoir : 0.");

    let folder = changed(SHEET, |text| text.replace("Il faut un timbre.", "Demandez au CDAS."));
    let path = folder.path().to_str().unwrap();
    let bad = tool(&["check", path, "--today", "2026-11-22"], "fr_FR.UTF-8");
    assert_eq!(bad.status.code(), Some(1));
    let said = String::from_utf8(bad.stdout).unwrap();
    let expected = format!("{path}/{SHEET}:50 : sigle « CDAS » sans explication : écrivez-le en entier");
    assert!(said.starts_with(&expected) && said.lines().count() == 1, "{said}");

    let file = folder.path().join("x.parvis");
    let build = tool(&["build", path, "-o", file.to_str().unwrap()], "fr_FR.UTF-8");
    assert_eq!(build.status.code(), Some(1), "a red fault blocks the bundle");
    assert!(!file.exists());

    let english = tool(&["check", path], "en_US.UTF-8");
    assert!(String::from_utf8_lossy(&english.stderr).starts_with("Faults to correct: "), "{english:?}");
}

#[test]
fn the_tool_tells_machines_the_same_in_json() {
    let folder = changed(SHEET, |text| text.replace("checked = 2026-11-02", "checked = 2020-01-01"));
    let said =
        tool(&["check", folder.path().to_str().unwrap(), "--today", "2026-11-22", "--json"], "fr_FR.UTF-8");
    assert_eq!(said.status.code(), Some(1));
    let json: serde_json::Value = serde_json::from_slice(&said.stdout).unwrap();
    let fault = &json["red"][0];
    assert_eq!((fault["rule"].as_str(), fault["line"].as_u64()), (Some("expired"), Some(12)), "{json}");
    assert_eq!(fault["severity"], "red");
    assert!(fault["file"].as_str().unwrap().ends_with(SHEET));
    assert_eq!((json["more"].as_u64(), json["warnings"].as_array().map(Vec::len)), (Some(0), Some(0)));
    let wrong = tool(&["check", ".", "--today", "hier"], "fr_FR.UTF-8");
    assert_eq!(wrong.status.code(), Some(2), "a day that is none");
}

#[test]
fn identifiers_and_guides_that_cannot_be_are_told_in_french() {
    let name = red("sheets/fr/é.md", "", "+++\n+++\n");
    assert!(name[0].starts_with("sheets/fr/é.md:1 format nom de fichier"), "{name:#?}");
    let folder =
        changed("guides/fr/quel-papier.toml", |text| text.replace("next = \"ou\"", "next = \"rien\""));
    let fault = check(folder.path(), "2026-11-22").findings.red.remove(0);
    assert_eq!(fault.what, "parcours impossible");
    assert_eq!(fault.to_do, "la question « rien » n'existe pas, corrigez next ou ajoutez-la");
}

#[test]
fn records_of_a_list_that_were_refused_or_look_wrong_are_to_know() {
    let list = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/import/aidants-connect.json");
    let import = format!("\n[[import]]\nkind = \"aidants-connect\"\npath = \"{list}\"\n");
    let folder = changed("bundle.toml", |text| text + &import);
    let Checked { findings, source } = check(folder.path(), "2026-11-22");
    assert!(findings.red.is_empty(), "{findings:#?}");
    let report = &source.unwrap().lists[0].1;
    let doubts: usize = report.doubtful.values().map(|tally| tally.count).sum();
    let counted = &findings.warnings[0];
    assert_eq!((findings.warnings.len(), counted.rule), (1, Rule::Import), "{findings:#?}");
    assert!(counted.count > 0, "the fixture holds doubtful records");
    assert_eq!(counted.count, report.refusals() + doubts);
    assert!(counted.examples.iter().all(|example| example.file == list && !example.to_do.is_empty()));
}

#[test]
fn an_archive_that_is_none_is_a_fault_of_the_line_that_names_it() {
    let import = "\n[[import]]\nkind = \"dila\"\npath = \"places.toml\"\n";
    let folder = changed("bundle.toml", |text| text + import);
    let findings = check(folder.path(), "2026-11-22").findings;
    let fault = &findings.red[0];
    assert_eq!((findings.red.len(), fault.rule, fault.what.as_str()), (1, Rule::Import, "import refusé"));
    assert!(fault.file.ends_with("bundle.toml") && fault.line.is_some_and(|line| line > 1), "{fault:?}");
    assert!(fault.to_do.contains("n'est pas une archive zip entière"), "{fault:?}");
}

#[test]
fn the_demonstration_has_no_fault() {
    let folder = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/demonstration"));
    let Checked { findings, source } = check(folder, "2026-11-22");
    assert_eq!(findings, Findings::default());
    assert!(source.unwrap().library.sheets.len() > 50);
}

#[test]
fn imports_are_counted_by_rule_with_their_first_examples() {
    let Ok(data) = std::env::var("PARVIS_DATA") else {
        eprintln!("PARVIS_DATA is not set: the check of the real archive is skipped");
        return;
    };
    let archive = Path::new(&data).join("dila/vosdroits-part-20240306.zip");
    let Checked { findings, source } = check(&archive, "2026-11-22");
    assert!(findings.red.is_empty() && source.is_some());
    let rules: Vec<Rule> = findings.warnings.iter().map(|counted| counted.rule).collect();
    assert!(rules.is_sorted(), "{rules:?}");
    for rule in [Rule::Fact, Rule::HumanWay, Rule::Expired, Rule::Sentence, Rule::Acronym] {
        let counted = findings.warnings.iter().find(|counted| counted.rule == rule).unwrap();
        assert!(counted.count > 100 && counted.examples.len() == 2, "{counted:?}");
    }
}
