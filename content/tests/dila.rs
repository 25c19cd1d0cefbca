//! The DILA importer on the whole dump: nothing lost, nothing listed that should not be, everything within four taps.
//!
//! The words of the source are read by an extractor that shares no code with the importer.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::string_slice,
    clippy::format_collect,
    clippy::print_stdout,
    reason = "a helper that fails is a test that fails; inputs are written here"
)]

use std::collections::{BTreeSet, HashMap};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use parvis_content::dila::{self, Imported};
use parvis_content::{Block, Entry, Fact, Guide, Next, Node, Sheet, SheetKind, Target};

fn archive() -> Option<PathBuf> {
    let Some(data) = std::env::var_os("PARVIS_DATA") else {
        println!("skipped: PARVIS_DATA not set");
        return None;
    };
    Some(Path::new(&data).join("dila/vosdroits-part-20240306.zip"))
}

/// The dump is imported once for all tests of this file.
fn imported() -> Option<&'static Imported> {
    static IMPORTED: OnceLock<Option<Imported>> = OnceLock::new();
    IMPORTED.get_or_init(|| Some(dila::import(&archive()?).expect("the dump is readable"))).as_ref()
}

fn sheet(imported: &'static Imported, id: &str) -> &'static Sheet {
    imported.sheets.iter().find(|sheet| sheet.id.as_str() == id).unwrap_or_else(|| panic!("no sheet {id}"))
}

#[test]
fn nearly_every_file_imports_and_each_refusal_names_its_rule() {
    let Some(imported) = imported() else { return };
    let report = &imported.report;
    println!("{} files, {} imported, refused: {:?}", report.files, report.imported, report.refused);
    let content = report.files - report.indexes;
    assert!(report.imported as f64 >= 0.998 * content as f64);
    assert_eq!(report.imported + report.refused.len(), content);
}

#[test]
fn at_least_99_percent_of_the_words_of_the_source_are_in_the_sheets() {
    let (Some(imported), Some(archive)) = (imported(), archive()) else { return };
    let mut texts: HashMap<&str, String> = HashMap::new();
    for sheet in &imported.sheets {
        texts.insert(sheet.id.as_str(), sheet_text(sheet));
    }
    for guide in &imported.guides {
        texts.insert(guide.id.as_str(), guide_text(guide));
    }
    for node in &imported.nodes {
        texts.insert(node.id.as_str(), node_text(node));
    }
    let mut zip = zip::ZipArchive::new(std::fs::File::open(archive).unwrap()).unwrap();
    let (mut all, mut found, mut poor) = (0, 0, Vec::new());
    for at in 0..zip.len() {
        let mut file = zip.by_index(at).unwrap();
        let name = file.name().unwrap().trim_end_matches(".xml").to_owned();
        // `commentFaireSi.xml` is an index; the node of that name is ours.
        let Some(text) = texts.get(name.as_str()).filter(|_| name != "commentFaireSi") else { continue };
        let mut xml = String::new();
        file.read_to_string(&mut xml).unwrap();
        let have = counted(text);
        let (mut wanted, mut met) = (0, 0);
        for (word, count) in counted(&source_text(&xml)) {
            wanted += count;
            met += count.min(have.get(&word).copied().unwrap_or(0));
        }
        if met * 100 < wanted * 99 {
            poor.push((name, wanted - met, wanted));
        }
        all += wanted;
        found += met;
    }
    let share = f64::from(found) / f64::from(all);
    println!("{found} of {all} words ({:.3} %), {} files below 99 %", share * 100.0, poor.len());
    println!("{:?}", poor.iter().take(40).collect::<Vec<_>>());
    assert!(all > 5_000_000, "the extractor found only {all} words");
    assert!(share >= 0.99);
    // Folders list services by title and publisher; notices and annexes stand on the service's own sheet.
    let folders = poor.iter().filter(|(name, ..)| name.starts_with('N')).count();
    assert_eq!(folders, poor.len(), "a sheet loses more than 1 %: {poor:?}");
    assert!(folders <= 60, "{folders} folders lose more than 1 %");
}

#[test]
fn every_sheet_and_guide_is_within_four_taps_of_home() {
    let Some(imported) = imported() else { return };
    let nodes: HashMap<&str, &Node> = imported.nodes.iter().map(|node| (node.id.as_str(), node)).collect();
    let mut reached: BTreeSet<&str> = BTreeSet::new();
    let mut level: Vec<&Entry> = imported.home.iter().collect();
    for _ in 0..4 {
        let mut next = Vec::new();
        for entry in level {
            if reached.insert(entry.target.id())
                && let Target::Node(id) = &entry.target
            {
                next.extend(&nodes[id.as_str()].entries);
            }
        }
        level = next;
    }
    let sheets = imported.sheets.iter().map(|sheet| sheet.id.as_str());
    let lost: Vec<&str> = sheets
        .chain(imported.guides.iter().map(|guide| guide.id.as_str()))
        .filter(|id| !reached.contains(id))
        .collect();
    assert!(lost.is_empty(), "{} lost: {:?}", lost.len(), &lost[..lost.len().min(20)]);
}

#[test]
fn guides_are_guides_and_never_sheets() {
    let Some(imported) = imported() else { return };
    assert_eq!(imported.guides.len(), 127);
    let sheets: BTreeSet<&str> = imported.sheets.iter().map(|sheet| sheet.id.as_str()).collect();
    for guide in &imported.guides {
        guide.check().unwrap_or_else(|error| panic!("{}: {error}", guide.id));
        assert!(!sheets.contains(guide.id.as_str()));
        assert!(!guide.title.starts_with('['), "{}", guide.title);
    }
}

#[test]
fn situations_and_cases_are_choices() {
    let Some(imported) = imported() else { return };
    let lost = sheet(imported, "F1344");
    let situation = &lost.sections[0];
    let [Block::Choices { cases, .. }] = situation.blocks.as_slice() else { panic!("{:?}", situation.title) };
    assert_eq!(cases[0].title, "En France");
    let count: usize = imported.sheets.iter().map(|sheet| choices(sheet_blocks(sheet))).sum();
    // 892 lists of situations and 7,101 blocks of cases in the dump, some in folders' texts.
    assert!(count >= 7_900, "{count}");
}

#[test]
fn the_questionnaire_gives_the_question_of_the_situations() {
    let Some(imported) = imported() else { return };
    let asked = imported.sheets.iter().flat_map(sheet_blocks).filter(
        |block| matches!(block, Block::Choices { question: Some(question), .. } if question.ends_with('?')),
    );
    assert!(asked.count() > 50);
}

#[test]
fn acronyms_are_spelled_out_where_they_are_first_used() {
    let Some(imported) = imported() else { return };
    let text = sheet_text(sheet(imported, "F1344"));
    assert!(text.contains("L'ANTS (agence nationale des titres sécurisés) met à disposition"), "{text}");
    assert_eq!(imported.glossary.expansion("ANTS"), Some("agence nationale des titres sécurisés"));
}

#[test]
fn facts_are_stated_only_where_the_source_states_them() {
    let Some(imported) = imported() else { return };
    let stated = |test: &dyn Fn(&Sheet) -> bool| {
        let procedures = imported.sheets.iter().filter(|sheet| sheet.kind == SheetKind::Procedure);
        procedures.filter(|sheet| test(sheet)).count()
    };
    let total = stated(&|_| true);
    let place = stated(&|sheet| sheet.facts.place.stated().is_some());
    let when = stated(&|sheet| sheet.facts.when.stated().is_some());
    let bring = stated(&|sheet| sheet.facts.bring.stated().is_some());
    let digital = stated(&|sheet| sheet.facts.digital.stated().is_some());
    let human = stated(&|sheet| sheet.facts.human.stated().is_some());
    println!(
        "of {total} procedures: where {place}, when {when}, bring {bring}, digital {digital}, human {human}"
    );
    for sheet in &imported.sheets {
        // A publisher never says "nothing to bring": an empty list would be our guess.
        assert_ne!(sheet.facts.bring, Fact::Stated(Vec::new()), "{}", sheet.id);
        assert_ne!(sheet.facts.digital, Fact::Stated(Vec::new()), "{}", sheet.id);
    }
    assert!(human * 10 > total * 5, "{human} of {total}");
}

#[test]
fn sheets_carry_source_date_and_trail() {
    let Some(imported) = imported() else { return };
    let lost = sheet(imported, "F1344");
    assert_eq!(lost.source.publisher, "Service-Public.fr / DILA");
    assert_eq!(lost.checked.unwrap().to_string(), "2023-05-30");
    let trail: Vec<&str> = lost.trail.iter().map(|crumb| crumb.title.as_str()).collect();
    assert_eq!(
        trail,
        ["Papiers - Citoyenneté - Élections", "Identité - Authentification", "Carte d'identité"]
    );
    assert_eq!(sheet(imported, "F1123").checked, None, "year 0023 is no date");
    for sheet in &imported.sheets {
        assert!(sheet.summary.len() <= 3, "{}", sheet.id);
        assert!(!sheet.title.is_empty());
    }
    assert_eq!(imported.redirects.len(), 1_363);
}

#[test]
fn no_text_holds_a_character_without_a_glyph() {
    let Some(imported) = imported() else { return };
    for sheet in &imported.sheets {
        let text = sheet_text(sheet);
        let odd = text.chars().find(|c| {
            matches!(
                c,
                '\u{200b}'..='\u{200f}' | '\u{2028}' | '\u{202f}' | '□' | '→' | '←' | '⩽' | '⩾' | '\u{ad}'
            )
        });
        assert_eq!(odd, None, "{}", sheet.id);
    }
}

fn sheet_blocks(sheet: &Sheet) -> Vec<&Block> {
    let mut out = Vec::new();
    sheet.sections.iter().for_each(|section| gather(&section.blocks, &mut out));
    out
}

fn gather<'a>(blocks: &'a [Block], out: &mut Vec<&'a Block>) {
    for block in blocks {
        out.push(block);
        match block {
            Block::List { items, .. } => items.iter().for_each(|item| gather(item, out)),
            Block::Note { blocks, .. } | Block::SubSection { blocks, .. } | Block::Contact { blocks, .. } => {
                gather(blocks, out);
            }
            Block::Choices { cases, .. } => cases.iter().for_each(|case| gather(&case.blocks, out)),
            Block::Paragraph(_) | Block::Table { .. } | Block::Link { .. } => {}
        }
    }
}

fn choices(blocks: Vec<&Block>) -> usize {
    blocks.into_iter().filter(|block| matches!(block, Block::Choices { .. })).count()
}

fn sheet_text(sheet: &Sheet) -> String {
    let mut parts: Vec<&str> = vec![&sheet.title];
    // The short version repeats what stands in "Présentation", except when it is the whole introduction.
    if sheet.sections.iter().all(|section| section.title != "Présentation") {
        parts.extend(sheet.summary.iter().map(String::as_str));
    }
    for section in &sheet.sections {
        parts.push(&section.title);
    }
    let blocks = sheet_blocks(sheet);
    parts.extend(blocks.iter().flat_map(|block| block_words(block)));
    parts.join("\n")
}

fn guide_text(guide: &Guide) -> String {
    let mut parts: Vec<&str> = vec![&guide.title];
    parts.extend(guide.intro.iter().map(String::as_str));
    let mut blocks = Vec::new();
    for question in &guide.questions {
        parts.push(&question.text);
        gather(&question.help, &mut blocks);
        for answer in &question.answers {
            parts.push(&answer.label);
            gather(&answer.help, &mut blocks);
            if let Next::Outcome(outcome) = &answer.next {
                gather(outcome, &mut blocks);
            }
        }
    }
    parts.extend(blocks.iter().flat_map(|block| block_words(block)));
    parts.join("\n")
}

fn node_text(node: &Node) -> String {
    let mut parts: Vec<&str> = vec![&node.title];
    let mut blocks = Vec::new();
    gather(&node.intro, &mut blocks);
    parts.extend(blocks.iter().flat_map(|block| block_words(block)));
    let mut group = "";
    for entry in &node.entries {
        parts.push(&entry.title);
        parts.extend(entry.summary.as_deref());
        if let Some(title) = entry.group.as_deref().filter(|title| *title != group) {
            group = title;
            parts.push(title);
        }
    }
    parts.join("\n")
}

fn block_words(block: &Block) -> Vec<&str> {
    match block {
        Block::Paragraph(text) => vec![text],
        Block::Table { caption, header, rows } => {
            caption.iter().chain(header).chain(rows.iter().flatten()).map(String::as_str).collect()
        }
        Block::Note { title, .. } => title.iter().map(String::as_str).collect(),
        Block::Choices { question, cases } => {
            question.iter().chain(cases.iter().map(|case| &case.title)).map(String::as_str).collect()
        }
        Block::SubSection { title, .. } | Block::Contact { title, .. } => vec![title],
        Block::Link { label, .. } => vec![label],
        Block::List { .. } => Vec::new(),
    }
}

/// Elements that are no text for a reader: catalogue data, the way to the file, working titles of guides, and the second
/// wording of an answer, which is most often the same.
const NO_TEXT: [&str; 19] = [
    "SurTitre",
    "Audience",
    "Canal",
    "FilDAriane",
    "Theme",
    "SousThemePere",
    "SousDossierPere",
    "DossierPere",
    "Cible",
    "PivotLocal",
    "FranceConnect",
    "RechercheGuidee",
    "RechercheGuideePere",
    "SousTheme",
    "Condition",
    "SiSelectionne",
    "Credits",
    "TitreChoix",
    "IntituleSiSelectionne",
];
/// Elements inside a word or sentence: their tags separate nothing.
const INLINE: [&str; 12] = [
    "MiseEnEvidence",
    "LienInterne",
    "LienExterne",
    "LienIntra",
    "Exposant",
    "Indice",
    "Valeur",
    "Expression",
    "Variable",
    "Citation",
    "TermeEtranger",
    "Date",
];

/// The text of a file, by a scanner of its own: tags out, entities resolved.
fn source_text(xml: &str) -> String {
    let mut out = String::new();
    let mut skipping: Option<String> = None;
    let mut path: Vec<String> = Vec::new();
    for piece in xml.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        let closing = tag.starts_with('/');
        let name = tag.trim_start_matches('/').split([' ', '/', '\n']).next().unwrap_or_default();
        if closing {
            path.pop();
        }
        let linked_folder = name == "Dossier" && path.last().is_some_and(|parent| parent == "FicheLiee");
        if !closing && !tag.ends_with('/') && !tag.starts_with('?') {
            path.push(name.to_owned());
        }
        match &skipping {
            Some(outer) if closing && *outer == format!("{}{name}", path.len()) => skipping = None,
            None if !closing
                && !tag.ends_with('/')
                && (NO_TEXT.contains(&name) || name.starts_with("dc:") || linked_folder) =>
            {
                skipping = Some(format!("{}{name}", path.len() - 1));
            }
            _ => {}
        }
        if !INLINE.contains(&name) {
            out.push(' ');
        }
        if skipping.is_none() {
            out.push_str(text);
        }
    }
    out.replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&apos;", "'")
        .replace("&amp;", "&")
}

fn counted(text: &str) -> HashMap<String, u32> {
    // What `plain` documents as replaced is replaced here too, by hand.
    let text = text
        .replace(['\u{200b}', '\u{200e}', '\u{ad}'], "")
        .replace('⅓', "1/3")
        .replace('₂', "2")
        .replace('₃', "3");
    let mut counts = HashMap::new();
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *counts.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    counts
}
