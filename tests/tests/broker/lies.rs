//! What comes twice, late or from an ended run is passed over; what is no document is refused; who is honest is heard.

use std::time::Duration;

use parvis::desk::broker::document::BYTES_MAX;
use parvis::protocol::News;
use parvis_tests::mosquitto::{self, Mosquitto};
use serde_json::{Value, json};

use crate::world::{World, config, is_fresh, is_silent, other};

const STATE: &str = "parvis/a/state";
const OLD: &str = "parvis_broker_old_total";
const REFUSED: &str = "parvis_broker_refused_total";

fn document(run: u64, sequence: u64, calls: usize) -> Value {
    let call = |number: usize| {
        json!({ "number": number + 1, "kiosk": "Borne", "state": "requested", "seconds": 70,
        "late": true, "left": false, "again": false })
    };
    json!({ "version": 1, "hall": { "id": "a", "name": "Mairie" }, "run": run, "sequence": sequence,
        "presence": { "is": "here" }, "late_s": 60, "calls": (0..calls).map(call).collect::<Vec<_>>(), "kiosks": [],
        "pages": 1 })
}

fn say(broker: &Mosquitto, document: &Value, how: &[&str]) {
    broker.publish(STATE, document.to_string().as_bytes(), how);
}

#[tokio::test]
async fn captured_documents_that_come_again_change_nothing_and_are_no_sign_of_life() {
    let Some(broker) = mosquitto::open() else { return };
    let witness = broker.witness(&[]);
    let here = World::open(config(broker.port, "a", &[]));
    let there = World::open(config(broker.port, "b", &["a"]));
    let mut page = there.page().await;
    page.until("the hall", is_fresh).await;
    let kiosk = here.kiosk("Borne").await;
    kiosk.ask(1, "fr").await;
    page.until("the call", |page| !other(page).calls.is_empty()).await;
    witness
        .until("a document with it", STATE, |said| said.iter().any(|said| said.payload.contains("requested")))
        .await;
    let with_a_call = witness.at(STATE).pop().unwrap();
    kiosk.say(parvis::protocol::FromKiosk::Cancel { key: 1 }).await;
    page.until("its end", |page| other(page).calls.is_empty()).await;
    let before = there.figure(OLD).await;
    for _ in 0..3 {
        broker.publish(STATE, with_a_call.payload.as_bytes(), &[]);
    }
    there.until_figure(OLD, before + 3).await;
    assert!(is_fresh(&page) && other(&page).calls.is_empty(), "{:?}", page.hall);

    // The hall ends. Whoever plays its words again does not bring it back to life.
    here.close().await;
    let (mut ticks, last) = (0, witness.at(STATE).pop().unwrap());
    while !is_silent(&page) {
        broker.publish(STATE, last.payload.as_bytes(), &["-r"]);
        ticks += 1;
        let _ = tokio::time::timeout(Duration::from_millis(100), page.until("the silence", is_silent)).await;
        assert!(ticks < 200, "it lives on words that were said before");
    }
    there.close().await;
}

#[tokio::test]
async fn an_earlier_run_that_is_late_is_not_believed_after_a_later_one() {
    let Some(broker) = mosquitto::open() else { return };
    let there = World::open(config(broker.port, "b", &["a"]));
    let mut page = there.page().await;
    page.until("the broker", |page| page.hall.relay == parvis::protocol::Relay::Reached).await;
    say(&broker, &document(1, 5, 2), &[]);
    page.until("the first run", |page| is_fresh(page) && other(page).calls.len() == 2).await;
    assert!(other(&page).calls.iter().all(|call| call.late && call.waits && call.seconds >= 70));
    say(&broker, &document(2, 1, 1), &[]);
    page.until("the second", |page| other(page).calls.len() == 1).await;
    say(&broker, &document(1, 6, 2), &[]);
    say(&broker, &document(1, 7, 2), &["-r"]);
    there.until_figure(OLD, 2).await;
    say(&broker, &document(2, 2, 3), &[]);
    page.until("the second again", |page| other(page).calls.len() == 3).await;
    there.close().await;
}

#[tokio::test]
async fn whatever_stands_at_a_topic_the_other_halls_are_heard_and_the_desk_lives() {
    let Some(broker) = mosquitto::open() else { return };
    let huge = vec![b'['; 2_000_000];
    let large = vec![b' '; BYTES_MAX + 1];
    let deep = "[".repeat(60_000);
    let wrong_hall = document(1, 1, 0).to_string();
    let hostile: [&[u8]; 7] =
        [b"\0\xFF\xFE", b"{", &large, &huge, deep.as_bytes(), wrong_hall.as_bytes(), b"{\"version\":7}"];
    // One of them is kept: it comes again at each connection.
    broker.publish("parvis/evil/state", &huge, &["-r"]);
    let there = World::open(config(broker.port, "b", &["evil", "a"]));
    let mut page = there.page().await;
    there.until_figure(REFUSED, 1).await;
    for payload in hostile {
        broker.publish("parvis/evil/state", payload, &[]);
    }
    there.until_figure(REFUSED, 1 + hostile.len() as u64).await;
    let here = World::open(config(broker.port, "a", &[]));
    page.until("the honest hall", |page| {
        page.hall.elsewhere.get(1).is_some_and(|hall| hall.news == News::Fresh)
    })
    .await;
    assert_eq!(page.hall.elsewhere[0].news, News::Never);
    assert_eq!(there.figure("parvis_broker_connected").await, 1);
    // One connection for all of it.
    let connections = broker.log().lines().filter(|line| line.contains("as parvis-b ")).count();
    assert_eq!(connections, 1, "{}", broker.log());
    for world in [here, there] {
        world.close().await;
    }
}
