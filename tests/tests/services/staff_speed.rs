//! How long a call takes to be seen: not a test of speed, but the figure. Run it with
//! `cargo test --release -p parvis-tests --test services how_long -- --ignored --nocapture`.

use parvis::protocol::FromKiosk;
use serde_json::json;

use crate::staff_scene::Scene;

const CALLS: u64 = 200;
/// The bar of the product, and that of loopback, in milliseconds.
const BAR_MS: f64 = 1_000.0;

/// The page notes when a card was painted: the second frame begins when the first is on the screen.
const NOTE: &str = "(window.painted = 0, new MutationObserver((changes) => { \
    if (changes.some((change) => change.addedNodes.length > 0)) \
    requestAnimationFrame(() => requestAnimationFrame(() => { window.painted = performance.timeOrigin + performance.now(); })); \
    }).observe(document.getElementById('calls'), { childList: true }), true)";

#[tokio::test]
#[ignore = "a figure, for a machine that does nothing else"]
async fn how_long_from_the_press_until_a_browser_has_painted_the_call() {
    let Some(scene) = Scene::open().await else { return };
    let kiosk = scene.kiosk().await;
    scene.browser.ask(NOTE).await;
    let mut times = Vec::new();
    for key in 1..=CALLS {
        scene.browser.ask("(window.painted = 0, true)").await;
        let pressed = jiff::Timestamp::now();
        kiosk.ask(key, "fr").await;
        scene.until("the painted call", "window.painted > 0").await;
        let painted = scene.browser.ask("window.painted").await.as_f64().unwrap();
        times.push(painted - pressed.as_nanosecond() as f64 / 1e6);
        kiosk.say(FromKiosk::Cancel { key }).await;
        scene.cards(0).await;
    }
    times.sort_by(f64::total_cmp);
    let share = |percent: usize| times.get((times.len() - 1) * percent / 100).copied().unwrap();
    println!("{}", json!({ "staff_shown_p50_ms": share(50), "staff_shown_p99_ms": share(99) }));
    assert!(share(99) <= BAR_MS);
    scene.browser.close().await;
}
