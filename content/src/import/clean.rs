//! Repairs of single values: certain ones are made and counted, the others are told and left.

use encoding_rs::WINDOWS_1252;

use super::report::{Doubt, Findings, Repair};
use super::territory::Whereabouts;
use crate::place::Position;
use crate::plain;
use crate::search::fold;

/// One line of text, at most `max` characters.
pub(super) fn line(raw: &str, max: usize, findings: &mut Findings) -> String {
    if raw.contains(['\n', '\r']) {
        findings.repaired(Repair::LineBreak);
    }
    let decoded = encoded_once(raw);
    if decoded.is_some() {
        findings.repaired(Repair::EncodedTwice);
    }
    let text = plain::line(decoded.as_deref().unwrap_or(raw));
    if lost(&text) {
        findings.doubt(Doubt::LostCharacter, &*text);
    }
    let short = plain::shorten(&text, max);
    if short != text {
        findings.repaired(Repair::Shortened);
    }
    short
}

/// `Ã©` → `é`, if the whole text was encoded twice and says something when it is read once more.
fn encoded_once(raw: &str) -> Option<String> {
    if !raw.contains(['Ã', 'Â']) && !raw.contains("â€") {
        return None;
    }
    let (bytes, _, unmappable) = WINDOWS_1252.encode(raw);
    if unmappable { None } else { String::from_utf8(bytes.into_owned()).ok().filter(|text| text != raw) }
}

/// A replacement character, or a question mark between two letters.
fn lost(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let inside = |w: &[char]| w[0].is_alphabetic() && w[1] == '?' && w[2].is_alphabetic();
    chars.contains(&'\u{fffd}') || chars.windows(3).any(inside)
}

/// Whether every letter is a capital: accents were probably lost, and acronyms cannot be told from words.
pub(super) fn in_capitals(text: &str) -> bool {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    letters >= 4 && text.contains(' ') && !text.chars().any(char::is_lowercase)
}

/// The commune without "CEDEX 2", "BP 22" or "CS 46706".
pub(super) fn commune(raw: &str, findings: &mut Findings) -> Option<String> {
    let text = line(raw, 120, findings);
    let words: Vec<&str> = text.split(' ').collect();
    let is_box =
        |w: &[&str]| matches!(fold(w[0]).as_str(), "bp" | "cs") && w[1].bytes().all(|b| b.is_ascii_digit());
    let cedex = words.iter().position(|word| fold(word) == "cedex");
    let boxed = words.windows(2).position(is_box);
    let end = [cedex, boxed].into_iter().flatten().min();
    if end.is_some() {
        findings.repaired(Repair::Cedex);
    }
    let kept = words.get(..end.unwrap_or(words.len())).unwrap_or_default().join(" ");
    let kept = kept.trim_matches([' ', ',', '-']).to_owned();
    Some(kept).filter(|name| name.chars().any(char::is_alphabetic))
}

/// Five digits.
pub(super) fn postcode(raw: &str, findings: &mut Findings) -> Option<String> {
    let digits: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
    let numeric = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match digits.len() {
        5 if numeric => Some(digits),
        // Ain to Ariège, read as a number.
        4 if numeric => {
            findings.repaired(Repair::LeadingZero);
            Some(format!("0{digits}"))
        }
        _ => {
            findings.doubt(Doubt::Postcode, raw);
            None
        }
    }
}

/// Fourteen digits, or nothing. Nine of them are a SIREN: an organisation, no place.
pub(super) fn siret(raw: &str, findings: &mut Findings) -> Option<String> {
    let digits: String = raw.chars().filter(|c| !c.is_whitespace()).collect();
    let numeric = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if numeric && digits.len() == 14 {
        if digits.len() < raw.trim().len() {
            findings.repaired(Repair::Siret);
        }
        return Some(digits);
    }
    findings.doubt(Doubt::Siret, raw);
    None
}

/// A number as it is dialled from France: `02 98 72 51 55`, `3949`, or with its country in the overseas notation.
pub(super) fn phone(raw: &str, findings: &mut Findings) -> Option<String> {
    let text = plain::line(raw);
    let digits: String = text.chars().filter(char::is_ascii_digit).collect();
    let international = text.starts_with('+') || text.starts_with("00");
    let national = match digits.trim_start_matches("00").strip_prefix("33") {
        Some(rest) if international => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        _ => digits.clone(),
    };
    let known = text.chars().all(|c| c.is_ascii_digit() || " .-+()/\u{a0}".contains(c));
    let shown = if known && national.len() == 10 && national.starts_with('0') && !national.starts_with("00") {
        Some(pairs(&national))
    } else if known && international && (8..=15).contains(&digits.len()) {
        Some(text.clone())
    } else {
        plain::phone(&text)
    };
    match &shown {
        Some(shown) if *shown != text => findings.repaired(Repair::Phone),
        Some(_) => {}
        None => findings.doubt(Doubt::Phone, &*text),
    }
    shown
}

fn pairs(digits: &str) -> String {
    let mut out = String::with_capacity(14);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 2 == 0 {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Where France is, with some sea: latitude from and to, longitude from and to, in degrees; first the mainland.
const FRANCE: [(&str, [f64; 4]); 12] = [
    ("", [41.2, 51.3, -5.6, 9.8]),
    ("971", [15.7, 16.7, -62.0, -60.8]),
    ("972", [14.2, 15.1, -61.4, -60.6]),
    ("973", [2.0, 6.0, -54.8, -51.4]),
    ("974", [-21.6, -20.7, 55.0, 56.0]),
    ("975", [46.6, 47.3, -56.6, -55.9]),
    ("976", [-13.2, -12.5, 44.9, 45.4]),
    ("977", [17.8, 18.0, -63.0, -62.7]),
    ("978", [17.9, 18.2, -63.3, -62.9]),
    ("986", [-14.5, -13.1, -178.4, -176.0]),
    ("987", [-28.0, -7.5, -155.0, -134.0]),
    ("988", [-23.0, -19.0, 158.0, 172.5]),
];

/// Whether the point lies in the part of France that the département belongs to; in any part if none is known.
fn in_france(latitude: f64, longitude: f64, departement: Option<&str>) -> bool {
    let overseas = departement.filter(|code| code.len() == 3);
    let fits = |code: &str| match departement {
        None => true,
        Some(_) => code == overseas.unwrap_or_default(),
    };
    FRANCE.iter().filter(|(code, _)| fits(code)).any(|(_, [south, north, west, east])| {
        (*south..=*north).contains(&latitude) && (*west..=*east).contains(&longitude)
    })
}

/// The position, put right if latitude and longitude have surely changed places.
pub(super) fn position(
    latitude: Option<String>,
    longitude: Option<String>,
    at: &Whereabouts<'_>,
    findings: &mut Findings,
) -> Option<Position> {
    let (latitude, longitude) = (latitude?, longitude?);
    let said = format!("{latitude} ; {longitude}");
    let comma = latitude.contains(',') || longitude.contains(',');
    let number = |text: String| text.replace(',', ".").trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let departement = at.departement();
    let (Some(first), Some(second)) = (number(latitude), number(longitude)) else {
        findings.doubt(Doubt::Position, said);
        return None;
    };
    let found = if in_france(first, second, departement.as_deref()) {
        Position::new(first, second)
    } else if in_france(second, first, departement.as_deref()) {
        findings.repaired(Repair::SwappedPosition);
        Position::new(second, first)
    } else {
        findings.doubt(Doubt::Position, said);
        None
    };
    if comma && found.is_some() {
        findings.repaired(Repair::DecimalComma);
    }
    found
}

/// Cuts `16 Rue de Rennes 35410 Châteaugiron` before its postcode, if that is `postcode`.
pub(super) fn split_address(address: &str, postcode: &str) -> Option<(String, String)> {
    let (street, commune) = address.rsplit_once(postcode)?;
    let trim = |text: &str| text.trim_matches([' ', ',', '-', '–', '\t', ';']).to_owned();
    // "Rennes, France": the country is said by nobody here.
    let commune = trim(commune);
    let commune = trim(commune.strip_suffix("France").unwrap_or(&commune));
    let letters = commune.chars().any(char::is_alphabetic) && !commune.chars().any(|c| c.is_ascii_digit());
    letters.then(|| (trim(street), commune))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found<T>(run: impl FnOnce(&mut Findings) -> T) -> (T, Findings) {
        let mut findings = Findings::default();
        let value = run(&mut findings);
        (value, findings)
    }

    #[test]
    fn text_encoded_twice_is_read_once_more_and_only_then() {
        let (text, findings) = found(|f| line("MÃ©diathÃ¨que de lâ€™Ã‰tang", 200, f));
        assert_eq!(text, "Médiathèque de l’Étang");
        assert_eq!(findings.repairs, [Repair::EncodedTwice]);
        assert_eq!(found(|f| line("SÃO PAULO Âge", 200, f)).0, "SÃO PAULO Âge");
    }

    #[test]
    fn line_breaks_and_lost_characters_are_told() {
        let (text, findings) = found(|f| line("1 rue\nde l'?tang, m?re", 200, f));
        assert_eq!(text, "1 rue de l'?tang, m?re");
        assert_eq!((findings.repairs.len(), findings.doubts[0].0), (1, Doubt::LostCharacter));
        assert_eq!(found(|f| line("Où ?", 200, f)).1, Findings::default());
    }

    #[test]
    fn cedex_and_boxes_leave_the_name_of_the_commune() {
        for (raw, name) in [
            ("BREST CEDEX BP 22", "BREST"),
            ("Rennes Cedex 7", "Rennes"),
            ("RENNES CS 46706", "RENNES"),
            ("Cesson-Sévigné", "Cesson-Sévigné"),
            ("Bp", "Bp"),
        ] {
            assert_eq!(found(|f| commune(raw, f)).0.as_deref(), Some(name));
        }
        assert_eq!(found(|f| commune("Rennes Cedex", f)).1.repairs, [Repair::Cedex]);
    }

    #[test]
    fn codes_lose_spaces_get_their_zero_back_or_are_doubtful() {
        let (code, findings) = found(|f| postcode("1200", f));
        assert_eq!(
            (code.as_deref(), findings.repairs.as_slice()),
            (Some("01200"), &[Repair::LeadingZero][..])
        );
        assert_eq!(found(|f| postcode("35 000", f)).0.as_deref(), Some("35000"));
        assert_eq!(found(|f| postcode("Rennes", f)).1.doubts[0].0, Doubt::Postcode);
        let (code, findings) = found(|f| siret("32\u{202f}777 310 700 013", f));
        assert_eq!(
            (code.as_deref(), findings.repairs.as_slice()),
            (Some("32777310700013"), &[Repair::Siret][..])
        );
        assert_eq!(
            found(|f| siret("327773107", f)),
            (None, Findings { repairs: vec![], doubts: vec![(Doubt::Siret, "327773107".to_owned())] })
        );
    }

    #[test]
    fn phones_are_shown_as_they_are_dialled() {
        for (raw, shown) in [
            ("+33298725155", Some("02 98 72 51 55")),
            ("+33 (0)2 98 72 51 55", Some("02 98 72 51 55")),
            ("0298725155", Some("02 98 72 51 55")),
            ("02.98.72.51.55", Some("02 98 72 51 55")),
            ("3949", Some("3949")),
            ("+687 12 34 56", Some("+687 12 34 56")),
            ("02 98 72 51 55 ou 02 98 72 51 56", Some("02 98 72 51 55")),
            ("12", None),
        ] {
            assert_eq!(found(|f| phone(raw, f)).0.as_deref(), shown, "{raw}");
        }
        assert_eq!(found(|f| phone("02 98 72 51 55", f)).1, Findings::default());
    }

    #[test]
    fn swapped_coordinates_are_put_right_only_where_that_is_certain() {
        let at = |postcode| Whereabouts { insee: None, postcode: Some(postcode), position: None };
        let read = |first: &str, second: &str, postcode| {
            let (first, second) = (Some(first.to_owned()), Some(second.to_owned()));
            let (position, findings) = found(|f| position(first, second, &at(postcode), f));
            (position, findings.repairs, findings.doubts.len())
        };
        let rennes = Position::new(48.11, -1.68);
        assert_eq!(read("48,11", "-1.68", "35000"), (rennes, vec![Repair::DecimalComma], 0));
        assert_eq!(read("-1.68", "48.11", "35000"), (rennes, vec![Repair::SwappedPosition], 0));
        assert_eq!(read("0", "0", "35000"), (None, vec![], 1));
        assert_eq!(read("48.11", "-1.68", "97400"), (None, vec![], 1));
        assert_eq!(read("55.4", "-21.1", "97400").0, Position::new(-21.1, 55.4));
        assert_eq!(read("NaN", "x", "35000"), (None, vec![], 1));
    }

    #[test]
    fn a_postcode_in_the_address_parts_street_and_commune() {
        let cut = |address, postcode| split_address(address, postcode);
        let parts = |street: &str, commune: &str| Some((street.to_owned(), commune.to_owned()));
        assert_eq!(cut("3 rue X – 35140 Saint-Aubin", "35140"), parts("3 rue X", "Saint-Aubin"));
        assert_eq!(cut("Place Y, 35235 Thorigné, France", "35235"), parts("Place Y", "Thorigné"));
        assert_eq!(cut("9 PLACE Z, 35500, VITRE", "35500"), parts("9 PLACE Z", "VITRE"));
        assert_eq!(cut("22 rue de Gael", "35360"), None);
    }
}
