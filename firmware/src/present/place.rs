//! A place: where, when, for what.

use parvis_content::{OpeningHours, PlaceId, Weekday};
use parvis_ui_model::document::Block;

use super::{Outcome, Scene};
use crate::session::Offer;
use crate::words::{self, tied};

pub(super) fn present(scene: &Scene<'_>, id: &str) -> Outcome {
    let Ok(id) = PlaceId::new(id) else { return Ok(None) };
    let Some(place) = scene.content.place(&id)? else { return Ok(None) };
    let fact = |icon: &str, label: &str, text: Option<String>| Block::Fact {
        icon: icon.to_owned(),
        label: label.to_owned(),
        stated: text.is_some(),
        text: tied(text.as_deref().unwrap_or(words::UNSPECIFIED)),
    };
    let mut address = place.address.clone();
    if !address.iter().any(|line| line.contains(&place.commune)) {
        address.push(place.commune.clone());
    }
    let hours = hours_lines(&place.hours);
    let mut blocks = vec![
        fact("place", words::ADDRESS, Some(address.join("\n"))),
        fact("clock", words::OPENING_HOURS, (!hours.is_empty()).then(|| hours.join("\n"))),
        fact("phone", words::PHONE, place.phone.clone()),
    ];
    if !place.services.is_empty() {
        blocks.push(fact("list", words::SERVICES, Some(place.services.join("\n"))));
    }
    blocks.extend(place.note.iter().map(|note| Block::Note(tied(note))));
    Ok(Some(scene.document(&place.name, words::place_kind(place.kind), blocks, Offer::default())))
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
