//! The light behind the panel.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

/// Why it cannot be set.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[error("backlight {}: {reason}", path.display())]
pub struct BacklightError {
    /// The device, or the file of it that refused.
    pub path: PathBuf,
    /// What the system says.
    pub reason: String,
}

/// A backlight.
///
/// Promises: `set` ends within milliseconds; a panel never goes dark, whatever it is told; setting the same again is
/// harmless, and is how a backlight that was away is found again.
pub trait Backlight: Send {
    /// Sets it, in percent of its brightest; above 100 is 100.
    fn set(&mut self, percent: u8) -> Result<(), BacklightError>;
}

/// A backlight of the kernel, such as `/sys/class/backlight/10-0045`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KernelBacklight(PathBuf);

impl KernelBacklight {
    /// The backlight in that folder; nothing is looked at yet.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }
}

impl Backlight for KernelBacklight {
    fn set(&mut self, percent: u8) -> Result<(), BacklightError> {
        let (most, now) = (self.0.join("max_brightness"), self.0.join("brightness"));
        let refused = |path: &Path, reason: String| BacklightError { path: path.to_owned(), reason };
        let text = std::fs::read_to_string(&most).map_err(|error| refused(&most, error.to_string()))?;
        let brightest: u32 = text.trim().parse().map_err(|_| refused(&most, "not a number".to_owned()))?;
        let wanted = steps(percent, brightest);
        std::fs::write(&now, wanted.to_string()).map_err(|error| refused(&now, error.to_string()))
    }
}

/// Percent as the device counts. At least one step: on many panels zero is off.
fn steps(percent: u8, brightest: u32) -> u32 {
    let wanted = u64::from(brightest) * u64::from(percent.min(100)) / 100;
    // Not above `brightest`, which fits.
    (wanted as u32).max(1).min(brightest)
}

/// A backlight that can be looked at, and taken away. Clones are handles to the same one.
#[derive(Clone, Debug, Default)]
pub struct SimulatedBacklight(Arc<Mutex<BacklightView>>);

/// What an onlooker sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct BacklightView {
    /// In percent, once it was set.
    pub percent: Option<u8>,
    /// How often it was set.
    pub settings: u64,
    /// Whether it is away.
    pub unplugged: bool,
}

impl SimulatedBacklight {
    /// What is seen.
    pub fn view(&self) -> BacklightView {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes it away or puts it back.
    pub fn unplug(&self, unplugged: bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unplugged = unplugged;
    }
}

impl Backlight for SimulatedBacklight {
    fn set(&mut self, percent: u8) -> Result<(), BacklightError> {
        let mut view = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if view.unplugged {
            return Err(BacklightError { path: PathBuf::from("simulated"), reason: "unplugged".to_owned() });
        }
        *view = BacklightView { percent: Some(percent.clamp(1, 100)), settings: view.settings + 1, ..*view };
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percent_become_the_steps_of_the_device_and_never_none() {
        for (percent, brightest, expected) in [
            (100, 255, 255),
            (30, 255, 76),
            (0, 255, 1),
            (1, 31, 1),
            (200, 7, 7),
            (50, 4_294_967_295, 2_147_483_647),
        ] {
            assert_eq!(steps(percent, brightest), expected, "{percent} % of {brightest}");
        }
    }

    #[test]
    fn a_folder_as_the_kernel_makes_it_is_written_and_a_missing_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut light = KernelBacklight::new(folder.path());
        let error = light.set(30).unwrap_err();
        assert!(error.to_string().contains("max_brightness"), "{error}");
        std::fs::write(folder.path().join("max_brightness"), "31\n").unwrap();
        std::fs::write(folder.path().join("brightness"), "31\n").unwrap();
        light.set(30).unwrap();
        assert_eq!(std::fs::read_to_string(folder.path().join("brightness")).unwrap(), "9");
        std::fs::write(folder.path().join("max_brightness"), "bright").unwrap();
        assert_eq!(light.set(30).unwrap_err().reason, "not a number");
    }

    #[test]
    fn a_simulated_one_never_goes_dark_and_comes_back() {
        let mut light = SimulatedBacklight::default();
        light.set(0).unwrap();
        assert_eq!(light.view().percent, Some(1));
        light.unplug(true);
        light.set(50).unwrap_err();
        light.unplug(false);
        light.set(50).unwrap();
        assert_eq!(light.view().percent, Some(50));
    }
}
