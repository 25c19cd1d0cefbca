//! The roll in the printer, across power cuts: a small file, written at the end of a slip and when the roll changes.
//!
//! It is an estimate. Where it cannot be read or written, slips are printed all the same.

use std::path::PathBuf;
use std::sync::Arc;

use parvis_hardware::printer::profile::Profile;
use parvis_hardware::printer::roll::{self, Roll, RollMemory};
use parvis_hardware::printer::{PrintError, Printed, PrinterStatus};
use parvis_hardware::raster::Raster;
use serde::{Deserialize, Serialize};

use super::print_worker::gesture;
use crate::durable::{self, Disk, RealDisk};
use crate::session::printer::PrinterNews;
use crate::words;

/// Bytes of the file, at most.
const BYTES_MAX: u64 = 1024;

/// What staff call the printer in front of what to do about it.
const PRINTER: &str = "imprimante";

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Record {
    left_mm: Option<u32>,
    printed_mm: u32,
    slips: u32,
    near_end: bool,
    ended: bool,
}

/// Where the roll is kept, and how long it is when new.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RollConfig {
    /// The file.
    pub file: PathBuf,
    /// Its length when new, in millimetres.
    pub length_mm: u32,
}

/// The roll and its file.
pub struct RollKeeper {
    roll: Roll,
    profile: Profile,
    file: PathBuf,
    disk: Arc<dyn Disk>,
    /// What a power cut would leave.
    saved: RollMemory,
    /// The last try to write failed: that is logged once.
    fails: bool,
}

impl RollKeeper {
    /// The roll as it was left, on this machine's disk.
    pub fn open(config: &RollConfig, profile: Profile) -> Self {
        Self::on(Arc::new(RealDisk), config, profile)
    }

    /// The same on any disk. A file that is damaged is no roll that is known: nothing is said until the next one.
    pub fn on(disk: Arc<dyn Disk>, config: &RollConfig, profile: Profile) -> Self {
        let kept = durable::read_on(&*disk, &config.file, BYTES_MAX).map_err(|error| error.to_string());
        let memory = match kept.and_then(|bytes| bytes.map(|bytes| parse(&bytes)).transpose()) {
            Ok(memory) => memory.unwrap_or_default(),
            Err(error) => {
                tracing::warn!(%error, "printer.roll_unreadable");
                RollMemory::default()
            }
        };
        let roll = Roll::remembered(config.length_mm, memory);
        Self { roll, profile, file: config.file.clone(), disk, saved: memory, fails: false }
    }

    /// The printer says how it is.
    pub fn hears(&mut self, status: PrinterStatus) {
        self.roll.hears(status);
        self.save();
    }

    /// A print came to its end.
    pub fn printed(&mut self, slip: &Raster, outcome: &Result<Printed, PrintError>) {
        let moved = roll::moved_mm(slip, outcome, &self.profile);
        if moved > 0 {
            self.roll.moved(moved, outcome.is_ok());
            self.save();
        }
    }

    /// Staff put a new roll in.
    pub fn renew(&mut self) {
        self.roll.renew();
        self.save();
    }

    /// What staff are told, while the printer says `status`.
    pub fn news(&self, status: PrinterStatus) -> PrinterNews {
        PrinterNews {
            gesture: advice(status, &self.roll),
            left_mm: self.roll.left_mm(),
            slips_left: self.roll.slips_left(),
        }
    }

    fn save(&mut self) {
        let memory = self.roll.memory();
        if memory == self.saved {
            return;
        }
        let RollMemory { left_mm, printed_mm, slips, near_end, ended } = memory;
        let record = Record { left_mm, printed_mm, slips, near_end, ended };
        let bytes = serde_json::to_vec(&record).unwrap_or_default();
        match durable::write_on(&*self.disk, &self.file, &bytes) {
            Ok(()) => (self.saved, self.fails) = (memory, false),
            Err(_) if self.fails => {}
            Err(error) => {
                self.fails = true;
                tracing::warn!(%error, "printer.roll_not_saved");
            }
        }
    }
}

fn parse(bytes: &[u8]) -> Result<RollMemory, String> {
    let record: Record = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
    let Record { left_mm, printed_mm, slips, near_end, ended } = record;
    Ok(RollMemory { left_mm, printed_mm, slips, near_end, ended })
}

/// What staff must do about the printer, the roll included; empty when it prints and has paper enough.
fn advice(status: PrinterStatus, roll: &Roll) -> String {
    let low = matches!(status, PrinterStatus::PaperLow | PrinterStatus::Ready) && roll.is_low();
    match roll.left_mm().zip(roll.slips_left()).filter(|_| low) {
        Some((left, slips)) => {
            let left = words::paper_left(left, slips);
            format!("{PRINTER} : bientôt plus de papier ({left}), préparez un rouleau")
        }
        None => gesture(status).to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use parvis_hardware::paper::Paper;

    use super::*;

    fn keeper(folder: &Path) -> RollKeeper {
        let config = RollConfig { file: folder.join("roll.json"), length_mm: 80_000 };
        RollKeeper::open(&config, Profile::generic(Paper::MM80))
    }

    #[test]
    fn what_is_left_survives_a_start_and_is_said_before_it_ends() {
        let folder = tempfile::tempdir().unwrap();
        let mut roll = keeper(folder.path());
        roll.hears(PrinterStatus::Ready);
        assert_eq!(roll.news(PrinterStatus::Ready), PrinterNews::default(), "nothing is known of this roll");
        roll.renew();
        let metre = Raster::white(576, 7_792).unwrap();
        for _ in 0..75 {
            roll.printed(&metre, &Ok(Printed::Confirmed));
        }
        let said = keeper(folder.path()).news(PrinterStatus::Ready);
        assert_eq!((said.left_mm, said.slips_left), (Some(5_000), Some(5)));
        assert_eq!(
            said.gesture.replace('\u{a0}', " "),
            "imprimante : bientôt plus de papier (environ 5 m, soit 5 tickets), préparez un rouleau"
        );
        assert!(roll.news(PrinterStatus::CoverOpen).gesture.contains("capot"), "what stops it comes first");
    }

    #[test]
    fn the_sensor_comes_before_the_count_and_a_roll_after_the_end_is_a_new_one_also_after_a_power_cut() {
        let folder = tempfile::tempdir().unwrap();
        let mut roll = keeper(folder.path());
        roll.renew();
        roll.hears(PrinterStatus::PaperLow);
        assert!(roll.news(PrinterStatus::PaperLow).gesture.contains("environ 3"));
        roll.hears(PrinterStatus::PaperOut);
        let mut roll = keeper(folder.path());
        roll.hears(PrinterStatus::Ready);
        assert_eq!(roll.news(PrinterStatus::Ready).left_mm, Some(80_000));
    }

    #[test]
    fn a_damaged_file_is_no_roll_that_is_known_and_the_next_roll_replaces_it() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("roll.json"), b"{\"left_mm\":80000").unwrap();
        let mut roll = keeper(folder.path());
        assert_eq!(roll.news(PrinterStatus::Ready).left_mm, None);
        roll.renew();
        assert_eq!(keeper(folder.path()).news(PrinterStatus::Ready).left_mm, Some(80_000));
    }

    #[test]
    fn a_disk_that_refuses_changes_nothing_for_slips() {
        let folder = tempfile::tempdir().unwrap();
        let mut roll = keeper(&folder.path().join("missing"));
        roll.renew();
        roll.printed(&Raster::white(576, 800).unwrap(), &Ok(Printed::Confirmed));
        assert!(roll.news(PrinterStatus::Ready).left_mm.is_some());
    }
}
