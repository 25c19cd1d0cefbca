//! Lines of a GPIO chip, through the kernel's character device: the call button and the call light.
//!
//! What is wired to them, and how, is in `hardware/README.md`.

mod button;
mod lamps;

use std::path::{Path, PathBuf};

use gpiocdev::chip::Chip;

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
        // The library's errors do not tell the two apart; the chip does.
        if device(chip).is_some() { Self::Refused(error.to_string()) } else { Self::Absent }
    }
}

/// The device of a chip. A chip that comes back may have another number, so a label is looked for anew each time.
fn device(chip: &Path) -> Option<PathBuf> {
    if chip.is_absolute() {
        return chip.exists().then(|| chip.to_owned());
    }
    let has_label = |path: &PathBuf| {
        let info = Chip::from_path(path).and_then(|found| found.info());
        info.is_ok_and(|info| Path::new(&info.label) == chip)
    };
    gpiocdev::chip::chips().ok()?.into_iter().find(has_label)
}

fn place(chip: &Path, lines: &[u32]) -> String {
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    format!("{} {}", chip.display(), lines.join(", "))
}
