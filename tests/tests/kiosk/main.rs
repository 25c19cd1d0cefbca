//! The whole kiosk in one process: the real screen in memory, the real session, search, printer driver and desk,
//! under a clock that the test moves. A visitor has nothing but what is on the screen and a finger.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by panicking")]
#![allow(clippy::wildcard_enum_match_arm, reason = "what a test does not expect is all the rest")]

mod area;
mod calls;
mod eyes;
mod faults;
mod idle;
mod keypad;
mod logs;
mod paper;
mod plan;
mod privacy;
mod search;
mod slips;
mod staff;
mod updates;
mod visit;
mod visitors;
mod walk;
mod world;
