//! A staff page under load: it says what it shows, and one of them answers each call.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use parvis::clock;
use parvis::protocol::{CallState, FromStaff, StaffCall, ToStaff};
use tokio::time::interval;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;

use super::PAGES;
use super::tally::Tally;
use crate::entrance::Any;

/// A page says that it is there, and looks at what is due, that often.
const BEAT: Duration = Duration::from_millis(500);
/// From "J'arrive" to "Terminé".
const VISIT: Duration = Duration::from_secs(2);

/// Page `at` of all works until the test ends.
pub async fn work(mut socket: WebSocketStream<Any>, at: usize, tally: Arc<Tally>) {
    let (mut seen, mut due) = (BTreeSet::new(), Vec::new());
    let mut beat = interval(BEAT);
    let mut there = false;
    loop {
        let said = tokio::select! {
            message = socket.next() => match message {
                Some(Ok(Message::Text(text))) => match serde_json::from_str(&text).unwrap() {
                    ToStaff::Hall { calls, .. } => {
                        if !std::mem::replace(&mut there, true) {
                            tally.page();
                        }
                        hear(&calls, at, &mut seen, &mut due, &tally)
                    }
                    ToStaff::Refused { why } => panic!("{why}"),
                    ToStaff::Pong => continue,
                },
                Some(Ok(_)) => continue,
                other => panic!("the desk closed page {at}: {other:?}"),
            },
            _ = beat.tick() => {
                let now = clock::since_start();
                let mut said = vec![FromStaff::Ping];
                due.retain(|(number, when)| {
                    let is_due = now >= *when;
                    said.extend(is_due.then_some(FromStaff::Done { number: *number }));
                    !is_due
                });
                said
            }
        };
        for message in said {
            socket.send(Message::text(serde_json::to_string(&message).unwrap())).await.unwrap();
        }
    }
}

/// What it says to calls that are new to it, and to those that it answers.
fn hear(
    calls: &[StaffCall],
    at: usize,
    seen: &mut BTreeSet<u32>,
    due: &mut Vec<(u32, Duration)>,
    tally: &Tally,
) -> Vec<FromStaff> {
    let mut said = Vec::new();
    for call in calls {
        let number = call.number;
        if seen.insert(number) {
            tally.shown(&call.kiosk);
            said.push(FromStaff::Shown { number });
        }
        let mine = number as usize % PAGES == at && !due.iter().any(|(other, _)| *other == number);
        if mine && call.state == CallState::Delivered {
            said.push(FromStaff::Come { number, by: format!("Accueil {at}") });
            due.push((number, clock::since_start() + VISIT));
        }
    }
    seen.retain(|number| calls.iter().any(|call| call.number == *number));
    said
}
