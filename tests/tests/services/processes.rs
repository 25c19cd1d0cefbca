//! Desk, kiosk and intake as three processes: each can die without the others.

use std::net::SocketAddr;

use futures_util::SinkExt as _;
use parvis::protocol::{CallState, FromStaff, MESSAGE_BYTES_MAX};
use parvis_tests::staff::{PATIENCE, StaffPage, socket};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::bench_page::{BenchPage, CALL};
use crate::hall::{BENCH, DESK, Hall, NAME};

#[tokio::test]
async fn a_call_outlives_the_kiosk_and_the_desk() {
    let hall = Hall::new();
    hall.take_in_content();
    let mut desk = hall.start("desk", "desk");
    let mut staff = StaffPage::open(desk.address(DESK)).await.unwrap();
    let mut kiosk = hall.start("kiosk", "kiosk");
    let mut bench = BenchPage::open(kiosk.address(BENCH)).await;
    staff
        .until("the kiosk", |page| page.hall.kiosks.iter().any(|kiosk| kiosk.alive && kiosk.name == NAME))
        .await;

    bench.tap(CALL).await;
    staff.until("the call", |page| !page.hall.calls.is_empty()).await;
    let call = staff.call().clone();
    assert_eq!((call.kiosk.as_str(), &call.state), (NAME, &CallState::Requested));

    kiosk.kill();
    staff.until("the dead kiosk", |page| page.hall.kiosks.iter().all(|kiosk| !kiosk.alive)).await;
    assert_eq!(staff.call().number, call.number, "the call is still with staff");

    desk.kill();
    let mut desk = hall.start("desk", "desk-again");
    let mut staff = StaffPage::open(desk.address(DESK)).await.unwrap();
    staff.until("the call after the desk's death", |page| !page.hall.calls.is_empty()).await;
    assert_eq!((staff.call().number, &staff.call().state), (call.number, &CallState::Requested));
    staff.say(&FromStaff::Done { number: call.number }).await.unwrap();
    staff.until("the refusal", |page| page.refused.is_some()).await;
    staff.say(&FromStaff::Come { number: call.number, by: "Marie".into() }).await.unwrap();
    staff
        .until("Marie", |page| matches!(&page.call().state, CallState::Acknowledged { by } if by == "Marie"))
        .await;
    staff.say(&FromStaff::Done { number: call.number }).await.unwrap();
    staff.until("the end", |page| page.hall.calls.is_empty()).await;
}

#[tokio::test]
async fn a_kiosk_without_a_desk_lives_and_asks_again_when_the_desk_comes_back() {
    let hall = Hall::new();
    hall.take_in_content();
    let mut kiosk = hall.start("kiosk", "kiosk");
    let mut bench = BenchPage::open(kiosk.address(BENCH)).await;
    bench.tap(CALL).await;
    assert!(kiosk.is_alive());

    let mut desk = hall.start("desk", "desk");
    let mut staff = StaffPage::open(desk.address(DESK)).await.unwrap();
    staff.until("the call that was pressed before", |page| !page.hall.calls.is_empty()).await;
    let number = staff.call().number;

    // The desk dies and comes back; the same call is asked for again and stays the same.
    desk.kill();
    let mut desk = hall.start("desk", "desk-again");
    let mut staff = StaffPage::open(desk.address(DESK)).await.unwrap();
    staff.until("the kiosk again", |page| page.hall.kiosks.iter().any(|kiosk| kiosk.alive)).await;
    assert_eq!(staff.call().number, number);

    // The kiosk is told who comes: its screen changes.
    staff.say(&FromStaff::Shown { number }).await.unwrap();
    staff.until("delivery", |page| page.call().state == CallState::Delivered).await;
    let before = bench.pieces;
    staff.say(&FromStaff::Come { number, by: "Marie".into() }).await.unwrap();
    bench.until("news on the screen", |page| page.pieces > before).await;
    assert!(kiosk.is_alive());
}

#[tokio::test]
async fn only_the_desks_own_page_may_speak_to_it() {
    let hall = Hall::new();
    let mut desk = hall.start("desk", "desk");
    let address = desk.address(DESK);
    for origin in [None, Some("http://evil.example"), Some("null"), Some("http://127.0.0.1:1")] {
        assert_eq!(refusal(address, "/api/staff", origin).await, 403, "{origin:?}");
    }
    let mut kiosk = hall.start("kiosk", "kiosk");
    let bench = kiosk.address(BENCH);
    assert_eq!(refusal(bench, "/api/bench", Some("http://evil.example")).await, 403);
    StaffPage::open(address).await.unwrap();
}

async fn refusal(address: SocketAddr, path: &str, origin: Option<&str>) -> u16 {
    match socket(address, path, origin).await {
        Err(Error::Http(answer)) => answer.status().as_u16(),
        other => panic!("{path} opened to {origin:?}: {}", other.is_ok()),
    }
}

#[tokio::test]
async fn nonsense_and_floods_do_not_stop_the_desk() {
    let hall = Hall::new();
    let mut desk = hall.start("desk", "desk");
    let address = desk.address(DESK);
    let mut witness = StaffPage::open(address).await.unwrap();
    for message in [
        Message::text(""),
        Message::text("{"),
        Message::text(r#"{"type":"open-the-door"}"#),
        Message::text(r#"{"type":"come","number":4294967296,"by":"x"}"#),
        Message::text(r#"{"type":"come","number":7,"by":"x"}"#),
        Message::text("[".repeat(MESSAGE_BYTES_MAX - 1)),
        Message::binary(vec![0xFF; 1000]),
    ] {
        let mut page = StaffPage::open(address).await.unwrap();
        page.raw(message).await.unwrap();
    }
    let origin = format!("http://{address}");
    let mut flood = socket(address, "/api/staff", Some(&origin)).await.unwrap();
    // The desk may close the socket before all of it is sent: that is its good right.
    let too_much = Message::text("x".repeat(4 * MESSAGE_BYTES_MAX));
    let _ = tokio::time::timeout(PATIENCE, flood.send(too_much)).await.unwrap();
    witness.say(&FromStaff::Come { number: 7, by: "Marie".into() }).await.unwrap();
    witness.until("an answer like before", |page| page.refused.is_some()).await;
    assert!(desk.is_alive());
}

#[test]
fn a_broken_configuration_is_refused_with_its_place() {
    let hall = Hall::new();
    for (text, said) in [
        ("[kiosk]\ncolour = 'red'\n", "colour"),
        ("[desk]\nstaff-address = '0.0.0.0:80'\n", "desk.staff-address"),
        ("[[[", "parvis.toml"),
    ] {
        std::fs::write(hall.path("parvis.toml"), text).unwrap();
        let ended = hall.command("kiosk", "kiosk").output().unwrap();
        assert!(!ended.status.success());
        let log = hall.log("kiosk");
        assert!(log.contains(said) && !log.contains("panicked"), "{log}");
    }
}
