//! `places.toml`, and the hours that halls and places share.

use std::collections::BTreeSet;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;

use super::{Faults, Said, line_at, said, title, toml_fault};
use crate::id::PlaceId;
use crate::place::{OpeningHours, PLACES_MAX, Place, PlaceKind, Position, RANGES_MAX, TimeRange, Weekday};
use crate::plain;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlaces {
    #[serde(default)]
    place: Vec<Spanned<RawPlace>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPlace {
    id: Spanned<String>,
    name: String,
    kind: Spanned<String>,
    #[serde(default)]
    address: Vec<String>,
    commune: String,
    phone: Option<String>,
    #[serde(default)]
    services: Vec<String>,
    note: Option<String>,
    position: Option<Spanned<(f64, f64)>>,
    plan: Option<String>,
    #[serde(default)]
    hours: RawHours,
}

/// `{ mon = ["09:00-12:00"], …, note = "…" }`.
#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct RawHours {
    #[serde(default)]
    mon: Vec<Spanned<String>>,
    #[serde(default)]
    tue: Vec<Spanned<String>>,
    #[serde(default)]
    wed: Vec<Spanned<String>>,
    #[serde(default)]
    thu: Vec<Spanned<String>>,
    #[serde(default)]
    fri: Vec<Spanned<String>>,
    #[serde(default)]
    sat: Vec<Spanned<String>>,
    #[serde(default)]
    sun: Vec<Spanned<String>>,
    note: Option<String>,
}

pub(super) fn read(file: &Path, text: &str, faults: &mut Faults) -> Vec<Place> {
    let raw: RawPlaces = match toml::from_str(text) {
        Ok(raw) => raw,
        Err(error) => {
            toml_fault(faults, file, text, 1, &error);
            return Vec::new();
        }
    };
    let mut seen: BTreeSet<PlaceId> = BTreeSet::new();
    let mut list = Vec::new();
    for raw in raw.place {
        let line = line_at(text, raw.span().start);
        if list.len() >= PLACES_MAX {
            faults.add(
                file,
                line,
                said!(
                    "plus de {PLACES_MAX} lieux : gardez ceux du territoire",
                    "more than {PLACES_MAX} places : keep those of the territory"
                ),
            );
            break;
        }
        if let Some(place) = place(file, text, line, raw.into_inner(), faults) {
            if !seen.insert(place.id.clone()) {
                faults.add(
                    file,
                    line,
                    said!(
                        "le lieu « {} » existe deux fois : changez l'un des id",
                        "the place \"{}\" exists twice : change one of the ids",
                        place.id
                    ),
                );
            }
            list.push(place);
        }
    }
    list
}

fn place(file: &Path, text: &str, line: usize, raw: RawPlace, faults: &mut Faults) -> Option<Place> {
    let hours = hours(file, text, line, raw.hours, faults);
    let kind = PlaceKind::from_name(raw.kind.get_ref());
    if kind.is_none() {
        let at = line_at(text, raw.kind.span().start);
        faults.add(
            file,
            at,
            said!(
                "genre de lieu inconnu « {} » : choisissez dans SOURCE-FORMAT.md",
                "unknown kind of place \"{}\" : choose one of SOURCE-FORMAT.md",
                raw.kind.get_ref()
            ),
        );
    }
    let position = raw.position.and_then(|spanned| {
        let (latitude, longitude) = *spanned.get_ref();
        let position = Position::new(latitude, longitude);
        if position.is_none() {
            let at = line_at(text, spanned.span().start);
            faults.add(
                file,
                at,
                said!(
                    "position hors du globe : écrivez [latitude, longitude] en degrés",
                    "position off the globe : write [latitude, longitude] in degrees"
                ),
            );
        }
        position
    });
    let id = match PlaceId::new(raw.id.get_ref()) {
        Ok(id) => id,
        Err(error) => {
            faults.add(
                file,
                line_at(text, raw.id.span().start),
                Said::join(&said!("id de lieu", "id of a place"), &said::id(&error)),
            );
            return None;
        }
    };
    Some(Place {
        id,
        name: title(faults, file, line, ["le nom du lieu", "the name of the place"], &raw.name),
        kind: kind.unwrap_or(PlaceKind::Other),
        address: lines(&raw.address),
        commune: title(faults, file, line, ["la commune", "the commune"], &raw.commune),
        phone: phone(file, line, raw.phone.as_deref(), faults),
        hours,
        services: lines(&raw.services),
        note: raw.note.as_deref().map(plain::line).filter(|note| !note.is_empty()),
        position,
        plan: raw.plan,
    })
}

pub(super) fn lines(raw: &[String]) -> Vec<String> {
    raw.iter().map(|line| plain::line(line)).filter(|line| !line.is_empty()).collect()
}

/// A phone number as it is dialled: 3 to 15 digits.
pub(super) fn phone(file: &Path, line: usize, raw: Option<&str>, faults: &mut Faults) -> Option<String> {
    let shown = plain::line(raw?);
    let digits = shown.bytes().filter(u8::is_ascii_digit).count();
    let known = shown.chars().all(|c| c.is_ascii_digit() || matches!(c, ' ' | '+' | '.' | '\u{a0}'));
    if known && (2..=15).contains(&digits) {
        return Some(shown);
    }
    faults.add(
        file,
        line,
        said!(
            "téléphone « {shown} » : écrivez le numéro comme on le compose, « 01 99 00 00 00 »",
            "phone \"{shown}\" : write the number as it is dialled, \"01 99 00 00 00\""
        ),
    );
    None
}

pub(super) fn hours(
    file: &Path,
    text: &str,
    line: usize,
    raw: RawHours,
    faults: &mut Faults,
) -> OpeningHours {
    let note = raw.note.as_deref().map(plain::line).filter(|note| !note.is_empty());
    let week = [raw.mon, raw.tue, raw.wed, raw.thu, raw.fri, raw.sat, raw.sun];
    let mut days: [Vec<TimeRange>; 7] = Default::default();
    for ((day, ranges), weekday) in days.iter_mut().zip(week).zip(Weekday::ALL) {
        for range in ranges {
            if let Some(range) = TimeRange::parse(range.get_ref()) {
                day.push(range);
            } else {
                let at = line_at(text, range.span().start);
                let key = weekday.key();
                faults.add(
                    file,
                    at,
                    said!(
                        "horaire « {} » ({key}) : écrivez « 09:00-12:00 »",
                        "hours \"{}\" ({key}) : write \"09:00-12:00\"",
                        range.get_ref()
                    ),
                );
            }
        }
    }
    OpeningHours::new(days, note).unwrap_or_else(|| {
        let message = said!(
            "horaires qui se chevauchent, ou plus de {RANGES_MAX} plages un même jour : corrigez",
            "hours that overlap, or more than {RANGES_MAX} ranges in one day : correct them"
        );
        faults.add(file, line, message);
        OpeningHours::default()
    })
}
