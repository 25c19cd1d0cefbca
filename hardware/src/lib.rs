//! Everything a kiosk touches that is not the screen: slips on paper, printers, the call button, the light and the
//! loudspeaker.
//!
//! This crate knows nothing of content, sessions or screens. It has three habits:
//! devices speak the kiosk's language through small traits ([`printer::Printer`], [`button::CallButton`],
//! [`light::CallLight`], [`sound::Speaker`]); bytes, port and device are three layers; and every device has a simulated twin in
//! [`simulated`] that passes the same contract tests and fails on demand.

pub mod backlight;
pub mod button;
pub mod escpos;
pub mod gpio;
pub mod keypad;
pub mod light;
pub mod paper;
pub mod printer;
pub mod raster;
pub mod relay;
pub mod simulated;
pub mod slip;
pub mod sound;
pub mod usb;
pub mod watchdog;
