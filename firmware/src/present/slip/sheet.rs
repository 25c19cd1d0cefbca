//! The slip of a sheet, in French, or in the visitor's language and in French.

use parvis_content::{Hall, Sheet};
use parvis_hardware::slip::{Direction, Element, Slip, SlipError};

use super::{FACT_CHARS_MAX, QR_BYTES_MAX, Reader, cut, cut_with};
use crate::present::sheet::{facts, kind_line, provenance};
use crate::words::tongues::{Tongue, direction};
use crate::words::{self, tied};

/// A sheet in French and, where the content has it, in the visitor's language.
#[derive(Clone, Copy)]
pub struct InBoth<'a> {
    /// In French.
    pub french: &'a Sheet,
    /// In the visitor's own language.
    pub own: Option<&'a Sheet>,
    facts: Facts,
}

/// In which languages a sheet's facts are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Facts {
    /// In both, where the sheet is in both.
    InBoth,
    /// In French: the paper is too short for both.
    InFrench,
}

impl<'a> InBoth<'a> {
    /// A sheet that is there in French alone.
    pub fn french(french: &'a Sheet) -> Self {
        Self::new(french, None)
    }

    /// A sheet that may be there in another language, too.
    pub fn new(french: &'a Sheet, own: Option<&'a Sheet>) -> Self {
        Self { french, own, facts: Facts::InBoth }
    }

    /// The same with its facts in French alone: title and our own words stay in both.
    pub(super) fn with_french_facts(self) -> Self {
        Self { facts: Facts::InFrench, ..self }
    }

    /// What may go on in the visitor's language.
    fn told(self) -> Option<&'a Sheet> {
        self.own.filter(|_| self.facts == Facts::InBoth)
    }
}

/// The slip of `sheet`, from `hall`, with so many characters of each fact.
pub(super) fn of_sheet(
    sheet: InBoth<'_>,
    hall: &Hall,
    reader: Reader,
    chars: usize,
) -> Result<Slip, SlipError> {
    let InBoth { french, own, .. } = sheet;
    let mut slip = begun(sheet, hall, reader)?;
    if let Some(own) = own {
        slip.turn(direction(&own.lang)).push_essential(Element::Title(own.title.clone()))?;
        slip.turn(Direction::LeftToRight).push_essential(Element::Heading(tied(&french.title)))?;
    } else {
        slip.push_essential(Element::Title(tied(&french.title)))?;
    }
    slip.push(Element::Text(kind_line(french)))?;
    let read = sheet.told().unwrap_or(french);
    slip.turn(direction(&read.lang));
    for text in read.summary.iter().filter(|text| !text.trim().is_empty()) {
        slip.push(Element::Text(cut_with(&tied(text), FACT_CHARS_MAX, &more(sheet, reader))))?;
    }
    for index in 0..FACTS {
        push_fact(&mut slip, sheet, hall, reader, (index, chars))?;
    }
    slip.turn(Direction::LeftToRight);
    if let Some(phone) = &hall.phone {
        let text = tied(&format!("{} : {phone}", hall.name));
        slip.push_essential(Element::Labelled { label: reader.name(words::PHONE), text })?;
    }
    slip.push(Element::Rule)?;
    push_end(&mut slip, sheet, reader)?;
    if let Some(url) = french.source.url.as_ref().filter(|url| url.len() <= QR_BYTES_MAX) {
        slip.push_essential(Element::Qr { payload: url.clone(), beside: url.clone() })?;
    }
    Ok(slip)
}

/// An empty slip about `sheet` under the name of the hall, read from left to right.
pub(super) fn begun(sheet: InBoth<'_>, hall: &Hall, reader: Reader) -> Result<Slip, SlipError> {
    let read = sheet.own.unwrap_or(sheet.french);
    let mut slip = Slip::new(read.lang.as_str(), direction(&read.lang), reader.size)
        .with_continuation(&reader.name(words::CONTINUED))?;
    slip.turn(Direction::LeftToRight);
    if !hall.name.is_empty() {
        slip.push_essential(Element::Header(hall.name.clone()))?;
    }
    Ok(slip)
}

/// Where, when, papers, digital requirements, human way: the order of [`facts`].
const FACTS: usize = 5;
/// What to bring, among them.
pub(super) const BRING: usize = 2;
/// The human way, among them.
pub(super) const HUMAN: usize = 4;

/// One fact: in the visitor's own language, then in French; once where both say the same. The sheet answers it, or
/// says that its source does not.
pub(super) fn push_fact(
    slip: &mut Slip,
    sheet: InBoth<'_>,
    hall: &Hall,
    reader: Reader,
    (index, chars): (usize, usize),
) -> Result<(), SlipError> {
    let french = sheet.french;
    let all = facts(french, hall);
    let Some((label, said)) = FACT_LABELS.get(index).and_then(|label| {
        let (_, _, text) = all.iter().find(|(_, known, _)| known == label)?;
        Some((*label, text.as_deref()))
    }) else {
        return Ok(());
    };
    let text = cut(&tied(said.unwrap_or(words::UNSPECIFIED)), chars);
    let own_text = sheet.told().and_then(|own| {
        let (_, _, text) = facts(own, hall).into_iter().find(|(_, known, _)| *known == label)?;
        let text = in_tongue(text.as_deref().unwrap_or(words::UNSPECIFIED), reader.tongue);
        Some((direction(&own.lang), cut_with(&text, chars, &more(sheet, reader))))
    });
    let translated = own_text.filter(|(_, own)| *own != text);
    let Some((way, own_text)) = translated else {
        slip.turn(Direction::LeftToRight);
        let text = beside(said, text, reader.tongue.filter(|_| reader.names));
        slip.push_essential(Element::Labelled { label: reader.name(label), text })?;
        return Ok(());
    };
    let own_label = reader.tongue.and_then(|tongue| tongue.say(label)).unwrap_or(label);
    slip.turn(way);
    slip.push_essential(Element::Labelled { label: own_label.to_owned(), text: own_text })?;
    slip.turn(Direction::LeftToRight);
    slip.push_essential(Element::Labelled { label: label.to_owned(), text })?;
    Ok(())
}

const FACT_LABELS: [&str; FACTS] = [words::WHERE, words::WHEN, words::BRING, words::DIGITAL, words::HUMAN];

/// Where what is read first goes on, in its language.
fn more(sheet: InBoth<'_>, reader: Reader) -> String {
    let own = sheet.told().and(reader.tongue).and_then(|tongue| tongue.say(words::CONTINUED));
    own.unwrap_or(words::CONTINUED).to_lowercase()
}

/// What we say ourselves where a sheet says nothing, also in the visitor's language.
fn beside(said: Option<&str>, text: String, tongue: Option<&Tongue>) -> String {
    let ours = tongue.and_then(|tongue| tongue.say(said.unwrap_or(words::UNSPECIFIED)));
    ours.map(|own| format!("{text}\n{own}")).unwrap_or(text)
}

/// A text of a translated sheet: what we say ourselves in it is in French until then.
fn in_tongue(text: &str, tongue: Option<&Tongue>) -> String {
    let Some(tongue) = tongue else { return text.to_owned() };
    let line = |line: &str| {
        let phone = line.strip_prefix(words::PHONE).and_then(|rest| Some((tongue.say(words::PHONE)?, rest)));
        match (tongue.say(line), phone) {
            (Some(own), _) => own.to_owned(),
            (None, Some((own, rest))) => format!("{own}{rest}"),
            (None, None) => line.to_owned(),
        }
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

/// Who helps with it, and how old it is.
pub(super) fn push_end(slip: &mut Slip, sheet: InBoth<'_>, reader: Reader) -> Result<(), SlipError> {
    slip.turn(Direction::LeftToRight);
    if let Some(tongue) = reader.tongue {
        let say = |french| tongue.say(french).unwrap_or(french).to_owned();
        slip.turn(tongue.direction()).push_essential(Element::Text(say(words::PERSON_HELPS)))?;
        // The French says it too, and is never left out.
        if let Some(day) = sheet.own.unwrap_or(sheet.french).checked {
            let day = format!("{:02}/{:02}/{}", day.day(), day.month(), day.year());
            slip.push(Element::Text(format!("{} : {day}", say(words::CHECKED_ON))))?;
        }
        slip.turn(Direction::LeftToRight);
    }
    slip.push_essential(Element::Text(provenance(sheet.french)))?;
    Ok(())
}
