//! The bars of the staff page: contrast, targets, names, narrow screens, hostile texts, and nothing from outside.

use parvis::protocol::{FromKiosk, NAME_CHARS_MAX};
use serde_json::{Value, json};

use crate::staff_scene::{KIOSK, Scene};
use crate::test_kiosk::TestKiosk;

const AUDIT: &str = include_str!("staff_audit.js");
/// Two colours of state differ in lightness by that much at least, of 100.
const LIGHTNESS_STEP_MIN: f64 = 10.0;
/// Old screens, phones, and 1280×800 enlarged four times.
const SIZES: [(u32, u32); 4] = [(1280, 800), (390, 844), (320, 640), (320, 200)];

/// A book with calls that are over, one that is late, and one that was answered and is called anew.
const LATE_CALLS: &str = r#"{"version":2,"last_number":8,"calls":[
    {"number":5,"kiosk":"Borne de l’étage","key":3,"lang":"fr","made_at":0,"left":false,"round":1,"late":false,
     "again":null,"answered_s":95,"explained":false,"state":"closed"},
    {"number":6,"kiosk":"Borne de l’étage","key":4,"lang":"fr","made_at":0,"left":false,"round":1,"late":false,
     "again":null,"answered_s":null,"explained":false,"state":"cancelled"},
    {"number":7,"kiosk":"Borne de l’étage","key":1,"lang":"fr","made_at":0,"left":false,"round":1,"late":true,
     "again":null,"answered_s":null,"explained":false,"state":"requested"},
    {"number":8,"kiosk":"Borne du fond","key":1,"lang":"uk","made_at":0,"left":true,"round":2,"late":false,
     "again":"Marie","answered_s":5,"explained":false,"state":"requested"}]}"#;

/// Audits the page at every size; says the colour of its state.
async fn audit(scene: &Scene, state: &str) -> (String, Vec<f64>) {
    scene.until(state, &format!("document.documentElement.dataset.state === {}", json!(state))).await;
    for (width, height) in SIZES {
        scene.browser.resize(width, height).await;
        let faults = scene.browser.ask(AUDIT.trim()).await;
        assert_eq!(faults, json!([]), "{state} at {width}×{height}");
    }
    let ask = "getComputedStyle(document.getElementById('stage')).backgroundColor.match(/\\d+/g).map(Number)";
    let colour = scene.browser.ask(ask).await;
    (state.to_owned(), serde_json::from_value(colour).unwrap())
}

/// CIE L* of a colour in sRGB.
fn lightness(colour: &[f64]) -> f64 {
    let linear = |part: f64| {
        let part = part / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let shares = [0.2126, 0.7152, 0.0722];
    let y: f64 = colour.iter().zip(shares).map(|(part, share)| linear(*part) * share).sum();
    116.0 * y.cbrt() - 16.0
}

#[tokio::test]
async fn in_every_state_and_at_every_size_all_can_be_read_hit_named_and_needs_no_sideways_scroll() {
    // Made now: calls of another day are forgotten.
    let made = format!("\"made_at\":{}", parvis::clock::unix_seconds());
    let Some(scene) = Scene::open_with(&LATE_CALLS.replace("\"made_at\":0", &made)).await else { return };
    let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
    scene.browser.devtools("Emulation.setEmulatedMedia", still).await;
    let mut colours = Vec::new();
    scene.cards(2).await;
    scene
        .until("who had answered", "document.querySelector('#call-8 .again').textContent.includes('Marie')")
        .await;
    colours.push(audit(&scene, "late").await);
    let kiosk = troubled_kiosk(&scene).await;
    scene.answer(7, "Marie").await;
    scene.press("#call-7 .with").await;
    scene.until("the person there", "document.getElementById('call-7').dataset.stage === 'arrived'").await;
    // The question for a name is part of the bar, too.
    scene.press("#call-8 .come button:last-child").await;
    colours.push(audit(&scene, "call").await);
    scene.press("#call-8 .who button:last-child").await;
    scene.press("#call-8 .come button.main").await;
    colours.push(audit(&scene, "coming").await);
    scene.press("#call-7 .done").await;
    scene.cards(1).await;
    scene.press("#call-8 .done").await;
    scene.cards(0).await;
    scene.until("the history", "document.querySelectorAll('#day tr').length === 4").await;
    colours.push(audit(&scene, "quiet").await);
    kiosk.ask(3, "fr").await;
    scene.cards(1).await;
    scene.freeze_desk();
    colours.push(audit(&scene, "lost").await);
    scene.is_without_faults().await;
    scene.browser.close().await;

    colours.sort_by(|(_, one), (_, other)| lightness(one).total_cmp(&lightness(other)));
    for ((dark, one), (light, other)) in colours.iter().zip(colours.iter().skip(1)) {
        let step = lightness(other) - lightness(one);
        assert!(step >= LIGHTNESS_STEP_MIN, "{dark} and {light} differ by {step:.1} only");
    }
}

/// A kiosk without paper.
async fn troubled_kiosk(scene: &Scene) -> TestKiosk {
    let kiosk = scene.kiosk().await;
    kiosk.say(FromKiosk::Printer { gesture: "Remettez un rouleau de papier.".into() }).await;
    scene.until("the gesture", "!document.getElementById('todo').hidden").await;
    kiosk
}

#[tokio::test]
async fn hostile_texts_are_only_texts_and_nothing_is_asked_of_another_host() {
    let Some(scene) = Scene::open().await else { return };
    let html = r#"<img src="http://evil.example/x" onerror="faults.push('run')"><script>faults.push('run')</script>"#;
    let turning = "\u{202e}\u{2067}siuseC\u{2066} ذهب";
    let long = "W".repeat(NAME_CHARS_MAX);
    let sock = scene.hall.path("state/desk.sock");
    let mut kiosks = Vec::new();
    for name in [html, turning, long.as_str()] {
        let kiosk = TestKiosk::open(&sock, name).await;
        kiosk.ask(1, "<b>x</b>").await;
        kiosk.say(FromKiosk::Reason { key: 1, title: name.to_owned(), theme: name.to_owned() }).await;
        kiosk.say(FromKiosk::Printer { gesture: name.to_owned() }).await;
        kiosks.push(kiosk);
    }
    scene.cards(3).await;
    scene
        .until("the reasons", "document.querySelectorAll('#calls .reason:not([hidden])').length === 3")
        .await;
    scene.answer(1, html.get(..40).unwrap()).await;
    scene
        .until("a hostile name", "document.querySelector('#call-1 .how').textContent.includes('<img')")
        .await;
    let shown: Value = scene.browser.ask("document.getElementById('calls').textContent").await;
    let shown = shown.as_str().unwrap();
    assert!(shown.contains(html.get(..40).unwrap()));
    assert!(!shown.contains('\u{202e}') && !shown.contains('\u{2067}'), "no word turns the others around");
    assert_eq!(
        scene
            .browser
            .ask("document.querySelectorAll('main img:not(.plan), main script, main b').length")
            .await,
        json!(0)
    );
    for (width, height) in SIZES {
        scene.browser.resize(width, height).await;
        assert_eq!(scene.browser.ask(AUDIT.trim()).await, json!([]), "{width}×{height}");
    }
    let hosts = "[...new Set(performance.getEntries().filter((entry) => entry.name.includes('://')).map((entry) => \
                 new URL(entry.name).host))].filter((host) => host !== location.host)";
    assert_eq!(scene.browser.ask(hosts).await, json!([]));
    let asked = scene.browser.ask("performance.getEntriesByType('resource').length").await;
    assert!(asked.as_u64().unwrap() > 10, "the list of what was asked is not empty");
    scene.is_without_faults().await;
    scene.browser.close().await;
}

#[tokio::test]
async fn counts_are_files_to_keep_and_the_page_can_be_installed() {
    let Some(scene) = Scene::open().await else { return };
    let kiosk = scene.kiosk().await;
    kiosk.ask(1, "fr").await;
    scene.headline(KIOSK).await;
    let ask = "fetch('/measures/days.csv').then(async (answer) => [answer.status, answer.headers.get('content-type'), \
               answer.headers.get('content-disposition'), await answer.text()])";
    let answer = scene.browser.ask(ask).await;
    assert_eq!(answer[0], 200);
    assert_eq!(answer[1], "text/csv; charset=utf-8");
    assert_eq!(answer[2], "attachment; filename=\"parvis-jours.csv\"");
    assert!(answer[3].as_str().unwrap().starts_with("day,calls,"), "{answer}");
    assert_eq!(
        scene.browser.ask("fetch('/measures/names.csv').then((answer) => answer.status)").await,
        json!(404)
    );
    let manifest = scene.browser.devtools("Page.getAppManifest", json!({})).await;
    assert_eq!(manifest["errors"], json!([]), "{manifest}");
    let errors = scene.browser.devtools("Page.getInstallabilityErrors", json!({})).await;
    assert_eq!(errors["installabilityErrors"], json!([]), "{errors}");
    scene.browser.close().await;
}
