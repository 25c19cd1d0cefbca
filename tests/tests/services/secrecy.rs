//! The same promise for the real processes: after a visit, nothing of it is on the disk.

use parvis::protocol::FromStaff;
use parvis_tests::staff::StaffPage;
use parvis_tests::traces;

use crate::bench_page::{BenchPage, CALL, FINISH, MIDDLE};
use crate::hall::{BENCH, DESK, Hall, NAME, written_files};

/// Where the first answer of the search stands, and the two buttons "Imprimer", upright, in millimetres.
const FIRST_ANSWER: (f32, f32) = (130.0, 62.0);
const TO_THE_SLIP: (f32, f32) = (226.0, 408.0);
const PRINT: (f32, f32) = (130.0, 63.0);

#[tokio::test]
async fn after_a_visit_no_process_has_written_what_was_typed_read_or_printed() {
    let hall = Hall::new();
    hall.take_in_content();
    let mut desk = hall.start("desk", "desk");
    let mut kiosk = hall.start("kiosk", "kiosk");
    let mut bench = BenchPage::open(kiosk.address(BENCH)).await;
    visits(&mut bench).await;
    let mut staff = StaffPage::open(desk.address(DESK)).await.unwrap();
    staff.until("the call", |page| !page.hall.calls.is_empty()).await;
    let number = staff.call().number;
    staff.say(&FromStaff::Come { number, by: "Marie".into() }).await.unwrap();
    bench.tap(FINISH).await;
    staff.until("the word that the visitor left", |page| page.call().left).await;

    let content = hall.path("content.parvis");
    let needles = ["naturalis", "devenir français", "nationalité"];
    assert_eq!(traces::find(hall.folder.path(), &needles, &[&content]), []);
    // The search can find: the content is full of it, and the logs are logs.
    assert!(!traces::find(hall.folder.path(), &needles, &[]).is_empty());
    assert!(
        !traces::find(&hall.path("logs"), &["session.started", "call.changed", "printer.job_done"], &[])
            .is_empty()
    );
    assert!(!traces::find(&hall.path("state"), &[NAME], &[]).is_empty());
    let logs = hall.path("logs");
    for service in [&kiosk, &desk] {
        let written = written_files(service.id());
        assert!(written.iter().all(|file| file.starts_with(&logs)), "files open for writing: {written:?}");
    }
}

/// Wakes, types, reads, prints, calls.
async fn visits(bench: &mut BenchPage) {
    bench.tap(MIDDLE).await;
    // The first target of home is the search.
    bench.key('\t').await;
    bench.key('\n').await;
    bench.quiet().await;
    for letter in "naturalisation".chars() {
        let before = bench.pieces;
        bench.key(letter).await;
        bench.until("an answer to the letter", |page| page.pieces > before).await;
    }
    bench.quiet().await;
    bench.tap(FIRST_ANSWER).await;
    bench.tap(TO_THE_SLIP).await;
    bench.tap(PRINT).await;
    bench
        .until("the slip", |page| page.state["slips"].as_array().is_some_and(|slips| !slips.is_empty()))
        .await;
    bench.tap(CALL).await;
}
