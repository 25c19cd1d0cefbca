//! An area map in words: how far, in which direction, in which commune, and the nearest stop. French, ready to be
//! spoken.

use super::{Area, HALL};
use crate::Point;

/// The winds, clockwise from north.
const WINDS: [&str; 8] =
    ["le nord", "le nord-est", "l’est", "le sud-est", "le sud", "le sud-ouest", "l’ouest", "le nord-ouest"];

/// What the map of a place shows, in sentences. `commune` may be empty.
pub fn french(area: &Area, place: Point, commune: &str) -> Vec<String> {
    let (x, y) = (f64::from(place.x), f64::from(place.y));
    let away = away(HALL.distance(place) / 1_000.0, x.atan2(-y).to_degrees());
    let commune = if commune.is_empty() { String::new() } else { format!(", {}", at_commune(commune)) };
    let stop = area.stops_near(place).first().map(|(stop, far)| {
        format!("Arrêt le plus proche du lieu : « {} », à {} à vol d’oiseau.", stop.name, short_way(*far))
    });
    [format!("{away}{commune}.")].into_iter().chain(stop).collect()
}

/// How far something is as the crow flies, and where: "À 600 m à vol d’oiseau, vers le nord-est". `bearing` in degrees
/// clockwise from north.
pub fn away(km: f64, bearing: f64) -> String {
    let far = match km {
        near if near < 0.95 => format!("{:.0} m", (near * 10.0).round().max(1.0) * 100.0),
        middle if middle < 9.5 => format!("{middle:.1} km").replace('.', ",").replace(",0", ""),
        far => format!("{far:.0} km"),
    };
    let wind = (bearing.rem_euclid(360.0) / 45.0).round() as usize % WINDS.len();
    format!("À {far} à vol d’oiseau, vers {}", WINDS.get(wind).copied().unwrap_or_default())
}

/// Tens of metres below a hundred, then fifties.
fn short_way(metres: f64) -> String {
    let step = if metres < 95.0 { 10.0 } else { 50.0 };
    let metres = (metres / step).round().max(1.0) * step;
    if metres < 1_000.0 { format!("{metres:.0} m") } else { "1 km".to_owned() }
}

/// "à Rennes", "au Mans", "aux Herbiers".
fn at_commune(name: &str) -> String {
    if let Some(rest) = name.strip_prefix("Les ") {
        format!("aux {rest}")
    } else if let Some(rest) = name.strip_prefix("Le ") {
        format!("au {rest}")
    } else {
        format!("à {name}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::area::Stop;

    #[test]
    fn a_place_is_told_with_its_commune_and_its_stop() {
        let place = Point { x: 8_500, y: -8_500 };
        let stop = Stop { name: "Gare".into(), at: Point { x: 8_500, y: -8_360 } };
        let area = Area { radius: 20_000, stops: vec![stop], ..Area::default() };
        assert_eq!(
            french(&area, place, "Montfort-sur-Meu"),
            [
                "À 12 km à vol d’oiseau, vers le nord-est, à Montfort-sur-Meu.",
                "Arrêt le plus proche du lieu : « Gare », à 150 m à vol d’oiseau."
            ]
        );
        assert_eq!(
            french(&Area::default(), Point { x: 0, y: 600 }, ""),
            ["À 600 m à vol d’oiseau, vers le sud."]
        );
    }

    #[test]
    fn articles_are_joined_as_one_speaks() {
        let said = [("Le Rheu", "au Rheu"), ("Les Landes", "aux Landes"), ("La Mézière", "à La Mézière")];
        for (name, words) in said {
            assert_eq!(at_commune(name), words);
        }
        assert_eq!([3.0, 44.0, 130.0, 980.0].map(short_way), ["10 m", "40 m", "150 m", "1 km"]);
    }
}
