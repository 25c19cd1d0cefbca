//! Blocks of the XML (paragraphs, lists, tables, notes, pictures) as blocks of a sheet.

use super::convert::{link, situation};
use super::inline::Scribe;
use super::service;
use super::xml::Element;
use crate::plain;
use crate::sheet::{Block, Case, NoteKind};

/// Conversion of blocks, as methods of the scribe so that every part of the importer can call them.
pub(super) trait Blocks {
    fn blocks(&mut self, element: &Element) -> Vec<Block>;
    fn block(&mut self, element: &Element) -> Option<Block>;
}

impl Blocks for Scribe<'_> {
    /// The children of `element`, in order. A floating title gathers what follows it.
    fn blocks(&mut self, element: &Element) -> Vec<Block> {
        let mut out: Vec<Block> = Vec::new();
        let mut floating: Option<(String, Vec<Block>)> = None;
        for child in element.children() {
            let name = child.name.as_str();
            if matches!(name, "TitreFlottant" | "Chapitre" | "SousChapitre") {
                out.extend(floating.take().map(|(title, blocks)| Block::SubSection { title, blocks }));
            }
            if name == "TitreFlottant" {
                floating = Some((child.flat_text(), Vec::new()));
                continue;
            }
            let into = floating.as_mut().map_or(&mut out, |(_, blocks)| blocks);
            match name {
                "Titre" | "Condition" | "SiSelectionne" | "Colonne" => {}
                "Introduction" | "Texte" | "Contenu" | "ContenuIllustre" | "Description" | "Commentaire" => {
                    into.extend(self.blocks(child));
                }
                "Chapitre" | "SousChapitre" | "Complement" if child.child("Titre").is_none() => {
                    into.extend(self.blocks(child));
                }
                _ => into.extend(self.block(child)),
            }
        }
        out.extend(floating.map(|(title, blocks)| Block::SubSection { title, blocks }));
        out
    }

    fn block(&mut self, element: &Element) -> Option<Block> {
        match element.name.as_str() {
            "Liste" => Some(list(self, element)),
            "Tableau" => Some(table(self, element)),
            "BlocCas" => {
                let cases: Vec<Case> = element.named("Cas").map(|case| situation(self, case)).collect();
                (!cases.is_empty()).then_some(Block::Choices { question: None, cases })
            }
            "Chapitre" | "SousChapitre" | "Complement" => {
                let title = element.child("Titre").map(Element::flat_text).unwrap_or_default();
                Some(Block::SubSection { title, blocks: conditional(self, element) })
            }
            "FragmentConditionne" => {
                let title = condition(self, element).unwrap_or_else(|| "Selon votre situation".to_owned());
                let blocks = self.blocks(element);
                Some(Block::Note { kind: NoteKind::Condition, title: Some(title), blocks })
            }
            "ANoter" | "ASavoir" | "Aide" | "Consigne" => Some(note(self, element, NoteKind::Info)),
            "Attention" | "Avertissement" => Some(note(self, element, NoteKind::Warning)),
            "Rappel" => Some(note(self, element, NoteKind::Reminder)),
            "Exemple" => Some(note(self, element, NoteKind::Example)),
            "Definition" => Some(note(self, element, NoteKind::Definition)),
            "Abreviation" => {
                let short = element.child("Titre").map(Element::flat_text).unwrap_or_default();
                let long = element.child("Texte").map(Element::flat_text).unwrap_or_default();
                Some(Block::Note {
                    kind: NoteKind::Definition,
                    title: Some(short),
                    blocks: vec![Block::Paragraph(long)],
                })
            }
            "Image" | "Illustration" | "ImageIllustration" | "Video" => Some(picture(self, element)),
            "OuSAdresser" | "OuSAdresserSupport" | "QuiPeutMAider" => Some(service::contact(self, element)),
            "ServiceEnLigne" | "ServiceEnLigneAnnexe" => Some(service::service(self, element)),
            "PourEnSavoirPlus" | "Reference" => Some(reference(element)),
            "LienExterneCommente" => Some(commented(self, element)),
            "Fiche" | "Dossier" | "QuestionReponse" | "CommentFaireSi" | "RechercheGuidee" => {
                link(self, element)
            }
            // `Paragraphe`, and whatever a later schema adds: its words at least are kept.
            _ => paragraph(self.text(element)),
        }
    }
}

/// The blocks of a chapter that holds only under a condition stand in a note that says so.
fn conditional(scribe: &mut Scribe<'_>, element: &Element) -> Vec<Block> {
    let title = condition(scribe, element);
    let blocks = scribe.blocks(element);
    match title {
        Some(title) => vec![Block::Note { kind: NoteKind::Condition, title: Some(title), blocks }],
        None => blocks,
    }
}

/// "Vous louez ou sous-louez le logement": what must hold, in the words of the questionnaire.
fn condition(scribe: &Scribe<'_>, element: &Element) -> Option<String> {
    let mut known = Vec::new();
    let condition = element.child("Condition")?;
    condition.descend(&mut |e| {
        if e.name == "estVrai" {
            known.extend(e.attribute("var").and_then(|var| scribe.variables.get(var)).cloned());
        }
    });
    known.dedup();
    (!known.is_empty()).then(|| plain::shorten(&known.join(" ou "), 200))
}

fn note(scribe: &mut Scribe<'_>, element: &Element, kind: NoteKind) -> Block {
    let title = element.child("Titre").map(Element::flat_text).filter(|title| !title.is_empty());
    Block::Note { kind, title, blocks: scribe.blocks(element) }
}

fn picture(scribe: &mut Scribe<'_>, element: &Element) -> Block {
    let title = element.child("Titre").or_else(|| element.child("Legende")).map(Element::flat_text);
    let mut blocks = Vec::new();
    for child in element.children() {
        match child.name.as_str() {
            "Description" => blocks.extend(scribe.blocks(child)),
            "Credits" => blocks.extend(paragraph(format!("Crédit : {}", child.flat_text()))),
            "Titre" => {}
            "Legende" if title.as_ref() == Some(&child.flat_text()) => {}
            _ => blocks.extend(paragraph(child.flat_text())),
        }
    }
    Block::Note { kind: NoteKind::Picture, title, blocks }
}

fn reference(element: &Element) -> Block {
    let part = |name: &str| element.child(name).map(Element::flat_text).filter(|text| !text.is_empty());
    let mut label = part("Titre").unwrap_or_default();
    for more in [part("Complement"), part("Source")].into_iter().flatten() {
        label.push_str(" – ");
        label.push_str(&more);
    }
    service::web_link(element, label)
}

fn commented(scribe: &mut Scribe<'_>, element: &Element) -> Block {
    let title = element.child("LienExterne").map(Element::flat_text);
    let mut blocks = Vec::new();
    for child in element.children() {
        match child.name.as_str() {
            "LienExterne" => blocks.push(service::web_link(child, child.flat_text())),
            "Commentaire" => blocks.extend(scribe.blocks(child)),
            _ => blocks.extend(paragraph(child.flat_text())),
        }
    }
    Block::Note { kind: NoteKind::Service, title, blocks }
}

fn list(scribe: &mut Scribe<'_>, element: &Element) -> Block {
    let ordered = element.attribute("type") == Some("numero");
    let mut items = Vec::new();
    for item in element.named("Item") {
        let blocks = conditional(scribe, item);
        if !blocks.is_empty() {
            items.push(blocks);
        }
    }
    Block::List { ordered, items }
}

/// A table of plain cells. A cell that spans columns leaves the next ones empty; one that spans rows is said again in
/// each, so that every row can be read alone.
fn table(scribe: &mut Scribe<'_>, element: &Element) -> Block {
    const SPAN_MAX: usize = 200;
    let span = |cell: &Element, name: &str| {
        cell.attribute(name).and_then(|n| n.parse::<usize>().ok()).unwrap_or(1).clamp(1, SPAN_MAX)
    };
    let mut header = Vec::new();
    let mut rows: Vec<Vec<String>> = Vec::new();
    let mut hanging: Vec<(usize, String)> = Vec::new();
    for row in element.named("Rangée") {
        let mut cells: Vec<String> = Vec::new();
        let fill = |cells: &mut Vec<String>, hanging: &mut Vec<(usize, String)>| {
            while let Some((left, text)) = hanging.get_mut(cells.len()).filter(|(left, _)| *left > 0) {
                *left -= 1;
                cells.push(text.clone());
            }
        };
        for cell in row.named("Cellule") {
            fill(&mut cells, &mut hanging);
            let text = cell_text(scribe, cell);
            let (wide, high) = (span(cell, "fusionHorizontale"), span(cell, "fusionVerticale"));
            for column in 0..wide {
                let at = cells.len();
                if hanging.len() <= at {
                    hanging.resize(at + 1, (0, String::new()));
                }
                let shown = if column == 0 { text.clone() } else { String::new() };
                hanging[at] = (high - 1, shown.clone());
                cells.push(shown);
            }
        }
        fill(&mut cells, &mut hanging);
        if row.attribute("type") == Some("header") && header.is_empty() && rows.is_empty() {
            header = cells;
        } else {
            rows.push(cells);
        }
    }
    let width = rows.iter().map(Vec::len).chain([header.len()]).max().unwrap_or(0);
    if !header.is_empty() {
        header.resize(width, String::new());
    }
    for row in &mut rows {
        row.resize(width, String::new());
    }
    let parts = [element.child("Titre"), element.child("Resume")];
    let caption: Vec<String> = parts.into_iter().flatten().map(Element::flat_text).collect();
    let caption = Some(caption.join(" – ")).filter(|text| !text.is_empty());
    Block::Table { caption, header, rows }
}

fn cell_text(scribe: &mut Scribe<'_>, cell: &Element) -> String {
    let mut parts = Vec::new();
    for child in cell.children() {
        if child.name == "Liste" {
            let items = child.named("Item").map(|item| format!("- {}", scribe.text(item)));
            parts.extend(items.collect::<Vec<_>>());
        } else {
            parts.push(scribe.text(child));
        }
    }
    parts.retain(|part| !part.is_empty());
    parts.join("\n")
}

pub(super) fn paragraph(text: String) -> Option<Block> {
    (!text.is_empty()).then_some(Block::Paragraph(text))
}
