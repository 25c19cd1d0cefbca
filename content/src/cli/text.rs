//! Content as plain French text, for the editor's terminal.

use std::fmt::Write as _;

use parvis_content::dila::Report;
use parvis_content::search::Explanation;
use parvis_content::source::Import;
use parvis_content::{
    Block, Fact, Guide, Hall, Link, Next, Node, NoteKind, OpeningHours, Place, Reason, Results, Section,
    Sheet, Weekday,
};

const UNSPECIFIED: &str = "non précisé, demandez à l'accueil";

/// One import: counts, and every refusal with its rule.
pub fn import_report(import: &Import) -> String {
    let Report { files, imported, indexes, refused, dead_links, dated } = &import.report;
    let mut out = format!(
        "{} : {files} fichiers, {imported} importés, {indexes} index, {} refusés, {dead_links} liens sans destination",
        import.path.display(),
        refused.len()
    );
    if let Some(dated) = dated {
        put(&mut out, &format!(" (publié le {dated})"));
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

pub fn sheet(sheet: &Sheet, hall: &Hall) -> String {
    let mut out = String::new();
    let trail: Vec<&str> = sheet.trail.iter().map(|crumb| crumb.title.as_str()).collect();
    line(&mut out, 0, &trail.join(" › "));
    line(&mut out, 0, &format!("# {} [{}]", sheet.title, sheet.kind.name()));
    if sheet.demonstration {
        line(&mut out, 0, "(démonstration)");
    }
    for text in &sheet.summary {
        line(&mut out, 0, text);
    }
    write_facts(&mut out, sheet, hall);
    for Section { title, blocks } in &sheet.sections {
        line(&mut out, 0, &format!("\n## {title}"));
        write_blocks(&mut out, 0, blocks);
    }
    let reference = sheet.source.reference.as_deref().unwrap_or_default();
    let checked =
        sheet.checked.map_or_else(|| "date non précisée".to_owned(), |date| format!("à jour au {date}"));
    line(&mut out, 0, &format!("\nSource : {} {reference}, {checked}", sheet.source.publisher));
    out
}

/// The five facts; those that the source leaves out are said to be missing where the sheet owes them.
fn write_facts(out: &mut String, sheet: &Sheet, hall: &Hall) {
    let facts = &sheet.facts;
    let mut list = |name, fact: &Fact<Vec<String>>, empty| {
        if sheet.kind.owes_facts() || fact.stated().is_some() {
            list(out, name, fact, empty);
        }
    };
    list("Où", &facts.place, "");
    list("Quand", &facts.when, "");
    list("À apporter", &facts.bring, "rien à apporter");
    let digital = match &facts.digital {
        Fact::Stated(list) => {
            Fact::Stated(list.iter().map(|r| format!("{} ({})", r.text, r.kind.name())).collect())
        }
        Fact::Unspecified => Fact::Unspecified,
    };
    list("Exigences numériques", &digital, "rien de numérique");
    let human = match &facts.human {
        Fact::Stated(way) => format!("{} {}", way.text, way.phone.as_deref().unwrap_or_default()),
        Fact::Unspecified if !sheet.kind.owes_facts() => return,
        Fact::Unspecified => format!("{} {}", hall.name, hall.phone.as_deref().unwrap_or_default()),
    };
    line(out, 0, &format!("Sans internet : {}", human.trim_end()));
}

fn list(out: &mut String, name: &str, fact: &Fact<Vec<String>>, empty: &str) {
    match fact {
        Fact::Unspecified => line(out, 0, &format!("{name} : {UNSPECIFIED}")),
        Fact::Stated(lines) if lines.is_empty() => line(out, 0, &format!("{name} : {empty}")),
        Fact::Stated(lines) => {
            line(out, 0, &format!("{name} :"));
            for text in lines {
                line(out, 1, &format!("- {text}"));
            }
        }
    }
}

fn write_blocks(out: &mut String, depth: usize, blocks: &[Block]) {
    for block in blocks {
        match block {
            Block::Paragraph(text) => line(out, depth, text),
            Block::List { ordered, items } => {
                for (at, item) in items.iter().enumerate() {
                    line(out, depth, &if *ordered { format!("{}.", at + 1) } else { "-".to_owned() });
                    write_blocks(out, depth + 1, item);
                }
            }
            Block::Table { caption, header, rows } => {
                line(out, depth, caption.as_deref().unwrap_or("Tableau"));
                for row in std::iter::once(header).chain(rows).filter(|row| !row.is_empty()) {
                    line(out, depth, &format!("| {} |", row.join(" | ").replace('\n', " / ")));
                }
            }
            Block::Note { kind, title, blocks } => {
                line(out, depth, &format!("[{}] {}", note(*kind), title.as_deref().unwrap_or_default()));
                write_blocks(out, depth + 1, blocks);
            }
            Block::Choices { question, cases } => {
                line(out, depth, &format!("? {}", question.as_deref().unwrap_or("Votre situation")));
                for case in cases {
                    line(out, depth + 1, &format!("( ) {}", case.title));
                    write_blocks(out, depth + 2, &case.blocks);
                }
            }
            Block::SubSection { title, blocks } => {
                line(out, depth, &format!("### {title}"));
                write_blocks(out, depth, blocks);
            }
            Block::Link { target, label } => line(out, depth, &format!("→ {label} ({})", link(target))),
            Block::Contact { title, blocks, phone, url } => {
                let ways: Vec<&str> = [phone, url].into_iter().flatten().map(String::as_str).collect();
                line(out, depth, &format!("@ {title} {}", ways.join(" ")));
                write_blocks(out, depth + 1, blocks);
            }
        }
    }
}

fn note(kind: NoteKind) -> &'static str {
    match kind {
        NoteKind::Info => "à savoir",
        NoteKind::Warning => "attention",
        NoteKind::Reminder => "rappel",
        NoteKind::Example => "exemple",
        NoteKind::Definition => "définition",
        NoteKind::Service => "service",
        NoteKind::Condition => "si",
        NoteKind::Picture => "image",
        NoteKind::Law => "loi",
    }
}

fn link(link: &Link) -> &str {
    match link {
        Link::Inside(target) => target.id(),
        Link::Web(url) => url,
    }
}

pub fn node(node: &Node) -> String {
    let mut out = String::new();
    line(&mut out, 0, &format!("# {}", node.title));
    write_blocks(&mut out, 0, &node.intro);
    let mut group = None;
    for entry in &node.entries {
        if entry.group.as_deref() != group {
            group = entry.group.as_deref();
            line(&mut out, 0, group.unwrap_or_default());
        }
        line(&mut out, 1, &format!("→ {} ({})", entry.title, entry.target.id()));
    }
    out
}

pub fn guide(guide: &Guide) -> String {
    let mut out = String::new();
    line(&mut out, 0, &format!("# {}", guide.title));
    for text in &guide.intro {
        line(&mut out, 0, text);
    }
    for question in &guide.questions {
        line(&mut out, 0, &format!("\n{} ? {}", question.id, question.text));
        write_blocks(&mut out, 1, &question.help);
        for answer in &question.answers {
            line(&mut out, 1, &format!("( ) {}", answer.label));
            write_blocks(&mut out, 2, &answer.help);
            match &answer.next {
                Next::Question(id) => line(&mut out, 2, &format!("→ {id}")),
                Next::Outcome(blocks) => write_blocks(&mut out, 2, blocks),
            }
        }
    }
    out
}

pub fn place(place: &Place) -> String {
    let mut out = String::new();
    line(&mut out, 0, &format!("# {} [{}]", place.name, place.kind.name()));
    for text in &place.address {
        line(&mut out, 0, text);
    }
    line(&mut out, 0, &place.commune);
    line(&mut out, 0, place.phone.as_deref().unwrap_or("téléphone non précisé"));
    hours(&mut out, &place.hours);
    for text in &place.services {
        line(&mut out, 1, &format!("- {text}"));
    }
    out
}

fn hours(out: &mut String, hours: &OpeningHours) {
    if hours.is_unknown() {
        line(out, 0, "horaires non précisés");
    }
    for day in Weekday::ALL {
        let clock = |minutes: u16| format!("{:02}:{:02}", minutes / 60, minutes % 60);
        let ranges: Vec<String> =
            hours.on(day).iter().map(|r| format!("{}-{}", clock(r.from()), clock(r.to()))).collect();
        if !ranges.is_empty() {
            line(out, 1, &format!("{} {}", day.key(), ranges.join(", ")));
        }
    }
    if let Some(note) = &hours.note {
        line(out, 1, note);
    }
}
