//! A place: where, when, for what.

use std::sync::Arc;

use parvis_content::{Hall, OpeningHours, Place, PlaceId, PlaceKind, Position, Weekday};
use parvis_ui_model::document::Block;
use parvis_ui_model::flow::{Printable, Spot};
use parvis_ui_model::geometry::Layout;

use super::{Outcome, Scene, ShownWay};
use crate::kiosk::area_painter::HERE_KM;
use crate::session::Offer;
use crate::words::{self, tied};

pub(super) fn present(scene: &Scene<'_>, id: &str) -> Outcome {
    let Ok(place_id) = PlaceId::new(id) else { return Ok(None) };
    let Some(place) = scene.content.place(&place_id)? else { return Ok(None) };
    let way = scene.way.filter(|way| way.place == id);
    let mut blocks: Vec<Block> = way.iter().flat_map(|way| way_blocks(scene, way)).collect();
    let from = told_from(&scene.content.info().hall, way.is_some_and(|way| !way.has_steps));
    blocks.extend(facts(&place, from).into_iter().map(|fact| Block::Fact {
        icon: fact.icon.to_owned(),
        label: fact.label.to_owned(),
        stated: fact.text.is_some(),
        text: tied(fact.text.as_deref().unwrap_or(words::UNSPECIFIED)),
    }));
    blocks.extend(place.note.iter().map(|note| Block::Note(tied(note))));
    let offer = Offer { printable: Some(printable(scene, id)), ..Offer::default() };
    Ok(Some(scene.document(&place.name, words::place_kind(place.kind), blocks, offer)))
}

/// Whoever comes here from a sheet takes away what they came for, too.
fn printable(scene: &Scene<'_>, id: &str) -> Printable {
    // The spot before this one, and no other: who has gone on since came for something else.
    match scene.visit.flow.way().nth(1).and_then(Spot::sheet) {
        Some(sheet) => Printable::Orientation { sheet: sheet.to_owned(), place: id.to_owned() },
        None => Printable::Place(id.to_owned()),
    }
}

/// The picture, then the sentences: the same way twice (row D13). Steps are numbered.
fn way_blocks(scene: &Scene<'_>, way: &ShownWay) -> Vec<Block> {
    let layout = scene.layout;
    let (width, height) = (way.drawn.width.max(1) as f32, way.drawn.height as f32);
    let height_mm = (layout.column_mm() * height / width).min(way_height_mm(layout));
    let label = if way.has_steps { words::PLAN_LABEL } else { words::MAP_LABEL }.to_owned();
    let picture = Block::Picture { drawn: Arc::clone(&way.drawn), label, height_mm };
    let told = |(number, words): (usize, &String)| {
        if way.has_steps {
            Block::Item { mark: format!("{number}."), text: tied(words) }
        } else {
            Block::Text(tied(words))
        }
    };
    [picture].into_iter().chain((1..).zip(&way.words).map(told)).collect()
}

/// Height of a plan on screen, at most: its words begin on the same page.
pub(crate) fn way_height_mm(layout: &Layout) -> f32 {
    layout.page.h * if layout.panel.is_portrait() { 0.45 } else { 0.6 }
}

/// Where one is, for saying how far a place is; nowhere where a map says it already.
pub(crate) fn told_from(hall: &Hall, on_map: bool) -> Option<Position> {
    hall.position.filter(|_| !on_map)
}

/// The commune without its postcode.
pub(crate) fn commune_name(commune: &str) -> &str {
    let postcode = |word: &str| word.len() == 5 && word.bytes().all(|b| b.is_ascii_digit());
    commune.split_once(' ').filter(|(first, _)| postcode(first)).map_or(commune, |(_, name)| name.trim())
}

/// How far it is as the crow flies, and in which direction: nothing for what is here or nowhere.
fn away(place: &Place, from: Option<Position>) -> Vec<String> {
    let Some((here, there)) = from.zip(place.position) else { return Vec::new() };
    let km = here.distance_km(there);
    (km >= HERE_KM).then(|| words::away(km, here.bearing(there))).into_iter().collect()
}

/// One thing to know of a place.
pub(crate) struct PlaceFact {
    pub icon: &'static str,
    pub label: &'static str,
    pub text: Option<String>,
}

/// Where, when, phone, services; how far it is `from` there, where that is known. Of a part of the hall only what is known: its address is where one stands.
pub(crate) fn facts(place: &Place, from: Option<Position>) -> Vec<PlaceFact> {
    let mut address = place.address.clone();
    if !address.iter().any(|line| line.contains(&place.commune)) {
        address.push(place.commune.clone());
    }
    let hours = hours_lines(&place.hours);
    let here = place.kind == PlaceKind::Here;
    let fact = |icon, label, text| PlaceFact { icon, label, text };
    let mut facts = vec![
        fact("place", words::ADDRESS, (!here).then(|| [address, away(place, from)].concat().join("\n"))),
        fact("clock", words::OPENING_HOURS, (!hours.is_empty()).then(|| hours.join("\n"))),
        fact("phone", words::PHONE, place.phone.clone()),
    ];
    let services = fact("list", words::SERVICES, Some(place.services.join("\n")));
    facts.extend(Some(services).filter(|_| !place.services.is_empty()));
    facts.retain(|fact| !here || fact.text.is_some());
    facts
}

/// Opening hours, days with the same hours together: "lundi au mercredi : 9 h – 12 h". Never says
/// that it is open or closed now: the clock is only a lower bound (DESIGN.md section 3).
pub(super) fn hours_lines(hours: &OpeningHours) -> Vec<String> {
    let text = |day: Weekday| {
        let range = |range: &parvis_content::TimeRange| {
            format!("{} – {}", words::time(range.from()), words::time(range.to()))
        };
        hours.on(day).iter().map(range).collect::<Vec<_>>().join(", ")
    };
    let mut groups: Vec<(Weekday, Weekday, String)> = Vec::new();
    for day in Weekday::ALL {
        let hours = text(day);
        match groups.last_mut() {
            Some((_, last, same)) if *same == hours => *last = day,
            _ => groups.push((day, day, hours)),
        }
    }
    let line = |(first, last, hours): &(Weekday, Weekday, String)| {
        let days = match *last as usize - *first as usize {
            0 => words::weekday(*first).to_owned(),
            1 => format!("{} et {}", words::weekday(*first), words::weekday(*last)),
            _ => format!("{} au {}", words::weekday(*first), words::weekday(*last)),
        };
        tied(&format!("{days} : {hours}"))
    };
    let open = groups.iter().filter(|(_, _, hours)| !hours.is_empty());
    open.map(line).chain(hours.note.iter().map(|note| tied(note))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use parvis_content::TimeRange;

    #[test]
    fn days_with_the_same_hours_are_said_together() {
        let morning = vec![TimeRange::parse("09:00-12:30").unwrap()];
        let mut days = [const { Vec::new() }; 7];
        for day in days.iter_mut().take(3) {
            day.clone_from(&morning);
        }
        days[5] = vec![TimeRange::parse("10:00-12:00").unwrap()];
        let hours = OpeningHours::new(days, Some("fermé en août".into())).unwrap();
        let lines: Vec<String> = hours_lines(&hours).iter().map(|line| line.replace('\u{a0}', " ")).collect();
        assert_eq!(lines, ["lundi au mercredi : 9 h – 12 h 30", "samedi : 10 h – 12 h", "fermé en août"]);
    }
}
