//! Services, forms, offices and phone lines: from the text, and as files of their own.

use super::blocks::Blocks as _;
use super::inline::{Scribe, is_web};
use super::xml::Element;
use crate::browse::Link;
use crate::plain;
use crate::sheet::{Block, NoteKind, Section};

/// An office, a desk or a phone line.
pub(super) fn contact(scribe: &mut Scribe<'_>, element: &Element) -> Block {
    let title = element.child("Titre").map(Element::flat_text).unwrap_or_default();
    let mut blocks = Vec::new();
    for child in element.children() {
        match child.name.as_str() {
            "Complement" | "Source" => blocks.extend(paragraph(child.flat_text())),
            "Texte" => blocks.extend(scribe.blocks(child)),
            // `PivotLocal` names the office's type for the publisher's directory: no text for a reader.
            _ => {}
        }
    }
    let url = element
        .child("RessourceWeb")
        .and_then(|web| web.attribute("URL"))
        .filter(|url| is_web(url))
        .map(str::to_owned);
    Block::Contact { title, phone: phone(element), blocks, url }
}

/// The first phone number that the element's text states, paragraph by paragraph.
pub(super) fn phone(element: &Element) -> Option<String> {
    let mut found = None;
    element.descend(&mut |child| {
        if found.is_none() && child.name == "Paragraphe" {
            found = plain::phone(&child.flat_text());
        }
    });
    found
}

fn paragraph(text: String) -> Option<Block> {
    (!text.is_empty()).then_some(Block::Paragraph(text))
}

/// A service or form named in a text: what it is for, who runs it, and the way to it.
pub(super) fn service(scribe: &mut Scribe<'_>, element: &Element) -> Block {
    let title = element.child("Titre").map(Element::flat_text).unwrap_or_default();
    let mut blocks = Vec::new();
    blocks.extend(paragraph(kind_line(element)));
    for child in element.children() {
        match child.name.as_str() {
            "Introduction" | "Texte" => blocks.extend(scribe.blocks(child)),
            "Source" => blocks.extend(paragraph(child.flat_text())),
            "NoticeLiee" => blocks.push(web_link(child, child.flat_text())),
            "ServiceEnLigneAnnexe" => blocks.push(service(scribe, child)),
            _ => {}
        }
    }
    let id = element.attribute("ID").unwrap_or_default();
    let web =
        element.attribute("URL").or_else(|| element.child("LienWeb").and_then(|web| web.attribute("URL")));
    if let Some((target, label)) = scribe.target(id) {
        blocks.push(Block::Link { target: Link::Inside(target.clone()), label: label.to_owned() });
    } else if let Some(url) = web.filter(|url| is_web(url)) {
        blocks.push(Block::Link { target: Link::Web(url.to_owned()), label: title.clone() });
    }
    Block::Note { kind: NoteKind::Service, title: Some(title).filter(|t| !t.is_empty()), blocks }
}

/// "Formulaire · cerfa n° 15646*01".
fn kind_line(element: &Element) -> String {
    let mut line = match element.attribute("type") {
        Some("Téléservice" | "Téléservice personnalisé sur SP") => "Service en ligne".to_owned(),
        Some(other) => other.to_owned(),
        None => String::new(),
    };
    if let Some(number) = element.attribute("numerocerfa").filter(|number| !number.is_empty()) {
        line.push_str(" · cerfa n° ");
        line.push_str(number);
    }
    plain::line(&line)
}

/// A button for an address; plain words where the address is none.
pub(super) fn web_link(element: &Element, label: String) -> Block {
    match element.attribute("URL").filter(|url| is_web(url)) {
        Some(url) => Block::Link { target: Link::Web(url.to_owned()), label },
        None => Block::Paragraph(label),
    }
}

/// The sections of a file that is itself a service, form, letter, simulator or search tool.
pub(super) fn sections(scribe: &mut Scribe<'_>, root: &Element, title: &str) -> Vec<Section> {
    let mut about = Vec::new();
    let mut offices = Vec::new();
    let mut annexes = Vec::new();
    let mut links = Vec::new();
    for child in root.children() {
        match child.name.as_str() {
            "Introduction" | "Texte" => about.extend(scribe.blocks(child)),
            "Avertissement" => about.extend(scribe.block(child)),
            "NumeroCerfa" => about.extend(paragraph(format!("Formulaire cerfa n° {}", child.flat_text()))),
            "AutreNumero" => about.extend(paragraph(format!("Autre numéro : {}", child.flat_text()))),
            "LienWeb" => {
                about.extend(child.child("Source").and_then(|source| paragraph(source.flat_text())));
                about.push(web_link(child, title.to_owned()));
            }
            "NoticeLiee" | "LienCerfaGuide" => {
                let words = Some(child.flat_text()).filter(|words| !words.is_empty());
                annexes.push(web_link(child, words.unwrap_or_else(|| title.to_owned())));
            }
            "ServiceEnLigneAnnexe" | "ServiceEnLigneAlternatif" => annexes.push(service(scribe, child)),
            "OuSAdresser" | "OuSAdresserSupport" => offices.push(contact(scribe, child)),
            "FicheLiee" | "Dossier" => links.extend(super::convert::link(scribe, child)),
            _ => {}
        }
    }
    let titled = [
        ("Ce qu'il faut savoir", about),
        ("Documents à joindre et autres versions", annexes),
        ("Où s'adresser ?", offices),
        ("Démarches concernées", links),
    ];
    titled
        .into_iter()
        .filter(|(_, blocks)| !blocks.is_empty())
        .map(|(title, blocks)| Section { title: title.to_owned(), blocks })
        .collect()
}
