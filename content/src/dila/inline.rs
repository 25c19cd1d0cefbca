//! Text inside a paragraph: markup falls away, acronyms are spelled out once, links are gathered.

use std::collections::{BTreeMap, BTreeSet};

use super::convert::Catalogue;
use super::xml::{Element, Piece};
use crate::browse::{Link, Target};
use crate::plain;
use crate::sheet::Block;

/// Most links of each kind gathered from one sheet's sentences.
const LINKS_MAX: usize = 60;

/// What is known while the text of one file is converted.
pub(super) struct Scribe<'a> {
    catalogue: &'a Catalogue,
    /// Identifiers that were looked up: what the text depends on beside its own file.
    asked: BTreeSet<String>,
    /// Acronyms of this file: identifier → short form and expansion.
    acronyms: BTreeMap<String, (String, String)>,
    /// Acronyms spelled out on the way to this sentence. Cases of one choice do not see each other.
    said: BTreeSet<String>,
    /// Answers of the file's questionnaire: variable → what holds when it is true.
    pub(super) variables: BTreeMap<String, String>,
    inside: Vec<(Target, String)>,
    web: Vec<(String, String)>,
    pub(super) dead_links: usize,
}

impl<'a> Scribe<'a> {
    pub(super) fn new(catalogue: &'a Catalogue, root: &Element) -> Self {
        let mut acronyms = BTreeMap::new();
        for entry in root.named("Abreviation") {
            let short = entry.child("Titre").map(Element::flat_text).unwrap_or_default();
            let long = entry.child("Texte").map(Element::flat_text).unwrap_or_default();
            if let (Some(id), false, false) = (entry.attribute("ID"), short.is_empty(), long.is_empty()) {
                acronyms.insert(id.to_owned(), (short, lower_first(&long)));
            }
        }
        Self {
            catalogue,
            asked: BTreeSet::new(),
            acronyms,
            said: BTreeSet::new(),
            variables: variables(root),
            inside: Vec::new(),
            web: Vec::new(),
            dead_links: 0,
        }
    }

    /// What an identifier names in the archive, and its title there.
    pub(super) fn target(&mut self, id: &str) -> Option<(&'a Target, &'a str)> {
        if !self.asked.contains(id) {
            self.asked.insert(id.to_owned());
        }
        self.catalogue.target(id)
    }

    pub(super) fn asked(self) -> BTreeSet<String> {
        self.asked
    }

    pub(super) fn acronyms(&self) -> Vec<(String, String)> {
        self.acronyms.values().cloned().collect()
    }

    /// Runs `write` for one case of a choice: what it spells out does not count for the other cases.
    pub(super) fn apart<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let before = self.said.clone();
        let written = write(self);
        self.said = before;
        written
    }

    /// The text of a paragraph, tidy, with acronyms spelled out on first use.
    pub(super) fn text(&mut self, element: &Element) -> String {
        let mut out = String::new();
        self.write(element, &mut out);
        plain::tidy(&out)
    }

    fn write(&mut self, element: &Element, out: &mut String) {
        for piece in &element.content {
            match piece {
                Piece::Text(text) => plain::push(out, text),
                Piece::Element(child) => self.write_child(child, out),
            }
        }
    }

    fn write_child(&mut self, child: &Element, out: &mut String) {
        match child.name.as_str() {
            "LienInterne" => self.write_link(child, out),
            "LienExterne" => {
                self.write(child, out);
                if let Some(url) = child.attribute("URL") {
                    self.web_link(url, &child.flat_text());
                }
            }
            "Paragraphe"
            | "Image"
            | "Legende"
            | "Credits"
            | "Description"
            | "Titre"
            | "TexteDeRemplacement" => {
                self.write(child, out);
                out.push(' ');
            }
            _ => self.write(child, out),
        }
    }

    fn write_link(&mut self, link: &Element, out: &mut String) {
        let id = link.attribute("LienPublication").unwrap_or_default();
        if matches!(link.attribute("type"), Some("Sigle" | "Acronyme")) {
            // "aide personnalisée au logement (APL)": the sentence has just said it.
            let explained = out.trim_end().ends_with('(');
            self.write(link, out);
            let expansion = self.acronyms.get(id).map(|(_, long)| long.clone());
            if let Some(long) = expansion
                && self.said.insert(id.to_owned())
                && !explained
                && !out.to_lowercase().contains(&long.to_lowercase())
            {
                let space = out.ends_with(char::is_whitespace);
                let kept = out.trim_end().len();
                out.truncate(kept);
                out.push_str(" (");
                out.push_str(&long);
                out.push(')');
                if space {
                    out.push(' ');
                }
            }
            return;
        }
        self.write(link, out);
        self.inside_link(id);
    }

    /// Gathers a link to another file of the archive; counts it when there is no such file.
    pub(super) fn inside_link(&mut self, id: &str) {
        match self.target(id) {
            Some((target, title)) => {
                let known = self.inside.iter().any(|(other, _)| other == target);
                if !known && self.inside.len() < LINKS_MAX {
                    self.inside.push((target.clone(), title.to_owned()));
                }
            }
            None => self.dead_links += 1,
        }
    }

    fn web_link(&mut self, url: &str, label: &str) {
        let known = self.web.iter().any(|(other, _)| other == url);
        if !known && self.web.len() < LINKS_MAX && !label.is_empty() && is_web(url) {
            self.web.push((url.to_owned(), label.to_owned()));
        }
    }

    /// Links to other sheets that the sentences hold, except `own`, as buttons.
    pub(super) fn take_inside(&mut self, own: &str) -> Vec<Block> {
        let links = std::mem::take(&mut self.inside);
        links
            .into_iter()
            .filter(|(target, _)| target.id() != own)
            .map(|(target, label)| Block::Link { target: Link::Inside(target), label })
            .collect()
    }

    /// Addresses on the internet that the sentences hold.
    pub(super) fn take_web(&mut self) -> Vec<Block> {
        let links = std::mem::take(&mut self.web);
        links.into_iter().map(|(url, label)| Block::Link { target: Link::Web(url), label }).collect()
    }
}

/// Whether an address can be shown and printed as such.
pub(super) fn is_web(url: &str) -> bool {
    (url.starts_with("https://") || url.starts_with("http://")) && url.len() <= 2_000
}

/// "Établissement d'hébergement" reads better in the middle of a sentence with a small first letter; names in
/// capitals ("GIP…") keep theirs.
fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(first), Some(second)) if !second.is_uppercase() => {
            first.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// What each variable of a questionnaire stands for, in the words of the answer that sets it.
fn variables(root: &Element) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    root.descend(&mut |element| {
        if !matches!(element.name.as_str(), "Choix" | "Branche" | "Problematique") {
            return;
        }
        let words = element.child("IntituleSiSelectionne").or_else(|| element.child("Titre"));
        let (Some(words), Some(set)) = (words, element.child("SiSelectionne")) else { return };
        for variable in set.named("affecteVrai").filter_map(|v| v.attribute("var")) {
            found.entry(variable.to_owned()).or_insert_with(|| words.flat_text());
        }
    });
    found
}
