//! Lines of a GPIO chip, through the kernel's character device: the call button and the call light.
//!
//! What is wired to them, and how, is in `hardware/README.md`.

mod button;
mod lamps;

use std::path::{Path, PathBuf};

pub use button::{Bias, ButtonLine, GpioButton};
pub use lamps::{GpioLamps, LightLines};

/// Lines of one chip that may be named: the largest chips have some 500.
pub const LINE_MAX: u32 = 1_023;

/// What the kernel shows as the user of our lines.
const CONSUMER: &str = "parvis";

/// Why a line cannot be used.
enum Fault {
    /// There is no such chip: unplugged, or not there yet.
    Absent,
    /// There is.
    Refused(String),
}

impl Fault {
    fn of(chip: &Path, error: &gpiocdev::Error) -> Self {
        // The library's errors do not tell the two apart; the file does.
        if chip.exists() { Self::Refused(error.to_string()) } else { Self::Absent }
    }
}

fn place(chip: &Path, lines: &[u32]) -> String {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!("{} {}", PathBuf::from(chip).display(), lines.join(", "))
}
