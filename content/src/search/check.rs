//! What an editor should know of a lexicon before it is built: lines that cannot help anyone.

use std::collections::{BTreeMap, BTreeSet};

use super::documents::documents;
use super::lexicon::{Lexicon, Line, LineFault};
use super::stem::stem;
use super::words::{fold, telling_words, words};
use crate::id::Lang;
use crate::library::Library;

/// Lines of `lexicon` that do nothing in `library`: unknown targets, lines that say what is said already, lines that
/// turn in a circle.
pub fn check(lexicon: &Lexicon, library: &Library) -> Vec<LineFault> {
    let known = Known::new(library);
    let mut faults = unknown_subjects(lexicon, &known);
    let mut said: BTreeMap<(Vec<String>, Vec<String>), usize> = BTreeMap::new();
    let silent: BTreeSet<String> = lexicon.silent.iter().map(|word| fold(word)).collect();
    for line in &lexicon.lines {
        let fault =
            |fault: &str| LineFault { file: line.at.0.clone(), line: line.at.1, fault: fault.to_owned() };
        for target in line.targets.iter().filter(|target| !known.says(target)) {
            faults.push(fault(&format!(
                "« {target} » ne figure dans aucune fiche : écrivez les mots des fiches"
            )));
        }
        for (key, target) in pairs(line) {
            let (from, to) = (stems(key), stems(target));
            if from == to {
                faults.push(fault(&format!("« {key} » dit déjà « {target} » : retirez cette formulation")));
            } else if telling_words(key).iter().all(|word| silent.contains(word)) {
                faults.push(fault(&format!("« {key} » n'a que des mots vides : retirez cette formulation")));
            } else if let Some(before) = said.get(&(to.clone(), from.clone())) {
                let circle =
                    format!("« {key} » et « {target} » se renvoient l'un à l'autre (ligne {before})");
                faults.push(fault(&format!("{circle} : gardez le sens qui mène aux mots des fiches")));
            } else if let Some(before) = said.insert((from, to), line.at.1) {
                faults.push(fault(&format!("« {key} » = « {target} » est déjà dit ligne {before}")));
            }
        }
    }
    faults
}

fn pairs(line: &Line) -> impl Iterator<Item = (&str, &str)> {
    line.keys.iter().flat_map(|key| line.targets.iter().map(move |target| (key.as_str(), target.as_str())))
}

fn stems(wording: &str) -> Vec<String> {
    telling_words(wording).iter().map(|word| stem(word)).collect()
}

fn unknown_subjects(lexicon: &Lexicon, known: &Known) -> Vec<LineFault> {
    let unknown = lexicon.subjects().filter(|(subject, _)| !known.subjects.contains(*subject));
    unknown
        .map(|(subject, at)| LineFault {
            file: at.0.clone(),
            line: at.1,
            fault: format!(
                "« {subject} » n'est ni une fiche, ni un dossier, ni une sorte de lieu : corrigez"
            ),
        })
        .collect()
}

/// What a library holds.
struct Known {
    stems: BTreeSet<String>,
    subjects: BTreeSet<String>,
}

impl Known {
    fn new(library: &Library) -> Self {
        let documents = documents(library, &Lang::french());
        let texts = documents.iter().flat_map(|document| &document.fields);
        let stems = texts.flat_map(|text| words(text)).map(|word| stem(&word)).collect();
        let places = crate::place::PlaceKind::ALL.iter().map(|kind| kind.name().to_owned());
        let subjects = documents.iter().map(|document| document.id.clone()).chain(places).collect();
        Self { stems, subjects }
    }

    fn says(&self, wording: &str) -> bool {
        stems(wording).iter().all(|stem| self.stems.contains(stem))
    }
}
