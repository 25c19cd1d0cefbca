//! The stops of a map: those that a place of the bundle has near it.

use parvis_plan::area::{STOP_M_MAX, STOPS_MAX, STOPS_SHOWN_MAX, Stop};

use super::{Metres, whole};

/// Stops that each place may bring, at most: some are of the same name, on both sides of a road.
const OF_A_PLACE_MAX: usize = 3 * STOPS_SHOWN_MAX;

/// The stops near the places; where these are too many, fewer for each place.
pub(super) fn near(places: &[Metres], stops: &[(String, Metres)], radius: f64) -> Vec<Stop> {
    let mut of_places: Vec<Vec<usize>> = places.iter().map(|place| nearest(*place, stops)).collect();
    for most in (1..=OF_A_PLACE_MAX).rev() {
        for near in &mut of_places {
            near.truncate(most);
        }
        let mut wanted: Vec<usize> = of_places.iter().flatten().copied().collect();
        wanted.sort_unstable();
        wanted.dedup();
        if wanted.len() <= STOPS_MAX || most == 1 {
            wanted.truncate(STOPS_MAX);
            let stop = |at: &usize| {
                let (name, position) = stops.get(*at)?;
                Some(Stop { name: name.clone(), at: whole(*position, radius)? })
            };
            let mut found: Vec<Stop> = wanted.iter().filter_map(stop).collect();
            found.sort_by(|a, b| a.at.cmp(&b.at).then_with(|| a.name.cmp(&b.name)));
            found.dedup();
            return found;
        }
    }
    Vec::new()
}

/// The numbers of the stops near a place, the nearest first.
fn nearest(place: Metres, stops: &[(String, Metres)]) -> Vec<usize> {
    let far = |(x, y): &Metres| (x - place.0).hypot(y - place.1);
    let mut near: Vec<(usize, f64)> = stops
        .iter()
        .enumerate()
        .map(|(number, (_, at))| (number, far(at)))
        .filter(|(_, far)| *far <= STOP_M_MAX)
        .collect();
    near.sort_by(|a, b| a.1.total_cmp(&b.1).then(a.0.cmp(&b.0)));
    near.into_iter().map(|(number, _)| number).take(OF_A_PLACE_MAX).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stops_near_a_place_are_kept_and_too_many_are_shared_out() {
        let stops = vec![("Gare".to_owned(), (100.0, 0.0)), ("Loin".to_owned(), (5_000.0, 0.0))];
        let kept = near(&[(0.0, 0.0)], &stops, 10_000.0);
        assert_eq!(kept.iter().map(|stop| stop.name.as_str()).collect::<Vec<_>>(), ["Gare"]);
        let places: Vec<Metres> = (0..2_000).map(|at| (f64::from(at) * 40.0 - 40_000.0, 0.0)).collect();
        let stop = |at: i32| (format!("Arrêt {at}"), (f64::from(at) * 10.0 - 40_000.0, 9.0));
        let stops: Vec<(String, Metres)> = (0..8_000).map(stop).collect();
        let kept = near(&places, &stops, 50_000.0);
        assert!((1_000..=STOPS_MAX).contains(&kept.len()), "{}", kept.len());
    }
}
