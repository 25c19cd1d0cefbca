//! `parvis intake`: new content, from a stick or a web server, verified, staged, checked, activated between two
//! visitors, confirmed or rolled back. What is shown stays shown until something better is ready, whatever happens.
//!
//! [`pass::run`] is one pass over one [`Source`](parvis_bundle::Source): the same for a stick, a server, a test.
//! [`library`] is the folder of releases, whose link `current` the kiosk opens; [`state`] is whom intake trusts.

pub mod by_hand;
pub mod check;
pub mod command;
pub mod error;
pub mod fetch;
pub mod http;
pub mod library;
pub mod news;
pub mod pass;
pub mod schedule;
pub mod service;
mod settle;
pub mod stage;
pub mod state;
pub mod step;

pub use error::IntakeError;
pub use library::Shelf;
pub use pass::{Pass, run};
pub use settle::Releases;
pub use step::Step;
