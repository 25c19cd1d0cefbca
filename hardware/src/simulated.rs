//! Simulated twins of every device: the second implementation of the hardware, with levers for what goes wrong.
//!
//! They are used every day by `parvis simulate`, and pass the same contract tests as the drivers.

mod button;
mod decoder;
mod keypad;
mod light;
mod machine;
mod printer;
mod speaker;

pub use button::{ButtonLever, SimulatedButton};
pub use decoder::{Decoder, Happening};
pub use keypad::{KeypadLever, SimulatedKeypad};
pub use light::{LightView, SimulatedLight};
pub use printer::{Fault, Lever, PaperView, PrintedSlip, SLIPS_MAX, SimulatedPrinter};
pub use speaker::{SimulatedSpeaker, SpeakerView};
