//! The staff page behind the desk's door: a browser that pairs has all of it, and one that is revoked pairs again.

use serde_json::json;

use crate::chromium;
use crate::entrance::offer;
use crate::hall::{DESK, Hall, Service};

/// Whether something that the page asked for was refused to it.
const REFUSED: &str = "performance.getEntriesByType('resource').filter((entry) => entry.responseStatus >= 400).map((entry) => entry.name)";

#[tokio::test]
async fn a_browser_that_pairs_has_the_whole_page_and_one_that_is_revoked_is_led_to_pair_again() {
    let Some(browser) = chromium::start().await else { return };
    let hall = Hall::new();
    let mut desk = Service::start(&mut hall.command("desk", "desk"));
    let address = desk.address(DESK);
    hall.fix_staff_address(address);
    browser.page.goto(&format!("http://{address}/")).await.unwrap();
    let at_the_door = "location.pathname === '/pair' && document.getElementById('code') !== null";
    browser.until("the way to the pairing page", at_the_door).await;
    let code = offer(&hall.path("state/desk.sock")).await.code;
    browser.element("#code").await.send_keys(&code).await.unwrap();
    browser.element("#name").await.send_keys("Accueil 1").await.unwrap();
    browser.element("form button").await.click().await.unwrap();
    let linked = "document.getElementById('headline') !== null && document.getElementById('headline').textContent === 'Aucun appel'";
    browser.until("the linked page", linked).await;
    browser.until("its font", "[...document.fonts].some((font) => font.status === 'loaded')").await;
    assert_eq!(browser.ask(REFUSED).await, json!([]));
    let manifest = browser.devtools("Page.getAppManifest", json!({})).await;
    assert_eq!(manifest["errors"], json!([]));
    assert!(manifest["data"].as_str().unwrap().contains("Parvis"), "{manifest}");

    // The desk forgets every device; the page, which is open, is told by the refusal.
    desk.kill();
    for file in std::fs::read_dir(hall.path("var")).unwrap().flatten().filter(|file| file.path().is_file()) {
        std::fs::remove_file(file.path()).unwrap();
    }
    let mut desk = Service::start(&mut hall.command("desk", "desk-again"));
    assert_eq!(desk.address(DESK), address);
    browser.until("the way to pair again", at_the_door).await;
    browser.close().await;
}
