//! Slint screens and their adapters. The only crate that names `slint`.
//!
//! Data flows one way: a [`ScreenView`](parvis_ui_model::view::ScreenView) comes in through
//! [`KioskWindow::show`], an [`Intent`](parvis_ui_model::intent::Intent) goes out through the
//! callback. Screens decide nothing.

mod adapters;
pub mod fonts;
mod generated;
pub mod headless;
mod keys;
mod marked;
mod window;

pub use window::{Bell, KioskWindow, Ticking, UiError, Waker, every, quit, run};
