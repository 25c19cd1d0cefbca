//! Content from an editor's keys to the kiosk's disk: every way in, every attack, every power cut.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]
#![allow(clippy::print_stdout, reason = "a test that is skipped says so")]

mod attacks;
mod crowded;
mod power;
mod program;
mod reference;
mod steps;
mod tampered;
mod targets;
mod web;

use parvis_tests::editor;
