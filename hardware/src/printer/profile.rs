//! What is known of a printer model, as data: paper, bands, cutter, the commands it knows, its speed.
//!
//! The profiles are in `profiles.toml`, part of the binary. Nobody else decides what a model can do.

use serde::Deserialize;
use thiserror::Error;

use crate::escpos::Cutter;
use crate::paper::{Paper, PaperError};

const PROFILES: &str = include_str!("profiles.toml");

/// The profile of a kiosk that names none.
pub const GENERIC: &str = "generic-80";

/// Rows in one band, at most: beyond, a stop of the paper is noticed too late.
pub const BAND_ROWS_MAX: u32 = 256;

/// Why there is no such profile.
#[derive(Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProfileError {
    /// The file of profiles is damaged: a fault of the build.
    #[error("profiles of printers cannot be read: {0}")]
    Syntax(String),
    /// A value that no printer has.
    #[error("profile {id}: {what}")]
    Value {
        /// The profile.
        id: String,
        /// What is wrong, with the bounds.
        what: String,
    },
    /// Nobody wrote this profile.
    #[error("no printer profile is named {id:?}; known are {known}")]
    Unknown {
        /// The name that was asked for.
        id: String,
        /// All names, with commas.
        known: String,
    },
}

/// A command that some printers leave unanswered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// DLE EOT 1 to 4: status at once, whatever is in the buffer.
    RealTimeStatus,
    /// GS r 1: the paper sensor in turn. Only it can confirm a slip.
    SensorStatus,
    /// GS a: status whenever something changes, unasked.
    AutoStatus,
    /// DLE DC4 8: empties the buffers and says so.
    Clear,
}

/// A printer model. Made only by this module, so that every value is within its bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Profile {
    /// The name in the configuration: a to z, 0 to 9 and -.
    pub id: String,
    /// Who makes it.
    pub maker: String,
    /// The model, as it is written on it.
    pub model: String,
    /// The printable area of its roll.
    pub paper: Paper,
    /// Rows sent at once, 8 to [`BAND_ROWS_MAX`].
    pub band_rows: u32,
    /// How slips come off.
    pub cutter: Cutter,
    /// Millimetres of paper in a second, 20 to 500.
    pub speed_mm_s: u32,
    /// Somebody of the project printed with it.
    pub verified: bool,
    /// Where the facts are from.
    pub source: String,
    knows: Vec<Command>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawProfiles {
    printer: Vec<RawProfile>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawProfile {
    id: String,
    maker: String,
    model: String,
    dots: u32,
    dpi: u32,
    band_rows: u32,
    cutter: Cutter,
    knows: Vec<Command>,
    speed_mm_s: u32,
    verified: bool,
    source: String,
}

impl Profile {
    /// All that are known, in the order of the file.
    pub fn all() -> Result<Vec<Self>, ProfileError> {
        Self::parse(PROFILES)
    }

    /// The one named `id`; the error names all.
    pub fn named(id: &str) -> Result<Self, ProfileError> {
        let all = Self::all()?;
        let known = all.iter().map(|profile| profile.id.as_str()).collect::<Vec<_>>().join(", ");
        let found = all.into_iter().find(|profile| profile.id == id);
        found.ok_or_else(|| ProfileError::Unknown { id: id.to_owned(), known })
    }

    /// The generic printer with a roll of `paper`.
    pub fn generic(paper: Paper) -> Self {
        Self::named(GENERIC).expect("it is in the binary, and a test reads it").with_paper(paper)
    }

    /// The same printer with another roll.
    pub fn with_paper(self, paper: Paper) -> Self {
        Self { paper, ..self }
    }

    /// The same printer at the end of a line of `baud` bits a second: bands so small that each is carried in half a
    /// second. A printer that is switched off and on meanwhile is then missed by a question, and not believed.
    pub fn at_baud(self, baud: u32) -> Self {
        let rows = baud / 10 / 2 / (self.paper.dots() / 8);
        Self { band_rows: self.band_rows.min(rows.max(1)), ..self }
    }

    /// Whether it answers, or obeys, `command`.
    pub fn knows(&self, command: Command) -> bool {
        self.knows.contains(&command)
    }

    fn parse(text: &str) -> Result<Vec<Self>, ProfileError> {
        let raw: RawProfiles =
            toml::from_str(text).map_err(|error| ProfileError::Syntax(error.to_string()))?;
        raw.printer.into_iter().map(Self::try_from).collect()
    }
}

impl TryFrom<RawProfile> for Profile {
    type Error = ProfileError;

    fn try_from(raw: RawProfile) -> Result<Self, ProfileError> {
        let wrong = |what: String| ProfileError::Value { id: raw.id.clone(), what };
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if raw.id.is_empty() || raw.id.len() > 40 || !raw.id.bytes().all(plain) {
            return Err(wrong("a name is 1 to 40 of a to z, 0 to 9 and -".into()));
        }
        let paper = Paper::new(raw.dots, raw.dpi).map_err(|error: PaperError| wrong(error.to_string()))?;
        if !(8..=BAND_ROWS_MAX).contains(&raw.band_rows) {
            return Err(wrong(format!("band-rows = {}: 8 to {BAND_ROWS_MAX}", raw.band_rows)));
        }
        if !(20..=500).contains(&raw.speed_mm_s) {
            return Err(wrong(format!("speed-mm-s = {}: 20 to 500", raw.speed_mm_s)));
        }
        let asked = raw.knows.contains(&Command::RealTimeStatus);
        if raw.knows.contains(&Command::SensorStatus) && !asked {
            return Err(wrong("sensor-status is of no use without real-time-status".into()));
        }
        if raw.source.is_empty() || raw.maker.is_empty() || raw.model.is_empty() {
            return Err(wrong("maker, model and source say something".into()));
        }
        Ok(Self {
            id: raw.id,
            maker: raw.maker,
            model: raw.model,
            paper,
            band_rows: raw.band_rows,
            cutter: raw.cutter,
            speed_mm_s: raw.speed_mm_s,
            verified: raw.verified,
            source: raw.source,
            knows: raw.knows,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_profile_is_within_its_bounds_and_has_a_name_of_its_own() {
        let all = Profile::all().unwrap();
        for (index, profile) in all.iter().enumerate() {
            assert!(!all[..index].iter().any(|other| other.id == profile.id), "{}", profile.id);
            assert_eq!(Profile::named(&profile.id).as_ref(), Ok(profile));
        }
        assert_eq!(all[0].id, GENERIC);
        assert_eq!(Profile::generic(Paper::MM80), all[0]);
    }

    #[test]
    fn a_name_that_nobody_wrote_is_answered_with_those_that_are_known() {
        let error = Profile::named("epson").unwrap_err().to_string();
        assert!(error.contains("epson-tm-t20iii") && error.contains("generic-58"), "{error}");
    }

    #[test]
    fn values_that_no_printer_has_are_refused_by_name() {
        let good = PROFILES.split("[[printer]]").nth(1).unwrap();
        for (from, to) in [
            ("dots = 576", "dots = 577"),
            ("dpi = 203", "dpi = 20"),
            ("band-rows = 48", "band-rows = 7"),
            ("band-rows = 48", "band-rows = 1000"),
            ("speed-mm-s = 60", "speed-mm-s = 0"),
            ("generic-80", "Generic 80"),
            ("maker = \"any\"", "maker = \"\""),
            ("cutter = \"partial\"", "cutter = \"scissors\""),
            ("verified = false", "colour = true"),
            ("\"real-time-status\", ", ""),
        ] {
            let text = format!("[[printer]]{}", good.replace(from, to));
            assert!(Profile::parse(&text).is_err(), "{to}");
        }
        assert!(Profile::parse(&format!("[[printer]]{good}")).is_ok());
    }

    #[test]
    fn a_slow_line_is_given_bands_that_it_carries_in_half_a_second() {
        let profile = Profile::generic(Paper::MM80);
        assert_eq!(profile.clone().at_baud(38_400).band_rows, 26);
        assert_eq!(profile.at_baud(1_000_000).band_rows, 48);
    }
}
