//! A broker that is not there, ends, comes back without its memory, or says nothing: calls in the hall go on as ever.

use parvis::clock::since_start;
use parvis::protocol::{FromStaff, Relay};
use parvis_tests::mosquitto::{self, Mosquitto};
use parvis_tests::staff::StaffPage;

use crate::world::{SILENT, World, config, is_fresh, is_silent, other};

fn is_lost(page: &StaffPage) -> bool {
    page.hall.relay == Relay::Lost
}

fn is_reached(page: &StaffPage) -> bool {
    page.hall.relay == Relay::Reached
}

/// A visitor calls, and somebody comes: the hall's own work.
async fn calls_go_on(world: &World, key: u64) {
    let kiosk = world.kiosk("Borne").await;
    let mut page = world.page().await;
    page.until("the hall", |page| !page.hall.kiosks.is_empty()).await;
    kiosk.ask(key, "fr").await;
    page.until("the call", |page| !page.hall.calls.is_empty()).await;
    let number = page.call().number;
    page.say(&FromStaff::Come { number, by: "Marie".into() }).await.unwrap();
    page.say(&FromStaff::Done { number }).await.unwrap();
    page.until("the end", |page| page.hall.calls.is_empty()).await;
}

#[tokio::test]
async fn a_desk_opens_without_its_broker_and_finds_it_when_it_comes() {
    let Some(mut broker) = mosquitto::open() else { return };
    broker.kill();
    let here = World::open(config(broker.port, "a", &["b"]));
    let mut page = here.page().await;
    page.until("the broker that is not there", is_lost).await;
    calls_go_on(&here, 1).await;
    assert_eq!(here.figure("parvis_broker_connected").await, 0);
    broker.start_again();
    page.until("the broker", is_reached).await;
    here.until_figure("parvis_broker_published_total", 1).await;
    assert_eq!(here.figure("parvis_broker_connected").await, 1);
    here.close().await;
}

#[tokio::test]
async fn a_broker_that_restarts_without_its_memory_makes_halls_unknown_at_once_and_known_again() {
    if let Some(broker) = mosquitto::open() {
        restarts(broker).await;
    }
}

#[tokio::test]
async fn what_a_broker_remembers_of_before_its_restart_is_not_taken_for_news() {
    let remembers = "{listener}\nallow_anonymous true\npersistence true\npersistence_location {folder}/\n\
                     autosave_interval 1\nautosave_on_changes true";
    if let Some(broker) = mosquitto::start(remembers) {
        restarts(broker).await;
    }
}

async fn restarts(mut broker: Mosquitto) {
    let here = World::open(config(broker.port, "a", &[]));
    let there = World::open(config(broker.port, "b", &["a"]));
    let kiosk = here.kiosk("Borne").await;
    kiosk.ask(1, "fr").await;
    let mut page = there.page().await;
    page.until("the call", |page| is_fresh(page) && !other(page).calls.is_empty()).await;
    let killed = since_start();
    broker.kill();
    page.until("the lost broker", |page| is_lost(page) && is_silent(page)).await;
    let noticed = since_start().saturating_sub(killed);
    println!("a dead broker was noticed after {} ms", noticed.as_millis());
    assert!(noticed < SILENT, "it does not take a silence to know");
    calls_go_on(&there, 1).await;
    let started = since_start();
    broker.start_again();
    page.until("the hall again", is_fresh).await;
    println!(
        "after its restart, halls were known after {} ms",
        since_start().saturating_sub(started).as_millis()
    );
    assert_eq!(other(&page).calls.len(), 1);
    let witness = broker.witness(&[]);
    witness
        .until("what the broker keeps again", "parvis/a/state", |said| said.iter().any(|said| said.retained))
        .await;
    for world in [here, there] {
        world.close().await;
    }
}

#[tokio::test]
async fn a_silent_broker_is_noticed_costs_the_hall_nothing_and_is_found_again() {
    let Some(broker) = mosquitto::open() else { return };
    let here = World::open(config(broker.port, "a", &[]));
    let there = World::open(config(broker.port, "b", &["a"]));
    let mut page = there.page().await;
    page.until("the hall", is_fresh).await;
    broker.freeze();
    page.until("the silent broker", |page| is_lost(page) && is_silent(page)).await;
    for world in [&here, &there] {
        calls_go_on(world, 1).await;
    }
    let kiosk = here.kiosk("Borne").await;
    kiosk.ask(2, "fr").await;
    broker.thaw();
    page.until("the call made meanwhile", |page| is_fresh(page) && !other(page).calls.is_empty()).await;
    for world in [here, there] {
        world.close().await;
    }
}

#[tokio::test]
async fn a_desk_ends_in_time_while_its_broker_is_silent() {
    let Some(broker) = mosquitto::open() else { return };
    let here = World::open(config(broker.port, "a", &["b"]));
    let mut page = here.page().await;
    page.until("the broker", is_reached).await;
    drop(page);
    broker.freeze();
    here.close().await;
    broker.thaw();
}
