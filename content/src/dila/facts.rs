//! The five facts, taken only from structures that state them; everything else stays unspecified.
//!
//! | fact | structure of the archive |
//! | --- | --- |
//! | where | `OuSAdresser` in the text, except phone lines and help desks of web sites |
//! | when | the first paragraph of a chapter whose title asks "Quand…" or "…délai…" |
//! | bring | the lists of chapters marked `type="pieces"`, or titled "Pièces à fournir" and the like |
//! | digital | `ServiceEnLigne` of a service (internet), `FranceConnect` (account), forms to download (printing) |
//! | human | `QuiPeutMAider`, `OuSAdresser`: first one with a phone number, else the first office |
//!
//! What stands inside situations or cases holds for some visitors only: it is said as such, never as a general truth.

use super::service;
use super::xml::Element;
use crate::facts::{DigitalKind, DigitalRequirement, FACT_CHARS_MAX, FACT_LINES_MAX, Fact, Facts, HumanWay};
use crate::plain;
use crate::sheet::SheetKind;

/// Most offices that one sentence lists.
const OFFICES_MAX: usize = 4;

pub(super) fn facts(root: &Element, kind: SheetKind) -> Facts {
    let mut found = Found::default();
    found.walk(root, false);
    Facts {
        place: places(&found),
        when: lines(&found.when, found.when_by_case.as_ref()),
        bring: lines(&found.bring, found.bring_by_case.as_ref()),
        digital: digital(root, &found, kind),
        human: human(&found),
    }
}

/// What the structures hold, apart for everybody and for some cases.
#[derive(Default)]
struct Found<'a> {
    offices: Vec<&'a Element>,
    offices_by_case: Vec<&'a Element>,
    helpers: Vec<&'a Element>,
    when: Vec<String>,
    when_by_case: Option<String>,
    bring: Vec<String>,
    bring_by_case: Option<String>,
    services: Vec<String>,
    france_connect: bool,
}

impl<'a> Found<'a> {
    fn walk(&mut self, element: &'a Element, by_case: bool) {
        for child in element.children() {
            let name = child.name.as_str();
            match name {
                "OuSAdresser" if by_case => self.offices_by_case.push(child),
                "OuSAdresser" => self.offices.push(child),
                "QuiPeutMAider" => self.helpers.push(child),
                "ServiceEnLigne" if child.attribute("type").is_some_and(|t| t.starts_with("Téléservice")) =>
                {
                    let title = child.child("Titre").map(Element::flat_text).unwrap_or_default();
                    if !title.is_empty() && !self.services.contains(&title) {
                        self.services.push(title);
                    }
                }
                "Chapitre" | "SousChapitre" => self.chapter(child, by_case),
                "Definition" | "LienIntra" if child.flat_text().contains("FranceConnect") => {
                    self.france_connect = true;
                }
                _ => {}
            }
            let apart = matches!(name, "Situation" | "Cas" | "FragmentConditionne");
            if !matches!(name, "VoirAussi" | "PourEnSavoirPlus" | "Reference" | "DossierPere") {
                self.walk(child, by_case || apart);
            }
        }
    }

    fn chapter(&mut self, chapter: &Element, by_case: bool) {
        let title = chapter.child("Titre").map(Element::flat_text).unwrap_or_default();
        let asked = title.to_lowercase();
        let papers = [
            "pièces à",
            "documents à",
            "pièces justificatives",
            "justificatifs à",
            "quels documents",
            "quelles pièces",
            "documents nécessaires",
            "pièces nécessaires",
            "documents faut-il",
            "pièces faut-il",
        ];
        let is_papers =
            chapter.attribute("type") == Some("pieces") || papers.iter().any(|words| asked.contains(words));
        let is_when = asked.starts_with("quand ") || asked.contains("délai");
        let depends = format!("Cela dépend de votre situation : voir « {} ».", plain::shorten(&title, 120));
        if is_papers {
            let listed: Vec<String> =
                chapter.named("Liste").flat_map(|list| list.named("Item")).map(item).collect();
            let cased = chapter.child("BlocCas").is_some();
            if by_case || (cased && listed.is_empty()) {
                self.bring_by_case.get_or_insert(depends.clone());
            } else {
                self.bring.extend(listed);
            }
        }
        if is_when {
            let first = chapter.child("Paragraphe").map(Element::flat_text).filter(|text| says(text));
            match first {
                Some(text) if !by_case => self.when.push(plain::shorten(&text, FACT_CHARS_MAX)),
                _ => {
                    self.when_by_case.get_or_insert(depends);
                }
            }
        }
    }
}

/// A sentence that only announces a list ("… :") is no fact.
fn says(text: &str) -> bool {
    !text.is_empty() && !text.trim_end().ends_with(':')
}

fn item(item: &Element) -> String {
    plain::shorten(&item.flat_text(), FACT_CHARS_MAX)
}

fn lines(general: &[String], by_case: Option<&String>) -> Fact<Vec<String>> {
    let mut list: Vec<String> = Vec::new();
    for line in general.iter().filter(|line| !line.is_empty()) {
        if list.len() < FACT_LINES_MAX && !list.contains(line) {
            list.push(line.clone());
        }
    }
    if list.is_empty() {
        list.extend(by_case.cloned());
    }
    Fact::found(list)
}

/// Offices where one can go: phone lines and web sites are no place.
fn titles(offices: &[&Element]) -> Vec<String> {
    let mut titles: Vec<String> = Vec::new();
    for office in offices {
        let place = matches!(
            office.attribute("type"),
            Some("Local" | "Local personnalisable" | "Local personnalisé sur SP" | "National")
        );
        let title = office.child("Titre").map(Element::flat_text).unwrap_or_default();
        if place && !title.is_empty() && !titles.contains(&title) {
            titles.push(title);
        }
    }
    titles
}

fn places(found: &Found<'_>) -> Fact<Vec<String>> {
    let mut general = titles(&found.offices);
    if !general.is_empty() {
        general.truncate(FACT_LINES_MAX);
        return Fact::Stated(general);
    }
    let by_case = titles(&found.offices_by_case);
    match by_case.len() {
        0 => Fact::Unspecified,
        1..=OFFICES_MAX => Fact::Stated(vec![format!("Selon votre situation : {}.", by_case.join(" ; "))]),
        _ => Fact::Stated(vec!["Cela dépend de votre situation : choisissez-la plus bas.".to_owned()]),
    }
}

fn digital(root: &Element, found: &Found<'_>, kind: SheetKind) -> Fact<Vec<DigitalRequirement>> {
    let mut list = Vec::new();
    let mut add = |kind, text: String| list.push(DigitalRequirement { kind, text });
    match kind {
        SheetKind::OnlineService | SheetKind::Simulator | SheetKind::SearchTool => {
            add(DigitalKind::Internet, "Ce service s'utilise sur internet.".to_owned());
        }
        SheetKind::Form | SheetKind::Letter => {
            let pdf = root.named("LienWeb").any(|web| web.attribute("format").is_some());
            if pdf {
                add(DigitalKind::Printing, "Document à télécharger et à imprimer.".to_owned());
            }
        }
        SheetKind::Procedure | SheetKind::Question | SheetKind::LifeEvent | SheetKind::StaffAnswer => {
            match found.services.as_slice() {
                [] => {}
                [one] => add(
                    DigitalKind::Internet,
                    plain::shorten(&format!("Pour le service en ligne : {one}."), FACT_CHARS_MAX),
                ),
                many => add(
                    DigitalKind::Internet,
                    format!("Pour les {} services en ligne que cette fiche cite.", many.len()),
                ),
            }
        }
    }
    if found.france_connect {
        add(DigitalKind::Account, "Un compte FranceConnect pour le service en ligne.".to_owned());
    }
    Fact::found(list)
}

fn human(found: &Found<'_>) -> Fact<HumanWay> {
    let general = found.helpers.iter().chain(&found.offices);
    let with_phone = |office: &&&Element| service::phone(office).is_some();
    let by_case = found.offices_by_case.iter();
    if let Some(office) = general.clone().find(with_phone) {
        return way("", office);
    }
    let desk = |office: &&&Element| !matches!(office.attribute("type"), Some("Support"));
    if let Some(office) = general.clone().find(desk) {
        return way("", office);
    }
    let mut cased: Vec<&&Element> = by_case.collect();
    cased.sort_by_key(|office| service::phone(office).is_none());
    cased.first().map_or(Fact::Unspecified, |office| way("Selon votre situation : ", office))
}

fn way(before: &str, office: &Element) -> Fact<HumanWay> {
    let title = office.child("Titre").map(Element::flat_text).unwrap_or_default();
    if title.is_empty() {
        return Fact::Unspecified;
    }
    let text = plain::shorten(&format!("{before}{title}"), FACT_CHARS_MAX);
    Fact::Stated(HumanWay { text, phone: service::phone(office), place: None })
}
