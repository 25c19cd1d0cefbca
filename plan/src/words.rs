//! A way in words, as one says it to somebody who stands at the kiosk: French, ready to be spoken.

use crate::route::{Leg, Route, STRAIGHT};
use crate::{Plan, Spot};

/// Sentences, in order. The first ones say how one leaves, the last one where the place is.
pub fn french(plan: &Plan, route: &Route, place: &Spot) -> Vec<String> {
    let mut sentences: Vec<String> =
        route.legs.iter().enumerate().map(|(at, leg)| leg_in_words(at == 0, leg)).collect();
    sentences.push(arrival(plan, route, place));
    sentences
}

fn leg_in_words(first: bool, leg: &Leg) -> String {
    let turn = match Turn::of(leg.turn) {
        Turn::Ahead if first => "Allez tout droit",
        Turn::Ahead => "Continuez tout droit",
        Turn::Right if first => "Partez à votre droite",
        Turn::Right => "Tournez à droite",
        Turn::Left if first => "Partez à votre gauche",
        Turn::Left => "Tournez à gauche",
        Turn::Back => "Faites demi-tour",
    };
    let doors = match &leg.doors[..] {
        [] => String::new(),
        [Some(room)] => format!(", en passant la porte vers « {room} »"),
        [None] => ", en passant la porte".to_owned(),
        several => format!(", en passant {} portes", several.len()),
    };
    format!("{turn}, {}{doors}.", distance(leg.length))
}

fn arrival(plan: &Plan, route: &Route, place: &Spot) -> String {
    let side = match route.side.map(Turn::of) {
        None | Some(Turn::Ahead) => "devant vous",
        Some(Turn::Right) => "à votre droite",
        Some(Turn::Left) => "à votre gauche",
        Some(Turn::Back) => "derrière vous",
    };
    // A room that one is in already, or that the place is called after, says nothing new.
    let told = |name: &str| route.from.as_deref() == Some(name) || place.name.contains(name);
    let room = plan.room_at(place.at).filter(|room| !told(&room.name));
    match room {
        Some(room) => format!("« {} » est {side}, dans « {} ».", place.name, room.name),
        None => format!("« {} » est {side}.", place.name),
    }
}

/// A way as a person says it: the metre below five, then two, five, ten metres. Never more exact than the drawing.
pub fn distance(cm: i32) -> String {
    let metres = f64::from(cm) / 100.0;
    let to = |step: f64| (metres / step).round() * step;
    let rounded = if metres < 5.0 {
        to(1.0).max(1.0)
    } else if metres < 20.0 {
        to(2.0)
    } else if metres < 50.0 {
        to(5.0)
    } else {
        to(10.0)
    };
    let plural = if rounded >= 2.0 { "s" } else { "" };
    format!("environ {rounded:.0} mètre{plural}")
}

/// A turn as one says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// On.
    Ahead,
    /// To the right.
    Right,
    /// To the left.
    Left,
    /// Round.
    Back,
}

impl Turn {
    /// The turn of that many degrees to the right.
    pub fn of(degrees: f64) -> Self {
        match degrees.abs() {
            slight if slight < STRAIGHT => Self::Ahead,
            round if round > 180.0 - STRAIGHT => Self::Back,
            _ if degrees > 0.0 => Self::Right,
            _ => Self::Left,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_are_said_as_people_say_them() {
        let said = [
            (20, "1 mètre"),
            (149, "1 mètre"),
            (180, "2 mètres"),
            (640, "6 mètres"),
            (1_270, "12 mètres"),
            (2_640, "25 mètres"),
            (7_400, "70 mètres"),
        ];
        for (cm, metres) in said {
            assert_eq!(distance(cm), format!("environ {metres}"));
        }
    }
}
