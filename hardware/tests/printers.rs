//! The promises of `Printer`, kept on every wire, in health and in every fault that the simulated printer can have.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod support;

use std::time::Duration;

use parvis_hardware::escpos::{self, BAND_ROWS};
use parvis_hardware::paper::Paper;
use parvis_hardware::printer::{OfflineReason, PrintError, Printed, Printer, PrinterStatus};
use parvis_hardware::raster::Raster;
use parvis_hardware::simulated::{Fault, Lever, PaperView, PrintedSlip};
use parvis_hardware::slip::TextSize;
use support::wires::{HASTY, PATIENT, Setup, every_wire, pipe};

const BANDS: usize = 5;

/// A slip of five bands whose rows all differ, so that a missing or repeated row is seen.
fn numbered() -> Raster {
    let mut raster = Raster::white(576, (BANDS * BAND_ROWS - 40) as u32).unwrap();
    for row in 0..raster.height() {
        raster.fill(16, row as i32, 1, 1);
        for bit in (0..10).filter(|bit| row & (1 << bit) != 0) {
            raster.fill(32 + bit * 8, row as i32, 4, 1);
        }
    }
    raster
}

fn holds(paper: &PrintedSlip, slip: &Raster) -> bool {
    let head = paper.raster.bits().get(..slip.bits().len());
    let tail = paper.raster.bits().get(slip.bits().len()..).unwrap_or_default();
    !paper.torn && head == Some(slip.bits()) && tail.iter().all(|byte| *byte == 0)
}

/// Rows with ink, on what was cut since slip `number` and on what hangs out.
fn rows_since(view: &PaperView, number: u64, slip: &Raster) -> usize {
    let inked = |row: &&[u8]| row.iter().any(|byte| *byte != 0);
    let rows = |paper: &PrintedSlip| paper.raster.bits().chunks(slip.row_bytes()).filter(inked).count();
    view.slips.iter().filter(|paper| paper.number > number).map(rows).sum::<usize>() + view.rows_hanging
}

/// Prints, and checks what must hold whatever the outcome: a claim is true, and nothing comes out twice.
fn print_truthfully(setup: &mut Setup, slip: &Raster) -> Result<Printed, PrintError> {
    let before = setup.sim.paper();
    let outcome = setup.printer.print(slip);
    let after = setup.sim.paper();
    let last = before.slips.last().map_or(0, |paper| paper.number);
    let gained = after.slips.iter().filter(|paper| paper.number > last && holds(paper, slip)).count();
    let rows = rows_since(&after, last, slip).saturating_sub(before.rows_hanging);
    match &outcome {
        Ok(Printed::Confirmed) => assert_eq!(gained, 1, "{}: confirmed without a whole slip", setup.name),
        Ok(Printed::Unconfirmed) => panic!("{}: this printer answers", setup.name),
        Err(PrintError::NotStarted(_) | PrintError::Width { .. }) => {
            assert_eq!((gained, rows), (0, 0), "{}: something was printed", setup.name);
        }
        Err(_) => assert!(gained <= 1, "{}: printed again", setup.name),
    }
    assert!(rows <= slip.height() as usize + 200, "{}: more rows than the slip has", setup.name);
    outcome
}

fn incomplete(outcome: Result<Printed, PrintError>) -> PrinterStatus {
    match outcome {
        Err(PrintError::Incomplete { status, bands_sent, bands }) => {
            assert!(bands_sent <= bands && bands == BANDS);
            status
        }
        other => panic!("expected an incomplete slip, got {other:?}"),
    }
}

/// After any fault is mended: ready again, and the next visitor's slip is whole, alone on its paper.
fn works_again(setup: &mut Setup) {
    let slip = numbered();
    assert_eq!(status_when_back(setup), PrinterStatus::Ready, "{}", setup.name);
    assert_eq!(print_truthfully(setup, &slip), Ok(Printed::Confirmed), "{}", setup.name);
    let view = setup.sim.paper();
    assert!(holds(view.slips.last().unwrap(), &slip), "{}: another's rows hang on the slip", setup.name);
    assert_eq!((view.rows_hanging, view.unknown_bytes), (0, 0), "{}", setup.name);
}

/// Waits until the wire has carried what the driver sent last: that the rest be thrown away.
fn wire_is_quiet(setup: &Setup) {
    for _ in 0..5_000 {
        if setup.sim.paper().bytes_waiting == 0 {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
    assert_eq!(setup.sim.paper().bytes_waiting, 0, "{}: the rest of a slip was not thrown away", setup.name);
}

fn load_paper(setup: &Setup) {
    wire_is_quiet(setup);
    setup.sim.pull(Lever::LoadPaper);
}

/// A cable that was put back takes the test's other thread a moment: asks a bounded number of times.
fn status_when_back(setup: &mut Setup) -> PrinterStatus {
    let mut status = setup.printer.status();
    for _ in 0..2_000 {
        if status.can_print() {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(1));
        status = setup.printer.status();
    }
    status
}

#[test]
fn a_healthy_printer_prints_the_very_dots_of_each_slip() {
    let mut renderer = support::renderer();
    let sheet = renderer.render(&support::samples::sheet(TextSize::Normal), Paper::MM80).unwrap().raster;
    for mut setup in every_wire(PATIENT) {
        assert_eq!(setup.printer.status(), PrinterStatus::Ready, "{}", setup.name);
        for slip in [&sheet, &numbered(), &sheet] {
            assert_eq!(print_truthfully(&mut setup, slip), Ok(Printed::Confirmed), "{}", setup.name);
        }
        let view = setup.sim.paper();
        assert_eq!((view.slips.len(), view.rows_hanging, view.unknown_bytes), (3, 0, 0), "{}", setup.name);
    }
}

#[test]
fn each_state_of_the_printer_is_told_before_a_slip_and_stops_it() {
    let cases = [
        (Lever::PaperOut, PrinterStatus::PaperOut),
        (Lever::LoadPaper, PrinterStatus::Ready),
        (Lever::PaperLow(true), PrinterStatus::PaperLow),
        (Lever::CoverOpen(true), PrinterStatus::CoverOpen),
        (Lever::CoverOpen(false), PrinterStatus::PaperLow),
        (Lever::PaperLow(false), PrinterStatus::Ready),
    ];
    for mut setup in every_wire(PATIENT) {
        for (lever, expected) in cases {
            setup.sim.pull(lever);
            assert_eq!(setup.printer.status(), expected, "{} after {lever:?}", setup.name);
            let outcome = print_truthfully(&mut setup, &numbered());
            if expected.can_print() {
                assert_eq!(outcome, Ok(Printed::Confirmed), "{} after {lever:?}", setup.name);
            } else {
                assert_eq!(outcome, Err(PrintError::NotStarted(expected)), "{} after {lever:?}", setup.name);
            }
        }
    }
}

#[test]
fn paper_that_ends_in_any_band_leaves_an_incomplete_slip_that_is_never_continued() {
    for mut setup in every_wire(PATIENT) {
        let slip = numbered();
        for band in 0..BANDS {
            setup.sim.pull(Lever::PaperOutAfter((band * BAND_ROWS + 5) as u32));
            let outcome = print_truthfully(&mut setup, &slip);
            assert_eq!(incomplete(outcome), PrinterStatus::PaperOut, "{} band {band}", setup.name);
            load_paper(&setup);
            let torn = setup.sim.paper().slips.last().unwrap().clone();
            assert!(torn.torn, "{} band {band}", setup.name);
            assert_eq!(torn.raster.height(), (band * BAND_ROWS + 5) as u32, "{} band {band}", setup.name);
            works_again(&mut setup);
        }
    }
}

#[test]
fn paper_that_ends_with_the_very_last_row_is_not_called_printed() {
    for mut setup in every_wire(PATIENT) {
        let slip = numbered();
        let to_the_cut = slip.height() + u32::from(escpos::CUT_FEED_ROWS);
        for rows in [slip.height() - 1, slip.height(), to_the_cut - 1, to_the_cut] {
            setup.sim.pull(Lever::PaperOutAfter(rows));
            let status = incomplete(print_truthfully(&mut setup, &slip));
            assert_eq!(status, PrinterStatus::PaperOut, "{} after {rows} rows", setup.name);
            load_paper(&setup);
        }
        works_again(&mut setup);
    }
}

#[test]
fn a_cable_pulled_before_during_or_after_a_slip_is_told_as_it_is() {
    let not_connected = PrinterStatus::Offline(OfflineReason::NotConnected);
    for mut setup in every_wire(PATIENT) {
        let slip = numbered();
        setup.sim.pull(Lever::Unplugged(true));
        assert_eq!(setup.printer.status(), not_connected, "{}", setup.name);
        assert_eq!(print_truthfully(&mut setup, &slip), Err(PrintError::NotStarted(not_connected)));
        // Bytes from the first question of the job to past the barrier, in steps that fall everywhere.
        let all = slip.bits().len() + 200;
        for at in (14..all).step_by(all / 9) {
            setup.sim.pull(Lever::Unplugged(false));
            assert_eq!(status_when_back(&mut setup), PrinterStatus::Ready, "{}", setup.name);
            setup.sim.pull(Lever::UnplugAfter(at as u32));
            let status = incomplete(print_truthfully(&mut setup, &slip));
            assert_eq!(status, not_connected, "{} after {at} bytes", setup.name);
        }
        setup.sim.pull(Lever::Unplugged(false));
        works_again(&mut setup);
    }
}

#[test]
fn a_cover_opened_during_a_slip_makes_it_incomplete() {
    for mut setup in every_wire(PATIENT) {
        for rows in [1, 200, 500] {
            setup.sim.pull(Lever::After { rows, fault: Fault::CoverOpen });
            assert_eq!(incomplete(print_truthfully(&mut setup, &numbered())), PrinterStatus::CoverOpen);
            wire_is_quiet(&setup);
            setup.sim.pull(Lever::CoverOpen(false));
            works_again(&mut setup);
        }
    }
}

#[test]
fn a_printer_that_answers_noise_or_nothing_is_never_believed() {
    let (garbled, silent) = (OfflineReason::Garbled, OfflineReason::Silent);
    for mut setup in every_wire(HASTY) {
        for (lever, reason) in [(Lever::GarbageAnswers(true), garbled), (Lever::Silent(true), silent)] {
            setup.sim.pull(lever);
            let status = PrinterStatus::Offline(reason);
            assert_eq!(setup.printer.status(), status, "{}", setup.name);
            assert_eq!(print_truthfully(&mut setup, &numbered()), Err(PrintError::NotStarted(status)));
            setup.sim.pull(Lever::GarbageAnswers(false));
        }
        setup.sim.pull(Lever::Silent(false));
    }
}

#[test]
fn a_printer_that_falls_silent_or_babbles_during_a_slip_makes_it_incomplete() {
    for fault in [Fault::Silent, Fault::GarbageAnswers] {
        for rows in [1, 300, 599] {
            let mut setup = pipe(HASTY);
            setup.sim.pull(Lever::After { rows, fault });
            let status = incomplete(print_truthfully(&mut setup, &numbered()));
            assert!(matches!(status, PrinterStatus::Offline(OfflineReason::Silent | OfflineReason::Garbled)));
        }
    }
}

#[test]
fn a_slow_printer_is_waited_for_and_an_endless_one_is_not() {
    let mut setup = pipe(PATIENT);
    setup.sim.pull(Lever::Slow(Some(Duration::from_millis(1))));
    assert_eq!(print_truthfully(&mut setup, &numbered()), Ok(Printed::Confirmed));
    let mut hasty = pipe(HASTY);
    hasty.sim.pull(Lever::Slow(Some(Duration::from_millis(90))));
    let status = incomplete(print_truthfully(&mut hasty, &numbered()));
    assert_eq!(
        status,
        PrinterStatus::Offline(OfflineReason::Silent),
        "each write moved, the slip did not end"
    );
}

#[test]
fn a_slip_of_another_width_is_refused_before_anything_is_sent() {
    let mut setup = pipe(PATIENT);
    let outcome = print_truthfully(&mut setup, &Raster::white(384, 10).unwrap());
    assert_eq!(outcome, Err(PrintError::Width { slip: 384, paper: 576 }));
}

#[test]
fn an_onlooker_sees_at_most_ten_slips_and_each_change() {
    let mut setup = pipe(PATIENT);
    let mut seen = setup.sim.changes();
    for number in 1..=12 {
        assert_eq!(print_truthfully(&mut setup, &numbered()), Ok(Printed::Confirmed));
        assert!(setup.sim.changes() > seen);
        seen = setup.sim.changes();
        assert_eq!(setup.sim.paper().slips.last().unwrap().number, number);
    }
    let view = setup.sim.paper();
    assert_eq!((view.slips.len(), view.slips[0].number), (10, 3));
}
