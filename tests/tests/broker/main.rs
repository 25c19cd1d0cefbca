//! Halls that tell each other how they are through a real Mosquitto: over TLS, with passwords, restarted, silent, lying.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]
#![allow(clippy::wildcard_enum_match_arm, reason = "what a test does not expect is all the rest")]
#![allow(clippy::print_stdout, reason = "what was skipped or measured is said where tests are read")]

mod faults;
mod followed;
mod form;
mod lies;
mod locked;
#[path = "../services/test_kiosk.rs"]
mod test_kiosk;
mod world;
