//! The services as processes, over real sockets, and their pages in a real browser.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]
#![allow(clippy::wildcard_enum_match_arm, reason = "what a test does not expect is all the rest")]
#![allow(clippy::print_stdout, reason = "what was skipped or measured is said where tests are read")]

mod bench_page;
mod browser;
mod chromium;
mod door;
mod entrance;
mod far_desk;
mod hall;
mod hostile;
mod load;
mod namespace;
mod processes;
mod secrecy;
mod staff_bars;
mod staff_door;
mod staff_elsewhere;
mod staff_page;
mod staff_scene;
mod staff_speed;
mod test_kiosk;
