//! The promises of `Printer`, kept on every wire and by every profile, in health and in every fault that the simulated
//! printer can have.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a helper of a test fails the test")]

mod support;

use std::time::Duration;

use parvis_hardware::escpos::Cutter;
use parvis_hardware::printer::profile::Command;
use parvis_hardware::printer::{OfflineReason, PrintError, Printed, Printer, PrinterStatus};
use parvis_hardware::raster::Raster;
use parvis_hardware::simulated::{Fault, Lever, PaperView, PrintedSlip};
use parvis_hardware::slip::TextSize;
use support::wires::{HASTY, PATIENT, Setup, every_printer, pipe};

const BANDS: usize = 5;

/// A slip of five bands whose rows all differ, so that a missing or repeated row is seen.
fn numbered(setup: &Setup) -> Raster {
    let rows = BANDS as u32 * setup.profile.band_rows - setup.profile.band_rows / 3;
    let mut raster = Raster::white(setup.profile.paper.dots(), rows).unwrap();
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
    head == Some(slip.bits()) && tail.iter().all(|byte| *byte == 0)
}

/// Where nothing cuts, the visitor tears.
fn take_slip(setup: &Setup) {
    if setup.profile.cutter == Cutter::None {
        setup.sim.pull(Lever::TearOff);
    }
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
    let rows_hanging = setup.sim.paper().rows_hanging;
    if outcome.is_ok() {
        take_slip(setup);
    }
    let after = setup.sim.paper();
    let last = before.slips.last().map_or(0, |paper| paper.number);
    let gained = after.slips.iter().filter(|paper| paper.number > last && holds(paper, slip)).count();
    let rows = rows_since(&after, last, slip).saturating_sub(before.rows_hanging);
    match &outcome {
        Ok(printed) => {
            assert_eq!(gained, 1, "{}: {printed:?} without a whole slip", setup.name);
            assert_eq!(*printed, setup.whole(), "{}", setup.name);
            assert!(rows_hanging == 0 || setup.profile.cutter == Cutter::None, "{}", setup.name);
        }
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
    let slip = numbered(setup);
    assert_eq!(status_when_back(setup), PrinterStatus::Ready, "{}", setup.name);
    take_slip(setup);
    assert_eq!(print_truthfully(setup, &slip), Ok(setup.whole()), "{}", setup.name);
    let view = setup.sim.paper();
    assert!(holds(view.slips.last().unwrap(), &slip), "{}: another's rows hang on the slip", setup.name);
    assert_eq!((view.rows_hanging, view.unknown_bytes), (0, 0), "{}", setup.name);
}

/// Waits until the wire has carried what the driver sent last: that the rest be thrown away.
fn wire_is_quiet(setup: &Setup) {
    if !setup.profile.knows(Command::Clear) {
        return;
    }
    for _ in 0..5_000 {
        if setup.sim.paper().bytes_waiting == 0 {
            break;
        }
        std::thread::park_timeout(Duration::from_millis(1));
    }
    assert_eq!(setup.sim.paper().bytes_waiting, 0, "{}: the rest of a slip was not thrown away", setup.name);
}

/// Rows of a failed slip that no command takes back.
fn rows_that_may_remain(setup: &Setup) -> u32 {
    if setup.profile.knows(Command::Clear) { 0 } else { setup.profile.band_rows + setup.rows_to_the_cut() }
}

/// A new roll, and what hung out is cut off by the next look at the printer.
fn load_paper(setup: &mut Setup) -> u32 {
    wire_is_quiet(setup);
    setup.sim.pull(Lever::LoadPaper);
    let ghost = setup.sim.paper().rows_hanging as u32;
    assert!(ghost <= rows_that_may_remain(setup), "{}: {ghost} rows came out", setup.name);
    let torn = setup.sim.paper().slips.last().unwrap().clone();
    assert_eq!(setup.printer.status(), PrinterStatus::Ready, "{}", setup.name);
    take_slip(setup);
    torn.raster.height()
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
    for mut setup in every_printer(PATIENT) {
        assert_eq!(setup.printer.status(), PrinterStatus::Ready, "{}", setup.name);
        let sheet = support::samples::sheet(TextSize::Normal);
        let sheet = renderer.render(&sheet, setup.profile.paper).unwrap().raster;
        for slip in [&sheet, &numbered(&setup), &sheet] {
            let whole = setup.whole();
            assert_eq!(print_truthfully(&mut setup, slip), Ok(whole), "{}", setup.name);
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
    for mut setup in every_printer(PATIENT) {
        for (lever, expected) in cases {
            setup.sim.pull(lever);
            assert_eq!(setup.printer.status(), expected, "{} after {lever:?}", setup.name);
            let slip = numbered(&setup);
            let outcome = print_truthfully(&mut setup, &slip);
            if expected.can_print() {
                assert_eq!(outcome, Ok(setup.whole()), "{} after {lever:?}", setup.name);
            } else {
                assert_eq!(outcome, Err(PrintError::NotStarted(expected)), "{} after {lever:?}", setup.name);
            }
        }
    }
}

#[test]
fn paper_that_ends_in_any_band_leaves_an_incomplete_slip_that_is_never_continued() {
    for mut setup in every_printer(PATIENT) {
        let slip = numbered(&setup);
        for band in 0..BANDS {
            let rows = band as u32 * setup.profile.band_rows + 5;
            setup.sim.pull(Lever::PaperOutAfter(rows));
            let outcome = print_truthfully(&mut setup, &slip);
            assert_eq!(incomplete(outcome), PrinterStatus::PaperOut, "{} band {band}", setup.name);
            assert_eq!(load_paper(&mut setup), rows, "{} band {band}", setup.name);
            works_again(&mut setup);
        }
    }
}

#[test]
fn paper_that_ends_with_the_very_last_row_is_not_called_printed() {
    for mut setup in every_printer(PATIENT) {
        let slip = numbered(&setup);
        let to_the_cut = slip.height() + setup.rows_to_the_cut();
        for rows in [slip.height() - 1, slip.height(), to_the_cut - 1, to_the_cut] {
            setup.sim.pull(Lever::PaperOutAfter(rows));
            let status = incomplete(print_truthfully(&mut setup, &slip));
            assert_eq!(status, PrinterStatus::PaperOut, "{} after {rows} rows", setup.name);
            load_paper(&mut setup);
        }
        works_again(&mut setup);
    }
}

#[test]
fn a_cable_pulled_before_during_or_after_a_slip_is_told_as_it_is() {
    let not_connected = PrinterStatus::Offline(OfflineReason::NotConnected);
    for mut setup in every_printer(PATIENT) {
        let slip = numbered(&setup);
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
    for mut setup in every_printer(PATIENT) {
        for rows in [1, 40, 90] {
            setup.sim.pull(Lever::After { rows, fault: Fault::CoverOpen });
            let slip = numbered(&setup);
            let status = incomplete(print_truthfully(&mut setup, &slip));
            assert_eq!(status, PrinterStatus::CoverOpen, "{} after {rows} rows", setup.name);
            wire_is_quiet(&setup);
            setup.sim.pull(Lever::CoverOpen(false));
            works_again(&mut setup);
        }
    }
}

#[test]
fn a_printer_that_answers_noise_or_nothing_is_never_believed() {
    let (garbled, silent) = (OfflineReason::Garbled, OfflineReason::Silent);
    for mut setup in every_printer(HASTY) {
        for (lever, reason) in [(Lever::GarbageAnswers(true), garbled), (Lever::Silent(true), silent)] {
            setup.sim.pull(lever);
            let status = PrinterStatus::Offline(reason);
            assert_eq!(setup.printer.status(), status, "{}", setup.name);
            let slip = numbered(&setup);
            assert_eq!(print_truthfully(&mut setup, &slip), Err(PrintError::NotStarted(status)));
            setup.sim.pull(Lever::GarbageAnswers(false));
        }
        setup.sim.pull(Lever::Silent(false));
    }
}

#[test]
fn a_printer_that_falls_silent_or_babbles_during_a_slip_makes_it_incomplete() {
    for fault in [Fault::Silent, Fault::GarbageAnswers] {
        for rows in [1, 100, 220] {
            let mut setup = pipe(HASTY);
            setup.sim.pull(Lever::After { rows, fault });
            let slip = numbered(&setup);
            let status = incomplete(print_truthfully(&mut setup, &slip));
            assert!(matches!(status, PrinterStatus::Offline(OfflineReason::Silent | OfflineReason::Garbled)));
        }
    }
}

#[test]
fn a_printer_that_hangs_during_a_slip_is_not_waited_for_and_prints_when_it_is_itself_again() {
    for mut setup in every_printer(HASTY) {
        setup.sim.pull(Lever::After { rows: 100, fault: Fault::Stalled });
        let slip = numbered(&setup);
        let status = incomplete(print_truthfully(&mut setup, &slip));
        assert_eq!(status, PrinterStatus::Offline(OfflineReason::Silent), "{}", setup.name);
        assert_eq!(setup.printer.status(), status, "{}", setup.name);
        setup.sim.pull(Lever::Stalled(false));
        works_again(&mut setup);
    }
}

#[test]
fn a_slow_printer_is_waited_for_and_an_endless_one_is_not() {
    let mut setup = pipe(PATIENT);
    setup.sim.pull(Lever::Slow(Some(Duration::from_millis(1))));
    let slip = numbered(&setup);
    assert_eq!(print_truthfully(&mut setup, &slip), Ok(Printed::Confirmed));
    let mut hasty = pipe(HASTY);
    hasty.sim.pull(Lever::Slow(Some(Duration::from_millis(90))));
    let status = incomplete(print_truthfully(&mut hasty, &slip));
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
    let slip = numbered(&setup);
    for number in 1..=12 {
        assert_eq!(print_truthfully(&mut setup, &slip), Ok(Printed::Confirmed));
        assert!(setup.sim.changes() > seen);
        seen = setup.sim.changes();
        assert_eq!(setup.sim.paper().slips.last().unwrap().number, number);
    }
    let view = setup.sim.paper();
    assert_eq!((view.slips.len(), view.slips[0].number), (10, 3));
}
