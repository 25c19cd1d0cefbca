//! What the tool prints of imports and of searches.

use std::fmt::Write as _;

use parvis_content::dila::Report;
use parvis_content::search::Explanation;
use parvis_content::source::Import;
use parvis_content::{Reason, Results};

/// One import: counts, and every refusal with its rule.
pub fn import_report(import: &Import) -> String {
    let Report { files, imported, indexes, refused, dead_links, dated, changes } = &import.report;
    let mut out = format!(
        "{} : {files} fichiers, {imported} importés, {indexes} index, {} refusés, {dead_links} liens sans destination",
        import.path.display(),
        refused.len()
    );
    if let Some(dated) = dated {
        put(&mut out, &format!(" (publié le {dated})"));
    }
    if let Some(changes) = changes {
        put(&mut out, &format!("\n  {changes}"));
    }
    for (file, rule) in refused {
        put(&mut out, &format!("\n  refusé {file} : {rule}"));
    }
    out
}

fn put(out: &mut String, text: &str) {
    out.push_str(text);
}

fn line(out: &mut String, depth: usize, text: &str) {
    for part in text.split('\n') {
        // Writing to a String cannot fail.
        let _ = writeln!(out, "{:width$}{part}", "", width = depth * 2);
    }
}

/// What a search found.
pub fn results(results: &Results) -> String {
    let mut out = String::new();
    if let Some(corrected) = &results.corrected {
        line(&mut out, 0, &format!("Compris : {corrected}"));
    }
    if !results.confident {
        line(&mut out, 0, "Pas sûr : la borne propose aussi les thèmes et une personne.");
    }
    for hit in &results.hits {
        line(&mut out, 0, &format!("{:>7.1}  {:<12} {}", hit.score, hit.target.id(), hit.title));
        match &hit.reason {
            None => {}
            Some(Reason::Means { typed, meaning }) => line(&mut out, 11, &format!("« {typed} » = {meaning}")),
            Some(Reason::AlsoCalled(words)) => {
                line(&mut out, 11, &format!("on dit aussi : {}", words.join(", ")));
            }
        }
    }
    if results.hits.is_empty() {
        line(&mut out, 0, "Rien trouvé. Essayez un autre mot.");
    }
    out
}

/// Why a search found what it found.
pub fn explanation(explanation: &Explanation) -> String {
    let mut out = String::new();
    line(&mut out, 0, "Mots compris (poids de 0 à 1, puis sens et sûreté) :");
    for word in &explanation.words {
        let corrected = word.corrected.as_ref().map(|c| format!(" corrigé en « {c} »")).unwrap_or_default();
        let meanings: Vec<String> =
            word.meanings.iter().map(|(form, sureness)| format!("{form} {sureness:.2}")).collect();
        let more = if word.more > 0 { format!(" … et {} autres", word.more) } else { String::new() };
        let known = if meanings.is_empty() { "inconnu".to_owned() } else { meanings.join(", ") };
        line(&mut out, 1, &format!("{}{corrected} [{:.2}] : {known}{more}", word.typed, word.weight));
    }
    if !explanation.readings.is_empty() {
        line(&mut out, 0, "Lexique :");
    }
    for reading in &explanation.readings {
        line(&mut out, 1, &format!("« {} » = {} ({:.2})", reading.typed, reading.meaning, reading.sureness));
    }
    let s = &explanation.signals;
    let sure = if s.confident() { "sûr" } else { "pas sûr" };
    line(
        &mut out,
        0,
        &format!(
            "Confiance : {sure} ({:+.2}). Accord avec un titre {:.2}, force {:.2}, inconnu {:.2}{}{}",
            s.odds(),
            s.agreement,
            s.impact,
            s.unknown,
            if s.elsewhere { ", demande qu'aucune fiche ne traite" } else { "" },
            if s.one_word { ", un seul mot" } else { "" }
        ),
    );
    line(&mut out, 0, "  score  force  couvert  a priori  titre  dans titre  prêté");
    for hit in &explanation.hits {
        line(
            &mut out,
            0,
            &format!(
                "{:>7.1} {:>6.1} {:>8.2} {:>9.2} {:>6.2} {:>11.2} {:>6.1}  {} {}",
                hit.score,
                hit.impact,
                hit.covered,
                hit.prior,
                hit.title_share,
                hit.in_title,
                hit.lent,
                hit.id,
                hit.title
            ),
        );
    }
    out
}
