//! From the XML of one file to a sheet, a guide or a folder.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::blocks::{Blocks as _, paragraph};
use super::inline::{Scribe, is_web};
use super::xml::{self, Element};
use super::{PUBLISHER, Refusal, facts, folder, guide, service};
use crate::browse::{Link, Target};
use crate::date::Date;
use crate::glossary::Glossary;
use crate::guide::Guide;
use crate::id::{GuideId, Lang, NodeId, SheetId};
use crate::plain;
use crate::sheet::{
    BLOCK_DEPTH_MAX, BLOCKS_MAX, Block, Case, SUMMARY_MAX, Section, Sheet, SheetKind, Source,
};

/// Longest short version taken from an introduction as it is, in characters.
const SUMMARY_CHARS_MAX: usize = 420;

/// Identifiers of the archive with their titles.
pub(super) struct Catalogue(BTreeMap<String, (Target, String)>);

impl Catalogue {
    pub(super) fn new<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Self {
        let mut entries = BTreeMap::new();
        for (name, bytes) in files {
            let Some((root, title)) = xml::head(bytes) else { continue };
            let id = name.trim_end_matches(".xml");
            let target = match root.attribute("type") {
                Some("Recherche guidée") => GuideId::new(id).map(Target::Guide),
                Some("Dossier" | "Theme") => NodeId::new(id).map(Target::Node),
                _ => SheetId::new(id).map(Target::Sheet),
            };
            if let Ok(target) = target {
                entries.insert(id.to_owned(), (target, title));
            }
        }
        Self(entries)
    }

    pub(super) fn target(&self, id: &str) -> Option<(&Target, &str)> {
        self.0.get(id).map(|(target, title)| (target, title.as_str()))
    }
}

/// What one file became.
#[derive(Debug, PartialEq)]
pub(super) struct Converted {
    pub(super) content: Content,
    /// Identifiers of other files that were looked up on the way.
    pub(super) asked: BTreeSet<String>,
    pub(super) acronyms: Vec<(String, String)>,
    pub(super) dead_links: usize,
}

#[derive(Debug, PartialEq)]
pub(super) enum Content {
    Sheet(Box<Sheet>, Parent),
    Guide(Box<Guide>, Parent),
    Folder(folder::Folder),
}

/// Where the file says that it hangs in the tree.
#[derive(Debug, Default, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Parent {
    pub(super) folder: Option<String>,
    pub(super) themes: Vec<String>,
}

pub(super) fn convert(name: &str, bytes: &[u8], catalogue: &Catalogue) -> Result<Converted, Refusal> {
    let root = xml::parse(bytes)?;
    if !matches!(root.name.as_str(), "Publication" | "ServiceComplementaire") {
        return Err(Refusal::Root(plain::shorten(&root.name, 40)));
    }
    let id = root.attribute("ID").filter(|id| name.strip_suffix(".xml") == Some(id)).ok_or(Refusal::Id)?;
    let title = root.child("dc:title").map(Element::flat_text).unwrap_or_default();
    if title.is_empty() {
        return Err(Refusal::NoTitle);
    }
    let mut scribe = Scribe::new(catalogue, &root);
    let content = match root.attribute("type").unwrap_or_default() {
        "Dossier" | "Theme" => Content::Folder(folder::folder(&mut scribe, &root, id)?),
        "Recherche guidée" => {
            Content::Guide(Box::new(guide::guide(&mut scribe, &root, id, &title)?), parent(&root))
        }
        other => {
            let kind = kind(other).ok_or_else(|| Refusal::Type(plain::shorten(other, 60)))?;
            Content::Sheet(Box::new(sheet(&mut scribe, &root, id, title, kind)?), parent(&root))
        }
    };
    let (acronyms, dead_links) = (scribe.acronyms(), scribe.dead_links);
    Ok(Converted { content, acronyms, dead_links, asked: scribe.asked() })
}

fn kind(name: &str) -> Option<SheetKind> {
    Some(match name {
        "Fiche d'information conditionnée" | "Fiche avec liens externes" => SheetKind::Procedure,
        "Fiche Question-réponse conditionnée" => SheetKind::Question,
        "Fiche Comment faire si conditionné" => SheetKind::LifeEvent,
        "Téléservice" | "Téléservice personnalisé sur SP" => SheetKind::OnlineService,
        "Formulaire" => SheetKind::Form,
        "Modèle de document" => SheetKind::Letter,
        "Simulateur" => SheetKind::Simulator,
        "Outil de recherche" => SheetKind::SearchTool,
        _ => return None,
    })
}

fn parent(root: &Element) -> Parent {
    let id = |element: &Element| element.attribute("ID").map(str::to_owned);
    Parent {
        folder: root.child("DossierPere").and_then(id),
        themes: root.named("Theme").filter_map(id).collect(),
    }
}

fn sheet(
    scribe: &mut Scribe<'_>,
    root: &Element,
    id: &str,
    title: String,
    kind: SheetKind,
) -> Result<Sheet, Refusal> {
    let (summary, mut sections) = introduction(scribe, root);
    if root.name == "ServiceComplementaire" {
        sections.extend(service::sections(scribe, root, &title));
        sections.extend(words(scribe, root));
    } else {
        sections.extend(body(scribe, root));
        sections.extend(annexes(scribe, root, id));
    }
    let mut count = 0;
    let fits = sections.iter().all(|section| fits(&section.blocks, 0, &mut count));
    if !fits {
        return Err(Refusal::TooDeep);
    }
    Ok(Sheet {
        id: SheetId::new(id).map_err(|_| Refusal::Id)?,
        lang: Lang::french(),
        kind,
        title,
        summary,
        facts: facts::facts(root, kind),
        sections,
        source: source(root, id),
        checked: checked(root),
        demonstration: false,
        trail: Vec::new(),
    })
}

pub(super) fn source(root: &Element, id: &str) -> Source {
    let url = root.attribute("spUrl").filter(|url| is_web(url)).map(str::to_owned);
    Source { publisher: PUBLISHER.to_owned(), reference: Some(id.to_owned()), url }
}

/// `modified 2023-05-30`; the dump also holds year 0023, which is no date.
pub(super) fn checked(root: &Element) -> Option<Date> {
    let text = root.child("dc:date")?.flat_text();
    Date::parse(text.rsplit(' ').next()?)
}

pub(super) fn fits(blocks: &[Block], depth: usize, count: &mut usize) -> bool {
    *count += blocks.len();
    if depth > BLOCK_DEPTH_MAX || *count > BLOCKS_MAX {
        return false;
    }
    blocks.iter().all(|block| match block {
        Block::List { items, .. } => items.iter().all(|item| fits(item, depth + 1, count)),
        Block::Note { blocks, .. } | Block::SubSection { blocks, .. } | Block::Contact { blocks, .. } => {
            fits(blocks, depth + 1, count)
        }
        Block::Choices { cases, .. } => cases.iter().all(|case| fits(&case.blocks, depth + 1, count)),
        Block::Paragraph(_) | Block::Table { .. } | Block::Link { .. } => true,
    })
}

/// The short version. An introduction that is short and plain is the short version; of another one, the short version
/// is its first sentences, and the whole stands in a section of its own, so that no word is lost.
fn introduction(scribe: &mut Scribe<'_>, root: &Element) -> (Vec<String>, Vec<Section>) {
    let mut sections = Vec::new();
    for notice in root.named("Avertissement") {
        if let Some(block) = scribe.block(notice) {
            sections.push(Section { title: "À savoir d'abord".to_owned(), blocks: vec![block] });
        }
    }
    let service = root.name == "ServiceComplementaire";
    let intro = root.child("Introduction").filter(|_| !service);
    let Some(intro) = intro else {
        let description = root.child("dc:description").map(Element::flat_text).unwrap_or_default();
        let title = root.child("dc:title").map(Element::flat_text).unwrap_or_default();
        let summary = if description == title { Vec::new() } else { first_sentences(&[description]) };
        return (summary, sections);
    };
    let blocks = scribe.blocks(intro);
    let paragraphs: Vec<String> = blocks
        .iter()
        .filter_map(|block| if let Block::Paragraph(text) = block { Some(text.clone()) } else { None })
        .collect();
    let chars: usize = paragraphs.iter().map(|text| text.chars().count()).sum();
    if paragraphs.len() == blocks.len() && paragraphs.len() <= SUMMARY_MAX && chars <= SUMMARY_CHARS_MAX {
        return (paragraphs, sections);
    }
    sections.push(Section { title: "Présentation".to_owned(), blocks });
    (first_sentences(&paragraphs), sections)
}

/// Whole sentences from the start, as long as they fit; at least one.
fn first_sentences(paragraphs: &[String]) -> Vec<String> {
    let mut left = SUMMARY_CHARS_MAX;
    let mut summary = Vec::new();
    for paragraph in paragraphs.iter().filter(|text| !text.is_empty()).take(SUMMARY_MAX) {
        let mut kept = String::new();
        for sentence in paragraph.split_inclusive(". ") {
            let length = sentence.chars().count();
            if length > left && !(summary.is_empty() && kept.is_empty()) {
                break;
            }
            kept.push_str(sentence);
            left = left.saturating_sub(length);
        }
        let whole = kept.trim_end().len() == paragraph.len();
        if !kept.is_empty() {
            summary.push(kept.trim_end().to_owned());
        }
        if !whole {
            break;
        }
    }
    summary
}

/// The text itself: one section a chapter; situations become one choice.
fn body(scribe: &mut Scribe<'_>, root: &Element) -> Vec<Section> {
    let mut sections = Vec::new();
    for child in root.children() {
        match child.name.as_str() {
            "Texte" => sections.extend(chapters(scribe, child)),
            "ListeSituations" => {
                let cases = child.named("Situation").map(|case| situation(scribe, case)).collect();
                let question = question(root, child);
                let blocks = vec![Block::Choices { question, cases }];
                sections.push(Section { title: "Votre situation".to_owned(), blocks });
            }
            _ => {}
        }
    }
    sections
}

fn chapters(scribe: &mut Scribe<'_>, text: &Element) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    for block in scribe.blocks(text) {
        if let Block::SubSection { title, blocks } = block {
            sections.push(Section { title, blocks });
        } else if let Some(section) = sections.last_mut().filter(|section| section.title.is_empty()) {
            section.blocks.push(block);
        } else {
            sections.push(Section { title: String::new(), blocks: vec![block] });
        }
    }
    sections
}

/// The question of the questionnaire whose answers decide between the situations, if there is one.
fn question(root: &Element, situations: &Element) -> Option<String> {
    let mut wanted = BTreeSet::new();
    for situation in situations.named("Situation") {
        if let Some(condition) = situation.child("Condition") {
            condition.descend(&mut |e| wanted.extend(e.attribute("var")));
        }
    }
    let questions = root.child("Questionnaire")?.named("Question");
    let sets = |question: &&Element| {
        let mut set = BTreeSet::new();
        question.descend(&mut |e| {
            if e.name == "affecteVrai" {
                set.extend(e.attribute("var"));
            }
        });
        !wanted.is_empty() && wanted.is_subset(&set)
    };
    let mut fitting = questions.filter(sets);
    let title = fitting.next()?.child("Titre")?.flat_text();
    Some(title).filter(|title| !title.is_empty())
}

pub(super) fn situation(scribe: &mut Scribe<'_>, situation: &Element) -> Case {
    let title = situation.child("Titre").map(Element::flat_text).unwrap_or_default();
    let blocks = scribe.apart(|scribe| scribe.blocks(situation));
    Case { title, blocks }
}

/// Everything around the text: services, offices, questions, definitions, law, links.
fn annexes(scribe: &mut Scribe<'_>, root: &Element, id: &str) -> Vec<Section> {
    let mut sections = Vec::new();
    let mut section = |title: &str, blocks: Vec<Block>| {
        if !blocks.is_empty() {
            sections.push(Section { title: title.to_owned(), blocks });
        }
    };
    let each = |scribe: &mut Scribe<'_>, names: &[&str]| -> Vec<Block> {
        let chosen = root.children().filter(|child| names.contains(&child.name.as_str()));
        chosen.filter_map(|child| scribe.block(child)).collect()
    };
    section("Sites internet", each(scribe, &["LienExterneCommente"]));
    section("Services en ligne et formulaires", each(scribe, &["ServiceEnLigne"]));
    section("Où s'adresser ?", each(scribe, &["OuSAdresser"]));
    section("Qui peut m'aider ?", each(scribe, &["QuiPeutMAider"]));
    section("Pour trouver votre situation", questionnaire(root));
    section("Questions fréquentes", each(scribe, &["QuestionReponse"]));
    let mut seen = each(scribe, &["RechercheGuidee", "CommentFaireSi"]);
    for list in root.named("VoirAussi") {
        seen.extend(list.children().filter_map(|child| scribe.block(child)));
    }
    let mut more = each(scribe, &["PourEnSavoirPlus"]);
    let definitions = words(scribe, root);
    for link in scribe.take_inside(id) {
        if !seen.contains(&link) {
            seen.push(link);
        }
    }
    more.extend(scribe.take_web());
    section("Voir aussi", seen);
    section("Pour en savoir plus", more);
    sections.extend(definitions);
    let law = each(scribe, &["Reference"]);
    if !law.is_empty() {
        sections.push(Section { title: "Textes de loi".to_owned(), blocks: law });
    }
    sections
}

/// Definitions and acronyms of the file.
fn words(scribe: &mut Scribe<'_>, root: &Element) -> Option<Section> {
    let chosen = root.children().filter(|child| matches!(child.name.as_str(), "Definition" | "Abreviation"));
    let blocks: Vec<Block> = chosen.filter_map(|child| scribe.block(child)).collect();
    (!blocks.is_empty()).then(|| Section { title: "Mots expliqués".to_owned(), blocks })
}

/// The questions with which the publisher's site filters the sheet, as a list to read.
fn questionnaire(root: &Element) -> Vec<Block> {
    let mut blocks = Vec::new();
    for list in root.named("Questionnaire") {
        for child in list.children().filter(|child| child.name != "Question" && child.name != "Branche") {
            blocks.extend(paragraph(child.flat_text()));
        }
        for question in list.children().filter(|child| child.name == "Question" || child.name == "Branche") {
            let title = question.child("Titre").map(Element::flat_text).unwrap_or_default();
            let mut items = Vec::new();
            question.descend(&mut |e| {
                let text = match e.name.as_str() {
                    "Choix" => {
                        let short = e.child("Titre").map(Element::flat_text).unwrap_or_default();
                        let long =
                            e.child("IntituleSiSelectionne").map(Element::flat_text).unwrap_or_default();
                        if short == long { short } else { format!("{short} : {long}") }
                    }
                    "Branche" if !std::ptr::eq(e, question) => {
                        e.child("Titre").map(Element::flat_text).unwrap_or_default()
                    }
                    "Aide" => e.flat_text(),
                    _ => String::new(),
                };
                items.extend(paragraph(text).map(|block| vec![block]));
            });
            let list = Block::List { ordered: false, items };
            blocks.push(Block::SubSection { title, blocks: vec![list] });
        }
    }
    blocks
}

/// A link to another file, with its title there or, where it has no file, in the words of this one.
pub(super) fn link(scribe: &mut Scribe<'_>, element: &Element) -> Option<Block> {
    let id = element.attribute("ID").unwrap_or_default();
    let own = element.child("Titre").map_or_else(|| element.flat_text(), Element::flat_text);
    match scribe.target(id) {
        // Titles of guides are working titles here ("RG CFS Décès").
        Some((target @ Target::Guide(_), title)) => {
            Some(Block::Link { target: Link::Inside(target.clone()), label: title.to_owned() })
        }
        Some((target, title)) => {
            let label = if own.is_empty() { title.to_owned() } else { own };
            Some(Block::Link { target: Link::Inside(target.clone()), label })
        }
        None => {
            scribe.dead_links += 1;
            paragraph(own).filter(|_| element.name != "RechercheGuidee")
        }
    }
}

/// One glossary for the archive: of several expansions of an acronym, the most frequent.
pub(super) fn glossary(found: &[(String, String)]) -> Glossary {
    let mut counts: BTreeMap<&str, BTreeMap<&str, usize>> = BTreeMap::new();
    for (short, long) in found {
        *counts.entry(short).or_default().entry(long).or_default() += 1;
    }
    let mut glossary = Glossary::default();
    for (short, expansions) in counts {
        let best = expansions.into_iter().max_by_key(|(long, count)| (*count, std::cmp::Reverse(*long)));
        if let Some((long, _)) = best {
            glossary.insert(short, long);
        }
    }
    glossary
}
