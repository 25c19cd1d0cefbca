//! An editor's own lexicon: what it changes, and what is told of its faults.
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod support;

use parvis_content::{Lang, Reason, Results};
use support::{built, changed, faults, fixture};

const FILE: &str = "lexicon.tsv";

/// What the small bundle finds with `lexicon`.
fn search(lexicon: &str, query: &str) -> Results {
    let folder = changed(FILE, |_| lexicon.to_owned());
    let (_folder, content) = built(folder.path());
    content.search_index(&Lang::french()).unwrap().search(query, 5)
}

fn told(lexicon: &str) -> Vec<String> {
    faults(FILE, |_| lexicon.to_owned())
}

#[test]
fn a_line_is_used_by_the_search_and_named_as_the_reason() {
    let (_folder, content) = built(fixture());
    let without = content.search_index(&Lang::french()).unwrap().search("plastoc", 5);
    assert!(without.hits.iter().all(|hit| hit.target.id() != "carte-perdue"), "{without:?}");
    let results = search("# chez nous\nplastoc|bout de plastique\tcarte d'identité\n", "plastoc");
    let first = &results.hits[0];
    assert_eq!(first.target.id(), "carte-perdue", "{results:?}");
    let means = Reason::Means { typed: "plastoc".into(), meaning: "carte d'identité".into() };
    assert_eq!(first.reason, Some(means));
}

#[test]
fn a_subject_has_wordings_of_its_own_and_they_are_named_as_the_reason() {
    for (lexicon, subject) in
        [("=naissance\tcigogne\n", "naissance"), ("=town-hall\tla maison du peuple|cigogne\n", "mairie")]
    {
        let results = search(lexicon, "cigogne");
        assert_eq!(results.hits[0].target.id(), subject, "{results:?}");
        assert_eq!(results.hits[0].reason, Some(Reason::AlsoCalled(vec!["cigogne".into()])));
    }
}

#[test]
fn a_word_that_asks_for_what_no_sheet_answers_makes_the_search_unsure() {
    let folder = changed(FILE, |_| "patinoire\t?\n".to_owned());
    let (_folder, content) = built(folder.path());
    let index = content.search_index(&Lang::french()).unwrap();
    assert!(index.explain("carte patinoire", 5).signals.elsewhere);
    assert!(!index.search("carte patinoire", 5).confident);
    assert!(!index.explain("carte identité", 5).signals.elsewhere);
}

#[test]
fn each_fault_is_told_with_its_file_its_line_and_what_to_do() {
    let cases = [
        ("# un\nbagnole\tvéhicule\n", 2, "« véhicule » ne figure dans aucune fiche : écrivez les mots"),
        (
            "photo\tjustificatif\njustificatif\tphoto\n",
            2,
            "« justificatif » et « photo » se renvoient l'un à l'autre (ligne 1) : gardez le sens",
        ),
        ("Cartes\tcarte\n", 1, "« Cartes » dit déjà « carte » : retirez"),
        ("alors\t-\nalors\tcarte\n", 2, "« alors » n'a que des mots vides : retirez"),
        ("cni\tcarte\n\ncni|papier\tcarte\n", 3, "« cni » = « carte » est déjà dit ligne 1"),
        ("=rien\tcarte\n", 1, "« rien » n'est ni une fiche, ni un dossier, ni une sorte de lieu : corrigez"),
        ("cni\tcarte\t0.8\tvraiment\n", 1, "il y a plus de trois colonnes"),
        ("cni carte\n", 1, "il faut deux colonnes, séparées par une tabulation"),
        ("cni\tcarte\t1.5\n", 1, "le poids est un nombre au-dessus de 0, jusqu'à 1 (0.8)"),
        ("cni\tcarte\tbeaucoup\n", 1, "le poids est un nombre au-dessus de 0, jusqu'à 1 (0.8)"),
        ("s'il vous plaît\t-\n", 1, "une telle ligne ne marque que des mots isolés"),
        (
            "un deux trois quatre cinq six sept huit neuf dix onze douze treize\tcarte\n",
            1,
            "une formulation a plus de douze mots : coupez-la",
        ),
    ];
    for (lexicon, line, expected) in cases {
        let found = told(lexicon);
        let expected = format!("{FILE}:{line} : {expected}");
        assert!(found.len() == 1 && found[0].starts_with(&expected), "{expected}\n{found:#?}");
    }
}

#[test]
fn faults_of_the_lexicon_are_told_beside_those_of_the_sheets() {
    let folder = changed("sheets/fr/naissance.md", |text| text.replace("famille", "rien"));
    std::fs::write(folder.path().join(FILE), "cni carte\n").unwrap();
    let found = parvis_content::source::read(folder.path()).unwrap_err();
    let parvis_content::source::SourceError::Faults(found) = found else { unreachable!("{found}") };
    let files: Vec<_> = found.list.iter().map(|fault| fault.file.file_name().unwrap().to_owned()).collect();
    assert!(
        files.iter().any(|file| file == FILE) && files.iter().any(|file| file == "naissance.md"),
        "{found:?}"
    );
}

#[test]
fn a_lexicon_without_faults_and_none_at_all_are_both_fine() {
    assert!(told("").is_empty() && told("# rien encore\n\n").is_empty());
    assert!(told("cni|plastoc\tcarte d'identité\t0.8\n=naissance\tcigogne\nalors\t-\n").is_empty());
}
