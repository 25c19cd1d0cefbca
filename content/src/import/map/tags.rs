//! What a map shows of OpenStreetMap, by its tags.

use parvis_plan::area::Kind;

/// Tags of a node or way: only those with a key of [`KEYS`].
pub(super) type Tags = Vec<(String, String)>;

/// The keys that tell what something is.
pub(super) const KEYS: [&str; 9] =
    ["name", "highway", "waterway", "railway", "place", "public_transport", "bus", "service", "tunnel"];

fn tag<'a>(tags: &'a Tags, key: &str) -> Option<&'a str> {
    tags.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
}

/// The name, where it has one.
pub(super) fn name(tags: &Tags) -> Option<String> {
    tag(tags, "name").map(crate::plain::line).filter(|name| !name.is_empty())
}

/// What a way is on a map, and of which rank.
pub(super) fn way(tags: &Tags) -> Option<(Kind, u8)> {
    if let Some(road) = tag(tags, "highway") {
        let rank = match road {
            "motorway" | "trunk" => 0,
            "primary" => 1,
            "secondary" => 2,
            "tertiary" => 3,
            _ => return None,
        };
        return Some((Kind::Road, rank));
    }
    if matches!(tag(tags, "waterway"), Some("river" | "canal")) && tag(tags, "tunnel").is_none() {
        return Some((Kind::River, 1));
    }
    // Yards and sidings have a service.
    let rails = matches!(tag(tags, "railway"), Some("rail" | "light_rail")) && tag(tags, "service").is_none();
    rails.then_some((Kind::Railway, 1))
}

/// The rank of a town.
pub(super) fn town(tags: &Tags) -> Option<u8> {
    match tag(tags, "place")? {
        "city" => Some(0),
        "town" => Some(1),
        "village" => Some(2),
        _ => None,
    }
}

/// Whether buses stop there.
pub(super) fn is_bus_stop(tags: &Tags) -> bool {
    let platform = tag(tags, "public_transport") == Some("platform") && tag(tags, "bus") == Some("yes");
    tag(tags, "highway") == Some("bus_stop") || platform
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn only_main_lines_are_drawn() {
        assert_eq!(way(&tags(&[("highway", "trunk")])), Some((Kind::Road, 0)));
        assert_eq!(way(&tags(&[("highway", "footway")])), None);
        assert_eq!(way(&tags(&[("railway", "rail"), ("service", "yard")])), None);
        assert_eq!(way(&tags(&[("waterway", "river")])), Some((Kind::River, 1)));
        assert_eq!(way(&tags(&[("waterway", "ditch")])), None);
        assert!(is_bus_stop(&tags(&[("highway", "bus_stop")])));
        assert!(!is_bus_stop(&tags(&[("public_transport", "platform"), ("train", "yes")])));
        assert_eq!(town(&tags(&[("place", "village")])), Some(2));
    }
}
