//! How long a call takes to be seen, and how soon what is dead is known: not tests of speed, but the figures. Run them
//! with `./dev bench calls`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use parvis::clock;
use parvis::protocol::{FromKiosk, FromStaff, ToKiosk};
use parvis_tests::staff::{PATIENCE, StaffPage};
use serde_json::json;

use crate::bench_page::{BenchPage, CALL};
use crate::chromium::{self, Browser};
use crate::door::Guarded;
use crate::entrance::Entrance;
use crate::hall::{BENCH, DESK, Hall};
use crate::namespace::{HERE, Namespace};
use crate::staff_scene::{KIOSK, Scene};
use crate::test_kiosk::TestKiosk;

const CALLS: u64 = 200;
/// Deaths of a kiosk.
const DEATHS: usize = 10;
/// The bars, in milliseconds.
const SHOWN_BAR_MS: f64 = 150.0;
const BACK_BAR_MS: f64 = 3_000.0;
const DEAD_BAR_MS: f64 = 5_000.0;

/// The page notes when a card was painted: the second frame begins when the first is on the screen.
const NOTE: &str = "(window.painted = 0, new MutationObserver((changes) => { \
    if (changes.some((change) => change.addedNodes.length > 0)) \
    requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.timeOrigin + performance.now(); })); \
    }).observe(document.getElementById('calls'), { childList: true }), true)";
const LINKED: &str = "document.getElementById('headline') !== null && \
    ['connecting', 'lost'].indexOf(document.documentElement.dataset.state) < 0";

#[tokio::test]
#[ignore = "a figure, for a machine that does nothing else"]
async fn how_long_from_the_press_until_a_browser_has_painted_the_call() {
    let Some(scene) = Scene::open().await else { return };
    let kiosk = scene.kiosk().await;
    let times = painted(&scene.browser, &kiosk).await;
    let shown = is_met("staff_shown_loopback", times, SHOWN_BAR_MS);
    scene.browser.close().await;
    assert!(shown);
}

#[tokio::test]
#[ignore = "a figure, for a machine that does nothing else"]
async fn how_long_to_a_browser_on_another_machine_and_until_its_death_is_known() {
    let Some(namespace) = Namespace::new() else { return };
    let desk = Guarded::quiet_at(&format!("{HERE}:0"));
    let (code, lan) = desk.open().await;
    let trusted = format!("--ignore-certificate-errors-spki-list={}", key_of(&desk.hall.path("state/tls")));
    let Some(browser) = chromium::start_in(Some(&namespace), &[trusted]).await else { return };
    pair(&browser, &lan, &code).await;
    let mut kiosk = TestKiosk::open(&desk.socket(), KIOSK).await;
    let times = painted(&browser, &kiosk).await;
    let shown = is_met("staff_shown_other_machine", times, SHOWN_BAR_MS);

    let watched =
        |yes: bool| move |word: &ToKiosk| matches!(word, ToKiosk::Desk { watched, .. } if *watched == yes);
    kiosk.until("the page", watched(true)).await;
    let pulled = clock::since_start();
    namespace.pull();
    kiosk.until("its death", watched(false)).await;
    let known = is_met("dead_page_known", vec![ms_since(pulled)], DEAD_BAR_MS);
    assert!(shown && known);
}

#[tokio::test]
#[ignore = "a figure, for a machine that does nothing else"]
async fn how_long_until_a_kiosk_that_was_killed_shows_its_call_again() {
    let hall = Hall::new();
    hall.take_in_content();
    let mut desk = hall.start("desk", "desk");
    let mut staff = StaffPage::open(desk.address(DESK)).await.unwrap();
    let mut kiosk = hall.start("kiosk", "kiosk");
    let address = kiosk.address(BENCH);
    let mut bench = BenchPage::open(address).await;
    let asleep = bench.whole.clone();
    bench.tap(CALL).await;
    staff.until("the call", |page| !page.hall.calls.is_empty()).await;
    let number = staff.call().number;
    staff.say(&FromStaff::Shown { number }).await.unwrap();
    let before = bench.pieces;
    // So that it stays as it is: nobody is called anew for three minutes.
    staff.say(&FromStaff::Come { number, by: "Marie".into() }).await.unwrap();
    bench.until("Marie", |page| page.pieces > before).await;
    bench.quiet().await;
    let shown = BenchPage::open(address).await.whole;
    assert!(!asleep.is_empty() && !shown.is_empty() && shown != asleep);

    let mut times = Vec::new();
    for _ in 0..DEATHS {
        kiosk.kill();
        let killed = clock::since_start();
        kiosk = hall.start("kiosk", "kiosk");
        let address = kiosk.address(BENCH);
        while BenchPage::open(address).await.whole != shown {
            assert!(clock::since_start() < killed + PATIENCE, "the call is not shown again");
        }
        times.push(ms_since(killed));
    }
    assert!(is_met("kiosk_back", times, BACK_BAR_MS));
}

/// Presses, and how long each took to be painted in milliseconds.
async fn painted(browser: &Browser, kiosk: &TestKiosk) -> Vec<f64> {
    browser.ask(NOTE).await;
    let mut times = Vec::new();
    for key in 1..=CALLS {
        browser.ask("(window.painted = 0, true)").await;
        let pressed = jiff::Timestamp::now();
        kiosk.ask(key, "fr").await;
        browser.until("the painted call", "window.painted > 0").await;
        let painted = browser.ask("window.painted").await.as_f64().unwrap();
        times.push(painted - pressed.as_nanosecond() as f64 / 1e6);
        kiosk.say(FromKiosk::Cancel { key }).await;
        browser.until("no call", "document.querySelectorAll('#calls > li').length === 0").await;
    }
    times
}

/// Pairs the browser, as staff do.
async fn pair(browser: &Browser, lan: &Entrance, code: &str) {
    browser.page.goto(&format!("https://{}/", lan.address)).await.unwrap();
    browser.until("the pairing page", "document.getElementById('code') !== null").await;
    browser.element("#code").await.send_keys(code).await.unwrap();
    browser.element("#name").await.send_keys("Accueil").await.unwrap();
    browser.element("form button").await.click().await.unwrap();
    browser.until("the linked page", LINKED).await;
}

/// The SHA-256 of the key in the kiosk's own certificate, as Chromium takes it.
fn key_of(folder: &Path) -> String {
    let pem = folder.join(parvis::desk::door::certificate::FILE);
    let script = "openssl x509 -in \"$0\" -pubkey -noout | openssl pkey -pubin -outform der \
                  | openssl dgst -sha256 -binary | openssl base64";
    let output = Command::new("sh").args(["-c", script]).arg(pem).output().unwrap();
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn ms_since(start: Duration) -> f64 {
    clock::since_start().saturating_sub(start).as_secs_f64() * 1e3
}

/// Says a figure; whether it meets its bar.
fn is_met(name: &str, mut times: Vec<f64>, bar: f64) -> bool {
    times.sort_by(f64::total_cmp);
    let share = |percent: usize| times[(times.len() - 1) * percent / 100].round();
    println!(
        "{}",
        json!({ "figure": name, "of": times.len(), "p50_ms": share(50), "p99_ms": share(99), "bar_ms": bar })
    );
    share(99) <= bar
}
