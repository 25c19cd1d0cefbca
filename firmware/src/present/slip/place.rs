//! The slips that lead somewhere: a place with the way to it, and where a visitor is sent with what they came for.

use parvis_content::{Hall, Place};
use parvis_hardware::slip::{Direction, Element, Picture, Slip, SlipError};

use super::sheet::{BRING, HUMAN, InBoth, begun, push_end, push_fact};
use super::{FACT_CHARS_MAX, Reader, cut};
use crate::present::place::{PlaceFact, facts, told_from};
use crate::words::tongues::Tongue;
use crate::words::{self, tied};

/// A way as paper has it.
#[derive(Clone, Debug)]
pub struct PaperWay {
    /// Where it can be drawn.
    pub picture: Option<Picture>,
    /// The same in sentences.
    pub words: Vec<String>,
    /// Whether these are steps, one after the other.
    pub has_steps: bool,
}

/// The slip of a place: where, when, phone, and the way to it, drawn and in words.
pub(super) fn of_place(
    place: &Place,
    hall: &Hall,
    way: Option<PaperWay>,
    reader: Reader,
    chars: usize,
) -> Result<Slip, SlipError> {
    let mut slip = in_french(&hall.name, reader)?;
    slip.push_essential(Element::Title(tied(&place.name)))?;
    slip.push(Element::Text(words::place_kind(place.kind).to_owned()))?;
    let known = facts(place, told_from(hall, way.as_ref().is_some_and(PaperWay::is_map)));
    push_way(&mut slip, way, reader)?;
    push_place(&mut slip, known, reader, chars)?;
    if let Some(note) = &place.note {
        slip.push(Element::Text(cut(&tied(note), FACT_CHARS_MAX)))?;
    }
    if let Some(tongue) = reader.tongue {
        push_help(&mut slip, tongue)?;
    }
    Ok(slip)
}

/// Where a visitor is sent: what for, where and to whom, when, with which papers, how to get there from here, and lines
/// on which staff write an appointment by hand. Nothing of it is kept.
pub(super) fn of_orientation(
    sheet: InBoth<'_>,
    (place, way): (&Place, Option<PaperWay>),
    hall: &Hall,
    reader: Reader,
    chars: usize,
) -> Result<Slip, SlipError> {
    let mut slip = begun(sheet, hall, reader)?;
    slip.push_essential(Element::Title(words::ORIENTATION.to_owned()))?;
    if let Some((tongue, own)) =
        reader.tongue.and_then(|tongue| Some((tongue, tongue.say(words::ORIENTATION)?)))
    {
        slip.turn(tongue.direction()).push_essential(Element::Heading(own.to_owned()))?;
    }
    slip.turn(Direction::LeftToRight);
    let labelled = |label, text: &str| Element::Labelled { label: reader.name(label), text: tied(text) };
    slip.push_essential(labelled(words::NEED, &sheet.french.title))?;
    if let Some(own) = sheet.own {
        let way = words::tongues::direction(&own.lang);
        slip.turn(way).push_essential(Element::Text(own.title.clone()))?;
        slip.turn(Direction::LeftToRight);
    }
    slip.push_essential(labelled(words::WHERE, &place.name))?;
    let mut known = facts(place, told_from(hall, way.as_ref().is_some_and(PaperWay::is_map)));
    // What else can be done there is nothing that this visitor came for.
    known.retain(|fact| fact.label != words::SERVICES);
    push_place(&mut slip, known, reader, chars)?;
    push_fact(&mut slip, sheet, hall, reader, (BRING, chars))?;
    push_way(&mut slip, way, reader)?;
    push_fact(&mut slip, sheet, hall, reader, (HUMAN, chars))?;
    slip.turn(Direction::LeftToRight);
    slip.push(Element::WriteIn(words::APPOINTMENT_LINES.map(str::to_owned).to_vec()))?;
    push_end(&mut slip, sheet, reader)?;
    Ok(slip)
}

/// An empty slip of French words under the name of the hall.
pub(super) fn in_french(hall: &str, reader: Reader) -> Result<Slip, SlipError> {
    let mut slip = Slip::new("fr", Direction::LeftToRight, reader.size)
        .with_continuation(&reader.name(words::CONTINUED))?;
    if !hall.is_empty() {
        slip.push_essential(Element::Header(hall.to_owned()))?;
    }
    Ok(slip)
}

/// Who helps, in the visitor's language.
pub(super) fn push_help(slip: &mut Slip, tongue: &Tongue) -> Result<(), SlipError> {
    let help = tongue.say(words::PERSON_HELPS).unwrap_or(words::PERSON_HELPS);
    slip.push(Element::Rule)?;
    slip.turn(tongue.direction()).push_essential(Element::Text(help.to_owned()))?;
    slip.turn(Direction::LeftToRight);
    Ok(())
}

/// What a call's number is for, in the visitor's language.
pub(super) fn push_call(slip: &mut Slip, tongue: &Tongue, number: u32) -> Result<(), SlipError> {
    let say = |french| tongue.say(french).unwrap_or(french);
    let text = format!("{} {number}. {}", say(words::CALL_NUMBER), say(words::CALL_SLIP));
    slip.push(Element::Rule)?;
    slip.turn(tongue.direction()).push_essential(Element::Text(text))?;
    slip.turn(Direction::LeftToRight);
    Ok(())
}

impl PaperWay {
    pub(super) fn is_map(&self) -> bool {
        !self.has_steps
    }
}

/// Steps are all essential. Of a map, the sentence that says how far and where is; what else it shows goes before the
/// large type does.
fn push_way(slip: &mut Slip, way: Option<PaperWay>, reader: Reader) -> Result<(), SlipError> {
    let Some(way) = way else { return Ok(()) };
    if way.has_steps {
        slip.push_essential(Element::Heading(reader.name(words::THE_WAY)))?;
        for (number, sentence) in (1..).zip(&way.words) {
            slip.push_essential(Element::Text(tied(&format!("{number}. {sentence}"))))?;
        }
    } else {
        slip.push(Element::Heading(reader.name(words::ON_THE_MAP)))?;
        for (at, sentence) in way.words.iter().enumerate() {
            let text = Element::Text(tied(sentence));
            if at == 0 { slip.push_essential(text) } else { slip.push(text) }?;
        }
    }
    if let Some(picture) = way.picture {
        slip.push(Element::Picture(picture))?;
    }
    Ok(())
}

fn push_place(slip: &mut Slip, facts: Vec<PlaceFact>, reader: Reader, chars: usize) -> Result<(), SlipError> {
    for fact in facts {
        let text = cut(&tied(fact.text.as_deref().unwrap_or(words::UNSPECIFIED)), chars);
        slip.push_essential(Element::Labelled { label: reader.name(fact.label), text })?;
    }
    Ok(())
}
