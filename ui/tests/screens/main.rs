//! Every screen, on every panel, at every text size: audited against the accessibility bar, and
//! compared with golden pictures.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "tests: a panic is their way to fail"
)]

mod audit;
mod drawn;
mod golden;
mod samples;
mod touch;
