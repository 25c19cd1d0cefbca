//! Screen flow and view-models of the kiosk: plain Rust, no screen toolkit, no clock, no files.
//!
//! What a screen shows is decided here, in millimetres and words; the crate above only draws it.

pub mod document;
pub mod flow;
pub mod geometry;
pub mod help_call;
pub mod idle;
pub mod intent;
pub mod keyboard;
pub mod list;
pub mod measure;
pub mod view;
