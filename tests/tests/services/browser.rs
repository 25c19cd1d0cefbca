//! The bench page and the staff page as people have them: in a browser, with a mouse and keys.

use parvis_ui_model::geometry::Panel;

use crate::bench_page::{CALL, MIDDLE};
use crate::chromium::{self, Browser};
use crate::hall::{BENCH, Hall, NAME, Service};

/// From the press to the call on the staff page: the bar of the product, in milliseconds.
const SHOWN_WITHIN_MS: f64 = 1000.0;

#[tokio::test]
async fn from_the_bench_page_a_visitor_prints_and_calls_and_staff_answer() {
    let Some(browser) = chromium::start().await else { return };
    let hall = Hall::new();
    hall.take_in_content();
    let mut simulator = simulator(&hall);
    let bench = simulator.address(BENCH);
    browser.page.goto(&format!("http://{bench}/")).await.unwrap();
    browser
        .until("the live screen", "Number(document.getElementById('screen').dataset.frames || 0) > 0")
        .await;
    shows_the_screen_live(&browser).await;
    keys_reach_the_kiosk(&browser).await;
    prints(&browser).await;
    levers_work(&browser).await;
    calls(&browser).await;
    browser.close().await;
}

fn simulator(hall: &Hall) -> Service {
    let mut command = hall.command("simulate", "simulate");
    Service::start(command.args(["--port", "0", "--content", "content.parvis", "--state", "state"]))
}

/// A place of the panel, in millimetres, as a part of the canvas from its middle.
fn on_canvas((x, y): (f32, f32)) -> (f64, f64) {
    let panel = Panel::PORTRAIT_21;
    (f64::from(x / panel.width_mm() - 0.5), f64::from(y / panel.height_mm() - 0.5))
}

/// Keeps what the canvas shows in a variable of the page.
const REMEMBER: &str = "(window.before = document.getElementById('screen').toDataURL(), true)";
/// Whether it shows something else now.
const CHANGED: &str = "document.getElementById('screen').toDataURL() !== window.before";
/// Whether nothing was drawn for 400 ms: a touch may show a pressed button before it shows the next page.
const QUIET: &str = "(() => { const { frames } = document.getElementById('screen').dataset; \
                     if (window.lastFrames !== frames) [window.lastFrames, window.lastAt] = [frames, performance.now()]; \
                     return performance.now() - window.lastAt >= 400; })()";
const SLIPS: &str = "document.querySelectorAll('#paper img').length";

async fn tap(browser: &Browser, place: (f32, f32)) {
    browser.ask(REMEMBER).await;
    browser.click_in("#screen", on_canvas(place)).await;
    browser.until("the screen's answer to a touch", CHANGED).await;
    browser.until("a screen that has said all", QUIET).await;
}

async fn shows_the_screen_live(browser: &Browser) {
    let size = browser
        .ask("[document.getElementById('screen').width, document.getElementById('screen').height]")
        .await;
    assert_eq!(size, serde_json::json!([1080, 1920]));
    tap(browser, MIDDLE).await;
}

async fn keys_reach_the_kiosk(browser: &Browser) {
    let screen = browser.element("#screen").await;
    // The first target of home is the search; letters go into it.
    for keys in ["\u{e004}", "\u{e007}", "p", "a", "s", "s", "e", "p", "o", "r", "t"] {
        browser.ask(REMEMBER).await;
        screen.send_keys(keys).await.unwrap();
        browser.until("the screen's answer to a key", CHANGED).await;
    }
}

async fn prints(browser: &Browser) {
    for place in [(130.0, 62.0), (226.0, 408.0), (130.0, 63.0)] {
        tap(browser, place).await;
    }
    browser.until("the slip", &format!("{SLIPS} === 1")).await;
    browser.until("its picture", "document.querySelector('#paper img').naturalWidth === 576").await;
    assert_eq!(browser.ask("document.querySelector('#paper img').alt").await, "Ticket 1");
}

async fn levers_work(browser: &Browser) {
    let ready = browser.ask("document.getElementById('printer').textContent").await;
    browser.element("[data-lever=out]").await.click().await.unwrap();
    browser
        .until("the empty roll", &format!("document.getElementById('printer').textContent !== {ready}"))
        .await;
    browser.element("[data-lever=out]").await.click().await.unwrap();
    browser
        .until("the new roll", &format!("document.getElementById('printer').textContent === {ready}"))
        .await;
}

async fn calls(browser: &Browser) {
    let staff = browser.ask("document.getElementById('staff-page').src").await;
    let bench_tab = browser.page.window().await.unwrap();
    let staff_tab = browser.page.new_window(true).await.unwrap().handle;
    browser.page.switch_to_window(staff_tab.clone()).await.unwrap();
    browser.page.goto(staff.as_str().unwrap()).await.unwrap();
    browser
        .until("the connected page", "document.getElementById('headline').textContent === 'Aucun appel'")
        .await;
    // The page itself notes when it shows the call.
    browser
        .ask(
            "(new MutationObserver(() => { if (document.querySelector('#calls li') && !window.shownAt) \
             window.shownAt = Date.now(); }).observe(document.getElementById('calls'), { childList: true }), true)",
        )
        .await;

    browser.page.switch_to_window(bench_tab.clone()).await.unwrap();
    browser
        .ask(
            "(document.getElementById('screen').addEventListener('pointerdown', () => { window.pressedAt = Date.now(); }), true)",
        )
        .await;
    tap(browser, CALL).await;
    let pressed = browser.ask("window.pressedAt").await.as_f64().unwrap();
    browser.until("the light", "document.getElementById('light').dataset.state === 'calling'").await;

    browser.page.switch_to_window(staff_tab.clone()).await.unwrap();
    browser.until("the call", "document.querySelectorAll('#calls li').length === 1").await;
    let took = browser.ask("window.shownAt").await.as_f64().unwrap() - pressed;
    assert!(took <= SHOWN_WITHIN_MS, "the call was on the staff page after {took} ms");
    println!("press to staff page: {took} ms");
    browser.until("the name", &format!("document.getElementById('headline').textContent === '{NAME}'")).await;
    answers(browser, bench_tab, staff_tab).await;
}

async fn answers(
    browser: &Browser,
    bench_tab: fantoccini::wd::WindowHandle,
    staff_tab: fantoccini::wd::WindowHandle,
) {
    // Asked once for a name, at the first answer.
    browser.element("#calls .come button").await.click().await.unwrap();
    browser.element("#calls .who input").await.send_keys("Marie").await.unwrap();
    browser.element("#calls .who button.main").await.click().await.unwrap();
    browser.until("the answer", "document.getElementById('headline').textContent === 'Marie y va'").await;

    browser.page.switch_to_window(bench_tab.clone()).await.unwrap();
    browser
        .until("the quiet light", "document.getElementById('light').dataset.state === 'acknowledged'")
        .await;

    browser.page.switch_to_window(staff_tab.clone()).await.unwrap();
    let done = "#calls .done:not([aria-disabled])";
    browser.until("the next button, ready", &format!("document.querySelector('{done}') !== null")).await;
    browser.element(done).await.click().await.unwrap();
    browser.until("the end", "document.querySelectorAll('#calls li').length === 0").await;

    browser.page.switch_to_window(bench_tab).await.unwrap();
    browser.element("#desk-gone").await.click().await.unwrap();
    browser.page.switch_to_window(staff_tab).await.unwrap();
    browser
        .until("the lost desk", "document.getElementById('headline').textContent === 'Page non reliée'")
        .await;
}
