//! Days of a hall with crashes, power cuts, broken links and clocks that jump: the real desk, the real session and the
//! real link's memory, in simulated time. A few days in every test run; any number in `./dev soak calls`.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]
#![allow(clippy::print_stdout, reason = "a soak says how far it came")]
#![allow(clippy::wildcard_enum_match_arm, reason = "what a test does not expect is all the rest")]

mod day;
mod kiosk;
mod page;
mod truth;

use std::io::Write as _;
use std::time::Duration;

use day::Day;

/// Days in `./dev test`.
const DAYS: u64 = 60;

/// Days that broke something once: a call ended by a clock that jumped, a cancellation that was said before it was
/// written down and lost with the power, a call that was forgotten by its kiosk when it was only sent.
const REGRESSIONS: [u64; 3] = [0, 4, 19];

#[test]
fn days_that_broke_something_once_pass() {
    for seed in REGRESSIONS {
        Day::new(seed).passes();
    }
}

#[test]
fn seeded_days_lose_no_call_promise_nobody_and_end() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().expect(name));
    let from = number("PARVIS_SOAK_FROM").unwrap_or(0);
    let days = number("PARVIS_SOAK_CALLS").unwrap_or(DAYS);
    let minutes = number("PARVIS_SOAK_MINUTES").unwrap_or(60).min(60);
    let started = parvis::clock::since_start();
    let (mut next, mut calls) = (from, 0);
    while next < from.saturating_add(days)
        && parvis::clock::since_start().saturating_sub(started) < Duration::from_secs(60 * minutes)
    {
        calls += Day::new(next).passes();
        next += 1;
    }
    println!("{} days, {calls} calls, next seed {next}", next - from);
    if let Some(out) = std::env::var_os("PARVIS_SOAK_OUT") {
        let mut file = std::fs::File::options().create(true).append(true).open(out).unwrap();
        writeln!(file, "days {from} to {} well, {calls} calls, next seed {next}", next - 1).unwrap();
    }
}
