//! The services as processes, over real sockets, and their pages in a real browser.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]

mod bench_page;
mod browser;
mod chromium;
mod hall;
mod processes;
mod secrecy;
