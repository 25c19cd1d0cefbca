//! What is published has the form that `docs/mqtt-state.schema.json` describes, by a validator that is not ours.

use std::path::Path;
use std::process::Command;

use parvis::protocol::{FromKiosk, FromStaff, Presence};
use parvis_tests::mosquitto;
use serde_json::{Value, json};

use crate::world::{World, config};

const STATE: &str = "parvis/a/state";

/// Debian's `python3-jsonschema`: one document a line; says how many do not have the form.
const VALIDATE: &str = "
import json, sys
import jsonschema
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
wrong = 0
for line in open(sys.argv[2], encoding='utf-8'):
    for error in validator.iter_errors(json.loads(line)):
        print(error.json_path, error.message)
        wrong += 1
sys.exit(3 if wrong else 0)
";

/// Whether every line is of the form, and what is said of those that are not; `None` without the validator.
fn validate(folder: &Path, documents: &[String]) -> Option<(bool, String)> {
    // Debian's own Python: another one first in the path would not have Debian's packages.
    let python = || Command::new("/usr/bin/python3");
    if !python().args(["-c", "import jsonschema"]).output().is_ok_and(|output| output.status.success()) {
        assert!(std::env::var_os("CI").is_none(), "python3-jsonschema is not installed");
        println!("skipped: python3-jsonschema is not installed");
        return None;
    }
    let lines = folder.join("documents");
    std::fs::write(&lines, documents.join("\n")).unwrap();
    let schema = parvis_tests::root().join("docs/mqtt-state.schema.json");
    let output = python().args(["-c", VALIDATE]).args([&schema, &lines]).output().unwrap();
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 3)), "{said}");
    Some((output.status.success(), said))
}

#[tokio::test]
async fn everything_that_is_published_has_the_form_of_the_schema() {
    let Some(broker) = mosquitto::open() else { return };
    let witness = broker.witness(&[]);
    let here = World::open(config(broker.port, "a", &[]));
    let kiosk = here.kiosk("Borne « du fond »\u{202e}").await;
    let mut page = here.page().await;
    let presences = [
        Presence::Here,
        Presence::Back { at: 0 },
        Presence::Back { at: 1_439 },
        Presence::Closed,
        Presence::Unknown,
    ];
    for (presence, is) in presences.into_iter().zip(["here", "\"at\":0", "\"at\":1439", "closed", "unknown"])
    {
        page.say(&FromStaff::Presence { presence }).await.unwrap();
        witness.until(is, STATE, |said| said.last().is_some_and(|said| said.payload.contains(is))).await;
    }
    for key in 1..=3 {
        kiosk.ask(key, "ar").await;
    }
    kiosk.say(FromKiosk::Printer { gesture: "Remettez un rouleau de papier.".into() }).await;
    page.until("the calls", |page| page.hall.calls.len() == 3).await;
    page.say(&FromStaff::Shown { number: 1 }).await.unwrap();
    page.say(&FromStaff::Come { number: 2, by: "Marie".into() }).await.unwrap();
    page.say(&FromStaff::Come { number: 3, by: "Marie".into() }).await.unwrap();
    page.say(&FromStaff::With { number: 3 }).await.unwrap();
    kiosk.say(FromKiosk::Left { key: 1 }).await;
    let all =
        ["\"delivered\"", "\"acknowledged\"", "\"arrived\"", "\"left\":true", "\"late\":true", "rouleau"];
    let is_full = |payload: &str| all.iter().all(|word| payload.contains(word));
    witness
        .until("a full document", STATE, |said| said.last().is_some_and(|said| is_full(&said.payload)))
        .await;
    drop(kiosk);
    witness
        .until("the dead kiosk", STATE, |said| {
            said.last().is_some_and(|said| said.payload.contains("\"alive\":false"))
        })
        .await;
    here.close().await;
    let documents: Vec<String> = witness.at(STATE).into_iter().map(|said| said.payload).collect();
    assert!(documents.len() > 5, "{documents:?}");
    let Some((good, said)) = validate(broker.folder.path(), &documents) else { return };
    assert!(good, "{said}");

    // What must never be published has no place in the form.
    let last: Value = serde_json::from_str(documents.last().unwrap()).unwrap();
    for (place, key, value) in [
        ("/calls/0", "reason", json!("Divorce")),
        ("/calls/0", "lang", json!("ar")),
        ("/calls/1", "by", json!("Marie")),
        ("/calls/0", "state", json!("closed")),
        ("", "sequence", json!(-1)),
        ("/hall", "id", json!("A/B")),
        ("/presence", "at", json!(9)),
    ] {
        let mut wrong = last.clone();
        wrong.pointer_mut(place).unwrap()[key] = value;
        let (good, _) = validate(broker.folder.path(), &[wrong.to_string()]).unwrap();
        assert!(!good, "{place}/{key}");
    }
}
