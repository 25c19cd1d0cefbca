//! A hall is seen elsewhere as it is: its calls without their reasons, who holds it, how its kiosks are, and its end.

use parvis::clock::since_start;
use parvis::protocol::{CallState, FromKiosk, FromStaff, News, Presence, Relay, ToKiosk};
use parvis_tests::mosquitto;

use crate::world::{World, config, is_fresh, is_silent, other};

const STATE: &str = "parvis/a/state";
const ONLINE: &str = "parvis/a/online";
/// What a visitor said, in what language, and who came: words that no broker may ever see.
const SECRETS: [&str; 4] = ["Violences conjugales", "conjugales", "Marie-Josephine", "\"uk\""];

#[tokio::test]
async fn a_call_is_seen_elsewhere_with_its_lateness_its_answer_and_its_end() {
    let Some(broker) = mosquitto::open() else { return };
    let here = World::open(config(broker.port, "a", &[]));
    let there = World::open(config(broker.port, "b", &["a"]));
    let mut page = there.page().await;
    page.until("the quiet hall", is_fresh).await;
    assert_eq!((page.hall.relay, other(&page).calls.len()), (Relay::Reached, 0));
    assert_eq!((other(&page).id.as_str(), other(&page).name.as_str()), ("a", "Mairie de a"));
    let mut kiosk = here.kiosk("Borne de l’entrée").await;
    page.until("that nobody watches there", |page| !other(page).watched).await;
    let mut staff = here.page().await;
    page.until("the page there", |page| other(page).watched).await;

    let asked = since_start();
    kiosk.ask(1, "fr").await;
    page.until("the call", |page| !other(page).calls.is_empty()).await;
    println!("a call was seen elsewhere after {} ms", since_start().saturating_sub(asked).as_millis());
    let call = other(&page).calls[0].clone();
    assert_eq!(
        (call.number, call.kiosk.as_str(), call.waits, call.late),
        (1, "Borne de l’entrée", true, false)
    );
    page.until("the late call", |page| other(page).calls[0].late).await;
    assert!(is_fresh(&page) && page.hall.calls.is_empty(), "it is no call of this hall");

    staff.say(&FromStaff::Presence { presence: Presence::Back { at: 840 } }).await.unwrap();
    page.until("who holds it", |page| other(page).presence == Presence::Back { at: 840 }).await;
    kiosk.say(FromKiosk::Printer { gesture: "Remettez un rouleau de papier.".into() }).await;
    page.until("the printer's trouble", |page| other(page).troubled == 1).await;
    staff.say(&FromStaff::Come { number: 1, by: "Marie".into() }).await.unwrap();
    page.until("the answer", |page| !other(page).calls[0].waits).await;
    kiosk
        .until("who comes", |word| {
            matches!(word, ToKiosk::Call { state: CallState::Acknowledged { .. }, .. })
        })
        .await;
    staff.say(&FromStaff::Done { number: 1 }).await.unwrap();
    page.until("the end", |page| other(page).calls.is_empty()).await;
    for world in [here, there] {
        world.close().await;
    }
}

#[tokio::test]
async fn a_desk_that_ends_is_silent_elsewhere_and_never_quiet() {
    let Some(broker) = mosquitto::open() else { return };
    let witness = broker.witness(&[]);
    let here = World::open(config(broker.port, "a", &[]));
    let there = World::open(config(broker.port, "b", &["a", "nobody"]));
    let mut page = there.page().await;
    page.until("the hall", is_fresh).await;
    assert_eq!(page.hall.elsewhere[1].news, News::Never);
    witness.until("the connection", ONLINE, |said| said.last().is_some_and(|said| said.payload == "1")).await;
    here.close().await;
    page.until("the silence", is_silent).await;
    witness.until("the farewell", ONLINE, |said| said.last().is_some_and(|said| said.payload == "0")).await;
    // What the broker kept of it is told to whoever comes now, as what it is.
    let late = World::open(config(broker.port, "c", &["a"]));
    let mut page = late.page().await;
    page.until("what the broker kept", |page| {
        page.hall.elsewhere.first().is_some_and(|hall| hall.news == News::Unconfirmed)
    })
    .await;
    // The hall opens anew: another run, and known at once.
    let again = World::open(config(broker.port, "a", &[]));
    page.until("the new run", is_fresh).await;
    again.close().await;
}

#[tokio::test]
async fn what_a_call_is_for_its_language_and_who_comes_never_reach_the_broker() {
    let Some(mut broker) = mosquitto::start(
        "{listener}\nallow_anonymous true\npersistence true\npersistence_location {folder}/\nautosave_interval 1",
    ) else {
        return;
    };
    let witness = broker.witness(&[]);
    let here = World::open(config(broker.port, "a", &["b"]));
    let there = World::open(config(broker.port, "b", &["a"]));
    let kiosk = here.kiosk("Borne du hall").await;
    kiosk.ask(1, "uk").await;
    let reason = "Violences conjugales".to_owned();
    kiosk.say(FromKiosk::Reason { key: 1, title: reason.clone(), theme: reason }).await;
    let mut staff = here.page().await;
    staff.until("the reason", |page| page.hall.calls.first().is_some_and(|call| call.reason.is_some())).await;
    staff.say(&FromStaff::Come { number: 1, by: "Marie-Josephine".into() }).await.unwrap();
    let mut page = there.page().await;
    page.until("the hall", is_fresh).await;
    page.until("the answer", |page| other(page).calls.first().is_some_and(|call| !call.waits)).await;
    witness
        .until("the same", STATE, |said| said.iter().any(|said| said.payload.contains("acknowledged")))
        .await;
    broker.keep_all();
    let kept = broker.path("mosquitto.db");
    let waiting = async {
        while !std::fs::read(&kept).is_ok_and(|bytes| contains(&bytes, "Borne du hall")) {
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(parvis_tests::staff::PATIENCE, waiting).await.unwrap();
    for world in [here, there] {
        world.close().await;
    }
    broker.kill();
    let mut seen: Vec<u8> = std::fs::read(&kept).unwrap();
    seen.extend(broker.log().into_bytes());
    for said in witness.heard() {
        seen.extend(said.payload.into_bytes());
    }
    for secret in SECRETS {
        assert!(!contains(&seen, secret), "{secret} was seen");
    }
}

fn contains(bytes: &[u8], text: &str) -> bool {
    bytes.windows(text.len()).any(|window| window == text.as_bytes())
}
