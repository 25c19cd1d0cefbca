//! `sheets/<lang>/<id>.md`: the front matter with the facts that its kind requires, and the short version's rules.

use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::bundle::Bundle;
use super::markdown::{self, Body};
use super::places::phone;
use super::{Faults, Rule, SENTENCE_WORDS_MAX, Said, line_at, said, title, toml_fault};
use crate::browse::{Link, Target};
use crate::date::Date;
use crate::facts::{DigitalKind, DigitalRequirement, FACT_CHARS_MAX, FACT_LINES_MAX, Fact, Facts, HumanWay};
use crate::id::{Lang, PlaceId, SheetId};
use crate::plain;
use crate::sheet::{Block, SUMMARY_MAX, Section, Sheet, SheetKind, Source};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawSheet {
    title: Option<Spanned<String>>,
    theme: Option<Spanned<String>>,
    folder: Option<Spanned<String>>,
    kind: Option<Spanned<String>>,
    #[serde(default)]
    words: Vec<String>,
    #[serde(rename = "where")]
    place: Option<Spanned<Vec<String>>>,
    when: Option<Spanned<Vec<String>>>,
    bring: Option<Spanned<Vec<String>>>,
    bring_nothing: Option<Spanned<bool>>,
    digital: Option<Spanned<Vec<RawDigital>>>,
    digital_nothing: Option<Spanned<bool>>,
    human: Option<Spanned<RawHuman>>,
    source: Option<RawSource>,
    checked: Option<Spanned<toml::value::Datetime>>,
    #[serde(default)]
    places: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawDigital {
    kind: Spanned<String>,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawHuman {
    text: String,
    phone: Option<String>,
    place: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    publisher: String,
    reference: Option<String>,
    url: Option<String>,
}

/// A sheet with what only the whole folder can check.
pub(super) struct Draft {
    pub(super) sheet: Sheet,
    pub(super) theme: (String, usize),
    pub(super) folder: Option<(String, usize)>,
    pub(super) words: Vec<String>,
    /// Links and places named, each with its line.
    pub(super) links: Vec<(Target, usize)>,
    /// The line of `checked`, 1 where it is missing.
    pub(super) checked_line: usize,
}

/// The front matter of one file, and where it stands.
struct Front<'a> {
    file: &'a Path,
    text: &'a str,
    bundle: &'a Bundle,
    kind: SheetKind,
    faults: &'a mut Faults,
}

impl Front<'_> {
    /// The line of an offset of the front matter, which begins on line 2.
    fn line<T>(&self, spanned: &Spanned<T>) -> usize {
        line_at(self.text, spanned.span().start) + 1
    }

    fn fault(&mut self, line: usize, message: impl Into<Said>) {
        self.faults.add(self.file, line, message);
    }

    fn breaks(&mut self, rule: Rule, line: usize, message: impl Into<Said>) {
        self.faults.breaks(rule, self.file, line, message);
    }

    fn missing(&mut self, rule: Rule, key: &str, what_to_do: &Said) {
        self.breaks(rule, 1, Said::join(&said!("il manque « {key} »", "\"{key}\" is missing"), what_to_do));
    }

    /// A fact is missing: a fault in a sheet that owes the five facts.
    fn missing_fact(&mut self, rule: Rule, key: &str, what_to_do: &Said) {
        if self.kind.owes_facts() {
            self.missing(rule, key, what_to_do);
        }
    }
}

pub(super) fn read(
    file: &Path,
    text: &str,
    id: SheetId,
    lang: Lang,
    bundle: &Bundle,
    faults: &mut Faults,
) -> Option<Draft> {
    let Some((front, body)) = split(text) else {
        faults.add(
            file,
            1,
            said!(
                "le fichier doit commencer par un en-tête TOML entre deux lignes « +++ »",
                "the file must begin with a TOML head between two lines \"+++\""
            ),
        );
        return None;
    };
    let raw: RawSheet = match toml::from_str(front) {
        Ok(raw) => raw,
        Err(error) => {
            toml_fault(faults, file, front, 2, &error);
            return None;
        }
    };
    let first = line_at(text, text.len() - body.len());
    let body = markdown::read(file, body, first, faults);
    check_summary(file, &body, faults);
    let mut front = Front { file, text: front, bundle, kind: SheetKind::Procedure, faults };
    front.kind = front.kind(raw.kind.as_ref());
    front.draft(raw, body, id, lang)
}

/// The text between the first two lines `+++`, and what follows.
fn split(text: &str) -> Option<(&str, &str)> {
    let rest = text.trim_start_matches('\u{feff}').strip_prefix("+++")?;
    let rest = rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n'))?;
    if let Some(body) = rest.strip_prefix("+++") {
        return Some(("", body));
    }
    let (front, body) = rest.split_once("\n+++")?;
    Some((front, body))
}

impl Front<'_> {
    fn draft(&mut self, raw: RawSheet, body: Body, id: SheetId, lang: Lang) -> Option<Draft> {
        let mut links = body.links;
        let mut sections = body.sections;
        let facts = Facts {
            place: self.list(
                "where",
                raw.place,
                &said!(
                    "écrivez où aller, par exemple where = [\"En mairie\"]",
                    "write where to go, such as where = [\"En mairie\"]"
                ),
            ),
            when: self.list(
                "when",
                raw.when,
                &said!(
                    "écrivez quand, par exemple when = [\"Sur rendez-vous\"]",
                    "write when, such as when = [\"Sur rendez-vous\"]"
                ),
            ),
            bring: self.bring(raw.bring, raw.bring_nothing),
            digital: self.digital(raw.digital, raw.digital_nothing),
            human: self.human(raw.human, &mut links),
        };
        sections.extend(self.places(&raw.places, &mut links));
        let source = self.source(raw.source);
        let checked_line = raw.checked.as_ref().map_or(1, |checked| self.line(checked));
        let checked = self.checked(raw.checked.as_ref());
        let name = self.text(
            "title",
            raw.title.as_ref(),
            &said!("écrivez le titre de la fiche", "write the title of the sheet"),
        );
        let theme = self.text(
            "theme",
            raw.theme.as_ref(),
            &said!("écrivez l'id d'un thème de bundle.toml", "write the id of a theme of bundle.toml"),
        );
        let folder = raw.folder.map(|folder| (folder.get_ref().clone(), self.line(&folder)));
        let (name, theme) = (name?, theme?);
        let sheet = Sheet {
            id,
            lang,
            kind: self.kind,
            title: title(self.faults, self.file, name.1, ["le titre", "the title"], &name.0),
            summary: body.summary.into_iter().map(|(text, _)| text).collect(),
            facts,
            sections,
            source,
            checked,
            demonstration: self.bundle.demonstration,
            trail: Vec::new(),
        };
        let words = raw.words.iter().map(|word| plain::line(word)).filter(|word| !word.is_empty()).collect();
        Some(Draft { sheet, theme, folder, words, links, checked_line })
    }

    fn text(
        &mut self,
        key: &str,
        raw: Option<&Spanned<String>>,
        what_to_do: &Said,
    ) -> Option<(String, usize)> {
        if let Some(text) = raw {
            Some((text.get_ref().clone(), self.line(text)))
        } else {
            self.missing(Rule::Format, key, what_to_do);
            None
        }
    }

    fn list(&mut self, key: &str, raw: Option<Spanned<Vec<String>>>, what_to_do: &Said) -> Fact<Vec<String>> {
        let Some(raw) = raw else {
            self.missing_fact(Rule::Fact, key, what_to_do);
            return Fact::Unspecified;
        };
        let line = self.line(&raw);
        let lines: Vec<String> = super::places::lines(raw.get_ref());
        if lines.is_empty() {
            self.breaks(
                Rule::Fact,
                line,
                Said::join(&said!("« {key} » est vide", "\"{key}\" is empty"), what_to_do),
            );
        }
        if lines.len() > FACT_LINES_MAX || lines.iter().any(|text| text.chars().count() > FACT_CHARS_MAX) {
            let message = said!(
                "« {key} » : au plus {FACT_LINES_MAX} lignes de {FACT_CHARS_MAX} caractères ; raccourcissez",
                "\"{key}\" : at most {FACT_LINES_MAX} lines of {FACT_CHARS_MAX} characters; shorten it"
            );
            self.fault(line, message);
        }
        Fact::found(lines)
    }

    fn bring(
        &mut self,
        list: Option<Spanned<Vec<String>>>,
        nothing: Option<Spanned<bool>>,
    ) -> Fact<Vec<String>> {
        match (list, nothing) {
            (Some(_), Some(nothing)) => {
                let line = self.line(&nothing);
                self.fault(
                    line,
                    said!(
                        "« bring » et « bring-nothing » se contredisent : gardez l'un des deux",
                        "\"bring\" and \"bring-nothing\" contradict each other : keep one of them"
                    ),
                );
                Fact::Unspecified
            }
            (None, Some(nothing)) if *nothing.get_ref() => Fact::Stated(Vec::new()),
            (list, _) => {
                let what = said!(
                    "écrivez les papiers à apporter, ou bring-nothing = true s'il n'en faut aucun",
                    "write the papers to bring, or bring-nothing = true if there are none"
                );
                self.list("bring", list, &what)
            }
        }
    }

    fn digital(
        &mut self,
        list: Option<Spanned<Vec<RawDigital>>>,
        nothing: Option<Spanned<bool>>,
    ) -> Fact<Vec<DigitalRequirement>> {
        let to_do = said!(
            "écrivez les exigences numériques, ou digital-nothing = true s'il n'y en a aucune",
            "write the digital requirements, or digital-nothing = true if there are none"
        );
        let list = match (list, nothing) {
            (Some(_), Some(nothing)) => {
                let line = self.line(&nothing);
                self.fault(
                    line,
                    said!(
                        "« digital » et « digital-nothing » se contredisent : gardez l'un des deux",
                        "\"digital\" and \"digital-nothing\" contradict each other : keep one of them"
                    ),
                );
                return Fact::Unspecified;
            }
            (None, Some(nothing)) if *nothing.get_ref() => return Fact::Stated(Vec::new()),
            (None, _) => {
                self.missing_fact(Rule::Fact, "digital", &to_do);
                return Fact::Unspecified;
            }
            (Some(list), None) => list,
        };
        let line = self.line(&list);
        let list = list.into_inner();
        if list.is_empty() || list.len() > FACT_LINES_MAX {
            let what = said!(
                "« digital » est vide ou dépasse {FACT_LINES_MAX} lignes",
                "\"digital\" is empty or has more than {FACT_LINES_MAX} lines"
            );
            self.fault(line, Said::join(&what, &to_do));
        }
        let mut found = Vec::new();
        for raw in list {
            if let Some(kind) = DigitalKind::from_name(raw.kind.get_ref()) {
                found.push(DigitalRequirement { kind, text: plain::line(&raw.text) });
            } else {
                let names: Vec<&str> = DigitalKind::ALL.iter().map(|kind| kind.name()).collect();
                let line = self.line(&raw.kind);
                let message = said!(
                    "exigence inconnue « {} » : choisissez parmi {}",
                    "unknown requirement \"{}\" : choose one of {}",
                    raw.kind.get_ref(),
                    names.join(", ")
                );
                self.fault(line, message);
            }
        }
        Fact::found(found)
    }

    fn human(&mut self, raw: Option<Spanned<RawHuman>>, links: &mut Vec<(Target, usize)>) -> Fact<HumanWay> {
        let Some(raw) = raw else {
            self.missing_fact(
                Rule::HumanWay,
                "human",
                &said!(
                    "dites comment faire avec une personne, par exemple human = {{ text = \"…\" }}",
                    "say how to do it with a person, such as human = {{ text = \"…\" }}"
                ),
            );
            return Fact::Unspecified;
        };
        let line = self.line(&raw);
        let raw = raw.into_inner();
        let place = raw.place.and_then(|place| self.place(&place, links));
        let phone = phone(self.file, line, raw.phone.as_deref(), self.faults);
        let text = plain::line(&raw.text);
        if text.is_empty() {
            self.breaks(
                Rule::HumanWay,
                line,
                said!(
                    "« human.text » est vide : dites comment faire avec une personne",
                    "\"human.text\" is empty : say how to do it with a person"
                ),
            );
        }
        Fact::Stated(HumanWay { text, phone, place })
    }

    fn place(&mut self, raw: &Spanned<String>, links: &mut Vec<(Target, usize)>) -> Option<PlaceId> {
        let line = self.line(raw);
        match PlaceId::new(raw.get_ref()) {
            Ok(id) => {
                links.push((Target::Place(id.clone()), line));
                Some(id)
            }
            Err(error) => {
                self.fault(
                    line,
                    Said::join(&said!("lieu « {} »", "place \"{}\"", raw.get_ref()), &said::id(&error)),
                );
                None
            }
        }
    }

    /// The places of the sheet as buttons; their names come when the whole folder is known.
    fn places(&mut self, raw: &[Spanned<String>], links: &mut Vec<(Target, usize)>) -> Option<Section> {
        let ids: Vec<PlaceId> = raw.iter().filter_map(|place| self.place(place, links)).collect();
        let button =
            |id: PlaceId| Block::Link { label: id.to_string(), target: Link::Inside(Target::Place(id)) };
        let blocks: Vec<Block> = ids.into_iter().map(button).collect();
        (!blocks.is_empty()).then(|| Section { title: "Où aller".to_owned(), blocks })
    }

    fn source(&mut self, raw: Option<RawSource>) -> Source {
        let Some(raw) = raw else {
            // What the hall's staff answer needs no other source than the hall.
            if self.kind == SheetKind::StaffAnswer {
                return Source { publisher: self.bundle.hall.name.clone(), reference: None, url: None };
            }
            self.missing(
                Rule::Source,
                "source",
                &said!(
                    "dites d'où vient l'information : source = {{ publisher = \"…\", url = \"…\" }}",
                    "say where the information comes from : source = {{ publisher = \"…\", url = \"…\" }}"
                ),
            );
            // The other rules are still checked; with this fault nothing is built.
            return Source { publisher: String::new(), reference: None, url: None };
        };
        if plain::line(&raw.publisher).is_empty() {
            self.breaks(
                Rule::Source,
                1,
                said!(
                    "« source.publisher » est vide : nommez qui publie l'information",
                    "\"source.publisher\" is empty : name who publishes the information"
                ),
            );
        }
        if raw.url.as_deref().is_some_and(|url| !url.starts_with("https://") && !url.starts_with("http://")) {
            self.breaks(
                Rule::Source,
                1,
                said!(
                    "« source.url » : écrivez une adresse qui commence par https://",
                    "\"source.url\" : write an address that begins with https://"
                ),
            );
        }
        Source { publisher: plain::line(&raw.publisher), reference: raw.reference, url: raw.url }
    }

    fn checked(&mut self, raw: Option<&Spanned<toml::value::Datetime>>) -> Option<Date> {
        let Some(raw) = raw else {
            self.missing(
                Rule::Date,
                "checked",
                &said!(
                    "écrivez le jour de la dernière vérification : checked = 2026-11-02",
                    "write the day of the last check : checked = 2026-11-02"
                ),
            );
            return None;
        };
        let date = Date::parse(&raw.get_ref().to_string());
        if date.is_none() {
            let line = self.line(raw);
            self.breaks(
                Rule::Date,
                line,
                said!(
                    "« checked » n'est pas un jour : écrivez checked = 2026-11-02",
                    "\"checked\" is no day : write checked = 2026-11-02"
                ),
            );
        }
        date
    }

    fn kind(&mut self, raw: Option<&Spanned<String>>) -> SheetKind {
        match raw.map(|raw| (raw, raw.get_ref().as_str())) {
            None | Some((_, "procedure")) => SheetKind::Procedure,
            Some((_, "life-event")) => SheetKind::LifeEvent,
            Some((_, "answer")) => SheetKind::StaffAnswer,
            Some((raw, other)) => {
                let line = self.line(raw);
                let message = said!(
                    "genre de fiche inconnu « {other} » : procedure, life-event ou answer",
                    "unknown kind of sheet \"{other}\" : procedure, life-event or answer"
                );
                self.fault(line, message);
                SheetKind::Procedure
            }
        }
    }
}

fn check_summary(file: &Path, body: &Body, faults: &mut Faults) {
    if body.summary.is_empty() {
        faults.add(
            file,
            1,
            said!(
                "pas de version courte : écrivez un à trois paragraphes avant le premier ##",
                "no short version : write one to three paragraphs before the first ##"
            ),
        );
    }
    if let Some((_, line)) = body.summary.get(SUMMARY_MAX) {
        faults.add(
            file,
            *line,
            said!(
                "la version courte dépasse {SUMMARY_MAX} paragraphes : déplacez la suite",
                "the short version has more than {SUMMARY_MAX} paragraphs : move the rest"
            ),
        );
    }
    for (text, line) in &body.summary {
        for sentence in sentences(text) {
            let words = words(sentence);
            if words > SENTENCE_WORDS_MAX {
                let start = plain::shorten(sentence, 60);
                let message = said!(
                    "phrase de {words} mots (« {start} ») : au plus {SENTENCE_WORDS_MAX} ; coupez-la",
                    "sentence of {words} words (\"{start}\") : at most {SENTENCE_WORDS_MAX}; cut it"
                );
                faults.breaks(Rule::Sentence, file, *line, message);
            }
        }
    }
}

/// The sentences of one paragraph.
pub(crate) fn sentences(text: &str) -> impl Iterator<Item = &str> {
    text.split(['.', '!', '?', ';']).map(str::trim).filter(|sentence| !sentence.is_empty())
}

/// The words of one sentence.
pub(crate) fn words(sentence: &str) -> usize {
    sentence.split_whitespace().filter(|word| word.chars().any(char::is_alphanumeric)).count()
}
