//! The staff's code: six figures chosen at provisioning, kept as a scrypt hash, with ever longer waits after wrong ones.

use std::io::{IsTerminal as _, Read as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use parvis_ui_model::view::PIN_DIGITS;
use scrypt::password_hash::rand_core::OsRng;
use scrypt::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use scrypt::{Params, Scrypt};
use serde::{Deserialize, Serialize};

use crate::durable::{self, DurableError, FileMark};

/// Wrong codes before the first wait.
pub const FREE_TRIES: u32 = 5;
/// The first wait; each further wrong code doubles it.
const FIRST_WAIT: Duration = Duration::from_secs(60);
/// The longest.
const LONGEST_WAIT: Duration = Duration::from_secs(15 * 60);
/// Bytes of either file, at most.
const BYTES_MAX: u64 = 1024;
/// scrypt's cost, as a power of two: 16 MB and about 50 ms on a small board. Six figures can be tried through offline
/// by whoever reads the disk; the wait at the kiosk is what protects, this only keeps the code from being read.
const LOG_N: u8 = 14;

/// What came of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It opens.
    Right,
    /// It does not.
    Wrong,
    /// It was not looked at: too many were wrong.
    Wait(Duration),
    /// Nobody has chosen one, or what was chosen cannot be read.
    NoPin,
}

/// Why a code was not set.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PinError {
    /// It is not six figures, or too easy to guess.
    #[error("le code doit avoir {PIN_DIGITS} chiffres, qui ne soient ni tous les mêmes ni une suite")]
    Weak,
    /// It could not be written.
    #[error(transparent)]
    Durable(#[from] DurableError),
    /// It could not be kept secret.
    #[error("the code could not be kept: {0}")]
    Keep(String),
}

/// Where the code and the wrong tries are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PinFiles {
    /// The hash.
    pub pin: PathBuf,
    /// How many wrong codes in a row.
    pub tries: PathBuf,
}

/// Chooses the code of a kiosk.
pub fn set_pin(files: &PinFiles, pin: &str) -> Result<(), PinError> {
    if is_weak(pin) {
        return Err(PinError::Weak);
    }
    let keep = |error: &dyn std::fmt::Display| PinError::Keep(error.to_string());
    let params = Params::new(LOG_N, 8, 1, Params::RECOMMENDED_LEN).map_err(|error| keep(&error))?;
    let salt = SaltString::generate(&mut OsRng);
    let hash = Scrypt
        .hash_password_customized(pin.as_bytes(), None, None, params, &salt)
        .map_err(|error| keep(&error))?;
    durable::write_secret(&files.pin, hash.to_string().as_bytes())?;
    Ok(write_tries(&files.tries, 0)?)
}

/// Asks a person for a new code, twice; reads it from a script.
pub fn ask_pin() -> anyhow::Result<String> {
    if !std::io::stdin().is_terminal() {
        return Ok(std::io::read_to_string(std::io::stdin().take(BYTES_MAX))?);
    }
    let pin = rpassword::prompt_password("Code du personnel, six chiffres : ")?;
    let again = rpassword::prompt_password("Encore une fois : ")?;
    anyhow::ensure!(pin == again, "les deux codes ne sont pas les mêmes");
    Ok(pin)
}

/// Not six figures, all the same, or counting up or down.
fn is_weak(pin: &str) -> bool {
    let figures: Option<Vec<i32>> = pin.chars().map(|c| c.to_digit(10)?.try_into().ok()).collect();
    let Some(figures) = figures.filter(|figures| figures.len() == PIN_DIGITS) else { return true };
    let step = |by: i32| figures.windows(2).all(|pair| pair[1] - pair[0] == by);
    [-1, 0, 1].into_iter().any(step)
}

/// How long after the last of `wrong` codes in a row the next one is looked at.
fn wait_after(wrong: u32) -> Duration {
    let Some(doublings) = wrong.checked_sub(FREE_TRIES) else { return Duration::ZERO };
    FIRST_WAIT.saturating_mul(1 << doublings.min(8)).min(LONGEST_WAIT)
}

#[derive(Serialize, Deserialize)]
struct Tries {
    wrong: u32,
}

fn write_tries(path: &Path, wrong: u32) -> Result<(), DurableError> {
    durable::write(path, &serde_json::to_vec(&Tries { wrong }).unwrap_or_default())
}

/// The staff's door of one kiosk.
pub struct Door {
    files: PinFiles,
    wrong: u32,
    /// When the next code is looked at.
    opens: Duration,
    /// The code that the wrong ones were tried against: with a new one, chosen at the machine, counting begins anew.
    tried: Option<FileMark>,
}

impl Door {
    /// The door, `now`. What was tried before the last start counts: pulling the plug gives no new tries, and the wait
    /// begins anew, since nobody knows how long the plug was out.
    pub fn new(files: PinFiles, now: Duration) -> Self {
        let wrong = match durable::read(&files.tries, BYTES_MAX) {
            Ok(None) => 0,
            // What cannot be read may have been damaged on purpose.
            Ok(Some(bytes)) => {
                serde_json::from_slice::<Tries>(&bytes).map_or(FREE_TRIES, |tries| tries.wrong)
            }
            Err(_) => FREE_TRIES,
        };
        let tried = FileMark::of(&files.pin);
        Self { files, wrong, opens: now + wait_after(wrong), tried }
    }

    /// Tries a code. It is counted as wrong, on the disk, before it is looked at.
    pub fn answer(&mut self, pin: &str, now: Duration) -> Answer {
        let chosen = FileMark::of(&self.files.pin);
        if chosen != self.tried {
            (self.tried, self.wrong, self.opens) = (chosen, 0, now);
        }
        if let Some(wait) = self.wait(now) {
            return Answer::Wait(wait);
        }
        let Some(hash) = self.hash() else { return Answer::NoPin };
        let Ok(hash) = PasswordHash::new(&hash) else { return Answer::NoPin };
        if write_tries(&self.files.tries, self.wrong.saturating_add(1)).is_err() {
            // Without a place to count them, tries would have no end.
            return Answer::Wait(FIRST_WAIT);
        }
        if Scrypt.verify_password(pin.as_bytes(), &hash).is_err() {
            self.wrong = self.wrong.saturating_add(1);
            self.opens = now + wait_after(self.wrong);
            tracing::warn!("staff.refused");
            return self.wait(now).map_or(Answer::Wrong, Answer::Wait);
        }
        self.wrong = 0;
        // A count that stays on the disk costs staff a wait at worst.
        let _ = write_tries(&self.files.tries, 0);
        tracing::info!("staff.entered");
        Answer::Right
    }

    /// How long the door still waits, if it does.
    fn wait(&self, now: Duration) -> Option<Duration> {
        self.opens.checked_sub(now).filter(|wait| !wait.is_zero())
    }

    fn hash(&self) -> Option<String> {
        let bytes = durable::read(&self.files.pin, BYTES_MAX).ok()??;
        String::from_utf8(bytes).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn files(folder: &tempfile::TempDir) -> PinFiles {
        PinFiles { pin: folder.path().join("staff-pin"), tries: folder.path().join("staff-tries.json") }
    }

    #[test]
    fn the_code_opens_another_does_not_and_the_disk_holds_neither() {
        let folder = tempfile::tempdir().unwrap();
        let mut door = Door::new(files(&folder), at(0));
        assert_eq!(door.answer("305172", at(0)), Answer::NoPin);
        set_pin(&files(&folder), "305172").unwrap();
        assert_eq!(door.answer("305173", at(0)), Answer::Wrong);
        assert_eq!(door.answer("305172", at(0)), Answer::Right);
        for entry in std::fs::read_dir(folder.path()).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            assert!(!text.contains("305172") && !text.contains("305173"));
        }
    }

    #[test]
    fn a_new_code_ends_the_wait_of_a_kiosk_that_runs() {
        let folder = tempfile::tempdir().unwrap();
        set_pin(&files(&folder), "305172").unwrap();
        let mut door = Door::new(files(&folder), at(0));
        for _ in 0..5 {
            door.answer("111112", at(0));
        }
        assert!(matches!(door.answer("305172", at(1)), Answer::Wait(_)));
        set_pin(&files(&folder), "471926").unwrap();
        assert_eq!(door.answer("471926", at(1)), Answer::Right);
    }

    #[test]
    fn codes_that_anybody_would_guess_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        for pin in ["000000", "123456", "987654", "12345", "1234567", "12345a", ""] {
            assert!(matches!(set_pin(&files(&folder), pin), Err(PinError::Weak)), "{pin}");
        }
    }

    #[test]
    fn after_five_wrong_codes_even_the_right_one_waits_ever_longer_and_across_a_power_cut() {
        let folder = tempfile::tempdir().unwrap();
        set_pin(&files(&folder), "305172").unwrap();
        let mut door = Door::new(files(&folder), at(0));
        for _ in 1..FREE_TRIES {
            assert_eq!(door.answer("111112", at(0)), Answer::Wrong);
        }
        assert_eq!(door.answer("111112", at(0)), Answer::Wait(at(60)));
        assert_eq!(door.answer("305172", at(59)), Answer::Wait(at(1)));
        assert_eq!(door.answer("111112", at(60)), Answer::Wait(at(120)));
        let mut again = Door::new(files(&folder), at(7));
        assert_eq!(again.answer("305172", at(7)), Answer::Wait(at(120)));
        assert_eq!(again.answer("305172", at(127)), Answer::Right);
        assert_eq!(Door::new(files(&folder), at(0)).answer("111112", at(0)), Answer::Wrong);
    }

    #[test]
    fn waits_grow_to_a_quarter_of_an_hour_and_a_damaged_count_gives_no_tries() {
        assert_eq!(wait_after(4), Duration::ZERO);
        assert_eq!([5, 6, 7, 9, 10, 4_000_000].map(wait_after), [60, 120, 240, 900, 900, 900].map(at));
        let folder = tempfile::tempdir().unwrap();
        set_pin(&files(&folder), "305172").unwrap();
        std::fs::write(files(&folder).tries, b"{").unwrap();
        assert_eq!(Door::new(files(&folder), at(0)).answer("305172", at(0)), Answer::Wait(at(60)));
    }
}
