//! Halls elsewhere on the staff page of a real desk: known, late, kept by the broker, silent; and never in the way.

use parvis_tests::mosquitto::{self, Mosquitto};
use serde_json::{Value, json};

use crate::staff_scene::{KIOSK, Scene};

const AUDIT: &str = include_str!("staff_audit.js");
const SIZES: [(u32, u32); 4] = [(1280, 800), (390, 844), (320, 640), (320, 200)];
const LINK: &str = "!document.getElementById('elsewhere-late').hidden";

/// A hall that says something through the broker: whoever holds it is back at 14:00.
fn say(broker: &Mosquitto, hall: &str, name: &str, sequence: u64, calls: &Value, how: &[&str]) {
    say_back(broker, hall, name, sequence, calls, (840, how));
}

/// The same, back at that minute of the day.
fn say_back(
    broker: &Mosquitto,
    hall: &str,
    name: &str,
    sequence: u64,
    calls: &Value,
    (at, how): (u64, &[&str]),
) {
    let document = json!({ "version": 1, "hall": { "id": hall, "name": name }, "run": 7, "sequence": sequence,
        "presence": { "is": "back", "at": at }, "late_s": 60, "calls": calls,
        "kiosks": [{ "name": "Borne", "alive": false, "printer": "" }], "pages": 0 });
    broker.publish(&format!("parvis/{hall}/state"), document.to_string().as_bytes(), how);
}

fn call(number: u32, kiosk: &str, late: bool) -> Value {
    json!({ "number": number, "kiosk": kiosk, "state": "delivered", "seconds": if late { 71 } else { 12 },
        "late": late, "left": false, "again": false })
}

/// A page whose desk follows halls through this broker.
async fn following(broker: &Mosquitto, halls: &str) -> Option<Scene> {
    let scene = Scene::open().await?;
    let file = scene.hall.path("parvis.toml");
    let config = std::fs::read_to_string(&file).unwrap();
    let port = broker.port;
    let section =
        format!("[broker]\naddress = 'mqtt://127.0.0.1:{port}'\nhall = 'ici'\nfollow = [{halls}]\n");
    std::fs::write(&file, config + &section).unwrap();
    let scene = scene.restart_desk();
    let still = json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
    scene.browser.devtools("Emulation.setEmulatedMedia", still).await;
    scene.visit().await;
    Some(scene)
}

async fn line(scene: &Scene, hall: &str, class: &str, words: &[&str]) {
    let holds = format!(
        "(() => {{ const line = document.querySelector('#halls > li[data-id=\"{hall}\"]'); return line !== null && \
         line.className === {} && {}.every((word) => line.textContent.replace(/\\u00a0/g, ' ').includes(word)); }})()",
        json!(class),
        json!(words)
    );
    scene.until(&format!("{hall}, {class}: {words:?}"), &holds).await;
}

async fn audit(scene: &Scene) {
    for (width, height) in SIZES {
        scene.browser.resize(width, height).await;
        assert_eq!(scene.browser.ask(AUDIT.trim()).await, json!([]), "{width}×{height}");
    }
    scene.browser.resize(1280, 800).await;
}

#[tokio::test]
async fn staff_see_who_waits_elsewhere_what_is_late_and_what_is_not_known() {
    let Some(broker) = mosquitto::open() else { return };
    say(&broker, "kept", "Mairie des Tilleuls", 1, &json!([call(3, "Borne", true)]), &["-r"]);
    let Some(scene) = following(&broker, "'late', 'kept', 'never', 'calm'").await else { return };
    line(&scene, "never", "unknown", &["Aucune nouvelle reçue"]).await;
    let kept = ["Mairie des Tilleuls", "pas encore confirmée", "1 personne attendait", "n° 3, Borne"];
    line(&scene, "kept", "unknown", &kept).await;
    scene.until("the bar", "document.getElementById('strip').textContent === 'Calme ici'").await;
    assert_eq!(scene.browser.ask(LINK).await, json!(false), "what was kept alarms nobody");
    // The page counts in the browser's time, and at no time of the day is that in two hours over.
    let now = scene.browser.ask("new Date().getHours() * 60 + new Date().getMinutes()").await;
    let at = (now.as_u64().unwrap() + 120) % (24 * 60);
    say_back(&broker, "calm", "Maison de services", 1, &json!([]), (at, &[]));
    let back = format!("de retour à {} h {:02}", at / 60, at % 60);
    line(&scene, "calm", "well", &["Personne n’attend", &back, "Aucune page", "1 borne"]).await;
    say(&broker, "late", "Mairie de Saint-Jean", 1, &json!([call(4, "Borne du hall", false)]), &[]);
    line(&scene, "late", "waits", &["1 personne attend", "n° 4, Borne du hall, depuis 1"]).await;
    let calls = json!([call(4, "Borne du hall", true), call(5, "Borne de l’étage", false)]);
    say(&broker, "late", "Mairie de Saint-Jean", 2, &calls, &[]);
    line(&scene, "late", "late", &["2 personnes attendent", "en retard", "depuis 1 min 1"]).await;
    scene.until("the way to it", LINK).await;
    scene.until("the title", "document.title === '(1) En retard ailleurs – Parvis'").await;
    scene.headline("Aucun appel").await;
    let strip = "document.getElementById('strip').textContent === 'Calme ici, en retard ailleurs'";
    scene.until("the bar", strip).await;
    let told = "document.getElementById('said').textContent.includes('Mairie de Saint-Jean')";
    scene.until("the word for who does not see it", told).await;
    audit(&scene).await;

    // A call of this hall comes first.
    let kiosk = scene.kiosk().await;
    kiosk.ask(1, "fr").await;
    scene.headline(KIOSK).await;
    scene.until("its title", "document.title === '(1) Appel – Parvis'").await;
    scene.until("its colour", "document.documentElement.dataset.state === 'call'").await;
    audit(&scene).await;
    scene.answer(1, "Marie").await;
    scene.press("#call-1 .done").await;
    scene.cards(0).await;

    // Without the broker nothing is known of the others, and nothing of it alarms.
    drop(broker);
    scene.until("the lost relay", "!document.getElementById('relay').hidden").await;
    line(
        &scene,
        "late",
        "unknown",
        &["Pas de nouvelles depuis", "2 personnes attendaient", "était en retard"],
    )
    .await;
    line(&scene, "calm", "unknown", &["Pas de nouvelles depuis"]).await;
    assert_eq!(scene.browser.ask(LINK).await, json!(false));
    scene.until("the plain title", "document.title === 'Accueil – Parvis'").await;
    audit(&scene).await;
    scene.is_without_faults().await;
    scene.browser.close().await;
}

#[tokio::test]
async fn hostile_words_of_another_hall_are_only_words() {
    let Some(broker) = mosquitto::open() else { return };
    let Some(scene) = following(&broker, "'evil'").await else { return };
    line(&scene, "evil", "unknown", &[]).await;
    let html = "<img src=x onerror=\"faults.push('run')\"><b>x</b>";
    let wide = "W".repeat(500);
    for (at, name) in [html, "\u{202e}\u{2067}siuseC ذهب", wide.as_str()].into_iter().enumerate() {
        let calls: Vec<Value> = (1..=64).map(|number| call(number, name, number > 60)).collect();
        say(&broker, "evil", name, at as u64 + 1, &json!(calls), &[]);
        line(&scene, "evil", "late", &["64 personnes", "et 56 autres", name.get(..1).unwrap_or("\u{2068}")])
            .await;
        assert_eq!(scene.browser.ask("document.querySelectorAll('main img, main b').length").await, json!(0));
        let text = scene.browser.ask("document.getElementById('halls').textContent").await;
        assert!(!text.as_str().unwrap().contains('\u{202e}'), "{text}");
        audit(&scene).await;
    }
    scene.is_without_faults().await;
    scene.browser.close().await;
}
