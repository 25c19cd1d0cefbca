//! Parvis: wiring, configuration, session, presenters, the three services and the simulator.
//!
//! Data flows one way: an [`event`](session::Event) changes the [`session`], which returns effects;
//! the [`kiosk`] performs them; presenters make view-models of session and content; the screen shows them.

pub mod bench;
pub mod board;
pub mod chance;
pub mod clock;
pub mod config;
pub mod desk;
pub mod doctor;
pub mod durable;
pub mod intake;
pub mod kiosk;
pub mod logging;
pub mod present;
pub mod printer;
pub mod protocol;
pub mod session;
pub mod simulate;
pub mod slip_file;
pub mod staff;
pub mod words;
