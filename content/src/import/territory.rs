//! The territory that an editor wants: a département, some communes, or a circle.

use std::collections::BTreeSet;

use crate::place::Position;

/// Most communes in one filter.
pub const COMMUNES_MAX: usize = 1_000;
/// Widest circle, in kilometres.
pub const RADIUS_KM_MAX: f64 = 300.0;

/// Which records an import keeps.
#[derive(Debug, Clone, PartialEq)]
pub enum Territory {
    /// All of them.
    Everywhere,
    /// Those of one département: `35`, `2A`, `974`.
    Departement(String),
    /// Those of these communes, by INSEE code.
    Communes(BTreeSet<String>),
    /// Those at most so many kilometres from a point.
    Around(Position, f64),
}

/// What is known of where a record lies.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Whereabouts<'a> {
    pub(super) insee: Option<&'a str>,
    pub(super) postcode: Option<&'a str>,
    pub(super) position: Option<Position>,
}

impl Whereabouts<'_> {
    /// The département, by INSEE code, or by postcode where there is none.
    pub(super) fn departement(&self) -> Option<String> {
        self.insee.and_then(of_insee).or_else(|| self.postcode.and_then(of_postcode))
    }
}

impl Territory {
    /// Whether it holds the record; `None` where nothing tells.
    pub(super) fn holds(&self, at: &Whereabouts<'_>) -> Option<bool> {
        match self {
            Self::Everywhere => Some(true),
            Self::Departement(wanted) => Some(at.departement()? == *wanted),
            Self::Communes(wanted) => Some(wanted.contains(at.insee?)),
            Self::Around(centre, km) => Some(at.position?.distance_km(*centre) <= *km),
        }
    }
}

/// An INSEE code of a commune: five characters, `2A004`, `35238`, `97411`.
pub fn is_insee(code: &str) -> bool {
    let bytes = code.as_bytes();
    let corsican = bytes.len() == 5 && bytes[0] == b'2' && matches!(bytes[1], b'A' | b'B');
    let rest = if corsican { bytes.get(2..) } else { Some(bytes) };
    bytes.len() == 5 && rest.is_some_and(|rest| rest.iter().all(u8::is_ascii_digit))
}

/// A département: `01`–`95`, `2A`, `2B`, `971`–`989`.
pub fn is_departement(code: &str) -> bool {
    let digits = code.bytes().all(|b| b.is_ascii_digit());
    match code.len() {
        2 => matches!(code, "2A" | "2B") || (digits && ("01"..="95").contains(&code) && code != "20"),
        3 => digits && ("971"..="989").contains(&code),
        _ => false,
    }
}

fn of_insee(code: &str) -> Option<String> {
    let length = if code.starts_with("97") || code.starts_with("98") { 3 } else { 2 };
    is_insee(code).then(|| code.chars().take(length).collect())
}

fn of_postcode(code: &str) -> Option<String> {
    if code.len() != 5 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let first = |n: usize| code.chars().take(n).collect::<String>();
    Some(match first(2).as_str() {
        "20" if code < "20200" => "2A".to_owned(),
        "20" => "2B".to_owned(),
        "97" | "98" => first(3),
        other => other.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_departement_is_read_from_the_insee_code_first() {
        let of = |insee, postcode| Whereabouts { insee, postcode, position: None }.departement();
        assert_eq!(of(Some("2A004"), Some("20000")).as_deref(), Some("2A"));
        assert_eq!(of(Some("97411"), None).as_deref(), Some("974"));
        assert_eq!(of(Some("76540"), Some("27000")).as_deref(), Some("76"));
        assert_eq!(of(None, Some("20224")).as_deref(), Some("2B"));
        assert_eq!(of(None, Some("97400")).as_deref(), Some("974"));
        assert_eq!(of(Some("é"), Some("3500")), None);
    }

    #[test]
    fn a_filter_does_not_guess() {
        let rennes = Position::new(48.11, -1.68).unwrap();
        let at = Whereabouts { insee: None, postcode: Some("35000"), position: Some(rennes) };
        assert_eq!(Territory::Departement("35".to_owned()).holds(&at), Some(true));
        assert_eq!(Territory::Communes(BTreeSet::from(["35238".to_owned()])).holds(&at), None);
        assert_eq!(Territory::Around(Position::new(48.2, -2.0).unwrap(), 20.0).holds(&at), Some(false));
        assert_eq!(Territory::Around(rennes, 1.0).holds(&Whereabouts::default()), None);
    }

    #[test]
    fn codes_are_checked() {
        assert!(["01", "2A", "974", "95"].into_iter().all(is_departement));
        assert!(!["20", "96", "1", "2C", "é"].into_iter().any(is_departement));
        assert!(is_insee("2B033") && !is_insee("2C033") && !is_insee("3523") && !is_insee("35é3"));
    }
}
