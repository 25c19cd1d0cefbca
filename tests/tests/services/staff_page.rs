//! What staff do with their page: answer, accompany, close, be away, lose the line, use keys only.

use parvis::protocol::{CallState, FromKiosk, Presence, ToKiosk};
use serde_json::json;

use crate::staff_scene::{KIOSK, Scene};

/// A dead desk is known after 5 s (DESIGN.md section 5); the page looks once a second, and this machine may be busy.
const KNOWN_DEAD_MS: f64 = 5_000.0;
const MARGIN_MS: f64 = 2_500.0;

const TAB: char = '\u{e004}';
const ENTER: char = '\u{e007}';

fn is_call(word: &ToKiosk, holds: impl Fn(&CallState) -> bool) -> bool {
    matches!(word, ToKiosk::Call { state, .. } if holds(state))
}

#[tokio::test]
async fn a_call_is_shown_answered_accompanied_closed_and_kept_without_a_name() {
    let Some(scene) = Scene::open().await else { return };
    let mut kiosk = scene.kiosk().await;
    kiosk.ask(1, "ar").await;
    kiosk.say(FromKiosk::Reason { key: 1, title: "Carte grise".into(), theme: "Transports".into() }).await;
    scene.headline(KIOSK).await;
    kiosk.until("delivery", |word| is_call(word, |state| *state == CallState::Delivered)).await;
    scene
        .until("what for", "document.querySelector('#calls .reason').textContent.includes('Carte grise')")
        .await;
    scene.until("the language", "document.querySelector('#calls .lang').textContent === 'parle arabe'").await;
    scene.until("the count", "document.title === '(1) Appel – Parvis'").await;
    scene.until("the picture", "document.getElementById('favicon').href.endsWith('/icon/call.svg')").await;
    let said = "document.getElementById('said').textContent";
    scene.until("the announcement", &format!("{said}.includes('Nouvel appel')")).await;

    scene.answer(1, "Marie").await;
    scene.headline("Marie y va").await;
    kiosk.until("Marie", |word| is_call(word, |state| state.by() == Some("Marie"))).await;
    kiosk.say(FromKiosk::Left { key: 1 }).await;
    scene.until("who left", "document.querySelector('#calls .left') !== null").await;
    scene.press("#call-1 .with").await;
    scene.headline("Marie est avec la personne").await;
    scene.press("#call-1 .done").await;
    scene.headline("Aucun appel").await;
    scene.cards(0).await;
    scene.until("the history", "document.querySelectorAll('#day tr').length === 1").await;
    let kept = scene.browser.ask("document.getElementById('day').textContent").await;
    assert!(
        kept.as_str().unwrap().contains("Terminé") && !kept.as_str().unwrap().contains("Marie"),
        "{kept}"
    );
    let news = scene.browser.ask(&format!("{said}.match(/Nouvel appel/g).length")).await;
    assert_eq!(news, json!(1), "a call is announced once, not each second");

    // The name is one tap now, also after a reload.
    scene.visit().await;
    kiosk.ask(2, "fr").await;
    scene.cards(1).await;
    scene.press("#call-2 .come button.main").await;
    scene.headline("Marie y va").await;
    scene.is_without_faults().await;
    scene.browser.close().await;
}

#[tokio::test]
async fn the_first_to_answer_is_shown_to_all_and_nobody_else_can_answer() {
    let Some(scene) = Scene::open().await else { return };
    let first = scene.browser.page.window().await.unwrap();
    let second = scene.browser.page.new_window(true).await.unwrap().handle;
    let kiosk = scene.kiosk().await;
    kiosk.ask(1, "fr").await;
    scene.cards(1).await;
    scene.browser.page.switch_to_window(second).await.unwrap();
    scene.visit().await;
    scene.cards(1).await;
    scene.answer(1, "Fatou").await;
    scene.headline("Fatou y va").await;
    scene.browser.page.switch_to_window(first).await.unwrap();
    scene.headline("Fatou y va").await;
    let gone = "document.querySelector('#call-1 .come').offsetParent === null";
    scene.until("no button to answer", gone).await;
    // A page that had not heard of it yet is refused in words, which stay to be read.
    scene.until("the next button", "document.querySelector('#call-1 .with').offsetParent !== null").await;
    scene.browser.close().await;
}

#[tokio::test]
async fn presence_travels_to_the_kiosk() {
    let Some(scene) = Scene::open().await else { return };
    let mut kiosk = scene.kiosk().await;
    let is = |wanted: Presence| move |word: &ToKiosk| matches!(word, ToKiosk::Desk { presence, .. } if *presence == wanted);
    scene.press("#here").await;
    kiosk.until("that somebody is there", is(Presence::Here)).await;
    scene.until("the pressed button", "document.getElementById('here').ariaPressed === 'true'").await;
    scene.browser.ask("(document.getElementById('back-time').value = '14:30', true)").await;
    scene.press("#back").await;
    kiosk.until("the time of return", is(Presence::Back { at: 14 * 60 + 30 })).await;
    scene.press("#closed").await;
    kiosk.until("that it is closed", is(Presence::Closed)).await;
    scene
        .until(
            "one pressed button",
            "document.querySelectorAll('#presence [aria-pressed=true]').length === 1",
        )
        .await;
    scene.browser.close().await;
}

#[tokio::test]
async fn a_dead_desk_is_known_at_once_and_the_page_comes_back_by_itself_with_the_call() {
    let Some(scene) = Scene::open().await else { return };
    let kiosk = scene.kiosk().await;
    kiosk.ask(1, "fr").await;
    scene.answer(1, "Marie").await;
    scene.headline("Marie y va").await;
    let note = "(window.frozenAt = performance.now(), new MutationObserver(() => { \
                if (document.documentElement.dataset.state === 'lost' && !window.lostAt) window.lostAt = performance.now(); \
                }).observe(document.documentElement, { attributes: true }), true)";
    scene.freeze_desk();
    scene.browser.ask(note).await;
    scene.headline("Page non reliée").await;
    let took = scene.browser.ask("window.lostAt - window.frozenAt").await.as_f64().unwrap();
    assert!(took <= KNOWN_DEAD_MS + MARGIN_MS, "a silent desk was known after {took} ms");
    println!("silent desk known after {took} ms");
    scene
        .until(
            "the unknown state",
            "document.querySelector('#calls .how').textContent.startsWith('état inconnu')",
        )
        .await;
    scene.until("the title", "document.title.startsWith('Non relié')").await;
    // A press now is not swallowed in silence.
    scene.browser.element("#call-1 .with").await.click().await.unwrap();
    scene.until("the refusal", "!document.getElementById('refusal').hidden").await;

    let scene = scene.restart_desk();
    scene.headline("Marie y va").await;
    scene.press("#call-1 .with").await;
    scene.headline("Marie est avec la personne").await;
    scene.browser.close().await;
}

/// Goes on with Tab until the focus is there.
async fn tab_to(scene: &Scene, css: &str) {
    const TABS_MAX: usize = 40;
    let there = format!("document.activeElement.matches({})", json!(css));
    for _ in 0..TABS_MAX {
        if scene.browser.ask(&there).await == json!(true) {
            return;
        }
        scene.browser.key(TAB).await;
    }
    panic!("Tab never reaches {css}");
}

/// Waits for the focus and for a button that does something, then Enter.
async fn enter_on(scene: &Scene, css: &str) {
    let ready = format!("{css}:not([aria-disabled])");
    scene.until(css, &format!("document.activeElement.matches({})", json!(ready))).await;
    scene.browser.key(ENTER).await;
}

#[tokio::test]
async fn a_whole_call_is_done_with_keys_only_and_focus_is_never_lost() {
    let Some(scene) = Scene::open().await else { return };
    let kiosk = scene.kiosk().await;
    kiosk.ask(1, "fr").await;
    scene.cards(1).await;
    tab_to(&scene, "#call-1 .come button").await;
    let outline = "getComputedStyle(document.activeElement).outlineStyle !== 'none'";
    assert_eq!(scene.browser.ask(outline).await, json!(true), "focus is seen");
    enter_on(&scene, "#call-1 .come button").await;
    scene.until("the question", "document.activeElement.id === 'who-1'").await;
    for letter in "Zoé".chars() {
        scene.browser.key(letter).await;
    }
    scene.browser.key(ENTER).await;
    scene.headline("Zoé y va").await;
    enter_on(&scene, "#call-1 .with").await;
    enter_on(&scene, "#call-1 .done").await;
    scene.cards(0).await;
    scene.until("a place for the focus", "document.activeElement.id === 'headline'").await;
    no_trap(&scene).await;
    scene.browser.close().await;
}

/// Tab visits every control once, in the order of reading, and leaves the page.
async fn no_trap(scene: &Scene) {
    let number = "(window.controls = [...document.querySelectorAll('button, input, a')].filter((node) => \
                  node.offsetParent !== null), window.controls.length)";
    let count = usize::try_from(scene.browser.ask(number).await.as_u64().unwrap()).unwrap();
    let at = "window.controls.indexOf(document.activeElement)";
    scene.browser.ask("(window.controls[0].focus(), true)").await;
    let mut visited = vec![0];
    // A field for a time has places of its own to stop at.
    for _ in 0..count + 6 {
        scene.browser.key(TAB).await;
        let place = scene.browser.ask(at).await.as_i64().unwrap();
        if visited.last() != Some(&place) {
            visited.push(place);
        }
    }
    // After the last one the focus is the browser's own, outside of the page.
    let every: Vec<i64> = (0..i64::try_from(count).unwrap()).chain([-1]).collect();
    assert_eq!(visited.get(..=count), Some(every.as_slice()), "{visited:?}");
}

#[tokio::test]
async fn a_second_press_of_an_impatient_finger_does_not_hit_the_button_that_came_under_it() {
    let Some(scene) = Scene::open().await else { return };
    let kiosk = scene.kiosk().await;
    kiosk.ask(1, "fr").await;
    scene.cards(1).await;
    let impatient = "(window.finger = setInterval(() => { const button = document.querySelector('#call-1 .with'); \
                     if (button.offsetParent !== null) { clearInterval(finger); button.click(); window.pressed = true; } }, 5), true)";
    scene.browser.ask(impatient).await;
    scene.answer(1, "Marie").await;
    scene.until("the second press", "window.pressed === true").await;
    scene
        .until("the button, ready", "document.querySelector('#call-1 .with:not([aria-disabled])') !== null")
        .await;
    let mut witness = scene.witness().await;
    witness.until("the call", |page| !page.hall.calls.is_empty()).await;
    assert_eq!(witness.call().state, CallState::Acknowledged { by: "Marie".into() });
    scene.press("#call-1 .with").await;
    witness
        .until("the press that was meant", |page| matches!(page.call().state, CallState::Arrived { .. }))
        .await;
    scene.browser.close().await;
}

#[tokio::test]
async fn a_device_that_was_revoked_is_led_to_where_devices_are_paired() {
    let Some(scene) = Scene::open().await else { return };
    // The door of the desk answers so to a device that it does not know any more.
    let stranger = "(window.fetch = async () => new Response('', { status: 401 }), true)";
    scene.browser.ask(stranger).await;
    let Scene { browser, desk, .. } = scene;
    desk.kill();
    browser
        .until(
            "the way to the pairing page",
            "location.pathname === '/pair' || location.href.startsWith('chrome-error:')",
        )
        .await;
    assert_eq!(browser.page.current_url().await.unwrap().path(), "/pair");
    browser.close().await;
}

#[tokio::test]
async fn a_page_that_nobody_sees_or_hears_does_not_say_that_a_call_was_shown() {
    let Some(scene) = Scene::open().await else { return };
    scene.hide().await;
    let kiosk = scene.kiosk().await;
    kiosk.ask(1, "fr").await;
    // Not drawn in a hurry either: the page counts two seconds of it.
    let counted = "/depuis [2-9]/.test((document.querySelector('#calls .how') || document.body).textContent)";
    scene.until("the call in the hidden page", counted).await;
    let mut witness = scene.witness().await;
    witness.until("the call", |page| !page.hall.calls.is_empty()).await;
    assert_eq!(witness.call().state, CallState::Requested);
    scene.bring_back().await;
    witness.until("delivery", |page| page.call().state == CallState::Delivered).await;
    scene.browser.close().await;
}

#[tokio::test]
async fn a_page_behind_others_whose_sound_was_played_says_that_a_call_was_delivered() {
    let Some(scene) = Scene::open().await else { return };
    let hint = "!document.getElementById('sound-hint').hidden";
    scene.until("the reminder that it is silent", hint).await;
    scene.press("#sound").await;
    scene.until("the sound", "document.getElementById('sound').ariaPressed === 'true'").await;
    scene.until("no reminder", &format!("!({hint})")).await;
    scene.hide().await;
    let kiosk = scene.kiosk().await;
    kiosk.ask(1, "fr").await;
    let mut witness = scene.witness().await;
    witness
        .until("delivery", |page| {
            page.hall.calls.first().is_some_and(|call| call.state == CallState::Delivered)
        })
        .await;
    assert_eq!(scene.browser.ask("document.visibilityState").await, json!("hidden"));
    // The wish survives a reload; the browser may ask for a click, and then the page does.
    scene.bring_back().await;
    scene.visit().await;
    let state = scene.browser.ask("document.getElementById('sound').dataset.sound").await;
    assert!(["on", "asleep"].contains(&state.as_str().unwrap()), "{state}");
    scene.browser.element("#headline").await.click().await.unwrap();
    scene.until("the sound again", "document.getElementById('sound').dataset.sound === 'on'").await;
    scene.browser.close().await;
}

#[tokio::test]
async fn a_call_shows_where_it_comes_from_on_the_plan_of_the_hall() {
    let Some(scene) = Scene::open().await else { return };
    let kiosk = scene.kiosk().await;
    kiosk.ask(1, "fr").await;
    scene.cards(1).await;
    let plan = "document.querySelector('#call-1 .plan')";
    // Without content, there is no plan, and no broken picture in its place.
    scene.until("no plan", &format!("{plan}.hidden && {plan}.complete")).await;
    kiosk.say(FromKiosk::Cancel { key: 1 }).await;
    scene.cards(0).await;

    scene.hall.take_in_content();
    kiosk.ask(2, "fr").await;
    scene.cards(1).await;
    let plan = "document.querySelector('#call-2 .plan')";
    scene.until("the plan", &format!("!{plan}.hidden && {plan}.naturalWidth > 0")).await;
    let words = scene.browser.ask(&format!("{plan}.alt")).await;
    assert_eq!(words, json!(format!("Plan : {KIOSK}")));
    if let Some(folder) = std::env::var_os("PARVIS_DUMPS") {
        let png = scene.browser.page.screenshot().await.unwrap();
        std::fs::write(std::path::Path::new(&folder).join("plan-staff.png"), png).unwrap();
    }
    scene.is_without_faults().await;
    scene.browser.close().await;
}
