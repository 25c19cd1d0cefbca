//! A USB board with relays behind a serial adapter ("LCUS", CH340): lamp and buzzer where a kiosk has no GPIO lines.
//!
//! Four bytes switch one relay: `A0`, its number, 1 or 0, and the sum of the three. The board never answers, so that
//! only the serial adapter can be found missing: a relay that does not switch is for the board checklist.

use std::fs::{File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;

use rustix::fs::OFlags;
use rustix::termios::{OptionalActions, isatty, tcgetattr, tcsetattr};

use crate::light::LightError;
use crate::light::driven::Lamps;
use crate::light::rhythm::Lit;

/// Relays on the largest board of this kind.
pub const RELAY_MAX: u8 = 8;
/// Bits in a second: the only speed that the boards know.
const SPEED: u32 = 9_600;

/// The command that switches one relay, counted from 1 to [`RELAY_MAX`].
pub const fn command(relay: u8, on: bool) -> [u8; 4] {
    let state = on as u8;
    [0xA0, relay, state, 0xA0_u8.wrapping_add(relay).wrapping_add(state)]
}

/// Where the board is, and what its relays switch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelayBoard {
    /// The serial device, such as `/dev/ttyUSB0`.
    pub path: PathBuf,
    /// The lamp's relay, from 1.
    pub lamp: u8,
    /// The buzzer's.
    pub buzzer: Option<u8>,
}

/// Lamp and buzzer behind relays. The device is opened when they are first set, and again after it was lost.
pub struct RelayLamps {
    at: RelayBoard,
    line: Option<File>,
}

impl RelayLamps {
    /// The lamps at this board; nothing is opened yet.
    pub fn new(at: RelayBoard) -> Self {
        Self { at, line: None }
    }

    /// Never blocks, also when the adapter takes nothing more.
    fn open(&self) -> io::Result<File> {
        let flags = (OFlags::NONBLOCK | OFlags::NOCTTY).bits() as i32;
        let file = OpenOptions::new().read(true).write(true).custom_flags(flags).open(&self.at.path)?;
        if !isatty(&file) {
            return Err(io::Error::new(ErrorKind::InvalidInput, "not a serial device"));
        }
        let mut settings = tcgetattr(&file)?;
        settings.make_raw();
        settings.set_speed(SPEED)?;
        tcsetattr(&file, OptionalActions::Now, &settings)?;
        Ok(file)
    }

    fn try_set(&mut self, lit: Lit) -> io::Result<()> {
        let mut line = match self.line.take() {
            Some(line) => line,
            None => self.open()?,
        };
        let mut bytes = command(self.at.lamp, lit.lamp).to_vec();
        if let Some(buzzer) = self.at.buzzer {
            bytes.extend(command(buzzer, lit.buzzer));
        }
        line.write_all(&bytes)?;
        self.line = Some(line);
        Ok(())
    }
}

impl Lamps for RelayLamps {
    fn set(&mut self, lit: Lit) -> Result<(), LightError> {
        self.try_set(lit).map_err(|error| {
            if matches!(error.kind(), ErrorKind::PermissionDenied | ErrorKind::InvalidInput) {
                LightError::Refused { place: self.at.path.display().to_string(), reason: error.to_string() }
            } else {
                // Absent, hung up, or full of what it does not take: all are a cable to look at.
                LightError::NotConnected
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_those_of_the_boards() {
        assert_eq!(command(1, true), [0xA0, 0x01, 0x01, 0xA2]);
        assert_eq!(command(1, false), [0xA0, 0x01, 0x00, 0xA1]);
        assert_eq!(command(2, true), [0xA0, 0x02, 0x01, 0xA3]);
    }
}
