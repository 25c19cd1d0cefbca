//! The hardware watchdog: resets the machine when nobody feeds it for as long as it was built or told to wait.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use thiserror::Error;

/// The byte that tells the kernel that a closed watchdog is meant to stop, not forgotten.
const MAGIC_CLOSE: &[u8] = b"V";
/// Any other byte feeds.
const FOOD: &[u8] = b"\n";

/// Why a watchdog cannot be fed.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum WatchdogError {
    /// There is none.
    #[error("no watchdog at {}", .0.display())]
    Absent(PathBuf),
    /// It is there: no right to it, or another program feeds it.
    #[error("watchdog {}: {reason}", path.display())]
    Refused {
        /// The device.
        path: PathBuf,
        /// What the system says.
        reason: String,
    },
}

/// A watchdog.
///
/// Promises: both end within milliseconds; the first `feed` arms it; dropped without `release` it stays armed, so that a
/// program that died is noticed; after an error, the next `feed` tries anew.
pub trait Watchdog: Send {
    /// Feeds it.
    fn feed(&mut self) -> Result<(), WatchdogError>;
    /// Disarms it: the program ends because it was asked to. Nothing happens when it was never fed.
    fn release(&mut self) -> Result<(), WatchdogError>;
}

/// A watchdog of the kernel, such as `/dev/watchdog`. How long it waits is the driver's own setting.
#[derive(Debug)]
pub struct KernelWatchdog {
    path: PathBuf,
    open: Option<File>,
}

impl KernelWatchdog {
    /// The watchdog at a path; it is armed by the first feeding.
    pub fn new(path: impl Into<PathBuf>) -> Self {
        Self { path: path.into(), open: None }
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut device = match self.open.take() {
            Some(device) => device,
            None => OpenOptions::new().write(true).open(&self.path)?,
        };
        device.write_all(bytes)?;
        self.open = Some(device);
        Ok(())
    }

    fn refused(&self, error: &io::Error) -> WatchdogError {
        if matches!(error.kind(), ErrorKind::NotFound) {
            return WatchdogError::Absent(self.path.clone());
        }
        WatchdogError::Refused { path: self.path.clone(), reason: error.to_string() }
    }
}

impl Watchdog for KernelWatchdog {
    fn feed(&mut self) -> Result<(), WatchdogError> {
        self.write(FOOD).map_err(|error| self.refused(&error))
    }

    fn release(&mut self) -> Result<(), WatchdogError> {
        if self.open.is_some() {
            self.write(MAGIC_CLOSE).map_err(|error| self.refused(&error))?;
            self.open = None;
        }
        Ok(())
    }
}

/// A watchdog that resets nothing. Clones are handles to the same one.
#[derive(Clone, Debug, Default)]
pub struct SimulatedWatchdog(Arc<Mutex<WatchdogView>>);

/// What an onlooker sees.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WatchdogView {
    /// How often it was fed.
    pub feedings: u64,
    /// Whether it would bite.
    pub armed: bool,
    /// Whether it is away.
    pub unplugged: bool,
}

impl SimulatedWatchdog {
    /// What is seen.
    pub fn view(&self) -> WatchdogView {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes it away or puts it back.
    pub fn unplug(&self, unplugged: bool) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).unplugged = unplugged;
    }
}

impl Watchdog for SimulatedWatchdog {
    fn feed(&mut self) -> Result<(), WatchdogError> {
        let mut view = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if view.unplugged {
            return Err(WatchdogError::Absent(PathBuf::from("simulated")));
        }
        *view = WatchdogView { feedings: view.feedings + 1, armed: true, ..*view };
        Ok(())
    }

    fn release(&mut self) -> Result<(), WatchdogError> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).armed = false;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watchdog_that_is_not_there_is_named_and_never_made() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("watchdog");
        let mut watchdog = KernelWatchdog::new(&path);
        assert_eq!(watchdog.feed(), Err(WatchdogError::Absent(path.clone())));
        assert_eq!(watchdog.release(), Ok(()), "one that was never armed has nothing to release");
        assert!(!path.exists());
    }

    #[test]
    fn only_a_polite_end_says_the_magic_byte() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("watchdog");
        std::fs::write(&path, "").unwrap();
        for (polite, said) in [(false, "\n\n"), (true, "\n\nV")] {
            let mut watchdog = KernelWatchdog::new(&path);
            watchdog.feed().unwrap();
            watchdog.feed().unwrap();
            if polite {
                watchdog.release().unwrap();
            }
            drop(watchdog);
            assert_eq!(std::fs::read_to_string(&path).unwrap(), said);
        }
    }

    #[test]
    fn a_simulated_one_is_armed_by_food_and_released_by_a_word() {
        let mut watchdog = SimulatedWatchdog::default();
        watchdog.feed().unwrap();
        assert!(watchdog.view().armed);
        watchdog.release().unwrap();
        assert_eq!(watchdog.view(), WatchdogView { feedings: 1, armed: false, unplugged: false });
        watchdog.unplug(true);
        watchdog.feed().unwrap_err();
    }
}
